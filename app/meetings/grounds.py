"""The papers of a meeting: for speakers and listeners who were present, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from app import wording
from app.applications.models import Application
from app.certificates import grounds, participations
from app.certificates.grounds import Ground
from app.events.models import Event
from app.meetings import queries
from workflows.regulation import Award

SPEAKER, LISTENER = "speaker", "listener"


@participations.results.fill
def presence(applications: Sequence[Application]) -> dict[int, str]:
    """What became of a registration: present or not, once somebody has noted it."""
    words = {True: _("Участие"), False: _("Присутствие не отмечено")}
    return {one.id: words[one.present] for one in applications if one.present is not None}


@grounds.gives
def of_the_present(event: Event) -> list[Ground]:
    """A paper for every author of a registration whose people were present, by the awards of the regulation."""
    awards = {award.by: award for award in event.rules.awards if award.by in (SPEAKER, LISTENER)}
    if not awards:
        return []
    values = _values(event)
    found: list[Ground] = []
    for application, speaks in queries.present_applications(event.id):
        award = awards.get(SPEAKER if speaks else LISTENER)
        if award is not None:
            more = {**values, "hours": _hours(event, award)}
            found += grounds.for_authors(application, award.paper, f"attendance:{application.id}", more)
    return found


def _values(event: Event) -> dict[str, str]:
    held = event.date("held_on")
    return {"date": wording.day(held, event.zone, year=True) if held else ""}


def _hours(event: Event, award: Award) -> str:
    """Return the hours the paper names: those of the regulation, else the length of the meeting in half hours."""
    stated = event.rules.paper(award.paper).hours
    hours = stated if stated is not None else Decimal(round(queries.meeting_of(event.id).minutes / 30)) / 2
    return format(hours.normalize(), "f").replace(".", ",")
