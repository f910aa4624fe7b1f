"""Figures: standings as they are kept, and how far the judging is. Read in columns, a few statements for any number of works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, distinct, func, insert, or_, select, update
from sqlalchemy.orm import joinedload, lazyload

from app.applications.models import Application, Author
from app.database import db, on_conflict_insert
from app.events.models import Event
from app.judging.models import Assignment, Load, Standing, Tally
from app.judging.queries import JUDGED, LEAN, PAGE
from app.notifications.models import HELD, Notification
from app.people.models import Appointment
from app.web import ENTRANT, JUROR

STANDING = (
    "id", "event_id", "application_id", "stage", "list", "status", "exact", "shown", "sheets", "place", "place_to",
    "tied", "verdict", "why", "awards",
)  # fmt: skip


def standing_values(event_id: int) -> dict[tuple[int, str], dict[str, Any]]:
    """Return (work, list) -> the columns of its standing."""
    wanted = select(*(getattr(Standing, name) for name in STANDING)).where(Standing.event_id == event_id)
    rows = [dict(zip(STANDING, row, strict=True)) for row in db.session.execute(wanted)]
    return {(row["application_id"], row["list"]): row for row in rows}


def is_stale(event_id: int) -> bool:
    """Say whether something came since the last ranking."""
    return bool(db.session.scalar(select(Tally.stale).where(Tally.event_id == event_id)))


def mark_stale(event_id: int) -> None:
    upsert = on_conflict_insert(Tally).values(event_id=event_id, stale=True)
    db.session.execute(upsert.on_conflict_do_update(index_elements=["event_id"], set_={"stale": True}))


def is_ranked(event_id: int, application_id: int) -> bool:
    wanted = select(Application.id).where(Application.id == application_id, Application.event_id == event_id)
    return db.session.scalar(wanted.where(Application.state.in_(JUDGED))) is not None


def reached(application_id: int, stage: str) -> bool:
    """Say whether a work stands at a stage, as ranked last."""
    wanted = select(Standing.id).where(Standing.application_id == application_id, Standing.stage == stage)
    return db.session.scalar(wanted.limit(1)) is not None


def own_among(application_ids: Collection[int], person_id: int) -> bool:
    """Say whether one of these works is this person's own."""
    applied = select(Application.id).where(Application.applicant_id == person_id)
    wrote = select(Author.application_id).where(Author.person_id == person_id)
    hers = {*db.session.scalars(applied), *db.session.scalars(wrote)}
    return not hers.isdisjoint(application_ids)


# Standings as pages read them


def standings_page(event_id: int, name: str, *, after: tuple[int, int] | None = None) -> list[Standing]:
    """Return the ranked works of a list, best first, a page and one more: `after` is (place, work) of the last row seen."""
    wanted = select(Standing).where(Standing.event_id == event_id, Standing.list == name, Standing.place.is_not(None))
    if after is not None:
        place, work = after
        wanted = wanted.where(or_(Standing.place > place, (Standing.place == place) & (Standing.application_id > work)))
    wanted = wanted.options(joinedload(Standing.application).options(joinedload(Application.organisation), *LEAN))
    return list(db.session.scalars(wanted.order_by(Standing.place, Standing.application_id).limit(PAGE + 1)))


def unplaced(event_id: int, name: str) -> list[Standing]:
    """Return works of a list that have no place, the first page of them."""
    wanted = select(Standing).where(Standing.event_id == event_id, Standing.list == name, Standing.place.is_(None))
    wanted = wanted.options(joinedload(Standing.application).options(joinedload(Application.organisation), *LEAN))
    return list(db.session.scalars(wanted.order_by(Standing.application_id).limit(PAGE)))


def standings_by_list(application_ids: Collection[int], names: Collection[str]) -> dict[tuple[int, str], Standing]:
    """Return (work, list) -> where it stands, without the work."""
    if not application_ids:
        return {}
    wanted = select(Standing).where(Standing.application_id.in_(application_ids), Standing.list.in_(names))
    return {(one.application_id, one.list): one for one in db.session.scalars(wanted.options(lazyload(Standing.application)))}


def list_names(event_id: int) -> list[str]:
    """Return the names of the lists that have rows."""
    return list(db.session.scalars(select(Standing.list).where(Standing.event_id == event_id).distinct().order_by(Standing.list)))


def listed(event_id: int) -> int:
    """Return how many works stand in the lists of an event."""
    return db.session.scalar(select(func.count(distinct(Standing.application_id))).where(Standing.event_id == event_id)) or 0


# How far it is


def tally(event_id: int) -> Tally:
    """Return how far the judging is; every field of an event that was never ranked is empty."""
    empty = {"works": 0, "full": 0, "tied": False, "stale": False, "lists": [], "open": [], "faults": []}
    return db.session.get(Tally, event_id) or Tally(event_id=event_id, **empty)


def keep_tally(event_id: int, **values: Any) -> None:
    upsert = on_conflict_insert(Tally).values(event_id=event_id, **values)
    db.session.execute(upsert.on_conflict_do_update(index_elements=["event_id"], set_=values))


def shift_tally(event_id: int, *, works: int, full: int = 0) -> None:
    """Note that a work came or went since the last ranking."""
    upsert = on_conflict_insert(Tally).values(event_id=event_id, works=works, full=full, tied=False)
    moved = {"works": Tally.works + works, "full": Tally.full + full}
    db.session.execute(upsert.on_conflict_do_update(index_elements=["event_id"], set_=moved))


@dataclass(frozen=True)
class Panel:
    """The jury in numbers: members now, sheets finished, sheets due."""

    jurors: int
    done: int
    of: int


def panel(event_id: int) -> Panel:
    now = select(func.count(Appointment.id)).where(Appointment.event_id == event_id, Appointment.role == JUROR, Appointment.until.is_(None))
    sums = select(now.scalar_subquery(), func.coalesce(func.sum(Load.done), 0), func.coalesce(func.sum(Load.due), 0)).select_from(Load)
    sums = sums.join(Appointment, (Appointment.id == Load.juror_id) & (Appointment.role == JUROR))
    return Panel(*db.session.execute(sums.where(Load.event_id == event_id)).one())


def count_loads(event_id: int) -> None:
    """Count every juror's works again, after an act that moved some."""
    db.session.flush()
    counted = (
        select(Assignment.juror_id, func.count(Assignment.id), func.count(Assignment.done_at))
        .join(Appointment, Assignment.juror_id == Appointment.id)
        .join(Application, Assignment.application_id == Application.id)
        .where(Appointment.event_id == event_id, Assignment.recused_at.is_(None), Application.state.in_(JUDGED))
        .group_by(Assignment.juror_id)
    )
    rows = [{"juror_id": juror, "event_id": event_id, "due": due, "done": done} for juror, due, done in db.session.execute(counted)]
    db.session.execute(delete(Load).where(Load.event_id == event_id))
    if rows:
        db.session.execute(insert(Load), rows)


def one_more_done(juror_id: int) -> None:
    db.session.execute(update(Load).where(Load.juror_id == juror_id).values(done=Load.done + 1))


def letters_held(event_id: int) -> int:
    """Return how many letters of an event wait for the release."""
    held = select(func.count(Notification.id)).where(Notification.event_id == event_id, Notification.state == HELD)
    return db.session.scalar(held) or 0


def events_to_settle(centre_ids: Collection[int], *, most: int = 5) -> list[tuple[Event, bool, bool]]:
    """Return contests whose results wait for the methodist, to be published or approved anew: (event, all sheets are in, some
    totals are equal). One without a jury is among them once entrants were given each other's works."""
    loads = select(Load.juror_id).join(Appointment, Load.juror_id == Appointment.id)
    peers = loads.where(Load.event_id == Event.id, Appointment.role == ENTRANT)
    ready = (Tally.full >= Tally.works) & ~peers.where(Load.done < Load.due).exists()
    wanted = select(Event, ready, Tally.tied).join(Tally, Tally.event_id == Event.id)
    waits = or_(Event.released_at.is_(None), Event.approved_at.is_(None))
    begun = or_(Tally.full > 0, peers.exists())
    wanted = wanted.where(Event.centre_id.in_(centre_ids), waits, begun).options(lazyload(Event.schedule))
    found = db.session.execute(wanted.order_by(Event.id.desc()).limit(most)).unique().all()
    return [(event, bool(ready), bool(tied)) for event, ready, tied in found]
