"""The draw: conflicts out, loads even, started sheets stay, the same seed the same result."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.judging.draw import OWN, RECUSED, SAME_ORGANISATION, Seat, Work, conflict, draw


def seats(count: int, **organisations: int) -> list[Seat]:
    return [
        Seat(number, frozenset({1000 + number}), frozenset({organisations.get(f"j{number}", 900 + number)}))
        for number in range(1, count + 1)
    ]


def works(count: int, **more: object) -> list[Work]:
    return [Work(number, frozenset({number}), frozenset({number % 5}), **more) for number in range(1, count + 1)]  # type: ignore[arg-type]


def test_every_work_gets_its_jurors_and_loads_differ_by_one_at_most():
    plan = draw(works(31), seats(7), per_work=3, seed=4)

    assert {len(jurors) for jurors in plan.works.values()} == {3}
    assert max(plan.loads.values()) - min(plan.loads.values()) <= 1
    assert plan.short == []


def test_the_same_seed_gives_the_same_draw():
    assert draw(works(20), seats(5), per_work=3, seed=11).works == draw(works(20), seats(5), per_work=3, seed=11).works
    assert draw(works(20), seats(5), per_work=3, seed=11).works != draw(works(20), seats(5), per_work=3, seed=12).works


def test_juror_never_gets_her_own_work_nor_her_colleagues_work_nor_one_she_stepped_back_from():
    jurors = seats(4, j1=3)
    hers = Work(1, frozenset({1002}), frozenset({7}))
    colleagues = Work(2, frozenset({50}), frozenset({3}))
    left = Work(3, frozenset({51}), frozenset({7}), recused=frozenset({4}))

    plan = draw([hers, colleagues, left], jurors, per_work=3, seed=1)

    assert plan.works == {1: {1, 3, 4}, 2: {2, 3, 4}, 3: {1, 2, 3}}
    assert [conflict(hers, jurors[1]), conflict(colleagues, jurors[0]), conflict(left, jurors[3])] == [OWN, SAME_ORGANISATION, RECUSED]
    assert dict(plan.avoided) == {OWN: 1, SAME_ORGANISATION: 1, RECUSED: 1}


def test_work_that_cannot_be_filled_is_named_with_the_reasons():
    plan = draw([Work(1, frozenset({1001}), frozenset({3}))], seats(3, j2=3), per_work=3, seed=1)

    assert [(one.work, one.lacking, one.conflicts) for one in plan.short] == [(1, 2, ((1, OWN), (2, SAME_ORGANISATION)))]


def test_begun_sheets_stay_and_the_rest_evens_out_when_a_juror_comes():
    before = draw(works(12), seats(3), per_work=2, seed=5)
    fixed = {work: frozenset({min(jurors)}) if work <= 4 else frozenset() for work, jurors in before.works.items()}
    again = [Work(one.id, one.people, one.organisations, has=frozenset(before.works[one.id]), fixed=fixed[one.id]) for one in works(12)]

    plan = draw(again, seats(4), per_work=2, seed=6)

    assert all(fixed[work] <= jurors for work, jurors in plan.works.items())
    assert {len(jurors) for jurors in plan.works.values()} == {2}
    assert max(plan.loads.values()) - min(plan.loads.values()) <= 1
    assert plan.loads[4] >= 5


def test_drawing_again_changes_nothing():
    before = draw(works(9), seats(4), per_work=3, seed=2)
    again = [Work(one.id, one.people, one.organisations, has=frozenset(before.works[one.id])) for one in works(9)]

    plan = draw(again, seats(4), per_work=3, seed=99)

    assert (plan.added, plan.removed) == ([], [])


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 25), st.integers(0, 7), st.integers(1, 4), st.integers(0, 5), st.data())
def test_no_draw_breaks_a_conflict_or_fills_a_work_twice(count, jurors, per_work, seed, data):
    people = st.frozensets(st.integers(1001, 1007), max_size=2)
    places = st.frozensets(st.integers(1, 4), max_size=2)
    entries = [Work(number, data.draw(people), data.draw(places)) for number in range(count)]
    panel = [Seat(number, frozenset({1000 + number}), frozenset({number % 5})) for number in range(1, jurors + 1)]

    plan = draw(entries, panel, per_work=per_work, seed=seed)

    by_id = {one.id: one for one in panel}
    for work in entries:
        allowed = {one.id for one in panel if conflict(work, one) is None}
        assert plan.works[work.id] <= allowed
        assert len(plan.works[work.id]) == min(per_work, len(allowed))
    assert Counter(juror for held in plan.works.values() for juror in held) == Counter(
        {key: load for key, load in plan.loads.items() if load}
    )
    assert set(plan.loads) == set(by_id)
