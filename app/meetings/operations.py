"""What may be done with a meeting: its room, sites, programme, and who was present."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import case, func, select, update

from app.applications import operations as applications
from app.applications.models import Application, Move
from app.database import db, on_conflict_insert, trace
from app.events.models import Event
from app.meetings import queries
from app.meetings.models import Attendance, Meeting, Session, Site
from app.people.models import Organisation, Person
from workflows import questions
from workflows.kinds import ATTENDED
from workflows.machine import StepRefused
from workflows.saying import Saying

GREETING, TALK, MASTER_CLASS, DISCUSSION = "greeting", "talk", "master_class", "discussion"
KINDS = (GREETING, TALK, MASTER_CLASS, DISCUSSION)
TALK_MINUTES = 10


class Refused(Exception):
    """The act is not possible; the Saying tells why, `field` where."""

    def __init__(self, saying: Saying, field: str = "") -> None:
        super().__init__(saying.key)
        self.saying = saying
        self.field = field


# The room


def is_link(text: str) -> bool:
    """Say whether the text is an address that a browser may open: http or https with a host, nothing else."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host and text.isprintable() and not any(one in text for one in " \\\"'<>")


def set_meeting(event: Event, *, platform: str, link: str, moderator: str, minutes: int) -> Meeting:
    """Set where and with whom the event meets. Raises Refused for a link that is none."""
    if link and not is_link(link):
        raise Refused(Saying("not_a_link"), "link")
    meeting = db.session.get(Meeting, event.id)
    if meeting is None:
        meeting = Meeting(event_id=event.id)
        db.session.add(meeting)
    meeting.platform, meeting.link, meeting.moderator, meeting.minutes = platform, link, moderator, minutes
    return meeting


# Sites


def sites_of(event: Event) -> list[Site]:
    return queries.sites_of(event.id)


def add_site(
    event: Event,
    *,
    title: str,
    address: str = "",
    host: Organisation | None = None,
    responsible: Person | None = None,
    seats: int | None = None,
) -> Site:
    last = db.session.scalar(select(func.max(Site.position)).where(Site.event_id == event.id))
    site = Site(event_id=event.id, position=(last or 0) + 1, title=title, address=address, host=host, responsible=responsible, seats=seats)
    db.session.add(site)
    db.session.flush()
    return site


def change_site(site: Site, *, title: str, address: str, host: Organisation | None, responsible: Person | None, seats: int | None) -> None:
    """Change a site. Raises Refused for fewer seats than people already registered."""
    there = queries.taken_at(site)
    if seats is not None and seats < there:
        raise Refused(Saying("seats_below_taken", count=there), "seats")
    site.title, site.address, site.host, site.responsible, site.seats = title, address, host, responsible, seats


def remove_site(site: Site) -> None:
    """Take a site away. Raises Refused once anybody has chosen it."""
    if queries.is_used(site):
        raise Refused(Saying("site_in_use"))
    db.session.delete(site)


def move(rows: list[Site] | list[Session], which: int, *, up: bool) -> None:
    """Let one row change places with its neighbour; at the end of the list nothing changes."""
    ids = [row.id for row in rows]
    here = ids.index(which)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        ordered = list(rows)
        ordered[here], ordered[there] = ordered[there], ordered[here]
        for position, row in enumerate(ordered, start=1):
            row.position = position


@applications.after("submit")
def take_seat(application: Application, _move: Move, _now: datetime) -> None:
    """Refuse a second registration, one for a site that is not the event's, or whose last seat was taken in the meantime.

    The site's row is locked first, the event's where no site is asked of her (she listens by the link): of two people who want
    the last seat at the same moment, one gets it.
    """
    if application.event.kind not in ATTENDED:
        return
    asked = any(one.kind == "site" for one in questions.visible(application.version.rules, application.answers))
    site = _held_site(application) if asked else None
    if asked and site is None:
        raise StepRefused(Saying("site_unknown"))
    if not asked:
        db.session.execute(select(Event.id).where(Event.id == application.event_id).with_for_update())
    if queries.other_registration(application) is not None:
        raise StepRefused(Saying("already_registered"))
    if site is not None and site.seats is not None and queries.taken_at(site) > site.seats:
        raise StepRefused(Saying("no_seats_left"))


def _held_site(application: Application) -> Site | None:
    wanted = select(Site).where(Site.id == application.site_id, Site.event_id == application.event_id)
    return db.session.scalar(wanted.with_for_update(of=Site))


# The programme


def add_line(
    event: Event,
    *,
    kind: str,
    topic: str,
    minutes: int,
    site_id: int | None = None,
    application_id: int | None = None,
    guest: str = "",
) -> Session:
    """Add a line at the end of the programme. Raises Refused for somebody else's site or an unregistered speaker."""
    last = db.session.scalar(select(func.max(Session.position)).where(Session.event_id == event.id))
    line = Session(event_id=event.id, position=(last or 0) + 1)
    _fill(line, event, kind=kind, topic=topic, minutes=minutes, site_id=site_id, application_id=application_id, guest=guest)
    db.session.add(line)
    db.session.flush()
    return line


def change_line(
    line: Session, event: Event, *, kind: str, topic: str, minutes: int, site_id: int | None, application_id: int | None, guest: str
) -> None:
    """Change a line of the programme. Raises Refused as add_line does."""
    _fill(line, event, kind=kind, topic=topic, minutes=minutes, site_id=site_id, application_id=application_id, guest=guest)


def _fill(
    line: Session, event: Event, *, kind: str, topic: str, minutes: int, site_id: int | None, application_id: int | None, guest: str
) -> None:
    if application_id is not None and guest:
        raise Refused(Saying("speaker_or_guest"), "guest")
    if site_id is not None and site_id not in {site.id for site in queries.sites_of(event.id)}:
        raise Refused(Saying("site_unknown"), "site_id")
    if application_id is not None and not _is_registered(event.id, application_id):
        raise Refused(Saying("speaker_unknown"), "application_id")
    line.kind, line.topic, line.minutes, line.guest = kind, topic, minutes, guest
    line.site_id, line.application_id = site_id, application_id


def _is_registered(event_id: int, application_id: int) -> bool:
    wanted = queries.registered(event_id).where(Application.id == application_id).with_only_columns(Application.id)
    return db.session.scalar(wanted) is not None


def add_greeting(event: Event, *, topic: str, guest: str, minutes: int) -> Session:
    return add_line(event, kind=GREETING, topic=topic, guest=guest, minutes=minutes)


def add_speaker(event: Event, application: Application) -> Session:
    """Put a registered speaker at the end of the programme, with her topic, her site and the minutes she asked for."""
    asked = str(application.answers.get("minutes") or "")
    return add_line(
        event,
        kind=TALK,
        topic=application.title,
        minutes=int(float(asked)) if asked.replace(".", "", 1).isdigit() else TALK_MINUTES,
        site_id=application.site_id,
        application_id=application.id,
    )


def add_all_speakers(event: Event) -> int:
    """Put every registered speaker who stands nowhere yet into the programme; return how many."""
    waiting = queries.speakers_waiting(event.id)
    for application in waiting:
        add_speaker(event, application)
    return len(waiting)


def remove_line(line: Session) -> None:
    db.session.delete(line)


# Presence


def note_attendance(event: Event, *, present: Collection[int], absent: Collection[int], by: Person, now: datetime) -> None:
    """Write of each registration (by application id) whether its people were present; the last word counts.

    Raises Refused before the day of the meeting.
    """
    held = event.date("held_on")
    if held is not None and now.astimezone(event.zone).date() < held.astimezone(event.zone).date():
        raise Refused(Saying("meeting_not_begun"))
    said = {**dict.fromkeys(absent, False), **dict.fromkeys(present, True)}
    mine = queries.registered(event.id).where(Application.id.in_(said)).order_by(Application.id)
    # Only what changed is written anew, so that the row keeps who said it first.
    before = db.session.execute(mine.with_only_columns(Application.id, Application.present).with_for_update())
    changed = [one for one, present in before if present is not said[one]]
    if changed:
        rows = [{"application_id": one, "event_id": event.id, "by_id": by.id, "at": now} for one in changed]
        insert = on_conflict_insert(Attendance).values(rows)
        db.session.execute(insert.on_conflict_do_update(index_elements=["application_id"], set_={"by_id": by.id, "at": now}))
        there = Application.id.in_([one for one in changed if said[one]])
        noted = update(Application).where(Application.id.in_(changed)).values(present=case((there, True), else_=False))
        db.session.execute(noted, execution_options={"synchronize_session": False})
    trace("attendance.noted", f"event:{event.id}", by=by.id, now=now, present=len(present), absent=len(absent))
