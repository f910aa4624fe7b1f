"""What is on show, for whom, and how often it was looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app import web
from app.applications.models import Application, Attachment
from app.database import db
from app.events.models import Event
from app.exhibitions.models import Exhibit, Picture, Visits
from app.people.models import Consent
from workflows.kinds import STATE_NAMES

EXHIBITION = "exhibition"
ON_SHOW = ("admitted", "closed")
NOT_ON_SHOW = tuple(name for name in STATE_NAMES if name not in ON_SHOW)  # few: found by their ranges of the index
REQUESTED, READY, FAILED = "requested", "ready", "failed"
AHEAD, OPEN, ARCHIVE = "ahead", "open", "archive"
PAGE = 24
MOST_LISTED = 50


def season(event: Event, now: datetime) -> str:
    """Return whether the exhibition is still ahead, open, or an archive that stays readable."""
    opens, closes = event.date("show_opens"), event.date("show_closes")
    if event.announced_at is None or opens is None or now < opens:
        return AHEAD
    return ARCHIVE if closes is not None and now >= closes else OPEN


def is_staff(event: Event, visitor: web.Visitor) -> bool:
    return visitor.person is not None and visitor.is_methodist_of(event.centre_id)  # type: ignore[attr-defined]


def _standing(event_id: int, *, staff: bool) -> Select[tuple[Exhibit]]:
    """What this visitor sees of an exhibition that she may see: staff also what was taken off."""
    wanted = select(Exhibit).join(Application, Application.id == Exhibit.application_id)
    wanted = wanted.where(Exhibit.event_id == event_id, Application.state.in_(ON_SHOW))
    return wanted if staff else wanted.where(Exhibit.hidden_at.is_(None))


def shown(event_id: int, *, staff: bool) -> Select[tuple[Exhibit]]:
    """The same with what a caption says; the event is at hand already and does not come with every row."""
    options = joinedload(Exhibit.application).options(lazyload(Application.event), selectinload(Application.authors))
    return _standing(event_id, staff=staff).options(options)


@dataclass(frozen=True)
class Page:
    rows: Sequence[Exhibit]
    after: int | None


def gallery(event: Event, *, section: str = "", after: int | None = None, staff: bool) -> Page:
    wanted = shown(event.id, staff=staff)
    if section:
        wanted = wanted.where(Exhibit.section == section)
    if after is not None:
        wanted = wanted.where(Exhibit.id > after)
    rows = db.session.scalars(wanted.order_by(Exhibit.id).limit(PAGE + 1)).unique().all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


@dataclass(frozen=True)
class Counted:
    """How many exhibits stand in a section, and how many of them were taken off."""

    standing: int
    hidden: int

    def seen(self, *, staff: bool) -> int:
        return self.standing if staff else self.standing - self.hidden


def counts_by_section(event_id: int) -> dict[str, Counted]:
    """All exhibits are counted from one index; the few whose application has left the show since are taken off the sum."""
    counted = select(Exhibit.section, func.count(), func.count(Exhibit.hidden_at)).group_by(Exhibit.section)
    found = {section: Counted(*both) for section, *both in db.session.execute(counted.where(Exhibit.event_id == event_id))}
    gone = counted.join(Application, Application.id == Exhibit.application_id)
    for section, *both in db.session.execute(gone.where(Application.event_id == event_id, Application.state.in_(NOT_ON_SHOW))):
        left, have = Counted(*both), found.get(section, Counted(0, 0))
        found[section] = Counted(have.standing - left.standing, have.hidden - left.hidden)
    return {section: one for section, one in found.items() if one.standing > 0}


def exhibit_or_404(exhibit_id: int, visitor: web.Visitor, now: datetime) -> Exhibit:
    """Return an exhibit this visitor may look at: before the opening, and once taken off, only staff may."""
    wanted = select(Exhibit).where(Exhibit.id == exhibit_id)
    wanted = wanted.options(joinedload(Exhibit.application).options(selectinload(Application.authors), joinedload(Application.version)))
    exhibit = db.session.scalar(wanted)
    if exhibit is None or not may_look(exhibit, visitor, now):
        abort(404)
    return exhibit


def may_look(exhibit: Exhibit, visitor: web.Visitor, now: datetime) -> bool:
    if exhibit.application.state not in ON_SHOW:
        return False
    if is_staff(exhibit.application.event, visitor):
        return True
    return exhibit.hidden_at is None and season(exhibit.application.event, now) != AHEAD


def managed_or_404(exhibit_id: int, visitor: web.Visitor) -> Exhibit:
    exhibit = db.session.get(Exhibit, exhibit_id)
    if exhibit is None or not is_staff(exhibit.application.event, visitor):
        abort(404)
    return exhibit


def neighbours(exhibit: Exhibit, *, staff: bool) -> tuple[int | None, int | None]:
    """Return the ids of the exhibits before and after this one."""
    all_ids = _standing(exhibit.event_id, staff=staff)
    before = all_ids.where(Exhibit.id < exhibit.id).with_only_columns(Exhibit.id).order_by(Exhibit.id.desc()).limit(1)
    after = all_ids.where(Exhibit.id > exhibit.id).with_only_columns(Exhibit.id).order_by(Exhibit.id).limit(1)
    return db.session.scalar(before), db.session.scalar(after)


def exhibit_of(application_id: int) -> Exhibit | None:
    return db.session.scalar(select(Exhibit).where(Exhibit.application_id == application_id))


def picture_or_404(picture_id: int, visitor: web.Visitor, now: datetime) -> Picture:
    """Return a picture of an exhibit this visitor may look at."""
    found = db.session.execute(
        select(Picture, Exhibit).join(Exhibit, Exhibit.id == Picture.exhibit_id).where(Picture.id == picture_id)
    ).first()
    if found is None or not may_look(found.Exhibit, visitor, now):
        abort(404)
    picture: Picture = found.Picture
    return picture


def managed_picture_or_404(picture_id: int, visitor: web.Visitor) -> Picture:
    picture = db.session.get(Picture, picture_id)
    if picture is None:
        abort(404)
    managed_or_404(picture.exhibit_id, visitor)
    return picture


def failed_pictures(event_id: int) -> int:
    # From the failed ones, which are few, to their exhibits: not through all pictures of the event.
    event = select(Exhibit.event_id).where(Exhibit.id == Picture.exhibit_id).scalar_subquery()
    return db.session.scalar(select(func.count()).select_from(Picture).where(Picture.state == FAILED, event == event_id)) or 0


def failed_of(event_id: int) -> list[tuple[Picture, str, int]]:
    """Return (picture, title of its work, exhibit id) of the pictures that failed, at most fifty."""
    wanted = select(Picture, Application.title, Exhibit.id).join(Exhibit, Exhibit.id == Picture.exhibit_id)
    wanted = wanted.join(Application, Application.id == Exhibit.application_id)
    wanted = wanted.where(Exhibit.event_id == event_id, Picture.state == FAILED).order_by(Picture.id).limit(MOST_LISTED)
    return list(db.session.execute(wanted))


# What may be read beside the pictures


def is_published(application: Application) -> bool:
    """Say whether the applicant lets visitors read the attached materials: silence is no."""
    wanted = select(Consent.id).where(Consent.application_id == application.id, Consent.person_id == application.applicant_id)
    return db.session.scalar(wanted.where(Consent.purpose == "publication", Consent.withdrawn_at.is_(None)).limit(1)) is not None


def materials(application: Application) -> list[Attachment]:
    """Return the files that may be read: of questions shown to everyone, pictures aside, with consent."""
    open_questions = [one.key for one in application.version.rules.questions() if one.kind == "files" and one.shown_to == "everyone"]
    if not open_questions or not is_published(application):
        return []
    wanted = select(Attachment).where(Attachment.application_id == application.id, Attachment.removed_at.is_(None))
    wanted = wanted.where(Attachment.question.in_(open_questions), Attachment.media_type.not_like("image/%"))
    return list(db.session.scalars(wanted.order_by(Attachment.id)))


# Visits


def visits_by_day(event_id: int, since: date) -> dict[date, int]:
    counted = select(Visits.day, func.sum(Visits.count)).join(Exhibit, Exhibit.id == Visits.exhibit_id)
    counted = counted.where(Exhibit.event_id == event_id, Visits.day >= since).group_by(Visits.day)
    return {day: int(count) for day, count in db.session.execute(counted)}


def visits_in_all(event_id: int) -> int:
    return int(db.session.scalar(select(func.sum(Exhibit.visits)).where(Exhibit.event_id == event_id)) or 0)


MOST_VISITED = (Exhibit.visits.desc(), Exhibit.id.desc())


def most_visited(event_id: int) -> list[tuple[int, str, int]]:
    """Return (exhibit id, title, visits) of the most visited exhibits, at most fifty."""
    wanted = select(Exhibit.id, Application.title, Exhibit.visits).join(Application, Application.id == Exhibit.application_id)
    wanted = wanted.where(Exhibit.event_id == event_id, Application.state.in_(ON_SHOW))
    return [(one, title, count) for one, title, count in db.session.execute(wanted.order_by(*MOST_VISITED).limit(MOST_LISTED))]


def visits_of(exhibit_ids: Collection[int]) -> dict[int, int]:
    counted = select(Visits.exhibit_id, func.sum(Visits.count)).where(Visits.exhibit_id.in_(exhibit_ids)).group_by(Visits.exhibit_id)
    return {one: int(count) for one, count in db.session.execute(counted)}


# For papers and the clock


def exhibited(event_id: int) -> list[Exhibit]:
    return list(db.session.scalars(shown(event_id, staff=False).order_by(Exhibit.id)).unique())


def to_close(now: datetime, most: int) -> list[Application]:
    """Return admitted applications of exhibitions that have closed."""
    wanted = select(Event).where(Event.kind == EXHIBITION, Event.announced_at.is_not(None))
    standing = select(Application.id).where(Application.event_id == Event.id, Application.state == "admitted").exists()
    over = [event.id for event in db.session.scalars(wanted.where(standing)) if season(event, now) == ARCHIVE]
    return list(db.session.scalars(select(Application).where(Application.event_id.in_(over), Application.state == "admitted").limit(most)))
