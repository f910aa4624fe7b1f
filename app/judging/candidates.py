"""What a draw needs to know: works with everybody behind them, where people work, who has what already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.applications.models import Application, Author
from app.database import db
from app.judging.models import Assignment, Review
from app.people.models import Affiliation, Appointment


@dataclass(frozen=True)
class WorkRow:
    id: int
    people: frozenset[int]
    organisations: frozenset[int]


@dataclass(frozen=True)
class Holder:
    """A juror who has, or had, a work; `jury` is the key of hers."""

    juror: int
    jury: str
    begun: bool
    recused: bool


def works_to_draw(event_id: int, among: Collection[str] | None) -> list[WorkRow]:
    """Return the admitted works, all or those `among`, with everybody behind them: a few statements for any number of works."""
    found = _with_people(Application.event_id == event_id, Application.state == "admitted")
    return found if among is None else [one for one in found if str(one.id) in among]


def work_to_draw(application: Application) -> WorkRow:
    return _with_people(Application.id == application.id)[0]


def _with_people(*conditions: Any) -> list[WorkRow]:
    works = db.session.execute(
        select(Application.id, Application.applicant_id, Application.organisation_id).where(*conditions).order_by(Application.id)
    )
    people: dict[int, set[int]] = {}
    places: dict[int, set[int]] = {}
    for work, applicant, organisation in works:
        people[work], places[work] = {applicant}, {organisation}
    authors = select(Author.application_id, Author.person_id, Author.organisation_id)
    for work, person, organisation in db.session.execute(authors.join(Application).where(*conditions)):
        people[work].add(person)
        places[work].add(organisation)
    now_at = _workplaces_of_authors(conditions)
    return [WorkRow(work, frozenset(people[work]), frozenset((places[work] | now_at.get(work, set())) - {None})) for work in people]


def _workplaces_of_authors(conditions: Collection[Any]) -> dict[int, set[int | None]]:
    """Return work -> where its authors work now: she may have changed schools since she entered it."""
    wanted = select(Author.application_id, Affiliation.organisation_id).join(Application, Author.application_id == Application.id)
    wanted = wanted.join(Affiliation, Affiliation.person_id == Author.person_id).where(*conditions, Affiliation.until.is_(None))
    found: dict[int, set[int | None]] = {}
    for work, organisation in db.session.execute(wanted):
        found.setdefault(work, set()).add(organisation)
    return found


def holders(event_id: int, stage: str, application_id: int | None = None) -> dict[int, list[Holder]]:
    """Return work -> who has it or stepped back from it, for a whole event or one work."""
    wanted = (
        select(Assignment.application_id, Assignment.juror_id, Appointment.jury, Review.id, Assignment.recused_at)
        .join(Appointment, Assignment.juror_id == Appointment.id)
        .join(Application, Assignment.application_id == Application.id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Application.event_id == event_id, Assignment.stage == stage, Assignment.judge_id.is_(None))
    )
    if application_id is not None:
        wanted = wanted.where(Application.id == application_id)
    found: dict[int, list[Holder]] = {}
    for work, juror, jury, review, recused in db.session.execute(wanted):
        found.setdefault(work, []).append(Holder(juror, jury, review is not None, recused is not None))
    return found


def workplaces(person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return person id -> organisations where she works now: the last word on «same organisation»."""
    wanted = select(Affiliation.person_id, Affiliation.organisation_id).where(Affiliation.person_id.in_(person_ids))
    found: dict[int, set[int]] = {}
    for person, organisation in db.session.execute(wanted.where(Affiliation.until.is_(None))):
        found.setdefault(person, set()).add(organisation)
    return {person: frozenset(places) for person, places in found.items()}
