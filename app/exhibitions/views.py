"""The public gallery, the page of an exhibit, its pictures and materials; for the methodist hiding, repairing and counting."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, storage, web, wording
from app.database import committing, db
from app.events import queries as events
from app.events.models import Event
from app.exhibitions import grounds, operations, pages, queries, slots, tasks
from app.exhibitions.models import Exhibit
from app.web import ANYONE, METHODIST, open_to, visitor

bp = Blueprint("exhibitions", __name__)
FURNITURE = (grounds, slots, tasks)  # imported for what they register: papers, parts of other pages, jobs


@bp.get("/events/<int:event_id>/gallery")
@open_to(ANYONE)
def gallery(event_id: int) -> ResponseReturnValue:
    """What is on show. Before the opening staff sees it as it will be, others when it opens."""
    event = _exhibition(events.one_or_404(event_id, visitor))
    now, staff = clock.now(), queries.is_staff(event, visitor)
    section = request.args.get("section", "")
    if section not in {one.key for one in event.rules.nominations}:
        section = ""
    page, counts = queries.Page([], None), {}
    if staff or queries.season(event, now) != queries.AHEAD:
        page = queries.gallery(event, section=section, after=request.args.get("after", type=int), staff=staff)
        counts = {key: one.seen(staff=staff) for key, one in queries.counts_by_section(event.id).items()}
    shown = pages.gallery(event, page, counts, section=section, now=now)
    return render_template("exhibitions/gallery.html", page=shown, staff=staff)


def _exhibition(event: Event) -> Event:
    if event.kind != queries.EXHIBITION:
        abort(404)
    return event


@bp.get("/exhibits/<int:exhibit_id>")
@open_to(ANYONE)
def exhibit(exhibit_id: int) -> ResponseReturnValue:
    return _exhibit_page(exhibit_id)


def _exhibit_page(exhibit_id: int, *, fault: str = "", status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    found = queries.exhibit_or_404(exhibit_id, visitor, now)
    staff = queries.is_staff(found.application.event, visitor)
    return render_template("exhibitions/exhibit.html", page=pages.show(found, staff=staff, now=now), staff=staff, fault=fault), status


@bp.get("/pictures/<int:picture_id>/<any(small, large):size>")
@open_to(ANYONE)
def picture(picture_id: int, size: str) -> ResponseReturnValue:
    """A copy made by us, never what was sent. Kept by this browser alone, and not for long: an exhibit may be taken off."""
    found = queries.picture_or_404(picture_id, visitor, clock.now())
    key = found.small_key if size == "small" else found.large_key
    if key is None:
        abort(404)
    db.session.rollback()
    known = request.if_none_match.contains(key)
    response = Response(status=304) if known else Response(storage.read(key), mimetype="image/jpeg")
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=600"
    response.set_etag(key)
    return response


@bp.get("/exhibits/<int:exhibit_id>/files/<int:attachment_id>")
@open_to(ANYONE)
def material(exhibit_id: int, attachment_id: int) -> ResponseReturnValue:
    """A file that its author lets everybody read: a download, in a sandbox."""
    found = queries.exhibit_or_404(exhibit_id, visitor, clock.now())
    file = next((one for one in queries.materials(found.application) if one.id == attachment_id), None)
    if file is None:
        abort(404)
    name, key, size = file.name, file.key, file.size
    db.session.rollback()  # the download may take minutes; no transaction stays open for it
    return web.send_file_of_people(storage.open_file(key), name, size=size)


@bp.post("/exhibits/<int:exhibit_id>/visit")
@open_to(ANYONE)
@web.limiter.limit("60 per minute")
def visit(exhibit_id: int) -> ResponseReturnValue:
    """Count a visit: the page says so once it is really looked at, so that a GET writes nothing and robots do not count.

    Staff is not counted. The day is the day of the exhibition's zone.
    """
    now = clock.now()
    found = queries.exhibit_or_404(exhibit_id, visitor, now)
    event = found.application.event
    if not queries.is_staff(event, visitor):
        day = now.astimezone(event.zone).date()
        with committing():
            operations.count_visit(exhibit_id, day)
    return "", 204


# The methodist's pages


def _managed(exhibit_id: int) -> Exhibit:
    return queries.managed_or_404(exhibit_id, visitor)


@bp.post("/exhibits/<int:exhibit_id>/hide")
@open_to(METHODIST)
def hide(exhibit_id: int) -> ResponseReturnValue:
    found = _managed(exhibit_id)
    try:
        with committing():
            operations.hide(found, request.form.get("reason", ""), by=visitor.person, now=clock.now())
    except operations.Refused as refusal:
        return _exhibit_page(exhibit_id, fault=wording.put(refusal.saying), status=422)
    web.tell(_("Экспонат снят с показа. Посетители его больше не видят."))
    return redirect(url_for(".exhibit", exhibit_id=exhibit_id))


@bp.post("/exhibits/<int:exhibit_id>/show")
@open_to(METHODIST)
def show(exhibit_id: int) -> ResponseReturnValue:
    found = _managed(exhibit_id)
    with committing():
        operations.show(found, by=visitor.person, now=clock.now())
    web.tell(_("Экспонат снова на выставке."))
    return redirect(url_for(".exhibit", exhibit_id=exhibit_id))


@bp.post("/pictures/<int:picture_id>/again")
@open_to(METHODIST)
def again(picture_id: int) -> ResponseReturnValue:
    found = queries.managed_picture_or_404(picture_id, visitor)
    exhibit_id = found.exhibit_id
    with committing():
        asked = operations.draw_again(found, by=visitor.person, now=clock.now())
    web.tell(_("Снимок обрабатывается заново.") if asked else _("Этот снимок уже в порядке."))
    return redirect(url_for(".exhibit", exhibit_id=exhibit_id))


@bp.get("/events/<int:event_id>/gallery/failed")
@open_to(METHODIST)
def failed(event_id: int) -> ResponseReturnValue:
    """The pictures of which no copy could be made, each with its reason."""
    event = _exhibition(events.managed_or_404(event_id, visitor))
    rows = [(pages.shot(picture), title, exhibit_id) for picture, title, exhibit_id in queries.failed_of(event.id)]
    return render_template("exhibitions/failed.html", event=wording.say(event.title), event_id=event.id, rows=rows)


@bp.get("/events/<int:event_id>/gallery/visits")
@open_to(METHODIST)
def visits(event_id: int) -> ResponseReturnValue:
    event = _exhibition(events.managed_or_404(event_id, visitor))
    today = clock.now().astimezone(event.zone).date()
    chart = pages.chart(queries.visits_by_day(event.id, today - timedelta(days=pages.CHART_DAYS - 1)), today)
    shown = {"chart": chart, "rows": queries.most_visited(event.id), "total": queries.visits_in_all(event.id)}
    return render_template("exhibitions/visits.html", event=wording.say(event.title), event_id=event.id, **shown)
