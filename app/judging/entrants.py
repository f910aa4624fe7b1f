"""Who of the entrants marks whose work: reads of what was allotted. An entrant judges in the name of her application."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app.applications.models import Application
from app.database import db
from app.judging.models import Assignment, Review
from app.judging.queries import Progress
from app.people.models import Appointment, Person
from app.web import ENTRANT


@dataclass(frozen=True)
class Holding:
    """One work in an entrant's hands; `judge` is her application."""

    work: int
    judge: int
    number: int | None
    person: Person
    begun: bool
    done: bool
    recused: bool


def holdings(event_id: int, stage: str, works: Collection[int] | None = None) -> dict[int, list[Holding]]:
    """Return work -> who of the entrants has it or stepped back from it, for a whole event or these works: one statement."""
    judge = select(Application.id, Application.number).where(Application.event_id == event_id).subquery()
    wanted = (
        select(Assignment.application_id, judge.c.id, judge.c.number, Person, Review.id, Assignment.done_at, Assignment.recused_at)
        .join(judge, Assignment.judge_id == judge.c.id)
        .join(Appointment, Assignment.juror_id == Appointment.id)
        .join(Person, Appointment.person_id == Person.id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.stage == stage)
    )
    if works is not None:
        wanted = wanted.where(Assignment.application_id.in_(works))
    found: dict[int, list[Holding]] = {}
    for work, key, number, person, review, done, recused in db.session.execute(wanted.order_by(Assignment.id)):
        found.setdefault(work, []).append(Holding(work, key, number, person, review is not None, done is not None, recused is not None))
    return found


def progress(event_id: int, stage: str = "") -> Progress:
    """Return how many sheets of entrants are finished, and how many are due, at one stage or at all."""
    wanted = select(func.count(Assignment.done_at), func.count(Assignment.id)).join(Assignment.application)
    wanted = wanted.where(Application.event_id == event_id, Assignment.judge_id.is_not(None), Assignment.recused_at.is_(None))
    if stage:
        wanted = wanted.where(Assignment.stage == stage)
    return Progress(*db.session.execute(wanted).one())


def unfinished_of(judge_id: int) -> list[Assignment]:
    """Return the works an application's entrant has not finished marking."""
    wanted = select(Assignment).where(Assignment.judge_id == judge_id, Assignment.done_at.is_(None), Assignment.recused_at.is_(None))
    return list(db.session.scalars(wanted.options(lazyload(Assignment.application))).unique())


def applicants(judges: Collection[int]) -> dict[int, int]:
    """Return application -> the person who entered it."""
    wanted = select(Application.id, Application.applicant_id).where(Application.id.in_(judges))
    return dict(db.session.execute(wanted).all())


def markers(event_id: int) -> dict[int, Appointment]:
    """Return person id -> her appointment to mark the works of others."""
    wanted = select(Appointment).where(Appointment.event_id == event_id, Appointment.role == ENTRANT)
    return {one.person_id: one for one in db.session.scalars(wanted)}


def people(ids: Collection[int]) -> dict[int, Person]:
    return {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
