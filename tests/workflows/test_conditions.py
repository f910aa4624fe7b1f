"""Conditions hold or not; what is not of the closed grammar is refused before it can hold."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from workflows.conditions import Condition, fields, holds, number

READ = TypeAdapter(Condition).validate_python


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ({"field": "a", "value": "x"}, {"a": "x"}, True),
        ({"field": "a", "value": "x"}, {}, False),
        ({"field": "a", "value": True}, {"a": "1"}, True),
        ({"field": "a", "value": False}, {"a": "0"}, True),
        ({"field": "a", "value": False}, {}, False),
        ({"field": "a", "value": 3}, {"a": "3"}, True),
        ({"field": "a", "value": "x"}, {"a": ["x", "y"]}, True),
        ({"field": "a", "op": "is_not", "value": "x"}, {"a": "y"}, True),
        ({"field": "a", "op": "is_not", "value": "x"}, {}, True),
        ({"field": "a", "op": "one_of", "value": ["x", "y"]}, {"a": "y"}, True),
        ({"field": "a", "op": "one_of", "value": ["x", "y"]}, {"a": "z"}, False),
        ({"field": "a", "op": "at_least", "value": 10}, {"a": "9"}, False),
        ({"field": "a", "op": "at_least", "value": 10}, {"a": "10,0"}, True),
        ({"field": "a", "op": "at_least", "value": 10}, {"a": "много"}, False),
        ({"field": "a", "op": "at_least", "value": 10}, {"a": "1e99"}, False),
        ({"field": "a", "op": "at_most", "value": "2.5"}, {"a": "2.5"}, True),
        ({"field": "a", "op": "at_most", "value": 2}, {}, False),
        ({"field": "a", "op": "answered"}, {"a": "0"}, True),
        ({"field": "a", "op": "answered"}, {"a": []}, False),
        ({"field": "a", "op": "not_answered"}, {"a": ""}, True),
        ({"all": [{"field": "a", "value": "x"}, {"field": "b", "value": "y"}]}, {"a": "x"}, False),
        ({"any": [{"field": "a", "value": "x"}, {"field": "b", "value": "y"}]}, {"a": "x"}, True),
        ({"not": {"field": "a", "value": "x"}}, {}, True),
    ],
)
def test_condition_holds_as_it_reads(condition, answers, expected):
    assert holds(READ(condition), answers) is expected


@pytest.mark.parametrize(
    "condition",
    [
        "a == 1",
        {"field": "a", "op": "matches", "value": ".*"},
        {"field": "a", "op": "is"},
        {"field": "a", "value": ["x"]},
        {"field": "a", "op": "one_of", "value": "abc"},
        {"field": "a", "op": "at_least", "value": "9**9**9"},
        {"field": "a", "op": "answered", "value": "x"},
        {"field": "a", "value": {"x": 1}},
        {"all": []},
        {"all": [{"field": "a", "value": 1}], "any": []},
        {"not": {"__class__": "x"}},
    ],
)
def test_a9_only_the_closed_grammar_is_read(condition):
    with pytest.raises(ValidationError):
        READ(condition)


def test_fields_are_found_at_any_depth():
    assert fields(READ({"any": [{"not": {"field": "a", "value": 1}}, {"all": [{"field": "b", "op": "answered"}]}]})) == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "value"), [("3,5", "3.5"), ("1 000", "1000"), ("-2", "-2"), ("007", "7"), ("1e9", None), ("1_0", None), ("", None)]
)
def test_number_is_a_plainly_written_one(text, value):
    assert number(text) == (None if value is None else Decimal(value))
