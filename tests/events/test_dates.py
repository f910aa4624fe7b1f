"""A date that moved stands beside the one it was, with its ground, wherever it is read."""

from __future__ import annotations

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
