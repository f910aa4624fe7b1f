"""The methodist goes through what waits for her check from one application to the next."""

from __future__ import annotations

from tests.world import NOON


def test_the_next_to_check_follows_and_begins_again_until_none_waits(world, as_nina):
    first, second = world.enter("vera", title="Первая"), world.enter("oleg", title="Вторая")
    next_one = f"/events/{world.ids['contest']}/applications/next"

    assert as_nina.get(f"{next_one}?after={first}").location == f"/applications/{second}"
    assert as_nina.get(f"{next_one}?after={second}").location == f"/applications/{first}"
    assert f"{next_one}?after={first}" in as_nina.get(f"/applications/{first}").text

    world.step(first, "admit", now=NOON)
    world.step(second, "admit", now=NOON)
    assert as_nina.get(next_one).location == f"/events/{world.ids['contest']}/applications"


def test_the_applicant_sees_no_way_to_the_next_one(world, as_vera):
    sent = world.enter("vera")

    assert "applications/next" not in as_vera.get(f"/applications/{sent}").text
