"""From the days that a document names to the moments of a schedule."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflows.regulation import DateKey

ENDS = frozenset({"intake_closes", "judging_closes", "show_closes"})  # ends whatever the regulation; others are ends of its windows


def first_moment(one: DateKey, now: datetime, zone: ZoneInfo, ends: Collection[str] = ENDS) -> datetime | None:
    """Return the moment a date has from the start: the day and hour its document names, else so many days from now."""
    if one.on is not None:
        return named(one.key, one.on, one.at, zone, ends)
    return usual(one.key, one.default_after_days, now, zone, ends) if one.default_after_days is not None else None


def named(key: str, day: date, at: str | None, zone: ZoneInfo, ends: Collection[str] = ENDS) -> datetime:
    """Return the moment of a day that a document names: «по 10 марта» ends with that day, «до 17:00» with that minute."""
    if at is not None:
        return datetime.combine(day, time.fromisoformat(at), zone) + (timedelta(minutes=1) if key in ends else timedelta(0))
    if key in ends:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time(15 if key == "held_on" else 9 if key == "results_on" else 0), zone)


def usual(key: str, after_days: int, now: datetime, zone: ZoneInfo, ends: Collection[str] = ENDS) -> datetime:
    """Return the usual moment of a date: an end is the midnight after its day, a meeting is at 15:00, the rest at 9:00."""
    day = (now.astimezone(zone) + timedelta(days=after_days)).replace(minute=0, second=0, microsecond=0)
    if key in ends:
        return day.replace(hour=0) + timedelta(days=1)
    return day.replace(hour=15 if key == "held_on" else 9 if after_days else day.hour)
