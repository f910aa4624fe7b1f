"""What the pages of results show, as plain values: lists and places, what waits for a decision, who is honoured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import wording
from app.applications import letters
from app.applications.models import Application
from app.events.models import Event
from app.judging import figures, pages, queries
from app.judging import results as judging
from app.judging.models import Award, Decision, Standing
from app.judging.stages import OVERALL
from app.people import access
from workflows.judging.awards import Given, Open

MOST_TIED = 40  # more works than this are not put in order on a page: the jury needs more sheets, not a form
MOST_TIES = 5
ROMAN = {1: "I", 2: "II", 3: "III"}


@dataclass(frozen=True)
class ListTab:
    name: str
    title: str
    here: bool
    url: str


@dataclass(frozen=True)
class Row:
    work: int
    number: str
    title: str
    url: str
    organisation: str
    place: str
    total: str
    sheets: int
    enough: bool
    tied: bool
    awards: str


@dataclass(frozen=True)
class TieRow:
    work: int
    number: str
    title: str
    organisation: str
    total: str
    typed: str


@dataclass(frozen=True)
class Tie:
    """`rows` is empty when there are too many to be put in order here."""

    name: str
    nomination: str
    places: str
    count: int
    rows: list[TieRow]


@dataclass(frozen=True)
class Decided:
    when: str
    by: str
    what: str
    ground: str


@dataclass(frozen=True)
class Results:
    event: pages.EventHead
    lists: list[ListTab]
    rows: list[Row]
    waiting: list[Row]
    older_url: str
    per_work: int
    full: int  # works with all their sheets
    of: int
    ties: list[Tie]
    decided: list[Decided]
    state: str  # judging, approved, released
    order: str
    released: str
    held_letters: int
    intake_until: str  # while applications still come in


def results(event: Event, *, chosen: str, after: tuple[Any, Any] | None, typed: Mapping[str, str], now: datetime) -> Results:
    """Return the methodist's page of results; the statements stay the same whatever the number of works."""
    stage, closes = event.rules.marking_stage, event.date("intake_closes")
    per_work = stage.jury.sheets if stage else 0
    names = list_names(event)
    name = chosen if chosen in names else _first_with_works(event, names)
    decided = queries.decisions(event.id)
    given, ties = judging.preview(event, decided) if event.approved_at is None else ([], [])
    rows = queries.standings_page(event.id, name, after=after)
    shown, waiting = rows[: queries.PAGE], queries.unplaced(event.id, name)
    honours = _award_words(event, [one.application_id for one in (*shown, *waiting)], given)
    tally = figures.tally(event.id)
    last = shown[-1] if len(rows) > queries.PAGE else None
    order = queries.order_of(event.id) if event.approved_at else None
    return Results(
        event=pages.head(event),
        lists=[ListTab(one, list_title(event, one), one == name, url_for("judging.results", event_id=event.id, list=one)) for one in names],
        rows=[_row(one, per_work, honours) for one in shown],
        waiting=[_row(one, per_work, honours) for one in waiting],
        older_url=url_for("judging.results", event_id=event.id, list=name, place=last.place, after=last.application_id) if last else "",
        per_work=per_work,
        full=tally.full,
        of=tally.works,
        ties=_ties(event, ties, typed),
        decided=_decided(event, decided),
        state="released" if event.released_at else "approved" if event.approved_at else "judging",
        order=_("Приказ № %(number)s от %(day)s", number=order.number, day=wording.day(order.day, year=True)) if order else "",
        released=wording.moment(event.released_at, event.zone, year=True) if event.released_at else "",
        held_letters=figures.letters_held(event.id) if event.approved_at and not event.released_at else 0,
        intake_until=wording.term(closes, event.zone) if event.approved_at is None and closes and now < closes else "",
    )


def _first_with_works(event: Event, names: Sequence[str]) -> str:
    """Return the first list that has works: an empty one would look as if nothing had been judged."""
    filled = queries.filled_lists(event.id)
    return next((name for name in names if name in filled), names[0])


def list_names(event: Event) -> list[str]:
    rules = event.rules
    by_nomination = "nomination" in rules.ranking.by and rules.nominations
    return [f"nomination={one.key}" for one in rules.nominations] if by_nomination else [OVERALL]


def list_title(event: Event, name: str) -> str:
    return pages.nomination_words(event, name.removeprefix("nomination=")) or _("Общий список")


def award_choices(event: Event) -> list[SelectChoice]:
    return [SelectChoice(one.key, wording.say(one.title)) for one in event.rules.awards if one.by in ("place", "participant")]


def _award_words(event: Event, works: Sequence[int], given: Sequence[Given]) -> dict[int, str]:
    """Return work -> its awards in words: recorded ones after approval, before it what the places would give."""
    keys: dict[int, list[str]] = queries.award_keys(works) if event.approved_at else {}
    for one in given:
        keys.setdefault(int(one.key), []).append(one.award)
    return {work: ", ".join(wording.say(event.rules.award(key).title) for key in found) for work, found in keys.items()}


def _row(standing: Standing, per_work: int, honours: Mapping[int, str]) -> Row:
    work = standing.application
    return Row(
        work=work.id,
        number=letters.application_number(work),
        title=work.title or _("Без названия"),
        url=url_for("applications.show", application_id=work.id),
        organisation=work.organisation.short_name if work.organisation else "",
        place=_place(standing.place, standing.place_to),
        total=wording.number(Decimal(standing.shown)) if standing.shown else "",
        sheets=standing.sheets,
        enough=standing.sheets >= per_work,
        tied=standing.tied,
        awards=honours.get(work.id, ""),
    )


def _place(first: int | None, last: int | None) -> str:
    if first is None:
        return ""
    return str(first) if last in (None, first) else f"{first}–{last}"


def _ties(event: Event, ties: Sequence[Open], typed: Mapping[str, str]) -> list[Tie]:
    shown = {int(key) for one in ties[:MOST_TIES] if len(one.keys) <= MOST_TIED for key in one.keys}
    rows = queries.standings_of(shown)
    return [
        Tie(
            one.list,
            list_title(event, one.list),
            _place(one.place, one.place_to),
            len(one.keys),
            [_tie_row(rows[int(key)], typed) for key in one.keys if int(key) in rows],
        )
        for one in ties
    ]


def _tie_row(standing: Standing, typed: Mapping[str, str]) -> TieRow:
    work = standing.application
    organisation = work.organisation.short_name if work.organisation else ""
    total = wording.number(Decimal(standing.shown)) if standing.shown else ""
    return TieRow(
        work.id, letters.application_number(work), work.title or _("Без названия"), organisation, total, typed.get(f"place_{work.id}", "")
    )


def _decided(event: Event, decided: Sequence[Decision]) -> list[Decided]:
    works = queries.works_by_id({one.application_id for one in decided if one.application_id})
    return [
        Decided(wording.moment(one.at, event.zone, named=False), one.by.initials, _what(event, one, works), one.ground)
        for one in reversed(decided[-queries.PAGE :])
    ]


def _what(event: Event, one: Decision, works: Mapping[int, Application]) -> str:
    number = letters.application_number(works[one.application_id]) if one.application_id in works else ""
    if one.kind == judging.TIE:
        return _("Равенство: заявка № %(number)s — %(place)s-я среди равных", number=number, place=one.value)
    if one.kind == judging.GO_ON:
        return _("Утверждено без недостающих листов")
    award = wording.say(event.rules.award(one.award).title) if one.award else ""
    if one.kind == judging.AWARD:
        return _("Заявке № %(number)s присуждено: %(award)s", number=number, award=award)
    return _("Заявке № %(number)s не присуждается: %(award)s", number=number, award=award)


# What everybody reads


@dataclass(frozen=True)
class Honour:
    award: str
    place: str  # roman where it has one: «I»
    title: str
    authors: tuple[tuple[str, str], ...]  # name as it may be public, organisation


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


def winners(event: Event, now: datetime, *, after: int) -> Winners:
    """Return the published results: names as their owners allow, winners first, participants a page at a time."""
    places = [one.key for one in event.rules.awards if one.by == "place"]
    others = [one.key for one in event.rules.awards if one.by != "place"]
    best = queries.awards_with(event.id, places) if not after else []
    rest = queries.awards_with(event.id, others, after=after, most=queries.PAGE + 1)
    later = rest[queries.PAGE - 1].id if len(rest) > queries.PAGE else None
    rest = rest[: queries.PAGE]
    names = access.public_names({author.person for one in (*best, *rest) for author in one.application.authors}, now)
    order = queries.order_of(event.id)
    return Winners(
        event=pages.head(event),
        kind=wording.say(event.rules.organiser),
        day=wording.day(event.released_at, event.zone, year=True) if event.released_at else "",
        order=_("Приказ № %(number)s от %(day)s", number=order.number, day=wording.day(order.day, year=True)) if order else "",
        sections=_sections(event, best, names),
        participants=[_honour(event, one, names) for one in rest],
        later=later,
        first_page=not after,
    )


def _sections(event: Event, best: Sequence[Award], names: Mapping[int, str]) -> list[Section]:
    order = {award.key: number for number, award in enumerate(event.rules.awards)}
    ranked = sorted(best, key=lambda one: (order[one.award], one.id))
    found = []
    for name in list_names(event):
        nomination = name.removeprefix("nomination=")
        mine = [one for one in ranked if name == OVERALL or one.application.nomination == nomination]
        if mine:
            found.append(Section(list_title(event, name), [_honour(event, one, names) for one in mine]))
    return found


def _honour(event: Event, award: Award, names: Mapping[int, str]) -> Honour:
    rule, work = event.rules.award(award.award), award.application
    authors = tuple((names[one.person_id], one.organisation.short_name if one.organisation else "") for one in work.authors)
    place = rule.place_from if rule.by == "place" else None
    return Honour(wording.say(rule.title), ROMAN.get(place or 0, str(place or "")), work.title or _("Без названия"), authors)
