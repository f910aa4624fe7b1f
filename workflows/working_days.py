"""Working days, from a table of the days off of a year: weekends, holidays, and weekend days that are worked for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class Year:
    """What differs from the plain week in a year: days off on which people would work, weekend days on which they do."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


class YearMissing(Exception):
    """Nobody has said which days of a year are off: nothing is guessed."""

    def __init__(self, year: int) -> None:
        super().__init__(str(year))
        self.year = year


def is_working(day: date, years: Mapping[int, Year]) -> bool:
    """Raises YearMissing for a year that is not in the table."""
    if day.year not in years:
        raise YearMissing(day.year)
    table = years[day.year]
    return day in table.worked or (day.weekday() < SATURDAY and day not in table.off)


def after(day: date, count: int, years: Mapping[int, Year]) -> date:
    """Return the working day that is so many working days after a day; the day itself does not count."""
    return _step(day, count, years, timedelta(days=1))


def before(day: date, count: int, years: Mapping[int, Year]) -> date:
    """Return the last day that lies at least so many working days before a day, itself a working one."""
    return _step(day, count, years, timedelta(days=-1))


def _step(day: date, count: int, years: Mapping[int, Year], one: timedelta) -> date:
    while count > 0:
        day += one
        count -= is_working(day, years)
    return day
