"""Reads of what is written down when an event ends: standings as minutes have them, and what came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import distinct, func, select, union
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app.applications.models import Application, Author, Move
from app.database import db
from app.judging.models import Assignment, Review, Standing
from app.people.models import Organisation
from workflows.judging.given import DISQUALIFIED

ADMITTED = ("admitted", "closed")


@dataclass(frozen=True)
class Received:
    """How much came in: applications, authors, organisations, territories; received and admitted of each nomination."""

    received: int
    admitted: int
    disqualified: int
    authors: int
    organisations: int
    territories: int
    nominations: dict[str, tuple[int, int]]


def standings(event_id: int, stage: str, *, most: int | None = None) -> Sequence[Standing]:
    """Return all rows of a stage's lists, by list and place, with works, authors and organisations: a constant number of statements."""
    wanted = select(Standing).where(Standing.event_id == event_id, Standing.stage == stage)
    work = joinedload(Standing.application)
    people = work.selectinload(Application.authors)
    wanted = wanted.options(
        work.options(lazyload(Application.event), lazyload(Application.applicant), joinedload(Application.organisation)), people
    )
    wanted = wanted.order_by(Standing.list, Standing.place.is_(None), Standing.place, Standing.application_id)
    return db.session.scalars(wanted.limit(most)).unique().all()


def sheet_totals(event_id: int, stage: str) -> dict[int, list[str]]:
    """Return work -> the exact totals of its finished sheets at a stage, in the order of the jurors."""
    wanted = select(Assignment.application_id, Review.total).join(Review, Review.assignment_id == Assignment.id)
    wanted = wanted.join(Application, Application.id == Assignment.application_id)
    wanted = wanted.where(Application.event_id == event_id, Assignment.stage == stage)
    wanted = wanted.where(Assignment.recused_at.is_(None), Review.final_at.is_not(None)).order_by(Assignment.juror_id)
    found: dict[int, list[str]] = {}
    for work, total in db.session.execute(wanted):
        found.setdefault(work, []).append(total)
    return found


def disqualifying_moves(event_id: int) -> Sequence[Move]:
    """Return by which steps applications left the ranking or came back, with the applications."""
    wanted = select(Move).join(Application, Application.id == Move.application_id).options(joinedload(Move.application))
    wanted = wanted.where(Application.event_id == event_id, Move.step.in_(("disqualify", "reinstate")))
    return db.session.scalars(wanted.order_by(Move.id)).all()


def received(event_id: int) -> Received:
    """Count what came in, in a handful of statements."""
    came = (Application.event_id == event_id, Application.number.is_not(None))
    nominations: dict[str, tuple[int, int]] = {}
    disqualified = 0
    counted = select(Application.nomination, Application.state, func.count()).where(*came)
    for key, state, count in db.session.execute(counted.group_by(Application.nomination, Application.state)):
        all_, admitted = nominations.get(key, (0, 0))
        nominations[key] = (all_ + count, admitted + (count if state in ADMITTED else 0))
        disqualified += count if state == DISQUALIFIED else 0
    authors = select(func.count(distinct(Author.person_id))).join(Application).where(*came).scalar_subquery()
    entered = select(Application.organisation_id.label("id")).where(*came)
    places = union(entered, select(Author.organisation_id.label("id")).join(Application).where(*came)).subquery()
    territory = func.coalesce(func.nullif(Organisation.territory, ""), func.nullif(Organisation.city, ""))
    towns = select(func.count(Organisation.id), func.count(distinct(territory)), authors).select_from(Organisation)
    organisations, territories, people = db.session.execute(towns.join(places, places.c.id == Organisation.id)).one()
    return Received(
        received=sum(one for one, _admitted in nominations.values()),
        admitted=sum(admitted for _one, admitted in nominations.values()),
        disqualified=disqualified,
        authors=people or 0,
        organisations=organisations,
        territories=territories,
        nominations=nominations,
    )


def begun_at(event_id: int, onces: Collection[str]) -> frozenset[str]:
    """Return which of these applications an event has already."""
    wanted = select(Application.once).where(Application.event_id == event_id, Application.once.in_(onces))
    return frozenset(one for one in db.session.scalars(wanted) if one)


def whole_works(event_id: int, ids: Collection[int]) -> Sequence[Application]:
    """Return works of an event with authors and files."""
    wanted = select(Application).where(Application.event_id == event_id, Application.id.in_(ids)).order_by(Application.id)
    return db.session.scalars(wanted.options(selectinload(Application.authors), selectinload(Application.attachments))).all()
