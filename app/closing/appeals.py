"""Appeals: until when, whose, and what is answered. What may come of one stands in the regulation; people decide it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import BinaryIO

from flask import abort, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, lazyload

from app import wording
from app.applications import behalf, letters
from app.applications.models import Application, Author, Receipt
from app.closing import upheld
from app.closing.models import Appeal
from app.database import db, trace
from app.events.models import Event
from app.judging import reopening
from app.judging.acts import order_words
from app.people import access
from app.people.access import Visitor
from app.people.models import Person
from workflows.saying import Saying

OUTCOMES = {"upheld": _l("Удовлетворена"), "partly": _l("Удовлетворена частично"), "rejected": _l("Отклонена")}
TONES = {"upheld": "done", "partly": "amber", "rejected": ""}
JUDGED = ("admitted", "closed")
PAGE = 50


class Refused(Exception):
    """The act is not possible; the sayings tell why, by field («» for the whole form)."""

    def __init__(self, faults: Mapping[str, Saying]) -> None:
        super().__init__(", ".join(one.key for one in faults.values()))
        self.faults = dict(faults)


def until(event: Event) -> datetime | None:
    """Return when appeals end: the midnight after the last day, so many days after the results were published there."""
    rules = event.rules.appeals
    if not rules.allowed or rules.days is None or event.released_at is None:
        return None
    day = event.released_at.astimezone(event.zone).date() + timedelta(days=rules.days + 1)
    return datetime.combine(day, time(), event.zone)


def is_open(event: Event, now: datetime) -> bool:
    ends = until(event)
    return ends is not None and now < ends


def of_application(application_id: int) -> Appeal | None:
    return db.session.scalar(select(Appeal).where(Appeal.application_id == application_id))


def of_event(event_id: int, *, after: int = 0) -> tuple[Sequence[Appeal], int | None]:
    """Return a page of an event's appeals, those without an answer first, and after which the next page begins."""
    answered = Appeal.answered_at.is_not(None)
    ids = select(Appeal.id).where(Appeal.event_id == event_id)
    if after:
        last = select(answered).where(Appeal.id == after).scalar_subquery()
        ids = ids.where(or_(answered > last, and_(answered == last, Appeal.id > after)))
    # The works are joined to a page of them: PostgreSQL would join all and sort then.
    wanted = select(Appeal).where(Appeal.id.in_(ids.order_by(answered, Appeal.id).limit(PAGE + 1))).order_by(answered, Appeal.id)
    rows = db.session.scalars(wanted.options(joinedload(Appeal.application).options(lazyload(Application.event)))).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def unanswered(event_id: int) -> int:
    return db.session.scalar(select(func.count(Appeal.id)).where(Appeal.event_id == event_id, Appeal.answered_at.is_(None))) or 0


def waiting(centres: Collection[int], *, most: int = 5) -> list[tuple[Event, int]]:
    """Return events of these centres with how many of their appeals wait for an answer, the longest waiting first: one statement."""
    counted = select(Appeal.event_id.label("id"), func.count(Appeal.id).label("number"), func.min(Appeal.filed_at).label("since"))
    left = counted.where(Appeal.answered_at.is_(None)).group_by(Appeal.event_id).subquery()
    wanted = select(Event, left.c.number).join(left, left.c.id == Event.id).where(Event.centre_id.in_(centres))
    rows = db.session.execute(wanted.options(lazyload(Event.schedule)).order_by(left.c.since).limit(most)).unique()
    return [(event, number) for event, number in rows]


def managed_or_404(appeal_id: int, visitor: Visitor) -> Appeal:
    """Return an appeal against results of a centre whose events this visitor runs."""
    wanted = select(Appeal).join(Event, Event.id == Appeal.event_id).where(Appeal.id == appeal_id, Event.centre_id.in_(visitor.centres))
    found = db.session.scalar(wanted)
    if found is None:
        abort(404)
    return found


def may_file(application: Application, person: Person, now: datetime) -> Saying | None:
    """Return why a person cannot appeal against the result of an application, or None."""
    event = application.event
    if not event.rules.appeals.allowed:
        return Saying("appeals_forbidden")
    if event.released_at is None or application.state not in JUDGED:
        return Saying("appeal_before_results")
    if application.applicant_id != person.id:
        return Saying("appeal_not_yours")
    ends = until(event)
    return Saying("appeal_late", closed=ends) if ends is not None and now >= ends else None


def enter(
    application: Application,
    text: str,
    *,
    ground: str,
    received_at: datetime,
    scan: tuple[BinaryIO, str] | None,
    by: Person,
    now: datetime,
) -> Appeal:
    """File an appeal that came by letter or on paper for its applicant: the term is counted by the time it came. Raises Refused."""
    if received_at < (application.event.released_at or now):
        raise Refused({"received_at": Saying("appeal_before_results")})
    try:
        receipt = behalf.receive(application, ground=ground, received_at=received_at, by=by, now=now, scan=scan, about="appeal")
    except behalf.Refused as fault:
        raise Refused({"received_at" if fault.saying.key == "received_in_future" else "scan": fault.saying}) from fault
    late = may_file(application, application.applicant, received_at)
    if late is not None:
        raise Refused({"received_at" if late.key == "appeal_late" else "": late})
    return file(application, text, by=application.applicant, now=received_at, receipt=receipt)


def file(application: Application, text: str, *, by: Person, now: datetime, receipt: Receipt | None = None) -> Appeal:
    """File the one appeal of an application; tell the methodists, and the applicant that it has come. Raises Refused."""
    refusal = may_file(application, by, now)
    if refusal is None and of_application(application.id) is not None:
        refusal = Saying("appeal_twice")
    if refusal is not None:
        raise Refused({"": refusal})
    if not text.strip():
        raise Refused({"text": Saying("appeal_empty")})
    appeal = Appeal(event_id=application.event_id, application_id=application.id, text=text.strip(), by_id=by.id, filed_at=now)
    appeal.receipt = receipt
    try:
        with db.session.begin_nested():
            db.session.add(appeal)
    except IntegrityError as twice:  # pressed twice at once
        raise Refused({"": Saying("appeal_twice")}) from twice
    acted = receipt.at if receipt is not None else now
    trace("appeal.filed", f"application:{application.id}", by=receipt.by_id if receipt is not None else by.id, now=acted)
    _tell("appeal_received", appeal, by, acted, behalf=receipt.ground if receipt is not None else "")
    for person in access.methodists_of(application.event.centre_id, acted):
        _tell("appeal_filed", appeal, person, acted, link=f"{current_app.config['BASE_URL']}/appeals/{appeal.id}")
    return appeal


def answer(appeal: Appeal, outcome: str, ground: str, *, by: Person, now: datetime) -> None:
    """Record what became of an appeal and tell the applicant. Raises Refused; nobody answers about a work of her own."""
    faults = {}
    if appeal.answered_at is not None:
        raise Refused({"": Saying("appeal_answered_already")})
    if by.id == appeal.application.applicant_id or _is_author(appeal.application_id, by.id):
        raise Refused({"": Saying("appeal_own_work")})
    if outcome not in OUTCOMES:
        faults["outcome"] = Saying("appeal_outcome_missing")
    if not ground.strip():
        faults["ground"] = Saying("ground_missing")
    if faults:
        raise Refused(faults)
    appeal.outcome, appeal.ground, appeal.answered_by_id, appeal.answered_at = outcome, ground.strip(), by.id, now
    trace("appeal.answered", f"application:{appeal.application_id}", by=by.id, now=now, outcome=outcome)
    outcomes = wording.both("outcome", lambda: str(OUTCOMES[outcome]))
    _tell("appeal_answered", appeal, appeal.application.applicant, now, reason=appeal.ground, **outcomes)


def _is_author(application_id: int, person_id: int) -> bool:
    wanted = select(Author.id).where(Author.application_id == application_id, Author.person_id == person_id)
    return db.session.scalar(wanted.limit(1)) is not None


def _tell(name: str, appeal: Appeal, person: Person, now: datetime, **more: str) -> None:
    work = appeal.application
    letters.write(name, work, [person], {**letters.about(work), **more}, key=f"{name}:{appeal.id}", now=now)


# What pages show


@dataclass(frozen=True)
class Told:
    """What an applicant reads about appealing: the term, or why not, and what she filed."""

    term: str
    may_file: bool
    forbidden: bool
    text: str
    outcome: str
    ground: str
    enter_url: str  # where a methodist enters one for the applicant
    revised: str  # the act that approved the results anew after it was upheld


def told(application: Application, person: Person | None, now: datetime, *, enter_url: str = "") -> Told:
    event, appeal, ends = application.event, of_application(application.id), until(application.event)
    free = appeal is None and person is not None and may_file(application, person, now) is None
    return Told(
        term=wording.term(ends, event.zone, year=True) if ends else "",
        may_file=free,
        forbidden=not event.rules.appeals.allowed,
        text=appeal.text if appeal else "",
        outcome=str(OUTCOMES[appeal.outcome]) if appeal and appeal.outcome else "",
        ground=appeal.ground if appeal else "",
        enter_url="" if appeal else enter_url,
        revised=order_words(reopening.revised_by(event, application.id)) if appeal and appeal.outcome in upheld.UPHELD else "",
    )


def term_words(event: Event, now: datetime) -> str:
    """Return what everybody reads beside published results: until when one may appeal, or that one may not."""
    if not event.rules.appeals.allowed:
        return _("Апелляции на итоги не принимаются.")
    ends = until(event)
    if ends is None:
        return ""
    if now >= ends:
        return _("Приём апелляций закончился %(term)s.", term=wording.term(ends, event.zone, year=True))
    return _(
        "Апелляцию можно подать до %(term)s: на странице своей заявки или письмом организатору.",
        term=wording.term(ends, event.zone, year=True),
    )
