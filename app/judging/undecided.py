"""What the page «Что решить» shows, as plain values: what the rules leave open, with the works, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications import letters
from app.applications.models import Application
from app.events.models import Event
from app.judging import decisions, figures, lists, pages, panel, queries, stages, why
from app.judging.models import Decision, Standing
from workflows.judging.given import ADVANCE, AWARD, TIE, VOTE, WITHHOLD

MOST_WORKS = 40  # more works than this are not put in order on a page: the jury needs more sheets, not a form
MOST_QUESTIONS = 10


@dataclass(frozen=True)
class WorkRow(pages.WorkLine):
    place: str
    total: str
    why: list[str]
    typed: str


@dataclass(frozen=True)
class Question:
    """One thing to decide. `rows` is empty when there are too many works to be shown: then their numbers are typed."""

    id: str
    kind: str  # tie, cut, award, quorum
    list: str
    stage: str
    award: str
    title: str
    where: str
    said: str
    count: int
    ballots: bool  # the regulation parts equal totals by a vote
    rows: list[WorkRow]


@dataclass(frozen=True)
class Decided:
    when: str
    by: str
    what: str
    ground: str


@dataclass(frozen=True)
class Page:
    event: pages.EventHead
    questions: list[Question]
    more: int
    may_depart: bool
    closed: bool
    stale: bool
    decided: list[Decided]


def page(event: Event, *, typed: Mapping[str, str]) -> Page:
    """Return what waits for people, and what they decided, latest first; a constant number of statements."""
    tally = figures.tally(event.id)
    items = [one for one in tally.open if one["waits"] or one["kind"] == "quorum"] if event.approved_at is None else []
    shown = items[:MOST_QUESTIONS]
    works = {int(key) for one in shown if one["count"] <= MOST_WORKS for key in one["entries"]}
    rows = figures.standings_by_list(works, {one["list"] for one in shown})
    known = queries.works_by_id(works)
    return Page(
        event=pages.head(event),
        questions=[_question(event, one, rows, known, typed) for one in shown],
        more=len(items) - len(shown),
        may_depart=stages.may_depart(event),
        closed=event.approved_at is not None,
        stale=tally.stale,
        decided=_decided(event, queries.decisions(event.id)),
    )


def _question(
    event: Event,
    item: Mapping[str, Any],
    rows: Mapping[tuple[int, str], Standing],
    known: Mapping[int, Application],
    typed: Mapping[str, str],
) -> Question:
    few = item["count"] <= MOST_WORKS
    return Question(
        id=item["id"],
        kind=item["kind"],
        list=item["list"],
        stage=item["stage"],
        award=item["award"],
        title=_title(event, item),
        where=lists.where(event, item["list"]),
        said=lists.said_of_list(event, item["said"]),
        count=item["count"],
        ballots=item["kind"] == "tie" and _parts_by_vote(event, item["stage"]),
        rows=[_work(known[int(key)], rows.get((int(key), item["list"])), typed) for key in item["entries"] if int(key) in known]
        if few
        else [],
    )


def _title(event: Event, item: Mapping[str, Any]) -> str:
    places = lists.place_words(*item["places"]) if item["places"] else ""
    if item["kind"] == "award":
        return _("Награда «%(title)s»", title=lists.award_title(event, item["award"]))
    if item["kind"] == "cut":
        return _("Кто проходит дальше")
    return _("Равные суммы, места %(places)s", places=places) if item["kind"] == "tie" else _("Листов или заявок не хватает")


def _parts_by_vote(event: Event, stage: str) -> bool:
    rule = next((one for one in event.rules.stages if one.key == stage), None)
    return rule is not None and any(key.by == "vote" for one in event.rules.lists_of(rule) for key in one.tie_keys)


def _work(work: Application, standing: Standing | None, typed: Mapping[str, str]) -> WorkRow:
    return WorkRow(
        **pages.work_line(work),
        place=lists.place_words(standing.place, standing.place_to) if standing else "",
        total=wording.number(Decimal(standing.shown)) if standing and standing.shown else "",
        why=why.in_words(standing.why) if standing else [],
        typed=typed.get(f"place_{work.id}", ""),
    )


# What was decided


def _decided(event: Event, decided: Sequence[Decision]) -> list[Decided]:
    latest = list(reversed(decided[-queries.PAGE :]))
    return [
        Decided(wording.moment(one.at, event.zone, named=False), one.by.initials, what, one.ground)
        for one, what in zip(latest, in_words(event, latest), strict=True)
    ]


def in_words(event: Event, taken: Sequence[Decision]) -> list[str]:
    """Return what was decided, a sentence each, for the page and the minutes; a constant number of statements."""
    works = queries.works_by_id({one.application_id for one in taken if one.application_id})
    jurors = queries.panel_names({one.act for one in taken})
    return [_what(event, one, works, jurors) for one in taken]


def _what(event: Event, one: Decision, works: Mapping[int, Application], jurors: Mapping[str, str]) -> str:
    number = letters.application_number(works[one.application_id]) if one.application_id in works else ""
    kind = f"{one.kind}:{one.value}" if one.kind == ADVANCE else one.kind
    if not number and f"{kind}:all" in WORDS:
        kind = f"{kind}:all"
    stage = lists.stage_title(event, one.stage) if one.stage else ""
    award = lists.award_title(event, one.award)
    return str(WORDS[kind]) % {
        "number": number,
        "award": award,
        "value": _value(one),
        "stage": stage,
        "name": jurors.get(one.act, ""),
    }


def _value(one: Decision) -> str:
    if one.kind != decisions.SHEET:
        return one.value
    return " → ".join(wording.number(Decimal(total)) for total in one.value.split(" → "))


WORDS = {
    TIE: _l("Равенство: заявка № %(number)s — %(value)s-я среди равных"),
    VOTE: _l("Голосов за заявку № %(number)s: %(value)s"),
    f"{ADVANCE}:1": _l("Заявка № %(number)s проходит дальше"),
    f"{ADVANCE}:0": _l("Заявка № %(number)s не проходит дальше"),
    AWARD: _l("Заявке № %(number)s присуждено: %(award)s"),
    WITHHOLD: _l("Заявке № %(number)s не присуждается: %(award)s"),
    "withhold:all": _l("Больше никому не присуждается: %(award)s"),
    "rules": _l("Изменён порядок оценки и награждения"),
    decisions.GO_ON: _l("Утверждено без недостающих листов"),
    decisions.REOPEN: _l("Итоги открыты заново: заявка № %(number)s"),
    f"{decisions.REOPEN}:all": _l("Итоги открыты заново"),
    decisions.SHEET: _l("Заявка № %(number)s, %(stage)s: сумма листа изменена, %(value)s"),
    "disqualify": _l("Заявка № %(number)s снята с конкурса"),
    "reinstate": _l("Заявка № %(number)s возвращена в конкурс"),
    panel.CHAIR: _l("Председатель жюри — %(name)s"),
    panel.WEIGHT: _l("Вес голоса в жюри, %(name)s: %(value)s"),
}
