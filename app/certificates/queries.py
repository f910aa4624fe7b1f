"""Reading the register: by event, by centre, by person, by code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.certificates import grounds
from app.certificates.models import READY, REVOKED, Certificate
from app.database import db, place_in
from app.events.models import Event
from app.judging.models import Award
from app.people.access import Visitor

PAGE = 50


@dataclass(frozen=True)
class Page:
    rows: Sequence[Certificate]
    older: int | None


def visible_to(visitor: Visitor) -> Select[tuple[Certificate]]:
    """Her own papers, and those of the centres whose register she keeps."""
    if visitor.person is None:
        return select(Certificate).where(False)
    mine = Certificate.person_id == visitor.person.id
    if not visitor.centres:
        return select(Certificate).where(mine)
    return select(Certificate).where(or_(mine, Certificate.centre_id.in_(visitor.centres)))


def one_or_404(certificate_id: int, visitor: Visitor) -> Certificate:
    found = db.session.scalar(visible_to(visitor).where(Certificate.id == certificate_id).options(joinedload(Certificate.event)))
    if found is None:
        abort(404)
    return found


def managed_or_404(certificate_id: int, visitor: Visitor) -> Certificate:
    found = one_or_404(certificate_id, visitor)
    if not visitor.is_methodist_of(found.centre_id):
        abort(404)
    return found


def mine(visitor: Visitor, *, before: int | None = None) -> Page:
    wanted = select(Certificate).where(Certificate.person_id == visitor.person.id, Certificate.state.in_((READY, REVOKED)))
    return _page(wanted.options(joinedload(Certificate.event).lazyload(Event.schedule)), before)


def of_event(event: Event, *, state: str = "", before: int | None = None) -> Page:
    wanted = select(Certificate).where(Certificate.event_id == event.id)
    return _page(wanted.where(Certificate.state == state) if state else wanted, before)


def register(centres: frozenset[int], *, search: str = "", before: int | None = None) -> Page:
    """Return the register, newest first; the search finds a number or the beginning of a surname."""
    wanted = select(Certificate).where(Certificate.centre_id.in_(centres)).options(joinedload(Certificate.event).lazyload(Event.schedule))
    if search and search[0] in "0123456789":
        wanted = wanted.where(Certificate.id.in_(_numbered(centres, search)))
    elif search:
        name = search[:1].upper() + search[1:]
        wanted = wanted.where(or_(*(place_in(Certificate.recipient, one) == 1 for one in sorted({search, name}))))
    return _page(wanted, before)


def _numbered(centres: frozenset[int], search: str) -> Select[tuple[int]]:
    """Papers whose number begins so: four digits and more, with the year or without it.

    The digits and those that follow them are a range of an index whatever the order of signs there is; within it, all must agree.
    """
    begins = search.zfill(4) if search.isdecimal() else search
    digits = begins[: len(begins) - len(begins.lstrip("0123456789"))]
    following = f"{int(digits) + 1:0{len(digits)}d}"
    found = select(Certificate.id).where(Certificate.centre_id.in_(centres), Certificate.number >= digits)
    found = found.where(Certificate.number < following) if len(following) == len(digits) else found
    return found.where(Certificate.number.startswith(begins, autoescape=True))


def _page(wanted: Select[tuple[Certificate]], before: int | None) -> Page:
    if before is not None:
        wanted = wanted.where(Certificate.id < before)
    rows = db.session.scalars(wanted.order_by(Certificate.id.desc()).limit(PAGE + 1)).all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def counts(event_id: int) -> dict[str, int]:
    counted = select(Certificate.state, func.count()).where(Certificate.event_id == event_id).group_by(Certificate.state)
    return dict(db.session.execute(counted).all())


def replaceable(papers: Collection[Certificate]) -> set[int]:
    """Return the cancelled papers another may be issued for: none has been yet, and the award they were given for still stands."""
    following = {one.id: grounds.next_edition(one.ground) for one in papers if one.state == REVOKED}
    if not following:
        return set()
    issued = set(db.session.scalars(select(Certificate.ground).where(Certificate.ground.in_(following.values()))))
    awards = {one.id: award for one in papers if one.id in following and (award := grounds.award_of(one.ground)) is not None}
    standing = set(db.session.scalars(select(Award.id).where(Award.id.in_(awards.values()))))
    gone = {key for key, award in awards.items() if award not in standing}
    return {key for key, ground in following.items() if ground not in issued} - gone


def awarded_since_issued(event: Event) -> bool:
    """Say whether results that were approved anew gave awards with a paper after papers were last issued; asked then alone."""
    if event.released_at is None or event.approved_at is None or event.approved_at <= event.released_at:
        return False
    issued = select(func.max(Certificate.requested_at)).where(Certificate.event_id == event.id).scalar_subquery()
    with_paper = [one.key for one in event.rules.awards if one.paper is not None]
    found = select(Award.id).where(Award.event_id == event.id, Award.award.in_(with_paper), Award.recorded_at > issued)
    return db.session.scalar(select(found.exists())) is True


def by_code(code: str) -> Certificate | None:
    wanted = select(Certificate).where(Certificate.code == code)
    return db.session.scalar(wanted.options(joinedload(Certificate.person), joinedload(Certificate.event)))


def of_application(application_id: int, visitor: Visitor) -> Sequence[Certificate]:
    wanted = visible_to(visitor).where(Certificate.application_id == application_id, Certificate.state.in_((READY, REVOKED)))
    return db.session.scalars(wanted.order_by(Certificate.id)).all()
