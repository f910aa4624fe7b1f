"""Working days: weekends and holidays do not count, transferred days do, and a year nobody entered is not guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import working_days
from workflows.working_days import Year, YearMissing

PLAIN = {year: Year() for year in range(2020, 2040)}
MARCH = {2027: Year(off=frozenset({date(2027, 3, 8)}), worked=frozenset({date(2027, 3, 6)}))}


@pytest.mark.parametrize(
    ("start", "count", "years", "end"),
    [
        (date(2027, 3, 4), 1, {2027: Year()}, date(2027, 3, 5)),  # Thursday: Friday
        (date(2027, 3, 5), 1, {2027: Year()}, date(2027, 3, 8)),  # Friday: Monday
        (date(2027, 3, 5), 1, MARCH, date(2027, 3, 6)),  # Saturday is worked
        (date(2027, 3, 6), 1, MARCH, date(2027, 3, 9)),  # Monday 8 March is off
        (date(2027, 3, 1), 5, {2027: Year()}, date(2027, 3, 8)),
    ],
)
def test_after(start, count, years, end):
    assert working_days.after(start, count, years) == end


@pytest.mark.parametrize(
    ("end", "count", "years", "start"),
    [
        (date(2027, 3, 8), 1, {2027: Year()}, date(2027, 3, 5)),
        (date(2027, 3, 9), 1, MARCH, date(2027, 3, 6)),
        (date(2027, 3, 7), 2, {2027: Year()}, date(2027, 3, 4)),
    ],
)
def test_before(end, count, years, start):
    assert working_days.before(end, count, years) == start


def test_a_year_that_nobody_entered_is_said():
    with pytest.raises(YearMissing) as missing:
        working_days.after(date(2027, 12, 31), 1, {2027: Year()})
    assert missing.value.year == 2028


@given(st.dates(date(2022, 1, 1), date(2037, 1, 1)), st.integers(1, 250))
def test_there_and_back_is_never_later_than_the_start(day, count):
    end = working_days.after(day, count, PLAIN)

    assert sum(working_days.is_working(day + timedelta(days=one), PLAIN) for one in range(1, (end - day).days + 1)) == count
    assert working_days.before(end, count, PLAIN) <= day
