"""A regulation is read from plain data, its parts are found by key, and its faults are named with their place."""

import time

import pytest
from pydantic import ValidationError

from tests.workflows.small import CONTEST, added, changed
from workflows import regulation as rules
from workflows.saying import Saying

QUESTIONS = ("form", 0, "questions")
CRITERIA = ("stages", 0, "criteria")


def test_small_contest_is_sound():
    assert rules.problems(rules.parse(CONTEST)) == []


def test_one_place_may_have_an_award_for_each_kind_of_entry():
    data = changed("awards", 0, "when", to={"field": "nomination", "value": "lesson"})
    data["awards"][1] |= {"place_from": 1, "when": {"field": "nomination", "value": "project"}}

    assert rules.problems(rules.parse(data)) == []


def test_parts_are_found_by_key():
    small = rules.parse(CONTEST)

    assert small.question("video").kind == "link"
    assert small.nomination("project").title == {"ru": "Проект"}
    assert small.stage("final").criterion("result").most == 10
    assert small.award("first").paper == small.paper("diploma").key
    assert small.title_question is small.question("title")
    assert small.marking_stage is small.stage("final")
    for find in (small.question, small.nomination, small.stage, small.award, small.paper, small.stage("final").criterion):
        with pytest.raises(KeyError):
            find("nothing")


@pytest.mark.parametrize(("kind", "table"), [("contest", "judged"), ("exhibition", "shown"), ("bridge", "attended")])
def test_kind_of_event_decides_the_table(kind, table):
    assert rules.compile(rules.parse(changed("kind", to=kind))).kind == table


def test_regulation_survives_being_stored():
    small = rules.parse(CONTEST)

    assert rules.parse(small.model_dump(mode="json", by_alias=True)) == small


def test_missing_english_falls_back_to_russian():
    assert rules.words({"ru": "Урок", "en": "Lesson"}, "en") == "Lesson"
    assert rules.words({"ru": "Урок"}, "en") == "Урок"
    assert rules.words({"ru": "Урок", "en": ""}, "en") == "Урок"
    assert rules.words(None) == ""


def test_plain_text_is_russian():
    assert rules.parse(changed("title", to="Малый конкурс")).title == {"ru": "Малый конкурс"}


def test_scale_is_listed_value_by_value():
    criterion = (
        rules.parse(changed(*CRITERIA, 0, to={"key": "n", "title": "Н", "least": 1, "most": 2, "step": "0.25"})).stages[0].criteria[0]
    )

    assert [str(value) for value in criterion.values()] == ["1.00", "1.25", "1.50", "1.75", "2.00"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("formula",), "__import__('os')"),
        (("schema",), 2),
        (("kind",), "marathon"),
        (("key",), "Мой конкурс"),
        (("title",), {"ru": "Конкурс", "de": "Wettbewerb"}),
        (("title",), 5),
        (("form",), []),
        ((*QUESTIONS, 2, "kind"), "password"),
        ((*QUESTIONS, 2, "required"), "yes"),
        ((*QUESTIONS, 2, "max_length"), 0),
        ((*QUESTIONS, 5, "files"), {"kinds": ["exe"]}),
        ((*QUESTIONS, 5, "files"), {"kinds": ["pdf"], "max_mb": 100_000}),
        ((*QUESTIONS, 4, "when"), "has_video == 1"),
        ((*CRITERIA, 0, "most"), "9**9**9"),
        ((*CRITERIA, 0, "most"), "1e400"),
        ((*CRITERIA, 0, "most"), float("inf")),
        ((*CRITERIA, 0, "most"), True),
        ((*CRITERIA, 0, "step"), 0),
        (("stages", 0, "mode"), "statistics.mean"),
        (("awards", 0, "share_of_max"), "1.5"),
    ],
)
def test_a9_data_of_another_shape_is_refused(path, value):
    with pytest.raises(ValidationError) as caught:
        rules.parse(changed(*path, to=value))
    assert caught.value.errors()[0]["loc"][: len(path)] == path


def fault(data):
    """Return the only problem of the data as (path, saying)."""
    [problem] = rules.problems(rules.parse(data))
    return problem.path, problem.saying


VIDEO = (*QUESTIONS, 4)
EXTRA = {"key": "extra", "kind": "text", "label": "Ещё"}
CHOICE = {**EXTRA, "kind": "choice", "options": [{"key": "a", "title": "А"}, {"key": "b", "title": "Б"}]}


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (changed("nominations", 1, "key", to="lesson"), ("nominations", 1, "key"), Saying("regulation_key_twice", name="lesson")),
        (added(*QUESTIONS, item={**EXTRA, "key": "file"}), (*QUESTIONS, 6, "key"), Saying("regulation_key_twice", name="file")),
        (changed(*CRITERIA, 1, "key", to="novelty"), (*CRITERIA, 1, "key"), Saying("regulation_key_twice", name="novelty")),
        (changed("title", to={"en": "Only English"}), ("title",), Saying("regulation_words_missing")),
        (changed("title", to={}), ("title",), Saying("regulation_words_missing")),
        (changed("summary", to={"ru": " "}), ("summary",), Saying("regulation_words_missing")),
        (changed("dates", 3, to={"key": "held_on", "title": "Д"}), ("dates",), Saying("regulation_date_missing", name="results_on")),
        (added(*QUESTIONS, item={**EXTRA, "kind": "choice"}), (*QUESTIONS, 6, "options"), Saying("regulation_options_missing")),
        (added(*QUESTIONS, item={**EXTRA, "kind": "files"}), (*QUESTIONS, 6, "files"), Saying("regulation_file_rule_missing")),
        (
            added(*QUESTIONS, item={**EXTRA, "kind": "number", "least": 5, "most": 1}),
            (*QUESTIONS, 6, "least"),
            Saying("regulation_least_above_most"),
        ),
        (added(*QUESTIONS, item={**EXTRA, "meaning": "title"}), (*QUESTIONS, 6, "meaning"), Saying("regulation_asked_twice", name="title")),
        (added(*QUESTIONS, item={**EXTRA, "kind": "authors"}), (*QUESTIONS, 6, "kind"), Saying("regulation_asked_twice", name="authors")),
        (
            added(
                *QUESTIONS, item={**CHOICE, "kind": "participation"} | {"options": [CHOICE["options"][0], {"key": "speaker", "title": "Д"}]}
            ),
            (*QUESTIONS, 6, "options", 0, "key"),
            Saying("regulation_participation_unknown", name="a"),
        ),
        (
            changed(*VIDEO, "when", to={"field": "film", "op": "answered"}),
            (*VIDEO, "when", "field"),
            Saying("regulation_unknown_question", name="film"),
        ),
        (
            changed(*VIDEO, "when", to={"field": "file", "op": "answered"}),
            (*VIDEO, "when", "field"),
            Saying("regulation_condition_looks_ahead", name="file"),
        ),
        (
            changed(*VIDEO, "when", to={"field": "video", "op": "answered"}),
            (*VIDEO, "when", "field"),
            Saying("regulation_condition_looks_ahead", name="video"),
        ),
        (
            changed(*VIDEO, "when", to={"field": "nomination", "value": "song"}),
            (*VIDEO, "when", "value"),
            Saying("regulation_unknown_option", name="song"),
        ),
        (changed("nominations", to=[]), (*QUESTIONS, 1, "kind"), Saying("regulation_nominations_missing")),
        (changed(*QUESTIONS, 1, to=EXTRA), ("nominations",), Saying("regulation_nomination_not_asked")),
        (changed("consents", 0, "required", to=False), ("consents",), Saying("regulation_processing_consent_missing")),
        (changed("consents", 1, "required", to=True), ("consents", 1, "required"), Saying("regulation_spreading_consent_forced")),
        (changed("stages", 0, to={"key": "final", "kind": "check", "title": "Проверка"}), ("stages",), Saying("regulation_marks_missing")),
        (changed("stages", 0, "criteria", to=[]), (*CRITERIA,), Saying("regulation_criteria_missing")),
        (
            changed("stages", 0, to=CONTEST["stages"][0] | {"sources": [{"method": "trimmed", "drop": 2, "sheets": 4}]}),
            ("stages", 0, "sources", 0, "drop"),
            Saying("regulation_drop_too_many"),
        ),
        (changed(*CRITERIA, 0, "most", to=0), (*CRITERIA, 0, "most"), Saying("regulation_scale_empty")),
        (changed(*CRITERIA, 0, "step", to=2), (*CRITERIA, 0, "step"), Saying("regulation_step_off_scale")),
        (changed(*CRITERIA, 0, "step", to="0.001"), (*CRITERIA, 0, "step"), Saying("regulation_scale_too_fine", most=1001)),
        (
            changed(*CRITERIA, 0, "levels", to={"6": {"ru": "сверх"}}),
            (*CRITERIA, 0, "levels", "6"),
            Saying("regulation_level_off_scale", name="6"),
        ),
        (
            changed("ranking", to={"tie_keys": [{"by": "chair"}, {"by": "criterion", "criterion": "beauty"}]}),
            ("ranking", "tie_keys", 1, "criterion"),
            Saying("regulation_unknown_criterion", name="beauty"),
        ),
        (changed("awards", 0, "paper", to="medal"), ("awards", 0, "paper"), Saying("regulation_unknown_paper", name="medal")),
        (changed("awards", 3, "by", to="speaker"), ("awards", 3, "by"), Saying("regulation_source_out_of_place")),
        (changed("awards", 2, "place_to", to=2), ("awards", 2, "place_from"), Saying("regulation_place_range_wrong")),
        (changed("awards", 0, "place_from", to=None), ("awards", 0, "place_from"), Saying("regulation_place_range_wrong")),
        (changed("awards", 1, "place_from", to=1), ("awards", 1, "place_from"), Saying("regulation_award_never_given", name="first")),
        (
            changed("papers", 0, "lines", to=[{"ru": "{event.__class__}"}]),
            ("papers", 0, "lines", 0),
            Saying("regulation_unknown_placeholder", name="event.__class__"),
        ),
    ],
)
def test_fault_is_named_with_its_path(data, path, said):
    if said.key == "regulation_scale_too_fine":
        data["stages"][0]["criteria"][0]["most"] = 500
    assert fault(data) == (path, said)


def test_all_faults_come_at_once():
    data = changed("stages", 0, "criteria", to=[])
    data["awards"][0]["paper"] = "medal"
    data["dates"] = []

    assert [one.saying.key for one in rules.problems(rules.parse(data))] == [
        *["regulation_date_missing"] * 4,
        "regulation_criteria_missing",
        "regulation_unknown_paper",
    ]


def test_tie_keys_of_the_closed_list_are_sound():
    data = changed(
        "ranking",
        to={
            "tie_keys": [{"by": "criterion", "criterion": "novelty"}, {"by": "earlier"}, {"by": "chair"}, {"by": "lot"}],
            "places": "shared",
        },
    )

    assert rules.problems(rules.parse(data)) == []


def test_check_and_compile_are_quick():
    data = changed("legal", to=[{"key": f"p{number}", "title": "Раздел", "text": "Текст. " * 200} for number in range(60)])
    began = time.perf_counter()
    regulation = rules.parse(data)
    rules.problems(regulation)
    rules.compile(regulation)

    assert time.perf_counter() - began < 0.05
