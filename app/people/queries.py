"""Who is known here: lists of people and organisations, paged by key, for methodists and administrators."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort
from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from app.database import db
from app.people.models import Affiliation, Appointment, Centre, Consent, Organisation, Person, User
from app.people.operations import name_key

PAGE = 50
MOST_WORDS = 6


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    after: int | None  # the key of the next page


def people(*, search: str = "", organisation_id: int | None = None, after: int | None = None) -> Page:
    """Return a page of people by surname, with where each works now."""
    wanted = select(Person).options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))
    for word in search.split()[:MOST_WORDS]:
        wanted = wanted.where(_called(word))
    if organisation_id is not None:
        here = select(Affiliation.person_id).where(Affiliation.organisation_id == organisation_id, Affiliation.until.is_(None))
        wanted = wanted.where(Person.id.in_(here))
    if after is not None:
        last = select(Person.surname).where(Person.id == after).scalar_subquery()
        wanted = wanted.where(or_(Person.surname > last, (Person.surname == last) & (Person.id > after)))
    return _page(wanted.order_by(Person.surname, Person.id))


def _called(word: str) -> ColumnElement[bool]:
    """Return «some name begins so»; SQLite knows the case of Latin letters only, so we say which forms we mean."""
    forms = {word, word.capitalize(), word.title()}
    names = (Person.surname, Person.given_name, Person.patronymic)
    found = [name.startswith(form, autoescape=True) for name in names for form in sorted(forms)]
    return or_(*found, Person.email.startswith(word.lower(), autoescape=True))


def organisations(*, search: str = "", after: int | None = None) -> Page:
    """Return a page of organisations by name, schools of one name by their numbers."""
    wanted = select(Organisation)
    key = name_key(search)
    if key:
        wanted = wanted.where(Organisation.name_key.contains(key, autoescape=True))
    elif search:
        wanted = wanted.where(Organisation.id.is_(None))
    if after is not None:
        last = select(Organisation.order_key).where(Organisation.id == after).scalar_subquery()
        wanted = wanted.where(or_(Organisation.order_key > last, (Organisation.order_key == last) & (Organisation.id > after)))
    return _page(wanted.order_by(Organisation.order_key, Organisation.id))


def people_at(organisation_ids: Collection[int]) -> dict[int, int]:
    """Return how many people work at each of these organisations now."""
    here = select(func.count(Affiliation.person_id.distinct())).where(Affiliation.organisation_id == Organisation.id)
    count = here.where(Affiliation.until.is_(None)).correlate(Organisation).scalar_subquery()
    return dict(db.session.execute(select(Organisation.id, count).where(Organisation.id.in_(organisation_ids))).all())


def _page(wanted: Select[Any]) -> Page:
    rows = db.session.scalars(wanted.limit(PAGE + 1)).all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def person_or_404(person_id: int) -> Person:
    wanted = select(Person).where(Person.id == person_id).options(joinedload(Person.user))
    return db.session.scalar(wanted) or abort(404)


def organisation_or_404(organisation_id: int) -> Organisation:
    return db.session.get(Organisation, organisation_id) or abort(404)


def staff_appointments(person_id: int, now: datetime) -> list[Appointment]:
    """Return a person's appointments to centres that are in force, without those to single events."""
    wanted = select(Appointment).where(Appointment.person_id == person_id, Appointment.event_id.is_(None))
    return list(db.session.scalars(wanted.where(or_(Appointment.until.is_(None), Appointment.until > now)).order_by(Appointment.id)))


def appointment_or_404(appointment_id: int) -> Appointment:
    wanted = select(Appointment).where(Appointment.id == appointment_id, Appointment.event_id.is_(None), Appointment.until.is_(None))
    return db.session.scalar(wanted.options(joinedload(Appointment.person).joinedload(Person.user))) or abort(404)


def centres(ids: Collection[int]) -> list[Centre]:
    return list(db.session.scalars(select(Centre).where(Centre.id.in_(ids)).order_by(Centre.id)))


def zone() -> ZoneInfo:
    """Return the zone in which dates of people are said: that of the first centre."""
    return ZoneInfo(db.session.scalar(select(Centre.zone).order_by(Centre.id).limit(1)) or "UTC")


def consents_of(person_id: int) -> list[Consent]:
    """Return what a person agreed to, the newest first."""
    return list(db.session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc()).limit(100)))


def consent_or_404(consent_id: int, person_id: int) -> Consent:
    return db.session.scalar(select(Consent).where(Consent.id == consent_id, Consent.person_id == person_id)) or abort(404)


def affiliation_or_404(affiliation_id: int, person_id: int) -> Affiliation:
    return db.session.scalar(select(Affiliation).where(Affiliation.id == affiliation_id, Affiliation.person_id == person_id)) or abort(404)


def persons_of(user_id: int) -> list[Person]:
    """Return the people a login acts for, with where they work."""
    wanted = select(Person).where(Person.user_id == user_id).order_by(Person.surname, Person.id)
    return list(db.session.scalars(wanted.options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))))


# What a pasted table is compared with


def organisations_by_key(keys: Collection[str]) -> dict[str, Organisation]:
    """Return key -> organisation, the oldest where there are doubles."""
    found: dict[str, Organisation] = {}
    for some in _chunks(sorted(keys)):
        for row in db.session.scalars(select(Organisation).where(Organisation.name_key.in_(some)).order_by(Organisation.id)):
            found.setdefault(row.name_key, row)
    return found


def people_by_name(names: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[Person]]:
    """Return (surname, given name) -> people called so, with their places."""
    found: dict[tuple[str, str], list[Person]] = {}
    for some in _chunks(sorted(names)):
        wanted = select(Person).where(tuple_(Person.surname, Person.given_name).in_(some))
        for row in db.session.scalars(wanted.options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))):
            found.setdefault((row.surname, row.given_name), []).append(row)
    return found


def people_by_address(addresses: Collection[str]) -> dict[str, Person]:
    """Return address -> somebody who has it: as contact or for signing in."""
    found: dict[str, Person] = {}
    for some in _chunks(sorted(addresses)):
        for row in db.session.scalars(select(Person).where(Person.email.in_(some)).order_by(Person.id)):
            found.setdefault(row.email, row)
        logins = select(User.email, Person).join(Person, Person.user_id == User.id).where(User.email.in_(some))
        for address, person in db.session.execute(logins.order_by(Person.id)):
            found.setdefault(address or "", person)
    return found


def _chunks(values: list[Any], size: int = 400) -> list[list[Any]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
