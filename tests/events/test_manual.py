"""docs/regulation.md cannot lie: its examples are checked, its sentences are the program's, no field of the language is missing."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from app.events import manual, reading
from tests.processes import ROOT
from workflows import conditions, letters, parts, stages
from workflows.awards import Award

TEXT = (ROOT / "docs" / "regulation.md").read_text(encoding="utf-8")
EXAMPLES = list(manual.examples(TEXT))


@pytest.fixture(autouse=True)
def words(app):
    with app.app_context():
        yield


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.where)
def test_every_example_is_a_sound_regulation(example):
    assert example.regulation.key == "reading_yard"


def test_tables_and_sentences_are_what_the_code_has():
    assert manual.renewed(TEXT) == TEXT


def test_every_field_is_explained_and_stands_in_an_example():
    assert manual.undocumented(TEXT) == []


def test_every_block_of_yaml_is_read_by_these_tests():
    assert len(re.findall("^```yaml", TEXT, re.MULTILINE)) == len(EXAMPLES) > 25
    assert len(re.findall("^```text", TEXT, re.MULTILINE)) == len(EXAMPLES)


def test_every_example_but_the_first_adds_sentences_in_both_languages():
    first, *others = manual.BLOCK.finditer(TEXT)
    assert "Победителем становится тот, кто занял I место." in first[4]
    for found in others:
        assert re.search("[а-яё]", found[4]), found[1]
        assert [line for line in found[4].splitlines() if not re.search("[а-яё]", line)], found[1]


@pytest.mark.parametrize(
    "words",
    [
        get_args(conditions.Operator),
        sorted(parts.PLACEHOLDERS),
        sorted(parts.LINE_PLACEHOLDERS),
        sorted(letters.LETTER_PLACEHOLDERS),
        stages.STAGE_KINDS,
        get_args(Award.model_fields["by"].annotation),
    ],
    ids=["operators", "paper", "line", "letter", "stages", "awards"],
)
def test_closed_lists_of_the_language_stand_in_it(words):
    assert [one for one in words if f"`{one}`" not in TEXT and f"`{{{one}}}`" not in TEXT] == []


def test_every_letter_stands_in_it_with_all_that_fills_its_words():
    rows = re.findall(r"^\| `([a-z_]+)` \| ([^|]*) \| ([^|]*) \|$", TEXT.partition("<!-- letters -->")[2], re.MULTILINE)
    told = {name: frozenset(re.findall(r"`\{([a-z]+)\}`", filled)) | letters.ALWAYS for name, _when, filled in rows if name != "notice"}

    assert told == dict(letters.LETTERS)


def test_document_that_lies_is_found(app):
    told = TEXT.replace("Награду", "Премию", 1)
    forgotten = re.sub(r"^\| `drop` \|[^\n]*\n", "", TEXT, flags=re.MULTILINE)
    broken = TEXT.replace("place_from: 1, paper: diploma", "place_from: 1, paper: medal", 1)

    assert manual.renewed(told) != told
    assert manual.undocumented(forgotten) == ["Source.drop: not explained"]
    with pytest.raises(reading.Faulty):
        _ = next(manual.examples(broken)).regulation
