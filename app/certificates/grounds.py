"""What a paper stands on. Each room says which papers its people have earned; the register issues each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.applications.models import Application, Author
from app.events.models import Event
from app.judging import lines
from app.judging import queries as judging
from app.judging.models import Award as Given
from app.judging.models import Standing
from app.people.models import Organisation, Person
from app.wording import numerals
from workflows.awards import Award


@dataclass(frozen=True)
class Ground:
    """One paper for one recipient. `source` names what it stands on («award:12»); `values` fill the paper's placeholders.

    `award`: the key of the award it is given for, empty for what is no award.
    """

    source: str
    paper: str
    application: Application
    person: Person | None = None
    organisation: Organisation | None = None
    author: Author | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    award: str = ""

    def key(self, event: Event, edition: int = 1) -> str:
        """Return «centre/event/paper/source/recipient/edition»: the same ground never gives two papers."""
        who = f"person:{self.person.id}" if self.person else f"organisation:{self.organisation.id if self.organisation else 0}"
        return f"{event.centre_id}/{event.id}/{self.paper}/{self.source}/{who}/{edition}"


def next_edition(key: str) -> str:
    """Return the key of the paper that comes in place of this one."""
    base, _slash, edition = key.rpartition("/")
    return f"{base}/{int(edition) + 1}"


def award_of(key: str) -> int | None:
    """Return the award a paper of this key is given for, or None for what is no award."""
    return next((int(part.removeprefix("award:")) for part in key.split("/") if part.startswith("award:")), None)


Giver = Callable[[Event], list[Ground]]
_givers: list[Giver] = []


def gives(giver: Giver) -> Giver:
    """Register a room's grounds."""
    _givers.append(giver)
    return giver


def of(event: Event) -> list[Ground]:
    """Return all grounds of an event, from every room."""
    return [ground for giver in _givers for ground in giver(event)]


def for_authors(
    application: Application, paper: str, source: str, values: Mapping[str, str] | None = None, award: str = ""
) -> list[Ground]:
    """Return a ground for each author of an application."""
    told = values or {}
    return [Ground(source, paper, application, author.person, author=author, values=told, award=award) for author in application.authors]


@gives
def awards(event: Event) -> list[Ground]:
    """Awards of released results: a paper for every author, one for the organisation, or both, as the award says."""
    if event.released_at is None or event.approved_at is None:  # while they are open again nothing is issued
        return []
    given = judging.awards(event.id)
    read_from = lines.read_from(event, given)
    return [
        ground
        for award in given
        for ground in _of_award(award, event.rules.award(award.award), event, _figures(read_from.get((award.application_id, award.list))))
    ]


def _figures(standing: Standing | None) -> dict[str, str]:
    """Return place and total as papers have them: «II», «II–III», «18,5»."""
    if standing is None:
        return {}
    places = [place for place in (standing.place, standing.place_to) if place]
    place = "–".join(dict.fromkeys(map(numerals.roman_signs, places)))
    return {"place": place, "total": standing.shown.replace(".", ",")}


def _of_award(award: Given, rule: Award, event: Event, figures: Mapping[str, str]) -> list[Ground]:
    if rule.paper is None:
        return []
    source, work = f"award:{award.id}", award.application
    to_organisation = rule.recipient == "organisation" or event.rules.paper(rule.paper).recipient == "organisation"
    found = [] if to_organisation else for_authors(work, rule.paper, source, figures, rule.key)
    paper = rule.paper if to_organisation else rule.organisation_paper
    if paper is not None and work.organisation is not None:
        found.append(Ground(source, paper, work, organisation=work.organisation, values=figures, award=rule.key))
    return found
