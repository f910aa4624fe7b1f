"""A finished sheet changed by decision, after approved results were opened again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, web, wording
from app.applications import letters
from app.database import committing
from app.judging import forms, given, operations, pages, reopening, sheets
from app.judging.blueprint import bp
from app.judging.models import Assignment
from app.judging.operations import Refused
from app.judging.outcome import note_own, status_of
from app.web import METHODIST, open_to, visitor
from workflows.saying import Saying


@bp.route("/assignments/<int:assignment_id>/correct", methods=["GET", "POST"])
@open_to(METHODIST)
def correct_sheet(assignment_id: int) -> ResponseReturnValue:
    """Marks of one sheet as the body that decided wants them; results that are not open again are opened first."""
    assignment = reopening.sheet_or_404(assignment_id, visitor)
    event, work = assignment.application.event, assignment.application_id
    if assignment.review is None or assignment.review.final_at is None:
        abort(404)
    if not reopening.is_open_again(event):
        return redirect(url_for(".results", event_id=event.id, open="again"))
    form, ground = _form(assignment), forms.GroundForm()
    if not ground.validate_on_submit():
        return _page(assignment, form, ground)
    try:
        with committing():
            operations.correct_sheet(assignment, forms.given(form), ground.ground.data or "", by=visitor.person, now=clock.now())
    except Refused as refused:
        note_own(event, refused)
        pages.show_faults(form, refused)
        return _page(reopening.sheet_or_404(assignment_id, visitor), form, ground, refused)
    web.tell(_("Лист изменён, места пересчитаны. Итоги ждут нового утверждения."))
    return redirect(url_for("applications.show", application_id=work))


def _form(assignment: Assignment) -> Any:
    stage = assignment.application.event.rules.stage(assignment.stage)
    return forms.review_form(stage, given.marked_entry(assignment.application, stage), assignment.review)


def _page(assignment: Assignment, form: Any, ground: forms.GroundForm, refused: Refused | None = None) -> ResponseReturnValue:
    work = assignment.application
    event, stage = work.event, work.event.rules.stage(assignment.stage)
    effect = event.rules.appeals.effect if reopening.opened_for(work.id) is not None else ""
    page = {
        "id": assignment.id,
        "title": work.title or _("Без названия"),
        "number": letters.application_number(work),
        "work_url": url_for("applications.show", application_id=work.id),
        "juror": assignment.juror.person.full_name,
        "stage": wording.say(stage.title),
        "total": pages.figure(Fraction(assignment.review.total)) if assignment.review else "",
        "scales": pages.scales(work, stage, form, sheets.lines(stage, given.marked_entry(work, stage))),
        "effect": wording.put(Saying(f"appeals_{effect}")) if effect else "",
        "refusal": pages.said(refused, event) if refused else "",
    }
    status = status_of(refused) if refused else 422 if ground.errors else 200
    return render_template("judging/correct.html", page=page, form=form, ground=ground), status
