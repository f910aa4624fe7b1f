"""Figures: what the ranking is computed from, and how far the judging is. Read in columns, a few statements for any number of works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, func, select

from app.applications.models import Application, Author
from app.database import db
from app.events.models import Event
from app.judging.models import Assignment, Mark, Review, Standing
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


@dataclass(frozen=True)
class Tally:
    """How many works there are, how many have all their sheets, and whether equal totals wait for people."""

    of: int
    full: int
    tied: bool


def tally(event_id: int) -> Tally:
    """Count the standings of an event: one statement over an index."""
    counted = select(Standing.status, Standing.tied, func.count(Standing.id)).where(Standing.event_id == event_id)
    rows = db.session.execute(counted.group_by(Standing.status, Standing.tied)).all()
    full = sum(count for status, _tied, count in rows if status == "in")
    return Tally(sum(count for _status, _tied, count in rows), full, any(tied for _status, tied, _count in rows))


@dataclass(frozen=True)
class Panel:
    """The jury in numbers: members now, sheets finished, sheets due."""

    jurors: int
    done: int
    of: int


def panel(event_id: int) -> Panel:
    given = and_(Assignment.juror_id == Appointment.id, Assignment.recused_at.is_(None))
    jurors = func.count(Appointment.id.distinct()).filter(Appointment.until.is_(None))
    counted = select(jurors, func.count(Assignment.done_at), func.count(Assignment.id)).outerjoin(Assignment, given)
    return Panel(*db.session.execute(counted.where(Appointment.event_id == event_id, Appointment.role == JUROR)).one())


def letters_held(event_id: int) -> int:
    """Return how many letters of an event wait for the release."""
    held = select(func.count(Notification.id)).where(Notification.event_id == event_id, Notification.state == HELD)
    return db.session.scalar(held) or 0


def events_to_settle(centre_ids: Collection[int], *, most: int = 5) -> list[tuple[Event, bool, bool]]:
    """Return contests whose results wait for the methodist: (event, all sheets are in, some totals are equal), in two statements."""
    full = func.count(Standing.id).filter(Standing.status == "in").label("full")
    rows = (
        select(Standing.event_id, full, func.count(Standing.id).filter(Standing.tied).label("tied"))
        .join(Event, Event.id == Standing.event_id)
        .where(Event.centre_id.in_(centre_ids), Event.released_at.is_(None))
        .group_by(Standing.event_id)
        .subquery()
    )
    admitted = select(func.count(Application.id)).where(Application.event_id == rows.c.event_id, Application.state == "admitted")
    wanted = select(Event, rows.c.full >= admitted.scalar_subquery(), rows.c.tied).join(rows, rows.c.event_id == Event.id)
    found = db.session.execute(wanted.order_by(Event.id.desc()).limit(most)).unique().all()
    return [(event, bool(ready), bool(tied)) for event, ready, tied in found]
