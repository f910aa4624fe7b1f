"""The methodist's page about entrants who mark each other's works: who has what, one press to allot, one to remind."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, web, wording
from app.applications import letters
from app.applications.models import Application
from app.database import committing
from app.events.models import Event
from app.judging import allotting, draw, entrants, operations, pages, queries, stages, tables
from app.judging.blueprint import bp
from app.judging.commission import MOST_SEED
from app.judging.operations import Refused
from app.judging.outcome import managed, status_of
from app.judging.queries import Progress
from app.web import ENTRANT, METHODIST, open_to, visitor
from workflows.regulation import Stage
from workflows.saying import Saying


@dataclass(frozen=True)
class Marker:
    """An entrant beside a work: her application's number and name, and how far her sheet is."""

    name: str
    state: str
    tone: str


@dataclass(frozen=True)
class Row:
    number: str
    title: str
    url: str
    organisation: str
    markers: list[Marker]
    lacking: int


@dataclass(frozen=True)
class Preview:
    """What a press would do, in figures; `short` are the works that cannot get enough entrants."""

    seed: int
    added: int
    removed: int
    least: int
    most: int
    short: list[tuple[str, str, int]]  # number, title, how many are lacking
    short_count: int


@dataclass(frozen=True)
class Page:
    event: pages.EventHead
    stage: str
    stages: list[tables.StageTab]
    per_work: int
    rule: str
    term: str
    progress: Progress
    rows: list[Row]
    later: int | None
    recusals: list[tables.Recusal]
    closed: bool


@bp.get("/events/<int:event_id>/allotment")
@open_to(METHODIST)
def allotment(event_id: int) -> ResponseReturnValue:
    event = managed(event_id)
    return _page(event, _stage(event))


def _stage(event: Event) -> Stage:
    """Return the stage that is asked for, or the one that entrants mark at now. 404 where they do not mark each other."""
    found = stages.entrant_stages(event)
    asked = request.values.get("stage", "")
    if not found or (asked and asked not in [one.key for one in found]):
        abort(404)
    return next((one for one in found if one.key == asked), None) or stages.current(event, clock.now(), ENTRANT)


def _page(event: Event, stage: Stage, *, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    seed = request.args.get("seed", type=int)
    return render_template(
        "judging/allotment.html",
        page=_shown(event, stage, after=request.args.get("after", 0, type=int)),
        preview=_preview(event, stage, seed % (MOST_SEED + 1)) if seed is not None and event.approved_at is None else None,
        fresh_seed=secrets.randbelow(MOST_SEED) + 1,
        refusal=refusal,
    ), status


def _shown(event: Event, stage: Stage, *, after: int) -> Page:
    """Return who marks what, a page of works at a time: a constant number of statements."""
    source, closes = stages.entrants(stage) or abort(404), stages.closes(event, stage)
    works, later = queries.works_page(event.id, stage="" if stages.is_for_all(event, stage) else stage.key, after=after)
    held = entrants.holdings(event.id, stage.key, [one.id for one in works])
    return Page(
        event=pages.head(event),
        stage=stage.key,
        stages=[_tab(event, one, stage) for one in stages.entrant_stages(event)],
        per_work=source.sheets,
        rule=wording.put(Saying(f"conflicts_{source.conflicts}")),
        term=wording.term(closes, event.zone) if closes else "",
        progress=entrants.progress(event.id, stage.key),
        rows=[_row(one, held.get(one.id, ()), source.sheets) for one in works],
        later=later,
        recusals=[tables.recusal(one, event) for one in queries.recusals(event.id, ENTRANT)],
        closed=event.approved_at is not None,
    )


def _tab(event: Event, one: Stage, here: Stage) -> tables.StageTab:
    return tables.StageTab(wording.say(one.title), url_for(".allotment", event_id=event.id, stage=one.key), one.key == here.key)


def _row(work: Application, held: Sequence[entrants.Holding], per_work: int) -> Row:
    mine = [one for one in held if not one.recused]
    return Row(
        number=letters.application_number(work),
        title=work.title or _("Без названия"),
        url=url_for("applications.show", application_id=work.id),
        organisation=work.organisation.short_name if work.organisation else "",
        markers=[_marker(one) for one in mine],
        lacking=max(0, per_work - len(mine)),
    )


def _marker(one: entrants.Holding) -> Marker:
    state, tone = (_("оценено"), "done") if one.done else (_("начато"), "amber") if one.begun else (_("ждёт"), "")
    return Marker(_("%(name)s, № %(number)s", name=one.person.initials, number=one.number or ""), state, tone)


def _preview(event: Event, stage: Stage, seed: int) -> Preview:
    plan = allotting.plan(event, stage, seed=seed)
    named = plan.short[: queries.PAGE]
    works = queries.works_by_id([one.work for one in named])
    return Preview(
        seed=seed,
        added=len(plan.added),
        removed=len(plan.removed),
        least=min(plan.loads.values(), default=0),
        most=max(plan.loads.values(), default=0),
        short=[_lacking(one, works[one.work]) for one in named if one.work in works],
        short_count=len(plan.short),
    )


def _lacking(one: draw.Short, work: Application) -> tuple[str, str, int]:
    return letters.application_number(work), work.title or _("Без названия"), one.lacking


@bp.post("/events/<int:event_id>/allotment")
@open_to(METHODIST)
def allot(event_id: int) -> ResponseReturnValue:
    """Allot as the preview showed; again for newcomers, and nothing that is there is taken away."""
    event = managed(event_id)
    stage = _stage(event)
    seed = request.form.get("seed", 1, type=int) % (MOST_SEED + 1)
    try:
        with committing():
            plan = operations.allot(event, stage, by=visitor.person, now=clock.now(), seed=seed)
    except Refused as refused:
        return _page(event, stage, refusal=pages.said(refused, event), status=status_of(refused))
    web.tell(_allotted(plan))
    return redirect(url_for(".allotment", event_id=event_id, stage=stage.key))


def _allotted(plan: draw.Plan) -> str:
    words = [
        ngettext(
            "Роздана %(num)d работа, письма участникам уже в пути.",
            "Роздано работ: %(num)d, письма участникам уже в пути.",
            len(plan.added),
        )
        if plan.added
        else _("Всё уже было роздано.")
    ]
    if plan.short:
        words.append(ngettext("Не хватает участников для %(num)d работы.", "Не хватает участников для %(num)d работ.", len(plan.short)))
    return " ".join(words)


@bp.post("/events/<int:event_id>/allotment/remind")
@open_to(METHODIST)
def remind_entrants(event_id: int) -> ResponseReturnValue:
    event = managed(event_id)
    _stage(event)
    with committing():
        count = operations.remind_entrants(event, by=visitor.person, now=clock.now())
    told = ngettext(
        "Напомнили %(num)d участнику. Чаще раза в день письмо не уходит.",
        "Напомнили участникам: %(num)d. Чаще раза в день письмо не уходит.",
        count,
    )
    web.tell(told if count else _("Все всё оценили, напоминать не о чем."))
    return redirect(url_for(".allotment", event_id=event_id, stage=request.form.get("stage") or None))
