"""Data of another shape is told in the checker's words: the place, what is wrong, the repair; and the rest is checked all the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.workflows.small import CONTEST, changed
from workflows import shape
from workflows.conditions import Operator
from workflows.saying import Saying

QUESTIONS = ("form", 0, "questions")
CRITERIA = ("stages", 0, "criteria")
OPERATORS = Operator.__args__


def told(data):
    """Return every fault of the data as (path, saying, what to write instead)."""
    return [(one.path, one.saying, one.remedy and one.remedy.values["name"]) for one in shape.read(data)[1]]


def kind(*wanted: str) -> Saying:
    return Saying("shape_kind", wanted=tuple(Saying(f"shape_want_{one}") for one in wanted))


def test_sound_data_is_a_regulation():
    regulation, problems = shape.read(CONTEST)

    assert regulation is not None
    assert (regulation.key, problems) == ("small", [])


@pytest.mark.parametrize(
    ("path", "to", "where", "said", "instead"),
    [
        (("kind",), "contst", ("kind",), Saying("shape_choice", name="contst", possible=("contest", "exhibition", "bridge", "conference")), "contest"),
        (("schema",), 2, ("schema",), Saying("shape_choice", name="2", possible=("1",)), None),
        (("formula",), "__import__('os')", ("formula",), Saying("shape_unknown", name="formula"), "form"),
        (("title",), {"ru": "Малый", "de": "Klein"}, ("title", "de"), Saying("shape_unknown_here", name="de", possible=("ru", "en")), None),
        (("substitution",), "held_on", ("substitution",), Saying("shape_unknown_but", name="substitution", places=("entering.authors.substitution",)), None),
        ((*CRITERIA, 0, "blind"), True, (*CRITERIA, 0, "blind"), Saying("shape_unknown_but", name="blind", places=("stages.sources.blind",)), None),
        (("title",), 5, ("title",), kind("words"), None),
        (("form",), [], ("form",), Saying("shape_empty"), None),
        (("form",), {"a": 1}, ("form",), kind("list"), None),
        (("nominations", 0), 5, ("nominations", 0), kind("block"), None),
        (("nominations", 0, "key"), "Мой", ("nominations", 0, "key"), Saying("shape_key", name="Мой"), None),
        (("key",), "Small Contest-1", ("key",), Saying("shape_key", name="Small Contest-1"), "small_contest_1"),
        (("zone",), "+10", ("zone",), Saying("shape_zone", name="+10"), None),
        (("dates", 0, "on"), "10.03.2026", ("dates", 0, "on"), kind("day"), None),
        (("dates", 0, "on"), 86_400, ("dates", 0, "on"), kind("day"), None),
        (("dates", 0, "at"), "25:00", ("dates", 0, "at"), Saying("shape_hour", name="25:00"), None),
        ((*QUESTIONS, 2, "required"), "yes", (*QUESTIONS, 2, "required"), kind("yes_no", "condition"), "true"),
        ((*QUESTIONS, 2, "max_length"), 0, (*QUESTIONS, 2, "max_length"), Saying("number_too_small", least=1), None),
        ((*QUESTIONS, 2, "max_length"), "long", (*QUESTIONS, 2, "max_length"), kind("whole"), None),
        ((*QUESTIONS, 5, "files", "most"), 51, (*QUESTIONS, 5, "files", "most"), Saying("number_too_large", most=50), None),
        ((*QUESTIONS, 2, "label"), None, (*QUESTIONS, 2, "label"), kind("words"), None),
        ((*QUESTIONS, 4, "when"), "has_video == 1", (*QUESTIONS, 4, "when"), kind("condition"), None),
        ((*QUESTIONS, 4, "when", "op"), "iss", (*QUESTIONS, 4, "when", "op"), Saying("shape_choice", name="iss", possible=OPERATORS), "is"),
        ((*QUESTIONS, 4, "when", "op"), "at_least", (*QUESTIONS, 4, "when"), Saying("shape_value_unfit", op="at_least"), None),
        ((*QUESTIONS, 4, "when", "on"), "2026-03-10", (*QUESTIONS, 4, "when"), Saying("shape_on_unfit"), None),
        ((*QUESTIONS, 4, "when", "value"), {"dat": "held_on"}, (*QUESTIONS, 4, "when", "value", "dat"), Saying("shape_unknown", name="dat"), "date"),
        ((*QUESTIONS, 4, "when"), {"all": []}, (*QUESTIONS, 4, "when", "all"), Saying("shape_empty"), None),
        ((*QUESTIONS, 4, "when"), {"not": {"any": [{"op": "is"}]}}, (*QUESTIONS, 4, "when", "not", "any", 0, "field"), Saying("shape_missing", name="field"), None),
        ((*CRITERIA, 0, "most"), "9**9**9", (*CRITERIA, 0, "most"), kind("number"), None),
        ((*CRITERIA, 0, "most"), "1e400", (*CRITERIA, 0, "most"), Saying("shape_too_many_digits"), None),
        ((*CRITERIA, 0, "most"), "0.00001", (*CRITERIA, 0, "most"), Saying("shape_too_fine", most=4), None),
        ((*CRITERIA, 0, "step"), 0, (*CRITERIA, 0, "step"), Saying("shape_above", least=Decimal(0)), None),
        ((*CRITERIA, 0, "levels"), {"5": 7}, (*CRITERIA, 0, "levels", "5"), kind("words"), None),
        (("awards", 0, "share_of_max"), 2, ("awards", 0, "share_of_max"), Saying("number_too_large", most=Decimal(1)), None),
        (("age_mark",), "восемнадцать", ("age_mark",), Saying("shape_too_long", most=10), None),
    ],
)  # fmt: skip
def test_fault_of_shape_has_its_place_its_sentence_and_its_repair(path, to, where, said, instead):
    assert told(changed(*path, to=to)) == [(where, said, instead)]


def test_missing_field_is_named():
    data = changed("nominations", 0, to={"key": "lesson"})

    assert told(data) == [(("nominations", 0, "title"), Saying("shape_missing", name="title"), None)]


def test_misspelled_field_is_one_fault_and_not_a_missing_one_as_well():
    data = changed("nominations", 0, to={"key": "lesson", "titel": "Урок"})

    assert told(data) == [(("nominations", 0, "titel"), Saying("shape_unknown", name="titel"), "title")]


def test_document_that_is_no_block_is_told_so():
    for data in ("text", ["list"], 5):
        assert told(data) == [((), kind("block"), None)]


def test_the_rest_is_checked_although_the_shape_is_wrong_somewhere():
    data = changed("awards", 0, "paper", to="medal")
    data["stages"][0]["criteria"][0]["mst"] = data["stages"][0]["criteria"][0].pop("most")
    data["nominations"][1] = {"key": "project"}
    data["dates"][0]["on"] = "soon"

    assert {path for path, _said, _instead in told(data)} == {
        ("awards", 0, "paper"),
        ("dates", 0, "on"),
        ("nominations", 1, "title"),
        ("stages", 0, "criteria", 0, "mst"),
    }


def test_part_that_lacks_what_was_put_aside_is_not_blamed_for_it():
    data = changed("form", 0, "questions", 5, "files", to={"kinds": "pdf"})

    assert told(data) == [((*QUESTIONS, 5, "files", "kinds"), kind("list"), None)]


def test_field_that_only_looks_like_another_is_one_fault():
    """«stags» is taken for «stages», which a number cannot be: it is the wrong name that is told, once."""
    assert told({**CONTEST, "stags": 5}) == [(("stags",), Saying("shape_unknown", name="stags"), "stages")]
    del (data := dict(CONTEST))["stages"]
    assert told({**data, "stags": 5})[0] == (("stags",), Saying("shape_unknown", name="stags"), "stages")
