"""Documents are plain data with line numbers; whatever else YAML can do is refused with its line."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events import document
from app.events.document import DocumentFault


def fault(text: str) -> tuple[int, str]:
    with pytest.raises(DocumentFault) as caught:
        document.load(text)
    return caught.value.line, caught.value.saying.key


def test_every_value_knows_its_line():
    found = document.load("kind: contest\naims:\n  - first\n  - {ru: Цель,\n     en: Aim}\n")

    assert found.data == {"kind": "contest", "aims": ["first", {"ru": "Цель", "en": "Aim"}]}
    assert found.lines[("kind",)] == 1
    assert found.lines[("aims", 0)] == 3
    assert found.lines[("aims", 1, "en")] == 5


def test_what_looks_like_a_date_a_time_or_a_no_stays_text():
    found = document.load("day: 2026-11-27\ntime: 15:00\nkey: no\nyes: on\n1: one\n")

    assert found.data == {"day": "2026-11-27", "time": "15:00", "key": "no", "yes": "on", "1": "one"}


def test_numbers_truth_and_nothing_are_values():
    assert document.load("a: 5\nb: 0.5\nc: true\nd: ~\ne: 'true'\nf: \"5\"").data == {
        "a": 5,
        "b": 0.5,
        "c": True,
        "d": None,
        "e": "true",
        "f": "5",
    }


BOMB = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("a: 1\nb: !!python/object/apply:os.system ['true']", 2, "document_tag"),
        ("a: !include /etc/passwd", 1, "document_tag"),
        ("!!map {a: 1}", 1, "document_tag"),
        ("a: 1\nb: &b 2", 2, "document_anchor"),
        ("a: 1\n\nb: *a", 3, "document_anchor"),
        (BOMB, 1, "document_anchor"),
        ("a: {b: 1}\n<<: *x", 2, "document_anchor"),
        ("a: " + "[" * 21 + "]" * 21, 1, "document_too_deep"),
        ("[" * 100_000, 1, "document_too_deep"),
        ("a: 1\nb: 2\na: 3", 3, "document_key_twice"),
        ("a:\n  b: 1\n  b: 2", 3, "document_key_twice"),
        ("? [a, b]\n: 1", 1, "document_key_not_text"),
        ("a: 1\n b: [", 2, "document_not_readable"),
        ("a: 1\n---\nb: 2", 2, "document_not_readable"),
        ("a: \x00", 1, "document_not_readable"),
        ("a: \ud800", 1, "document_not_readable"),
        ("a: " + "9" * 5000, 1, "document_number_too_long"),
        ("", 1, "document_empty"),
        ("# nothing", 1, "document_empty"),
        ("a: " + "я" * 131_072, 1, "document_too_large"),
    ],
)
def test_a9_tricks_are_refused_with_their_line(text, line, key):
    assert fault(text) == (line, key)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), PLAIN, min_size=1, max_size=4))
def test_written_data_reads_the_same(data):
    assert document.load(document.dump(data)).data == data


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(DocumentFault):
        document.load(text)
