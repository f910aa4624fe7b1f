"""Which events there are for whom, and where an event stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm.util import identity_key

from app.database import db
from app.events.models import Event, RegulationVersion
from app.people.access import Visitor

PAGE = 24
DRAFT, COMING, INTAKE, WORK, SHOW, RESULTS, OVER = "draft", "coming", "intake", "work", "show", "results", "over"


def visible_to(visitor: Visitor) -> Select[tuple[Event]]:
    """Announced events are everybody's; those in preparation belong to the methodists of the centre."""
    told = Event.announced_at.is_not(None)
    centres = getattr(visitor, "centres", frozenset())
    return select(Event).where(or_(told, Event.centre_id.in_(centres)) if centres else told)


def one_or_404(event_id: int, visitor: Visitor) -> Event:
    found = db.session.scalar(visible_to(visitor).where(Event.id == event_id))
    if found is None:
        abort(404)
    return found


def managed_or_404(event_id: int, visitor: Visitor) -> Event:
    """Return an event this methodist runs, or 404."""
    event = one_or_404(event_id, visitor)
    if not visitor.is_methodist_of(event.centre_id):
        abort(404)
    return event


def at_hand(event_ids: Collection[int]) -> dict[int, Event]:
    """Return these events by id; those that the session does not hold yet are read in one statement."""
    session = db.session()
    held = {one: session.identity_map.get(identity_key(Event, one)) for one in set(event_ids)}
    missing = [one for one, event in held.items() if event is None]
    read = {one.id: one for one in session.scalars(select(Event).where(Event.id.in_(missing)))} if missing else {}
    return {**{one: event for one, event in held.items() if event is not None}, **read}


@dataclass(frozen=True)
class Page:
    rows: Sequence[Event]
    older: int | None


def announced(*, kind: str = "", before: int | None = None) -> Page:
    """Return announced events, newest first."""
    wanted = select(Event).where(Event.announced_at.is_not(None))
    return _page(wanted.where(Event.kind == kind) if kind else wanted, before)


def of_centres(centre_ids: frozenset[int], *, before: int | None = None) -> Page:
    return _page(select(Event).where(Event.centre_id.in_(centre_ids)), before)


def _page(wanted: Select[tuple[Event]], before: int | None) -> Page:
    if before is not None:
        wanted = wanted.where(Event.id < before)
    rows = db.session.scalars(wanted.order_by(Event.id.desc()).limit(PAGE + 1)).all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def phase(event: Event, now: datetime) -> str:
    """Return where the event stands, computed from its dates and recorded acts; never stored."""
    if event.announced_at is None:
        return DRAFT
    if event.released_at is not None and event.kind == "contest":
        return RESULTS
    opens, closes = event.date("intake_opens"), event.date("intake_closes")
    if opens and now < opens:
        return COMING
    if closes and now < closes and event.approved_at is None:
        return INTAKE
    begins, ends = event.date("show_opens"), event.date("show_closes")
    if begins and ends and begins <= now < ends:
        return SHOW
    held = event.date("held_on")
    over = ends or (held and _midnight_after(held, event.zone))
    return OVER if over and now >= over else WORK


def _midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """A meeting is over with its day: how long it lasts is not known here."""
    return datetime.combine(moment.astimezone(zone).date() + timedelta(days=1), time(), zone)


def intake_is_open(event: Event, now: datetime) -> bool:
    """Say whether anything can be entered now: in the common window, or in that of one of the nominations."""
    if event.announced_at is None or event.approved_at is not None or event.released_at is not None:
        return False
    windows = [event.intake(one.key) for one in event.rules.nominations] or [event.intake()]
    return any((opens is None or opens <= now) and (closes is None or now < closes) for opens, closes in windows)


def versions(event: Event) -> list[RegulationVersion]:
    wanted = select(RegulationVersion).where(RegulationVersion.regulation_id == event.regulation_id)
    return list(db.session.scalars(wanted.order_by(RegulationVersion.number.desc())))


def next_version_number(regulation_id: int) -> int:
    last = select(func.max(RegulationVersion.number)).where(RegulationVersion.regulation_id == regulation_id)
    return (db.session.scalar(last) or 0) + 1
