"""The points of a series: kept with approved results, added up over the events of a centre. Pages read these rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, delete, func, insert, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app.applications.models import Application, Author
from app.database import db
from app.events.models import Event
from app.judging.models import SeriesPoints
from app.people.models import Organisation, Person
from workflows.awards import Series
from workflows.judging.outcome import Results

PAGE = 50
UNITS = 10_000  # of one point


def keep(event: Event, results: Results) -> None:
    """Write what every work earned over what stood there before, in the current transaction."""
    db.session.execute(delete(SeriesPoints).where(SeriesPoints.event_id == event.id))
    rows = [
        {"series": series, "event_id": event.id, "application_id": int(entry), "units": int(points * UNITS)}
        for entry, earned in results.series.items()
        for series, points in earned.items()
        if points
    ]
    if rows:
        db.session.execute(insert(SeriesPoints), rows)


def shown(units: int) -> Decimal:
    """Return points as they are written: no zeros at the end."""
    points = (Decimal(units) / UNITS).normalize()
    return points.quantize(Decimal(1)) if points == points.to_integral_value() else points


# Of one event


def counts(event_id: int) -> dict[str, int]:
    """Return series -> how many works of an event earned points for it."""
    wanted = select(SeriesPoints.series, func.count()).where(SeriesPoints.event_id == event_id).group_by(SeriesPoints.series)
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def of_event(event_id: int, series: str, *, number: int) -> tuple[Sequence[SeriesPoints], bool]:
    """Return a page of works with their points, the most first, and whether there are more."""
    wanted = select(SeriesPoints).join(SeriesPoints.application).where(SeriesPoints.event_id == event_id, SeriesPoints.series == series)
    work = joinedload(SeriesPoints.application).options(lazyload(Application.event), selectinload(Application.authors))
    wanted = wanted.options(work).order_by(SeriesPoints.units.desc(), Application.number, Application.id)
    rows = db.session.scalars(wanted.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


# Of all events of a centre


def is_told(public: bool) -> ColumnElement[bool]:
    """Say of which events points are read: published ones, and by staff approved ones too. What was published stays to be read
    while results are reviewed."""
    return Event.released_at.is_not(None) if public else or_(Event.released_at.is_not(None), Event.approved_at.is_not(None))


def events_of(centre_id: int, series: str, *, public: bool) -> Sequence[Event]:
    """Return the events at which points for a series were earned, in their order."""
    having = select(SeriesPoints.event_id).where(SeriesPoints.series == series)
    wanted = select(Event).where(Event.centre_id == centre_id, Event.id.in_(having), is_told(public))
    return db.session.scalars(wanted.options(lazyload(Event.schedule)).order_by(Event.id)).all()


def rule_of(events: Sequence[Event], series: str) -> Series | None:
    """Return what the latest event says of a series."""
    return next((one for event in reversed(events) for one in event.rules.series if one.key == series), None)


@dataclass(frozen=True)
class Sum:
    """Whose points, how many in all and at each event. Equal sums share a place."""

    place: int
    whose: int
    units: int
    earned: Mapping[int, int]


def sums(events: Collection[int], series: str, *, recipient: str, number: int) -> tuple[list[Sum], bool]:
    """Return a page of those who earned points at these events, the most first, and whether there are more. `whose` is the id of
    an organisation or of a person, as the series says. Two statements at any number."""
    earned = _earned(events, series, recipient)
    rows = db.session.execute(_ranked(earned, recipient).offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    page = rows[:PAGE]
    cells = select(earned.c.whose, earned.c.event_id, func.sum(earned.c.units)).where(earned.c.whose.in_([one.whose for one in page]))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for whose, event, units in db.session.execute(cells.group_by(earned.c.whose, earned.c.event_id)):
        found[whose][event] = int(units)
    return [Sum(one.place, one.whose, int(one.total), found[one.whose]) for one in page], len(rows) > PAGE


def _earned(events: Collection[int], series: str, recipient: str) -> Subquery:
    """Points by recipient, event and work: two authors of one organisation earn it the points of their work once."""
    whose = Author.organisation_id if recipient == "organisation" else Author.person_id
    wanted = select(whose.label("whose"), SeriesPoints.event_id, SeriesPoints.application_id, SeriesPoints.units)
    wanted = wanted.join(Author, Author.application_id == SeriesPoints.application_id)
    wanted = wanted.where(SeriesPoints.series == series, SeriesPoints.event_id.in_(events), whose.is_not(None))
    return wanted.distinct().subquery("earned")


def _ranked(earned: Subquery, recipient: str) -> Select[Any]:
    """Everybody with a sum and a place; equal ones by name."""
    totals = select(earned.c.whose, func.sum(earned.c.units).label("total")).group_by(earned.c.whose).subquery("totals")
    place = func.rank().over(order_by=totals.c.total.desc()).label("place")
    named: type[Organisation | Person] = Organisation if recipient == "organisation" else Person
    names = (Organisation.order_key,) if recipient == "organisation" else (Person.surname, Person.given_name, Person.patronymic)
    wanted = select(totals.c.whose, totals.c.total, place).join(named, named.id == totals.c.whose)
    return wanted.order_by(totals.c.total.desc(), *names, totals.c.whose)


def organisations(ids: Collection[int]) -> dict[int, str]:
    wanted = select(Organisation.id, Organisation.short_name).where(Organisation.id.in_(ids))
    return {one.id: one.short_name for one in db.session.execute(wanted)}


def people(ids: Collection[int]) -> Sequence[Person]:
    return db.session.scalars(select(Person).where(Person.id.in_(ids))).all()
