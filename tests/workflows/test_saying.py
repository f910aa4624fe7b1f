"""A Saying is a value: a key and what fills the sentence."""

import pytest

from workflows.saying import Saying


def test_sayings_are_equal_by_key_and_values():
    assert Saying("answers_missing", count=3) == Saying("answers_missing", count=3)
    assert Saying("answers_missing", count=3) != Saying("answers_missing", count=2)
    assert len({Saying("a", x=[1]), Saying("a", x=[1])}) == 1


def test_a_value_may_be_called_key():
    assert Saying("date_before", key="held_on").values == {"key": "held_on"}


def test_saying_cannot_be_changed():
    with pytest.raises(AttributeError):
        Saying("a").key = "b"  # type: ignore[misc]


def test_saying_shows_itself():
    assert repr(Saying("term_past", at="now")) == "Saying('term_past', at='now')"
