"""Pages about applications: filling in, the way of an application, steps, files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app import clock, storage, web, wording
from app.applications import below, desk, facts, filling, forms, lists, operations, queries, rows, tasks, way
from app.applications.actors import Actor
from app.applications.blueprint import bp
from app.applications.letters import SUBSTITUTE
from app.applications.models import Application
from app.database import committing, db
from app.events import queries as events
from app.web import PERSON, open_to, visitor
from workflows.machine import StepRefused
from workflows.regulation import Section
from workflows.saying import Saying

__all__ = ["below", "bp", "desk", "tasks"]  # gathered here: the methodist's pages, the jobs


@bp.get("/applications")
@open_to(PERSON)
def mine() -> ResponseReturnValue:
    page, now = queries.mine(visitor, before=request.args.get("before", type=int)), clock.now()
    waits = [(one, wording.left(one.until, now) if one.until else "") for one in web.own_applications.collect(visitor, now)]
    return render_template("applications/mine.html", rows=[rows.row(one) for one in page.rows], older=page.older, waits=waits)


@bp.post("/events/<int:event_id>/applications")
@open_to(PERSON)
def start(event_id: int) -> ResponseReturnValue:
    event = events.one_or_404(event_id, visitor)
    now = web.arrived()
    if not events.intake_is_open(event, now):
        web.tell(_("Приём заявок сейчас закрыт. Сроки указаны на странице мероприятия."), "amber")
        return redirect(url_for("events.show", event_id=event_id))
    own = queries.enough_of(event, visitor.person)
    if own is not None:
        web.tell(_("У вас здесь уже есть заявка, вторая не нужна. Вот она."), "information")
        return redirect(url_for(".show", application_id=own.id))
    with committing():
        application = operations.start(event, visitor.person, once=forms.once(visitor.person.id), now=now)
    return redirect(url_for(".form", application_id=application.id, section=filling.sections(application)[0].key))


@bp.get("/applications/<int:application_id>")
@open_to(PERSON)
def show(application_id: int) -> ResponseReturnValue:
    application = queries.one_or_404(application_id, visitor, whole=True)
    return desk.shown(application)


FILLED = ("submit", "resubmit")  # steps that end the filling of a form


def _filler(application: Application) -> Actor:
    """Who fills in: the applicant, or a methodist in her place on what came from her."""
    return Actor.of(visitor).on(application.open_receipt)


def _editable(application_id: int) -> Application:
    application = queries.one_or_404(application_id, visitor)
    if not operations.may_edit(application, _filler(application)):
        abort(409)
    return application


@contextmanager
def _writing(application: Application) -> Iterator[None]:
    """Write into a form in one transaction; 409 where it was submitted since it was read."""
    with committing():
        if not operations.may_edit(application, _filler(application)):
            abort(409)
        yield


@bp.get("/applications/<int:application_id>/form/<section>")
@open_to(PERSON)
def form(application_id: int, section: str) -> ResponseReturnValue:
    application = queries.one_or_404(application_id, visitor, whole=True)
    if not operations.may_edit(application, _filler(application)):
        return redirect(url_for(".show", application_id=application_id))
    return _form_page(application, filling.section_or_404(application, section))


def _form_page(application: Application, section: filling.SectionLink, *, form: Any = None, status: int = 200) -> ResponseReturnValue:
    if section.key == filling.CONSENTS:
        agreed = facts.consents_of(application)
        form = form or forms.consents_form(application, agreed, for_authors=bool(agreed) and len(application.authors) > 1)
        return render_template("applications/consents.html", page=filling.filling(application, section, now=clock.now()), form=form), status
    if section.key == filling.CHECK:
        return render_template("applications/check.html", page=filling.filling(application, section, now=clock.now())), status
    form = form or forms.section_form(application, section.section)
    if request.args.get("check"):
        # She comes from «проверить и подать»: what is missing is said beside its field at once.
        _mark_missing(application, form)
    return render_template("applications/form.html", page=filling.filling(application, section, now=clock.now()), form=form), status


def _mark_missing(application: Application, form: Any) -> None:
    for key in facts.unanswered(application):
        field = getattr(form, f"q_{key}", None)
        if field is not None:
            field.errors = [wording.put(Saying("question_unanswered"))]


@bp.post("/applications/<int:application_id>/form/<section>")
@open_to(PERSON)
def save_section(application_id: int, section: str) -> ResponseReturnValue:
    """Save the section and do what the pressed button says; text is kept whatever becomes of the rest."""
    application = _editable(application_id)
    link = filling.section_or_404(application, section)
    if link.section is None:
        return _save_consents(application, link)
    form = forms.section_form(application, link.section)
    now = web.arrived()
    refused: dict[str, Saying] = {}
    with _writing(application):
        wrong = operations.save_answers(application, forms.given(forms.asked_in(link.section), request.form), now=now)
        refused = _act(application, link.section, now)
    _show_faults(form, {**{f"q_{key}": saying for key, saying in wrong.items()}, **refused})
    if wrong or refused:
        return _form_page(application, link, form=form, status=422)
    action = request.form.get("action", "next")
    following = filling.following(application, section) if action == "next" else section
    return redirect(url_for(".form", application_id=application_id, section=following))


def _act(application: Application, section: Section, now: datetime) -> dict[str, Saying]:
    """Do what besides saving was asked for: upload, take off, add an author. Return refusals by field."""
    action, _colon, what = request.form.get("action", "").partition(":")
    refused = _upload_all(application, section, now)
    if action in TAKEN_OFF and what.isdigit():
        refused.update(_take_off(application, action, int(what), now))
    elif _author_typed():
        refused.update(_add_author(application, now))
    return refused


def _upload_all(application: Application, section: Section, now: datetime) -> dict[str, Saying]:
    refused: dict[str, Saying] = {}
    for question in section.questions:
        if question.kind != "files":
            continue
        for sent in request.files.getlist(f"q_{question.key}"):
            refused.update(_upload(application, question.key, sent, now))
    return refused


def _upload(application: Application, question: str, sent: FileStorage, now: datetime) -> dict[str, Saying]:
    if not sent.filename:
        return {}
    try:
        operations.attach(application, question, sent.stream, sent.filename, by=visitor.person, now=now)
    except operations.Refused as fault:
        return {f"q_{question}": fault.saying}
    return {}


TAKEN_OFF = {"detach": operations.detach, "remove-author": operations.remove_author}


def _take_off(application: Application, action: str, what: int, now: datetime) -> dict[str, Saying]:
    question = next((file.question for file in application.attachments if file.id == what), "")
    try:
        TAKEN_OFF[action](application, what, now=now)
    except operations.Refused as fault:
        return {f"q_{question}" if action == "detach" else "author_surname": fault.saying}
    return {}


def _author_typed() -> bool:
    return any(request.form.get(name, "").strip() for name in forms.AUTHOR_FIELDS)


def _add_author(application: Application, now: datetime) -> dict[str, Saying]:
    typed = {name.removeprefix("author_"): " ".join(request.form.get(name, "").split())[:120] for name in forms.AUTHOR_FIELDS}
    missing = {f"author_{name}": Saying(f"author_{name}_missing") for name in ("surname", "given_name", "school") if not typed[name]}
    if missing:
        return missing
    try:
        operations.add_author(application, **typed, now=now)
    except operations.Refused as fault:
        return {"author_surname": fault.saying}
    return {}


def _show_faults(form: Any, faults: dict[str, Saying]) -> None:
    for name, saying in faults.items():
        field = getattr(form, name, None)
        if field is not None:
            field.errors = [wording.put(saying)]


def _save_consents(application: Application, link: filling.SectionLink) -> ResponseReturnValue:
    if link.key != filling.CONSENTS:
        abort(404)
    agreed = {text.key: f"c_{text.key}" in request.form for text in application.version.rules.consents}
    now = clock.now()
    with _writing(application):
        operations.give_consents(application, agreed, for_authors="for_authors" in request.form, by=_filler(application), now=now)
    return redirect(url_for(".form", application_id=application.id, section=filling.CHECK))


@bp.post("/applications/<int:application_id>/draft")
@open_to(PERSON)
def save_draft(application_id: int) -> ResponseReturnValue:
    """Save what has been typed so far, from the page itself; answers JSON with the time and the faults."""
    application = _editable(application_id)
    link = filling.section_or_404(application, request.form.get("section", ""))
    if link.section is None:
        abort(404)
    zone, now = application.event.zone, web.arrived()
    with _writing(application):
        wrong = operations.save_answers(application, forms.given(forms.asked_in(link.section), request.form), now=now)
    faults = {f"q_{key}": wording.put(saying) for key, saying in wrong.items()}
    return jsonify(saved_at=wording.clock_time(now, zone), faults=faults)


@bp.get("/applications/<int:application_id>/steps/<step>")
@open_to(PERSON)
def ask_step(application_id: int, step: str) -> ResponseReturnValue:
    """The page that asks for the reason, or whether one is sure."""
    application = queries.one_or_404(application_id, visitor, whole=True)
    return _step_page(application, step, forms.StepForm())


def _step_page(application: Application, name: str, form: forms.StepForm, status: int = 200) -> ResponseReturnValue:
    opened = way.step_or_none(application, name, Actor.of(visitor), now=clock.now())
    if opened is None:
        abort(409)
    return render_template("applications/step.html", application=rows.row(application), step=opened, form=form), status


@bp.post("/applications/<int:application_id>/steps/<step>")
@open_to(PERSON)
def take_step(application_id: int, step: str) -> ResponseReturnValue:
    application = queries.one_or_404(application_id, visitor)
    form = forms.StepForm()
    if step == SUBSTITUTE:  # it has a page of its own, which asks who comes instead
        abort(404)
    if not form.validate_on_submit():
        return _step_page(application, step, form, 422)
    zone, now = application.event.zone, web.arrived()
    try:
        with committing():
            operations.advance(
                application,
                step,
                by=_filler(application) if step in FILLED else Actor.of(visitor),
                now=now,
                reason=(form.reason.data or "").strip(),
                term=_in_zone(form.term.data, zone),
            )
            own = application.applicant_id == visitor.person.id
            said = way.told(application, step) if own or step not in FILLED else way.told_behalf(application, step)
    except StepRefused as refusal:
        return _refused(application_id, step, form, refusal.saying)
    web.tell(said)
    return redirect(url_for(".show", application_id=application_id))


def _in_zone(value: datetime | None, zone: ZoneInfo) -> datetime | None:
    return value.replace(tzinfo=zone) if value else None


def _refused(application_id: int, step: str, form: forms.StepForm, saying: Saying) -> ResponseReturnValue:
    """Say why not; a second click on a step already taken shows the first result."""
    application = queries.one_or_404(application_id, visitor)
    zone = application.event.zone
    last = application.moves[-1] if application.moves else None
    if saying.key == "step_not_from_here" and last and last.step == step and last.by_id == visitor.person.id:
        return redirect(url_for(".show", application_id=application_id))
    if saying.key in ("step_not_from_here", "step_unknown", "step_not_yours"):
        page = rows.row(application)
        return render_template("errors/409.html", what=wording.put(saying, zone), state=page.state_words, url=page.url), 409
    if saying.key in way.SAID_AT_REASON:
        form.reason.errors = [wording.put(saying, zone)]
        return _step_page(application, step, form, 422)
    if saying.key in way.SAID_AT_TERM:
        form.term.errors = [wording.put(saying, zone)]
        return _step_page(application, step, form, 422)
    web.tell(wording.put(saying, zone), "amber")
    target = filling.CHECK if operations.may_edit(application, _filler(application)) else None
    if target:
        return redirect(url_for(".form", application_id=application_id, section=target))
    return redirect(url_for(".show", application_id=application_id))


@bp.get("/files/<int:attachment_id>")
@open_to(PERSON)
def file(attachment_id: int) -> ResponseReturnValue:
    attachment = queries.file_or_404(attachment_id, visitor)
    name, key, size = attachment.name, attachment.key, attachment.size
    db.session.rollback()  # the download may take minutes; no transaction stays open for it
    return web.send_file_of_people(storage.open_file(key), name, size=size)


@web.waiting.fill
def waits(who: Any, now: datetime) -> list[web.Waits]:
    """Drafts to finish, corrections asked for; for a methodist what is to be checked."""
    return lists.waits_for_applicant(who, now) + lists.waits_for_methodist(who)
