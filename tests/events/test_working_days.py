"""Dates counted in working days: from the table of an administrator, anew where their anchor moves, never guessed."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from app.database import committing, db
from app.events import calendar
from app.events import operations as events
from app.events.models import CalendarYear, Event
from tests.world import DAY, NOON

OFF = "1.01-8.01, 23.02"


@pytest.fixture
def draft(world) -> int:
    """A contest in preparation whose list of the admitted follows five working days after the intake."""
    body = copy.deepcopy(world.contest.version.body)
    body["dates"].append({"key": "lists_on", "title": {"ru": "Список допущенных"}, "after": "intake_closes", "working_days": 5})
    with committing():
        made = events.begin(world.centre, "", by=world.nina, now=NOON, body=body)
        return made.id


def keep(world, *years: int) -> None:
    with committing():
        for year in years:
            calendar.keep(year, calendar.read(OFF, year), [], by=world.admin, now=NOON)


def event(draft: int) -> Event:
    db.session.rollback()
    return db.session.get_one(Event, draft)


def moments(running: Event, **given):
    return {one.key: running.date(one.key) for one in running.rules.dates} | given


def closing(world, day: date):
    """The midnight after a day, there."""
    from app.events.moments import named

    return named("intake_closes", day, None, world.centre.zone_info)


def save(world, draft: int, **given) -> None:
    with committing():
        running = db.session.get_one(Event, draft)
        later = {"judging_closes": NOON + 200 * DAY, "results_on": NOON + 210 * DAY}
        events.set_dates(running, moments(running, **later, **given), ground="", by=world.nina, now=NOON)


def day_of(draft: int, key: str = "lists_on") -> date | None:
    running = event(draft)
    at = running.date(key)
    return at.astimezone(running.zone).date() if at else None


def test_a_missing_year_is_said_and_nothing_is_guessed(world, draft):
    assert day_of(draft) is None
    with pytest.raises(events.Refused) as refusal:
        save(world, draft, intake_closes=closing(world, date(2027, 2, 19)))

    assert refusal.value.faults["lists_on"].key == "calendar_year_missing"
    assert refusal.value.faults["lists_on"].values["year"] == "2027"
    assert day_of(draft) is None


def test_the_date_is_counted_over_weekends_and_holidays(world, draft):
    keep(world, 2026, 2027)
    save(world, draft, intake_closes=closing(world, date(2027, 2, 19)))  # Friday; Tuesday the 23rd is off

    assert day_of(draft) == date(2027, 3, 1)


def test_it_is_counted_anew_where_its_anchor_moves_and_stands_where_people_set_it(world, draft):
    keep(world, 2026, 2027)
    save(world, draft, intake_closes=closing(world, date(2027, 2, 1)))
    assert day_of(draft) == date(2027, 2, 8)
    save(world, draft, intake_closes=closing(world, date(2027, 2, 2)))
    assert day_of(draft) == date(2027, 2, 9)
    save(world, draft, lists_on=NOON + 100 * DAY)
    assert event(draft).date("lists_on") == NOON + 100 * DAY
    save(world, draft)
    assert event(draft).date("lists_on") == NOON + 100 * DAY


@pytest.mark.parametrize(
    ("text", "word"), [("32.01", "32.01"), ("1.13", "1.13"), ("завтра", "завтра"), ("8.01-1.01", "8.01-1.01"), ("1.1.2026", "1.1.2026")]
)
def test_what_is_no_day_of_the_year_is_told(text, word):
    with pytest.raises(calendar.Unread) as unread:
        calendar.read(text, 2027)
    assert unread.value.word == word


def test_days_are_read_and_written_as_people_type_them():
    days = calendar.read("1.01–8.01, 23.02\n9.03.2027; 1.05", 2027)

    assert len(days) == 11
    assert calendar.written(days) == "01.01-08.01, 23.02, 09.03, 01.05"


def test_the_administrator_keeps_the_table(world, signed_in, as_nina, as_vera):
    as_admin = signed_in("admin")
    assert "Календаря на этот год ещё нет" in as_admin.get("/admin/calendar").get_data(as_text=True)
    refused = as_admin.post("/admin/calendar", data={"year": "2027", "off": "1.01, потом", "worked": ""})
    assert refused.status_code == 422
    assert "потом" in refused.get_data(as_text=True)
    assert db.session.get(CalendarYear, 2027) is None

    as_admin.post("/admin/calendar", data={"year": "2027", "off": OFF, "worked": "20.02"})
    db.session.rollback()
    assert (len(db.session.get_one(CalendarYear, 2027).off), db.session.get_one(CalendarYear, 2027).worked) == (9, ["2027-02-20"])
    assert "01.01-08.01" in as_admin.get("/admin/calendar?year=2027").get_data(as_text=True)
    assert [one.get("/admin/calendar").status_code for one in (as_nina, as_vera)] == [404, 404]
