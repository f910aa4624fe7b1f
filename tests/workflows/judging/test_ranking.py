"""Places: the published ways of numbering, ties that are shown, keys and decisions that part them."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.judging.ranking import Entry, rank, tied_groups

VECTORS = Path(__file__).parents[2] / "vectors"


def entry(key, total, *keys):
    return Entry(key, None if total is None else Fraction(total), tuple(None if one is None else Fraction(one) for one in keys))


def places(placed):
    return [(one.key, one.place) for one in placed]


@pytest.mark.parametrize("way", ["standard", "modified", "dense", "ordinal"])
def test_published_ways_of_numbering(way):
    for case in json.loads((VECTORS / "ranking-rules.json").read_text())["cases"]:
        names, scores = case["input"]["names"], case["input"]["scores"]
        found = rank([entry(name, score) for name, score in zip(names, scores, strict=True)], way)

        assert [one.place for one in found] == case["expected"][way]


def test_published_fractional_places_are_the_middle_of_the_shared_range():
    for case in json.loads((VECTORS / "ranking-rules.json").read_text())["cases"]:
        names, scores = case["input"]["names"], case["input"]["scores"]
        found = rank([entry(name, score) for name, score in zip(names, scores, strict=True)], "shared")

        assert [(one.place + one.place_to) / 2 for one in found] == case["expected"]["fractional"]


def test_equal_totals_stay_tied_and_are_shown():
    found = rank([entry("a", 40), entry("b", 44), entry("c", 40)])

    assert [(one.key, one.place, one.tied) for one in found] == [("b", 1, False), ("a", 2, True), ("c", 2, True)]
    assert tied_groups(found) == [("a", "c")]


def test_unmarked_entry_has_no_place():
    found = rank([entry("a", None), entry("b", 0)])

    assert [(one.key, one.place, one.place_to, one.tied) for one in found] == [("b", 1, 1, False), ("a", None, None, False)]


def test_keys_part_equal_totals_in_their_order():
    found = rank([entry("a", 40, 5, 1), entry("b", 40, 5, 2), entry("c", 40, 6, 0), entry("d", 41, 0, 0)])

    assert places(found) == [("d", 1), ("c", 2), ("b", 3), ("a", 4)]
    assert tied_groups(found) == []


def test_key_without_data_leaves_the_tie_open():
    found = rank([entry("a", 40, None, 1), entry("b", 40, 3, 2), entry("c", 40, 0, 3)])

    assert places(found) == [("a", 1), ("b", 1), ("c", 1)]
    assert tied_groups(found) == [("a", "b", "c")]


def test_recorded_order_parts_the_tied():
    found = rank([entry(1, 40), entry(2, 40), entry(3, 39)], orders=[{1: 2, 2: 1}])

    assert [(one.key, one.place, one.tied) for one in found] == [(2, 1, False), (1, 2, False), (3, 3, False)]


def test_people_may_let_the_tied_share_a_place():
    found = rank([entry(1, 40), entry(2, 40), entry(3, 40)], orders=[{1: 1, 2: 2, 3: 2}])

    assert [(one.key, one.place, one.tied) for one in found] == [(1, 1, False), (2, 2, False), (3, 2, False)]


def test_later_decision_replaces_an_earlier_one():
    assert places(rank([entry(1, 40), entry(2, 40)], orders=[{1: 1, 2: 2}, {1: 2, 2: 1}])) == [(2, 1), (1, 2)]


def test_decision_about_other_entries_decides_nothing():
    tied = [entry(1, 40), entry(2, 40), entry(3, 40)]

    assert tied_groups(rank(tied, orders=[{1: 1, 2: 2}, {1: 1, 2: 2, 3: 3, 4: 4}])) == [(1, 2, 3)]


def test_decision_never_overrules_a_total():
    assert places(rank([entry(1, 41), entry(2, 40)], orders=[{1: 2, 2: 1}])) == [(1, 1), (2, 2)]


LISTS = st.lists(st.tuples(st.integers(0, 6) | st.none(), st.integers(0, 3)), max_size=14)


@given(LISTS, st.randoms(use_true_random=False), st.sampled_from(["standard", "dense", "shared", "modified"]))
def test_order_of_rows_does_not_matter(rows, chance, way):
    entries = [entry(number, total, key) for number, (total, key) in enumerate(rows)]
    shuffled = list(entries)
    chance.shuffle(shuffled)

    assert {one.key: one for one in rank(entries, way)} == {one.key: one for one in rank(shuffled, way)}


@given(LISTS)
def test_place_is_one_more_than_the_number_of_better_ones(rows):
    entries = [entry(number, total, key) for number, (total, key) in enumerate(rows)]
    worth = {one.key: (one.total, one.keys) for one in entries if one.total is not None}

    for one in rank(entries):
        if one.place is not None:
            assert one.place == 1 + sum(other > worth[one.key] for other in worth.values())
            assert one.tied is (sum(other == worth[one.key] for other in worth.values()) > 1)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=10), st.data())
def test_higher_total_never_worsens_the_place(scores, data):
    place = data.draw(st.integers(0, len(scores) - 1))
    raised = [score + (number == place) * data.draw(st.integers(0, 5)) for number, score in enumerate(scores)]

    def place_of(values):
        return next(one.place for one in rank([entry(number, value) for number, value in enumerate(values)]) if one.key == place)

    assert place_of(raised) <= place_of(scores)


def test_thousands_are_ranked_quickly():
    found = rank([entry(number, Fraction(number % 97, 7), number % 5) for number in range(20_000)])

    assert len(found) == 20_000
