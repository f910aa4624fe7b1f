"""Loads and tallies are kept with the acts, and must say what counting would say."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.database import committing, db
from app.judging import figures, operations
from app.judging.models import Assignment, Load
from app.people.models import Appointment
from tests.judging.cast import admitted, assigned, judge_all, jury, sheet, sheets_of
from tests.world import DAY, NOON


def counted() -> dict[int, tuple[int, int]]:
    rows = select(Assignment.juror_id, func.count(Assignment.id), func.count(Assignment.done_at)).where(Assignment.recused_at.is_(None))
    return {juror: (due, done) for juror, due, done in db.session.execute(rows.group_by(Assignment.juror_id))}


def kept() -> dict[int, tuple[int, int]]:
    return {juror: (due, done) for juror, due, done in db.session.execute(select(Load.juror_id, Load.due, Load.done)) if due}


def tally(world) -> tuple[int, int, bool]:
    db.session.expire_all()
    row = figures.tally(world.contest.id)
    return row.works, row.full, row.tied


@pytest.fixture
def works(world):
    jury(world, 4)
    found = admitted(world, "Читающий двор", "Ночь в библиотеке", "Книга на ладони")
    assigned(world)
    return found


def test_loads_follow_every_act(world, works):
    assert kept() == counted()
    mine = sheets_of(works[0])[0]
    sheet(mine, 4)
    sheet(mine, 5)
    assert kept() == counted()
    waiting = [one for work in works for one in sheets_of(work) if one != mine]
    left, taken = (db.session.get_one(Assignment, one) for one in waiting[:2])
    with committing():
        operations.recuse(left, "Знаю автора", by=left.juror.person, now=NOON)
    assert kept() == counted()
    with committing():
        operations.unassign(taken, by=world.nina, now=NOON)
    assert kept() == counted()
    world.step(works[2], "withdraw", by="vera")
    assert kept() == counted()
    with committing():
        juror = db.session.get_one(Appointment, db.session.get_one(Assignment, mine).juror_id)
        operations.dismiss_juror(world.contest, juror, by=world.nina, now=NOON + DAY)
    assert kept() == counted()


def test_tally_counts_works_as_they_come_are_judged_and_go(world, works, work_off):
    assert tally(world) == (3, 0, False)
    judge_all(world, {works[0]: 4, works[1]: 4})
    db.session.rollback()
    work_off()
    assert tally(world) == (3, 2, True)

    world.step(works[1], "withdraw", by="vera")
    assert tally(world)[:2] == (2, 1)
    db.session.rollback()
    work_off()
    assert tally(world) == (2, 1, False)
    world.step(works[2], "reconsider", reason="Ошибка проверки")
    assert tally(world) == (1, 1, False)
    world.step(works[2], "admit")
    assert tally(world) == (2, 1, False)


def test_draft_that_is_withdrawn_was_never_counted(world, works):
    other = world.enter("vera", title="Черновик")
    world.step(other, "withdraw", by="vera")

    assert tally(world) == (3, 0, False)
