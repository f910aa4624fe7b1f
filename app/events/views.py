"""Public pages of events, and the methodist's pages to prepare and run them."""

from __future__ import annotations

import secrets

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from app import clock, web, wording
from app.database import committing, db
from app.events import again, calendar, forms, operations, pages, queries, rules, written
from app.events.blueprint import bp
from app.events.models import Event
from app.people.models import Centre
from app.web import ADMINISTRATOR, ANYONE, METHODIST, open_to, visitor
from workflows.saying import Saying

__all__ = ["bp", "written"]


@bp.get("/events")
@open_to(ANYONE)
def index() -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    page = queries.announced(kind=kind if kind in pages.KINDS else "", before=request.args.get("before", type=int))
    now = clock.now()
    rows = sorted(page.rows, key=lambda event: queries.phase(event, now) not in (queries.INTAKE, queries.COMING, queries.SHOW))
    cards = [pages.card(event, now) for event in rows]
    return render_template("events/index.html", cards=cards, older=page.older, kind=kind, kinds=pages.KINDS)


@bp.get("/events/<int:event_id>")
@open_to(ANYONE)
def show(event_id: int) -> ResponseReturnValue:
    event = queries.one_or_404(event_id, visitor)
    now = clock.now()
    page = pages.announcement(event, now)
    verbs = web.event_verb.collect(event, now)
    parts = web.event_public.collect(event, visitor, now)
    own = next(iter(web.event_own.collect(event, visitor)), None)
    mine = visitor.signed_in and visitor.person is not None
    manages = mine and visitor.is_methodist_of(event.centre_id)
    once = secrets.token_urlsafe(12)
    told = {
        "page": page,
        "rules": rules.for_everybody(event),
        "verbs": verbs,
        "parts": parts,
        "own": own,
        "way_url": url_for(".way", event_id=event_id, lang=get_locale()),
    }
    return render_template("events/show.html", **told, once=once, signed_in=mine, manages=manages)


@bp.get("/events/<int:event_id>/way.svg")
@open_to(ANYONE)
def way(event_id: int) -> ResponseReturnValue:
    """The way of the event from intake to awards as a picture."""
    response = Response(rules.picture(queries.one_or_404(event_id, visitor)), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/manage")
@open_to(METHODIST)
def manage() -> ResponseReturnValue:
    page = queries.of_centres(visitor.centres, before=request.args.get("before", type=int))
    now = clock.now()
    return render_template("events/manage.html", cards=[pages.card(event, now) for event in page.rows], older=page.older)


@bp.get("/events/<int:event_id>/desk")
@open_to(METHODIST)
def desk(event_id: int) -> ResponseReturnValue:
    event = queries.managed_or_404(event_id, visitor)
    now = clock.now()
    parts = web.event_desk.collect(event, now)
    decisions = [one for part in parts for one in part.decisions]
    return render_template(
        "events/desk.html",
        card=pages.card(event, now),
        dates=pages.dates(event, now),
        zone=wording.zone_name(event.zone),
        parts=parts,
        decisions=decisions,
        announced=event.announced_at is not None,
        versions=[(one.number, wording.day(one.created_at, event.zone, year=True)) for one in queries.versions(event)],
        now=now,
    )


@bp.route("/events/new", methods=["GET", "POST"])
@open_to(METHODIST)
def new() -> ResponseReturnValue:
    """Choose what to begin from."""
    known = operations.presets()
    chosen = request.form.get("preset", "")
    if request.method == "POST" and chosen in known:
        with committing():
            centre = db.session.scalars(select(Centre).where(Centre.id.in_(visitor.centres))).first()
            event = operations.begin(centre, chosen, by=visitor.person, now=clock.now())
        return redirect(url_for(".dates", event_id=event.id))
    offered = [
        (key, str(pages.KINDS[data["kind"]]), wording.say(data["title"]), wording.say(data.get("summary", {})))
        for key, data in known.items()
    ]
    return render_template("events/new.html", presets=offered), 422 if request.method == "POST" else 200


@bp.route("/events/<int:event_id>/edit", methods=["GET", "POST"])
@open_to(METHODIST)
def edit(event_id: int) -> ResponseReturnValue:
    event = queries.managed_or_404(event_id, visitor)
    body = event.version.body
    form = forms.texts_form(body)
    if form.validate_on_submit():
        try:
            with committing():
                operations.rewrite(event, forms.body_with(body, form), by=visitor.person, now=clock.now())
        except operations.Refused as refusal:
            form.form_errors.extend(wording.put(one) for one in refusal.faults.values())
        else:
            web.tell(_("Тексты сохранены. Уже поданные заявки остаются при прежней редакции."))
            return redirect(url_for(".desk", event_id=event_id))
    status = 422 if request.method == "POST" else 200
    event = queries.managed_or_404(event_id, visitor)
    return render_template("events/edit.html", card=pages.card(event, clock.now()), form=form), status


MOST_DAYS = 60


@bp.route("/events/<int:event_id>/dates", methods=["GET", "POST"])
@open_to(METHODIST)
def dates(event_id: int) -> ResponseReturnValue:
    event = queries.managed_or_404(event_id, visitor)
    form = forms.dates_form(event)
    if form.validate_on_submit():
        given = forms.dates_given(form, event)
        try:
            with committing():
                changed = operations.set_dates(event, given, ground=form.ground.data or "", by=visitor.person, now=clock.now())
        except operations.Refused as refusal:
            _show(form, refusal.faults)
        else:
            web.tell(_("Даты сохранены.") if changed else _("Даты не изменились."))
            return redirect(url_for(".desk", event_id=event_id))
    return _dates_page(event_id, form, status=422 if request.method == "POST" else 200)


def _dates_page(event_id: int, form: forms.GroundForm, *, status: int) -> ResponseReturnValue:
    event, now = queries.managed_or_404(event_id, visitor), clock.now()
    zone = wording.zone_name(event.zone)
    ends = [(one.key, wording.say(one.title)) for one in event.rules.dates if one.key in event.rules.end_dates and event.date(one.key)]
    announced = event.announced_at is not None
    return render_template("events/dates.html", card=pages.card(event, now), form=form, zone=zone, announced=announced, ends=ends), status


@bp.post("/events/<int:event_id>/dates/prolong")
@open_to(METHODIST)
def prolong(event_id: int) -> ResponseReturnValue:
    """Move an end some days on: `key`, `days`, `ground`."""
    event = queries.managed_or_404(event_id, visitor)
    days = request.form.get("days", 0, type=int)
    try:
        with committing():
            if not 1 <= days <= MOST_DAYS:
                abort(404)
            key, ground = request.form.get("key", ""), request.form.get("ground", "")[:300]
            at = operations.prolong(event, key, days, ground=ground, by=visitor.person, now=clock.now())
    except operations.Refused as refusal:
        event = queries.managed_or_404(event_id, visitor)
        form = forms.dates_form(event, typed=False)
        _show(form, refusal.faults)
        return _dates_page(event_id, form, status=422)
    web.tell(_("Продлено до %(term)s. Черновики сохранены, участники получат письмо.", term=wording.term(at, event.zone)))
    return redirect(url_for(".desk", event_id=event_id))


def _show(form: forms.GroundForm, faults: dict[str, Saying]) -> None:
    for name, saying in faults.items():
        field = form._fields.get(f"d_{name}", form.ground)
        field.errors = [*field.errors, wording.put(saying)]


@bp.route("/events/<int:event_id>/again", methods=["GET", "POST"])
@open_to(METHODIST)
def hold_again(event_id: int) -> ResponseReturnValue:
    """The same regulation once more, by a centre of this methodist: any event one can read may be held again."""
    event = queries.one_or_404(event_id, visitor)
    form = _again_form(event)
    if form.validate_on_submit():
        try:
            with committing():
                centre = db.session.get_one(Centre, int(form.centre.data))
                up = queries.one_or_404(int(form.up.data), visitor) if form.up.data else None
                event = queries.one_or_404(event_id, visitor)
                made = again.hold_again(event, centre, form.level.data, up=up, by=visitor.person, now=clock.now())
        except operations.Refused as refusal:
            for name, saying in refusal.faults.items():
                form[name].errors = [*form[name].errors, wording.put(saying)]
        else:
            web.tell(_("Мероприятие готово к подготовке: проверьте сроки и объявите его."))
            return redirect(url_for(".dates", event_id=made.id))
    event = queries.one_or_404(event_id, visitor)
    return render_template("events/again.html", card=pages.card(event, clock.now()), form=form), 422 if form.errors else 200


def _again_form(event: Event) -> forms.AgainForm:
    form = forms.AgainForm()
    centres = db.session.scalars(select(Centre).where(Centre.id.in_(visitor.centres)).order_by(Centre.id))
    form.centre.choices = [SelectChoice(str(one.id), one.organisation.short_name) for one in centres]
    form.level.choices = [SelectChoice(key, str(title)) for key, title in pages.LEVELS.items()]
    ups = [one for one in again.higher(event) if one.announced_at is not None or one.centre_id in visitor.centres]
    named = [SelectChoice(str(one.id), f"{wording.say(one.title)} — {one.centre.organisation.short_name}") for one in ups]
    form.up.choices = [SelectChoice("", _("Никуда")), *named]
    if not form.is_submitted():
        form.level.data = event.held_at
    return form


@bp.route("/admin/calendar", methods=["GET", "POST"])
@open_to(ADMINISTRATOR)
def days_off() -> ResponseReturnValue:
    """The table of days off that working days are counted from."""
    known, form = calendar.known(), forms.CalendarForm()
    if form.validate_on_submit() and (days := form.days()) is not None:
        with committing():
            calendar.keep(form.year.data, days["off"], days["worked"], by=visitor.person, now=clock.now())
        web.tell(_("Календарь %(year)s года сохранён. Даты, посчитанные раньше, остались как были.", year=form.year.data))
        return redirect(url_for(".days_off", year=form.year.data))
    if not form.is_submitted():
        form.year.data = request.args.get("year", clock.now().year, type=int)
        table = known.get(form.year.data)
        form.off.data, form.worked.data = (calendar.written(table.off), calendar.written(table.worked)) if table else ("", "")
    status = 422 if form.is_submitted() else 200
    return render_template("events/days_off.html", form=form, years=sorted(known), entered=form.year.data in known), status


@bp.post("/events/<int:event_id>/announce")
@open_to(METHODIST)
def announce(event_id: int) -> ResponseReturnValue:
    event = queries.managed_or_404(event_id, visitor)
    try:
        with committing():
            operations.announce(event, by=visitor.person, now=clock.now())
    except operations.Refused as refusal:
        for saying in refusal.faults.values():
            web.tell(wording.put(saying), "amber")
        return redirect(url_for(".dates", event_id=event_id))
    web.tell(_("Мероприятие объявлено: афиша открыта для всех."))
    return redirect(url_for(".desk", event_id=event_id))
