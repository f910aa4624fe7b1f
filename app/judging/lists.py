"""What the page of results shows, as plain values: every list of every stage with places, totals, who goes on, awards and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications import rows
from app.events.models import Event
from app.judging import decisions, entrants, figures, pages, passage, queries, stages, why
from app.judging.acts import KINDS, order_words
from app.judging.models import Standing, Tally
from app.judging.queries import Progress
from workflows.judging.given import DISQUALIFIED
from workflows.judging.lists import MERGED, RANKED

PROGRESS = {"through": (_l("проходит дальше"), "done"), "out": (_l("не проходит"), "")}


@dataclass(frozen=True)
class ListTab:
    name: str
    title: str
    here: bool
    url: str


@dataclass(frozen=True)
class StageTabs:
    title: str
    here: bool
    lists: list[ListTab]


@dataclass(frozen=True)
class Row(pages.WorkLine):
    place: str
    total: str
    sheets: int
    enough: bool
    tied: bool
    progress: tuple[str, str] | None  # words and tone: goes on or not
    verdict: str
    awards: str
    why: list[str]


@dataclass(frozen=True)
class Link:
    """One body of the chain that approves: whose act, whether it is recorded, whether its turn has come."""

    title: str
    act: str
    done: str
    here: bool


@dataclass(frozen=True)
class Results:
    event: pages.EventHead
    stages: list[StageTabs]
    list: str
    said: str  # what is to be known about the list: too short, merged, waiting
    rows: list[Row]
    waiting: list[Row]
    older_url: str
    per_work: int
    full: int  # works with all their sheets
    of: int
    peers: Progress | None  # sheets of entrants who mark each other
    open: int  # questions that hold the approval up
    faults: list[str]
    stale: bool
    may_decide: bool  # some award may be given or withheld by decision
    passage: str  # the stage from which somebody goes on, where this list is one of its lists
    passage_letters: int
    state: str  # judging, approved, released
    again: str  # results that were published are open again: the act that had approved them
    chain: list[Link]
    order: str
    released: str
    held_letters: int
    intake_until: str  # while applications still come in

    @property
    def lacking(self) -> bool:
        return self.full < self.of or (self.peers is not None and self.peers.done < self.peers.of)


def results(event: Event, *, chosen: str, after: tuple[Any, Any] | None, now: datetime) -> Results:
    """Return the methodist's page of results; the statements stay the same whatever the number of works."""
    tally = figures.tally(event.id)
    found = [one["name"] for one in tally.lists] or figures.list_names(event.id)
    names = sorted(found, key=lambda one: in_order(event, one))
    name = chosen if chosen in names else _first(tally, names)
    stage_key = name.partition("/")[0]
    per_work = next((stages.jury_sheets(one) for one in event.rules.stages if one.key == stage_key), 0)
    rows = figures.standings_page(event.id, name, after=after)
    shown, waiting = rows[: queries.PAGE], figures.unplaced(event.id, name)
    honours = _recorded(event, name, [one.application_id for one in (*shown, *waiting)]) if event.approved_at else None
    last = shown[-1] if len(rows) > queries.PAGE else None
    return Results(
        event=pages.head(event),
        stages=_tabs(event, names, name),
        list=name,
        said=_said(event, tally, name),
        rows=[_row(event, one, per_work, honours) for one in shown],
        waiting=[_row(event, one, per_work, honours) for one in waiting],
        older_url=url_for("judging.results", event_id=event.id, list=name, place=last.place, after=last.application_id) if last else "",
        per_work=per_work,
        full=tally.full,
        of=tally.works,
        peers=entrants.progress(event.id) if stages.entrant_stages(event) else None,
        open=sum(one["waits"] for one in tally.open),
        faults=_faults(event, tally),
        stale=tally.stale,
        may_decide=event.approved_at is None and bool(decisions.to_decide(event)),
        passage=stage_key if any(one.key == stage_key and one.goes_on for one in event.rules.stages) else "",
        passage_letters=passage.held(event.id) if any(one.goes_on for one in event.rules.stages) else 0,
        state="judging" if event.approved_at is None else "released" if event.released_at else "approved",
        again=order_words(queries.order_of(event.id, former=True)) if event.released_at and event.approved_at is None else "",
        chain=_chain(event),
        order=order_words(queries.order_of(event.id)) if event.approved_at else "",
        released=wording.moment(event.released_at, event.zone, year=True) if event.released_at else "",
        held_letters=figures.letters_held(event.id) if event.approved_at and not event.released_at else 0,
        intake_until=_intake_until(event, now),
    )


def _intake_until(event: Event, now: datetime) -> str:
    """Return the end of the intake while applications still come in: approving the results ends it early."""
    closes = event.date("intake_closes")
    if event.approved_at is not None or event.released_at is not None or closes is None or now >= closes:
        return ""
    return wording.term(closes, event.zone)


def _first(tally: Tally, names: Sequence[str]) -> str:
    """Return the list to begin with: of the last stage that has any marks, for there the event is."""
    ranked = [one["name"] for one in tally.lists if one["status"] == RANKED and one["marked"]]
    last = ranked[-1].partition("/")[0] if ranked else ""
    return next((one for one in names if one.partition("/")[0] == last), names[0] if names else "")


def _tabs(event: Event, names: Sequence[str], here: str) -> list[StageTabs]:
    found: dict[str, list[ListTab]] = {}
    for one in names:
        tab = ListTab(one, list_title(event, one), one == here, url_for("judging.results", event_id=event.id, list=one))
        found.setdefault(one.partition("/")[0], []).append(tab)
    return [StageTabs(stage_title(event, key), any(one.here for one in tabs), tabs) for key, tabs in found.items()]


def in_order(event: Event, name: str, *, later_first: bool = False) -> tuple[int, int, str]:
    """Return what lists are sorted by: their stage, then the nominations as the regulation names them."""
    stages_, nominations = [one.key for one in event.rules.stages], [one.key for one in event.rules.nominations]
    stage, _slash, rest = name.partition("/")
    nomination = next((one.removeprefix("nomination=") for one in rest.split("/") if one.startswith("nomination=")), "")
    number = stages_.index(stage) if stage in stages_ else len(stages_)
    place = nominations.index(nomination) if nomination in nominations else len(nominations)
    return -number if later_first else number, place, name


def stage_title(event: Event, key: str) -> str:
    return next((wording.say(one.title) for one in event.rules.stages if one.key == key), key)


def list_title(event: Event, name: str) -> str:
    """Return what a list is called: by the titles of its nomination, group and answers."""
    parts = [one.partition("=") for one in name.split("/")[1:]]
    return ", ".join(_part_title(event, key, value) for key, _sign, value in parts) or _("Общий список")


def where(event: Event, name: str) -> str:
    """Return the stage and the list in it as people call them, empty without a name."""
    if not name:
        return ""
    stage = stage_title(event, name.partition("/")[0])
    return f"{stage} · {list_title(event, name)}" if "/" in name else stage


def said_of_list(event: Event, kept: Any) -> str:
    """Put into words what is kept about a list: people know lists by their titles, the computation by names."""
    key, values = kept
    titled = {one: f"«{where(event, str(values[one]))}»" for one in ("list", "into") if one in values}
    return wording.put(why.saying([key, {**values, **titled}]))


def _part_title(event: Event, key: str, value: str) -> str:
    titled = {"nomination": event.rules.nominations, "group": event.rules.groups}.get(key)
    if titled is None:
        titled = next((one.options for one in event.rules.questions() if one.key == key), ())
    return next((wording.say(one.title) for one in titled if one.key == value), value)  # type: ignore[attr-defined]


def _faults(event: Event, tally: Tally) -> list[str]:
    """Say why there are no results; people know works by their numbers and jurors by their names, the computation by keys."""
    by_jury = not any(source.by == "entrant" for stage in event.rules.stages for source in stage.all_sources)
    known = {
        "entry": queries.numbers_of(event, _keys(tally, "entry")),
        "juror": queries.names_of_jurors(_keys(tally, "juror")) if by_jury else {},
    }
    said = [(key, {name: known.get(name, {}).get(str(one), one) for name, one in values.items()}) for key, values in tally.faults]
    return why.in_words(said)


def _keys(tally: Tally, name: str) -> list[int]:
    return [int(one) for _key, values in tally.faults if str(one := values.get(name, "")).isdigit()]


def _said(event: Event, tally: Tally, name: str) -> str:
    found = next((one for one in tally.lists if one["name"] == name), None)
    if found is None or not found["said"]:
        return ""
    return said_of_list(event, found["said"]) if found["status"] != RANKED or found["status"] == MERGED else ""


def _recorded(event: Event, name: str, works: Sequence[int]) -> dict[int, list[str]]:
    """Return work -> its recorded awards that stand in this list, or over all lists."""
    stage = stages.is_last(event, name.partition("/")[0])
    found: dict[int, list[str]] = {}
    for one in queries.awards_among(works):
        if one.list == name or (not one.list and stage):
            found.setdefault(one.application_id, []).append(one.award)
    return found


def _row(event: Event, standing: Standing, per_work: int, honours: Mapping[int, list[str]] | None) -> Row:
    work = standing.application
    keys = [key for key, _by in standing.awards] if honours is None else honours.get(work.id, [])
    words = PROGRESS.get(standing.status)
    return Row(
        **pages.work_line(work),
        place=place_words(standing.place, standing.place_to),
        total=wording.number(Decimal(standing.shown)) if standing.shown else "",
        sheets=standing.sheets,
        enough=standing.sheets >= per_work,
        tied=standing.tied,
        progress=(str(words[0]), words[1]) if words else None,
        verdict=verdict(event, standing),
        awards=", ".join(award_title(event, key) for key in keys),
        why=why.in_words(standing.why),
    )


def award_title(event: Event, key: str) -> str:
    return next((wording.say(one.title) for one in event.rules.awards if one.key == key), key)


def verdict(event: Event, standing: Standing) -> str:
    """Return the status that a total gave, or that the work is out of the contest."""
    if standing.verdict == DISQUALIFIED:
        return str(rows.STATES[DISQUALIFIED])
    rule = next((one for one in event.rules.stages if one.key == standing.stage), None)
    return next((wording.say(one.title) for one in rule.statuses if one.key == standing.verdict), "") if rule and standing.verdict else ""


def place_words(first: int | None, last: int | None) -> str:
    if first is None:
        return ""
    return str(first) if last in (None, first) else f"{first}–{last}"


def _chain(event: Event) -> list[Link]:
    """Return the bodies that approve, where the regulation names them."""
    if not event.rules.approval:
        return []
    orders = {one.link: one for one in queries.orders_of(event.id)}
    following = next((one.key for one in event.rules.approval if one.key not in orders), None)
    return [
        Link(wording.say(one.body), str(KINDS[one.act]), order_words(orders.get(one.key)), one.key == following)
        for one in event.rules.approval
    ]
