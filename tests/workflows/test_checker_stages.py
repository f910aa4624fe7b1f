"""Faults of entering, stages, sources, criteria, lists and cuts: what nobody could mark, reach, rank or go on to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.small import CONTEST, changed
from tests.workflows.test_checker import CRITERIA, IDLE, NUMBER, QUESTIONS, contest, faults, remedies, stage
from workflows.saying import Saying

FINAL = {"ru": "Жюри"}
LEAST = "regulation_least_above_most"


# Who may enter


def entering(**parts: Any) -> dict[str, Any]:
    return contest(entering=parts)


def condition(**parts: Any) -> dict[str, Any]:
    return contest(asks=NUMBER, entering={"conditions": [{"key": "service", "message": "Нужен стаж", **parts}]})


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (entering(applicant=[]), ("applicant",), Saying("regulation_nobody_enters")),
        (entering(authors={"least": 3, "most": 2}), ("authors", "least"), Saying(LEAST)),
        (entering(authors={"substitution": "intake"}), ("authors", "substitution"), Saying("regulation_unknown_date", name="intake")),
        (condition(), ("conditions", 0, "holds"), Saying("regulation_checked_by_nobody")),
        (condition(manual=True, holds={"field": "extra", "value": 3}), ("conditions", 0, "manual"), Saying("regulation_checked_twice")),
        (condition(manual=True, unmet="proof"), ("conditions", 0, "proof"), Saying("shape_missing", name="proof")),
        (condition(manual=True, unmet="proof", proof="fil"), ("conditions", 0, "proof"), Saying("regulation_unknown_question", name="fil")),
        (condition(manual=True, unmet="proof", proof="title"), ("conditions", 0, "proof"), Saying("regulation_proof_kind", name="title")),
        (condition(holds={"field": "service", "value": 3}), ("conditions", 0, "holds", "field"), Saying("regulation_unknown_question", name="service")),
        (condition(holds={"field": "extra", "op": "more_than", "value": 60}), ("conditions", 0, "holds"), Saying("regulation_condition_never")),
        (entering(limits=[{"of": "person"}]), ("limits", 0), Saying("regulation_limit_empty")),
        (entering(limits=[{"of": "person", "least": 3, "most": 2}]), ("limits", 0, "least"), Saying(LEAST)),
        (entering(limits=[{"of": "person", "most": 2, "within": ["nominations"]}]), ("limits", 0, "within", 0), Saying("regulation_unknown_list_key", name="nominations")),
    ],
)  # fmt: skip
def test_fault_of_entering(data, path, said):
    assert faults(data) == [(("entering", *path), said)]


def test_facts_of_an_entry_can_be_asked_without_a_question():
    data = condition(holds={"field": "authors_count", "op": "at_most", "value": 3})
    data["entering"]["limits"] = [{"of": "organisation", "within": ["territory", "nomination"], "most": 2}]

    assert faults(data) == []


# Stages


def two(first: dict[str, Any] | None = None, second: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """Return the contest with a first stage from which ten go on to the final."""
    works = stage(key="works", title="Отбор", goes_on=[{"to": "final", "most": 10}])
    return contest(stages=[works | (first or {}), stage() | (second or {})], **parts)


def test_two_stages_are_sound():
    assert faults(two()) == []


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (contest(stages=[{"key": "final", "kind": "check", "title": "Проверка"}]), ("stages",), Saying("regulation_marks_missing")),
        (changed(*CRITERIA, to=[]), CRITERIA, Saying("regulation_criteria_missing")),
        (contest(stages=[stage(), {"key": "all", "kind": "sum", "title": "Сумма"}]), ("stages", 1, "adds"), Saying("regulation_nothing_to_add")),
        (contest(stages=[stage(target=5)]), ("stages", 0, "target"), Saying(IDLE, name="target")),
        (two(second={"adds": [{"stage": "work"}]}), ("stages", 1, "adds", 0, "stage"), Saying("regulation_unknown_stage", name="work")),
        (two(first={"adds": [{"stage": "final"}]}), ("stages", 0, "adds", 0, "stage"), Saying("regulation_adds_later", name="final")),
        (two(second={"adds": [{"stage": "works"}, {"stage": "works"}]}), ("stages", 1, "adds", 1, "stage"), Saying("regulation_adds_twice", name="works")),
        (two(second={"adds": [{"stage": "works"}], "best": "lowest"}), ("stages", 1, "adds", 0, "stage"), Saying("regulation_adds_turned", name="works")),
        (two(first={"goes_on": [{"to": "finale"}]}), ("stages", 0, "goes_on", 0, "to"), Saying("regulation_unknown_stage", name="finale")),
        (two(second={"goes_on": [{"to": "works"}]}), ("stages", 1, "goes_on", 0, "to"), Saying("regulation_goes_back", name="works")),
        (two(second={"direct": {"field": "nomination", "value": "song"}}), ("stages", 1, "direct", "value"), Saying("regulation_unknown_option", name="song")),
        (contest(stages=[stage(when={"field": "zone", "op": "less_than", "value": 1})]), ("stages", 0, "when", "op"), Saying("regulation_not_a_number", name="zone", op="less_than")),
    ],
)  # fmt: skip
def test_fault_of_a_stage(data, path, said):
    assert faults(data) == [(path, said)]


def test_stage_without_totals_cannot_be_added_or_cut_by_number():
    check = {"key": "check", "kind": "check", "title": "Проверка", "goes_on": [{"to": "final", "most": 5}]}

    assert faults(contest(stages=[check, stage(adds=[{"stage": "check"}])])) == [
        (("stages", 1, "adds", 0, "stage"), Saying("regulation_adds_without_total", name="check")),
        (("stages", 0, "goes_on", 0), Saying("regulation_cut_without_totals", stage={"ru": "Проверка"})),
    ]
    assert faults(contest(stages=[check | {"goes_on": [{"to": "final", "decided": True}]}, stage()])) == []


def test_stage_that_is_not_for_those_who_go_on_to_it():
    lesson, project = ({"field": "nomination", "value": key} for key in ("lesson", "project"))
    data = two(second={"when": project})
    data["stages"][0]["goes_on"][0]["when"] = lesson
    assert faults(data) == [(("stages", 1, "when"), Saying("regulation_stage_not_reached"))]

    data["stages"][1]["direct"] = project
    assert faults(data) == []


# Sources and criteria


def sources(*several: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return contest(
        asks={**NUMBER, "kind": "text", "least": None, "most": None, "required": False}, stages=[stage(sources=list(several), **parts)]
    )


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (sources({"method": "trimmed", "drop": 2, "sheets": 4}), (0, "drop"), Saying("regulation_drop_too_many")),
        (sources({"method": "trimmed", "sheets": 5}), (0, "drop"), Saying("regulation_drop_missing")),
        (sources({"drop": 1, "sheets": 5}), (0, "drop"), Saying(IDLE, name="drop")),
        (sources({"quorum": {"sheets": 4}}), (0, "quorum", "sheets"), Saying("regulation_quorum_too_large", sheets=3)),
        (sources({"quorum": {}}), (0, "quorum"), Saying("regulation_one_of_both", one="sheets", other="share")),
        (sources({"use": "shown"}), (), Saying("regulation_nothing_counts")),
        (sources({}, {"key": "experts"}), (1, "jury"), Saying("regulation_sources_alike")),
        (sources({}, {"key": "votes", "by": "public"}), (1, "scale"), Saying("regulation_votes_unscaled")),
        (sources({"scale": {"by": "leader", "most": 5}}), (0, "scale"), Saying(IDLE, name="scale")),
        (sources({"by": "entrant"}), (0, "allotted"), Saying("regulation_allotted_missing")),
        (sources({"by": "entrant", "allotted": "panel"}), (0, "allotted"), Saying("regulation_unknown_question", name="panel")),
        (sources({"by": "entrant", "allotted": "extra", "duty": {"sheets": 4, "points": 1}}), (0, "duty", "sheets"), Saying("regulation_duty_too_large", sheets=3)),
        (sources({"allotted": "extra"}), (0, "allotted"), Saying(IDLE, name="allotted")),
        (sources({}, {"key": "own", "by": "self", "use": "shown", "weight": 2}), (1, "weight"), Saying(IDLE, name="weight")),
    ],
)  # fmt: skip
def test_fault_of_a_source(data, path, said):
    assert faults(data) == [(("stages", 0, "sources", *path), said)]


def test_scaled_votes_and_several_juries_are_sound():
    votes = {"key": "votes", "by": "public", "scale": {"by": "leader", "most": 10}}

    assert faults(sources({"jury": "a"}, {"key": "experts", "jury": "b"}, votes)) == []
    assert (
        faults(contest(stages=[{"key": "final", "kind": "vote", "title": "Голоса", "sources": [{"by": "public", "method": "sum"}]}])) == []
    )


@pytest.mark.parametrize(
    ("criterion", "path", "said"),
    [
        ({"most": 0}, ("most",), Saying("regulation_scale_empty")),
        ({"most": 5, "step": 2}, ("step",), Saying("regulation_step_off_scale")),
        ({"most": 500, "step": "0.001"}, ("step",), Saying("regulation_scale_too_fine", most=1001)),
        ({"most": 5, "levels": {"6": "сверх"}}, ("levels", "6"), Saying("regulation_level_off_scale", name="6")),
        ({"kind": "choice"}, ("options",), Saying("regulation_options_missing")),
        ({"kind": "tick", "most": 3}, ("most",), Saying(IDLE, name="most")),
        ({"kind": "count", "price": 5, "most": 3}, ("most",), Saying("regulation_cap_below_price", price=Decimal(5))),
        ({"rows": [{"key": "a", "title": "А", "most": 3}], "cap": 5}, ("cap",), Saying("regulation_cap_not_reached", most=Decimal(3))),
        ({"rows": [{"key": "a", "title": "А", "most": 3}], "most": 3}, ("most",), Saying(IDLE, name="most")),
        ({"rows": [{"key": "a", "title": "А"}]}, ("rows", 0, "most"), Saying("regulation_scale_empty")),
        (
            {"most": 5, "when": {"field": "nomination", "value": "song"}},
            ("when", "value"),
            Saying("regulation_unknown_option", name="song"),
        ),
    ],
)
def test_fault_of_a_criterion(criterion, path, said):
    assert faults(changed(*CRITERIA, 0, to={"key": "novelty", "title": "Н", **criterion})) == [((*CRITERIA, 0, *path), said)]


def test_criterion_nobody_marks():
    asked = {"field": "nomination", "value": "lesson"}
    data = contest(stages=[stage(when={"field": "nomination", "value": "project"})])
    data["stages"][0]["criteria"][0]["when"] = asked
    assert faults(data) == [((*CRITERIA, 0, "when"), Saying("regulation_condition_never"))]

    votes = stage(kind="vote", criteria=[CONTEST["stages"][0]["criteria"][0]])
    assert faults(contest(stages=[votes])) == [((*CRITERIA, 0), Saying("regulation_criterion_not_marked", name={"ru": "Новизна"}))]


# Lists, ties, statuses


def ranking(**parts: Any) -> dict[str, Any]:
    return contest(asks={**NUMBER, "required": False}, ranking=parts)


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (ranking(by=["nominatio"]), ("by", 0), Saying("regulation_unknown_list_key", name="nominatio")),
        (ranking(by=["group"]), ("by", 0), Saying("regulation_no_groups")),
        (ranking(by=["extra"]), ("by", 0), Saying("regulation_answer_needed", name={"ru": "Ещё"})),
        (ranking(least={"count": 3, "of": "above"}), ("least", "above"), Saying("shape_missing", name="above")),
        (ranking(least={"count": 3, "then": "merged"}), ("least", "into"), Saying("shape_missing", name="into")),
        (ranking(least={"count": 3, "then": "merged", "into": "lessons"}), ("least", "into"), Saying("regulation_unknown_nomination", name="lessons")),
        (ranking(least={"count": 3, "into": "lesson"}), ("least", "into"), Saying(IDLE, name="into")),
        (ranking(by="overall", least={"count": 3, "then": "merged", "into": "lesson"}), ("least", "then"), Saying("regulation_nothing_to_merge")),
        (ranking(tie_keys=[{"by": "chair"}, {"by": "criterion", "criterion": "beauty"}]), ("tie_keys", 1, "criterion"), Saying("regulation_unknown_criterion", name="beauty")),
        (ranking(tie_keys=[{"by": "criterion"}]), ("tie_keys", 0, "criterion"), Saying("shape_missing", name="criterion")),
        (ranking(tie_keys=[{"by": "stage", "stage": "finals"}]), ("tie_keys", 0, "stage"), Saying("regulation_unknown_stage", name="finals")),
        (ranking(tie_keys=[{"by": "source", "source": "experts"}]), ("tie_keys", 0, "source"), Saying("regulation_unknown_source", name="experts")),
        (ranking(tie_keys=[{"by": "field", "field": "servic"}]), ("tie_keys", 0, "field"), Saying("regulation_unknown_question", name="servic")),
        (ranking(tie_keys=[{"by": "chair", "criterion": "novelty"}]), ("tie_keys", 0, "criterion"), Saying(IDLE, name="criterion")),
        (ranking(tie_keys=[{"by": "lot"}, {"by": "earlier"}]), ("tie_keys", 1), Saying("regulation_tie_after_lot")),
    ],
)  # fmt: skip
def test_fault_of_a_ranking(data, path, said):
    assert faults(data) == [(("ranking", *path), said)]


def test_tie_keys_of_the_closed_list_are_sound():
    keys = [
        {"by": "criterion", "criterion": "novelty"},
        {"by": "field", "field": "extra"},
        {"by": "earlier"},
        {"by": "chair"},
        {"by": "lot"},
    ]

    assert faults(ranking(tie_keys=keys, places="shared")) == []


def test_tie_key_reads_a_stage_that_is_over_and_has_sheets():
    later = two(first={"lists": [{"tie_keys": [{"by": "stage", "stage": "final"}]}]})
    assert faults(later) == [(("stages", 0, "lists", 0, "tie_keys", 0, "stage"), Saying("regulation_tie_later", name="final"))]

    votes = {"key": "final", "kind": "vote", "title": "Голоса", "lists": [{"tie_keys": [{"by": "highest_marks"}]}]}
    assert faults(contest(stages=[votes])) == [(("stages", 0, "lists", 0, "tie_keys", 0, "by"), Saying("regulation_tie_without_sheets"))]


def test_same_lists_twice():
    data = contest(stages=[stage(lists=[{"by": "nomination"}, {"by": "overall"}, {"by": ["nomination"]}])])

    assert faults(data) == [(("stages", 0, "lists", 2, "by"), Saying("regulation_list_twice"))]


@pytest.mark.parametrize(
    ("statuses", "path", "said"),
    [
        ([{"below": 10}, {"below": 5}], (1, "below"), Saying("regulation_status_never")),
        ([{"below": 26}], (0, "below"), Saying("regulation_above_maximum", most=Decimal(25))),
        ([{"below": 5, "below_share": "0.2"}], (0,), Saying("regulation_one_of_both", one="below", other="below_share")),
        ([{"below": 5, "key": "withdrawn"}], (0, "key"), Saying("regulation_status_reserved", name="withdrawn")),
    ],
)
def test_fault_of_statuses(statuses, path, said):
    data = contest(stages=[stage(statuses=[{"key": f"s{place}", "title": "С", **one} for place, one in enumerate(statuses)])])

    assert faults(data) == [(("stages", 0, "statuses", *path), said)]


# Cuts


def cut(**parts: Any) -> dict[str, Any]:
    return two(first={"goes_on": [{"to": "final", **parts}]})


VILLAGE = {"field": "nomination", "value": "lesson"}


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (cut(per=["zone"]), ("per",), Saying("regulation_no_such_list", stage={"ru": "Отбор"})),
        (cut(per=["nominatoin"]), ("per", 0), Saying("regulation_unknown_list_key", name="nominatoin")),
        (cut(at_least=26), ("at_least",), Saying("regulation_above_maximum", most=Decimal(25))),
        (cut(seats=[{"when": VILLAGE, "count": 2}]), ("seats", 0), Saying("regulation_seats_without_cut")),
        (cut(most=3, seats=[{"when": VILLAGE, "count": 2}, {"when": VILLAGE, "count": 2}]), ("seats",), Saying("regulation_seats_above_cut", seats=4, most=3)),
        (cut(most=3, when={"field": "town", "value": "x"}), ("when", "field"), Saying("regulation_unknown_question", name="town")),
    ],
)  # fmt: skip
def test_fault_of_a_cut(data, path, said):
    assert faults(data) == [(("stages", 0, "goes_on", 0, *path), said)]


def three(first: dict[str, Any], second: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return contest(
        stages=[
            stage(key="one", title="Первый", goes_on=[{"to": "two", **first}], **parts),
            stage(key="two", title="Второй", goes_on=[{"to": "final", **second}], **parts),
            stage(),
        ]
    )


def test_cut_is_not_larger_than_an_earlier_one():
    larger = [(("stages", 1, "goes_on", 0, "most"), Saying("regulation_cut_above_field", most=12, field=10))]
    assert faults(three({"most": 10}, {"most": 12})) == larger
    assert faults(three({"most": 10}, {"most": 10})) == []
    overall = {"lists": [{"by": "overall"}]}
    assert faults(three({"most": 10}, {"most": 12}, **overall)) == larger


def test_cut_of_each_nomination_gives_so_many_for_one_list_of_all():
    lists = {"lists": [{"by": "nomination"}, {"by": "overall"}]}
    first = {"most": 10, "per": ["nomination"]}

    assert faults(three(first, {"most": 20, "per": []}, **lists)) == []
    assert faults(three(first, {"most": 21, "per": []}, **lists)) == [
        (("stages", 1, "goes_on", 0, "most"), Saying("regulation_cut_above_field", most=21, field=20))
    ]


def test_cut_that_all_equal_ones_pass_bounds_nothing():
    assert faults(three({"most": 10, "equal": "all"}, {"most": 12})) == []


def test_cut_is_not_larger_than_all_entries_there_can_be():
    data = two(entering={"limits": [{"of": "event", "most": 8}]})

    assert faults(data) == [(("stages", 0, "goes_on", 0, "most"), Saying("regulation_cut_above_field", most=10, field=8))]


def test_share_of_a_maximum_without_end():
    data = cut(share_of_max="0.5")
    data["stages"][0]["criteria"][0] = {"key": "novelty", "title": "Н", "kind": "count"}

    assert faults(data) == [(("stages", 0, "goes_on", 0, "share_of_max"), Saying("regulation_share_without_end"))]


def test_highest_total_counts_only_what_one_nomination_is_marked_by():
    data = cut(at_least=21)
    for place, nomination in enumerate(("lesson", "project")):
        data["stages"][0]["criteria"][place]["when"] = {"field": "nomination", "value": nomination}

    assert faults(data) == [(("stages", 0, "goes_on", 0, "at_least"), Saying("regulation_above_maximum", most=Decimal(20)))]


# Repairs


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (changed("awards", 0, "paper", to="diplom"), Saying("remedy_replace", name="diploma")),
        (changed(*QUESTIONS, 4, "when", "field", to="hasvideo"), Saying("remedy_replace", name="has_video")),
        (changed(*QUESTIONS, 4, "when", to={"field": "nomination", "value": "lessn"}), Saying("remedy_replace", name="lesson")),
        (cut(per=["zone"]), Saying("remedy_replace", name="[nomination]")),
        (contest(stages=[stage(target=5)]), Saying("remedy_remove")),
        (changed("consents", 1, "required", to=True), Saying("remedy_replace", name="false")),
        (contest(dates=CONTEST["dates"][:3]), Saying("remedy_add_date", name="results_on")),
        (changed("awards", 0, "paper", to="medal"), None),
    ],
)
def test_repair_is_told_where_there_is_one(data, remedy):
    assert remedies(data) == [remedy]
