"""Beginning a centre, beginning and ending the example."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.database import db, trace
from app.front import mode
from app.people import operations as people
from app.people.models import Centre, Person
from app.web import ADMINISTRATOR, METHODIST


def add_centre(*, name: str, short_name: str, city: str, zone: str, by: Person, now: datetime) -> bool:
    """Add another centre to this installation and let whoever adds it run it; False where that organisation is one already."""
    organisation = people.find_or_add_organisation(short_name, full_name=name, city=city, kind="centre", now=now)
    if organisation.id and db.session.scalar(select(Centre.id).where(Centre.organisation_id == organisation.id)) is not None:
        return False
    centre = Centre(organisation=organisation, zone=zone)
    db.session.add(centre)
    db.session.flush()
    for role in (ADMINISTRATOR, METHODIST):
        people.appoint(by, role, centre.id, by=by, now=now, ground="Создание центра")
    trace("centre.added", f"centre:{centre.id}", by=by.id, now=now)
    return True


def begin_centre(
    *,
    name: str,
    short_name: str,
    city: str,
    zone: str,
    surname: str,
    given_name: str,
    patronymic: str,
    email: str,
    password: str,
    now: datetime,
) -> Person:
    """Make this installation somebody's own centre and return its first methodist and administrator.

    Raises ValueError when the installation already is something.
    """
    mode.set_mode(mode.OWN)
    organisation = people.find_or_add_organisation(short_name, full_name=name, city=city, kind="centre", now=now)
    centre = Centre(organisation=organisation, zone=zone)
    db.session.add(centre)
    person = people.add_person(
        surname=surname, given_name=given_name, patronymic=patronymic, email=email, organisation=organisation, post="методист", now=now
    )
    db.session.flush()
    user = people.give_login(person, email, now=now)
    people.set_password(user, password)
    for role in (ADMINISTRATOR, METHODIST):
        people.appoint(person, role, centre.id, by=person, now=now, ground="Создание центра")
    trace("centre.begun", f"centre:{centre.id}", by=person.id, now=now)
    return person
