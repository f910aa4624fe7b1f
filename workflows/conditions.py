"""Conditions as structured data: a field, an operator of a closed set, a value; all, any, not. Never expressions in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag, model_validator

from workflows.saying import Saying

Operator = Literal["is", "is_not", "one_of", "at_least", "at_most", "answered", "not_answered"]
Scalar = StrictBool | StrictInt | StrictStr | Decimal


class Compare(BaseModel):
    """One comparison of an answer with a value. Yes and no are 1 and 0; a list is compared item by item."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: str
    op: Operator = "is"
    value: Scalar | tuple[Scalar, ...] | None = None

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        shapes: dict[str, bool] = {
            "one_of": isinstance(self.value, tuple) and len(self.value) > 0,
            "answered": self.value is None,
            "not_answered": self.value is None,
            "at_least": number(self.value) is not None,
            "at_most": number(self.value) is not None,
        }
        if not shapes.get(self.op, self.value is not None and not isinstance(self.value, tuple)):
            raise ValueError(f"the value does not fit the operator {self.op}")
        return self


class All(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    all: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Any_(BaseModel):  # noqa: N801  (Any is taken)
    model_config = ConfigDict(extra="forbid", frozen=True)
    any: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Not(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    not_: Annotated[Condition, Field(alias="not")]


def _shape(value: Any) -> str:
    """Tell the four shapes apart by the word they are written with, so that a fault speaks of one shape only."""
    if isinstance(value, BaseModel):
        return {All: "all", Any_: "any", Not: "not"}.get(type(value), "field")
    return next((word for word in ("all", "any", "not") if isinstance(value, Mapping) and word in value), "field")


Condition = Annotated[
    Annotated[Compare, Tag("field")] | Annotated[All, Tag("all")] | Annotated[Any_, Tag("any")] | Annotated[Not, Tag("not")],
    Discriminator(_shape),
]
All.model_rebuild()
Any_.model_rebuild()
Not.model_rebuild()


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Say whether the condition is true of these answers. An unanswered field fulfils only «not answered», «is not» and «not»."""
    if isinstance(condition, All):
        return all(holds(one, answers) for one in condition.all)
    if isinstance(condition, Any_):
        return any(holds(one, answers) for one in condition.any)
    if isinstance(condition, Not):
        return not holds(condition.not_, answers)
    return _OPERATORS[condition.op](answers.get(condition.field), condition.value)


def compares(condition: Condition) -> list[Compare]:
    """Return the single comparisons a condition is made of."""
    if isinstance(condition, Compare):
        return [condition]
    if isinstance(condition, Not):
        return compares(condition.not_)
    return [one for part in (condition.all if isinstance(condition, All) else condition.any) for one in compares(part)]


def fields(condition: Condition) -> set[str]:
    """Return the keys of the answers a condition looks at."""
    return {one.field for one in compares(condition)}


def explain(condition: Condition) -> Saying:
    """Return the condition as something that can be said in words."""
    if isinstance(condition, All):
        return Saying("condition_all", parts=tuple(explain(one) for one in condition.all))
    if isinstance(condition, Any_):
        return Saying("condition_any", parts=tuple(explain(one) for one in condition.any))
    if isinstance(condition, Not):
        return Saying("condition_not", part=explain(condition.not_))
    return Saying(f"condition_{condition.op}", field=condition.field, value=condition.value)


_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]{1,6})?")


def number(value: object) -> Decimal | None:
    """Return a plainly written number of at most 15 and 6 digits, or None: no exponents, which could fill the memory."""
    text = str(value).replace(" ", "").replace("\u00a0", "")
    return Decimal(text.replace(",", ".")) if _PLAIN_NUMBER.fullmatch(text) else None


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _is(answer: Any, value: Any) -> bool:
    if answer in (None, "", []):
        return False
    given = answer if isinstance(answer, list) else [answer]
    return _plain(value) in {_plain(one) for one in given}


def _at_least(answer: Any, value: Any) -> bool:
    left, right = number(answer), number(value)
    return left is not None and right is not None and left >= right


def _at_most(answer: Any, value: Any) -> bool:
    left, right = number(answer), number(value)
    return left is not None and right is not None and left <= right


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _is,
    "is_not": lambda answer, value: not _is(answer, value),
    "one_of": lambda answer, value: any(_is(answer, one) for one in value),
    "at_least": _at_least,
    "at_most": _at_most,
    "answered": lambda answer, _value: answer not in (None, "", []),
    "not_answered": lambda answer, _value: answer in (None, "", []),
}
