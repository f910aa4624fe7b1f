"""A regulation is read from plain data, its parts are found by key, and its faults are named with their place."""

import pytest
from pydantic import ValidationError

from tests.workflows.small import CONTEST, changed
from workflows import regulation as rules

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
