"""Results: the methodist's page with standings, decisions, approval and release, and the public list of winners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, web, wording
from app.database import committing, trace
from app.events import queries as events
from app.events.models import Event
from app.judging import forms, honours, operations, pages, queries
from app.judging.blueprint import bp
from app.judging.commission import managed
from app.judging.operations import Late, Refused
from app.web import ANYONE, METHODIST, open_to, visitor
from workflows.saying import Saying

OWN = {"approves_own_work", "decides_own_work"}


@bp.get("/events/<int:event_id>/results")
@open_to(METHODIST)
def results(event_id: int) -> ResponseReturnValue:
    event, _stage = managed(event_id)
    return _page(event)


def _page(
    event: Event, *, approve: Any = None, award: Any = None, tie: str = "", refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    chosen = request.args.get("list", "")
    after = (request.args.get("place", type=int), request.args.get("after", type=int))
    page = honours.results(
        event, chosen=chosen, after=after if None not in after else None, typed=request.form if tie else {}, now=clock.now()
    )
    approve = approve or forms.ApproveForm(formdata=None, day=clock.now().astimezone(event.zone).date())
    award = award or forms.AwardForm(formdata=None, number=request.args.get("work", "")[:20])
    award.award.choices = honours.award_choices(event)
    return render_template("judging/results.html", page=page, approve=approve, award=award, wrong_tie=tie, refusal=refusal), status


def _act(event_id: int, act: Callable[[Event], str], failed: Callable[[Event, Refused], ResponseReturnValue]) -> ResponseReturnValue:
    event, _stage = managed(event_id)
    try:
        with committing():
            told = act(event)
    except Refused as refused:
        _note_own(event, refused)
        return failed(event, refused)
    web.tell(told)
    return redirect(url_for(".results", event_id=event_id, list=request.args.get("list") or None))


def _note_own(event: Event, refused: Refused) -> None:
    """Leave a trace of an act on one's own work that was refused."""
    if any(one.key in OWN for one in refused.sayings):
        with committing():
            trace("own_work.refused", f"event:{event.id}", by=visitor.person.id, now=clock.now(), reason=refused.sayings[0].key)


def _status(refused: Refused) -> int:
    return 409 if isinstance(refused, Late) else 422


def _plainly(event: Event, refused: Refused) -> ResponseReturnValue:
    return _page(event, refusal=pages.said(refused, event), status=_status(refused))


@bp.post("/events/<int:event_id>/results/rank")
@open_to(METHODIST)
def rank(event_id: int) -> ResponseReturnValue:
    def act(event: Event) -> str:
        if event.approved_at is not None:
            raise Late(Saying("results_already_approved"))
        operations.refresh_standings(event)
        return _("Места пересчитаны по всем завершённым листам.")

    return _act(event_id, act, _plainly)


@bp.post("/events/<int:event_id>/results/tie")
@open_to(METHODIST)
def decide_tie(event_id: int) -> ResponseReturnValue:
    """Record the order among tied works: fields `place_<application>`, the list and the ground."""
    name, ground = request.form.get("list_name", "")[:120], request.form.get("ground", "")[:2000]

    def act(event: Event) -> str:
        typed = {key.removeprefix("place_"): value for key, value in request.form.items() if key.startswith("place_")}
        order = {
            int(key): int(value) for key, value in typed.items() if key.isdigit() and value.isdigit() and 1 <= int(value) <= len(typed)
        }
        if len(order) != len(typed) or not order or min(order.values()) != 1:
            raise Refused(Saying("tie_order_missing"))
        operations.decide_tie(event, name, order, ground, by=visitor.person, now=clock.now())
        return _("Решение записано, места пересчитаны.")

    def failed(event: Event, refused: Refused) -> ResponseReturnValue:
        words = [pages.said(refused, event), *(wording.put(one) for one in refused.fields.values())]
        return _page(event, tie=name, refusal=" ".join(word for word in words if word), status=_status(refused))

    return _act(event_id, act, failed)


@bp.post("/events/<int:event_id>/results/award")
@open_to(METHODIST)
def decide_award(event_id: int) -> ResponseReturnValue:
    form = forms.AwardForm()

    def act(event: Event) -> str:
        form.award.choices = honours.award_choices(event)
        if not form.validate():
            raise Refused
        number = form.number.data.strip().rsplit("-", 1)[-1]
        work = queries.by_number(event.id, int(number)) if number.isdecimal() and len(number) < 9 else None
        if work is None:
            raise Refused(fields={"number": Saying("work_not_admitted")})
        operations.decide_award(
            event, work, form.award.data, given=form.given.data == "1", ground=form.ground.data, by=visitor.person, now=clock.now()
        )
        return _("Решение о награде записано.")

    def failed(event: Event, refused: Refused) -> ResponseReturnValue:
        pages.show_faults(form, refused)
        return _page(event, award=form, refusal=pages.said(refused, event), status=_status(refused))

    return _act(event_id, act, failed)


@bp.post("/events/<int:event_id>/results/approve")
@open_to(METHODIST)
def approve(event_id: int) -> ResponseReturnValue:
    form = forms.ApproveForm()

    def act(event: Event) -> str:
        if not form.validate() and event.approved_at is None:
            raise Refused
        operations.approve(
            event,
            number=form.number.data or "",
            day=form.day.data or clock.now().astimezone(event.zone).date(),
            by=visitor.person,
            now=clock.now(),
            despite_missing=form.despite_missing.data or "",
        )
        return _("Итоги утверждены. Проверьте список и опубликуйте его.")

    def failed(event: Event, refused: Refused) -> ResponseReturnValue:
        pages.show_faults(form, refused)
        return _page(event, approve=form, refusal=pages.said(refused, event), status=_status(refused))

    return _act(event_id, act, failed)


@bp.post("/events/<int:event_id>/results/release")
@open_to(METHODIST)
def release(event_id: int) -> ResponseReturnValue:
    def act(event: Event) -> str:
        if not operations.release(event, by=visitor.person, now=clock.now()):
            raise Late(Saying("results_already_released"))
        return _("Итоги опубликованы, письма участникам уже в пути.")

    return _act(event_id, act, _plainly)


@bp.get("/events/<int:event_id>/winners")
@open_to(ANYONE)
def winners(event_id: int) -> ResponseReturnValue:
    """The results as everybody may read them, once they are published; before that there is no such page."""
    event = events.one_or_404(event_id, visitor)
    if event.released_at is None or event.rules.marking_stage is None:
        abort(404)
    page = honours.winners(event, clock.now(), after=request.args.get("after", 0, type=int))
    return render_template("judging/winners.html", page=page)
