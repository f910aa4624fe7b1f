"""Judging on both databases: people who act at once, and every page once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import committing, db
from app.events import operations as events
from app.events.models import Event
from app.judging import operations
from app.judging.models import Award, Order, Review, Standing
from app.judging.operations import Late
from app.people.models import Person
from tests.judging.cast import admitted, assigned, judge_all, jury, lev_sheet, sheet, sheets_of
from tests.world import NOON

pytestmark = pytest.mark.stores

FOUR = ("Читающий двор", "Ночь в библиотеке", "Книга на ладони", "Библиоквест")


@pytest.fixture
def works(world):
    """Four admitted works of one nomination with a jury of three and nothing marked yet."""
    jury(world)
    found = admitted(world, *FOUR)
    assigned(world)
    return found


def at_once(app: Any, *acts: Any) -> list[Any]:
    """Do acts in threads that start together; return what each gave or raised."""
    gate = Barrier(len(acts))

    def one(act: Any) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return act()
            except Exception as fault:
                return fault
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_f9_two_jurors_who_finish_at_once_are_both_counted(app, world, works, work_off):
    judge_all(world, dict(zip(works[1:], (4, 3, 2), strict=True)))
    first, second, third = sheets_of(works[0])
    sheet(first, 5)

    assert at_once(app, lambda: sheet(second, 5), lambda: sheet(third, 5)) == [None, None]
    work_off()
    row = db.session.scalars(select(Standing).where(Standing.application_id == works[0])).one()
    assert (row.sheets, row.exact, row.place, row.status) == (3, "25", 1, "in")


def test_f7_the_same_sheet_finished_many_times_at_once_is_one(app, world, works, work_off):
    one = sheets_of(works[0])[0]
    at_once(app, *[lambda: sheet(one, 4)] * 6)

    assert db.session.scalar(select(func.count(Review.id))) == 1
    db.session.rollback()
    work_off()
    row = db.session.scalars(select(Standing).where(Standing.application_id == works[0])).one()
    assert (row.sheets, row.exact) == (1, "20")


def test_f8_two_methodists_approve_at_once_and_one_order_stands(app, world, works):
    judge_all(world, dict(zip(works, (5, 4, 3, 2), strict=True)))
    event, nina = world.contest.id, world.nina.id

    def approving(number: str) -> Any:
        def act() -> str:
            with committing():
                by = db.session.get_one(Person, nina)
                operations.approve(db.session.get_one(Event, event), number=number, day=NOON.date(), by=by, now=NOON)
            return number

        return act

    given = at_once(app, approving("1"), approving("2"))
    assert [type(one) for one in given if not isinstance(one, str)] == [Late]
    assert [str(db.session.scalars(select(Order.number)).one())] == [one for one in given if isinstance(one, str)]
    assert len(db.session.scalars(select(Award.id)).all()) == 4


def test_the_whole_way_through_the_pages(world, works, as_lev, as_nina, as_vera, client, work_off):
    event, mine = world.contest.id, lev_sheet(world, works[0]).id
    every = {"m_novelty": "4", "m_method": "5", "m_result": "7", "m_fit": "3", "m_literacy": "2", "action": "done", "seen": "0"}
    assert {as_lev.get(path).status_code for path in ("/desk", "/desk?show=done", f"/assignments/{mine}")} == {200}
    assert as_lev.post(f"/assignments/{mine}/review", data=every).status_code == 302
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    db.session.rollback()
    work_off()

    pages = ("desk", "jury", "jury?seed=3&search=член", "results", "decisions", "entries")
    assert {as_nina.get(f"/events/{event}/{page}").status_code for page in pages} == {200}
    name = db.session.scalars(select(Standing.list).where(Standing.application_id == works[0])).one()
    tie = {"list_name": name, f"place_{works[0]}": "1", f"place_{works[1]}": "2", "ground": "Протокол № 2"}
    assert as_nina.post(f"/events/{event}/decisions/tie", data=tie).status_code == 302
    assert as_nina.post(f"/events/{event}/results/approve", data={"number": "47", "day": "2026-11-20"}).status_code == 302
    assert as_nina.post(f"/events/{event}/results/release").status_code == 302
    assert client.get(f"/events/{event}/winners").status_code == 200
    assert "Диплом I степени" in as_vera.get(f"/applications/{works[0]}").get_data(as_text=True)
    assert {one.get("/").status_code for one in (as_lev, as_nina)} == {200}


def test_entered_values_decisions_and_a_locked_version_on_both(world, works, as_nina):
    event = world.contest
    with committing():
        assert (
            operations.enter(event, "final", {(work, 0): str(20 - place // 2) for place, work in enumerate(works)}, by=world.nina, now=NOON)
            == 4
        )
    with committing():
        assert operations.enter(world.contest, "final", {(works[3], 0): "18"}, by=world.nina, now=NOON) == 1
    with committing():
        waiting = operations.refresh(world.contest).waiting
    assert [(one.kind, one.entries) for one in waiting] == [("tie", (str(works[0]), str(works[1])))]
    with committing():
        operations.decide_tie(world.contest, waiting[0].list, {works[0]: 2, works[1]: 1}, "Протокол № 2", by=world.nina, now=NOON)
    with committing():
        operations.decide_award(world.contest, works[3], "third", given=True, ground="Протокол № 2", by=world.nina, now=NOON)
    body = {**world.contest.version.body, "ranking": {"by": ["nomination"], "places": "dense"}}
    with pytest.raises(events.Refused), committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    kept = select(Standing.application_id, Standing.place, Standing.exact).order_by(Standing.place)
    assert list(db.session.execute(kept)) == [(works[1], 1, "20"), (works[0], 2, "20"), (works[2], 3, "19"), (works[3], 4, "18")]
    assert as_nina.get(f"/events/{world.contest.id}/decisions").status_code == 200
