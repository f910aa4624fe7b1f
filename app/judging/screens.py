"""The three screens of who judges, a juror or an entrant: my works, one work, done."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, storage, web, wording
from app.database import committing, db
from app.events import queries as events
from app.judging import forms, given, operations, pages, queries, stages
from app.judging.blueprint import bp
from app.judging.models import Assignment
from app.judging.operations import Late, Refused
from app.web import ENTRANT, JUROR, open_to, visitor
from workflows.regulation import Stage


@bp.get("/desk")
@open_to(JUROR, ENTRANT)
def desk() -> ResponseReturnValue:
    done = request.args.get("show") == "done"
    page = pages.desk(visitor, clock.now(), done=done, after=request.args.get("after", 0, type=int))
    return render_template("judging/desk.html", page=page)


@bp.get("/events/<int:event_id>/judging/next")
@open_to(JUROR, ENTRANT)
def following(event_id: int) -> ResponseReturnValue:
    """Lead to the juror's next work without a finished sheet, or to the end of her work."""
    _must_judge(event_id)
    found = queries.next_unjudged(visitor, event_id, _open_stages(event_id), request.args.get("after", 0, type=int))
    if found is None:
        return redirect(url_for(".done", event_id=event_id))
    return redirect(url_for(".work", assignment_id=found))


def _must_judge(event_id: int) -> None:
    if event_id not in visitor.juror_of | visitor.entrant_in:
        abort(404)


def _open_stages(event_id: int) -> list[str]:
    event = events.one_or_404(event_id, visitor)
    return [one.key for one in stages.marked_stages(event) if stages.is_open(event, one, clock.now())]


@bp.get("/events/<int:event_id>/judging/done")
@open_to(JUROR, ENTRANT)
def done(event_id: int) -> ResponseReturnValue:
    _must_judge(event_id)
    event, progress, role = next((one for one in queries.desk_events(visitor) if one[0].id == event_id), (None, None, ""))
    if event is None or progress is None or progress.done < progress.of:
        return redirect(url_for(".desk"))
    closes = stages.closes(event, stages.current(event, clock.now(), role))
    term = wording.term(closes, event.zone) if closes and closes > clock.now() else ""
    return render_template("judging/done.html", event=pages.head(event), progress=progress, term=term)


@bp.get("/assignments/<int:assignment_id>")
@open_to(JUROR, ENTRANT)
def work(assignment_id: int) -> ResponseReturnValue:
    assignment = queries.assignment_or_404(assignment_id, visitor, whole=True)
    stage = _stage(assignment)
    return _work_page(assignment, stage, _form(assignment, stage))


def _form(assignment: Assignment, stage: Stage) -> Any:
    return forms.review_form(stage, given.marked_entry(assignment.application, stage), assignment.review)


def _stage(assignment: Assignment) -> Stage:
    return assignment.application.event.rules.stage(assignment.stage)


def _work_page(
    assignment: Assignment, stage: Stage, form: Any, *, status: int = 200, refusal: str = "", recuse: Any = None
) -> ResponseReturnValue:
    page = pages.work(assignment, stage, form, visitor, clock.now())
    recuse = recuse or forms.RecuseForm(formdata=None)
    return render_template("judging/work.html", page=page, form=form, refusal=refusal, recuse=recuse), status


@bp.post("/assignments/<int:assignment_id>/review")
@open_to(JUROR, ENTRANT)
def save(assignment_id: int) -> ResponseReturnValue:
    """Save the sheet: done and on to the next work, or kept for later. What was typed stays on the page whatever happens."""
    assignment = queries.assignment_or_404(assignment_id, visitor)
    stage, event_id = _stage(assignment), assignment.application.event_id
    form = _form(assignment, stage)
    final = request.form.get("action", "done") == "done"
    try:
        _keep(assignment, form, final=final)
    except Late as late:
        assignment = queries.assignment_or_404(assignment_id, visitor, whole=True)
        form.seen.data = str(assignment.review.revision if assignment.review else 0)
        return _work_page(assignment, stage, form, status=409, refusal=pages.said(late, assignment.application.event))
    except Refused as refused:
        pages.show_faults(form, refused)
        assignment = queries.assignment_or_404(assignment_id, visitor, whole=True)
        return _work_page(assignment, stage, form, status=422, refusal=pages.said(refused, assignment.application.event))
    if not final:
        web.tell(_("Оценки сохранены. Вернуться к работе можно в любой день до конца срока."))
        return redirect(url_for(".desk"))
    return redirect(url_for(".following", event_id=event_id, after=assignment_id))


def _keep(assignment: Assignment, form: Any, *, final: bool) -> int:
    """Save what was typed and return the sheet's revision. Raises Refused."""
    seen = request.form.get("seen", type=int)
    with committing():
        review = operations.save_review(
            assignment, forms.given(form), forms.comment_of(form), final=final, by=visitor.person, now=web.arrived(), seen=seen
        )
        return review.revision


@bp.post("/assignments/<int:assignment_id>/draft")
@open_to(JUROR, ENTRANT)
def save_draft(assignment_id: int) -> ResponseReturnValue:
    """Keep the sheet as it is being filled in; the answer names the revision that the page now has."""
    assignment = queries.assignment_or_404(assignment_id, visitor)
    if assignment.done_at is not None:
        return jsonify(error=409, message=_("Лист уже завершён: изменения сохраняет кнопка.")), 409
    stage, zone = _stage(assignment), assignment.application.event.zone
    try:
        revision = _keep(assignment, _form(assignment, stage), final=False)
    except Refused as refused:
        words = pages.said(refused, assignment.application.event) or "; ".join(wording.put(one) for one in refused.fields.values())
        return jsonify(error=409 if isinstance(refused, Late) else 422, message=words), 409 if isinstance(refused, Late) else 422
    saved = wording.clock_time(clock.now(), zone)
    return jsonify(saved_at=saved, fields={"seen": str(revision)})


@bp.post("/assignments/<int:assignment_id>/recuse")
@open_to(JUROR, ENTRANT)
def recuse(assignment_id: int) -> ResponseReturnValue:
    assignment = queries.assignment_or_404(assignment_id, visitor)
    event_id = assignment.application.event_id
    form = forms.RecuseForm()
    try:
        with committing():
            operations.recuse(assignment, str(form.reason.data or ""), by=visitor.person, now=clock.now())
    except Refused as refused:
        assignment, stage = queries.assignment_or_404(assignment_id, visitor, whole=True), _stage(assignment)
        form.reason.errors = [wording.put(one) for one in refused.fields.values()]
        status = 409 if isinstance(refused, Late) else 422
        sheet = _form(assignment, stage)
        return _work_page(assignment, stage, sheet, status=status, refusal=pages.said(refused, assignment.application.event), recuse=form)
    web.tell(_("Работа снята с вас, методист увидит причину. Спасибо, что сказали об этом."))
    return redirect(url_for(".following", event_id=event_id))


@bp.get("/assignments/<int:assignment_id>/files/<int:attachment_id>")
@open_to(JUROR, ENTRANT)
def file(assignment_id: int, attachment_id: int) -> ResponseReturnValue:
    """A file of a work for its juror, if the regulation shows it to the jury; in blind judging under a neutral name."""
    assignment = queries.assignment_or_404(assignment_id, visitor, whole=True)
    application = assignment.application
    found = next((one for one in application.attachments if one.id == attachment_id), None)
    if found is None or application.version.rules.question(found.question).shown_to not in ("everyone", "jury"):
        abort(404)
    name, key, size = pages.file_name(application, found, blind=pages.is_blind(assignment)), found.key, found.size
    db.session.rollback()  # the download may take minutes; no transaction stays open for it
    return web.send_file_of_people(storage.open_file(key), name, size=size)
