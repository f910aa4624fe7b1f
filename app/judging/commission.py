"""The methodist's page about the jury: who is in it, who judges what, the draw."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, web
from app.applications.models import Application
from app.database import committing, db
from app.events import queries as events
from app.events.models import Event
from app.judging import operations, pages, queries, stages, tables
from app.judging.blueprint import bp
from app.judging.operations import Late, Refused
from app.people.models import Person
from app.web import METHODIST, open_to, visitor
from workflows.regulation import Stage
from workflows.saying import Saying

MOST_SEED = 999_999


def managed(event_id: int) -> tuple[Event, Stage]:
    """Return an event this methodist runs, with the stage the page is about, or 404 where no jury marks."""
    event = events.managed_or_404(event_id, visitor)
    asked = request.values.get("stage", "")
    found = stages.jury_stages(event)
    if not found or (asked and asked not in [one.key for one in found]):
        abort(404)
    return event, stages.stage_of(event, asked) if asked else stages.current(event, clock.now())


@bp.get("/events/<int:event_id>/jury")
@open_to(METHODIST)
def jury(event_id: int) -> ResponseReturnValue:
    event, stage = managed(event_id)
    return _page(event, stage)


def _page(
    event: Event, stage: Stage, *, refusal: str = "", status: int = 200, faults: Mapping[str, Saying] | None = None
) -> ResponseReturnValue:
    now = clock.now()
    search = request.values.get("search", "").strip()[:80]
    seed = request.args.get("seed", type=int)
    board = tables.board(event, stage, now, after=request.args.get("after", 0, type=int))
    found = queries.people_found(search) if search else []
    places = queries.workplace_names([one.id for one in found]) if found else {}
    return render_template(
        "judging/jury.html",
        page=board,
        search=search,
        found=[(one.id, one.full_name, places.get(one.id, "")) for one in found],
        preview=tables.preview(event, stage, now, seed % (MOST_SEED + 1)) if seed is not None else None,
        fresh_seed=secrets.randbelow(MOST_SEED) + 1,
        weighing=tables.weighing(event, now, typed=request.form, faults=faults or {}),
        refusal=refusal,
    ), status


def _act(event_id: int, act: Callable[[Event, Stage], str]) -> ResponseReturnValue:
    """Do one act on the jury and say what became of it on the same page."""
    event, stage = managed(event_id)
    try:
        with committing():
            told = act(event, stage)
    except Refused as refused:
        status = 409 if isinstance(refused, Late) else 422
        return _page(event, stage, refusal=pages.said(refused, event), status=status, faults=refused.fields)
    web.tell(told)
    return redirect(url_for(".jury", event_id=event_id, stage=request.form.get("stage") or None))


@bp.post("/events/<int:event_id>/jury/appoint")
@open_to(METHODIST)
def appoint(event_id: int) -> ResponseReturnValue:
    def act(event: Event, _stage: Stage) -> str:
        person = db.session.get(Person, request.form.get("person_id", 0, type=int))
        if person is None:
            abort(404)
        operations.appoint_juror(
            event, person, chair=request.form.get("chair") == "1", jury=_jury(event), by=visitor.person, now=clock.now()
        )
        return _("%(name)s в жюри, письмо уже в пути.", name=person.initials)

    return _act(event_id, act)


def _jury(event: Event) -> str:
    """Return which of several juries was chosen."""
    asked = request.form.get("jury", "")
    return asked if asked in dict(tables.jury_choices(event)) else ""


@bp.post("/events/<int:event_id>/jury/<int:juror_id>/dismiss")
@open_to(METHODIST)
def dismiss(event_id: int, juror_id: int) -> ResponseReturnValue:
    def act(event: Event, _stage: Stage) -> str:
        juror = queries.juror_or_404(event.id, juror_id, clock.now())
        operations.dismiss_juror(event, juror, by=visitor.person, now=clock.now())
        return _("%(name)s больше не в жюри. Завершённые листы остались, остальные работы распределите снова.", name=juror.person.initials)

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/jury/<int:juror_id>/chair")
@open_to(METHODIST)
def make_chair(event_id: int, juror_id: int) -> ResponseReturnValue:
    def act(event: Event, _stage: Stage) -> str:
        juror = queries.juror_or_404(event.id, juror_id, clock.now())
        operations.make_chair(event, juror, request.form.get("ground", ""), by=visitor.person, now=clock.now())
        return _("Председатель жюри — %(name)s.", name=juror.person.initials)

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/jury/weights")
@open_to(METHODIST)
def weigh(event_id: int) -> ResponseReturnValue:
    """Keep the weights of jurors, fields `w_<juror>`, with the ground for them."""

    def act(event: Event, _stage: Stage) -> str:
        weights = {int(name[2:]): value for name, value in request.form.items() if re.fullmatch(r"w_[0-9]{1,9}", name)}
        count = operations.weigh(event, weights, request.form.get("ground", ""), by=visitor.person, now=clock.now())
        return (
            ngettext("Изменён вес %(num)d члена жюри.", "Изменён вес членов жюри: %(num)d.", count) if count else _("Ничего не изменилось.")
        )

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/jury/<int:juror_id>/remind")
@open_to(METHODIST)
def remind(event_id: int, juror_id: int) -> ResponseReturnValue:
    def act(event: Event, _stage: Stage) -> str:
        juror = queries.juror_or_404(event.id, juror_id, clock.now())
        if operations.remind(event, juror, by=visitor.person, now=clock.now()):
            return _("Напоминание отправлено: %(name)s. Чаще раза в день письмо не уходит.", name=juror.person.initials)
        return _("%(name)s: всё уже оценено, напоминать не о чем.", name=juror.person.initials)

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/jury/assign")
@open_to(METHODIST)
def assign(event_id: int) -> ResponseReturnValue:
    def act(event: Event, stage: Stage) -> str:
        seed = request.form.get("seed", 1, type=int) % (MOST_SEED + 1)
        plan = operations.assign(event, by=visitor.person, now=clock.now(), seed=seed, stage_key=stage.key)
        words = [
            ngettext("Распределена %(num)d работа.", "Распределено работ: %(num)d.", len(plan.added))
            if plan.added
            else _("Всё уже было распределено.")
        ]
        if plan.short:
            words.append(
                ngettext("Не хватает членов жюри для %(num)d работы.", "Не хватает членов жюри для %(num)d работ.", len(plan.short))
            )
        return " ".join(words)

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/jury/works")
@open_to(METHODIST)
def add_work(event_id: int) -> ResponseReturnValue:
    def act(event: Event, stage: Stage) -> str:
        now = clock.now()
        application = db.session.get(Application, request.form.get("application_id", 0, type=int))
        if application is None or application.event_id != event.id:
            abort(404)
        juror = queries.juror_or_404(event.id, request.form.get("juror_id", 0, type=int), now)
        operations.add_work(event, application, juror, by=visitor.person, now=now, stage_key=stage.key)
        return _("Работу теперь оценивает и %(name)s.", name=juror.person.initials)

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/jury/works/<int:assignment_id>/remove")
@open_to(METHODIST)
def remove_work(event_id: int, assignment_id: int) -> ResponseReturnValue:
    def act(event: Event, _stage: Stage) -> str:
        assignment = queries.assignment_of_event_or_404(assignment_id, event.id)
        name = assignment.juror.person.initials
        operations.unassign(assignment, by=visitor.person, now=clock.now())
        return _("Работа снята с члена жюри: %(name)s.", name=name)

    return _act(event_id, act)
