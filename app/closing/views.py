"""Pages of what follows the decision."""

from __future__ import annotations

import io
from datetime import datetime

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock, web, wording
from app.closing import minutes as papers
from app.closing import workbook
from app.events import queries as events
from app.events.models import Event
from app.judging import pages
from app.web import ANYONE, METHODIST, Visitor, open_to, visitor

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
    return render_template("closing/minutes.html", page=papers.of(event, place, read_by=read_by, now=clock.now()))


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


# Parts of other rooms' pages


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> web.Part | None:
    if not event.rules.minutes:
        return None
    return web.Part(_("Протоколы"), url_for("closing.all_minutes", event_id=event.id), str(len(event.rules.minutes)))


@web.event_public.fill
def public_part(event: Event, who: Visitor, _now: datetime) -> Markup | None:
    """The way to the lists of results, once they are published; a juror finds the minutes she signs."""
    if event.released_at is None or papers.audience(event, who) == papers.STAFF:
        return None
    everything = papers.audience(event, who) == papers.JURY
    ways = [
        (wording.say(one.title), papers.url_of(event, place))
        for place, one in enumerate(event.rules.minutes, start=1)
        if everything or one.line
    ]
    if not ways:
        return None
    return Markup(render_template("closing/part_event.html", ways=ways))  # noqa: S704  (made by our own template)
