"""Awards follow from places; what the rules leave open waits for people, and what people decided stands."""

from fractions import Fraction

import pytest

from tests.workflows.small import CONTEST, changed
from workflows.judging.awards import Choice, Given, propose
from workflows.judging.ranking import Entry, rank
from workflows.regulation import parse
from workflows.saying import Saying

RULES = parse(CONTEST)  # first: 1, second: 2, laureate: 3–5, participant: everybody else; 25 points at most


def ranked(**points):
    return rank([Entry(key, None if value is None else Fraction(value)) for key, value in points.items()])


def awarded(rules, placed, *, choices=(), orders=(), entrants=None):
    lists = {"overall": rank([Entry(one.key, one.total) for one in placed], rules.ranking.places, orders)}
    given, waiting = propose(rules, lists, entrants=entrants or [one.key for one in placed], choices=choices)
    return {(one.key, one.award) for one in given}, waiting


def test_places_bring_their_awards_and_the_rest_take_part():
    given, waiting = awarded(RULES, ranked(a=20, b=19, c=18, d=17, e=16, f=15, g=None))

    assert given == {
        ("a", "first"), ("b", "second"), ("c", "laureate"), ("d", "laureate"), ("e", "laureate"),
        ("f", "participant"), ("g", "participant"),
    }  # fmt: skip
    assert waiting == []


def test_each_list_has_its_own_first():
    given, _waiting = propose(RULES, {"x": ranked(a=20), "y": ranked(b=3)}, entrants=["a", "b"])

    assert given == [Given("a", "first", "rule"), Given("b", "first", "rule")]


def test_tie_at_an_award_waits_and_awards_nobody_in_it():
    given, [item] = awarded(RULES, ranked(a=20, b=20, c=18))

    assert given == {("c", "laureate")}
    assert (item.kind, item.list, item.keys, item.place, item.place_to) == ("tie", "overall", ("a", "b"), 1, 2)
    assert item.saying == Saying("tie_open", count=2, place=1, place_to=2)


def test_tie_inside_one_award_holds_nothing_up():
    given, waiting = awarded(RULES, ranked(a=20, b=19, c=18, d=18, e=18))

    assert {("c", "laureate"), ("d", "laureate"), ("e", "laureate")} <= given
    assert waiting == []


def test_tie_across_the_last_award_waits():
    _given, [item] = awarded(RULES, ranked(a=20, b=19, c=18, d=17, e=16, f=16))

    assert (item.keys, item.place, item.place_to) == (("e", "f"), 5, 6)


def test_tie_below_all_awards_is_nobodys_question():
    given, waiting = awarded(RULES, ranked(a=9, b=8, c=7, d=6, e=5, f=1, g=1))

    assert {("f", "participant"), ("g", "participant")} <= given
    assert waiting == []


def test_two_firsts_and_no_second_by_decision():
    given, waiting = awarded(RULES, ranked(a=20, b=20, c=18), orders=[{"a": 1, "b": 1}])

    assert given == {("a", "first"), ("b", "first"), ("c", "laureate")}
    assert waiting == []


def test_withheld_award_leaves_the_participants_one():
    given, _waiting = awarded(RULES, ranked(a=20, b=19), choices=[Choice("a", "first", False, "нет достойных")])

    assert given == {("a", "participant"), ("b", "second")}


def test_award_given_by_people_stands_with_its_ground_and_replaces_the_one_by_place():
    given, _waiting = propose(RULES, {"x": ranked(a=20, b=19)}, entrants=["a", "b"], choices=[Choice("b", "first", True, "решение жюри")])

    assert given == [Given("b", "first", "decision", "решение жюри"), Given("a", "first", "rule")]


def test_award_in_addition_does_not_replace():
    prize = {"key": "grand", "title": "Гран-при", "by": "place", "place_from": 1, "exclusive": False, "paper": "diploma"}
    rules = parse(changed("awards", to=[prize, *CONTEST["awards"]]))

    given, _waiting = awarded(rules, ranked(a=20, b=19))

    assert given == {("a", "grand"), ("a", "first"), ("b", "second")}


@pytest.mark.parametrize(("points", "award"), [("12.5", "first"), ("12.49", "participant")])
def test_threshold_is_a_share_of_the_highest_marks(points, award):
    rules = parse(changed("awards", 0, "share_of_max", to="0.5"))

    given, _waiting = awarded(rules, ranked(a=points))

    assert given == {("a", award)}


def test_threshold_of_a_sum_counts_all_sheets():
    data = changed("awards", 0, "share_of_max", to="0.5")
    data["stages"][0]["sources"] = [{"method": "sum", "sheets": 2}]

    assert awarded(parse(data), ranked(a=25))[0] == {("a", "first")}
    assert awarded(parse(data), ranked(a=24))[0] == {("a", "participant")}


def test_tie_below_the_threshold_waits_for_nobody():
    data = changed("awards", to=[{**one, "share_of_max": "0.5"} if one["by"] == "place" else one for one in CONTEST["awards"]])

    given, waiting = awarded(parse(data), ranked(a=20, b=5, c=5))

    assert given == {("a", "first"), ("b", "participant"), ("c", "participant")}
    assert waiting == []
