"""What exhibitions give to other rooms' pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import web, wording
from app.applications.models import Application
from app.events.models import Event
from app.exhibitions import pages, queries

STRIP = 6


@web.event_verb.fill
def see_gallery(event: Event, now: datetime) -> web.Verb | None:
    if event.kind != queries.EXHIBITION or queries.season(event, now) == queries.AHEAD:
        return None
    return web.Verb(_("Смотреть выставку"), url_for("exhibitions.gallery", event_id=event.id))


@web.event_public.fill
def public_part(event: Event, visitor: Any, now: datetime) -> Markup | None:
    """A strip of pictures and the way into the gallery, once it is open; before that for staff alone."""
    staff = queries.is_staff(event, visitor)
    if event.kind != queries.EXHIBITION or (queries.season(event, now) == queries.AHEAD and not staff):
        return None
    page = queries.gallery(event, staff=False)
    if not page.rows:
        return None
    agreed = pages.agreeing(event, page.rows[:STRIP], now)
    captions = [pages.caption(one, event, agreed) for one in page.rows[:STRIP]]
    url = url_for("exhibitions.gallery", event_id=event.id)
    part = render_template("exhibitions/strip.html", captions=captions, url=url, term=pages.term(event, now))
    return Markup(part)  # noqa: S704  (made by our own template)


@web.application_page.fill
def application_part(application: Application, visitor: Any, now: datetime) -> Markup | None:
    """Beside the way of an application: its exhibit, as soon as it can be looked at."""
    if application.event.kind != queries.EXHIBITION:
        return None
    exhibit = queries.exhibit_of(application.id)
    if exhibit is None or application.state not in queries.ON_SHOW:
        return None
    open_now = queries.may_look(exhibit, visitor, now)
    url = url_for("exhibitions.exhibit", exhibit_id=exhibit.id) if open_now else ""
    visits = queries.visits_of([exhibit.id]).get(exhibit.id, 0)
    hidden = exhibit.hidden_reason if exhibit.hidden_at else ""
    part = render_template("exhibitions/part.html", url=url, visits=visits, hidden=hidden, term=pages.term(application.event, now))
    return Markup(part)  # noqa: S704  (made by our own template)


@web.event_desk.fill
def desk_part(event: Event, now: datetime) -> web.Part | None:
    if event.kind != queries.EXHIBITION:
        return None
    url = url_for("exhibitions.gallery", event_id=event.id)
    counts = queries.counts_by_section(event.id).values()
    everything, shown = (sum(one.seen(staff=staff) for one in counts) for staff in (True, False))
    visits, failed = queries.visits_in_all(event.id), queries.failed_pictures(event.id)
    note = ngettext("%(num)d просмотр", "%(num)d просмотров", visits) if visits else pages.term(event, now)
    waits: tuple[web.Waits, ...] = ()
    if failed:
        title = ngettext("%(num)d снимок не получился", "%(num)d снимков не получились", failed)
        waits = (web.Waits(title, wording.say(event.title), _("Посмотреть"), url_for("exhibitions.failed", event_id=event.id)),)
    return web.Part(_("На выставке"), url, str(shown), of=str(everything) if everything != shown else "", note=note, decisions=waits)
