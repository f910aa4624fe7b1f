"""Appointing, the draw over rows, single works, stepping back, reminding."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.database import committing, db
from app.judging import operations, queries
from app.judging.models import Assignment
from app.judging.operations import Late, Refused
from app.notifications.models import Notification
from app.people import operations as people
from app.people.models import Appointment
from tests.judging.cast import admitted, assigned, judge_all, jury, lev_sheet, sheet, sheets_of
from tests.world import DAY, NOON


def letters(name: str) -> list[str]:
    return list(db.session.scalars(select(Notification.address).where(Notification.name == name).order_by(Notification.id)))


def jurors_of_work(work: int) -> set[int]:
    return set(db.session.scalars(select(Assignment.juror_id).where(Assignment.application_id == work)))


def test_juror_is_appointed_once_and_told(world):
    for _again in range(2):
        with committing():
            operations.appoint_juror(world.contest, world.lev, chair=True, by=world.nina, now=NOON)

    rows = db.session.scalars(select(Appointment).where(Appointment.event_id == world.contest.id)).all()
    assert [(row.person_id, row.role, row.chair) for row in rows] == [(world.lev.id, "juror", True)]
    assert letters("juror_appointed") == ["lev@example.org"]


def test_new_chair_takes_the_place_of_the_old_one(world):
    first, second, _third = jury(world)
    with committing():
        operations.make_chair(world.contest, db.session.get_one(Appointment, second), "Приказ № 5", by=world.nina, now=NOON)

    assert [(one.id, one.chair) for one in queries.jurors_of(world.contest.id, NOON)][:2] == [(second, True), (first, False)]


def test_each_admitted_work_gets_its_jurors_and_each_juror_one_letter(world):
    jury(world)
    works = admitted(world, "Читающий двор", "Ночь в библиотеке")
    world.enter(title="Не допущена")
    assigned(world)

    assert [len(sheets_of(work)) for work in works] == [3, 3]
    assert db.session.scalar(select(func.count(Assignment.id))) == 6
    assert letters("works_assigned") == ["lev@example.org", "", ""]


def test_juror_of_the_same_school_never_gets_the_work(world):
    seats = jury(world, 4)
    with committing():
        colleague = people.add_person(surname="Белова", given_name="Анна", organisation=world.school, post="учитель", now=NOON)
        db.session.flush()
        own = operations.appoint_juror(world.contest, colleague, chair=False, by=world.nina, now=NOON).id
        assert own not in seats
    work = admitted(world, "Читающий двор")[0]
    assigned(world)

    assert own not in jurors_of_work(work)
    with pytest.raises(Refused) as refused, committing():
        juror = db.session.get_one(Appointment, own)
        operations.add_work(world.contest, queries.works_by_id([work])[work], juror, by=world.nina, now=NOON)
    assert [said.key for said in refused.value.sayings] == ["conflict_same_organisation"]


def test_author_who_is_a_juror_never_gets_her_own_work(world):
    jury(world)
    with committing():
        operations.appoint_juror(world.contest, world.vera, chair=False, by=world.nina, now=NOON)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)

    persons = {row.person_id for row in db.session.scalars(select(Appointment).where(Appointment.id.in_(jurors_of_work(work))))}
    assert world.vera.id not in persons


def test_works_that_cannot_be_filled_are_named(world):
    jury(world, 2)
    work = admitted(world, "Читающий двор")[0]
    with committing():
        plan = operations.assign(world.contest, by=world.nina, now=NOON, seed=1)

    assert [(one.work, one.lacking) for one in plan.short] == [(work, 1)]


def test_assigning_again_adds_only_what_is_missing(world):
    jury(world)
    first = admitted(world, "Читающий двор")[0]
    assigned(world)
    before = sheets_of(first)
    second = admitted(world, "Ночь в библиотеке")[0]
    assigned(world)
    assigned(world, now=NOON + DAY)

    assert sheets_of(first) == before
    assert len(sheets_of(second)) == 3


def test_begun_sheet_is_never_taken_away(world):
    jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    begun, other, _third = sheets_of(work)
    sheet(begun, {"novelty": "1"}, final=False)

    with committing():
        operations.unassign(db.session.get_one(Assignment, other), by=world.nina, now=NOON)
    with pytest.raises(Refused) as refused, committing():
        operations.unassign(db.session.get_one(Assignment, begun), by=world.nina, now=NOON)

    assert [said.key for said in refused.value.sayings] == ["sheet_begun"]
    assert begun in sheets_of(work)
    assert other not in sheets_of(work)


def test_who_stepped_back_is_replaced_and_never_asked_again(world):
    seats = jury(world, 4)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    left = db.session.get_one(Assignment, sheets_of(work)[0])
    person, juror = left.juror.person, left.juror_id
    with committing():
        operations.recuse(left, "Знаю автора", by=person, now=NOON)
    assigned(world, now=NOON + DAY)

    held = db.session.scalars(select(Assignment.juror_id).where(Assignment.application_id == work, Assignment.recused_at.is_(None))).all()
    assert sorted(held) == sorted(set(seats) - {juror})
    assert [(one.juror_id, one.recused_reason) for one in queries.recusals(world.contest.id)] == [(juror, "Знаю автора")]


def test_dismissed_juror_leaves_finished_sheets_and_frees_the_rest(world):
    seats = jury(world, 3)
    works = admitted(world, "Читающий двор", "Ночь в библиотеке")
    assigned(world)
    sheet(lev_sheet(world, works[0]).id, 4)
    with committing():
        operations.dismiss_juror(world.contest, db.session.get_one(Appointment, seats[0]), by=world.nina, now=NOON)

    left = db.session.scalars(select(Assignment.application_id).where(Assignment.juror_id == seats[0])).all()
    assert left == [works[0]]
    assert seats[0] not in [one.id for one in queries.jurors_of(world.contest.id, NOON + DAY)]


def test_nobody_is_assigned_after_the_approval(world):
    jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    judge_all(world, {work: 4})
    with committing():
        operations.approve(world.contest, number="12", day=NOON.date(), by=world.nina, now=NOON)

    with pytest.raises(Late), committing():
        operations.assign(world.contest, by=world.nina, now=NOON)


def test_reminder_goes_to_who_has_works_left_and_once_a_day(world):
    seats = jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    for _again in range(2):
        with committing():
            assert operations.remind(world.contest, db.session.get_one(Appointment, seats[0]), by=world.nina, now=NOON)
    assert letters("jury_reminder") == ["lev@example.org"]

    sheet(lev_sheet(world, work).id, 4)
    with committing():
        assert not operations.remind(world.contest, db.session.get_one(Appointment, seats[0]), by=world.nina, now=NOON + DAY)
