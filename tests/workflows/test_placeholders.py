"""Words of a regulation have closed placeholders and no other language in them, wherever they stand. A14."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.workflows.small import changed
from workflows import placeholders, regulation
from workflows.letters import LETTER_PLACEHOLDERS
from workflows.parts import LINE_PLACEHOLDERS, PLACEHOLDERS
from workflows.saying import Saying

TRICKS = {
    "{x.__class__}": "x.__class__",
    "{work.__class__.__mro__}": "work.__class__.__mro__",
    "{0.__init__.__globals__}": "0.__init__.__globals__",
    "{work!r}": "work!r",
    "{work:>1000000000}": "work:>1000000000",
    "{work[0]}": "work[0]",
    "{{7*7}}": "7*7",
    "{{ work }}": " work ",
    "{% for one in work %}": "% for one in work %",
    "{# work #}": "# work #",
    "{}": "",
    "{Work}": "Work",
    "{wоrk}": "wоrk",  # a Cyrillic letter
    "{answer:title:__class__}": "answer:title:__class__",
}
LITERAL = ("%(work)s", "%s", "$work", "$(work)", "<%= 7*7 %>", "#work", "{", "}", "} {", "{{", "&#123;work&#125;")
PLACES: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "paper": (("papers", 0, "lines", 0), lambda text: changed("papers", 0, "lines", to=[{"ru": text}])),
    "minutes": (("minutes", 0, "line"), lambda text: changed("minutes", to=[{"stage": "final", "title": "П", "columns": [{"shows": "place", "title": "М"}], "line": text}])),
    "subject": (("letters", 0, "subject"), lambda text: changed("letters", to=[{"notice": "entry_received", "subject": text}])),
    "letter": (("letters", 0, "text"), lambda text: changed("letters", to=[{"notice": "entry_received", "text": text}])),
}  # fmt: skip
KNOWN = dict.fromkeys((*PLACEHOLDERS, *LINE_PLACEHOLDERS, *LETTER_PLACEHOLDERS, "answer:title"), "СКАЗАНО")


def said_of(data: dict[str, Any], path: tuple[str | int, ...]) -> list[Saying]:
    return [one.saying for one in regulation.problems(regulation.parse(data)) if one.path == path]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("trick", TRICKS)
def test_a14_a_placeholder_that_we_do_not_know_is_a_fault_where_it_stands(place, trick):
    path, data = PLACES[place]
    found = said_of(data(f"за {trick}"), path)

    unknown = {
        Saying("regulation_unknown_placeholder", name=TRICKS[trick]),
        Saying("regulation_unknown_case", name="__class__", known="nominative, genitive, dative, accusative, instrumental, prepositional"),
    }
    assert any(one in unknown or one.key == "regulation_unknown_case" for one in found), found


@pytest.mark.parametrize("trick", [*TRICKS, *LITERAL])
def test_a14_nothing_is_rendered_and_literal_braces_survive(trick):
    for fill in (placeholders.fill, placeholders.told):
        assert fill(f"за {trick} место", KNOWN) == f"за {trick} место"
        assert fill("за {work}", {"work": trick}) == f"за {trick}"
        assert fill("{work}{work}", {"work": "{work}"}) == "{work}{work}"


@pytest.mark.parametrize("trick", [*TRICKS, "total.__class__", "__import__('os')"])
def test_a14_a_column_of_minutes_shows_one_of_a_closed_list(trick):
    with pytest.raises(ValidationError):
        regulation.parse(changed("minutes", to=[{"stage": "final", "title": "П", "columns": [{"shows": trick, "title": "М"}]}]))


def test_a14_words_that_are_no_pattern_may_hold_any_braces():
    text = " ".join([*TRICKS, *LITERAL])
    data = changed("aims", to=[{"ru": text}]) | {"summary": {"ru": text}}

    assert [one for one in regulation.problems(regulation.parse(data)) if one.saying.key.startswith("regulation_unknown_placeholder")] == []
    assert regulation.parse(data).aims[0]["ru"] == text
