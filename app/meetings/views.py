"""Pages of a meeting: its room, sites and programme for the methodist; presence for her and the people of the sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock, web, wording
from app.database import committing, trace
from app.events import queries as events
from app.events.models import Event
from app.meetings import forms, grounds, operations, pages, queries, slots, tasks
from app.meetings.models import Site
from app.people import operations as people
from app.people.models import Organisation, Person
from app.web import METHODIST, PERSON, open_to, visitor
from workflows.kinds import ATTENDED
from workflows.saying import Saying

bp = Blueprint("meetings", __name__)
FURNITURE = (grounds, slots, tasks)  # imported for what they register: papers, parts of other pages, jobs


def _managed(event_id: int) -> Event:
    """Return a meeting this methodist runs; other kinds of events have no such pages."""
    event = events.managed_or_404(event_id, visitor)
    if event.kind not in ATTENDED:
        abort(404)
    return event


def _tried(form: FlaskForm, act: Callable[[], Any], name: str, event: Event) -> bool:
    """Do an act in one transaction and note it; a refusal stands beside its field."""
    try:
        with committing():
            act()
            trace(name, f"event:{event.id}", by=visitor.person.id, now=clock.now())
    except operations.Refused as refusal:
        words = wording.put(refusal.saying)
        if refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, words]
        else:
            form.form_errors.append(words)
        return False
    return True


def _status() -> int:
    return 422 if request.method == "POST" else 200


# The room


@bp.route("/events/<int:event_id>/room", methods=["GET", "POST"])
@open_to(METHODIST)
def room(event_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    form = forms.RoomForm(obj=queries.meeting_of(event.id))
    if form.validate_on_submit() and _tried(form, lambda: operations.set_meeting(event, **_room(form)), "meeting.set", event):
        web.tell(_("Сохранено. Ссылку увидят только записавшиеся."))
        return redirect(url_for("events.desk", event_id=event_id))
    return render_template("meetings/room.html", head=pages.head(_managed(event_id)), form=form), _status()


def _room(form: forms.RoomForm) -> dict[str, Any]:
    typed = {name: form[name].data or "" for name in ("platform", "link", "moderator")}
    return {**typed, "minutes": form.minutes.data}


# Sites


@bp.route("/events/<int:event_id>/sites", methods=["GET", "POST"])
@open_to(METHODIST)
def sites(event_id: int) -> ResponseReturnValue:
    """The sites with their seats, and the form of a new one."""
    event = _managed(event_id)
    form = forms.site_form(None)
    if form.validate_on_submit() and _tried(form, lambda: operations.add_site(event, **_site(form)), "site.added", event):
        web.tell(_("Площадка добавлена: на неё можно записываться."))
        return redirect(url_for(".sites", event_id=event_id))
    event = _managed(event_id)
    page = {"sites": pages.site_lines(event.id), "meeting": queries.meeting_of(event.id)}
    return render_template("meetings/sites.html", head=pages.head(event), form=form, **page), _status()


def _site(form: forms.SiteForm) -> dict[str, Any]:
    """Return the typed site with its organisation and person. Raises Refused for a person nobody knows."""
    name = form.host.data or ""
    host = people.find_or_add_organisation(name, now=clock.now()) if name else None
    responsible = _person(form.responsible.data or "", host)
    return {
        "title": form.title.data,
        "address": form.address.data or "",
        "host": host,
        "responsible": responsible,
        "seats": form.seats.data,
    }


def _person(name: str, host: Organisation | None) -> Person | None:
    if not name:
        return None
    found = queries.person_named(name, host.id if host else None)
    if len(found) == 1:
        return found[0]
    raise operations.Refused(Saying("person_not_single" if found else "person_not_found"), "responsible")


@bp.route("/events/<int:event_id>/sites/<int:site_id>", methods=["GET", "POST"])
@open_to(METHODIST)
def site(event_id: int, site_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    known = queries.site_or_404(event.id, site_id)
    form = forms.site_form(known)
    if form.validate_on_submit() and _tried(form, lambda: operations.change_site(known, **_site(form)), "site.changed", event):
        web.tell(_("Площадка сохранена."))
        return redirect(url_for(".sites", event_id=event_id))
    return render_template("meetings/site.html", head=pages.head(_managed(event_id)), form=form, site_id=site_id), _status()


@bp.post("/events/<int:event_id>/sites/<int:site_id>/move")
@open_to(METHODIST)
def move_site(event_id: int, site_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    queries.site_or_404(event.id, site_id)
    with committing():
        operations.move(queries.sites_of(event.id), site_id, up=request.form.get("way") == "up")
    return redirect(url_for(".sites", event_id=event_id))


@bp.post("/events/<int:event_id>/sites/<int:site_id>/remove")
@open_to(METHODIST)
def remove_site(event_id: int, site_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    known = queries.site_or_404(event.id, site_id)
    form = FlaskForm()
    if _tried(form, lambda: operations.remove_site(known), "site.removed", event):
        web.tell(_("Площадка убрана."))
    else:
        web.tell(" ".join(form.form_errors), "amber")
    return redirect(url_for(".sites", event_id=event_id))


# The programme


@bp.route("/events/<int:event_id>/programme", methods=["GET", "POST"])
@open_to(METHODIST)
def programme(event_id: int) -> ResponseReturnValue:
    """The programme with its times, the speakers who wait for a place in it, and the form of a new line."""
    event = _managed(event_id)
    form = forms.line_form(None, *forms.choices_of(event, None))
    if form.validate_on_submit() and _tried(
        form, lambda: operations.add_line(event, **forms.typed_line(form)), "programme.line_added", event
    ):
        web.tell(_("Строка добавлена в конец программы."))
        return redirect(url_for(".programme", event_id=event_id))
    event, now = _managed(event_id), clock.now()
    found = pages.lines(event, staff=True, now=now)
    page = {"lines": found, "total": pages.total_minutes(found), "length": queries.meeting_of(event.id).minutes}
    waiting = pages.speakers_waiting(event)
    return render_template("meetings/programme.html", head=pages.head(event), form=form, waiting=waiting, **page), _status()


@bp.post("/events/<int:event_id>/programme/speakers")
@open_to(METHODIST)
def add_speakers(event_id: int) -> ResponseReturnValue:
    """Put one registered speaker into the programme, or all who wait for it."""
    event = _managed(event_id)
    chosen = request.form.get("application_id", type=int)
    with committing():
        waiting = [one for one in queries.speakers_waiting(event.id) if chosen in (None, one.id)]
        for one in waiting:
            operations.add_speaker(event, one)
        trace("programme.speakers_added", f"event:{event.id}", by=visitor.person.id, now=clock.now(), count=len(waiting))
    web.tell(_("Добавлено в программу: %(count)s.", count=len(waiting)) if waiting else _("Все докладчики уже в программе."))
    return redirect(url_for(".programme", event_id=event_id))


@bp.route("/events/<int:event_id>/programme/<int:line_id>", methods=["GET", "POST"])
@open_to(METHODIST)
def line(event_id: int, line_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    known = queries.line_or_404(event.id, line_id)
    form = forms.line_form(known, *forms.choices_of(event, known))
    if form.validate_on_submit():
        typed = forms.typed_line(form)
        if _tried(form, lambda: operations.change_line(known, event, **typed), "programme.line_changed", event):
            web.tell(_("Строка сохранена."))
            return redirect(url_for(".programme", event_id=event_id))
    return render_template("meetings/line.html", head=pages.head(_managed(event_id)), form=form, line_id=line_id), _status()


@bp.post("/events/<int:event_id>/programme/<int:line_id>/move")
@open_to(METHODIST)
def move_line(event_id: int, line_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    queries.line_or_404(event.id, line_id)
    with committing():
        operations.move(queries.programme(event.id), line_id, up=request.form.get("way") == "up")
    return redirect(url_for(".programme", event_id=event_id))


@bp.post("/events/<int:event_id>/programme/<int:line_id>/remove")
@open_to(METHODIST)
def remove_line(event_id: int, line_id: int) -> ResponseReturnValue:
    event = _managed(event_id)
    known = queries.line_or_404(event.id, line_id)
    _tried(FlaskForm(), lambda: operations.remove_line(known), "programme.line_removed", event)
    web.tell(_("Строка убрана из программы."))
    return redirect(url_for(".programme", event_id=event_id))


# Presence


def _to_note(event_id: int) -> tuple[Event, Site | None]:
    """Return the meeting and the chosen site when this person may tick its list, else 404."""
    event = events.one_or_404(event_id, visitor)
    if event.kind not in ATTENDED:
        abort(404)
    wanted = request.args.get("site", type=int)
    chosen = queries.site_or_404(event.id, wanted) if wanted is not None else None
    if not queries.may_note(event, chosen, visitor):
        abort(404)
    return event, chosen


@bp.get("/events/<int:event_id>/attendance")
@open_to(PERSON)
def attendance(event_id: int) -> ResponseReturnValue:
    return _attendance_page(event_id)


def _attendance_page(event_id: int, *, fault: str = "", status: int = 200) -> ResponseReturnValue:
    event, chosen = _to_note(event_id)
    page = queries.at_site(event.id, chosen.id if chosen else None, after=request.args.get("after", type=int))
    counts = queries.presence_by_site(event.id)
    mine = queries.Counts(0, 0, 0)
    here = counts.get(chosen.id, mine) if chosen else queries.together(counts)
    staff = visitor.is_methodist_of(event.centre_id)
    shown = {
        "sites": pages.site_lines(event.id, counts) if staff else [],
        "site": chosen,
        "rows": pages.attendees(list(page.rows)),
        "after": page.after,
        "counts": here,
        "staff": staff,
        "fault": fault,
    }
    return render_template("meetings/attendance.html", head=pages.head(event), **shown), status


@bp.post("/events/<int:event_id>/attendance")
@open_to(PERSON)
def note_attendance(event_id: int) -> ResponseReturnValue:
    """Save the ticks of one page of one list: ticked are present, the rest of this page are absent."""
    event, chosen = _to_note(event_id)
    shown = {int(one) for one in request.form.getlist("shown")[: queries.PAGE] if one.isdecimal() and len(one) < 10}
    ticked = {int(one) for one in request.form.getlist("present") if one.isdecimal() and len(one) < 10}
    here = {one.id for one in queries.registered_among(event.id, shown, chosen.id if chosen else None)}
    try:
        with committing():
            operations.note_attendance(event, present=here & ticked, absent=here - ticked, by=visitor.person, now=clock.now())
    except operations.Refused as refusal:
        return _attendance_page(event_id, fault=wording.put(refusal.saying), status=422)
    web.tell(_("Отмечено: присутствуют %(present)s из %(all)s.", present=len(here & ticked), all=len(here)))
    further = request.form.get("further", type=int)
    site_id = chosen.id if chosen else None
    return redirect(url_for(".attendance", event_id=event_id, site=site_id, after=further or request.args.get("after", type=int)))


@bp.get("/events/<int:event_id>/attendance/sheet")
@open_to(PERSON)
def sheet(event_id: int) -> ResponseReturnValue:
    """The list to print, with a column for signatures."""
    event, chosen = _to_note(event_id)
    after = request.args.get("after", type=int)
    page = queries.at_site(event.id, chosen.id if chosen else None, after=after, most=queries.PRINTED)
    rows = pages.attendees(list(page.rows))
    return render_template("meetings/sheet.html", head=pages.head(event), site=chosen, rows=rows, after=page.after)
