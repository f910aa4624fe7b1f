"""What the methodist's page about the jury shows, as plain values: who judges what, and what a draw would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications import letters
from app.applications.models import Application
from app.events.models import Event
from app.judging import draw, jury, pages, panel, queries, stages
from app.judging.forms import plain
from app.judging.models import Assignment
from app.judging.queries import Progress
from app.people.models import Appointment
from workflows.regulation import Stage
from workflows.saying import Saying

REASONS = {
    draw.OWN: _l("своя работа"),
    draw.SAME_ORGANISATION: _l("одна организация с автором"),
    draw.RECUSED: _l("самоотвод"),
}


@dataclass(frozen=True)
class StageTab:
    title: str
    url: str
    here: bool


@dataclass(frozen=True)
class JurorRow:
    id: int
    name: str
    place: str
    chair: bool
    jury: str
    progress: Progress
    left: int


@dataclass(frozen=True)
class Cell:
    """One juror's part in one work."""

    assignment_id: int
    name: str
    state: str
    tone: str
    removable: bool


@dataclass(frozen=True)
class WorkLine:
    id: int
    number: str
    title: str
    url: str
    organisation: str
    nomination: str
    cells: list[Cell]
    lacking: int


@dataclass(frozen=True)
class Recusal:
    name: str
    number: str
    title: str
    reason: str
    when: str


@dataclass(frozen=True)
class Board:
    event: pages.EventHead
    stage: str
    stages: list[StageTab]
    juries: list[tuple[str, str]]
    jurors: list[JurorRow]
    works: list[WorkLine]
    later: int | None
    recusals: list[Recusal]
    per_work: int
    term: str
    reached: bool  # only works that went on to this stage are here
    closed: bool  # approved: nothing changes any more


def board(event: Event, stage: Stage, now: datetime, *, after: int) -> Board:
    """Return the page about the jury: a constant number of statements, a page of works at a time."""
    jurors = queries.jurors_of(event.id, now)
    progress = queries.progress_by_juror(event.id)
    places = queries.workplace_names([juror.person_id for juror in jurors])
    reached = not stages.is_for_all(event, stage)
    works, later = queries.works_page(event.id, stage=stage.key if reached else "", after=after)
    assigned = queries.assignments_of([work.id for work in works], stage.key)
    closes = stages.closes(event, stage)
    juries = jury_choices(event)
    return Board(
        event=pages.head(event),
        stage=stage.key,
        stages=_stage_tabs(event, stage),
        juries=juries,
        jurors=[_juror(one, progress.get(one.id, Progress(0, 0)), places.get(one.person_id, ""), dict(juries)) for one in jurors],
        works=[_work(event, work, assigned.get(work.id, []), stage) for work in works],
        later=later,
        recusals=[recusal(one, event) for one in queries.recusals(event.id)],
        per_work=stages.jury_sheets(stage),
        term=wording.term(closes, event.zone) if closes else "",
        reached=reached,
        closed=event.approved_at is not None or event.released_at is not None,
    )


def jury_choices(event: Event) -> list[tuple[str, str]]:
    """Return the juries that sit side by side, (key, title): none where there is only one."""
    found = {source.jury: source for stage in stages.jury_stages(event) for source in stages.juries(stage) if source.jury is not None}
    return [(key, wording.say(source.title) or key) for key, source in found.items()]


def _stage_tabs(event: Event, stage: Stage) -> list[StageTab]:
    return [
        StageTab(wording.say(one.title), url_for("judging.jury", event_id=event.id, stage=one.key), one.key == stage.key)
        for one in stages.jury_stages(event)
    ]


def _juror(juror: Appointment, progress: Progress, place: str, juries: Mapping[str, str]) -> JurorRow:
    jury = juries.get(juror.jury, "")
    return JurorRow(juror.id, juror.person.full_name, place, juror.chair, jury, progress, progress.of - progress.done)


def _work(event: Event, work: Application, assigned: Sequence[Assignment], stage: Stage) -> WorkLine:
    held = [one for one in assigned if one.recused_at is None and one.judge_id is None]
    return WorkLine(
        id=work.id,
        number=letters.application_number(work),
        title=work.title or _("Без названия"),
        url=url_for("applications.show", application_id=work.id),
        organisation=work.organisation.short_name if work.organisation else "",
        nomination=pages.nomination_words(event, work.nomination),
        cells=[_cell(one) for one in held],
        lacking=max(0, stages.jury_sheets(stage) - len(held)),
    )


def _cell(one: Assignment) -> Cell:
    state, tone = (_("оценено"), "done") if one.done_at else (_("начато"), "amber") if one.review else (_("ждёт"), "")
    return Cell(one.id, one.juror.person.initials, state, tone, removable=one.review is None)


def recusal(one: Assignment, event: Event) -> Recusal:
    work, when = one.application, one.recused_at
    shown = wording.moment(when, event.zone, named=False) if when else ""
    return Recusal(one.juror.person.initials, letters.application_number(work), work.title, one.recused_reason, shown)


# What their sheets weigh


@dataclass(frozen=True)
class Weight:
    field: str
    name: str
    jury: str
    value: str
    fault: str


@dataclass(frozen=True)
class Weighing:
    rows: list[Weight]
    ground: str
    fault: str


def weighing(event: Event, now: datetime, *, typed: Mapping[str, str], faults: Mapping[str, Saying]) -> Weighing | None:
    """Return what each juror's sheet weighs, as typed or as kept; None where the regulation has no weights."""
    jurors = [one for one in queries.jurors_of(event.id, now) if panel.weighs(event, one)]
    if not jurors:
        return None
    juries, put = dict(jury_choices(event)), {key: wording.put(said) for key, said in faults.items()}
    rows = [
        Weight(field, one.person.full_name, juries.get(one.jury, ""), typed.get(field, plain(one.weight)), put.get(field, ""))
        for one in jurors
        for field in [f"w_{one.id}"]
    ]
    return Weighing(rows, typed.get("ground", ""), put.get("ground", ""))


# What a draw would give


@dataclass(frozen=True)
class Load:
    name: str
    now: int
    then: int


@dataclass(frozen=True)
class Unfilled:
    number: str
    title: str
    lacking: int
    reasons: str


@dataclass(frozen=True)
class Preview:
    seed: int
    added: int
    removed: int
    loads: list[Load]
    least: int
    most: int
    avoided: list[tuple[str, int]]
    short: list[Unfilled]
    short_count: int


def preview(event: Event, stage: Stage, now: datetime, seed: int) -> Preview:
    """Return what the draw of this seed would change, in words; the same seed gives the same when it is applied."""
    plan = jury.plan(event, stage, now=now, seed=seed)
    jurors = {juror.id: juror for juror in queries.jurors_of(event.id, now)}
    progress = queries.progress_by_juror(event.id)
    loads = [Load(one.person.initials, progress.get(key, Progress(0, 0)).of, plan.loads.get(key, 0)) for key, one in jurors.items()]
    named = plan.short[: queries.PAGE]
    works = queries.works_by_id([one.work for one in named])
    counts = [one.then for one in loads]
    return Preview(
        seed=seed,
        added=len(plan.added),
        removed=len(plan.removed),
        loads=loads,
        least=min(counts, default=0),
        most=max(counts, default=0),
        avoided=[(str(REASONS[reason]), count) for reason, count in sorted(plan.avoided.items())],
        short=[_unfilled(one, works, jurors) for one in named if one.work in works],
        short_count=len(plan.short),
    )


def _unfilled(short: draw.Short, works: Mapping[int, Application], jurors: Mapping[int, Appointment]) -> Unfilled:
    reasons = "; ".join(f"{jurors[juror].person.initials} — {REASONS[reason]}" for juror, reason in short.conflicts if juror in jurors)
    work = works[short.work]
    return Unfilled(letters.application_number(work), work.title or _("Без названия"), short.lacking, reasons)
