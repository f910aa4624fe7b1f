"""The methodist enters what a stage needs from people: one row for each work, or a table pasted from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, web, wording
from app.applications import letters
from app.applications.models import Application
from app.database import committing
from app.events.models import Event
from app.judging import entering, evidence, forms, lists, naming, operations, pages, queries, stages
from app.judging.blueprint import bp
from app.judging.models import Named
from app.judging.operations import Refused
from app.judging.outcome import managed, status_of
from app.web import METHODIST, open_to, visitor
from workflows.regulation import Stage
from workflows.saying import Saying
from workflows.stages import Source

STAFF_TAB = "-"  # how the address names the answers of the staff, which belong to no stage
MOST_LINES, MOST_SIGNS = 2000, 400_000
Values = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Cell:
    name: str
    value: str
    label: str
    fault: str


@dataclass(frozen=True)
class Row(pages.WorkLine):
    cells: list[Cell]
    evidence: list[tuple[str, str, list[tuple[int, str, str, str]]]]  # line, its title, items: id, text, state, «1» «0» «»


@dataclass(frozen=True)
class Names:
    """The halls or the experts of a source, each (id, name, where its sheets are typed in), and what is being named."""

    source: str
    title: str
    hint: str
    known: list[tuple[int, str, str]]
    typed: str
    fault: str


@dataclass(frozen=True)
class PastedRow:
    line: int
    number: str
    title: str
    values: list[str]
    faults: list[str]


@dataclass(frozen=True)
class Page:
    event: pages.EventHead
    tabs: list[tuple[str, str, bool]]  # title, address, here
    stage: str
    columns: list[tuple[str, str]]  # title, kind
    rows: list[Row]
    later: int | None
    names: list[Names]
    closed: bool


@bp.get("/events/<int:event_id>/entries")
@open_to(METHODIST)
def stage_entries(event_id: int) -> ResponseReturnValue:
    event = managed(event_id)
    return _page(event, _stage(event))


def _stage(event: Event) -> str:
    """Return the stage that is asked for, or the first; the answers of the staff have an empty one. 404 for another."""
    found = entering.stages_to_enter(event)
    asked = request.values.get("stage", "")
    key = "" if asked == STAFF_TAB else asked or next(iter(found), "")
    if key not in found:
        abort(404)
    return key


def _page(
    event: Event,
    stage: str,
    *,
    typed: Mapping[tuple[int, int], str] | None = None,
    faults: Mapping[str, Saying] | None = None,
    status: int = 200,
    **more: Any,
) -> ResponseReturnValue:
    page = _shown(event, stage, typed or {}, faults or {}, after=request.args.get("after", 0, type=int))
    return render_template("judging/entries.html", page=page, **{"refusal": "", "pasted": None, "text": "", **more}), status


def _shown(event: Event, stage: str, typed: Mapping[tuple[int, int], str], faults: Mapping[str, Saying], *, after: int) -> Page:
    columns = entering.columns(event, stage)
    works, later = queries.works_page(event.id, stage=_reached(event, stage), after=after)
    return Page(
        event=pages.head(event),
        tabs=[_tab(event, one, stage) for one in entering.stages_to_enter(event)],
        stage=stage or STAFF_TAB,
        columns=[(_title(one), one.kind) for one in columns],
        rows=_rows(event, stage, columns, works, typed=typed, faults=faults),
        later=later,
        names=_names(event, stage, faults),
        closed=event.approved_at is not None,
    )


def _reached(event: Event, stage: str) -> str:
    """Return the stage whose works are shown, or an empty key where all of the event are."""
    return stage if stage and not stages.is_for_all(event, event.rules.stage(stage)) else ""


def _names(event: Event, stage: str, faults: Mapping[str, Saying]) -> list[Names]:
    sources = naming.sources(event.rules.stage(stage)) if stage else []
    known = naming.named(event.id, stage) if sources else []
    hints = {
        "hall": _("Назовите каждый зал: голоса залов складываются."),
        "expert": _("Назовите каждого эксперта: его лист вносят отдельно, по критериям."),
    }
    return [
        Names(
            source=one.key,
            title=wording.say(one.title) or {"hall": _("Залы"), "expert": _("Эксперты")}[one.by],
            hint=hints[one.by],
            known=[(name.id, name.name, _sheets_url(one, name)) for name in known if name.source == one.key],
            typed=request.form.get(f"name_{one.key}", "") if f"name_{one.key}" in faults else "",
            fault=wording.put(faults[f"name_{one.key}"]) if f"name_{one.key}" in faults else "",
        )
        for one in sources
    ]


def _sheets_url(source: Source, name: Named) -> str:
    return url_for("judging.expert", event_id=name.event_id, name_id=name.id) if source.by == "expert" else ""


def _rows(
    event: Event,
    stage: str,
    columns: Sequence[entering.Column],
    works: Sequence[Application],
    *,
    typed: Mapping[tuple[int, int], str],
    faults: Mapping[str, Saying],
) -> list[Row]:
    kept = {**entering.kept_values(event, stage, {one.id for one in works}), **typed}
    asked = evidence.asked_for(event.rules.stage(stage)) if stage else []
    items = evidence.of(stage, {one.id for one in works}) if asked else {}

    def cell(work: Application, number: int) -> Cell:
        said = faults.get(f"{work.id}-{number}")
        label = _("%(title)s, заявка № %(number)s", title=_title(columns[number]), number=letters.application_number(work))
        return Cell(f"v_{work.id}_{number}", kept.get((work.id, number), ""), label, wording.put(said, event.zone) if said else "")

    return [
        Row(
            **pages.work_line(one),
            cells=[cell(one, number) for number in range(len(columns))],
            evidence=[(line.path, forms.line_title(line), _items(items.get((one.id, line.path), ()))) for line in asked],
        )
        for one in works
    ]


def _items(found: Sequence[evidence.Item]) -> list[tuple[int, str, str, str]]:
    return [(one.id, one.text, str(pages.ITEM_STATES[one.state]), one.state) for one in found]


def _tab(event: Event, key: str, here: str) -> tuple[str, str, bool]:
    title = lists.stage_title(event, key) if key else _("Поля методиста")
    return title, url_for("judging.stage_entries", event_id=event.id, stage=key or STAFF_TAB), key == here


def _title(column: entering.Column) -> str:
    if column.by == "hall" and column.who:
        return column.who
    if column.title:
        return wording.say(column.title)
    by = {"public": _("Голоса"), "hall": _("Голоса зала"), "self": _("Самооценка"), "expert": _("Оценка экспертов")}
    return by.get(column.by) or {"present": _("Присутствие"), "count": _("Число")}.get(column.kind) or _("Готовый итог")


@bp.post("/events/<int:event_id>/entries")
@open_to(METHODIST)
def save_entries(event_id: int) -> ResponseReturnValue:
    """Keep what was typed into the rows of a page: fields `v_<application>_<column>`."""
    event = managed(event_id)
    stage = _stage(event)
    return _keep(event, stage, _typed(event, stage), back=request.form.get("after", 0, type=int))


def _typed(event: Event, stage: str) -> Values:
    """Return what was typed, for works of this event alone."""
    found: Values = {}
    most = len(entering.columns(event, stage))
    for name, value in request.form.items():
        match = re.fullmatch(r"v_([0-9]{1,9})_([0-9]{1,3})", name)
        if match and int(match[2]) < most:
            found[int(match[1]), int(match[2])] = value.replace("\0", "").strip()
    ours = queries.works_by_id({work for work, _number in found})
    return {key: value for key, value in found.items() if key[0] in ours and ours[key[0]].event_id == event.id}


def _keep(event: Event, stage: str, values: Values, *, back: int = 0) -> ResponseReturnValue:
    event_id = event.id
    try:
        with committing():
            count = operations.enter(event, stage, values, by=visitor.person, now=clock.now())
    except Refused as refused:
        told = pages.said(refused, event) or _("Исправьте отмеченное: ничего не записано, набранное осталось на странице.")
        return _page(event, stage, typed=values, faults=refused.fields, refusal=told, status=status_of(refused))
    told = ngettext("Записано: %(num)d значение.", "Записано: %(num)d значений.", count) if count else _("Ничего не изменилось.")
    web.tell(told)
    return redirect(url_for(".stage_entries", event_id=event_id, stage=stage or STAFF_TAB, after=back or None))


@bp.post("/events/<int:event_id>/entries/names")
@open_to(METHODIST)
def add_name(event_id: int) -> ResponseReturnValue:
    """Name a hall or an expert: `source` and `name_<source>`."""
    event = managed(event_id)
    stage, source = event.rules.stage(_stage(event) or abort(404)), request.form.get("source", "")
    try:
        with committing():
            naming.add_name(event, stage, source, request.form.get(f"name_{source}", ""), by=visitor.person, now=clock.now())
    except Refused as refused:
        return _page(event, stage.key, faults=refused.fields, refusal=pages.said(refused, event), status=status_of(refused))
    web.tell(_("Записано."))
    return redirect(url_for(".stage_entries", event_id=event_id, stage=stage.key) + "#names-head")


@bp.post("/events/<int:event_id>/entries/names/<int:name_id>/remove")
@open_to(METHODIST)
def remove_name(event_id: int, name_id: int) -> ResponseReturnValue:
    event = managed(event_id)
    found = next((one for one in naming.named(event.id) if one.id == name_id), None) or abort(404)
    stage = found.stage
    try:
        with committing():
            naming.remove_name(event, found, by=visitor.person, now=clock.now())
    except Refused as refused:
        return _page(event, stage, refusal=pages.said(refused, event), status=status_of(refused))
    web.tell(_("Имя убрано."))
    return redirect(url_for(".stage_entries", event_id=event_id, stage=stage))


@bp.post("/events/<int:event_id>/entries/evidence")
@open_to(METHODIST)
def save_evidence(event_id: int) -> ResponseReturnValue:
    """Note an item behind a count, or accept or strike one: `item` and `accepted`, or `work`, `line` and `text`."""
    event = managed(event_id)
    stage = event.rules.stage(_stage(event) or abort(404))
    try:
        with committing():
            _note_evidence(event, stage)
    except Refused as refused:
        return _page(event, stage.key, refusal=pages.said(refused, event), status=status_of(refused))
    web.tell(_("Записано."))
    return redirect(url_for(".stage_entries", event_id=event_id, stage=stage.key, after=request.form.get("after", type=int)))


def _note_evidence(event: Event, stage: Stage) -> None:
    by, now, item = visitor.person, clock.now(), request.form.get("item", 0, type=int)
    if item:
        evidence.judge(event, item, accepted=request.form.get("accepted") == "1", by=by, now=now)
        return
    work = queries.works_by_id({request.form.get("work", 0, type=int)})
    application = next(iter(work.values()), None) or abort(404)
    evidence.add(event, stage, application, request.form.get("line", ""), request.form.get("text", ""), by=by, now=now)


@bp.post("/events/<int:event_id>/entries/paste")
@open_to(METHODIST)
def paste_entries(event_id: int) -> ResponseReturnValue:
    """Show what a pasted table would enter and what is wrong in it; enter it where that was confirmed and nothing is wrong."""
    event = managed(event_id)
    stage = _stage(event)
    text = request.form.get("text", "")
    if len(text) > MOST_SIGNS or sum(bool(line.strip()) for line in text.splitlines()) > MOST_LINES + 1:
        return _page(event, stage, text=text, refusal=wording.put(Saying("table_too_long", most=MOST_LINES)), status=422)
    rows, values = _read(event, stage, text)
    wrong = sum(bool(one.faults) for one in rows)
    if request.form.get("confirmed") and rows and not wrong:
        return _keep(event, stage, values)
    refusal = "" if rows else _("Здесь пока нет ни одной строки.")
    return _page(event, stage, pasted=rows, wrong=wrong, text=text, refusal=refusal, status=422 if wrong or not rows else 200)


def _read(event: Event, stage: str, text: str) -> tuple[list[PastedRow], Values]:
    """Return the lines of a table (number of the application, then the columns), each with its faults, and the values."""
    columns = len(entering.columns(event, stage))
    lines = [(number, re.split(r"\t|;", line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [(number, [cell.strip() for cell in cells]) for number, cells in lines]
    lines = [one for one in lines if one[0] > 1 or re.search(r"[0-9]", one[1][0])]  # headings say nothing
    works = {one.number: one for one in queries.works_by_number(event.id, {_number(cells[0]) for _line, cells in lines})}
    values: Values = {}
    first: dict[int, int] = {}
    for number, cells in lines:
        work = works.get(_number(cells[0]))
        if work is not None and first.setdefault(work.id, number) == number:
            values |= {(work.id, place): value for place, value in enumerate(cells[1 : columns + 1]) if value}
    found = entering.faults(event, stage, values)
    rows = []
    for number, cells in lines:
        work = works.get(_number(cells[0]))
        faults = [wording.put(found[work.id, place], event.zone) for place in range(columns) if work and (work.id, place) in found]
        if work is None:
            faults = [_("Допущенной заявки с таким номером нет.")]
        elif first[work.id] != number:
            faults = [_("Эта заявка уже есть в строке %(line)s.", line=first[work.id])]
        elif len(cells) - 1 > columns:
            faults.append(_("Лишние столбцы: нужно не больше %(most)s.", most=columns + 1))
        rows.append(PastedRow(number, cells[0][:40], work.title if work else "", [one[:60] for one in cells[1 : columns + 1]], faults))
    return rows, values


def _number(text: str) -> int:
    digits = text.rsplit("-", 1)[-1].lstrip("№ ")
    return int(digits) if digits.isdecimal() and len(digits) < 9 else -1
