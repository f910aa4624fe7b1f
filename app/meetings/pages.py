"""What the pages about meetings show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import wording
from app.applications.models import Application
from app.events.models import Event
from app.events.pages import beside
from app.meetings import queries
from app.meetings.forms import KINDS
from app.meetings.models import Session, Site
from app.people import access


@dataclass(frozen=True)
class Head:
    id: int
    title: str
    when: str
    desk_url: str
    url: str


def head(event: Event) -> Head:
    held = event.date("held_on")
    when = wording.moment(held, event.zone) + beside(event, held) if held else ""
    desk, show = url_for("events.desk", event_id=event.id), url_for("events.show", event_id=event.id)
    return Head(event.id, wording.say(event.title), when, desk, show)


# Sites


@dataclass(frozen=True)
class SiteLine:
    id: int
    title: str
    address: str
    host: str
    responsible: str
    seats: int | None
    taken: int
    left: str
    full: bool
    present: int
    noted: int


def left_words(site: Site, taken: int) -> str:
    """Return how many seats are free, or an empty text for a site without a limit."""
    if site.seats is None:
        return ""
    free = max(0, site.seats - taken)
    return ngettext("свободно %(num)d место", "свободно %(num)d мест", free) if free else _("мест нет")


def site_lines(event_id: int, counts: Mapping[int | None, queries.Counts] | None = None) -> list[SiteLine]:
    """Return the sites with who is registered and was present; `counts` where the page knows them already."""
    counts = queries.presence_by_site(event_id) if counts is None else counts
    found = []
    for site in queries.sites_of(event_id):
        here = counts.get(site.id, queries.Counts(0, 0, 0))
        found.append(
            SiteLine(
                id=site.id,
                title=site.title,
                address=site.address,
                host=site.host.short_name if site.host else "",
                responsible=site.responsible.full_name if site.responsible else "",
                seats=site.seats,
                taken=here.registered,
                left=left_words(site, here.registered),
                full=site.seats is not None and here.registered >= site.seats,
                present=here.present,
                noted=here.noted,
            )
        )
    return found


# The programme


@dataclass(frozen=True)
class Line:
    id: int
    begins: str
    kind: str
    topic: str
    minutes: int
    site: str
    speakers: tuple[str, ...]


def lines(event: Event, *, staff: bool, now: datetime) -> list[Line]:
    """Return the programme with the times each line begins; the public reads names only where people agreed."""
    rows = queries.programme(event.id)
    people = {author.person for row in rows if row.application for author in row.application.authors}
    agreed = frozenset(one.id for one in people) if staff else access.consenting({one.id for one in people}, event.id, now)
    at, found = event.date("held_on"), []
    for row in rows:
        begins = wording.clock_time(at, event.zone) if at else ""
        found.append(_line(row, begins, agreed))
        at = at + timedelta(minutes=row.minutes) if at else None
    return found


def _line(row: Session, begins: str, agreed: frozenset[int]) -> Line:
    site = row.site.title if row.site else ""
    return Line(row.id, begins, str(KINDS[row.kind]), row.topic, row.minutes, site, _speakers(row, agreed))


def _speakers(row: Session, agreed: frozenset[int]) -> tuple[str, ...]:
    """Name, post and school of each speaker; without consent initials and nothing else."""
    if row.application is None:
        return (row.guest,) if row.guest else ()
    # A registration cancelled after it was put into the programme names nobody any more.
    if row.application.state not in queries.REGISTERED:
        return (_("докладчик отменил запись"),)
    found = []
    for author in row.application.authors:
        name = access.public_name(author.person, agreed)
        place = author.organisation.short_name if author.organisation else ""
        about = (author.post, place) if author.person_id in agreed else ()
        found.append(", ".join(part for part in (name, *about) if part))
    return tuple(found)


def total_minutes(found: list[Line]) -> int:
    return sum(one.minutes for one in found)


@dataclass(frozen=True)
class Waiting:
    """A registered speaker who stands in no line of the programme yet."""

    id: int
    name: str
    topic: str
    url: str


def speakers_waiting(event: Event) -> list[Waiting]:
    return [
        Waiting(one.id, one.applicant.full_name, one.title or _("Тема не названа"), url_for("applications.show", application_id=one.id))
        for one in queries.speakers_waiting(event.id)
    ]


# Presence


@dataclass(frozen=True)
class Attendee:
    id: int
    name: str
    about: str
    role: str
    present: bool
    noted: bool


def attendees(rows: list[Application]) -> list[Attendee]:
    """Return the people of a list; a registration of several authors is one line with all their names."""
    found = []
    for one in rows:
        names = ", ".join(author.person.full_name for author in one.authors) or one.applicant.full_name
        first = one.authors[0] if one.authors else None
        place = one.organisation.short_name if one.organisation else ""
        about = ", ".join(part for part in (first.post if first else "", place) if part)
        role = _("докладчик") if one.participation == queries.SPEAKER else _("слушатель")
        found.append(Attendee(one.id, names, about, role, bool(one.present), one.present is not None))
    return found


# The part of an application's page


@dataclass(frozen=True)
class Ticket:
    """What a registered person needs to come: the only place where the link stands."""

    when: str
    minutes: int
    platform: str
    moderator: str
    link: str
    site: str
    address: str
    responsible: str
    over: bool
    programme_url: str


def ticket(application: Application, now: datetime) -> Ticket:
    event = application.event
    meeting, site = queries.meeting_and_site(application)
    held, ends = event.date("held_on"), queries.ends_at(event, meeting)
    return Ticket(
        when=wording.moment(held, event.zone) + beside(event, held) if held else "",
        minutes=meeting.minutes,
        platform=meeting.platform,
        moderator=meeting.moderator,
        link=meeting.link,
        site=site.title if site else "",
        address=site.address if site else "",
        responsible=site.responsible.full_name if site and site.responsible else "",
        over=ends is not None and now >= ends,
        programme_url=url_for("events.show", event_id=event.id) + "#programme",
    )
