"""Pages of what follows the decision."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from markupsafe import Markup

from app import clock, web, wording
from app.applications import letters, rows, way
from app.applications import queries as applications
from app.applications.models import Application
from app.closing import appeals, feeding, forms, storage, upheld, workbook
from app.closing import minutes as papers
from app.closing.models import Appeal
from app.database import committing, one_moment
from app.events import pages as cards
from app.events import queries as events
from app.events.models import Event
from app.judging import pages
from app.judging.operations import Late, Refused
from app.web import ADMINISTRATOR, ANYONE, METHODIST, PERSON, Visitor, open_to, visitor
from workflows.saying import Saying

bp = Blueprint("closing", __name__)


@bp.get("/events/<int:event_id>/minutes")
@open_to(METHODIST)
def all_minutes(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    return render_template("closing/all_minutes.html", event=pages.head(event), offered=papers.offered(event))


@bp.get("/events/<int:event_id>/minutes/<int:place>")
@open_to(ANYONE)
def minutes(event_id: int, place: int) -> ResponseReturnValue:
    """Minutes for staff and, once the results are published, for the jury; for everybody the list of results as lines."""
    event = events.one_or_404(event_id, visitor)
    read_by = papers.audience(event, visitor)
    if read_by is None or not 0 < place <= len(event.rules.minutes):
        abort(404)
    if read_by == papers.PUBLIC and event.rules.minutes[place - 1].line is None:
        abort(404)
    most = None if read_by != papers.PUBLIC and "all" in request.args else papers.MOST_SHOWN
    after = request.args.get("after", 0, type=int)
    page = papers.of(event, place, read_by=read_by, now=clock.now(), most=most, after=after if most else 0)
    return render_template("closing/minutes.html", page=page)


@bp.get("/events/<int:event_id>/minutes/<int:place>/table")
@open_to(METHODIST)
def minutes_table(event_id: int, place: int) -> ResponseReturnValue:
    with one_moment():
        event = events.managed_or_404(event_id, visitor)
        if not 0 < place <= len(event.rules.minutes):
            abort(404)
        sheet = papers.of(event, place, read_by=papers.STAFF, now=clock.now(), most=None)
    content = workbook.of(sheet)
    name = f"{sheet.title} — {sheet.stage}.xlsx"
    return web.send_file_of_people(io.BytesIO(content), name, size=len(content), media_type=workbook.MEDIA_TYPE)


# Appeals


@bp.route("/applications/<int:application_id>/appeal", methods=["GET", "POST"])
@open_to(PERSON)
def file_appeal(application_id: int) -> ResponseReturnValue:
    application = applications.one_or_404(application_id, visitor)
    if application.applicant_id != visitor.person.id:
        abort(404)
    form = forms.AppealForm()
    if form.validate_on_submit():
        try:
            with committing():
                appeals.file(application, form.text.data or "", by=visitor.person, now=web.arrived())
        except appeals.Refused as refusal:
            _show(form, refusal)
        else:
            web.tell(_("Апелляция подана. Ответ придёт письмом и появится на странице заявки."))
            return redirect(url_for("applications.show", application_id=application_id))
    told = appeals.told(applications.one_or_404(application_id, visitor), visitor.person, clock.now())
    page = {"told": told, "form": form, "application_id": application_id}
    return render_template("closing/file_appeal.html", **page), 422 if form.errors else 200


@bp.route("/applications/<int:application_id>/appeal/enter", methods=["GET", "POST"])
@open_to(METHODIST)
def enter_appeal(application_id: int) -> ResponseReturnValue:
    """An appeal that came by letter or on paper: its ground, time and scan, and what it says."""
    application = applications.one_or_404(application_id, visitor)
    if not visitor.is_methodist_of(application.event.centre_id):
        abort(404)
    form = forms.EnterAppealForm()
    if form.validate_on_submit():
        try:
            with committing():
                entered = appeals.enter(application, form.text.data or "", **_came(form, application.event))
                number = entered.id
        except appeals.Refused as refusal:
            _show(form, refusal)
        else:
            web.tell(_("Апелляция внесена, заявитель получит письмо."))
            return redirect(url_for(".appeal", appeal_id=number))
    application = applications.one_or_404(application_id, visitor)
    page = {"row": rows.row(application), "form": form, "zone": wording.zone_name(application.event.zone)}
    page |= {"term": appeals.term_words(application.event, clock.now())}
    return render_template("closing/enter_appeal.html", **page), 422 if form.errors or form.form_errors else 200


def _came(form: forms.EnterAppealForm, event: Event) -> dict[str, Any]:
    """Return what came, as the operation wants it."""
    sent = form.scan.data
    return {
        "ground": form.ground.data or "",
        "received_at": form.received_at.data.replace(tzinfo=event.zone),
        "scan": (sent.stream, sent.filename) if sent is not None and getattr(sent, "filename", "") else None,
        "by": visitor.person,
        "now": clock.now(),
    }


@bp.get("/events/<int:event_id>/appeals")
@open_to(METHODIST)
def event_appeals(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    typed = request.args.get("number", "").strip()
    work = applications.by_typed_number(event.id, typed)
    if work is not None:
        return redirect(url_for(".enter_appeal", application_id=work))
    found, further = appeals.of_event(event.id, after=request.args.get("after", 0, type=int))
    opened = upheld.opened_among([one.application_id for one in found])
    shown = [{**_appeal_row(one), "to_open": one.outcome == "upheld" and one.application_id not in opened} for one in found]
    page = {"rows": shown, "further": further, "term": appeals.term_words(event, clock.now())}
    page |= {"typed": typed, "allowed": event.rules.appeals.allowed}
    return render_template("closing/appeals.html", event=pages.head(event), **page)


@bp.route("/appeals/<int:appeal_id>", methods=["GET", "POST"])
@open_to(METHODIST)
def appeal(appeal_id: int) -> ResponseReturnValue:
    found = appeals.managed_or_404(appeal_id, visitor)
    form = forms.AnswerForm()
    if form.validate_on_submit():
        try:
            with committing():
                appeals.answer(found, form.outcome.data or "", form.ground.data or "", by=visitor.person, now=clock.now())
        except appeals.Refused as refusal:
            _show(form, refusal)
        else:
            web.tell(_("Ответ записан, заявитель получит письмо."))
            return redirect(url_for(".appeal", appeal_id=appeal_id))
    return _appeal_page(appeal_id, form, 422 if form.errors or form.form_errors else 200)


def _appeal_page(appeal_id: int, form: FlaskForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    found = appeals.managed_or_404(appeal_id, visitor)
    effect = wording.put(Saying(f"appeals_{found.application.event.rules.appeals.effect}"))
    page = {"row": _appeal_row(found), "form": form, "effect": effect, "course": upheld.course(found), "refusal": refusal}
    return render_template("closing/appeal.html", **page), status


@bp.post("/appeals/<int:appeal_id>/reopen")
@open_to(METHODIST)
def reopen(appeal_id: int) -> ResponseReturnValue:
    """Open the published results again for an appeal that was upheld, on the ground of its answer."""
    found = appeals.managed_or_404(appeal_id, visitor)
    try:
        with committing():
            upheld.open_results(found, found.ground, by=visitor.person, now=clock.now())
    except Refused as refused:
        told = pages.said(refused, found.application.event)
        return _appeal_page(appeal_id, forms.AnswerForm(formdata=None), 409 if isinstance(refused, Late) else 422, told)
    web.tell(_("Итоги открыты заново. Опубликованное остаётся, пока их не утвердят."))
    return redirect(url_for(".appeal", appeal_id=appeal_id))


def _appeal_row(found: Appeal) -> dict[str, Any]:
    work, came = found.application, found.receipt
    return {
        "url": url_for("closing.appeal", appeal_id=found.id),
        "id": found.id,
        "back": url_for("closing.event_appeals", event_id=found.event_id),
        "work_url": url_for("applications.show", application_id=work.id),
        "number": letters.application_number(work),
        "title": work.title or _("Без названия"),
        "text": found.text,
        "filed": wording.moment(found.filed_at, work.event.zone, year=True),
        "behalf": way.behalf_words(work, came.ground) if came else "",
        "scan_url": url_for("applications.scan", receipt_id=came.id) if came and came.key else "",
        "scan_name": came.name if came else "",
        "outcome": str(appeals.OUTCOMES[found.outcome]) if found.outcome else "",
        "tone": appeals.TONES.get(found.outcome, "amber"),
        "ground": found.ground,
    }


def _show(form: FlaskForm, refusal: appeals.Refused) -> None:
    for name, saying in refusal.faults.items():
        if name:
            form[name].errors = [*form[name].errors, wording.put(saying)]
        else:
            form.form_errors.append(wording.put(saying))


# Winners go up


@bp.route("/events/<int:event_id>/up", methods=["GET", "POST"])
@open_to(METHODIST)
def winners_up(event_id: int) -> ResponseReturnValue:
    """Who goes up to the event of the next level; the press of a button makes their drafts and letters."""
    event, refused = events.managed_or_404(event_id, visitor), ""
    if (up := feeding.goes_to(event)) is None:
        abort(404)
    chosen = set(request.form.getlist("work", type=int))
    if request.method == "POST":
        try:
            with committing():
                count = feeding.send(event, up, chosen, by=visitor.person, now=clock.now())
        except appeals.Refused as refusal:
            refused = wording.put(refusal.faults[""])
        else:
            told = ngettext("Готов %(num)d черновик, письмо отправлено.", "Готовы черновики: %(num)d, письма отправлены.", count)
            web.tell(told)
            return redirect(url_for(".winners_up", event_id=event_id))
    event = events.managed_or_404(event_id, visitor)
    page = {
        "event": pages.head(event),
        "up": pages.head(up),
        "quotas": feeding.quotas(event, up),
        "ruled": bool(feeding.rules_of(event, up)),
        "ready": event.released_at is not None and event.approved_at is not None,
        "reviewed": event.released_at is not None and event.approved_at is None,
        "in_vain": feeding.sent_in_vain(event, up),
        "over": up.date("intake_closes") is not None and up.date("intake_closes") <= clock.now(),
        "held_by": up.centre.organisation.short_name,
        "level": cards.level_words(up.kind, up.held_at),
    }
    return render_template("closing/winners_up.html", **page, chosen=chosen, refused=refused), 422 if refused else 200


# Terms of storage


@bp.get("/admin/storage")
@open_to(ADMINISTRATOR)
def terms() -> ResponseReturnValue:
    """What is kept until when, and what is due: an administrator reads it and acts; nothing goes by itself."""
    rows = storage.of(visitor.governed, clock.now(), asked=request.args.get("count", type=int))
    return render_template("closing/terms.html", rows=rows)


# Parts of other rooms' pages


@web.waiting.fill
def waits(who: Any, _now: datetime) -> list[web.Waits]:
    """Appeals without an answer, for a methodist."""
    if not getattr(who, "centres", None):
        return []
    return [
        web.Waits(
            ngettext("%(num)d апелляция ждёт ответа", "%(num)d апелляций ждут ответа", count),
            wording.say(event.title),
            _("Ответить"),
            url_for("closing.event_appeals", event_id=event.id),
        )
        for event, count in appeals.waiting(who.centres)
    ]


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> list[web.Part]:
    parts = []
    if event.rules.minutes:
        parts.append(web.Part(_("Протоколы"), url_for("closing.all_minutes", event_id=event.id), str(len(event.rules.minutes))))
    if event.feeds_id is not None and event.rules.feeds:
        parts.append(web.Part(_("Кто идёт дальше"), url_for("closing.winners_up", event_id=event.id), "→"))
    if event.rules.appeals.allowed and event.released_at is not None:
        url, count = url_for("closing.event_appeals", event_id=event.id), appeals.unanswered(event.id)
        told = ngettext("%(num)d апелляция ждёт ответа", "%(num)d апелляций ждут ответа", count)
        waits = [web.Waits(told, wording.say(event.title), _("Ответить"), url)] if count else []
        if left := upheld.to_open(event.id):
            told = ngettext(
                "%(num)d удовлетворённая апелляция ждёт пересмотра итогов", "%(num)d удовлетворённых апелляций ждут пересмотра итогов", left
            )
            waits.append(web.Waits(told, wording.say(event.title), _("К апелляциям"), url))
        parts.append(web.Part(_("Апелляции"), url, str(count), decisions=tuple(waits)))
    return parts


@web.application_page.fill
def application_part(application: Application, who: Visitor, now: datetime) -> Markup | None:
    """On the page of an application: until when one may appeal, that one may not, or what was answered."""
    event = application.event
    if event.released_at is None or event.kind != "contest" or application.state not in appeals.JUDGED:
        return None
    staff = event.rules.appeals.allowed and who.is_methodist_of(event.centre_id) and application.applicant != who.person
    enter_url = url_for("closing.enter_appeal", application_id=application.id) if staff else ""
    told = appeals.told(application, who.person, now, enter_url=enter_url)
    part = render_template("closing/part_application.html", told=told, application_id=application.id)
    return Markup(part)  # noqa: S704  (made by our own template)


@web.event_public.fill
def public_part(event: Event, who: Visitor, now: datetime) -> Markup | None:
    """The way to the lists of results, once they are published; a juror finds the minutes she signs."""
    if event.released_at is None or papers.audience(event, who) == papers.STAFF:
        return None
    everything = papers.audience(event, who) == papers.JURY
    ways = [
        (wording.say(one.title), papers.url_of(event, place))
        for place, one in enumerate(event.rules.minutes, start=1)
        if everything or one.line
    ]
    appealing = appeals.term_words(event, now) if event.kind == "contest" else ""
    if not ways and not appealing:
        return None
    return Markup(render_template("closing/part_event.html", ways=ways, appeals=appealing))  # noqa: S704  (made by our own template)


@web.event_results.fill
def results_part(event: Event, _who: Visitor, now: datetime) -> Markup | None:
    """Beside the winners: until when and how one may appeal, or that one may not."""
    if event.kind != "contest":
        return None
    return Markup(render_template("closing/part_results.html", appeals=appeals.term_words(event, now)))  # noqa: S704  (made by our own template)


@web.application_page.fill
def origin_part(application: Application, _who: Visitor, _now: datetime) -> Markup | None:
    """From which event the work came here, and what it was awarded there."""
    found = feeding.origin(application)
    return Markup(render_template("closing/part_origin.html", origin=found)) if found else None  # noqa: S704  (made by our own template)
