"""Letters to those who judge: jurors, and entrants who mark each other's works."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from app import wording
from app.events.models import Event
from app.judging import stages
from app.notifications import operations as notifications
from app.people.models import Appointment, Person


def tell(name: str, event: Event, marker: Appointment, key: str, *, now: datetime, **more: str) -> None:
    """Queue a letter to a juror or an entrant about her works; asking twice with one key gives one letter."""
    notifications.queue(
        name,
        to=marker.person,
        values={**_values(event, marker.person, stages.closes(event, stages.current(event, now, marker.role))), **more},
        about=f"event:{event.id}",
        key=key,
        centre_id=event.centre_id,
        event_id=event.id,
        now=now,
    )


def _values(event: Event, person: Person, closes: datetime | None) -> dict[str, str]:
    return {
        "greeting": person.greeting,
        "event": wording.say(event.title, "ru"),
        "event_en": wording.say(event.title, "en"),
        "centre": event.centre.organisation.short_name,
        **wording.both("term", lambda: wording.term(closes, event.zone, year=True) if closes else ""),
        "link": f"{current_app.config['BASE_URL']}/desk",
    }
