"""The methodist's pages about applications: the list of an event, and what she does for somebody."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, storage, web, wording
from app.applications import answers, behalf, checking, filling, forms, lists, operations, queries, rows, staff, substitution, way
from app.applications.actors import Actor
from app.applications.blueprint import bp
from app.applications.letters import SUBSTITUTE
from app.applications.models import Application
from app.database import committing, db
from app.events import queries as events
from app.events.models import Event
from app.people.models import Person
from app.web import METHODIST, open_to, visitor
from workflows.machine import METHODIST as METHODIST_ROLE
from workflows.machine import StepRefused
from workflows.saying import Saying

FOLLOWED = ("submitted", "admitted", "not_admitted", "revision")  # states from which a methodist goes on to the next to check


def shown(
    application: Application,
    *,
    typed: checking.Typed | None = None,
    faults: Mapping[str, Saying] | None = None,
    form: Any = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return the page of one application, with what a methodist has typed on it and what is wrong with that."""
    now, actor = clock.now(), Actor.of(visitor)
    page = way.way(application, actor, now=now, typed=typed, faults=faults)
    of_staff = METHODIST_ROLE in actor.roles_in(application)
    asked = staff.asked_of(application) if of_staff and staff.may_fill(application) else []
    more = {
        "staff": {"questions": asked, "form": form or (forms.staff_form(application, asked, sent=False) if asked else None)},
        "parts": web.application_page.collect(application, visitor, now),
        "event_id": application.event_id if of_staff else None,
        "checks": of_staff and application.state in FOLLOWED,
    }
    return render_template("applications/show.html", page=page, **more), status


@bp.post("/applications/<int:application_id>/checks")
@open_to(METHODIST)
def save_checks(application_id: int) -> ResponseReturnValue:
    """Keep what was found of the conditions that people check: fields `met_<condition>` and `ground_<condition>`."""
    application = _checked_or_404(application_id)
    typed = {
        one.key: (request.form.get(f"met_{one.key}", ""), _line(request.form.get(f"ground_{one.key}", "")))
        for one in checking.left(application)
    }
    try:
        with committing():
            wrong = checking.record(application, typed, by=visitor.person, now=clock.now())
    except operations.Refused as refusal:
        return _too_late(application_id, refusal)
    if wrong:
        return shown(queries.one_or_404(application_id, visitor, whole=True), typed=typed, faults=wrong, status=422)
    web.tell(_("Проверка записана."))
    return redirect(url_for(".show", application_id=application_id))


def _checked_or_404(application_id: int) -> Application:
    """Return an application that this methodist checks: nobody checks her own."""
    application = queries.one_or_404(application_id, visitor, whole=True)
    if METHODIST_ROLE not in Actor.of(visitor).roles_in(application):
        abort(404)
    return application


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _too_late(application_id: int, refusal: operations.Refused) -> ResponseReturnValue:
    web.tell(wording.put(refusal.saying), "amber")
    return redirect(url_for(".show", application_id=application_id))


@bp.post("/applications/<int:application_id>/staff")
@open_to(METHODIST)
def save_staff_answers(application_id: int) -> ResponseReturnValue:
    """Keep what staff fill in about an application."""
    application = _checked_or_404(application_id)
    given = forms.given(staff.asked_of(application), request.form)
    try:
        with committing():
            wrong = staff.keep(application, given, by=visitor.person, now=clock.now())
    except operations.Refused as refusal:
        return _too_late(application_id, refusal)
    if wrong:
        application = queries.one_or_404(application_id, visitor, whole=True)
        form = forms.staff_form(application, staff.asked_of(application), sent=True)
        for key, saying in wrong.items():
            form[f"q_{key}"].errors = [wording.put(saying)]
        return shown(application, form=form, status=422)
    web.tell(_("Записано."))
    return redirect(url_for(".show", application_id=application_id))


@bp.get("/events/<int:event_id>/applications")
@open_to(METHODIST)
def of_event(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    chosen = {name: request.args.get(name, "")[:100] for name in ("state", "nomination", "search")}
    page = queries.of_event(event, before=request.args.get("before", type=int), **chosen)
    counts = queries.count_by_state(event.id)
    shown = lists.event_list(event, page, counts)
    return render_template("applications/of_event.html", list=shown, chosen=chosen)


@bp.get("/events/<int:event_id>/applications/next")
@open_to(METHODIST)
def following(event_id: int) -> ResponseReturnValue:
    """Lead to the next application that waits for its check, or to the list where none does."""
    event = events.managed_or_404(event_id, visitor)
    found = queries.next_to_check(event, request.args.get("after", 0, type=int))
    if found is None:
        return redirect(url_for(".of_event", event_id=event_id))
    return redirect(url_for(".show", application_id=found))


@bp.route("/events/<int:event_id>/applications/enter", methods=["GET", "POST"])
@open_to(METHODIST)
def enter(event_id: int) -> ResponseReturnValue:
    """The methodist enters an application that came on paper, by letter or by telephone."""
    event = events.managed_or_404(event_id, visitor)
    form = forms.EnterForm()
    if not form.validate_on_submit():
        return _enter_page(event, form)
    now = clock.now()
    try:
        with committing():
            applicant = _applicant(form, now)
            _must_not_have_enough(event, applicant)
            application = behalf.enter(
                event,
                applicant,
                once=forms.once(visitor.person.id),
                ground=form.ground.data,
                received_at=_in_zone(form.received_at.data, event.zone),
                scan=_scan(form),
                by=visitor.person,
                now=now,
            )
    except operations.Refused as refusal:
        _show(form, refusal.saying)
        return _enter_page(event, form)
    return redirect(url_for(".form", application_id=application.id, section=filling.sections(application)[0].key))


def _enter_page(event: Event, form: forms.EnterForm) -> ResponseReturnValue:
    once = request.form.get("once") or secrets.token_urlsafe(16)
    status = 422 if request.method == "POST" else 200
    zone = wording.zone_name(event.zone)
    return render_template("applications/enter.html", event=lists.event_line(event), form=form, once=once, zone=zone), status


def _applicant(form: forms.EnterForm, now: datetime) -> Person:
    return behalf.person_for_paper(
        surname=form.surname.data,
        given_name=form.given_name.data,
        patronymic=form.patronymic.data or "",
        post=form.post.data or "",
        school=form.school.data or "",
        email=form.email.data or "",
        now=now,
    )


def _must_not_have_enough(event: Event, applicant: Person) -> None:
    own = queries.enough_of(event, applicant)
    if own is not None and own.once != forms.once(visitor.person.id):  # the same form sent twice is no second application
        raise operations.Refused(Saying("entered_already", name=applicant.full_name, number=rows.row(own).number or "—"))


def _in_zone(value: datetime, zone: ZoneInfo) -> datetime:
    return value.replace(tzinfo=zone)


def _scan(form: forms.ReceiptForm) -> tuple[BinaryIO, str] | None:
    sent = form.scan.data
    return (sent.stream, sent.filename) if sent is not None and getattr(sent, "filename", "") else None


def _show(form: forms.ReceiptForm, saying: Saying) -> None:
    """Say what is wrong beside the field it is about."""
    fields = {"received_in_future": form.received_at, "entered_already": form._fields.get("surname", form.ground)}
    field = fields.get(saying.key, form.scan)
    field.errors = [*field.errors, wording.put(saying)]


@bp.route("/applications/<int:application_id>/behalf/<act>", methods=["GET", "POST"])
@open_to(METHODIST)
def on_behalf(application_id: int, act: str) -> ResponseReturnValue:
    """What she asked for by letter or on paper: its ground, time and scan; then the step itself, or the form to correct."""
    application = queries.one_or_404(application_id, visitor)
    page = way.behalf_or_none(application, act, Actor.of(visitor), now=clock.now())
    if page is None:
        abort(409)
    form = forms.ReceiptForm()
    if not form.validate_on_submit():
        return _behalf_page(application, page, form)
    try:
        told = _act(application, act, form)
    except operations.Refused as refusal:
        _show(form, refusal.saying)
        return _behalf_page(queries.one_or_404(application_id, visitor), page, form)
    except StepRefused as refusal:  # somebody else was quicker: the page shows what is true now
        web.tell(wording.put(refusal.saying, application.event.zone), "amber")
        return redirect(url_for(".show", application_id=application_id))
    if told:
        web.tell(told)
        return redirect(url_for(".show", application_id=application_id))
    return redirect(url_for(".form", application_id=application_id, section=filling.sections(application)[0].key))


def _act(application: Application, act: str, form: forms.ReceiptForm) -> str:
    """Keep what came and do what it asks for; return what to say, nothing where the form is opened instead."""
    now = clock.now()
    received_at = _in_zone(form.received_at.data, application.event.zone)
    with committing():
        if act == way.CORRECT:
            behalf.receive(application, ground=form.ground.data, received_at=received_at, by=visitor.person, now=now, scan=_scan(form))
            return ""
        behalf.act(application, act, by=Actor.of(visitor), ground=form.ground.data, received_at=received_at, now=now, scan=_scan(form))
    return way.told_behalf(application, act)


def _behalf_page(application: Application, page: way.StepPage, form: forms.ReceiptForm) -> ResponseReturnValue:
    status = 422 if request.method == "POST" else 200
    zone = wording.zone_name(application.event.zone)
    return render_template("applications/behalf.html", application=rows.row(application), step=page, form=form, zone=zone), status


@bp.route("/applications/<int:application_id>/substitute", methods=["GET", "POST"])
@open_to(METHODIST)
def substitute(application_id: int) -> ResponseReturnValue:
    """Another person in the place of an author, on the letter or paper that asked for it."""
    application = _checked_or_404(application_id)
    if not way.is_open(application, SUBSTITUTE, Actor.of(visitor), now=clock.now()):
        abort(409)
    form = forms.substitution_form(application, [(str(one.id), answers.author_line(one)) for one in application.authors])
    if not form.validate_on_submit():
        return _substitution_page(application, form)
    try:
        _substitute(application, form)
    except (operations.Refused, StepRefused) as refusal:
        application = _checked_or_404(application_id)
        fields = {"author_twice": form.surname, "author_unknown": form.author, "received_in_future": form.received_at}
        fields |= dict.fromkeys(("substitution_over", "substitution_undated"), form.received_at)
        field = fields.get(refusal.saying.key, form.scan)
        field.errors = [*field.errors, wording.put(refusal.saying, application.event.zone)]
        return _substitution_page(application, form)
    web.tell(_("Участник заменён, номер заявки прежний. Обоим отправлено письмо."))
    return redirect(url_for(".show", application_id=application_id))


def _substitute(application: Application, form: forms.SubstitutionForm) -> None:
    now, by, ground = clock.now(), Actor.of(visitor), form.ground.data
    agreed = [field.name.removeprefix("c_") for field in form if field.name.startswith("c_") and field.data]
    names = ("surname", "given_name", "patronymic", "post", "school", "email")
    successor = substitution.Successor(**{name: _line(form[name].data or "") for name in names}, consents=agreed)
    with committing():
        received_at = _in_zone(form.received_at.data, application.event.zone)
        receipt = behalf.receive(application, ground=ground, received_at=received_at, by=visitor.person, now=now, scan=_scan(form))
        substitution.replace(application, int(form.author.data), successor, ground=ground, by=by.on(receipt), now=now)


def _substitution_page(application: Application, form: forms.SubstitutionForm) -> ResponseReturnValue:
    status = 422 if request.method == "POST" else 200
    zone = wording.zone_name(application.event.zone)
    ticks = [f"c_{one.key}" for one in application.version.rules.consents]
    return render_template("applications/substitute.html", application=rows.row(application), form=form, zone=zone, ticks=ticks), status


@bp.get("/receipts/<int:receipt_id>/file")
@open_to(METHODIST)
def scan(receipt_id: int) -> ResponseReturnValue:
    receipt = queries.scan_or_404(receipt_id, visitor)
    name, key, size = receipt.name, receipt.key or "", receipt.size or 0
    db.session.rollback()  # the download may take minutes; no transaction stays open for it
    return web.send_file_of_people(storage.open_file(key), name, size=size)
