"""Reads start from the person: what is not hers does not exist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import CompoundSelect, Select, and_, func, or_, select, union
from sqlalchemy.orm import joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from app import web
from app.applications.models import Application, Attachment, Author, Move, Receipt, text_key
from app.database import count_each, db, place_in
from app.events import queries as events
from app.events.models import Event
from app.people.access import Visitor
from app.people.models import Person
from workflows.kinds import STATE_NAMES

PAGE = 50
file_readers = web.Slot()  # (attachment, visitor) -> True | None: rooms further up open files to jurors and others


def visible_to(visitor: Visitor) -> Select[tuple[Application]]:
    """Return the applications this visitor may read: her own, those she is an author of, and those of her centre
    (drafts of others stay private until they are submitted, except the ones entered for somebody)."""
    if visitor.person is None:
        return select(Application).where(False)
    mine = Application.applicant_id == visitor.person.id
    author = Application.id.in_(select(Author.application_id).where(Author.person_id == visitor.person.id))
    told = or_(Application.state != "draft", Application.entered_by_id.is_not(None))
    centre = and_(Application.event_id.in_(select(Event.id).where(Event.centre_id.in_(visitor.centres))), told)
    return select(Application).where(or_(mine, author, centre) if visitor.centres else or_(mine, author))


def one_or_404(application_id: int, visitor: Visitor, *, whole: bool = False) -> Application:
    """Return the application, or 404; `whole`: with all that its page shows, in a constant number of statements.

    An act reads it again under its lock, so it takes it lean.
    """
    wanted = visible_to(visitor).where(Application.id == application_id)
    wanted = wanted.options(joinedload(Application.version), joinedload(Application.event).lazyload(Event.schedule))
    if whole:
        wanted = wanted.options(
            joinedload(Application.organisation),
            selectinload(Application.authors),
            selectinload(Application.attachments),
            selectinload(Application.moves).options(joinedload(Move.by), joinedload(Move.substitution)),
            selectinload(Application.submissions),
            selectinload(Application.receipts).joinedload(Receipt.by),
        )
    found = db.session.scalar(wanted)
    if found is None:
        abort(404)
    return found


def of_person(person_id: int) -> CompoundSelect[int]:
    """The ids of what she applied for or is an author of: two narrow ways. With OR, PostgreSQL would read all there is."""
    applied = select(Application.id).where(Application.applicant_id == person_id)
    return union(applied, select(Author.application_id).where(Author.person_id == person_id))


def mine(visitor: Visitor, *, before: int | None = None, most: int = PAGE) -> Page:
    """Return the person's own applications, newest first."""
    if visitor.person is None:
        return Page([], None)
    page = _page(select(Application.id).where(Application.id.in_(of_person(visitor.person.id))), before, most)
    with_events(page.rows)
    return page


def drafts_of(person_id: int, most: int) -> Sequence[Application]:
    """Return the newest drafts of a person and what was sent back to her, with all that tells how far they are."""
    wanted = select(Application).where(Application.applicant_id == person_id, Application.state.in_(("draft", "revision")))
    parts = (joinedload(Application.version), selectinload(Application.authors), selectinload(Application.attachments))
    wanted = wanted.options(lazyload(Application.event), *parts)
    drafts = db.session.scalars(wanted.order_by(Application.id.desc()).limit(most)).all()
    with_events(drafts)
    return drafts


def with_events(applications: Collection[Application]) -> None:
    """Give applications their events: a page that shows events too has them at hand already, with their dates."""
    known = events.at_hand([one.event_id for one in applications])
    for one in applications:
        set_committed_value(one, "event", known[one.event_id])


def of_event(event: Event, *, state: str = "", nomination: str = "", search: str = "", before: int | None = None) -> Page:
    """Return an event's applications as the methodist sees them, newest first; others' drafts are not told."""
    wanted = select(Application.id).where(Application.event_id == event.id)
    if state:
        wanted = wanted.where(Application.state == state)
    wanted = wanted.where(or_(Application.state != "draft", Application.entered_by_id.is_not(None)))
    if nomination:
        wanted = wanted.where(Application.nomination == nomination)
    if search:
        wanted = wanted.where(_matches(search))
    return _page(wanted, before, PAGE, joinedload(Application.organisation))


def next_to_check(event: Event, after: int) -> int | None:
    """Return the next submitted application of an event that waits for a methodist, the first one after the last, or None."""
    waiting = select(Application.id).where(Application.event_id == event.id, Application.state == "submitted").order_by(Application.id)
    later = db.session.scalar(waiting.where(Application.id > after).limit(1))
    return later or db.session.scalar(waiting.limit(1))


def _matches(search: str) -> object:
    number = search.rsplit("-", 1)[-1]
    if number.isdigit() and len(number) < 9:
        return Application.number == int(number)
    return place_in(Application.title_key, text_key(search)) > 0


@dataclass(frozen=True)
class Page:
    rows: Sequence[Application]
    older: int | None  # ask for rows before this id


def _page(wanted: Select[tuple[int]], before: int | None, most: int, *options: ExecutableOption) -> Page:
    """Return the newest of these ids as applications without their event: the ids of a page come from an index, its rows by them.

    Asked for whole rows in the order of ids, PostgreSQL would go through all events to find a page of one.
    """
    if before is not None:
        wanted = wanted.where(Application.id < before)
    page = select(Application).where(Application.id.in_(wanted.order_by(Application.id.desc()).limit(most + 1)))
    rows = db.session.scalars(page.options(lazyload(Application.event), *options).order_by(Application.id.desc())).all()
    return Page(rows[:most], rows[most - 1].id if len(rows) > most else None)


def count_by_state(event_id: int) -> dict[str, int]:
    return count_each(Application.state, STATE_NAMES, Application.event_id == event_id)


def file_or_404(attachment_id: int, visitor: Visitor) -> Attachment:
    """Return a file this visitor may read; a removed one is still read by who saw it in a submission."""
    attachment = db.session.get(Attachment, attachment_id)
    if attachment is None:
        abort(404)
    visible = db.session.scalar(visible_to(visitor).where(Application.id == attachment.application_id).with_only_columns(Application.id))
    if visible is None and not any(file_readers.collect(attachment, visitor)):
        abort(404)
    return attachment


def scan_or_404(receipt_id: int, visitor: Visitor) -> Receipt:
    """Return what came for an application with its scan: for the methodists of its centre alone, not for applicant or jury."""
    receipt = db.session.get(Receipt, receipt_id)
    if receipt is None or receipt.key is None or not visitor.is_methodist_of(receipt.application.event.centre_id):
        abort(404)
    return receipt


def own_at(event_id: int, person_id: int) -> Sequence[Application]:
    """Return what a person has at an event, not counting what she withdrew: what is still to be sent first, then the newest."""
    # From the person to her applications, which are few, and not through all of the event: so the event is no way into an index.
    wanted = select(Application).where(Application.id.in_(of_person(person_id)), func.coalesce(Application.event_id, 0) == event_id)
    unsent = Application.state.in_(("draft", "revision"))
    return db.session.scalars(
        wanted.where(Application.state != "withdrawn").order_by(unsent.desc(), Application.id.desc()).limit(PAGE)
    ).all()


def enough_of(event: Event, person: Person) -> Application | None:
    """Return her application when the regulation lets her hand in no more of them, to show it instead of a second one."""
    most = event.rules.most_of_a_person
    if most is None:
        return None
    own = [one for one in own_at(event.id, person.id) if one.applicant_id == person.id]
    return own[0] if len(own) >= most else None


def by_typed_number(event_id: int, typed: str) -> int | None:
    """Return the application of a number as people type it: «26-014», «14»."""
    number = typed.strip().rsplit("-", 1)[-1]
    if not number.isdecimal() or len(number) > 8:
        return None
    return db.session.scalar(select(Application.id).where(Application.event_id == event_id, Application.number == int(number)))
