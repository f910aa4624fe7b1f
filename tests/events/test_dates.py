"""A date that moved stands beside the one it was, with its ground, wherever it is read."""

from __future__ import annotations

from app import clock
from app.database import committing
from app.events import operations, pages
from tests.world import DAY


def test_a_date_moved_after_the_announcement_shows_what_it_was_and_why(world, now, client, as_nina):
    with committing():
        event = world.contest
        before = pages.dates(event, now)
        operations.set_dates(
            event, {"intake_closes": event.date("intake_closes") + 5 * DAY}, ground="Приказ № 9: просьба школ", by=world.nina, now=now
        )
    assert [(one.was, one.note) for one in before] == [("", "")] * len(before)

    moved = {one.key: (one.was, one.note) for one in pages.dates(world.contest, now) if one.was or one.note}
    was = next(one.when for one in before if one.key == "intake_closes")

    assert moved == {"intake_closes": (was, "Приказ № 9: просьба школ")}
    for page in (client.get(f"/events/{world.ids['contest']}").text, as_nina.get(f"/events/{world.ids['contest']}/desk").text):
        assert (f"<s>{was}</s>" in page.replace(' class="soft"', ""), "Приказ № 9: просьба школ" in page) == (True, True)


def test_a_date_changed_before_the_announcement_has_no_history(world, now):
    with committing():
        event = operations.begin(world.centre, "contest", by=world.nina, now=now)
        operations.set_dates(event, {"results_on": event.date("results_on") + DAY}, ground="", by=world.nina, now=now + DAY)
        operations.announce(event, by=world.nina, now=now + 2 * DAY)
        dates = pages.dates(event, now)

    assert [(one.was, one.note) for one in dates] == [("", "")] * len(dates)


def test_one_press_prolongs_an_end_and_leaves_the_old_date(world, now, as_nina):
    before, event = world.contest.date("intake_closes"), world.ids["contest"]
    data = {"key": "intake_closes", "days": "7", "ground": "Просьба участников"}
    assert as_nina.post(f"/events/{event}/dates/prolong", data={**data, "ground": " "}).status_code == 422
    assert as_nina.post(f"/events/{event}/dates/prolong", data={**data, "key": "results_on"}).status_code == 422
    assert as_nina.post(f"/events/{event}/dates/prolong", data={**data, "days": "0"}).status_code == 404
    assert as_nina.post(f"/events/{event}/dates/prolong", data=data).status_code == 302

    assert world.contest.date("intake_closes") == before + 7 * DAY
    assert [row.at for row in world.contest.schedule if row.key == "intake_closes"][-2:] == [before, before + 7 * DAY]


def test_an_end_that_has_passed_is_prolonged_from_today_and_stays_before_what_follows(world, now, as_nina):
    event, past = world.ids["contest"], world.contest.date("intake_closes")
    clock.stop_at(past + DAY)
    assert as_nina.post(f"/events/{event}/dates/prolong", data={"key": "intake_closes", "days": "3", "ground": "Метель"}).status_code == 302
    assert past + 3 * DAY < world.contest.date("intake_closes") <= past + 5 * DAY
    late = as_nina.post(f"/events/{event}/dates/prolong", data={"key": "intake_closes", "days": "30", "ground": "Метель"})
    assert (late.status_code, "Эта дата раньше" in late.text) == (422, True)


def test_a_meeting_is_on_until_its_day_is_over(world, now):
    event = world.bridge
    with committing():
        operations.set_dates(event, {"intake_closes": now - DAY, "held_on": now}, ground="Проба", by=world.nina, now=now)
    midnight = now.astimezone(event.zone).replace(hour=0, minute=0, second=0, microsecond=0) + DAY

    chips = [pages.chip_of(world.bridge, at)[0] for at in (now, midnight - DAY / 1000, midnight)]

    assert chips == ["Идёт сегодня", "Идёт сегодня", "Завершено"]
