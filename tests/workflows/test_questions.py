"""What the form asks, what is missing, and how each kind of answer is cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.small import CONTEST, added
from workflows import questions
from workflows.form import Question
from workflows.regulation import parse
from workflows.saying import Saying

RULES = parse(CONTEST)
FULL = {"nomination": "lesson", "title": "Читающий двор"}
GIVEN = {"files": {"file": 1}, "authors": 1, "consents": ["processing"]}
OPTIONS = [{"key": "a", "title": "А"}, {"key": "b", "title": "Б"}]


def ask(kind: str, **more) -> Question:
    return Question.model_validate({"key": "q", "kind": kind, "label": "Вопрос", **more})


def test_complete_form_lacks_nothing():
    assert questions.unanswered(RULES, FULL, **GIVEN) == []


def test_empty_form_names_all_that_is_required():
    missing = questions.unanswered(RULES, {}, files={}, authors=0, consents=[])

    assert missing == ["authors", "nomination", "title", "file", "processing"]


def test_blank_text_is_no_answer_but_no_and_zero_are():
    rules = parse(added("form", 0, "questions", item={"key": "age", "kind": "number", "label": "Стаж", "required": True}))

    assert questions.unanswered(rules, {**FULL, "title": "  ", "age": "0"}, **GIVEN) == ["title"]
    assert questions.is_empty("0") is False


def test_question_appears_with_its_condition():
    assert questions.unanswered(RULES, {**FULL, "has_video": "1"}, **GIVEN) == ["video"]
    assert questions.unanswered(RULES, {**FULL, "has_video": "0"}, **GIVEN) == []


def test_answer_of_a_hidden_question_shows_nothing_and_is_not_blamed():
    later = {"key": "minutes", "kind": "number", "label": "Минуты", "required": True, "when": {"field": "video", "op": "answered"}}
    rules = parse(added("form", 0, "questions", item=later))
    answers = {**FULL, "has_video": "0", "video": "не ссылка"}

    assert "minutes" not in [one.key for one in questions.visible(rules, answers)]
    assert questions.objections(rules, answers) == {}


def test_objections_are_found_by_question():
    found = questions.objections(RULES, {"title": "Б" * 21, "nomination": "songs", "has_video": "1", "video": "javascript:alert(1)"})

    assert found == {
        "title": Saying("answer_too_long", most=20, have=21),
        "nomination": Saying("choice_unknown"),
        "video": Saying("not_a_link"),
    }


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (ask("text"), "  Живая\u0000  книга\u202e\n", "Живая книга"),
        (ask("text"), None, ""),
        (ask("text"), ["первый", "второй"], "первый"),
        (ask("text"), "Дерсу\u00a0Узала", "Дерсу Узала"),
        (ask("text"), "<b>{{7*7}}</b>", "<b>{{7*7}}</b>"),
        (ask("long_text"), "\r\nодин\r\n\r\nдва\r", "один\n\nдва"),
        (ask("long_text"), "👩\u200d💻", "👩\u200d💻"),
        (ask("number"), "3,50", "3.50"),
        (ask("number", least=0, most=60), "12", "12"),
        (ask("number"), "1 000", "1000"),
        (ask("date"), "27.11.2026", "2026-11-27"),
        (ask("date"), "2024-02-29", "2024-02-29"),
        (ask("link"), "https://rutube.ru/video/1?a=b", "https://rutube.ru/video/1?a=b"),
        (ask("link"), "http://школа.рф/работа", "http://школа.рф/работа"),
        (ask("yes_no"), "1", "1"),
        (ask("yes_no"), False, "0"),
        (ask("choice", options=OPTIONS), "a", "a"),
        (ask("choices", options=OPTIONS), ["b", "a", "b", ""], ["b", "a"]),
        (ask("choices", options=OPTIONS), "a", ["a"]),
        (ask("choices", options=OPTIONS), None, []),
        (ask("participation", options=OPTIONS), "b", "b"),
        (ask("nomination"), "lesson", "lesson"),
        (ask("site"), "12", "12"),
    ],
)
def test_answer_is_kept_clean(question, raw, value):
    assert questions.clean(question, raw) == (value, None)
    assert questions.clean(question, value) == (value, None)  # cleaning twice changes nothing


@pytest.mark.parametrize(
    ("question", "raw", "said"),
    [
        (ask("text", max_length=5), "библиотека", Saying("answer_too_long", most=5, have=10)),
        (ask("text"), "б" * 301, Saying("answer_too_long", most=300, have=301)),
        (ask("long_text"), "б" * 5001, Saying("answer_too_long", most=5000, have=5001)),
        (ask("number"), "десять", Saying("not_a_number")),
        (ask("number"), "1e999999999", Saying("not_a_number")),
        (ask("number"), "1_000", Saying("not_a_number")),
        (ask("number"), "NaN", Saying("not_a_number")),
        (ask("number"), "٣", Saying("not_a_number")),
        (ask("number", least=0), "-1", Saying("number_too_small", least=0)),
        (ask("number", most=60), "61", Saying("number_too_large", most=60)),
        (ask("date"), "29.02.2026", Saying("not_a_date")),
        (ask("date"), "1.1.26", Saying("not_a_date")),
        (ask("date"), "завтра", Saying("not_a_date")),
        (ask("date"), "20261127", Saying("not_a_date")),
        (ask("link"), "rutube.ru/video", Saying("not_a_link")),
        (ask("link"), "ftp://example.org/a", Saying("not_a_link")),
        (ask("link"), "https://example.org:port/", Saying("not_a_link")),
        (ask("link"), "https://[::1", Saying("not_a_link")),
        (ask("link"), "data:text/html,x", Saying("not_a_link")),
        (ask("yes_no"), "возможно", Saying("choice_unknown")),
        (ask("choice", options=OPTIONS), "c", Saying("choice_unknown")),
        (ask("choices", options=OPTIONS), ["a", "c"], Saying("choice_unknown")),
        (ask("site"), "²", Saying("choice_unknown")),
        (ask("site"), "99999999999", Saying("choice_unknown")),
    ],
)
def test_wrong_answer_is_named_and_kept_as_typed(question, raw, said):
    value, objection = questions.clean(question, raw)

    assert objection == said
    assert value == raw


@given(
    st.sampled_from(["text", "long_text", "number", "date", "link", "yes_no", "site", "choice", "choices", "nomination"]),
    st.text(max_size=400),
)
def test_cleaning_never_fails_and_is_stable(kind, raw):
    question = ask(kind, options=OPTIONS)
    value, objection = questions.clean(question, raw)

    assert questions.clean(question, value) == (value, objection)
    assert "\x00" not in "".join(value)


def _asked(**more):
    return Question.model_validate({"key": "asked", "label": "Вопрос", **more})


TALKS = {
    "kind": "group",
    "repeat": {
        "least": 2,
        "most": 3,
        "cells": [{"key": "topic", "label": "Тема", "required": True}, {"key": "year", "kind": "number", "label": "Год"}],
    },
}


@pytest.mark.parametrize(
    ("given", "kept", "said"),
    [
        (
            [{"topic": "а"}, {"topic": "б", "year": "2,5"}, {"topic": " "}],
            [{"topic": "а", "year": ""}, {"topic": "б", "year": "2.5"}],
            None,
        ),
        ([{"topic": "а"}], [{"topic": "а", "year": ""}], "rows_too_few"),
        ([{"topic": one} for one in "абвг"], [{"topic": one, "year": ""} for one in "абвг"], "rows_too_many"),
        ([{"topic": "а"}, {"year": "2"}], [{"topic": "а", "year": ""}, {"topic": "", "year": "2"}], "row_wrong"),
        ([{"topic": "а", "year": "x"}, {"topic": "б"}], [{"topic": "а", "year": "x"}, {"topic": "б", "year": ""}], "row_wrong"),
        ("текст", [], None),
        (["текст", 5], [], None),
    ],
)
def test_rows_of_a_group(given, kept, said):
    value, objection = questions.clean(_asked(**TALKS), given)

    assert (value, objection and objection.key) == (kept, said)
    assert questions.clean(_asked(**TALKS), value)[0] == kept


@pytest.mark.parametrize(
    ("given", "said"), [(["a"], "choices_too_few"), (["a", "b"], None), (["a", "b", "c"], "choices_too_many"), ([], None)]
)
def test_how_many_may_be_chosen(given, said):
    options = [{"key": key, "title": key} for key in "abc"]
    _value, objection = questions.clean(_asked(kind="choices", options=options, least_chosen=2, most_chosen=2), given)

    assert (objection and objection.key) == said


def test_text_may_be_too_short():
    assert questions.clean(_asked(kind="text", least_length=5), "мало") == ("мало", Saying("answer_too_short", least=5, have=4))
