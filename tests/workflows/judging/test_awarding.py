"""Awards: by place, threshold, decision; limits, exclusive or in addition, may or must; what hangs on a tie waits. By hand."""

import pytest

from tests.workflows.judging.table import awards, each, entries, faults, marks, rules, run, waits
from workflows.judging.given import Decision


def award(key, by="place", **more):
    return {"key": key, "title": key, "by": by, "paper": "diploma", **more}


DEGREES = [award("first", place_from=1), award("second", place_from=2), award("third", place_from=3)]
PARTICIPANT = award("participant", "participant", paper="certificate")


def awarded(values, *given_awards, decisions=(), given=None, stage=None, **more):
    regulation = rules({**(stage or {})}, awards=list(given_awards), **more)
    return run(regulation, given or entries(*values), marks("s1", each(values)), (), decisions)


def test_degrees_by_place_and_certificates_for_the_rest():
    found = awarded({"a": 9, "b": 7, "c": 5, "d": 3}, *DEGREES, PARTICIPANT)

    assert awards(found) == {"a": ["first"], "b": ["second"], "c": ["third"], "d": ["participant"]}
    assert waits(found) == []


def test_award_hangs_on_an_open_tie_and_what_is_beneath_waits_too():
    found = awarded({"a": 9, "b": 7, "c": 7, "d": 3}, *DEGREES, PARTICIPANT)

    assert awards(found) == {"a": ["first"], "d": ["participant"]}
    assert waits(found) == [("tie", "s1", ("b", "c"), (2, 3), "second")]


def test_tie_wholly_inside_an_award_holds_nothing_up():
    found = awarded({"a": 9, "b": 7, "c": 7}, award("winner", place_from=1), award("prize", place_from=2, place_to=3))

    assert awards(found) == {"a": ["winner"], "b": ["prize"], "c": ["prize"]}
    assert waits(found) == [("tie", "s1", ("b", "c"), (2, 3), "")]


def test_place_shared_by_rule_gives_the_award_to_all_who_share_it():
    found = awarded({"a": 9, "b": 7, "c": 7, "d": 5}, *DEGREES, ranking={"by": [], "equal": "share"})

    assert awards(found) == {"a": ["first"], "b": ["second"], "c": ["second"]}


def test_threshold_gives_levels_and_the_first_that_fits_wins():
    levels = [award("gold", "threshold", at_least=80), award("silver", "threshold", share_of_max="0.6"), PARTICIPANT]

    found = awarded({"a": 90, "b": 80, "c": 60, "d": 59}, *levels)

    assert awards(found) == {"a": ["gold"], "b": ["gold"], "c": ["silver"], "d": ["participant"]}


def test_diploma_only_above_a_share_of_the_maximum():
    found = awarded({"a": 49, "b": 40}, award("first", place_from=1, share_of_max="0.5"), PARTICIPANT)

    assert awards(found) == {"a": ["participant"], "b": ["participant"]}


def test_award_in_addition_does_not_take_the_place_of_another():
    found = awarded({"a": 9, "b": 7}, award("grand", place_from=1, exclusive=False), *DEGREES)

    assert awards(found) == {"a": ["grand", "first"], "b": ["second"]}


def test_exclusive_award_moves_the_others_not_at_all_but_is_the_only_one():
    found = awarded({"a": 9, "b": 7}, award("grand", place_from=1), *DEGREES)

    assert awards(found) == {"a": ["grand"], "b": ["second"]}


def test_condition_on_the_application():
    special = award("young", when={"field": "age", "op": "at_most", "value": 35}, place_from=1, place_to=99, exclusive=False)
    given = entries("a", "b", age={"a": "50", "b": "30"})

    assert awards(awarded({"a": 9, "b": 7}, special, given=given)) == {"b": ["young"]}


# Limits


def test_limit_is_filled_from_the_top_and_equal_totals_at_it_wait():
    found = awarded(
        {"a": 90, "b": 80, "c": 80}, award("laureate", "threshold", at_least=50, most=2), award("diploma", "threshold", at_least=10)
    )

    assert awards(found) == {"a": ["laureate"]}
    assert waits(found) == [("tie", "s1", ("b", "c"), (2, 3), "laureate")]


def test_share_of_the_admitted_with_rounding():
    values = {name: 100 - number for number, name in enumerate("abcde")}

    def laureates(rounding):
        found = awarded(values, award("laureate", "threshold", at_least=1, share="0.3", of="admitted", rounding=rounding))
        return sorted(awards(found))

    assert laureates("down") == ["a"]
    assert laureates("up") == ["a", "b"]
    assert laureates("half_up") == ["a", "b"]


NOMINATIONS = {"ranking": {"by": ["nomination"]}}


def test_one_award_over_all_lists_is_filled_by_total():
    grand = award("grand", place_from=1, over="all", most=1)
    given = entries("a", "b:project", "c")

    found = awarded({"a": 70, "b": 90, "c": 60}, grand, *DEGREES, given=given, **NOMINATIONS)

    assert awards(found) == {"b": ["grand"], "a": ["first"], "c": ["second"]}
    assert {one.name: sorted(found.awards_of(one)) for one in found.lists} == {
        "s1/nomination=lesson": ["a", "c"],
        "s1/nomination=project": ["b"],
    }


def test_equal_totals_at_the_limit_over_lists_wait_and_so_does_the_exclusive_award_beneath():
    grand = award("grand", place_from=1, over="all", most=1)
    given = entries("a", "b:project")

    found = awarded({"a": 90, "b": 90}, grand, *DEGREES, PARTICIPANT, given=given, **NOMINATIONS)

    assert awards(found) == {}
    assert waits(found) == [("tie", "", ("a", "b"), (1, 2), "grand")]
    decided = [Decision("award", entry="b", award="grand", ground="протокол")]
    settled = awarded({"a": 90, "b": 90}, grand, *DEGREES, given=given, decisions=decided, **NOMINATIONS)
    assert awards(settled) == {"b": ["grand"], "a": ["first"]}


def test_award_over_all_lists_stands_in_the_list_without_partition_if_there_is_one():
    grand = award("grand", place_from=1, over="all", most=1, lists=["nomination"])
    stage = {"lists": [{"by": ["nomination"]}, {"by": []}]}

    found = awarded({"a": 90, "b": 80}, grand, given=entries("a", "b:project"), stage=stage)

    assert {one.name: sorted(found.awards_of(one)) for one in found.lists} == {
        "s1/nomination=lesson": [], "s1/nomination=project": [], "s1": ["a"],
    }  # fmt: skip


# What people decide


def test_may_award_is_one_open_item_with_all_who_qualify():
    may = award("laureate", place_from=2, place_to=3, choice="may")

    found = awarded({"a": 9, "b": 7, "c": 5}, award("winner", place_from=1), may, PARTICIPANT)

    assert awards(found) == {"a": ["winner"]}
    assert waits(found) == [("award", "s1", ("b", "c"), None, "laureate")]


def test_may_award_is_given_to_one_and_withheld_from_the_other():
    may = award("laureate", place_from=2, place_to=3, choice="may")
    decided = [
        Decision("award", "s1", entry="b", award="laureate", ground="пр. 1"),
        Decision("withhold", "s1", entry="c", award="laureate", ground="пр. 1"),
    ]

    found = awarded({"a": 9, "b": 7, "c": 5}, award("winner", place_from=1), may, PARTICIPANT, decisions=decided)

    assert awards(found) == {"a": ["winner"], "b": ["laureate"], "c": ["participant"]}
    assert waits(found) == []


def test_award_is_left_ungiven():
    found = awarded({"a": 9}, *DEGREES, PARTICIPANT, decisions=[Decision("withhold", "s1", award="first", ground="протокол 4")])

    assert awards(found) == {"a": ["participant"]}


def test_free_award_waits_until_a_body_gives_or_withholds_it():
    special = award("special", "decision", exclusive=False)

    assert waits(awarded({"a": 9, "b": 7}, special)) == [("award", "s1", ("a", "b"), None, "special")]
    given = awarded({"a": 9, "b": 7}, special, decisions=[Decision("award", entry="b", award="special", ground="письмо партнёра")])
    assert (awards(given), waits(given)) == ({"b": ["special"]}, [])
    none = awarded({"a": 9, "b": 7}, special, decisions=[Decision("withhold", award="special", ground="нет денег")])
    assert (awards(none), waits(none)) == ({}, [])


def test_award_may_go_to_one_who_did_not_go_on():
    regulation = rules({"goes_on": [{"to": "s2", "most": 1}]}, {}, awards=[award("special", "decision", exclusive=False)])
    rows = marks("s1", each({"a": 9, "b": 5})) + marks("s2", each({"a": 9}))

    found = run(regulation, entries("a", "b"), rows, (), [Decision("award", entry="b", award="special", ground="протокол")])

    assert awards(found) == {"b": ["special"]}
    assert {one.name: sorted(found.awards_of(one)) for one in found.lists} == {"s1": ["b"], "s2": []}


def test_decision_without_a_ground_is_a_fault():
    regulation = rules({}, awards=[award("special", "decision")])

    assert faults(regulation, entries("a"), [], [], [Decision("award", entry="a", award="special", line=2)]) == [("decisions", 2, "ground")]


# Where an award is read from


def test_audience_prize_is_read_from_the_vote_alone():
    sources = [{"by": "jury"}, {"key": "public", "by": "public", "use": "shown"}]
    regulation = rules({"sources": sources}, awards=[award("audience", source="public", place_from=1, exclusive=False), *DEGREES])
    rows = marks("s1", each({"a": 9, "b": 7})) + marks("s1", {"a": 3, "b": 30}, "", "public")

    assert awards(run(regulation, entries("a", "b"), rows)) == {"b": ["audience", "second"], "a": ["first"]}


def test_award_for_one_criterion_and_for_an_earlier_stage():
    two = [{"key": "x", "title": "Икс", "most": 10}, {"key": "y", "title": "Игрек", "most": 10}]
    given_awards = [
        award("best_x", criterion="x", stage="s1", place_from=1, exclusive=False),
        award("remote", stage="s1", place_from=1, exclusive=False),
        award("first", place_from=1),
    ]
    regulation = rules({"criteria": two}, {}, awards=given_awards)
    rows = marks("s1", each({"a": 9, "b": 5}), "x") + marks("s1", each({"a": 1, "b": 8}), "y") + marks("s2", each({"a": 50, "b": 40}))

    assert awards(run(regulation, entries("a", "b"), rows)) == {"a": ["best_x", "first"], "b": ["remote"]}


def test_one_of_several_juries_gives_its_own_prize():
    sources = [{"key": "adults", "by": "jury"}, {"key": "experts", "by": "expert", "use": "shown"}]
    regulation = rules({"sources": sources}, awards=[award("experts_choice", source="experts", place_from=1, exclusive=False)])
    rows = marks("s1", each({"a": 9, "b": 7})) + marks("s1", each({"a": 1, "b": 2}, "guest"), by="expert")

    assert awards(run(regulation, entries("a", "b"), rows)) == {"b": ["experts_choice"]}


# Certificates and status


@pytest.mark.parametrize(("keeps", "expected"), [(["minutes", "paper"], ["participant"]), (["minutes"], None)])
def test_status_says_whether_a_certificate_is_kept(keeps, expected):
    stage = {"statuses": [{"key": "unworthy", "title": "Не отмечена", "below": 50, "keeps": keeps}]}

    found = awarded({"a": 90, "b": 10}, *DEGREES, PARTICIPANT, stage=stage)

    assert awards(found).get("b") == expected


def test_finalists_and_others_get_what_the_stage_they_reached_gives():
    given_awards = [award("winner", place_from=1), award("laureate", place_from=2, place_to=9), PARTICIPANT]
    regulation = rules({"goes_on": [{"to": "s2", "most": 2}]}, {}, awards=given_awards)
    rows = marks("s1", each({"a": 9, "b": 7, "c": 5})) + marks("s2", each({"a": 5, "b": 9}))

    assert awards(run(regulation, entries("a", "b", "c"), rows)) == {"b": ["winner"], "a": ["laureate"], "c": ["participant"]}


def test_nothing_is_settled_for_one_of_whom_nobody_knows_whether_she_goes_on():
    given_awards = [award("laureate", place_from=1, place_to=9), PARTICIPANT]
    regulation = rules({"goes_on": [{"to": "s2", "most": 2}]}, {}, awards=given_awards)
    rows = marks("s1", each({"a": 9, "b": 7, "c": 7, "d": 1})) + marks("s2", each({"a": 5}))

    assert awards(run(regulation, entries("a", "b", "c", "d"), rows)) == {"d": ["participant"]}


# Series


def test_places_earn_points_for_a_series():
    series = [
        {
            "key": "year",
            "title": "Год",
            "entered": 1,
            "places": [{"place_from": 1, "points": 10}, {"place_from": 2, "place_to": 3, "points": 5}],
        }
    ]
    stage = {"statuses": [{"key": "low", "title": "Ниже", "below": 2, "keeps": ["points"]}]}

    found = awarded({"a": 9, "b": 7, "c": 5, "d": 3, "e": 1}, series=series, stage=stage)

    assert found.series == {"a": {"year": 11}, "b": {"year": 6}, "c": {"year": 6}, "d": {"year": 1}, "e": {"year": 1}}


def test_attendance_of_a_stage_is_awarded():
    regulation = rules({}, {"kind": "attendance"}, awards=[award("guest", "present", exclusive=False)])
    rows = [*marks("s1", each({"a": 9, "b": 7})), *marks("s2", {"a": "1", "b": "0"}, "")]

    assert awards(run(regulation, entries("a", "b"), rows)) == {"a": ["guest"]}


def test_one_who_is_not_admitted_is_not_awarded():
    regulation = rules({}, awards=[award("special", "decision")])
    decided = [Decision("award", entry="a", award="special", ground="протокол", line=2)]

    assert faults(regulation, entries("a::not_admitted"), [], [], decided) == [("decisions", 2, "entry")]


def test_decision_about_a_list_that_is_not_there_is_said():
    found = awarded({"a": 9}, *DEGREES, decisions=[Decision("withhold", "s1/zone=north", award="first", ground="протокол", line=5)])

    assert awards(found) == {"a": ["first"]}
    assert [(one.code, one.line) for one in found.remarks] == [("decision_not_used", 5)]
