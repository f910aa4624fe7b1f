"""What the methodist meets when she opens the results."""

from __future__ import annotations

from sqlalchemy import delete, select

from app import clock
from app.database import committing, db
from app.judging import operations
from app.judging.models import Mark
from app.people.models import Appointment
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


def test_a_fault_names_the_work_by_its_number_and_the_juror_by_her_name(world, as_nina, work_off):
    jury(world)
    works = admitted(world, "Читающий двор")
    assigned(world)
    judge_all(world, {works[0]: 4})
    work_off()
    with committing():
        db.session.execute(delete(Mark).where(Mark.id == db.session.scalar(select(Mark.id).limit(1))))
        operations.refresh(world.contest)

    page = as_nina.get(f"/events/{world.ids['contest']}/results").text

    names = [one.person.initials for one in db.session.scalars(select(Appointment))]
    assert "Итоги не подсчитаны" in page
    assert sum(f"{name}, заявка № 26-001: в листе не хватает оценок" in page for name in names) == 1
