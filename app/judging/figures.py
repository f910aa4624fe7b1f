"""Figures: what the ranking is computed from, and how far the judging is. Read in columns, a few statements for any number of works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import lazyload

from app.applications.models import Application, Author
from app.database import db, on_conflict_insert
from app.events.models import Event
from app.judging.models import Assignment, Load, Mark, Review, Standing, Tally
from app.judging.queries import JUDGED
from app.notifications.models import HELD, Notification
from app.people.models import Appointment
from app.web import JUROR


@dataclass(frozen=True)
class RankRow:
    id: int
    nomination: str
    received_at: datetime | None


def works_to_rank(event_id: int) -> list[RankRow]:
    """Return what is judged, also after the results closed it, in the order of their numbers."""
    wanted = select(Application.id, Application.nomination, Application.received_at)
    wanted = wanted.where(Application.event_id == event_id, Application.state.in_(JUDGED))
    return [RankRow(*row) for row in db.session.execute(wanted.order_by(Application.number, Application.id))]


def _finished(event_id: int, stage: str, *columns: Any) -> Select[Any]:
    wanted = select(Assignment.application_id, *columns).join(Review, Review.assignment_id == Assignment.id)
    wanted = wanted.join(Application, Assignment.application_id == Application.id)
    counts = (Assignment.stage == stage, Assignment.recused_at.is_(None), Review.final_at.is_not(None))
    return wanted.where(Application.event_id == event_id, *counts)


def finished_totals(event_id: int, stage: str, application_id: int | None = None) -> dict[int, list[str]]:
    """Return work -> exact totals of its finished sheets, for a whole event or one work."""
    wanted = _finished(event_id, stage, Review.total)
    if application_id is not None:
        wanted = wanted.where(Assignment.application_id == application_id)
    found: dict[int, list[str]] = {}
    for work, total in db.session.execute(wanted):
        found.setdefault(work, []).append(total)
    return found


def criterion_means(event_id: int, stage: str, criterion: str) -> dict[int, Fraction]:
    """Return work -> exact mean of one criterion over its finished sheets."""
    wanted = _finished(event_id, stage, Mark.value).join(Mark, Mark.review_id == Review.id).where(Mark.criterion == criterion)
    found: dict[int, list[Fraction]] = {}
    for work, value in db.session.execute(wanted):
        found.setdefault(work, []).append(Fraction(value))
    return {work: sum(values, Fraction(0)) / len(values) for work, values in found.items()}


STANDING = ("id", "event_id", "application_id", "stage", "list", "status", "exact", "shown", "sheets", "place", "place_to", "tied")


def standing_values(event_id: int, stage: str) -> dict[tuple[int, str], dict[str, Any]]:
    """Return (work, list) -> the columns of its standing."""
    wanted = select(*(getattr(Standing, name) for name in STANDING)).where(Standing.event_id == event_id, Standing.stage == stage)
    rows = [dict(zip(STANDING, row, strict=True)) for row in db.session.execute(wanted)]
    return {(row["application_id"], row["list"]): row for row in rows}


def has_unranked(event_id: int) -> bool:
    """Say whether a work has a total and no place yet."""
    wanted = select(Standing.id).where(Standing.event_id == event_id, Standing.place.is_(None), Standing.exact != "")
    return db.session.scalar(wanted.limit(1)) is not None


def is_ranked(event_id: int, application_id: int) -> bool:
    wanted = select(Application.id).where(Application.id == application_id, Application.event_id == event_id)
    return db.session.scalar(wanted.where(Application.state.in_(JUDGED))) is not None


def own_among(application_ids: Collection[int], person_id: int) -> bool:
    """Say whether one of these works is this person's own."""
    applied = select(Application.id).where(Application.applicant_id == person_id)
    wrote = select(Author.application_id).where(Author.person_id == person_id)
    hers = {*db.session.scalars(applied), *db.session.scalars(wrote)}
    return not hers.isdisjoint(application_ids)


# How far it is


def tally(event_id: int) -> Tally:
    return db.session.get(Tally, event_id) or Tally(event_id=event_id, works=0, full=0, tied=False)


def keep_tally(event_id: int, *, works: int, full: int, tied: bool) -> None:
    values = {"works": works, "full": full, "tied": tied}
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
    sums = select(now.scalar_subquery(), func.coalesce(func.sum(Load.done), 0), func.coalesce(func.sum(Load.due), 0))
    return Panel(*db.session.execute(sums.where(Load.event_id == event_id)).one())


def count_loads(event_id: int) -> None:
    """Count every juror's works again, after an act that moved some."""
    db.session.flush()
    counted = (
        select(Assignment.juror_id, func.count(Assignment.id), func.count(Assignment.done_at))
        .join(Appointment, Assignment.juror_id == Appointment.id)
        .where(Appointment.event_id == event_id, Assignment.recused_at.is_(None))
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
    """Return contests whose results wait for the methodist: (event, all sheets are in, some totals are equal)."""
    wanted = select(Event, Tally.full >= Tally.works, Tally.tied).join(Tally, Tally.event_id == Event.id)
    wanted = wanted.where(Event.centre_id.in_(centre_ids), Event.released_at.is_(None), Tally.full > 0).options(lazyload(Event.schedule))
    found = db.session.execute(wanted.order_by(Event.id.desc()).limit(most)).unique().all()
    return [(event, bool(ready), bool(tied)) for event, ready, tied in found]
