"""What letters about an application may say, and who gets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import current_app

from app import wording
from app.applications.models import Application, Move
from app.notifications import operations as notifications
from app.people import access
from app.people.models import Person
from workflows.machine import APPLICANT, AUTHORS, METHODIST, Notice

SUBSTITUTE = "substitute"


def about(application: Application, *, reason: str = "", term: datetime | None = None, behalf: str = "") -> dict[str, str]:
    """What every letter about an application may say; kept with the notification until it is sent."""
    event = application.event
    return {
        "work": application.title,
        "number": application_number(application),
        "event": wording.say(event.title, "ru"),
        "event_en": wording.say(event.title, "en"),
        "reason": reason,
        "behalf": behalf.rstrip(". "),  # the letter or paper on which a methodist acted for her
        **wording.both("term", lambda: wording.term(term, event.zone, year=True) if term else ""),
        "centre": event.centre.organisation.short_name,
        "link": f"{current_app.config['BASE_URL']}/applications/{application.id}",
    }


def application_number(application: Application) -> str:
    """Return the number people know: «26-014» (year of the event's start, running number)."""
    if application.number is None:
        return ""
    return f"{application.event.school_year % 100:02d}-{application.number:03d}"


def tell(notice: Notice, application: Application, move: Move, *, behalf: str = "", now: datetime) -> None:
    """Queue the letters of one notice of one move, in the transaction of the move."""
    values = about(application, reason=move.reason, term=move.term, behalf=behalf)
    people = _recipients(notice.to, application, now)
    if move.step == SUBSTITUTE:
        last = application.substitutions[-1]
        values |= {"replaced": last.replaced.full_name, "successor": last.successor.full_name}
        people.append(last.replaced)
    write(notice.name, application, people, values, key=f"move:{move.id}", held=notice.held, now=now)


def write(
    name: str, application: Application, people: Iterable[Person], values: Mapping[str, str], *, key: str, now: datetime, held: bool = False
) -> None:
    """Queue one letter about an application for each of these people. `key` names the news: the same is told once."""
    for person in people:
        notifications.queue(
            name,
            to=person,
            values={**values, "greeting": person.greeting},
            about=f"application:{application.id}",
            key=f"{key}:{person.id}",
            centre_id=application.event.centre_id,
            event_id=application.event_id,
            held=held,
            now=now,
        )


def everybody_of(application: Application) -> list[Person]:
    """Return the authors and the applicant, each once."""
    people = {author.person_id: author.person for author in application.authors}
    people.setdefault(application.applicant_id, application.applicant)
    return list(people.values())


def _recipients(to: str, application: Application, now: datetime) -> list[Person]:
    if to == APPLICANT:
        return [application.applicant]
    if to == AUTHORS:
        return everybody_of(application)
    if to == METHODIST:
        return access.methodists_of(application.event.centre_id, now)
    raise ValueError(f"nobody is called {to}")
