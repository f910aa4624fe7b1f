"""Clocks that jump, summer time, leap days, people and servers in other zones: no term moves, no daily work is left out. F11."""

from __future__ import annotations

import copy
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import schedule
from sqlalchemy import select, text

from app import background, clock, wording
from app.background import Job
from app.database import committing, db
from app.events import again, moments
from app.events import operations as events
from app.events.models import Schedule
from app.judging import stages
from app.relay import Relay
from tests.world import NOON
from workflows import conditions

BERLIN, KOMSOMOLSK = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Vladivostok")
HOUR = timedelta(hours=1)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # a day of 23 hours, a day of 25 hours
INSTANT = timedelta(microseconds=1)


# The clock of a machine jumps


def ticks_of(jumps: dict[int, timedelta], days: int = 3) -> list[datetime]:
    """Return what the clock shows at a tick every half an hour, when it jumps at some of them."""
    shown, now = [], datetime(2027, 3, 26, 12, 5, tzinfo=UTC)
    for number in range(days * 48):
        now += timedelta(minutes=30) + jumps.get(number, timedelta(0))
        shown.append(now)
    return shown


@pytest.mark.parametrize(
    "jumps",
    [
        {},
        {22: HOUR, 25: -HOUR},  # ahead over midnight and back
        {24: -HOUR},
        {23: HOUR},
        {22: -HOUR, 60: HOUR, 90: -HOUR, 91: HOUR},
    ],
)
@pytest.mark.usefixtures("app")
def test_f11_daily_work_is_asked_for_once_for_every_day_whatever_the_clock_does(jumps):
    shown = ticks_of(jumps)
    for now in shown:
        background.tick(now)
        background.tick(now)  # a second beat

    days = {now.timestamp() // 86400 for now in shown}
    keys = db.session.scalars(select(Job.key).where(Job.kind == "background.sweep")).all()
    assert sorted(keys) == sorted(f"clock:background.sweep:{int(one)}" for one in days)
    hours = {now.timestamp() // 3600 for now in shown}
    keys = db.session.scalars(select(Job.key).where(Job.kind == "meetings.remind")).all()
    assert sorted(keys) == sorted(f"clock:meetings.remind:{int(one)}" for one in hours)


def test_f11_a_clock_set_back_keeps_the_beat_silent_for_as_long_as_it_shows_what_was_done():
    """Celery asks when the last tick was: after a jump back of an hour that hour is told again, and its work is done already."""
    half_a_minute = schedule(timedelta(seconds=30), nowfun=lambda: NOON)
    due, wait = half_a_minute.is_due(NOON + HOUR)

    assert not due
    assert timedelta(seconds=wait) <= HOUR + timedelta(seconds=30)
    assert half_a_minute.is_due(NOON - HOUR)[0]


@pytest.mark.usefixtures("world")
def test_f11_work_goes_on_after_the_clock_was_set_back_and_nothing_is_done_twice(app):
    done: list[int] = []
    background.job("clock.test", lasting=False)(lambda number: done.append(number))  # noqa: PLW0108  (it is called by name)
    with db.session.begin_nested():
        background.enqueue("clock.test", "clock.test:1", now=NOON, number=1)
        background.enqueue("clock.test", "clock.test:2", now=NOON + HOUR, number=2)  # queued while the clock ran ahead
    db.session.commit()
    rung: list[None] = []
    relay = Relay(ring=lambda: rung.append(None), ring_heartbeat=lambda: None, slots=2)

    for shown in (NOON + timedelta(minutes=1), NOON + HOUR, NOON, NOON + 2 * HOUR, NOON + HOUR):
        clock.stop_at(shown)
        relay.look(clock.now(), time.monotonic())
        background.work_off()
    assert done == [1, 2]
    assert rung
    background._kinds.pop("clock.test")


def test_f11_a_term_is_what_is_written_whatever_the_clock_did_before(world, as_vera):
    draft = world.enter(submit=False)
    ends = world.contest.date("intake_closes")
    for shown, state in ((ends, "draft"), (ends + HOUR, "draft"), (ends - INSTANT, "submitted")):
        clock.stop_at(shown)
        as_vera.post(f"/applications/{draft}/steps/submit")
        assert db.session.scalar(text("SELECT state FROM application")) == state
    assert world.contest.date("intake_closes") == ends


# Days of 23 and 25 hours, 29 February


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_f11_a_term_ends_with_its_day_though_the_day_is_shorter_or_longer(day):
    ends = moments.named("intake_closes", day, None, BERLIN)
    begins = moments.named("intake_closes", day - timedelta(days=1), None, BERLIN)

    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=23 if day == SPRING else 25)
    assert (ends.astimezone(UTC) - INSTANT).astimezone(BERLIN).date() == day
    summer = day == SPRING
    with_zone = "UTC+02:00" if summer else "UTC+01:00"
    assert wording.zone_name(BERLIN, ends - timedelta(minutes=1)) == with_zone


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_f11_so_many_days_from_now_is_the_same_hour_on_the_other_side_of_summer_time(day):
    noon = datetime.combine(day - timedelta(days=3), datetime.min.time(), BERLIN) + timedelta(hours=12)
    found = moments.usual("held_on", 5, noon.astimezone(UTC), BERLIN)
    assert (found.date(), found.hour) == (day + timedelta(days=2), 15)

    later = datetime.combine(day - timedelta(days=3), datetime.min.time(), BERLIN)
    assert moments.usual("intake_closes", 5, later.astimezone(UTC), BERLIN).hour == 0


@pytest.fixture
def in_berlin(world):
    """The contest in a zone with summer time, its final with a window of its own."""
    body = copy.deepcopy(world.contest.version.body) | {"zone": "Europe/Berlin"}
    body["dates"] += [
        {"key": "final_opens", "title": "Финал с", "needed": False},
        {"key": "final_closes", "title": "Финал по", "needed": False},
    ]
    next(one for one in body["stages"] if one["kind"] == "marks")["window"] = {"opens": "final_opens", "closes": "final_closes"}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    return world


def typed(world, **dates: str) -> dict[str, str]:
    known = {one.key: world.contest.date(one.key) for one in world.contest.rules.dates}
    ends = world.contest.rules.end_dates
    shown = {
        f"d_{key}": (at - timedelta(minutes=key in ends)).astimezone(world.contest.zone).strftime("%Y-%m-%dT%H:%M")
        for key, at in known.items()
        if at is not None
    }
    return {**shown, **{f"d_{key}": value for key, value in dates.items()}, "ground": "Приказ № 2"}


def test_f11_the_window_of_a_stage_holds_both_its_days_in_the_zone_over_the_change_of_the_clocks(in_berlin, as_nina):
    world = in_berlin
    answer = as_nina.post(
        f"/events/{world.ids['contest']}/dates",
        data=typed(
            world,
            final_opens="2027-03-27T00:00",
            final_closes="2027-03-28T23:59",
            judging_closes="2027-03-29T23:59",
            results_on="2027-04-02T09:00",
        ),
    )
    assert answer.status_code == 302, re.findall(r'class="[^"]*fault[^"]*">([^<]+)', answer.text)

    event = world.contest
    stage = next(one for one in event.rules.stages if one.window is not None)
    first, last = datetime(2027, 3, 26, 23, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC)  # +01:00 at first, +02:00 at last
    assert (stages.opens(event, stage), stages.closes(event, stage)) == (first, last)
    open_at = [stages.is_open(event, stage, at) for at in (first - INSTANT, first, last - INSTANT, last)]
    assert open_at == [False, True, True, False]
    assert (event.days()["final_opens"], event.days()["final_closes"]) == (date(2027, 3, 27), date(2027, 3, 28))


def test_f11_what_the_form_shows_is_kept_as_it_was_when_nothing_is_changed(in_berlin, as_nina):
    world, path = in_berlin, f"/events/{in_berlin.ids['contest']}/dates"
    as_nina.post(
        path,
        data=typed(
            world,
            final_opens="2027-10-30T00:00",
            final_closes="2027-10-31T23:59",
            judging_closes="2027-11-05T23:59",
            results_on="2027-11-09T09:00",
        ),
    )
    before = world.contest.date("final_closes")
    shown = dict(re.findall(r'name="(d_[a-z_]+)"[^>]*value="([^"]*)"', as_nina.get(path).text))
    assert shown["d_final_closes"] == "2027-10-31T23:59"

    as_nina.post(path, data={**shown, "ground": "Ничего"})
    db.session.rollback()
    assert world.contest.date("final_closes") == before == datetime(2027, 10, 31, 23, tzinfo=UTC)


def test_f11_prolonging_by_days_keeps_the_end_of_the_day_over_the_change_of_the_clocks(in_berlin, as_nina):
    world = in_berlin
    dates = typed(world, intake_closes="2027-03-26T23:59", judging_closes="2027-05-01T23:59", results_on="2027-05-09T09:00")
    assert as_nina.post(f"/events/{world.ids['contest']}/dates", data=dates).status_code == 302
    with committing():
        at = events.prolong(world.contest, "intake_closes", 5, ground="Каникулы", by=world.nina, now=NOON)
    assert at.astimezone(UTC) == datetime(2027, 3, 31, 22, tzinfo=UTC)


def test_f11_29_february():
    leap = datetime(2028, 2, 29, tzinfo=KOMSOMOLSK)
    assert again._later(leap, 1) == datetime(2029, 2, 28, tzinfo=KOMSOMOLSK)
    assert moments.named("intake_closes", date(2028, 2, 29), None, KOMSOMOLSK).date() == date(2028, 3, 1)
    assert moments.named("intake_closes", date(2027, 2, 28), None, KOMSOMOLSK).date() == date(2027, 3, 1)
    born = date(2004, 2, 29)
    assert [conditions.full_years(born, on) for on in (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 28), date(2028, 2, 29))] == [
        21,
        22,
        23,
        24,
    ]


# A server in another zone, a visitor in another zone


@pytest.fixture(params=["UTC", "America/St_Johns", "Pacific/Apia"])
def machine(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.stores
def test_f11_the_zone_of_the_machine_and_of_the_database_is_seen_nowhere(machine, store, world, as_vera, as_nina, work_off):
    if db.engine.dialect.name == "postgresql":
        name = db.session.scalar(text("SELECT current_database()"))
        db.session.execute(text(f"ALTER DATABASE \"{name}\" SET timezone TO '{machine}'"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        assert db.session.scalar(text("SHOW timezone")) == machine
    work = world.enter()
    page = as_vera.get(f"/applications/{work}").text.replace("\u00a0", " ")
    announcement = as_vera.get(f"/events/{world.ids['contest']}").text.replace("\u00a0", " ")

    db.session.rollback()
    kept = dict(db.session.execute(select(Schedule.key, Schedule.at).where(Schedule.event_id == world.ids["contest"])).all())
    assert kept["intake_closes"] == datetime(2026, 12, 3, 14, tzinfo=UTC)
    if db.engine.dialect.name == "sqlite":
        raw = db.session.scalar(
            text("SELECT at FROM schedule WHERE key = 'intake_closes' AND event_id = :contest ORDER BY id DESC"),
            {"contest": world.ids["contest"]},
        )
        assert str(raw).startswith("2026-12-03 14:00:00")
    assert "3 декабря, 23:59 по Комсомольску" in announcement
    assert "23 ноября, 12:00" in page
    worked = as_nina.post(f"/events/{world.ids['contest']}/dates", data=typed(world, results_on="2026-12-30T10:00"))
    assert worked.status_code == 302
    db.session.rollback()
    assert world.contest.date("results_on") == datetime(2026, 12, 30, tzinfo=UTC)
    assert world.contest.date("intake_closes") == datetime(2026, 12, 3, 14, tzinfo=UTC)


def test_f11_every_page_with_a_term_names_the_zone_of_the_competition(world, as_vera, as_lev, client):
    draft = world.enter(submit=False)
    pages = [
        as_vera.get(path).text
        for path in ("/", f"/applications/{draft}", f"/applications/{draft}/form/check", f"/events/{world.ids['contest']}")
    ]
    pages.append(client.get("/events").text)
    told = [
        said for page in pages for said in re.findall(r"\d{1,2} [а-я]+(?: \d{4} г\.)?, \d{2}:\d{2}[^<]{0,20}", page.replace("\u00a0", " "))
    ]
    assert [page for page in pages if "по Комсомольску" not in page] == []
    assert len(told) > 5
