"""What may be done with exhibits: they appear with the admission, are taken off and put back, and their visits counted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select, update

from app import background
from app.applications import operations as applications
from app.applications.models import Application, Attachment, Move
from app.database import db, on_conflict_insert, trace
from app.exhibitions import queries
from app.exhibitions.models import Exhibit, Picture, Visits
from app.exhibitions.queries import EXHIBITION, FAILED, READY, REQUESTED
from app.people.models import Person
from workflows.saying import Saying


class Refused(Exception):
    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


@applications.after("admit")
def put_on_show(application: Application, _move: Move, now: datetime) -> None:
    """Make the exhibit with its pictures, or bring it up to date when the application was corrected and admitted again."""
    if application.event.kind != EXHIBITION:
        return
    exhibit = queries.exhibit_of(application.id)
    if exhibit is None:
        exhibit = Exhibit(event_id=application.event_id, application=application, shown_at=now)
        db.session.add(exhibit)
    exhibit.section, exhibit.hidden_at, exhibit.hidden_reason = application.nomination, None, ""
    db.session.flush()
    _take_pictures(exhibit, now)


def _take_pictures(exhibit: Exhibit, now: datetime) -> None:
    """Let the exhibit have a picture for each image that everyone may see, in the order they were attached."""
    attached = _images(exhibit.application)
    # Not through the collection: a half-loaded one would make the list of copies depend on what was read before.
    gone = delete(Picture).where(Picture.exhibit_id == exhibit.id, Picture.attachment_id.not_in([one.id for one in attached]))
    db.session.execute(gone)
    known = {one.attachment_id: one for one in db.session.scalars(select(Picture).where(Picture.exhibit_id == exhibit.id))}
    for position, attachment in enumerate(attached):
        picture = known.get(attachment.id)
        if picture is not None:
            picture.position = position
            continue
        picture = Picture(exhibit_id=exhibit.id, attachment_id=attachment.id, position=position, state=REQUESTED)
        db.session.add(picture)
        db.session.flush()
        background.enqueue("exhibitions.picture", f"picture:{picture.id}", now=now, picture_id=picture.id)
    db.session.expire(exhibit, ["pictures"])


def _images(application: Application) -> list[Attachment]:
    questions = [one.key for one in application.version.rules.questions() if one.kind == "files" and one.shown_to == "everyone"]
    wanted = select(Attachment).where(Attachment.application_id == application.id, Attachment.removed_at.is_(None))
    wanted = wanted.where(Attachment.question.in_(questions), Attachment.media_type.in_(("image/jpeg", "image/png")))
    return list(db.session.scalars(wanted.order_by(Attachment.id)))


def hide(exhibit: Exhibit, reason: str, *, by: Person, now: datetime) -> None:
    """Take an exhibit off the show. Raises Refused without a reason; taking it off twice changes nothing."""
    if not reason.strip():
        raise Refused(Saying("hide_reason_missing"))
    if exhibit.hidden_at is None:
        exhibit.hidden_at, exhibit.hidden_reason = now, reason.strip()[:300]
        trace("exhibit.hidden", f"exhibit:{exhibit.id}", by=by.id, now=now)


def show(exhibit: Exhibit, *, by: Person, now: datetime) -> None:
    """Put an exhibit back on show."""
    if exhibit.hidden_at is not None:
        exhibit.hidden_at, exhibit.hidden_reason = None, ""
        trace("exhibit.shown", f"exhibit:{exhibit.id}", by=by.id, now=now)


def keep_copies(picture_id: int, *, large: str, small: str, width: int, height: int) -> None:
    """Write down where the copies lie. Called in the transaction that ends the job; the picture may be gone by then."""
    picture = db.session.get(Picture, picture_id)
    if picture is not None:
        picture.large_key, picture.small_key, picture.width, picture.height = large, small, width, height
        picture.state, picture.reason = READY, ""


def note_failure(picture_id: int, reason: str) -> None:
    picture = db.session.get(Picture, picture_id)
    if picture is not None and picture.state == REQUESTED:
        picture.state, picture.reason = FAILED, reason if reason in ("broken", "huge", "missing") else "other"


def draw_again(picture: Picture, *, by: Person, now: datetime) -> bool:
    """Ask the worker for the copies once more; False while there is nothing wrong with them."""
    if picture.state != FAILED:
        return False
    picture.state, picture.reason = REQUESTED, ""
    background.enqueue("exhibitions.picture", f"picture:{picture.id}:{now.timestamp()}", now=now, picture_id=picture.id)
    trace("picture.again", f"picture:{picture.id}", by=by.id, now=now)
    return True


def count_visit(exhibit_id: int, day: date) -> None:
    """Count one visit; nothing is kept of the visitor. Two at once are counted as two."""
    visit = on_conflict_insert(Visits).values(exhibit_id=exhibit_id, day=day, count=1)
    db.session.execute(visit.on_conflict_do_update(index_elements=["exhibit_id", "day"], set_={"count": Visits.count + 1}))
    db.session.execute(update(Exhibit).where(Exhibit.id == exhibit_id).values(visits=Exhibit.visits + 1))
