"""The same regulation once more: another year, another centre, another level whose winners go up to this one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.database import db, trace
from app.events import calendar
from app.events.models import Event, Schedule
from app.events.operations import Refused, school_year
from app.people.models import Centre, Person
from workflows.saying import Saying

LEVELS = ("school", "municipal", "intermunicipal", "regional", "national")


def hold_again(event: Event, centre: Centre, level: str, *, up: Event | None, by: Person, now: datetime) -> Event:
    """Begin another event of the same regulation and version, its dates a year or more later; nobody sees it before it is announced.

    `up`: the event of the same regulation at a higher level that winners go to. Raises Refused.
    """
    faults = {}
    if level not in LEVELS:
        faults["level"] = Saying("level_unknown")
    elif up is not None and (up.regulation_id != event.regulation_id or LEVELS.index(up.held_at) <= LEVELS.index(level)):
        faults["up"] = Saying("level_not_above")
    if faults:
        raise Refused(faults)
    made = Event(
        centre=centre,
        regulation_id=event.regulation_id,
        version=event.version,
        kind=event.kind,
        title=dict(event.title),
        school_year=school_year(now, centre.zone_info),
        level=level,
        feeds_id=up.id if up is not None else None,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    years = _years_on(event, now)
    moments = {one.key: at for one in event.rules.dates if not one.working_days and (at := event.date(one.key)) is not None}
    later = {key: _later(at.astimezone(event.zone).replace(tzinfo=made.zone), years) for key, at in moments.items()}
    counted, _missing = calendar.counted(made, later, {one.key for one in event.rules.dates if one.working_days})
    for key, at in {**later, **counted}.items():
        made.schedule.append(Schedule(key=key, at=at, ground="", author_id=by.id, recorded_at=now))
    trace("event.held_again", f"event:{made.id}", by=by.id, now=now, of=event.id)
    return made


def _years_on(event: Event, now: datetime) -> int:
    """Return after how many years the first date lies ahead again: none, where all dates are still to come."""
    moments = [at for one in event.rules.dates if (at := event.date(one.key)) is not None]
    first = min(moments, default=now).astimezone(event.zone)
    years = 0
    while years < 50 and _later(first, years) < now:
        years += 1
    return years


def _later(at: datetime, years: int) -> datetime:
    """Return the same day and hour so many years later; 29 February becomes 28."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, day=28)


def higher(event: Event) -> Sequence[Event]:
    """Return the events of the same regulation whose results are not approved yet: where winners may go."""
    wanted = select(Event).where(Event.regulation_id == event.regulation_id, Event.approved_at.is_(None), Event.released_at.is_(None))
    return db.session.scalars(wanted.order_by(Event.id.desc()).limit(100)).all()
