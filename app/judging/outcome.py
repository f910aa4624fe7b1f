"""Results: the methodist's page with lists, approval and release, and the public list of winners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, web, wording
from app.database import committing, trace
from app.events import queries as events
from app.events.models import Event
from app.judging import forms, honours, lists, opening, operations, pages, passage, queries, series, stages
from app.judging.blueprint import bp
from app.judging.operations import Late, Refused
from app.web import ANYONE, METHODIST, open_to, visitor
from workflows.saying import Saying

OWN = {"approves_own_work", "decides_own_work"}


def managed(event_id: int) -> Event:
    """Return an event this methodist runs that has something to rank, or 404."""
    event = events.managed_or_404(event_id, visitor)
    if not stages.has_results(event):
        abort(404)
    return event


@bp.get("/events/<int:event_id>/results")
@open_to(METHODIST)
def results(event_id: int) -> ResponseReturnValue:
    return _page(managed(event_id))


def _page(event: Event, *, approve: Any = None, reopen: Any = None, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    chosen = request.args.get("list", "")
    after = (request.args.get("place", type=int), request.args.get("after", type=int))
    page = lists.results(event, chosen=chosen, after=after if None not in after else None, now=clock.now())
    approve = approve or forms.ApproveForm(formdata=None, **(_signing(event) if event.approved_at is None else {}))
    reopen = reopen or forms.GroundForm(formdata=None)
    told = {"page": page, "series": series.links(event), "approve": approve, "reopen": reopen, "refusal": refusal}
    return render_template("judging/results.html", **told), status


def _signing(event: Event) -> dict[str, Any]:
    """Return what the form of the act begins with: today, and who signs by the regulation and the jury's choice."""
    now, committee = clock.now(), event.rules.committee
    chair = next((one.person.initials for one in queries.jurors_of(event.id, now) if one.chair), "")
    named = {"chair": wording.say(committee.chair), "secretary": wording.say(committee.secretary)} if committee else {}
    return {**named, **({"chair": chair} if chair else {}), "day": now.astimezone(event.zone).date()}


def note_own(event: Event, refused: Refused) -> None:
    """Leave a trace of an act on one's own work that was refused."""
    if any(one.key in OWN for one in refused.sayings):
        with committing():
            trace("own_work.refused", f"event:{event.id}", by=visitor.person.id, now=clock.now(), reason=refused.sayings[0].key)


def status_of(refused: Refused) -> int:
    return 409 if isinstance(refused, Late) else 422


def _act(event_id: int, act: Callable[[Event], str], *, form: Any = None, reopen: Any = None) -> ResponseReturnValue:
    event = managed(event_id)
    try:
        with committing():
            told = act(event)
    except Refused as refused:
        note_own(event, refused)
        for one in filter(None, (form, reopen)):
            pages.show_faults(one, refused)
        return _page(event, approve=form, reopen=reopen, refusal=pages.said(refused, event), status=status_of(refused))
    web.tell(told)
    return redirect(url_for(".results", event_id=event_id, list=request.args.get("list") or None))


@bp.post("/events/<int:event_id>/results/rank")
@open_to(METHODIST)
def rank(event_id: int) -> ResponseReturnValue:
    def act(event: Event) -> str:
        if event.approved_at is not None:
            raise Late(Saying("results_already_approved"))
        operations.refresh(event)
        return _("Места пересчитаны по всем завершённым листам.")

    return _act(event_id, act)


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
            chair=form.chair.data or "",
            secretary=form.secretary.data or "",
        )
        if event.approved_at is None:
            return _("Решение записано. Итоги станут окончательными, когда их утвердят все.")
        if event.released_at is not None:
            return _("Итоги утверждены заново и опубликованы. Кого это касается, получит письмо.")
        return _("Итоги утверждены. Проверьте список и опубликуйте его.")

    return _act(event_id, act, form=form)


@bp.post("/events/<int:event_id>/results/release")
@open_to(METHODIST)
def release(event_id: int) -> ResponseReturnValue:
    def act(event: Event) -> str:
        if not operations.release(event, by=visitor.person, now=clock.now()):
            raise Late(Saying("results_already_released"))
        return _("Итоги опубликованы, письма участникам уже в пути.")

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/results/reopen")
@open_to(METHODIST)
def reopen(event_id: int) -> ResponseReturnValue:
    """Open approved results again: what was published stays until they are approved anew."""
    form = forms.GroundForm()

    def act(event: Event) -> str:
        if not form.validate():
            raise Refused
        operations.reopen(event, form.ground.data or "", by=visitor.person, now=clock.now())
        return _("Итоги открыты заново. Опубликованное остаётся, пока их не утвердят.")

    return _act(event_id, act, reopen=form)


@bp.post("/events/<int:event_id>/results/passage")
@open_to(METHODIST)
def tell_passage(event_id: int) -> ResponseReturnValue:
    """Prepare the letters that tell who goes on from a stage."""

    def act(event: Event) -> str:
        stage = next((one for one in event.rules.stages if one.key == request.form.get("stage") and one.goes_on), None)
        if stage is None:
            abort(404)
        count = passage.tell(event, stage, by=visitor.person, now=clock.now())
        return ngettext(
            "Письма готовятся: %(num)d работа. Они ждут отправки.", "Письма готовятся: работ — %(num)d. Они ждут отправки.", count
        )

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/results/passage/send")
@open_to(METHODIST)
def send_passage(event_id: int) -> ResponseReturnValue:
    def act(event: Event) -> str:
        count = passage.send(event, by=visitor.person, now=clock.now())
        opening.announce_after_passage(event, now=clock.now())
        return ngettext("Отправлено %(num)d письмо.", "Отправлено писем: %(num)d.", count)

    return _act(event_id, act)


@bp.get("/events/<int:event_id>/winners")
@open_to(ANYONE)
def winners(event_id: int) -> ResponseReturnValue:
    """The results as everybody may read them, once they are published; before that there is no such page."""
    event = events.one_or_404(event_id, visitor)
    if event.released_at is None or not stages.has_results(event):
        abort(404)
    page = honours.winners(event, clock.now(), after=request.args.get("after", 0, type=int))
    links = [one for one in series.links(event) if one.url]
    return render_template("judging/winners.html", page=page, series=links, parts=web.event_results.collect(event, visitor, clock.now()))
