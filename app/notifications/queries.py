"""Letters as the people who answer for them see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.database import count_each, db
from app.notifications.models import HELD, STATES, Notification
from app.people.access import Visitor
from app.people.models import Centre
from app.web import ADMINISTRATOR

PAGE = 50
NO_CENTRE = 0  # no row has this number


def visible_to(visitor: Visitor) -> Select[tuple[Notification]]:
    """The letters of the centres whose events this visitor runs; an administrator's too that belong to no centre."""
    # Not by an index of centres: most letters are of one centre, and a list in the order of ids must not sort them all.
    centre = func.coalesce(Notification.centre_id, NO_CENTRE)
    return select(Notification).where(centre.in_((*_centres(visitor), NO_CENTRE) if visitor.has(ADMINISTRATOR) else _centres(visitor)))


def _centres(visitor: Visitor) -> frozenset[int]:
    ruled = {row.centre_id for row in visitor.appointments if row.role == ADMINISTRATOR}
    return visitor.centres | ruled


def zones(visitor: Visitor) -> dict[int | None, ZoneInfo]:
    """Return the zone in which each centre of this visitor lives."""
    rows = db.session.execute(select(Centre.id, Centre.zone).where(Centre.id.in_(_centres(visitor))))
    return {centre_id: ZoneInfo(zone) for centre_id, zone in rows}


def home_zone() -> ZoneInfo | None:
    """Return the zone of the first centre of this installation, for pages that belong to no centre."""
    zone = db.session.scalar(select(Centre.zone).order_by(Centre.id).limit(1))
    return ZoneInfo(zone) if zone else None


def one_or_404(notification_id: int, visitor: Visitor) -> Notification:
    wanted = visible_to(visitor).where(Notification.id == notification_id).options(joinedload(Notification.person))
    found = db.session.scalar(wanted)
    if found is None:
        abort(404)
    return found


@dataclass(frozen=True)
class Page:
    rows: Sequence[Notification]
    older: int | None


def page(visitor: Visitor, *, state: str = "", event_id: int | None = None, before: int | None = None) -> Page:
    """Return letters, newest first."""
    wanted = visible_to(visitor).options(joinedload(Notification.person))
    if state:
        wanted = wanted.where(Notification.state == state)
    if event_id is not None:
        wanted = wanted.where(Notification.event_id == event_id)
    if before is not None:
        wanted = wanted.where(Notification.id < before)
    rows = db.session.scalars(wanted.order_by(Notification.id.desc()).limit(PAGE + 1)).all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def count_by_state(visitor: Visitor, event_id: int | None = None) -> dict[str, int]:
    wanted = visible_to(visitor).with_only_columns(Notification.state, func.count()).group_by(Notification.state)
    if event_id is not None:
        wanted = wanted.where(Notification.event_id == event_id)
    return dict(db.session.execute(wanted).all())


def counts_of_event(event_id: int) -> dict[str, int]:
    return count_each(Notification.state, STATES, Notification.event_id == event_id)


@dataclass(frozen=True)
class Held:
    """The letters of one event that wait for a word; `sample` is the last of them."""

    event_id: int
    count: int
    sample: Notification


def held(visitor: Visitor) -> list[Held]:
    """Return the held letters of each event: two statements, however many there are."""
    wanted = visible_to(visitor).where(Notification.state == HELD, Notification.event_id.is_not(None))
    grouped = wanted.with_only_columns(Notification.event_id, func.count(), func.max(Notification.id)).group_by(Notification.event_id)
    rows = db.session.execute(grouped.order_by(Notification.event_id.desc()).limit(PAGE)).all()
    samples = {one.id: one for one in db.session.scalars(select(Notification).where(Notification.id.in_([last for *_, last in rows])))}
    return [Held(int(event_id or 0), count, samples[last]) for event_id, count, last in rows]


def event_or_404(event_id: int, visitor: Visitor) -> int:
    """Return the event's id when this visitor answers for its letters; letters lie below events and know them by id only."""
    if db.session.scalar(visible_to(visitor).where(Notification.event_id == event_id).with_only_columns(Notification.id).limit(1)) is None:
        abort(404)
    return event_id
