"""Reads of what is written down when an event ends: standings as minutes have them, and what came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, distinct, false, func, or_, select, union, union_all
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload

from app.applications.models import Application, Author
from app.database import db
from app.judging.models import Assignment, Award, Order, Review, Standing
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


def standings(
    event_id: int, names: Sequence[str], *, without: Collection[str] = (), after: Standing | None = None, most: int | None = None
) -> list[Standing]:
    """Return rows of these lists in this order, by place, those without a place last; with works, authors and organisations.

    `without` are verdicts whose rows are left out. `most` rows, after one of them: no list is read further than it is shown.
    """
    if not names:
        return []
    wanted = select(Standing).where(Standing.event_id == event_id, Standing.list.in_(names), Standing.verdict.not_in(without))
    if most is not None:
        wanted = select(Standing).where(Standing.id.in_(_page_of(wanted, names, after, most)))
    work = joinedload(Standing.application)
    lean = work.options(lazyload(Application.event), lazyload(Application.applicant), joinedload(Application.organisation))
    rows = db.session.scalars(wanted.options(lean, work.selectinload(Application.authors))).unique()
    number = {name: place for place, name in enumerate(names)}
    return sorted(rows, key=lambda one: (number[one.list], one.place is None, one.place, one.application_id))[:most]


def _page_of(wanted: Select[tuple[Standing]], names: Sequence[str], after: Standing | None, most: int) -> Any:
    """Return the ids of the first rows of each list, two ranges of one index for each: with a place, and without."""
    ranges = []
    for name in names[names.index(after.list) :] if after is not None else names:
        hers = wanted.where(Standing.list == name).with_only_columns(Standing.id)
        placed, rest = hers.where(Standing.place.is_not(None)), hers.where(Standing.place.is_(None))
        if after is not None and name == after.list:
            placed, rest = _beyond(after, placed, rest)
        ranges += [placed.order_by(Standing.place, Standing.application_id), rest.order_by(Standing.application_id)]
    return union_all(*(select(one.limit(most).subquery().c.id) for one in ranges))


def _beyond(after: Standing, placed: Select[tuple[int]], rest: Select[tuple[int]]) -> tuple[Select[tuple[int]], Select[tuple[int]]]:
    later = Standing.application_id > after.application_id
    if after.place is None:
        return placed.where(false()), rest.where(later)
    return placed.where(or_(Standing.place > after.place, and_(Standing.place == after.place, later))), rest


def standing_with_number(event_id: int, standing_id: int, *, without: Collection[str] = ()) -> tuple[Standing, int] | None:
    """Return a row with its number in its list, from 1."""
    one, other = Standing, aliased(Standing)
    before = or_(other.place < one.place, and_(other.place == one.place, other.application_id <= one.application_id))
    rest = and_(one.place.is_(None), or_(other.place.is_not(None), other.application_id <= one.application_id))
    counted = select(func.count(other.id)).where(other.event_id == event_id, other.list == one.list, other.verdict.not_in(without))
    wanted = select(one, counted.where(or_(before, rest)).correlate(one).scalar_subquery()).options(lazyload(one.application))
    found = db.session.execute(wanted.where(one.id == standing_id, one.event_id == event_id)).first()
    return (found[0], found[1]) if found is not None else None


def sheet_totals(event_id: int, stage: str, works: Collection[int] | None) -> dict[int, list[str]]:
    """Return work -> the exact totals of its finished sheets at a stage, in the order of the jurors; of all works, or of these."""
    wanted = select(Assignment.application_id, Review.total).join(Review, Review.assignment_id == Assignment.id)
    wanted = wanted.where(Assignment.stage == stage, Assignment.recused_at.is_(None), Review.final_at.is_not(None))
    if works is None:
        wanted = wanted.join(Application, Application.id == Assignment.application_id).where(Application.event_id == event_id)
    else:
        wanted = wanted.where(Assignment.application_id.in_(works))
    found: dict[int, list[str]] = {}
    for work, total in db.session.execute(wanted.order_by(Assignment.juror_id)):
        found.setdefault(work, []).append(total)
    return found


def recorded_awards(event_id: int, works: Collection[int] | None) -> dict[int, list[tuple[str, str]]]:
    """Return work -> its awards as (key, list), in the order they were recorded."""
    wanted = select(Award.application_id, Award.award, Award.list).where(Award.event_id == event_id)
    if works is not None:
        wanted = wanted.where(Award.application_id.in_(works))
    found: dict[int, list[tuple[str, str]]] = {}
    for work, award, name in db.session.execute(wanted.order_by(Award.id)):
        found.setdefault(work, []).append((award, name))
    return found


def received(event_id: int) -> Received:
    """Count what came in, in one statement. All rows of the event are read: only whole minutes have these figures."""
    came = (Application.event_id == event_id, Application.number.is_not(None))
    authors = select(func.count(distinct(Author.person_id))).join(Application).where(*came)
    entered = select(Application.organisation_id.label("id")).where(*came)
    places = union(entered, select(Author.organisation_id.label("id")).join(Application).where(*came)).subquery()
    territory = func.coalesce(func.nullif(Organisation.territory, ""), func.nullif(Organisation.city, ""))
    here = select(Organisation).join(places, places.c.id == Organisation.id)
    figures = (
        authors,
        here.with_only_columns(func.count(Organisation.id)),
        here.with_only_columns(func.count(distinct(territory))),
    )
    counted = select(Application.nomination, Application.state, func.count(), *(one.scalar_subquery() for one in figures)).where(*came)
    nominations: dict[str, tuple[int, int]] = {}
    together, disqualified = (0, 0, 0), 0
    for key, state, count, *rest in db.session.execute(counted.group_by(Application.nomination, Application.state)):
        all_, admitted = nominations.get(key, (0, 0))
        nominations[key] = (all_ + count, admitted + (count if state in ADMITTED else 0))
        disqualified += count if state == DISQUALIFIED else 0
        together = tuple(rest)
    return Received(
        received=sum(one for one, _admitted in nominations.values()),
        admitted=sum(admitted for _one, admitted in nominations.values()),
        disqualified=disqualified,
        authors=together[0],
        organisations=together[1],
        territories=together[2],
        nominations=nominations,
    )


def holders(event_id: int, keys: Collection[str]) -> Sequence[tuple[Award, int | None]]:
    """Return who holds one of these awards, with its place in the list the award was read from."""
    wanted = select(Award, Standing.place).where(Award.event_id == event_id, Award.award.in_(keys)).order_by(Award.id)
    wanted = wanted.outerjoin(Standing, and_(Standing.application_id == Award.application_id, Standing.list == Award.list))
    lean = joinedload(Award.application).options(lazyload(Application.event), lazyload(Application.applicant))
    return [
        (one, place)
        for one, place in db.session.execute(wanted.options(lean, joinedload(Award.application).selectinload(Application.authors)))
    ]


def whole_works(event_id: int, ids: Collection[int]) -> Sequence[Application]:
    """Return works of an event with authors and files."""
    wanted = select(Application).where(Application.event_id == event_id, Application.id.in_(ids)).order_by(Application.id)
    return db.session.scalars(wanted.options(selectinload(Application.authors), selectinload(Application.attachments))).all()


def acts_of(event_id: int) -> list[Order]:
    """Return all acts about the results, former ones too."""
    return list(db.session.scalars(select(Order).where(Order.event_id == event_id).order_by(Order.id)))


def sent_from(event_id: int, up_id: int) -> dict[int, Application]:
    """Return the works of an event that were sent up to another, by id: found from the few that came there, not among all works here."""
    above, work = aliased(Application), aliased(Application)
    # An outer join, because its order is given: from above by an index, each work by its id.
    wanted = select(work).select_from(above).outerjoin(work, and_(work.id == above.from_id, work.event_id == event_id))
    wanted = wanted.where(above.event_id == up_id, above.from_id.is_not(None)).order_by(above.from_id)
    return {one.id: one for one in db.session.scalars(wanted.options(lazyload(work.event), lazyload(work.applicant))) if one is not None}
