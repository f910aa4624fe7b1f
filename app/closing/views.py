"""Pages of what follows the decision."""

from __future__ import annotations

import io
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from markupsafe import Markup

from app import clock, web, wording
from app.applications import letters
from app.applications import queries as applications
from app.applications.models import Application
from app.closing import appeals, feeding, forms, storage, workbook
from app.closing import minutes as papers
from app.closing.models import Appeal
from app.database import committing
from app.events import queries as events
from app.events.models import Event
from app.judging import pages
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
    after = request.args.get("after", 0, type=int)
    return render_template("closing/minutes.html", page=papers.of(event, place, read_by=read_by, now=clock.now(), after=after))


@bp.get("/events/<int:event_id>/minutes/<int:place>/table")
@open_to(METHODIST)
def minutes_table(event_id: int, place: int) -> ResponseReturnValue:
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


@bp.get("/events/<int:event_id>/appeals")
@open_to(METHODIST)
def event_appeals(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    found, further = appeals.of_event(event.id, after=request.args.get("after", 0, type=int))
    page = {"rows": [_appeal_row(one) for one in found], "further": further, "term": appeals.term_words(event, clock.now())}
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
            return redirect(url_for(".event_appeals", event_id=found.event_id))
    found = appeals.managed_or_404(appeal_id, visitor)
    page = {
        "row": _appeal_row(found),
        "form": form,
        "effect": wording.put(Saying(f"appeals_{found.application.event.rules.appeals.effect}")),
    }
    return render_template("closing/appeal.html", **page), 422 if form.errors else 200


def _appeal_row(found: Appeal) -> dict[str, str]:
    work = found.application
    return {
        "url": url_for("closing.appeal", appeal_id=found.id),
        "back": url_for("closing.event_appeals", event_id=found.event_id),
        "work_url": url_for("applications.show", application_id=work.id),
        "number": letters.application_number(work),
        "title": work.title or _("Без названия"),
        "text": found.text,
        "filed": wording.moment(found.filed_at, work.event.zone, year=True),
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
    page = {"event": pages.head(event), "up": pages.head(up), "quotas": feeding.quotas(event, up), "released": event.released_at}
    return render_template("closing/winners_up.html", **page, chosen=chosen, refused=refused), 422 if refused else 200


# Terms of storage


@bp.get("/admin/storage")
@open_to(ADMINISTRATOR)
def terms() -> ResponseReturnValue:
    """What is kept until when, and what is due: an administrator reads it and acts; nothing goes by itself."""
    return render_template("closing/terms.html", rows=storage.of(visitor.governed, clock.now()))


# Parts of other rooms' pages


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
        waits = (web.Waits(told, wording.say(event.title), _("Ответить"), url),) if count else ()
        parts.append(web.Part(_("Апелляции"), url, str(count), decisions=waits))
    return parts


@web.application_page.fill
def application_part(application: Application, who: Visitor, now: datetime) -> Markup | None:
    """On the page of an application: until when one may appeal, that one may not, or what was answered."""
    event = application.event
    if event.released_at is None or event.kind != "contest" or application.state not in appeals.JUDGED:
        return None
    told = appeals.told(application, who.person, now)
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
