"""The one place that knows which roles a person has, and what may be shown of whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app import web
from app.database import db
from app.people.models import Affiliation, Appointment, Consent, Person, User

SPREADING = "spreading"
STAFF = (web.METHODIST, web.ADMINISTRATOR)


@dataclass(frozen=True)
class Visitor(web.Visitor):
    """A visitor with what the person at hand is appointed to: one query a request, and plain values that no commit expires."""

    appointments: tuple[Appointment, ...] = ()
    centres: frozenset[int] = frozenset()  # whose events this person runs
    governed: frozenset[int] = frozenset()  # centres this person administers
    juror_of: frozenset[int] = frozenset()  # events this person judges
    entrant_in: frozenset[int] = frozenset()  # events in which this person marks the works of other entrants

    def is_methodist_of(self, centre_id: int) -> bool:
        return centre_id in self.centres


def _in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Appointment.since <= now, or_(Appointment.until.is_(None), Appointment.until > now)


def is_staff(person_id: int, now: datetime) -> bool:
    """Say whether a person is a methodist or an administrator of any centre."""
    wanted = select(Appointment.id).where(Appointment.person_id == person_id, Appointment.role.in_(STAFF), *_in_force(now))
    return db.session.scalar(wanted.limit(1)) is not None


def is_administrator(person_id: int, now: datetime) -> bool:
    wanted = select(Appointment.id).where(Appointment.person_id == person_id, Appointment.role == web.ADMINISTRATOR, *_in_force(now))
    return db.session.scalar(wanted.limit(1)) is not None


def has_staff(user_id: int, now: datetime) -> bool:
    """Say whether anybody this login acts for is staff: then a mailbox alone does not open the door."""
    wanted = select(Appointment.id).join(Person, Person.id == Appointment.person_id).where(Person.user_id == user_id)
    return db.session.scalar(wanted.where(Appointment.role.in_(STAFF), *_in_force(now)).limit(1)) is not None


def visitor_for(user: User, person_id: int | None, now: datetime) -> Visitor:
    """Return who stands at the door: the login, and the person it acts for when that is one of its own."""
    mine = user.persons
    person = next((one for one in mine if one.id == person_id), mine[0] if len(mine) == 1 else None)
    if person is None:
        return Visitor(user=user, roles=frozenset({web.USER}))
    rows = [row for row in person.appointments if row.since <= now and (row.until is None or row.until > now)]
    return Visitor(
        user=user,
        person=person,
        roles=frozenset({web.USER, web.PERSON, *(row.role for row in rows)}),
        appointments=tuple(rows),
        centres=frozenset(row.centre_id for row in rows if row.role == web.METHODIST),
        governed=frozenset(row.centre_id for row in rows if row.role == web.ADMINISTRATOR),
        juror_of=frozenset(row.event_id for row in rows if row.role == web.JUROR and row.event_id),
        entrant_in=frozenset(row.event_id for row in rows if row.role == web.ENTRANT and row.event_id),
    )


def place_of(person: Person) -> Affiliation | None:
    """Return where the person works now: the last affiliation without an end."""
    return next((row for row in reversed(person.affiliations) if row.until is None), None)


def agreements(person_ids: Collection[int], event_ids: Collection[int], now: datetime) -> frozenset[tuple[int, int]]:
    """Return (person, event) of those who let themselves be named at an event, as of now: one query for a whole list.

    Silence is no, and what was said at one event is nothing said at another.
    """
    if not person_ids or not event_ids:
        return frozenset()
    wanted = select(Consent.person_id, Consent.event_id).where(Consent.person_id.in_(person_ids), Consent.purpose == SPREADING)
    wanted = wanted.where(Consent.event_id.in_(event_ids), Consent.withdrawn_at.is_(None))
    wanted = wanted.where(or_(Consent.until.is_(None), Consent.until > now))
    return frozenset((person, event) for person, event in db.session.execute(wanted))


def consenting(person_ids: Collection[int], event_id: int, now: datetime) -> frozenset[int]:
    """Return which of these people let themselves be named at an event now."""
    return frozenset(person for person, _event in agreements(person_ids, [event_id], now))


def may_show(person: Person, agreed: Collection[int]) -> bool:
    """Say whether the full name may be public; `agreed` comes from `consenting`."""
    return person.id in agreed


def public_name(person: Person, agreed: Collection[int]) -> str:
    """Return the name as the public may read it: full with consent to spreading, else initials."""
    if may_show(person, agreed):
        return person.full_name
    return " ".join(f"{part[0]}." for part in (person.surname, person.given_name, person.patronymic) if part)


def public_names(people: Iterable[Person], event_id: int, now: datetime) -> dict[int, str]:
    """Return id -> name as the public may read it at an event, for a whole list in one query."""
    people = list(people)
    agreed = consenting({person.id for person in people}, event_id, now)
    return {person.id: public_name(person, agreed) for person in people}


def methodists_of(centre_id: int, now: datetime) -> list[Person]:
    """Return the people who run this centre's events, for letters to them."""
    wanted = select(Person).join(Appointment).where(Appointment.centre_id == centre_id, Appointment.role == web.METHODIST)
    wanted = wanted.where(or_(Appointment.until.is_(None), Appointment.until > now)).options(joinedload(Person.user))
    return list(db.session.scalars(wanted.distinct()))
