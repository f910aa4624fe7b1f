"""What everybody reads once the results are published: who is honoured, in lists, and who took part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app import wording
from app.events.models import Event
from app.judging import lines, lists, pages, queries, stages
from app.judging.acts import order_words
from app.judging.models import Award, Standing
from app.people import access
from workflows.awards import PRESENCE

Stood = Mapping[tuple[int, str], Standing]
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}


@dataclass(frozen=True)
class Honour:
    award: str
    place: str  # roman where it has one: «I»
    title: str
    authors: tuple[tuple[str, str], ...]  # name as it may be public, organisation
    line: str  # the same by the pattern of the regulation, where it has one
    says_award: bool  # the award stands in that line


@dataclass(frozen=True)
class Section:
    title: str
    honours: list[Honour]


@dataclass(frozen=True)
class Winners:
    event: pages.EventHead
    kind: str
    day: str
    order: str
    sections: list[Section]
    participants: list[Honour]
    later: int | None
    first_page: bool
    reviewed: bool


def winners(event: Event, now: datetime, *, after: int) -> Winners:
    """Return the published results: names as their owners allow, winners first, participants a page at a time."""
    others = [one.key for one in event.rules.awards if one.by == "participant" or one.by in PRESENCE]
    places = [one.key for one in event.rules.awards if one.key not in others]
    best = queries.awards_with(event.id, places) if not after else []
    rest = queries.awards_with(event.id, others, after=after, most=queries.PAGE + 1)
    later = rest[queries.PAGE - 1].id if len(rest) > queries.PAGE else None
    rest = rest[: queries.PAGE]
    names = access.public_names({author.person for one in (*best, *rest) for author in one.application.authors}, event.id, now)
    stood = {} if stages.is_reviewed(event) else lines.read_from(event, best)  # what is computed now is not published
    return Winners(
        event=pages.head(event),
        kind=wording.say(event.rules.organiser),
        day=wording.day(event.released_at, event.zone, year=True) if event.released_at else "",
        order=order_words(queries.order_of(event.id, former=event.approved_at is None)),
        sections=_sections(event, best, names, stood),
        participants=[_honour(event, one, names, {}) for one in rest],
        later=later,
        first_page=not after,
        reviewed=stages.is_reviewed(event),
    )


def _sections(event: Event, best: Sequence[Award], names: Mapping[int, str], stood: Stood) -> list[Section]:
    order = {award.key: number for number, award in enumerate(event.rules.awards)}
    ranked = sorted(best, key=lambda one: (order[one.award], one.id))
    sections: dict[str, list[Award]] = {}
    for one in ranked:
        sections.setdefault(one.list, []).append(one)
    several = len({name.partition("/")[0] for name in sections if name}) > 1
    return [
        Section(_section_title(event, name, several=several), [_honour(event, one, names, stood) for one in sections[name]])
        for name in sorted(sections, key=lambda name: (bool(name), *lists.in_order(event, name, later_first=True)))
    ]


def _section_title(event: Event, name: str, *, several: bool) -> str:
    if not name:
        return _("Среди всех участников")
    stage = f"{lists.stage_title(event, name.partition('/')[0])}: " if several else ""
    return stage + lists.list_title(event, name)


def _honour(event: Event, award: Award, names: Mapping[int, str], stood: Stood) -> Honour:
    rule, work = event.rules.award(award.award), award.application
    authors = tuple((names[one.person_id], one.organisation.short_name if one.organisation else "") for one in work.authors)
    place = rule.place_from if rule.by == "place" and rule.place_to in (None, rule.place_from) else None
    standing = stood.get((award.application_id, award.list))
    return Honour(
        award=wording.say(rule.title),
        place=ROMAN.get(place or 0, str(place or "")),
        title=work.title or _("Без названия"),
        authors=authors,
        line=lines.of_award(event, award, standing, names=names) if stood else "",
        says_award="{award}" in lines.pattern(event, standing.stage) if standing else False,
    )
