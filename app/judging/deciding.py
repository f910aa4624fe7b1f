"""The page «Что решить»: what the rules leave open, decided with a ground."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, web, wording
from app.applications import queries as applications
from app.database import committing
from app.events.models import Event
from app.judging import decisions, forms, operations, pages, undecided
from app.judging.blueprint import bp
from app.judging.operations import Refused
from app.judging.outcome import managed, note_own, status_of
from app.web import METHODIST, open_to, visitor
from workflows.saying import Saying


@bp.get("/events/<int:event_id>/decisions")
@open_to(METHODIST)
def undecided_questions(event_id: int) -> ResponseReturnValue:
    return _page(managed(event_id))


def _page(event: Event, *, award: Any = None, wrong: str = "", refusal: str = "", status: int = 200) -> ResponseReturnValue:
    page = undecided.page(event, typed=request.form if wrong else {})
    award = award or forms.AwardForm(formdata=None, number=request.args.get("work", "")[:20])
    award.award.choices = forms.award_choices(decisions.to_decide(event))
    return render_template("judging/decisions.html", page=page, award=award, wrong=wrong, refusal=refusal), status


def _act(event_id: int, act: Callable[[Event], None], *, form: Any = None) -> ResponseReturnValue:
    event = managed(event_id)
    try:
        with committing():
            act(event)
    except Refused as refused:
        note_own(event, refused)
        words = [pages.said(refused, event)]
        if form is not None:
            pages.show_faults(form, refused)
        else:
            words += [wording.put(one, event.zone) for one in refused.fields.values()]
        told, wrong = " ".join(filter(None, words)), request.form.get("question", "")
        return _page(event, award=form, wrong=wrong, refusal=told, status=status_of(refused))
    web.tell(_("Решение записано, места пересчитаны."))
    return redirect(url_for(".undecided_questions", event_id=event_id))


def _asked() -> tuple[str, str]:
    """Return the list a decision is about, and its ground."""
    return request.form.get("list_name", "")[:250], request.form.get("ground", "")[:2000]


def _numbers(prefix: str, *, least: int = 1) -> dict[int, int]:
    """Return work -> the number typed for it. Raises Refused where one is missing."""
    typed = {key.removeprefix(prefix): value.strip() for key, value in request.form.items() if key.startswith(prefix)}
    found = {int(key): int(value) for key, value in typed.items() if re.fullmatch("[0-9]{1,9}", key) and re.fullmatch("[0-9]{1,6}", value)}
    if len(found) != len(typed) or not found or min(found.values()) < least:
        raise Refused(Saying("tie_order_missing" if least else "votes_missing"))
    return found


@bp.post("/events/<int:event_id>/decisions/tie")
@open_to(METHODIST)
def decide_tie(event_id: int) -> ResponseReturnValue:
    """Record the order among tied works: fields `place_<application>`, the list and the ground."""
    name, ground = _asked()

    def act(event: Event) -> None:
        order = _numbers("place_")
        if min(order.values()) != 1 or max(order.values()) > len(order):
            raise Refused(Saying("tie_order_missing"))
        operations.decide_tie(event, name, order, ground, by=visitor.person, now=clock.now())

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/decisions/votes")
@open_to(METHODIST)
def decide_votes(event_id: int) -> ResponseReturnValue:
    """Record the ballots that tied works got: fields `votes_<application>`."""
    name, ground = _asked()

    def act(event: Event) -> None:
        operations.decide_votes(event, name, _numbers("votes_", least=0), ground, by=visitor.person, now=clock.now())

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/decisions/advance")
@open_to(METHODIST)
def decide_advance(event_id: int) -> ResponseReturnValue:
    """Record who goes on and who does not: fields `goes_<application>`, 1 or 0."""
    name, ground = _asked()

    def act(event: Event) -> None:
        goes = {work: bool(one) for work, one in _numbers("goes_", least=0).items()}
        operations.decide_advance(event, name, goes, ground, by=visitor.person, now=clock.now())

    return _act(event_id, act)


@bp.post("/events/<int:event_id>/decisions/settle")
@open_to(METHODIST)
def settle_award(event_id: int) -> ResponseReturnValue:
    """Record who gets an award that waits, or that nobody does: works chosen, or their numbers typed."""
    name, ground = _asked()

    def act(event: Event) -> None:
        chosen = [*map(int, filter(str.isdecimal, request.form.getlist("work"))), *_by_numbers(event, request.form)]
        operations.settle_award(event, request.form.get("award", ""), name, chosen, ground, by=visitor.person, now=clock.now())

    return _act(event_id, act)


def _by_numbers(event: Event, form: Mapping[str, str]) -> list[int]:
    return [_work(event, one) for one in re.split(r"[\s,;]+", form.get("numbers", "").strip()) if one]


def _work(event: Event, typed: str) -> int:
    work = applications.by_typed_number(event.id, typed)
    if work is None:
        raise Refused(fields={"number": Saying("work_not_admitted")})
    return work


@bp.post("/events/<int:event_id>/decisions/award")
@open_to(METHODIST)
def decide_award(event_id: int) -> ResponseReturnValue:
    """Record an award that departs from the ranking, given or withheld."""
    form = forms.AwardForm()

    def act(event: Event) -> None:
        form.award.choices = forms.award_choices(decisions.to_decide(event))
        if not form.validate():
            raise Refused
        work, given = _work(event, form.number.data), form.given.data == "1"
        operations.decide_award(event, work, form.award.data, given=given, ground=form.ground.data, by=visitor.person, now=clock.now())

    return _act(event_id, act, form=form)
