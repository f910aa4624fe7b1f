"""Sites with their free seats, the programme, who is registered where, who was present."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload

from app.applications import queries as applications
from app.applications.models import Application
from app.database import db
from app.events.models import Event, Schedule
from app.meetings.models import Attendance, Meeting, Session, Site
from app.people.access import Visitor
from app.people.models import Affiliation, Person
from workflows.kinds import ATTENDED, STATE_NAMES

REGISTERED = ("admitted", "closed")
# The same as a condition that is no way into an index: for where another column leads to few, or gives the order.
IN_FORCE = func.coalesce(Application.state, "").in_(REGISTERED)
NOT_REGISTERED = tuple(name for name in STATE_NAMES if name not in REGISTERED)
SPEAKER = "speaker"
PAGE = 50
PRINTED = 300  # a sheet to sign is one document; a site of more people is printed in several


def meeting_of(event_id: int) -> Meeting:
    """Return the event's meeting; one that nobody has set up yet is the usual one, kept nowhere."""
    return db.session.get(Meeting, event_id) or _usual(event_id)


def _usual(event_id: int) -> Meeting:
    return Meeting(event_id=event_id, platform="", link="", moderator="", minutes=90)


def meeting_and_site(application: Application) -> tuple[Meeting, Site | None]:
    """Return what a registered person needs to come, in one statement."""
    wanted = select(Meeting, Site).select_from(Event).outerjoin(Meeting, Meeting.event_id == Event.id)
    wanted = wanted.outerjoin(Site, and_(Site.event_id == Event.id, Site.id == application.site_id)).options(joinedload(Site.responsible))
    meeting, site = db.session.execute(wanted.where(Event.id == application.event_id)).one()
    return meeting or _usual(application.event_id), site


def ends_at(event: Event, meeting: Meeting) -> datetime | None:
    held = event.date("held_on")
    return held + timedelta(minutes=meeting.minutes) if held else None


# Sites


def sites_of(event_id: int) -> list[Site]:
    wanted = select(Site).where(Site.event_id == event_id).options(joinedload(Site.host), joinedload(Site.responsible))
    return list(db.session.scalars(wanted.order_by(Site.position, Site.id)))


def site_or_404(event_id: int, site_id: int) -> Site:
    found = next((site for site in sites_of(event_id) if site.id == site_id), None)
    if found is None:
        abort(404)
    return found


def taken(event_id: int) -> dict[int, int]:
    """Return how many are registered at each site that has any: each is counted in its own range of an index."""
    here = select(func.count()).select_from(Application).where(Application.event_id == event_id, Application.site_id == Site.id)
    count = here.where(Application.state.in_(REGISTERED)).correlate(Site).scalar_subquery()
    return {site: number for site, number in db.session.execute(select(Site.id, count).where(Site.event_id == event_id)) if number}


def taken_at(site: Site) -> int:
    counted = select(func.count()).select_from(Application).where(Application.event_id == site.event_id, Application.site_id == site.id)
    return db.session.scalar(counted.where(Application.state.in_(REGISTERED))) or 0


def other_registration(application: Application) -> int | None:
    """Return the id of another registration in force of the same person: two would take two seats and give two papers."""
    wanted = registered(application.event_id).with_only_columns(Application.id)
    return db.session.scalar(wanted.where(Application.applicant_id == application.applicant_id, Application.id != application.id).limit(1))


def is_used(site: Site) -> bool:
    """Say whether anybody has ever chosen the site, or a line of the programme stands there."""
    chosen = select(Application.id).where(Application.event_id == site.event_id, Application.site_id == site.id).limit(1)
    spoken = select(Session.id).where(Session.site_id == site.id).limit(1)
    return db.session.scalar(chosen) is not None or db.session.scalar(spoken) is not None


def seats_left(application_ids: Collection[int]) -> dict[int, int]:
    """Return the free seats at the site each of these applications has chosen; a site without a limit is not told: one statement."""
    other = aliased(Application)
    others = select(func.count()).where(other.event_id == Site.event_id, other.site_id == Site.id, other.state.in_(REGISTERED))
    left = Site.seats - others.where(other.id.not_in(application_ids)).scalar_subquery()
    chosen = select(Application.id, left).join(Site, and_(Site.id == Application.site_id, Site.event_id == Application.event_id))
    return dict(db.session.execute(chosen.where(Application.id.in_(application_ids), Site.seats.is_not(None))).all())


# The programme


def programme(event_id: int) -> list[Session]:
    """Return the lines in order, with the speakers' names, posts and schools."""
    wanted = select(Session).where(Session.event_id == event_id).options(
        joinedload(Session.site),
        joinedload(Session.application).options(selectinload(Application.authors), lazyload(Application.event)),
    )  # fmt: skip
    return list(db.session.scalars(wanted.order_by(Session.position, Session.id)))


def line_or_404(event_id: int, line_id: int) -> Session:
    found = next((line for line in programme(event_id) if line.id == line_id), None)
    if found is None:
        abort(404)
    return found


def registered(event_id: int) -> Select[tuple[Application]]:
    """The event itself is at hand already: with `lazyload` its long regulation does not come again with every row."""
    wanted = select(Application).where(Application.event_id == event_id, Application.state.in_(REGISTERED))
    return wanted.options(lazyload(Application.event))


def speakers(event_id: int) -> list[Application]:
    """Return the registered speakers, first come first."""
    wanted = _speaking(event_id).options(selectinload(Application.authors))
    return list(db.session.scalars(wanted.order_by(Application.id).limit(200)))


def _speaking(event_id: int) -> Select[tuple[Application]]:
    wanted = select(Application).where(Application.event_id == event_id, Application.participation == SPEAKER, IN_FORCE)
    return wanted.options(lazyload(Application.event))


def _waiting(event_id: int) -> Select[tuple[Application]]:
    standing = select(Session.application_id).where(Session.event_id == event_id, Session.application_id.is_not(None))
    return _speaking(event_id).where(Application.id.not_in(standing))


def count_waiting(event_id: int) -> int:
    return db.session.scalar(_waiting(event_id).with_only_columns(func.count(Application.id))) or 0


def length_of_programme(event_id: int) -> tuple[int, int]:
    """Return how many lines the programme has, and how many minutes they take together."""
    counted = select(func.count(), func.coalesce(func.sum(Session.minutes), 0)).where(Session.event_id == event_id)
    lines, minutes = db.session.execute(counted).one()
    return lines, minutes


def speakers_waiting(event_id: int) -> list[Application]:
    """Return the registered speakers who stand in no line of the programme yet."""
    wanted = _waiting(event_id)
    return list(db.session.scalars(wanted.options(selectinload(Application.authors)).order_by(Application.id).limit(200)))


def person_named(name: str, organisation_id: int | None) -> list[Person]:
    """Return the people called so (surname first); those who work at the organisation alone, if there are such."""
    parts = [Person.surname, Person.given_name, Person.patronymic]
    wanted = select(Person).where(*(column == word for column, word in zip(parts, name.split(), strict=False)))
    found = list(db.session.scalars(wanted.order_by(Person.id).limit(20)))
    working = select(Affiliation.person_id).where(Affiliation.organisation_id == organisation_id, Affiliation.until.is_(None))
    here = set(db.session.scalars(working.where(Affiliation.person_id.in_([one.id for one in found]))))
    return [one for one in found if one.id in here] or found


# Presence


@dataclass(frozen=True)
class Page:
    rows: Sequence[Application]
    after: int | None  # ask for rows after this one


def at_site(event_id: int, site_id: int | None, *, after: int | None = None, most: int = PAGE) -> Page:
    """Return who is registered at a site, in the order of names; `site_id` None: everybody."""
    wanted = select(Application.id).where(Application.event_id == event_id, IN_FORCE)
    if site_id is not None:
        wanted = wanted.where(Application.site_id == site_id)
    order = (Application.name_key, Application.id)
    last = db.session.get(Application, after) if after is not None else None
    if last is not None and last.event_id == event_id:
        wanted = wanted.where(tuple_(*order) > tuple_(last.name_key, last.id))
    ids = db.session.scalars(wanted.order_by(*order).limit(most + 1)).all()
    rows = _in_order(ids, joinedload(Application.organisation), selectinload(Application.authors), lazyload(Application.event))
    return Page(rows[:most], rows[most - 1].id if len(rows) > most else None)


def _in_order(ids: Sequence[int], *options: Any) -> list[Application]:
    found = {one.id: one for one in db.session.scalars(select(Application).where(Application.id.in_(ids)).options(*options))}
    return [found[one] for one in ids]


def registered_among(event_id: int, application_ids: Collection[int], site_id: int | None) -> list[Application]:
    """Return those of these applications that are registrations of the event, and of the site if one is given."""
    wanted = registered(event_id).where(Application.id.in_(application_ids))
    return list(db.session.scalars(wanted.where(Application.site_id == site_id) if site_id is not None else wanted))


@dataclass(frozen=True)
class Counts:
    registered: int
    noted: int
    present: int


def presence_in(event_ids: Collection[int]) -> dict[int, dict[int | None, Counts]]:
    """Return registered, noted and present for each site of these events, in one statement."""
    if not event_ids:
        return {}
    columns = (Application.event_id, Application.site_id, Application.state, Application.present)
    # The groups are those of an index, in its order: it alone is read, and nothing is sorted.
    counted = select(*columns, func.count()).where(Application.event_id.in_(event_ids)).group_by(*columns)
    found: dict[int, dict[int | None, Counts]] = {}
    for event, site, state, present, number in db.session.execute(counted):
        if state in REGISTERED:
            here = found.setdefault(event, {})
            before, noted = here.get(site, Counts(0, 0, 0)), number if present is not None else 0
            here[site] = Counts(before.registered + number, before.noted + noted, before.present + (number if present else 0))
    return found


def noted_in(event_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return of how many registered people of each of these events something was noted, and how many there are: one statement.

    Each number is counted in an index: what is noted, less the few who have cancelled since.
    """
    hers, state = Application.event_id == Event.id, Application.state
    registered = select(func.count()).select_from(Application).where(hers, state.in_(REGISTERED))
    noted = select(func.count()).select_from(Attendance).where(Attendance.event_id == Event.id)
    gone = select(func.count(Attendance.application_id)).join(Application, Application.id == Attendance.application_id)
    gone = gone.where(hers, state.in_(NOT_REGISTERED))
    counts = [one.correlate(Event).scalar_subquery() for one in (noted, gone, registered)]
    rows = db.session.execute(select(Event.id, *counts).where(Event.id.in_(event_ids))) if event_ids else ()
    return {event: (told - left, everybody) for event, told, left, everybody in rows}


def presence_by_site(event_id: int) -> dict[int | None, Counts]:
    return presence_in([event_id]).get(event_id, {})


def together(counts: Mapping[int | None, Counts]) -> Counts:
    rows = counts.values()
    return Counts(sum(one.registered for one in rows), sum(one.noted for one in rows), sum(one.present for one in rows))


def present_applications(event_id: int) -> list[tuple[Application, bool]]:
    """Return the registrations whose people were present, each with whether it stands in the programme as a speaker."""
    standing = select(Session.application_id).where(Session.event_id == event_id, Session.application_id.is_not(None))
    wanted = (
        select(Application, or_(Application.participation == SPEAKER, Application.id.in_(standing)))
        .where(Application.event_id == event_id, Application.state.in_(REGISTERED), Application.present)
        .options(selectinload(Application.authors), lazyload(Application.event))
        .order_by(Application.id)
    )
    return [(application, bool(speaks)) for application, speaks in db.session.execute(wanted)]


# Whose, and when


def _held_between(begins: datetime, ends: datetime) -> Select[tuple[int]]:
    """Events that have, or once had, their meeting in this span: the caller checks the date in force."""
    return select(Schedule.event_id).where(Schedule.key == "held_on", Schedule.at >= begins, Schedule.at < ends)


def held_of_centres(centres: Collection[int], begins: datetime, ends: datetime) -> list[Event]:
    wanted = select(Event).where(Event.kind.in_(ATTENDED), Event.centre_id.in_(centres), Event.announced_at.is_not(None))
    wanted = wanted.where(Event.id.in_(_held_between(begins, ends))).options(joinedload(Event.schedule))
    return list(db.session.scalars(wanted.order_by(Event.id.desc()).limit(5)).unique())


def sites_in_care(person_id: int, begins: datetime, ends: datetime) -> list[tuple[Site, Event]]:
    """Return the sites this person answers for, with their events, held in a span of time."""
    wanted = (
        select(Site, Event).join(Event, Event.id == Site.event_id).where(Site.responsible_id == person_id, Event.announced_at.is_not(None))
    )
    wanted = wanted.where(Event.id.in_(_held_between(begins, ends))).order_by(Site.id.desc()).limit(5)
    return list(db.session.execute(wanted))


def registered_for(person_id: int, begins: datetime, ends: datetime) -> list[tuple[Application, Meeting]]:
    """Return this person's registrations for meetings in a span of time."""
    wanted = select(Application, Meeting).outerjoin(Meeting, Meeting.event_id == Application.event_id)
    wanted = wanted.where(Application.applicant_id == person_id, Application.state == "admitted")
    wanted = wanted.where(Application.event_id.in_(_held_between(begins, ends)), Application.event.has(Event.kind.in_(ATTENDED)))
    rows = db.session.execute(wanted.options(lazyload(Application.event)).order_by(Application.id.desc()).limit(5)).all()
    applications.with_events([application for application, _meeting in rows])
    return [(application, meeting or _usual(application.event_id)) for application, meeting in rows]


def held_between(begins: datetime, ends: datetime) -> list[Event]:
    """Return announced meetings whose date in force lies in the span."""
    wanted = select(Event).where(Event.kind.in_(ATTENDED), Event.announced_at.is_not(None), Event.id.in_(_held_between(begins, ends)))
    found = list(db.session.scalars(wanted.order_by(Event.id)))
    return [event for event in found if (held := event.date("held_on")) is not None and begins <= held < ends]


def registered_of(event_id: int) -> list[Application]:
    """Return all registrations with what a letter to them says."""
    wanted = registered(event_id).where(Application.state == "admitted").options(joinedload(Application.applicant).joinedload(Person.user))
    return list(db.session.scalars(wanted.order_by(Application.id)))


def may_note(event: Event, site: Site | None, visitor: Visitor) -> bool:
    """The methodist of the centre notes everybody; the person responsible for a site, those of her own site."""
    if visitor.is_methodist_of(event.centre_id):
        return True
    return site is not None and visitor.person is not None and site.responsible_id == visitor.person.id
