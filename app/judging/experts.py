"""The methodist types in the sheets of an expert who does not come to the site: one page for each expert, one row for each work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, web, wording
from app.applications.models import Application
from app.database import committing
from app.events.models import Event
from app.judging import forms, lists, naming, operations, pages, queries, sheets, stages
from app.judging.blueprint import bp
from app.judging.models import Named
from app.judging.operations import Refused
from app.judging.outcome import managed, status_of
from app.web import METHODIST, open_to, visitor
from workflows.judging.given import Entry
from workflows.regulation import Stage
from workflows.saying import Saying


@dataclass(frozen=True)
class Cell:
    """One mark to type; `options` where it is one of few words. No cell: the criterion does not concern this work."""

    name: str
    value: str
    label: str
    options: list[tuple[str, str]]
    fault: str


@dataclass(frozen=True)
class Row:
    number: str
    title: str
    url: str
    organisation: str
    cells: list[Cell | None]


@dataclass(frozen=True)
class Page:
    event: pages.EventHead
    id: int
    name: str
    stage: str
    back_url: str
    columns: list[str]
    may_skip: bool
    weight: tuple[str, str, str, str] | None  # value and ground as typed, what is wrong with each; None where nothing is weighed
    rows: list[Row]
    later: int | None
    closed: bool


def _one(event: Event, name_id: int) -> tuple[Named, Stage]:
    """Return an expert of this event with her stage, or 404."""
    found = next((one for one in naming.named(event.id) if one.id == name_id), None) or abort(404)
    stage = next((one for one in event.rules.stages if one.key == found.stage), None) or abort(404)
    if found.source not in [one.key for one in naming.sources(stage) if one.by == "expert"]:
        abort(404)
    return found, stage


@bp.get("/events/<int:event_id>/entries/experts/<int:name_id>")
@open_to(METHODIST)
def expert(event_id: int, name_id: int) -> ResponseReturnValue:
    event = managed(event_id)
    return _page(event, *_one(event, name_id))


def _page(
    event: Event,
    one: Named,
    stage: Stage,
    *,
    typed: naming.Typed | None = None,
    faults: Mapping[str, Saying] | None = None,
    refusal: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    page = _shown(event, one, stage, typed or {}, faults or {}, after=request.values.get("after", 0, type=int))
    return render_template("judging/expert.html", page=page, refusal=refusal), status


def _shown(event: Event, one: Named, stage: Stage, typed: naming.Typed, faults: Mapping[str, Saying], *, after: int) -> Page:
    works, later = queries.works_page(event.id, stage="" if stages.is_for_all(event, stage) else stage.key, after=after)
    ids = [work.id for work in works]
    values, known = {**naming.kept_sheets(one, ids), **typed}, naming.entries(event, ids)
    columns = sheets.lines(sheets.of_all(stage), Entry(""))
    return Page(
        event=pages.head(event),
        id=one.id,
        name=one.name,
        stage=lists.stage_title(event, stage.key),
        back_url=url_for("judging.stage_entries", event_id=event.id, stage=stage.key),
        columns=[_heading(line, stage) for line in columns],
        may_skip=any(line.may_skip and not line.is_optional for line in columns),
        weight=_weight(event, one, faults),
        rows=[_row(work, stage, known.get(work.id), columns, values=values, faults=faults) for work in works],
        later=later,
        closed=event.approved_at is not None,
    )


def _weight(event: Event, one: Named, faults: Mapping[str, Saying]) -> tuple[str, str, str, str] | None:
    if not naming.source_of(event, one).weighted:
        return None
    said = {key: wording.put(faults[key]) for key in ("weight", "ground") if key in faults}
    typed = request.form if said else {}
    return typed.get("weight", forms.plain(one.weight)), typed.get("ground", ""), said.get("weight", ""), said.get("ground", "")


@bp.post("/events/<int:event_id>/entries/experts/<int:name_id>/weight")
@open_to(METHODIST)
def weigh_expert(event_id: int, name_id: int) -> ResponseReturnValue:
    event = managed(event_id)
    one, stage = _one(event, name_id)
    weight, ground = request.form.get("weight", ""), request.form.get("ground", "")
    try:
        with committing():
            changed = operations.weigh_expert(event, one, weight, ground, by=visitor.person, now=clock.now())
    except Refused as refused:
        return _page(event, one, stage, faults=refused.fields, refusal=pages.said(refused, event), status=status_of(refused))
    web.tell(_("Записано.") if changed else _("Ничего не изменилось."))
    return redirect(url_for(".expert", event_id=event_id, name_id=name_id))


def _heading(line: sheets.Line, stage: Stage) -> str:
    return forms.line_title(line) if line.scale is not None else {"places": _("Место")}.get(stage.kind, _("Сумма баллов"))


def _row(
    work: Application,
    stage: Stage,
    entry: Entry | None,
    columns: list[sheets.Line],
    *,
    values: Mapping[tuple[int, str], str],
    faults: Mapping[str, Saying],
) -> Row:
    asked = {line.path for line in sheets.lines(stage, entry)} if entry is not None else set()
    told = pages.work_line(work)
    cells = [_cell(work, line, told["number"], stage, values=values, faults=faults) if line.path in asked else None for line in columns]
    return Row(told["number"], told["title"], told["url"], told["organisation"], cells)


def _cell(
    work: Application, line: sheets.Line, number: str, stage: Stage, *, values: Mapping[tuple[int, str], str], faults: Mapping[str, Saying]
) -> Cell:
    label = _("%(title)s, заявка № %(number)s", title=_heading(line, stage), number=number)
    said = faults.get(f"{work.id}-{line.path}")
    return Cell(
        name=f"s_{work.id}_{line.path}",
        value=values.get((work.id, line.path), ""),
        label=label,
        options=forms.words_to_choose(line),
        fault=wording.put(said) if said else "",
    )


@bp.post("/events/<int:event_id>/entries/experts/<int:name_id>")
@open_to(METHODIST)
def save_expert(event_id: int, name_id: int) -> ResponseReturnValue:
    """Keep the sheets of a page: fields `s_<application>_<line>`; a sheet is complete or it is none."""
    event = managed(event_id)
    one, stage = _one(event, name_id)
    typed = _typed(event)
    try:
        with committing():
            count = naming.enter_sheets(event, one, typed, by=visitor.person, now=clock.now())
    except Refused as refused:
        told = pages.said(refused, event) or _("Исправьте отмеченное: ничего не записано, набранное осталось на странице.")
        return _page(event, one, stage, typed=typed, faults=refused.fields, refusal=told, status=status_of(refused))
    web.tell(ngettext("Записано: %(num)d значение.", "Записано: %(num)d значений.", count) if count else _("Ничего не изменилось."))
    return redirect(url_for(".expert", event_id=event_id, name_id=name_id, after=request.form.get("after", type=int)))


def _typed(event: Event) -> dict[tuple[int, str], str]:
    """Return what was typed, for works of this event alone."""
    found: dict[tuple[int, str], str] = {}
    for name, value in request.form.items():
        match = re.fullmatch(r"s_([0-9]{1,9})_([a-z0-9_.]{0,130})", name)
        if match:
            found[int(match[1]), match[2]] = value.replace("\0", "").strip().replace(",", ".")[:60]
    ours = queries.works_by_id({work for work, _path in found})
    return {key: value for key, value in found.items() if key[0] in ours and ours[key[0]].event_id == event.id}
