"""One person of an application is replaced by another: the number stays, and so does who was there before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.applications import facts, operations
from app.applications.actors import Actor
from app.applications.letters import SUBSTITUTE
from app.applications.models import Application, Author, Move, Substitution
from app.applications.operations import Refused
from app.database import db
from app.people import operations as people
from app.people.models import Organisation, Person
from workflows.saying import Saying


@dataclass(frozen=True)
class Successor:
    """Who comes instead, as it was typed, and to which of the texts she has agreed on paper."""

    surname: str
    given_name: str
    patronymic: str
    post: str
    school: str
    email: str
    consents: Collection[str]


def replace(application: Application, author_id: int, successor: Successor, *, ground: str, by: Actor, now: datetime) -> Move:
    """Put another person in the place of an author; who applied hands her application over with it.

    Raises StepRefused where the regulation does not let it or the date has passed, and Refused for a person who is an author
    already or has not agreed to what the regulation asks. Then nothing is changed once the transaction is rolled back.
    """
    _must_be_open(application, ground, by, now)
    author = next((one for one in application.authors if one.id == author_id), None)
    if author is None:
        raise Refused(Saying("author_unknown"))
    missing = [one for one in application.version.rules.consents if one.required and one.key not in successor.consents]
    if missing:
        raise Refused(Saying("successor_consents_missing"))
    organisation = people.find_or_add_organisation(successor.school, now=now)
    person = _person(successor, organisation, now)
    if any(one.person_id == person.id for one in application.authors):
        raise Refused(Saying("author_twice", name=person.full_name))
    made = _note(application, author, person)
    _hand_over(application, author, person, successor, organisation)
    operations.take_consents(application, person, successor.consents, by=by, now=now)
    move = operations.advance(application, SUBSTITUTE, by=by, now=now, reason=ground)
    made.move_id = move.id
    return move


def _must_be_open(application: Application, ground: str, by: Actor, now: datetime) -> None:
    received = by.receipt.received_at if by.receipt else None
    known = facts.of(application, now=now, reason=ground, received_at=received)
    application.version.workflow.step(SUBSTITUTE, state=application.state, roles=by.roles_in(application), facts=known)


def _person(successor: Successor, organisation: Organisation, now: datetime) -> Person:
    known = operations.same_person(successor.surname, successor.given_name, successor.patronymic, organisation)
    if known is not None:
        known.email = known.email or successor.email.strip().lower()
        return known
    return people.add_person(
        surname=successor.surname,
        given_name=successor.given_name,
        patronymic=successor.patronymic,
        email=successor.email,
        organisation=organisation,
        post=successor.post,
        now=now,
    )


def _note(application: Application, author: Author, person: Person) -> Substitution:
    made = Substitution(replaced=author.person, successor=person, post=author.post, organisation_id=author.organisation_id)
    application.substitutions.append(made)
    db.session.flush()
    return made


def _hand_over(application: Application, author: Author, person: Person, successor: Successor, organisation: Organisation) -> None:
    if application.applicant_id == author.person_id:
        application.applicant, application.organisation = person, organisation
    author.person, author.post, author.organisation = person, successor.post, organisation
    db.session.flush()
