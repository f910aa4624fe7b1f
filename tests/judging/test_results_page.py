"""What the methodist meets when she opens the results."""

from __future__ import annotations

from app import clock
from tests.judging.cast import admitted, assigned, judge_all, jury
from tests.world import DAY, NOON


def test_the_page_opens_on_the_first_list_that_has_works(world, as_nina, work_off):
    jury(world)
    works = admitted(world, "Читающий двор", number=1)  # the second nomination: the first one is empty
    assigned(world)
    judge_all(world, {works[0]: 4})
    work_off()

    page = as_nina.get(f"/events/{world.ids['contest']}/results").text

    assert ("Читающий двор" in page, "Здесь пока пусто" in page) == (True, False)


def test_it_warns_while_entries_still_come_in(world, as_nina):
    path = f"/events/{world.ids['contest']}/results"
    assert "Приём заявок ещё идёт" in as_nina.get(path).text

    clock.stop_at(NOON + 11 * DAY)

    assert "Приём заявок ещё идёт" not in as_nina.get(path).text
