"""Minutes and lists of results as the regulation describes them: chosen columns, named as it names them, and a pattern of a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app import wording
from app.applications import answers, staff
from app.applications.models import Application
from app.closing import queries
from app.events.models import Event
from app.judging import figures, lines, lists, pages, stages, undecided
from app.judging import queries as judging
from app.judging.acts import order_words
from app.judging.models import Order, Standing
from app.people import access
from app.web import Visitor
from workflows.judging.given import DISQUALIFIED
from workflows.parts import Column, Minutes

STAFF, JURY, PUBLIC = "staff", "jury", "public"
SEES = {STAFF: ("everyone", "jury", "staff"), JURY: ("everyone", "jury")}
MOST_SHOWN = 200  # rows of one page; the workbook has all
STANDS = {**dict.fromkeys(("number", "sheets", "total", "place"), "num"), "entry": "nowrap", "title": "lead-cell"}


@dataclass(frozen=True)
class Section:
    """One list of the stage: what is to be said about it, its rows, and its results as lines."""

    title: str
    said: str
    rows: list[list[str]]
    lines: list[str]


@dataclass(frozen=True)
class Sheet:
    """Minutes as they are read and printed: plain values only.

    Where they are longer than one page, a page has its rows alone; figures, decisions and signatures stand in the workbook.
    """

    event: pages.EventHead
    place: int
    title: str
    stage: str
    organiser: str
    day: str
    statistics: list[tuple[str, str]]
    columns: list[tuple[str, str]]  # heading, how its cells stand: «num» for figures, «nowrap», «lead-cell»
    sections: list[Section]
    decisions: list[tuple[str, str, str]]  # when, what, ground
    acts: list[str]
    signatures: list[tuple[str, str]]
    whole: bool  # all rows are here
    further: int | None  # after which row the next page begins
    preliminary: bool
    audience: str


def audience(event: Event, visitor: Visitor) -> str | None:
    """Return as whom a visitor may read minutes: staff at any time, the jury and everybody else once the results are published."""
    if visitor.signed_in and event.centre_id in getattr(visitor, "centres", ()):
        return STAFF
    if event.released_at is None:
        return None
    return JURY if event.id in getattr(visitor, "juror_of", ()) else PUBLIC


def of(event: Event, place: int, *, read_by: str, now: datetime, after: int = 0, most: int | None = MOST_SHOWN) -> Sheet:
    """Return the minutes of that place in the regulation, from 1, or a page of them, after one of their rows.

    The statements stay the same whatever the number of rows.
    """
    rule = event.rules.minutes[place - 1]
    hidden = read_by != STAFF and event.approved_at is None  # opened again: what is computed now is nobody's but the centre's
    names, lists_said = ([], {}) if hidden else _lists(event, rule.stage)
    without = [one.key for one in event.rules.stage(rule.stage).statuses if "minutes" not in one.keeps]
    last, number = (queries.standing_with_number(event.id, after, without=without) if after else None) or (None, 0)
    begins = last if last is not None and last.list in names else None
    rows = queries.standings(event.id, names, without=without, after=begins, most=most + 1 if most else None)
    whole = begins is None and (most is None or len(rows) <= most)
    writer = _Writer(event, rule, rows[:most], read_by=read_by, now=now, whole=most is None)
    for_staff, acts = read_by == STAFF, queries.acts_of(event.id)
    return Sheet(
        event=pages.head(event),
        place=place,
        title=wording.say(rule.title),
        stage=lists.stage_title(event, rule.stage),
        organiser=wording.say(event.rules.organiser) or event.centre.organisation.full_name,
        day=wording.day((event.approved_at or now).astimezone(event.zone).date(), year=True),
        statistics=_statistics(event) if whole and read_by != PUBLIC else [],
        columns=[(wording.say(one.title), STANDS.get(one.shows, "")) for one in writer.columns],
        sections=writer.sections(names if whole else [], lists_said, begins.list if begins else "", number),
        decisions=_decisions(event, rule.stage) if whole and for_staff else [],
        acts=[_act(one, event, signed=read_by != PUBLIC) for one in acts],
        signatures=_signatures(event, rule, acts, now) if whole and read_by != PUBLIC else [],
        whole=whole,
        further=rows[most - 1].id if most is not None and len(rows) > most else None,
        preliminary=event.approved_at is None,
        audience=read_by,
    )


def _act(one: Order, event: Event, *, signed: bool) -> str:
    """Return an act; of a former one also who signed it: those of the act in force stand among the signatures."""
    if one.reopened_at is None:
        return order_words(one)
    words = ", ".join(part for part in (order_words(one), *((one.chair, one.secretary) if signed else ())) if part)
    return _("%(act)s (итоги открыты заново %(day)s)", act=words, day=wording.moment(one.reopened_at, event.zone, year=True))


def _lists(event: Event, stage: str) -> tuple[list[str], dict[str, Mapping[str, object]]]:
    """Return the names of a stage's lists as the regulation orders them, and what is kept of each."""
    known = {one["name"]: one for one in figures.tally(event.id).lists}
    names = [one for one in known or figures.list_names(event.id) if one.partition("/")[0] == stage]
    return sorted(names, key=lambda one: lists.in_order(event, one)), known


class _Writer:
    """Puts standings into cells and lines for one kind of reader."""

    def __init__(self, event: Event, rule: Minutes, rows: Sequence[Standing], *, read_by: str, now: datetime, whole: bool) -> None:
        self.event, self.rule, self.read_by, self.rows = event, rule, read_by, rows
        self.questions = {one.key: one for one in event.rules.questions()}
        self.nominations = {one.key: wording.say(one.title) for one in event.rules.nominations}
        self.columns = [one for one in rule.columns if self._may_see(one)] if read_by != PUBLIC else []
        works = None if whole else [row.application_id for row in rows]
        self.awards = queries.recorded_awards(event.id, works) if event.approved_at else {}
        people = {author.person for row in rows for author in row.application.authors} if read_by == PUBLIC else set()
        self.names = access.public_names(people, event.id, now) if people else {}
        asked = {one.shows for one in self.columns}
        self.sheets = queries.sheet_totals(event.id, rule.stage, works) if "sheets" in asked else {}
        answered = {} if "answer" not in asked else staff.kept_of_event(event.id) if works is None else staff.kept(works)
        self.staff: Mapping[int, Mapping[str, Any]] = answered

    def _may_see(self, column: Column) -> bool:
        if column.shows != "answer":
            return True
        asked = self.questions.get(column.question or "")
        return asked is not None and asked.shown_to in SEES[self.read_by]

    def sections(self, names: Sequence[str], known: Mapping[str, Mapping[str, object]], begun: str, before: int) -> list[Section]:
        """Return the lists, those `names` also when they are empty; of the list `begun` so many rows stand on pages before."""
        grouped: dict[str, list[tuple[Standing, dict[str, str]]]] = {name: [] for name in names}
        for row in self.rows:
            grouped.setdefault(row.list, []).append((row, self._values(row)))
        return [
            Section(
                lists.list_title(self.event, name),
                self._said(name, known.get(name)),
                self._cells(rows, before if name == begun else 0),
                self._lines(rows),
            )
            for name, rows in grouped.items()
        ]

    def _said(self, name: str, kept: Mapping[str, object] | None) -> str:
        """Return what is to be known of a list: for too few entries in the words that the regulation has for the minutes."""
        if kept is None or not kept["said"] or kept["status"] == "ranked":
            return ""
        stage = self.event.rules.stage(self.rule.stage)
        keys = tuple(part.partition("=")[0] for part in name.split("/")[1:])
        least = next((one.least for one in self.event.rules.lists_of(stage) if one.by == keys and one.least), None)
        return (wording.say(least.words) if least else "") or lists.said_of_list(self.event, kept["said"])

    def _cells(self, rows: Sequence[tuple[Standing, dict[str, str]]], before: int) -> list[list[str]]:
        if not self.columns:
            return []
        numbered = enumerate(rows, start=before + 1)
        return [[self._cell(one, row, values, number) for one in self.columns] for number, (row, values) in numbered]

    def _cell(self, column: Column, row: Standing, values: Mapping[str, str], number: int) -> str:
        match column.shows:
            case "number":
                return str(number)
            case "sheets":
                return "; ".join(_figure(one) for one in self.sheets.get(row.application_id, ()))
            case "place":
                return lists.place_words(row.place, row.place_to) or lists.verdict(self.event, row) or "—"
            case "award":
                return values["award"] or lists.verdict(self.event, row)
            case "answer":
                return self._answer(row.application, column.question or "")
            case _:
                return values[NAMED[column.shows]]

    def _values(self, row: Standing) -> dict[str, str]:
        """Return what the pattern of a line may name."""
        work = row.application
        names = self.names if self.read_by == PUBLIC else None
        zone = self._answer(work, "zone") if "zone" in self.questions else None
        nomination = self.nominations.get(work.nomination, "")
        return lines.values(self.event, work, row, self._award(row), names=names, zone=zone, nomination=nomination)

    def _answer(self, work: Application, key: str) -> str:
        asked = self.questions.get(key)
        if asked is None:
            return ""
        given = self.staff.get(work.id, {}).get(key) if asked.filled_by == "staff" else work.answers.get(key)
        return answers.in_words(asked, given, self.event, self.event.rules)

    def _award(self, row: Standing) -> str:
        """Those over all lists stand in every list of the last stage."""
        if not self.event.approved_at:
            return ", ".join(lists.award_title(self.event, key) for key, _by in row.awards)
        last = stages.is_last(self.event, self.rule.stage)
        given = self.awards.get(row.application_id, ())
        return ", ".join(lists.award_title(self.event, key) for key, name in given if name == row.list or (not name and last))

    def _lines(self, rows: Sequence[tuple[Standing, Mapping[str, str]]]) -> list[str]:
        """Return the list as lines: who has no place where the pattern names one, and no award, stands in none."""
        how = wording.say(self.rule.line)
        return [line for line in (lines.told(how, values) for row, values in rows if row.verdict != DISQUALIFIED) if line]


NAMED = {
    "entry": "number",
    "authors": "authors",
    "organisations": "organisations",
    "title": "work",
    "nomination": "nomination",
    "zone": "zone",
    "total": "total",
}


def _figure(total: str) -> str:
    return pages.figure(Fraction(total)) if total else "—"


def _statistics(event: Event) -> list[tuple[str, str]]:
    found = queries.received(event.id)
    titles = {one.key: wording.say(one.title) for one in event.rules.nominations}
    counted = [
        (_("Поступило заявок"), found.received),
        (_("Допущено"), found.admitted),
        *([(_("Снято с конкурса"), found.disqualified)] if found.disqualified else []),
        (_("Авторов"), found.authors),
        (_("Организаций"), found.organisations),
        (_("Территорий"), found.territories),
    ]
    named = [
        (title, _("поступило %(received)s, допущено %(admitted)s", received=counts[0], admitted=counts[1]))
        for key, title in titles.items()
        for counts in [found.nominations.get(key, (0, 0))]
    ]
    return [*((name, str(count)) for name, count in counted), *named]


def _decisions(event: Event, stage: str) -> list[tuple[str, str, str]]:
    """Return what people decided at a stage, with grounds; decisions on no list belong to every stage."""
    taken = [one for one in judging.decisions(event.id) if (one.list.partition("/")[0] or one.stage) in ("", stage)]
    told = zip(taken, undecided.in_words(event, taken), strict=True)
    return [(wording.moment(one.at, event.zone, named=False), what, one.ground) for one, what in told]


def _signatures(event: Event, rule: Minutes, acts: Sequence[Order], now: datetime) -> list[tuple[str, str]]:
    """Return who signs: chair and secretary as typed with the act, else the chair of the jury and those of the committee; the
    members of the jury of the stage, of the committee where there is no jury."""
    stage = event.rules.stage(rule.stage)
    found = judging.jurors_of(event.id, now)
    sitting = [one for one in found if not one.jury or any(one.jury == source.jury for source in stages.juries(stage))]
    committee, signed = event.rules.committee, next((one for one in acts if one.reopened_at is None and (one.chair or one.secretary)), None)
    chairs = [one.person.initials for one in sitting if one.chair] or [wording.say(committee.chair) if committee else ""]
    chair = signed.chair if signed is not None and signed.chair else ", ".join(chairs)
    secretary = signed.secretary if signed is not None and signed.secretary else wording.say(committee.secretary) if committee else ""
    members = [one.person.initials for one in sitting if not one.chair]
    if not sitting and committee:
        members = [wording.say(one) for one in committee.members]
    role = _("Член жюри") if sitting else _("Член комиссии")
    return [(_("Председатель"), chair), (_("Секретарь"), secretary), *((role, name) for name in members if name not in (chair, secretary))]


def offered(event: Event) -> list[tuple[int, str, str]]:
    """Return the minutes that the regulation describes: place, title, stage."""
    return [(place, wording.say(one.title), lists.stage_title(event, one.stage)) for place, one in enumerate(event.rules.minutes, start=1)]


def url_of(event: Event, place: int) -> str:
    return url_for("closing.minutes", event_id=event.id, place=place)
