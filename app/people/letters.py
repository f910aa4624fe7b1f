"""Letters that signing in asks for. The room of letters stands above this one, so it comes and offers to carry them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from app.database import db
from app.people.models import Affiliation, Appointment, Centre, Person, User

Carrier = Callable[..., None]
_carriers: list[Carrier] = []
TOGETHER = {"ru": "коллеги", "en": "colleagues"}  # several people share the mailbox


def carried_by(carrier: Carrier) -> Carrier:
    """Register who queues a letter in the current transaction: `notifications.operations.queue`."""
    _carriers[:] = [carrier]
    return carrier


def queue(name: str, user: User, *, now: datetime, address: str = "", **values: str) -> None:
    """Queue one letter to a login. It holds a code or a link, so nobody may read it but the addressee."""
    person = user.persons[0] if len(user.persons) == 1 else None
    about = {
        "greeting": person.greeting if person else TOGETHER.get(user.language, TOGETHER["ru"]),
        "centre": centre_name(user.persons),
        "event": "",
        **values,
    }
    for carrier in _carriers:
        carrier(
            name,
            to=person,
            values=about,
            now=now,
            about=f"login:{user.id}",
            secret=True,
            address=address or user.email,
            language=user.language,
        )


def link(token: str) -> str:
    """Return the address a letter holds: it opens a page with a button, and is spent by the button."""
    return f"{current_app.config['BASE_URL']}/sign-in/link/{token}"


def centre_name(persons: list[Person]) -> str:
    """Return in whose name we write: the centre a person serves or works at, else the first of this installation."""
    ids = [person.id for person in persons]
    serves = select(Appointment.centre_id).where(Appointment.person_id.in_(ids))
    works = select(Affiliation.organisation_id).where(Affiliation.person_id.in_(ids), Affiliation.until.is_(None))
    first = Centre.id.in_(serves) | Centre.organisation_id.in_(works)
    centre = db.session.scalars(select(Centre).order_by(first.desc(), Centre.id).limit(1)).first()
    return centre.organisation.short_name if centre else ""
