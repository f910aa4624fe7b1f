"""Lists, places, ties, least numbers, who goes on. Expectations by hand."""

from datetime import UTC, datetime

import pytest

from tests.workflows.judging.table import each, entries, faults, marks, places, rules, run, totals, waits
from workflows.judging.given import Decision, Entry, Juror

TEN = {"key": "all", "title": "Всё", "most": 100}


def ranked(values, *, ranking, criteria=None, given=None, extra=(), jurors=(), decisions=(), stage=None):
    """Rank entries by one juror's marks under a ranking rule."""
    regulation = rules({"criteria": criteria or [TEN], **(stage or {})}, ranking={"by": [], **ranking})
    return run(regulation, given or entries(*values), [*marks("s1", each(values)), *extra], jurors, decisions)


def status(found, name="s1"):
    return next(one.status for one in found.lists if one.name == name)


# Partitions


def test_lists_are_named_by_their_keys_in_the_fixed_order():
    regulation = rules({}, ranking={"by": ["region", "group", "zone", "nomination"]})
    given = entries("a", zone={"a": "north"}, group={"a": "young"}, region={"a": "r1"})

    found = run(regulation, given, marks("s1", each({"a": 5})))

    assert [one.name for one in found.lists] == ["s1/nomination=lesson/zone=north/group=young/region=r1"]


def test_one_stage_may_be_ranked_in_several_partitions_at_once():
    regulation = rules({"lists": [{"by": ["nomination"]}, {"by": []}]})
    given = entries("a", "b:project", "c")

    found = run(regulation, given, marks("s1", each({"a": 5, "b": 9, "c": 7})))

    assert places(found, "s1") == {"b": 1, "c": 2, "a": 3}
    assert places(found, "s1/nomination=lesson") == {"c": 1, "a": 2}


def test_group_is_a_list_by_condition_and_may_hold_an_entry_twice():
    groups = [
        {"key": "young", "title": "Молодые", "when": {"field": "age", "op": "at_most", "value": 35}},
        {"key": "village", "title": "Сельские", "when": {"field": "village", "value": "1"}},
    ]
    regulation = rules({}, ranking={"by": ["group"]}, groups=groups)
    given = entries("a", "b", "c", age={"a": "30", "b": "50", "c": "60"}, village={"a": "1", "b": "1"})

    found = run(regulation, given, marks("s1", each({"a": 5, "b": 9, "c": 7})))

    assert places(found, "s1/group=young") == {"a": 1}
    assert places(found, "s1/group=village") == {"b": 1, "a": 2}


def test_entry_without_the_value_that_parts_lists_is_a_fault():
    assert faults(rules({}, ranking={"by": ["zone"]}), entries("a"), marks("s1", each({"a": 5}))) == [("entries", 2, "partition")]


def test_only_admitted_are_ranked_and_the_rest_are_listed():
    found = ranked({"a": 5}, ranking={}, given=entries("a", "b::withdrawn", "c::not_admitted"), extra=marks("s1", each({"b": 9})))

    assert places(found) == {"a": 1, "b": None, "c": None}
    assert [(one.code, one.line) for one in found.remarks] == [("marks_not_counted", 2)]


def test_who_is_not_ranked_keeps_a_total_that_is_compared_with_nobody():
    stages = ({"goes_on": [{"to": "s2", "most": 1}]}, {"kind": "sum", "adds": [{"stage": "s1"}]})
    given = entries("a", "b::disqualified", "c::disqualified")
    found = run(rules(*stages), given, marks("s1", each({"a": 5, "b": 9})))

    first = {line.entry.key: (line.status, line.total, line.place) for line in found.lists[0].lines}
    assert first == {"a": ("admitted", 5, 1), "b": ("disqualified", 9, None), "c": ("disqualified", None, None)}
    assert places(found, "s2") == {"a": 1}
    by_places = run(rules({"kind": "places", "sources": [{"method": "places"}]}), given, marks("s1", each({"a": 1, "b": 2}), criterion=""))
    assert [line.total for line in by_places.lists[0].lines] == [1, None, None]


def test_nomination_that_follows_from_an_answer():
    nominations = [
        {"key": "small", "title": "Малые", "when": {"field": "stock", "op": "at_most", "value": 5000}},
        {"key": "large", "title": "Большие", "when": {"field": "stock", "op": "more_than", "value": 5000}},
    ]
    regulation = rules({}, nominations=nominations, ranking={"by": ["nomination"]})
    given = [Entry("a", values={"stock": "5000"}, line=2), Entry("b", values={"stock": "5001"}, line=3)]

    found = run(regulation, given, marks("s1", each({"a": 5, "b": 5})))

    assert [one.name for one in found.lists] == ["s1/nomination=large", "s1/nomination=small"]
    assert faults(regulation, [Entry("a", "large", values={"stock": "1"}, line=2)], []) == [("entries", 2, "nomination")]


# Ties


@pytest.mark.parametrize(
    ("places_rule", "expected"),
    [
        ("standard", {"a": 1, "b": 2, "c": 2, "d": 4}),
        ("dense", {"a": 1, "b": 2, "c": 2, "d": 3}),
        ("shared", {"a": 1, "b": (2, 3), "c": (2, 3), "d": 4}),
    ],
)
def test_places_are_shared_by_rule(places_rule, expected):
    found = ranked({"a": 9, "b": 7, "c": 7, "d": 5}, ranking={"equal": "share", "places": places_rule})

    assert places(found) == expected
    assert waits(found) == []


def test_equal_totals_that_no_key_parts_wait_and_show_their_range():
    found = ranked({"a": 9, "b": 7, "c": 7, "d": 5}, ranking={})

    assert places(found) == {"a": 1, "b": (2, 3), "c": (2, 3), "d": 4}
    assert waits(found) == [("tie", "s1", ("b", "c"), (2, 3), "")]


def test_recorded_order_parts_a_tie():
    order = [
        Decision("tie", "s1", entry="c", value="1", ground="протокол 2"),
        Decision("tie", "s1", entry="b", value="2", ground="протокол 2"),
    ]

    found = ranked({"b": 7, "c": 7}, ranking={}, decisions=order)

    assert places(found) == {"c": 1, "b": 2}
    assert waits(found) == []


def test_order_of_one_act_holds_for_exactly_its_entries():
    order = [
        Decision("tie", "s1", entry="b", value="1", ground="протокол", act="7"),
        Decision("tie", "s1", entry="c", value="2", ground="протокол", act="7"),
    ]

    assert places(ranked({"b": 7, "c": 7}, ranking={}, decisions=order)) == {"b": 1, "c": 2}
    assert places(ranked({"b": 7, "c": 7, "d": 7}, ranking={}, decisions=order)) == {"b": (1, 3), "c": (1, 3), "d": (1, 3)}


TWO = [{"key": "x", "title": "Икс", "most": 10}, {"key": "y", "title": "Игрек", "most": 10}]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({"by": "criterion", "criterion": "x"}, {"a": 1, "b": 2}),
        ({"by": "criterion", "criterion": "x", "lower": True}, {"b": 1, "a": 2}),
        ({"by": "marks_from_top"}, {"a": 1, "b": 2}),
        ({"by": "highest_marks"}, {"a": 1, "b": 2}),
        ({"by": "field", "field": "years"}, {"b": 1, "a": 2}),
        ({"by": "earlier"}, {"b": 1, "a": 2}),
        ({"by": "chair_sheet"}, {"b": 1, "a": 2}),
    ],
)
def test_declared_key_parts_equal_totals(key, expected):
    """a: lev 9+1, nina 5+5; b: lev 6+4 by the chair nina 4+6 … each 20; the chair gives a 10 and b 10.5 by halves."""
    halves = [one | {"step": "0.5"} for one in TWO]
    regulation = rules({"criteria": halves}, ranking={"by": [], "tie_keys": [key]})
    given = [
        Entry("a", "lesson", received=datetime(2026, 3, 2, tzinfo=UTC), values={"years": "3"}, line=2),
        Entry("b", "lesson", received=datetime(2026, 3, 1, tzinfo=UTC), values={"years": "7"}, line=3),
    ]
    given_marks = marks("s1", {"a": {"lev": 9, "nina": 5}, "b": {"lev": 6, "nina": 4}}, "x") + marks(
        "s1", {"a": {"lev": 1, "nina": 5}, "b": {"lev": 3.5, "nina": 6.5}}, "y"
    )

    found = run(regulation, given, given_marks, [Juror("nina", chair=True), Juror("lev")])

    assert places(found) == expected


def test_number_of_the_highest_marks_goes_on_to_the_next_value_down():
    """a has 9 9 2, b has 9 8 3: one nine against two."""
    regulation = rules({"criteria": [TEN | {"most": 10}]}, ranking={"by": [], "tie_keys": [{"by": "highest_marks"}]})
    rows = {"a": {"lev": 9, "nina": 9, "vera": 2}, "b": {"lev": 9, "nina": 8, "vera": 3}}

    assert places(run(regulation, entries("a", "b"), marks("s1", rows))) == {"a": 1, "b": 2}


def test_earlier_stage_and_a_source_part_equal_totals():
    by_stage = rules({}, {}, ranking={"by": [], "tie_keys": [{"by": "stage", "stage": "s1"}]})
    given = marks("s1", each({"a": 4, "b": 6})) + marks("s2", each({"a": 9, "b": 9}))
    assert places(run(by_stage, entries("a", "b"), given), "s2") == {"b": 1, "a": 2}

    sources = [{"by": "jury"}, {"key": "public", "by": "public", "use": "shown"}]
    by_source = rules({"sources": sources}, ranking={"by": [], "tie_keys": [{"by": "source", "source": "public"}]})
    votes = marks("s1", each({"a": 9, "b": 9})) + marks("s1", {"a": 10, "b": 30}, "", "public")
    assert places(run(by_source, entries("a", "b"), votes)) == {"b": 1, "a": 2}


def test_key_without_data_leaves_the_tie_open():
    keys = [{"by": "criterion", "criterion": "x"}, {"by": "field", "field": "years"}]
    regulation = rules({"criteria": TWO}, ranking={"by": [], "tie_keys": keys})
    given = entries("a", "b", years={"a": "1", "b": "2"})
    rows = marks("s1", {"a": {"lev": 10}}, "x") + marks("s1", {"a": {"lev": 5}}, "y") + marks("s1", {"b": "15"}, "", "import")

    assert waits(run(regulation, given, rows)) == [("tie", "s1", ("a", "b"), (1, 2), "")]


def test_vote_and_chair_are_read_from_decisions_only():
    keys = [{"by": "vote"}, {"by": "chair"}]
    votes = [Decision("vote", "s1", entry=one, value=count, ground="протокол") for one, count in (("a", "3"), ("b", "4"), ("c", "3"))]
    order = [Decision("tie", "s1", entry=one, value=place, ground="голос председателя") for one, place in (("c", "1"), ("a", "2"))]

    assert places(ranked({"a": 7, "b": 7, "c": 7}, ranking={"tie_keys": keys})) == {"a": (1, 3), "b": (1, 3), "c": (1, 3)}
    assert places(ranked({"a": 7, "b": 7, "c": 7}, ranking={"tie_keys": keys}, decisions=votes)) == {"b": 1, "a": (2, 3), "c": (2, 3)}
    assert places(ranked({"a": 7, "b": 7, "c": 7}, ranking={"tie_keys": keys}, decisions=votes + order)) == {"b": 1, "c": 2, "a": 3}


def test_rounding_is_compared_after_it_only_where_it_is_declared():
    rows = {"a": {"lev": 10, "nina": 10, "vera": 11}, "b": {"lev": 10, "nina": 11, "vera": 11}}
    given = [entries("a", "b"), marks("s1", rows)]

    assert places(run(rules({}), *given)) == {"b": 1, "a": 2}
    assert places(run(rules({"round_to": 0}), *given)) == {"b": 1, "a": 2}
    assert places(
        run(
            rules({"sources": [{"round_to": 0}], "digits": 0}),
            entries("a", "b"),
            marks("s1", {"a": {"l": 10, "n": 11}, "b": {"l": 11, "n": 11}}),
        )
    ) == {"a": (1, 2), "b": (1, 2)}


# Quorum, statuses, least numbers


def test_entry_short_of_its_quorum_holds_its_list():
    regulation = rules({"sources": [{"quorum": {"sheets": 2}}]})

    found = run(regulation, entries("a", "b"), marks("s1", {"a": {"lev": 5, "nina": 5}, "b": {"lev": 9}}))

    assert (status(found), places(found)) == ("undecided", {"a": None, "b": None})
    assert waits(found) == [("quorum", "s1", ("b",), None, "")]


def test_quorum_may_be_a_share_of_the_jury():
    regulation = rules({"sources": [{"quorum": {"share": "0.5"}}]})
    jury = [Juror(name) for name in ("lev", "nina", "vera")]

    assert status(run(regulation, entries("a"), marks("s1", {"a": {"lev": 5}}), jury)) == "undecided"
    assert status(run(regulation, entries("a"), marks("s1", {"a": {"lev": 5, "nina": 4}}), jury)) == "ranked"


def test_threshold_gives_a_status_and_no_place():
    stage = {"statuses": [{"key": "unworthy", "title": "Не отмечена", "below_share": "0.5"}]}

    found = ranked({"a": 50, "b": 49}, ranking={}, stage=stage)

    line = {one.entry.key: one for one in found.lists[0].lines}["b"]
    assert (line.status, line.place, line.total) == ("unworthy", None, 49)


@pytest.mark.parametrize(
    ("least", "expected", "first"),
    [
        ({"count": 3, "of": "admitted", "then": "no_ranking"}, "no_ranking", None),
        ({"count": 3, "of": "received", "then": "no_ranking"}, "ranked", 1),
        ({"count": 3, "of": "admitted", "then": "failed"}, "failed", None),
        ({"count": 3, "of": "admitted", "then": "decided"}, "undecided", 1),
        ({"count": 1, "of": "above", "above": 80, "then": "failed"}, "failed", None),
        ({"count": 2, "of": "above", "above": 50, "then": "failed"}, "ranked", 1),
    ],
)
def test_list_below_its_least_number(least, expected, first):
    found = ranked({"a": 60, "b": 55}, ranking={"least": least}, given=entries("a", "b", "c::withdrawn"))

    assert (status(found), places(found)["a"]) == (expected, first)


def test_list_that_is_too_short_is_merged_into_another():
    least = {"count": 2, "then": "merged", "into": "project"}
    regulation = rules({}, ranking={"by": ["nomination"], "least": least})

    found = run(regulation, entries("a", "b:project", "c:project"), marks("s1", each({"a": 5, "b": 9, "c": 1})))

    assert (status(found, "s1/nomination=lesson"), places(found, "s1/nomination=lesson")) == ("merged", {"a": None})
    assert places(found, "s1/nomination=project") == {"b": 1, "a": 2, "c": 3}


# Who goes on


def cut_of(values, rule, *, given=None, decisions=(), ranking=None, stage=None):
    regulation = rules({"goes_on": [{"to": "s2", **rule}], **(stage or {})}, {}, ranking={"by": [], **(ranking or {})})
    return run(regulation, given or entries(*values), marks("s1", each(values)), (), decisions)


def went(found):
    return {key for key, goes in found.advances["s2"].items() if goes}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, {"a", "b", "c", "d", "e"}),
        ({"most": 2}, {"a", "b"}),
        ({"percent": 50, "rounding": "up"}, {"a", "b", "c"}),
        ({"percent": 50, "rounding": "down"}, {"a", "b"}),
        ({"percent": 50, "rounding": "half_up"}, {"a", "b", "c"}),
        ({"percent": 30, "of": "received", "rounding": "down"}, {"a"}),
        ({"at_least": 60}, {"a", "b", "c", "d"}),
        ({"share_of_max": "0.75"}, {"a", "b"}),
        ({"most": 3, "at_least": 80}, {"a", "b"}),
        ({"most": 1, "when": {"field": "rural", "value": "1"}}, {"d"}),
        ({"most": 3, "seats": [{"when": {"field": "rural", "value": "1"}, "count": 1}]}, {"d", "a", "b"}),
        ({"most": 4, "seats": [{"when": {"field": "rural", "value": "1"}, "count": 1}]}, {"d", "a", "b", "c"}),
        ({"most": 5, "seats": [{"when": {"field": "rural", "value": "1"}, "count": 1, "exactly": True}]}, {"d", "a", "b", "c"}),
        ({"most": 5, "seats": [{"when": {"field": "rural", "value": "1"}, "count": 1}]}, {"d", "a", "b", "c", "e"}),
    ],
)
def test_who_goes_on(rule, expected):
    values = {"a": 90, "b": 80, "c": 70, "d": 60, "e": 50}
    given = entries(*values, rural={"d": "1", "e": "1"})

    assert went(cut_of(values, rule, given=given)) == expected


def test_tie_at_a_cut_is_shown_and_waits_for_people():
    found = cut_of({"a": 90, "b": 80, "c": 80, "d": 70}, {"most": 2})

    assert found.advances["s2"] == {"a": True, "b": None, "c": None, "d": False}
    assert waits(found) == [("cut", "s1", ("b", "c"), (2, 3), "")]
    assert status(found, "s2") == "undecided"


def test_rule_may_settle_a_tie_at_the_cut():
    values = {"a": 90, "b": 80, "c": 80}

    assert went(cut_of(values, {"most": 2, "equal": "all"})) == {"a", "b", "c"}
    assert went(cut_of(values, {"most": 2, "equal": "none"})) == {"a"}


def test_place_shared_by_rule_still_waits_at_a_cut():
    found = cut_of({"a": 90, "b": 80, "c": 80}, {"most": 2}, ranking={"equal": "share"})

    assert waits(found) == [("cut", "s1", ("b", "c"), (2, 3), "")]


def test_decision_takes_the_seat_and_may_depart_from_the_ranking():
    values = {"a": 90, "b": 80, "c": 80, "d": 70}
    one = [Decision("advance", stage="s1", entry="c", value="1", ground="протокол 3")]
    assert went(cut_of(values, {"most": 2}, decisions=one)) == {"a", "c"}
    away = [Decision("advance", stage="s2", entry="a", value="0", ground="отказалась")]
    assert went(cut_of(values, {"most": 3}, decisions=away)) == {"b", "c", "d"}


def test_body_decides_for_every_entry():
    found = cut_of({"a": 90, "b": 80}, {"decided": True})
    assert found.advances["s2"] == {"a": None, "b": None}
    assert waits(found) == [("cut", "s1", ("a", "b"), None, "")]

    decided = [Decision("advance", "s1", "s1", one, "", value, "протокол") for one, value in (("a", "0"), ("b", "1"))]
    assert went(cut_of({"a": 90, "b": 80}, {"decided": True}, decisions=decided)) == {"b"}


def test_cut_is_made_in_every_list_of_its_own():
    regulation = rules({"goes_on": [{"to": "s2", "most": 1}], "lists": [{"by": ["nomination", "zone"]}]}, {})
    given = entries("a", "b", "c:project", "d", zone={"a": "north", "b": "south", "c": "north", "d": "north"})

    found = run(regulation, given, marks("s1", each({"a": 5, "b": 1, "c": 2, "d": 4})))

    assert went(found) == {"a", "b", "c"}


def test_some_enter_a_later_stage_directly():
    regulation = rules(
        {"when": {"field": "champion", "op": "is_not", "value": "1"}, "goes_on": [{"to": "s2", "most": 1}]},
        {"direct": {"field": "champion", "value": "1"}},
    )
    given = entries("a", "b", "c", champion={"c": "1"})
    rows = marks("s1", each({"a": 5, "b": 1})) + marks("s2", each({"a": 5, "c": 9, "b": 7}))

    found = run(regulation, given, rows)

    assert (places(found, "s1"), places(found, "s2")) == ({"a": 1, "b": 2}, {"c": 1, "a": 2})
    assert [(one.code, one.line) for one in found.remarks] == [("marks_not_counted", 4)]


def test_stage_of_decision_lets_on_whom_the_body_names():
    regulation = rules({"kind": "decision", "goes_on": [{"to": "s2", "decided": True}]}, {})
    decided = [
        Decision("advance", stage="s1", entry="a", value="1", ground="протокол"),
        Decision("advance", stage="s1", entry="b", value="0", ground="протокол"),
    ]

    found = run(regulation, entries("a", "b"), marks("s2", each({"a": 5})), (), decided)

    assert (status(found), places(found, "s2")) == ("no_ranking", {"a": 1})
    assert totals(found, "s1") == {"a": None, "b": None}
