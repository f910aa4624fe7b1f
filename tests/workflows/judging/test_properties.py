"""What must hold whatever the numbers are: order does not matter, nothing is rounded, a missing mark is no zero, more is not worse."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.judging.table import entries, marks, places, rules, run, totals
from workflows.judging.results import compute

NAMES = "abcde"
JURORS = ("lev", "nina", "vera")
sheets = st.dictionaries(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(JURORS), st.integers(0, 100), min_size=1), min_size=1)
methods = st.sampled_from(["mean", "median", "sum"])
calm = settings(max_examples=60, deadline=None)


def mean_of(rows, name):
    return Fraction(sum(rows[name].values()), len(rows[name]))


@calm
@given(sheets, methods, st.randoms())
def test_order_of_marks_and_entries_changes_nothing(rows, method, chance):
    regulation = rules({"sources": [{"method": method, "unequal_sheets": True}], "goes_on": [{"to": "s2", "most": 2}]}, {})
    first, second = entries(*NAMES), marks("s1", rows)
    shuffled, mixed = list(first), list(second)
    chance.shuffle(shuffled)
    chance.shuffle(mixed)

    one, other = compute(regulation, first, second), compute(regulation, shuffled, mixed)

    assert {found.name: places(one, found.name) for found in one.lists} == {found.name: places(other, found.name) for found in other.lists}
    assert (one.advances, [item.id for item in one.open]) == (other.advances, [item.id for item in other.open])


@calm
@given(sheets)
def test_totals_are_exact_and_a_missing_sheet_is_never_a_zero(rows):
    found = totals(run(rules({}), entries(*NAMES), marks("s1", rows)))

    assert found == {name: mean_of(rows, name) if name in rows else None for name in NAMES}


@calm
@given(sheets)
def test_places_follow_totals_and_equal_totals_share_a_range(rows):
    found = run(rules({}), entries(*NAMES), marks("s1", rows))
    by_total = sorted((mean_of(rows, name) for name in rows), reverse=True)

    for name, place in places(found).items():
        if name in rows:
            first = by_total.index(mean_of(rows, name)) + 1
            last = len(by_total) - by_total[::-1].index(mean_of(rows, name))
            assert place == (first if first == last else (first, last))


@calm
@given(sheets, methods, st.sampled_from(NAMES), st.integers(1, 20))
def test_a_higher_mark_never_makes_a_place_worse(rows, method, name, more):
    regulation = rules({"sources": [{"method": method, "unequal_sheets": True}]})
    if name not in rows:
        return
    better = {**rows, name: {juror: min(value + more, 100) for juror, value in rows[name].items()}}

    def first(given_rows):
        place = places(run(regulation, entries(*NAMES), marks("s1", given_rows)))[name]
        return place if isinstance(place, int) else place[0]

    assert first(better) <= first(rows)


@calm
@given(sheets, st.integers(1, 4))
def test_no_cut_lets_more_go_on_than_it_says(rows, most):
    found = run(rules({"goes_on": [{"to": "s2", "most": most}]}, {}), entries(*NAMES), marks("s1", rows))

    reached = [goes for goes in found.advances["s2"].values() if goes]
    waiting = [item for item in found.open if item.kind == "cut"]
    assert len(reached) <= most
    assert waiting or len(reached) == min(most, len(rows))
