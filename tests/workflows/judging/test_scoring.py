"""Marks become sheets, sheets the total of a stage: every kind of criterion, every source, every method. Expectations by hand."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.workflows.judging.table import CRITERION, each, entries, faults, marks, places, rules, run, totals
from workflows.judging.given import Juror, Mark

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
JURY = {"by": "jury"}


def stage(*criteria, **more):
    return {"criteria": list(criteria), **more}


def sheet(stage_key, entry, juror, cells, by=""):
    return [
        Mark(stage_key, entry, juror, criterion, str(value), by, line) for line, (criterion, value) in enumerate(cells.items(), start=2)
    ]


# Criteria


def test_every_kind_of_criterion_gives_its_points():
    regulation = rules(
        stage(
            {"key": "scale", "title": "Шкала", "most": 10, "step": "0.5", "weight": 2},
            {"key": "choice", "title": "Выбор", "kind": "choice", "options": [{"key": "weak", "title": "Слабо", "points": 1}, {"key": "strong", "title": "Сильно", "points": 7}]},
            {"key": "tick", "title": "Есть", "kind": "tick", "points": 3},
            {"key": "count", "title": "Публикации", "kind": "count", "price": 2, "most": 5},
            {
                "key": "rows", "title": "Строки", "cap": 6,
                "rows": [{"key": "stock", "title": "Фонд", "most": 5}, {"key": "hall", "title": "Зал", "kind": "tick", "points": 4}],
            },
        )
    )  # fmt: skip
    cells = {"scale": "7,5", "choice": "strong", "tick": 1, "count": 4, "rows.stock": 5, "rows.hall": 1}

    found = run(regulation, entries("a"), sheet("s1", "a", "lev", cells))

    assert totals(found) == {"a": 15 + 7 + 3 + 5 + 6}


def test_penalty_is_taken_off_and_a_bonus_may_be_left_out():
    regulation = rules(
        stage(
            CRITERION,
            {"key": "late", "title": "Опоздание", "most": 5, "penalty": True, "optional": True},
            {"key": "extra", "title": "Сверх", "most": 10, "optional": True},
        )
    )

    found = run(
        regulation, entries("a", "b"), sheet("s1", "a", "lev", {"all": 50, "late": 5}) + sheet("s1", "b", "lev", {"all": 40, "extra": 10})
    )

    assert totals(found) == {"b": 50, "a": 45}


def test_weights_that_no_source_reads_are_said():
    told = [Juror("lev", Fraction(2), line=2), Juror("nina", line=3)]
    given = marks("s1", each({"a": 50}))

    plain = run(rules(stage(CRITERION)), entries("a"), given, told)
    assert [(one.code, one.file, one.line, one.saying.values["name"]) for one in plain.remarks] == [
        ("weights_not_used", "jurors", 2, "lev")
    ]
    weighted = rules(stage(CRITERION, sources=[{**JURY, "weighted": True}]))
    assert run(weighted, entries("a"), given, told).remarks == []


def test_no_opinion_weighs_the_others_or_leaves_the_sheet_out():
    first = {"key": "first", "title": "Первый", "most": 10}
    second = {"key": "second", "title": "Второй", "most": 30, "no_opinion": "renormalise"}
    given = sheet("s1", "a", "lev", {"first": 8}) + sheet("s1", "a", "nina", {"first": 5, "second": 15})

    assert totals(run(rules(stage(first, second)), entries("a"), given)) == {"a": Fraction(32 + 20, 2)}
    excluded = rules(stage(first, second | {"no_opinion": "exclude_sheet"}))
    assert totals(run(excluded, entries("a"), given)) == {"a": 20}


def test_criteria_of_a_nomination_are_asked_of_its_entries_only():
    regulation = rules(
        stage(CRITERION, {"key": "film", "title": "Съёмка", "most": 10, "when": {"field": "nomination", "value": "project"}}),
    )
    given = marks("s1", each({"a": 50, "b": 40})) + marks("s1", each({"b": 10}), "film")

    assert totals(run(regulation, entries("a", "b:project"), given)) == {"a": 50, "b": 50}
    assert faults(regulation, entries("a"), marks("s1", each({"a": 1})) + marks("s1", each({"a": 10}), "film")) == [
        ("marks", 2, "incomplete")
    ]
    assert faults(regulation, entries("b:project"), marks("s1", each({"b": 40}))) == [("marks", 2, "incomplete")]


@pytest.mark.parametrize(
    ("criterion", "value", "code"),
    [
        ({"most": 10}, "11", "value"),
        ({"least": 2, "most": 10}, "1", "value"),
        ({"most": 10}, "0.5", "value"),
        ({"most": 10}, "пять", "value"),
        ({"most": 10}, "1e1", "value"),
        ({"kind": "tick"}, "2", "value"),
        ({"kind": "count"}, "1.5", "value"),
        ({"kind": "count"}, "-1", "value"),
        ({"kind": "choice", "options": [{"key": "weak", "title": "Слабо", "points": 1}]}, "strong", "value"),
        ({"rows": [{"key": "one", "title": "Раз", "most": 3}]}, "3", "criterion"),
    ],
)
def test_mark_outside_its_scale_is_a_fault_with_its_line(criterion, value, code):
    regulation = rules(stage({"key": "all", "title": "Всё", **criterion}))

    assert faults(regulation, entries("a"), marks("s1", each({"a": value}))) == [("marks", 2, code)]


def test_all_faults_come_at_once():
    given = [
        Mark("s9", "a", "lev", "all", "5", "", 2),
        Mark("s1", "z", "lev", "all", "5", "", 3),
        Mark("s1", "a", "lev", "beauty", "5", "", 4),
        Mark("s1", "a", "", "all", "5", "", 5),
        Mark("s1", "a", "lev", "all", "5", "public", 6),
        Mark("s1", "a", "lev", "all", "5", "", 7),
        Mark("s1", "a", "lev", "all", "6", "", 8),
    ]

    assert faults(rules({}), entries("a"), given) == [
        ("marks", 2, "stage"), ("marks", 3, "entry"), ("marks", 4, "criterion"), ("marks", 5, "juror"), ("marks", 6, "by"), ("marks", 8, "double"),
    ]  # fmt: skip


def test_sheet_without_a_criterion_is_a_fault_and_never_a_zero():
    regulation = rules(stage(CRITERION, {"key": "more", "title": "Ещё", "most": 10}))

    assert faults(regulation, entries("a"), marks("s1", each({"a": 50}))) == [("marks", 2, "incomplete")]


def test_empty_cell_is_no_mark_and_no_sheet_is_no_place():
    found = run(rules({}), entries("a", "b"), marks("s1", each({"a": 50, "b": ""})))

    assert (places(found), totals(found)) == ({"a": 1, "b": None}, {"a": 50, "b": None})


# Methods


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"method": "mean"}, Fraction(200, 3)),
        ({"method": "mean", "round_to": 1}, Fraction(667, 10)),
        ({"method": "median"}, 70),
        ({"method": "sum"}, 200),
        ({"method": "trimmed", "drop": 1}, 70),
        ({"method": "trimmed_sum", "drop": 1}, 70),
        ({"method": "mean", "weighted": True}, Fraction(50 * 2 + 70 + 80, 4)),
        ({"method": "sum", "weighted": True}, 250),
    ],
)
def test_sheets_become_a_total_by_the_declared_method(source, expected):
    given = marks("s1", {"a": {"lev": 50, "nina": 70, "vera": 80}})

    found = run(rules({"sources": [JURY | source]}), entries("a"), given, [Juror("lev", Fraction(2))])

    assert totals(found) == {"a": expected}


def test_method_may_work_criterion_by_criterion_with_rounding():
    two = [{"key": "x", "title": "Икс", "most": 10}, {"key": "y", "title": "Игрек", "most": 10}]
    regulation = rules({"criteria": two, "sources": [JURY | {"method": "median", "each_criterion": True}]})
    given = marks("s1", {"a": {"lev": 1, "nina": 5, "vera": 9}}, "x") + marks("s1", {"a": {"lev": 9, "nina": 8, "vera": 1}}, "y")

    assert totals(run(regulation, entries("a"), given)) == {"a": 13}
    rounding = rules({"criteria": two, "sources": [JURY | {"each_criterion": True, "round_criteria": 0}]})
    thirds = marks("s1", {"a": {"lev": 1, "nina": 1, "vera": 2}}, "x") + marks("s1", {"a": {"lev": 2, "nina": 2, "vera": 1}}, "y")
    assert totals(run(rounding, entries("a"), thirds)) == {"a": 1 + 2}


def test_sum_over_unequal_numbers_of_sheets_is_a_fault_unless_the_regulation_says_so():
    given = marks("s1", {"a": {"lev": 50, "nina": 70}, "b": {"lev": 90}})

    assert faults(rules({"sources": [JURY | {"method": "sum"}]}), entries("a", "b"), given) == [("marks", 4, "unequal_sheets")]
    allowed = rules({"sources": [JURY | {"method": "sum", "unequal_sheets": True}]})
    assert totals(run(allowed, entries("a", "b"), given)) == {"a": 120, "b": 90}


def test_sum_of_places_is_led_by_the_lowest():
    given = marks("s1", {"a": {"lev": 90, "nina": 60}, "b": {"lev": 80, "nina": 80}, "c": {"lev": 80, "nina": 70}})

    found = run(rules({"sources": [JURY | {"method": "places"}]}), entries("a", "b", "c"), given)

    assert totals(found) == {"b": Fraction(7, 2), "a": 4, "c": Fraction(9, 2)}
    assert places(found) == {"b": 1, "a": 2, "c": 3}


def test_diving_rule_of_the_published_vector():
    for case in json.loads((VECTORS / "diving-a.json").read_text())["cases"]:
        scores, factor = case["input"]["scores"], case["input"]["factor"]
        source = JURY | {"method": "trimmed_sum", "drop": case["input"]["drop_high"], "times": "difficulty"}
        regulation = rules({"sources": [source], "criteria": [{"key": "all", "title": "Прыжок", "most": 10, "step": "0.5"}]})
        given = marks("s1", {"a": {f"j{number}": score for number, score in enumerate(scores)}})

        found = run(regulation, entries("a", difficulty={"a": str(factor)}), given)

        assert totals(found) == {"a": Fraction(str(case["expected"]["result"]))}


def test_tastings_of_the_published_vector():
    """Each case twice: as places the judges gave, and as marks that give these places."""
    share = {"by": [], "equal": "share"}
    by_marks = {"sources": [JURY | {"method": "places"}], "criteria": [CRITERION | {"step": "0.5"}]}
    for case in json.loads((VECTORS / "quandt-tastings-a.json").read_text())["cases"]:
        ranks = case["input"]["ranks"]
        names = [f"w{number:02}" for number in range(len(ranks[0]))]
        rows = {name: {f"j{juror}": row[number] for juror, row in enumerate(ranks)} for number, name in enumerate(names)}
        turned = {name: {juror: 100 - rank for juror, rank in given.items()} for name, given in rows.items()}
        found = [run(rules(by_marks, ranking=share), entries(*names), marks("s1", turned))]
        if all(len(set(row)) == len(row) for row in ranks):
            found.append(run(rules({"kind": "places"}, ranking=share), entries(*names), marks("s1", rows, "")))
        for one in found:
            assert [totals(one)[name] for name in names] == case["expected"]["rank_sum"]
            assert [places(one)[name] for name in names] == case["expected"]["place"]


def test_one_place_given_twice_by_a_juror_is_a_fault_at_the_later_row():
    given = marks("s1", {"a": {"lev": 1}, "b": {"lev": 1}, "c": {"nina": 1}}, "")

    assert faults(rules({"kind": "places"}), entries("a", "b", "c"), given) == [("marks", 3, "place")]


# Sources


def test_several_sources_count_by_weight_are_shown_or_compared():
    sources = [
        JURY | {"weight": "0.7"},
        {"key": "public", "by": "public", "weight": "0.3", "scale": {"by": "leader", "most": 100}},
        {"key": "self", "by": "self", "use": "shown"},
    ]
    given = (
        marks("s1", {"a": {"lev": 60}, "b": {"lev": 70}})
        + marks("s1", {"a": 200, "b": 50}, "", "public")
        + marks("s1", {"a": 99}, by="self")
    )

    found = run(rules({"sources": sources}), entries("a", "b"), given)

    assert totals(found) == {"a": 42 + 30, "b": 49 + Fraction(15, 2)}
    assert found.scores["s1"].sources["self"] == {"a": 99}


def test_votes_are_points_by_share_of_a_list_and_halls_add_up():
    vote = {"kind": "vote", "sources": [{"key": "hall", "by": "hall", "scale": {"by": "share", "most": 10}}]}
    given = [
        Mark("s1", "a", "север", "", "30", "hall", 2),
        Mark("s1", "a", "юг", "", "30", "hall", 3),
        Mark("s1", "b", "", "", "20", "hall", 4),
    ]

    assert totals(run(rules(vote), entries("a", "b"), given)) == {"a": Fraction(15, 2), "b": Fraction(5, 2)}


def test_source_that_counts_and_gave_nothing_leaves_no_total():
    sources = [JURY, {"key": "public", "by": "public", "scale": {"by": "leader", "most": 10}}]
    given = marks("s1", {"a": {"lev": 60}, "b": {"lev": 70}}) + marks("s1", {"a": 5}, "", "public")

    assert totals(run(rules({"sources": sources}), entries("a", "b"), given)) == {"a": 70, "b": None}


def test_entrants_judge_what_was_allotted_and_duty_earns_points():
    source = {"key": "others", "by": "entrant", "allotted": "to_judge", "duty": {"sheets": 2, "points": 5}}
    given_entries = entries("a", "b", "c", to_judge={"a": ["b", "c"], "b": ["a", "c"], "c": "a"})
    given = marks("s1", {"b": {"a": 50}, "c": {"a": 60, "b": 80}, "a": {"c": 70}}, by="entrant")

    found = run(rules({"sources": [source]}), given_entries, given)

    assert totals(found) == {"a": 75, "c": 70, "b": 50}
    regulation = rules({"sources": [source]})
    assert faults(regulation, given_entries, marks("s1", {"a": {"a": 50}}, by="entrant")) == [("marks", 2, "juror")]
    assert faults(regulation, given_entries, marks("s1", {"b": {"c": 50}}, by="entrant")) == [("marks", 2, "juror")]


def test_several_juries_side_by_side_each_with_its_method():
    sources = [
        {"key": "teachers", "by": "jury", "jury": "teachers", "method": "mean"},
        {"key": "pupils", "by": "jury", "jury": "pupils", "method": "median", "weight": "0.1"},
    ]
    jurors = [Juror("lev", jury="teachers"), Juror("nina", jury="teachers"), Juror("p1", jury="pupils"), Juror("p2", jury="pupils")]
    given = marks("s1", {"a": {"lev": 40, "nina": 50, "p1": 90, "p2": 100}})

    found = run(rules({"sources": sources}), entries("a"), given, jurors)

    assert totals(found) == {"a": 45 + Fraction(19, 2)}
    assert faults(rules({"sources": sources}), entries("a"), marks("s1", {"a": {"oleg": 5}}), jurors) == [("marks", 2, "by")]


def test_imported_total_stands_for_missing_sheets_but_not_beside_them():
    given = marks("s1", {"a": {"lev": 60}}) + marks("s1", {"b": "70,5"}, "", "import")

    assert totals(run(rules({}), entries("a", "b"), given)) == {"b": Fraction(141, 2), "a": 60}
    assert faults(rules({}), entries("a"), [*marks("s1", {"a": {"lev": 60}}), Mark("s1", "a", "", "", "70", "import", 9)]) == [
        ("marks", 9, "double")
    ]


def test_bare_total_of_a_sheet_counts_within_its_scale():
    assert totals(run(rules({}), entries("a"), marks("s1", {"a": {"lev": 60, "nina": 70}}, ""))) == {"a": 65}
    assert faults(rules({}), entries("a"), marks("s1", {"a": {"lev": 101}}, "")) == [("marks", 2, "value")]


def test_counted_reports_close_at_their_target():
    steps = [{"key": "april", "title": "Апрель"}, {"key": "may", "title": "Май"}]
    given = marks("s1", {"a": 3, "b": 12}, "april", "import") + marks("s1", {"a": 9}, "may", "import")

    found = run(rules({"kind": "reports", "steps": steps, "target": 10}), entries("a", "b"), given)

    assert totals(found) == {"a": 12, "b": 10}


# Stages


def test_totals_are_carried_with_weights_or_start_fresh():
    regulation = rules({}, {"adds": [{"stage": "s1", "weight": "0.5"}]}, {"kind": "sum", "adds": [{"stage": "s1"}, {"stage": "s2"}]}, {})
    given = marks("s1", each({"a": 40})) + marks("s2", each({"a": 10})) + marks("s4", each({"a": 3}))

    found = run(regulation, entries("a"), given)

    assert [totals(found, name) for name in ("s1", "s2", "s3", "s4")] == [{"a": 40}, {"a": 30}, {"a": 70}, {"a": 3}]


def test_stage_that_does_not_concern_an_entry_carries_nothing():
    regulation = rules(
        {"when": {"field": "nomination", "value": "lesson"}},
        {"adds": [{"stage": "s1"}]},
    )
    given = marks("s1", each({"a": 40})) + marks("s2", each({"a": 10, "b": 20}))

    found = run(regulation, entries("a", "b:project"), given)

    assert (totals(found, "s1"), totals(found, "s2")) == ({"a": 40}, {"a": 50, "b": 20})


def test_lowest_total_leads_where_the_regulation_says_so():
    found = run(rules({"best": "lowest"}), entries("a", "b"), marks("s1", each({"a": 40, "b": 30})))

    assert places(found) == {"b": 1, "a": 2}


def test_every_method_has_words_for_its_reason():
    from typing import get_args

    from app import wording
    from workflows.stages import Method

    assert [one for one in get_args(Method) if f"why_{one}" not in wording.SAYINGS] == []
