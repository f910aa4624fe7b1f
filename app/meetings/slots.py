"""What meetings give to other rooms: facts and choices for registering, and parts of other rooms' pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import web, wording
from app.applications import facts, forms
from app.applications.models import Application
from app.events.models import Event
from app.events.pages import beside
from app.meetings import pages, queries
from workflows.kinds import ATTENDED

DAY = timedelta(days=1)
REMEMBERED = timedelta(days=30)


@facts.gives("seats_left", lambda rules: any(question.kind == "site" for question in rules.questions()))
def seats_left(application_ids: Collection[int]) -> dict[int, int]:
    return queries.seats_left(application_ids)


@forms.choices_for("site")
def sites(event: Event) -> list[tuple[str, str]]:
    """Sites to choose from, with the address: a listener chooses by the way she has to go."""
    return [(str(site.id), ", ".join(part for part in (site.title, site.address) if part)) for site in queries.sites_of(event.id)]


@forms.notes_for("site")
def free_seats(event: Event) -> dict[str, str]:
    taken = queries.taken(event.id)
    return {str(site.id): words for site in queries.sites_of(event.id) if (words := pages.left_words(site, taken.get(site.id, 0)))}


@web.event_public.fill
def public_part(event: Event, _visitor: Any, now: datetime) -> Markup | None:
    """Sites with free seats and the programme, below the announcement. The link is never here."""
    if event.kind not in ATTENDED:
        return None
    counts = {site: queries.Counts(number, 0, 0) for site, number in queries.taken(event.id).items()}
    found = pages.site_lines(event.id, counts), pages.lines(event, staff=False, now=now)
    if not any(found):
        return None
    meeting = queries.meeting_of(event.id)
    over = (ends := queries.ends_at(event, meeting)) is not None and now >= ends
    page = render_template("meetings/public.html", sites=found[0], lines=found[1], meeting=meeting, over=over)
    return Markup(page)  # noqa: S704  (made by our own template)


@web.application_page.fill
def application_part(application: Application, _visitor: Any, now: datetime) -> Markup | None:
    """Where and when to come, and the link: only beside a registration in force."""
    if application.event.kind not in ATTENDED or application.state not in queries.REGISTERED:
        return None
    page = render_template("meetings/ticket.html", ticket=pages.ticket(application, now))
    return Markup(page)  # noqa: S704  (made by our own template)


@web.event_desk.fill
def desk_parts(event: Event, now: datetime) -> list[web.Part]:
    if event.kind not in ATTENDED:
        return []
    presence = queries.presence_by_site(event.id)
    places, counts = pages.site_lines(event.id, presence), queries.together(presence)
    return [_sites_part(event, places, counts, now), _programme_part(event), _attendance_part(event, counts, now)]


def _sites_part(event: Event, places: list[pages.SiteLine], counts: queries.Counts, now: datetime) -> web.Part:
    url = url_for("meetings.sites", event_id=event.id)
    limited = bool(places) and all(place.seats is not None for place in places)
    seats = sum(place.seats or 0 for place in places)
    waits: tuple[web.Waits, ...] = ()
    if not places:
        waits = (web.Waits(_("Нет ни одной площадки: записаться пока некуда"), wording.say(event.title), _("Добавить площадки"), url),)
    held = event.date("held_on")
    if not queries.meeting_of(event.id).link and held is not None and now < held:
        room = url_for("meetings.room", event_id=event.id)
        waits += (web.Waits(_("Не указана ссылка на встречу"), _("Её увидят только записавшиеся"), _("Указать ссылку"), room, held),)
    note = ngettext("%(num)d площадка", "%(num)d площадок", len(places))
    progress = (counts.registered, seats) if limited else None
    return web.Part(
        _("Места на площадках"),
        url,
        str(counts.registered),
        of=str(seats) if limited else "",
        note=note,
        progress=progress,
        decisions=waits,
    )


def _programme_part(event: Event) -> web.Part:
    url = url_for("meetings.programme", event_id=event.id)
    (lines, minutes), waiting = queries.length_of_programme(event.id), queries.count_waiting(event.id)
    waits: tuple[web.Waits, ...] = ()
    if waiting:
        title = ngettext("%(num)d докладчик ещё не в программе", "%(num)d докладчиков ещё не в программе", waiting)
        waits = (web.Waits(title, wording.say(event.title), _("Составить программу"), url),)
    note = _("всего %(minutes)s мин", minutes=minutes) if lines else ""
    return web.Part(_("Программа"), url, str(lines), note=note, decisions=waits)


def _attendance_part(event: Event, counts: queries.Counts, now: datetime) -> web.Part:
    url = url_for("meetings.attendance", event_id=event.id)
    waits: tuple[web.Waits, ...] = ()
    if _begun(event, now) and counts.noted < counts.registered:
        waits = (_to_note(event, (counts.noted, counts.registered), url),)
    note = _("отмечено %(noted)s", noted=counts.noted) if counts.noted else ""
    return web.Part(_("Присутствовали"), url, str(counts.present), of=str(counts.registered), note=note, decisions=waits)


def _begun(event: Event, now: datetime) -> bool:
    held = event.date("held_on")
    return held is not None and now >= held


def _to_note(event: Event, progress: tuple[int, int], url: str) -> web.Waits:
    return web.Waits(_("Отметьте присутствующих"), wording.say(event.title), _("Отметить"), url, progress=progress)


@web.waiting.fill
def waits(who: Any, now: datetime) -> list[web.Waits]:
    """The meeting of today and tomorrow for who is registered; the lists to tick afterwards for methodists and site hosts."""
    if getattr(who, "person", None) is None:
        return []
    return [*_my_meetings(who, now), *_lists_to_tick(who, now)]


def _my_meetings(who: Any, now: datetime) -> list[web.Waits]:
    found = []
    for application, meeting in queries.registered_for(who.person.id, now - DAY, now + DAY):
        event = application.event
        held, ends = event.date("held_on"), queries.ends_at(event, meeting)
        if held is None or ends is None or not now - DAY <= held < now + DAY or now >= ends:
            continue
        today = held.astimezone(event.zone).date() == now.astimezone(event.zone).date()
        title = _("Встреча сегодня: «%(event)s»", event=wording.say(event.title))
        if not today:
            title = _("Встреча завтра: «%(event)s»", event=wording.say(event.title))
        note = _("Начало %(when)s. Ссылка — на странице вашей записи.", when=wording.moment(held, event.zone) + beside(event, held))
        until = held if held > now else None
        found.append(web.Waits(title, note, _("Открыть запись"), url_for("applications.show", application_id=application.id), until))
    return found


def _lists_to_tick(who: Any, now: datetime) -> list[web.Waits]:
    managed = queries.held_of_centres(who.centres, now - REMEMBERED, now) if who.centres else []
    cared = [(site, event) for site, event in queries.sites_in_care(who.person.id, now - REMEMBERED, now) if event not in managed]
    presence = queries.presence_in({event.id for _site, event in cared})
    noted = queries.noted_in({event.id for event in managed})
    found = []
    for event in managed:
        done, everybody = noted.get(event.id, (0, 0))
        if _begun(event, now) and done < everybody:
            found.append(_to_note(event, (done, everybody), url_for("meetings.attendance", event_id=event.id)))
    for site, event in cared:
        here = presence.get(event.id, {}).get(site.id)
        if _begun(event, now) and here is not None and here.noted < here.registered:
            url = url_for("meetings.attendance", event_id=event.id, site=site.id)
            found.append(_to_note(event, (here.noted, here.registered), url))
    return found
