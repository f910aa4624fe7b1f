"""Every fault of a regulation is found: one small change to a sound one, and the checker names the place and what is wrong there."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.small import CONTEST, added, changed
from workflows import regulation as rules
from workflows.form import STAFF_KINDS
from workflows.saying import Saying

QUESTIONS = ("form", 0, "questions")
CRITERIA = ("stages", 0, "criteria")
EXTRA = {"key": "extra", "kind": "text", "label": "Ещё"}
CHOICE = {**EXTRA, "kind": "choice", "required": True, "options": [{"key": "a", "title": "А"}, {"key": "b", "title": "Б"}]}
NUMBER = {**EXTRA, "kind": "number", "required": True, "least": 0, "most": 60}
IDLE = "regulation_field_idle"


def faults(data: dict[str, Any]) -> list[tuple[tuple[str | int, ...], Saying]]:
    return [(one.path, one.saying) for one in rules.problems(rules.parse(data))]


def remedies(data: dict[str, Any]) -> list[Saying | None]:
    return [one.remedy for one in rules.problems(rules.parse(data))]


def contest(*, stages: list[dict[str, Any]] | None = None, asks: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """Return the small contest with other parts, one more question, other stages."""
    data = copy.deepcopy(CONTEST) | parts
    if asks is not None:
        data["form"][0]["questions"].append(asks)
    if stages is not None:
        data["stages"] = stages
    return data


def stage(**parts: Any) -> dict[str, Any]:
    return copy.deepcopy(CONTEST["stages"][0]) | parts


def test_small_contest_has_no_fault():
    assert faults(CONTEST) == []


# Keys, words, dates


@pytest.mark.parametrize(
    ("data", "path", "name"),
    [
        (changed("nominations", 1, "key", to="lesson"), ("nominations", 1, "key"), "lesson"),
        (added(*QUESTIONS, item={**EXTRA, "key": "file"}), (*QUESTIONS, 6, "key"), "file"),
        (changed(*CRITERIA, 1, "key", to="novelty"), (*CRITERIA, 1, "key"), "novelty"),
        (contest(stages=[stage(), stage()]), ("stages", 1, "key"), "final"),
        (
            contest(stages=[stage(sources=[{"key": "a"}, {"key": "a", "by": "self", "use": "shown"}])]),
            ("stages", 0, "sources", 1, "key"),
            "a",
        ),
        (contest(asks={**CHOICE, "options": [CHOICE["options"][0]] * 2}), (*QUESTIONS, 6, "options", 1, "key"), "a"),
        (added("awards", item={"key": "first", "title": "Приз", "by": "decision"}), ("awards", 4, "key"), "first"),
        (contest(letters=[{"notice": "entry_received", "off": True}] * 2), ("letters", 1, "notice"), "entry_received"),
    ],
)
def test_key_that_stands_twice(data, path, name):
    assert faults(data) == [(path, Saying("regulation_key_twice", name=name))]


@pytest.mark.parametrize("title", [{"en": "Only English"}, {}, {"ru": " "}])
def test_text_without_russian(title):
    assert faults(changed("title", to=title)) == [(("title",), Saying("regulation_words_missing"))]


def test_promised_english_is_asked_of_every_text():
    small = faults(contest(languages=["ru", "en"], groups=[]))

    assert (("title",), Saying("regulation_english_missing")) not in small
    assert (("summary",), Saying("regulation_english_missing")) in small
    assert (("papers", 0, "lines", 0), Saying("regulation_english_missing")) in small
    assert {said.key for _path, said in small} == {"regulation_english_missing"}


def dates(**others: dict[str, Any]) -> dict[str, Any]:
    """Return the small contest with more said about some dates, or with more dates."""
    data = copy.deepcopy(CONTEST)
    known = {one["key"]: one for one in data["dates"]}
    for key, parts in others.items():
        if key in known:
            known[key].update(parts)
        else:
            data["dates"].append({"key": key, "title": key, **parts})
    return data


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (changed("dates", 3, to={"key": "held_on", "title": "Д"}), ("dates",), Saying("regulation_date_missing", name="results_on")),
        (
            dates(intake_opens={"on": "2027-03-10"}, intake_closes={"on": "2027-03-09"}),
            ("dates", 1),
            Saying("regulation_dates_turned", name="intake_closes", other="intake_opens"),
        ),
        (
            dates(judging_closes={"default_after_days": 20}, results_on={"default_after_days": 10}),
            ("dates", 3),
            Saying("regulation_dates_turned", name="results_on", other="judging_closes"),
        ),
        (
            dates(intake_closes={"after": "results_on", "working_days": 2}),
            ("dates", 3),
            Saying("regulation_dates_turned", name="results_on", other="intake_closes"),
        ),
        (
            dates(results_on={"after": "judging_close", "working_days": 7}),
            ("dates", 3, "after"),
            Saying("regulation_unknown_date", name="judging_close"),
        ),
        (dates(results_on={"after": "judging_closes"}), ("dates", 3), Saying("shape_missing", name="working_days")),
        (dates(results_on={"working_days": 7}), ("dates", 3, "working_days"), Saying("shape_missing", name="after")),
        (
            dates(results_on={"after": "judging_closes", "working_days": 7, "on": "2027-03-10"}),
            ("dates", 3, "on"),
            Saying("regulation_one_of_both", one="on", other="after"),
        ),
        (
            contest(stages=[stage(window={"opens": "intake_opns", "closes": "judging_closes"})]),
            ("stages", 0, "window", "opens"),
            Saying("regulation_unknown_date", name="intake_opns"),
        ),
        (
            dates(intake_closes={"on": "2027-03-10"}, visit={"on": "2027-03-09"})
            | {"stages": [stage(window={"opens": "intake_closes", "closes": "visit"})]},
            ("stages", 0, "window", "closes"),
            Saying("regulation_dates_turned", name="visit", other="intake_closes"),
        ),
        (
            changed("nominations", 0, "window", to={"opens": "intake_opens", "closes": "close"}),
            ("nominations", 0, "window", "closes"),
            Saying("regulation_unknown_date", name="close"),
        ),
    ],
)
def test_fault_of_dates(data, path, said):
    assert faults(data) == [(path, said)]


def test_dates_counted_in_a_circle():
    data = dates(one={"after": "other", "working_days": 1}, other={"after": "one", "working_days": 1})

    assert faults(data) == [
        (("dates", 4, "after"), Saying("regulation_dates_circle", name="one")),
        (("dates", 5, "after"), Saying("regulation_dates_circle", name="other")),
    ]


def test_window_of_a_later_stage_ends_after_the_earlier_one():
    data = dates(intake_closes={"on": "2027-02-01"}, judging_closes={"on": "2027-03-01"}, defence={"on": "2027-02-15"})
    data["stages"] = [
        stage(key="works", window={"opens": "intake_closes", "closes": "judging_closes"}, goes_on=[{"to": "final", "most": 5}]),
        stage(window={"opens": "intake_closes", "closes": "defence"}),
    ]

    assert faults(data) == [(("stages", 1, "window", "closes"), Saying("regulation_stages_turned", name={"ru": "Жюри"}))]


# Form, consents


FORM_FAULTS = [
    (added(*QUESTIONS, item={**EXTRA, "kind": "choice"}), (*QUESTIONS, 6, "options"), Saying("regulation_options_missing")),
    (added(*QUESTIONS, item={**EXTRA, "options": CHOICE["options"]}), (*QUESTIONS, 6, "options"), Saying(IDLE, name="options")),
    (added(*QUESTIONS, item={**EXTRA, "kind": "files"}), (*QUESTIONS, 6, "files"), Saying("regulation_file_rule_missing")),
    (added(*QUESTIONS, item={**NUMBER, "least": 61}), (*QUESTIONS, 6, "least"), Saying("regulation_least_above_most")),
    (added(*QUESTIONS, item={**NUMBER, "max_length": 5}), (*QUESTIONS, 6, "max_length"), Saying(IDLE, name="max_length")),
    (added(*QUESTIONS, item={**EXTRA, "least_length": 9, "max_length": 5}), (*QUESTIONS, 6, "least_length"), Saying("regulation_least_above_most")),
    (added(*QUESTIONS, item={**CHOICE, "kind": "choices", "most_chosen": 3}), (*QUESTIONS, 6, "most_chosen"), Saying("regulation_more_than_options", have=2)),
    (changed(*QUESTIONS, 5, "files", to={"kinds": ["pdf"], "least": 3, "most": 2}), (*QUESTIONS, 5, "files", "least"), Saying("regulation_least_above_most")),
    (added(*QUESTIONS, item={**EXTRA, "kind": "group"}), (*QUESTIONS, 6, "repeat"), Saying("regulation_cells_missing")),
    (added(*QUESTIONS, item={**EXTRA, "kind": "table", "repeat": {"cells": [EXTRA]}}), (*QUESTIONS, 6, "repeat", "rows"), Saying("regulation_rows_missing")),
    (
        added(*QUESTIONS, item={**EXTRA, "kind": "group", "repeat": {"cells": [{**EXTRA, "kind": "choice"}]}}),
        (*QUESTIONS, 6, "repeat", "cells", 0, "options"),
        Saying("regulation_options_missing"),
    ),
    (added(*QUESTIONS, item={**EXTRA, "meaning": "title"}), (*QUESTIONS, 6, "meaning"), Saying("regulation_asked_twice", name="title")),
    (added(*QUESTIONS, item={**EXTRA, "kind": "authors"}), (*QUESTIONS, 6, "kind"), Saying("regulation_asked_twice", name="authors")),
    (
        added(*QUESTIONS, item={**CHOICE, "kind": "participation", "options": [CHOICE["options"][0], {"key": "speaker", "title": "Д"}]}),
        (*QUESTIONS, 6, "options", 0, "key"),
        Saying("regulation_participation_unknown", name="a"),
    ),
    (changed(*QUESTIONS, 4, "when", to={"field": "film", "op": "answered"}), (*QUESTIONS, 4, "when", "field"), Saying("regulation_unknown_question", name="film")),
    (
        changed(*QUESTIONS, 4, "when", to={"any": [{"field": "has_video", "value": True}, {"field": "file", "op": "answered"}]}),
        (*QUESTIONS, 4, "when", "any", 1, "field"),
        Saying("regulation_condition_looks_ahead", name="file"),
    ),
    (changed(*QUESTIONS, 4, "required", to={"field": "video", "op": "answered"}), (*QUESTIONS, 4, "required", "field"), Saying("regulation_condition_looks_ahead", name="video")),
    (changed(*QUESTIONS, 4, "when", to={"field": "nomination", "value": "song"}), (*QUESTIONS, 4, "when", "value"), Saying("regulation_unknown_option", name="song")),
    (changed(*QUESTIONS, 4, "when", "value", to="maybe"), (*QUESTIONS, 4, "when", "value"), Saying("regulation_not_yes_no", name="maybe")),
    (
        changed(*QUESTIONS, 4, "when", to={"field": "title", "op": "at_least", "value": 3}),
        (*QUESTIONS, 4, "when", "op"),
        Saying("regulation_not_a_number", name="title", op="at_least"),
    ),
    (
        changed(*QUESTIONS, 4, "when", to={"field": "title", "op": "before", "value": "2027-01-01"}),
        (*QUESTIONS, 4, "when", "op"),
        Saying("regulation_not_a_date", name="title", op="before"),
    ),
    (
        changed(*QUESTIONS, 4, "when", to={"all": [{"field": "has_video", "value": True}, {"field": "has_video", "value": False}]}),
        (*QUESTIONS, 4, "when"),
        Saying("regulation_condition_never"),
    ),
    (
        added(*QUESTIONS, item={**EXTRA, "when": {"field": "video", "op": "is_not", "value": "x"}}),
        (*QUESTIONS, 6, "when", "field"),
        Saying("regulation_hidden_used", name="video"),
    ),
    (added(*QUESTIONS, item={**EXTRA, "filled_by": "staff", "kind": "person"}), (*QUESTIONS, 6, "kind"), Saying("regulation_staff_kind", name="person", possible=STAFF_KINDS)),
    (added(*QUESTIONS, item={**EXTRA, "filled_by": "staff", "required": True}), (*QUESTIONS, 6, "required"), Saying("regulation_staff_required")),
    (added(*QUESTIONS, item={**EXTRA, "locks_at": "intake_close"}), (*QUESTIONS, 6, "locks_at"), Saying("regulation_unknown_moment", name="intake_close")),
    (changed(*QUESTIONS, 2, "when", to={"field": "nomination", "value": "lesson"}), (*QUESTIONS, 2, "when"), Saying("regulation_title_hidden")),
    (changed("nominations", to=[]), (*QUESTIONS, 1, "kind"), Saying("regulation_nominations_missing")),
    (changed(*QUESTIONS, 1, to=EXTRA), ("nominations",), Saying("regulation_nomination_not_asked")),
    (changed("consents", 0, "required", to=False), ("consents",), Saying("regulation_processing_consent_missing")),
    (changed("consents", 1, "required", to=True), ("consents", 1, "required"), Saying("regulation_spreading_consent_forced")),
    (changed("consents", 0, "covers", to=["phone"]), (*QUESTIONS, 0, "kind"), Saying("regulation_data_not_named", name="name")),
]  # fmt: skip


@pytest.mark.parametrize(("data", "path", "said"), FORM_FAULTS)
def test_fault_of_the_form(data, path, said):
    assert faults(data) == [(path, said)]


def test_condition_on_what_staff_fill_in():
    data = contest(asks={**CHOICE, "required": False, "filled_by": "staff"})
    data["form"][0]["questions"].append({**EXTRA, "key": "more", "when": {"field": "extra", "value": "a"}})

    assert faults(data) == [((*QUESTIONS, 7, "when", "field"), Saying("regulation_condition_on_staff", name="extra"))]


def test_hidden_question_is_safe_beside_the_condition_that_shows_it():
    shown = {"field": "has_video", "value": True}
    data = added(*QUESTIONS, item={**EXTRA, "when": {"all": [shown, {"field": "video", "op": "is_not", "value": "x"}]}})

    assert faults(data) == []


def test_consent_that_names_nothing_is_made_from_the_questions():
    assert faults(contest(asks={**EXTRA, "personal": "phone"})) == []
    named = contest(asks={**EXTRA, "personal": "phone"})
    named["consents"][0]["covers"] = ["name"]
    assert [(one.path, one.remedy) for one in rules.problems(rules.parse(named))] == [
        ((*QUESTIONS, 6, "personal"), Saying("remedy_cover", name="phone"))
    ]


# Nominations that follow from answers


def derived(*conditions: dict[str, Any], asks: dict[str, Any] = NUMBER) -> dict[str, Any]:
    data = contest(asks=asks)
    data["nominations"] = [{"key": f"n{place}", "title": f"Н{place}", "when": one} for place, one in enumerate(conditions)]
    del data["form"][0]["questions"][1]
    return data


def upto(value: object) -> dict[str, Any]:
    return {"field": "extra", "op": "at_most", "value": value}


def over(value: object) -> dict[str, Any]:
    return {"field": "extra", "op": "more_than", "value": value}


def between(low: object, high: object) -> Saying:
    return Saying("answer_between", field={"ru": "Ещё"}, low=low, high=high)


def test_ranges_that_touch_are_sound():
    assert faults(derived(upto(3), {"all": [over(3), upto(10)]}, over(10))) == []
    assert faults(derived({"field": "extra", "value": "a"}, {"field": "extra", "op": "is_not", "value": "a"}, asks=CHOICE)) == []


def test_ranges_that_overlap_name_an_answer_to_both():
    [(path, said)] = faults(derived(upto(5), over(3)))

    assert path == ("nominations", 1, "when")
    assert said == Saying("regulation_nominations_overlap", other={"ru": "Н0"}, answers=(between(3, 5),))


def test_gap_between_ranges_is_named():
    data = derived(upto(3), {"field": "extra", "op": "at_least", "value": 5})

    assert faults(data) == [(("nominations",), Saying("regulation_nominations_gap", answers=(between(3, 5),)))]


def test_gap_above_the_last_range_is_named_as_far_as_the_question_goes():
    data = derived(upto(3), {"all": [over(3), upto(20)]})
    assert faults(data) == [(("nominations",), Saying("regulation_nominations_gap", answers=(between(20, 60),)))]
    open_end = derived(upto(3), {"all": [over(3), upto(20)]}, asks={key: value for key, value in NUMBER.items() if key != "most"})
    [(_path, said)] = faults(open_end)
    assert said.values["answers"] == (Saying("answer_above", field={"ru": "Ещё"}, value=Decimal(20)),)


def test_full_years_are_whole_so_that_35_and_36_leave_no_gap():
    asks = {**EXTRA, "kind": "date", "required": True}
    young = {"field": "extra", "op": "years_at_most", "value": 35, "on": {"date": "intake_closes"}}

    assert faults(derived(young, young | {"op": "years_at_least", "value": 36}, asks=asks)) == []
    [(path, said)] = faults(derived(young, young | {"op": "years_at_least", "value": 35}, asks=asks))
    assert (path, said.key) == (("nominations", 1, "when"), "regulation_nominations_overlap")
    [(path, said)] = faults(derived(young, young | {"op": "years_at_least", "value": 37}, asks=asks))
    assert (path, said.key) == (("nominations",), "regulation_nominations_gap")


def test_option_without_a_nomination_is_a_gap():
    data = derived(
        {"field": "extra", "value": "a"},
        {"field": "extra", "value": "c"},
        asks={**CHOICE, "options": [*CHOICE["options"], {"key": "c", "title": "В"}]},
    )

    assert faults(data) == [
        (("nominations",), Saying("regulation_nominations_gap", answers=(Saying("answer_is", field={"ru": "Ещё"}, value="b"),)))
    ]


def test_answer_that_a_nomination_follows_from_is_required():
    data = derived(upto(3), over(3), asks={**NUMBER, "required": False})

    assert faults(data) == [
        (("nominations", place, "when", "field"), Saying("regulation_answer_needed", name={"ru": "Ещё"})) for place in (0, 1)
    ]


def test_nobody_is_asked_to_choose_what_follows_from_answers():
    data = derived(upto(3), over(3))
    data["form"][0]["questions"].append(CONTEST["form"][0]["questions"][1])

    assert faults(data) == [((*QUESTIONS, 6, "kind"), Saying("regulation_nothing_to_choose"))]
