"""The table of days off that people keep, year by year, and the dates that are counted in working days from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.database import db, trace
from app.events.models import CalendarYear, Event
from app.events.moments import named
from app.people.models import Person
from workflows import working_days
from workflows.parts import DateKey
from workflows.saying import Saying
from workflows.working_days import Year, YearMissing

Day = date
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})")


class Unread(Exception):
    """A word that is no day of the year."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def known() -> dict[int, Year]:
    """Return the years that people have entered."""
    return {row.year: Year(_days(row.off), _days(row.worked)) for row in db.session.scalars(select(CalendarYear))}


def _days(kept: Iterable[str]) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, kept))


def read(text: str, year: int) -> list[date]:
    """Return the days written as «1.01», «09.03» or «1.01-8.01», parted by commas, spaces or lines. Raises Unread."""
    found: set[date] = set()
    for word in re.split(r"[,;\s]+", text.replace("–", "-").strip()):
        if word:
            found |= _span(word, year)
    return sorted(found)


def _span(word: str, year: int) -> set[date]:
    first, _dash, last = word.partition("-")
    begins, ends = _day(first, year, word), _day(last or first, year, word)
    if ends < begins:
        raise Unread(word)
    return {begins + timedelta(days=number) for number in range((ends - begins).days + 1)}


def _day(text: str, year: int, word: str) -> date:
    match = DAY.fullmatch(text.removesuffix(f".{year}"))
    try:
        return date(year, int(match[2]), int(match[1])) if match else _fail(word)
    except ValueError as fault:
        raise Unread(word) from fault


def _fail(word: str) -> date:
    raise Unread(word)


def written(days: Iterable[date]) -> str:
    """Return days as people type them, those that follow one another as a span."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return ", ".join("-".join(dict.fromkeys(f"{one:%d.%m}" for one in (span[0], span[-1]))) for span in spans)


def keep(year: int, off: Iterable[date], worked: Iterable[date], *, by: Person, now: datetime) -> None:
    """Write the table of a year over what is known of it; dates counted before stay as they are."""
    row = db.session.get(CalendarYear, year) or CalendarYear(year=year)
    row.off, row.worked = [one.isoformat() for one in off], [one.isoformat() for one in worked]
    row.by_id, row.saved_at = by.id, now
    db.session.add(row)
    trace("calendar.kept", f"year:{year}", by=by.id, now=now)


def counted(event: Event, dates: Mapping[str, datetime | None], wanted: Collection[str]) -> tuple[dict[str, datetime], dict[str, Saying]]:
    """Return the moments of the dates that are counted from others, and what stands in the way, by key.

    `dates`: the moments that hold; `wanted`: the keys to count. A date whose anchor has no moment is left out.
    """
    if not wanted:
        return {}, {}
    years, held = known(), dict(dates)
    found: dict[str, datetime] = {}
    faults: dict[str, Saying] = {}
    for one in _anchors_first([one for one in event.rules.dates if one.key in wanted]):
        try:
            at = _count(one, held, event, years)
        except YearMissing as missing:
            faults[one.key] = Saying("calendar_year_missing", year=str(missing.year))
        else:
            if at is not None:
                found[one.key] = held[one.key] = at
    return found, faults


def _anchors_first(dates: Sequence[DateKey]) -> list[DateKey]:
    """Return dates so that each comes after the one it is counted from; the checker refuses circles."""
    left, ordered = list(dates), []
    while left:
        waiting = {one.key for one in left}
        ready = [one for one in left if (one.after or one.before) not in waiting] or left
        ordered += ready
        left = [one for one in left if one not in ready]
    return ordered


def _count(one: DateKey, dates: Mapping[str, datetime | None], event: Event, years: Mapping[int, Year]) -> datetime | None:
    anchor = one.after or one.before
    at = dates.get(anchor) if anchor else None
    if at is None or one.working_days is None:
        return None
    ends = event.rules.end_dates
    day = (at - timedelta(seconds=1) if anchor in ends else at).astimezone(event.zone).date()
    step = working_days.after if one.after else working_days.before
    return named(one.key, step(day, one.working_days, years), one.at, event.zone, ends)
