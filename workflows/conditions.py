"""Conditions as structured data: a field, an operator of a closed set, a value; all, any, not. Never expressions in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag, model_validator
from pydantic_core import PydanticCustomError

Operator = Literal[
    "is", "is_not", "one_of", "none_of", "at_least", "at_most", "more_than", "less_than", "answered", "not_answered",
    "before", "after", "on_or_before", "on_or_after", "years_at_least", "years_at_most",
]  # fmt: skip
Scalar = StrictBool | StrictInt | StrictStr | Decimal
BARE_OPERATORS = ("answered", "not_answered")
LIST_OPERATORS = ("one_of", "none_of")
NUMBER_OPERATORS = ("at_least", "at_most", "more_than", "less_than", "years_at_least", "years_at_most")
DATE_OPERATORS = ("before", "after", "on_or_before", "on_or_after")
YEAR_OPERATORS = ("years_at_least", "years_at_most")


class EventDate(BaseModel):
    """A date of the event, by its key, in place of a written one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    date: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]


class Compare(BaseModel):
    """One comparison of an answer with a value. Yes and no are 1 and 0; a list is compared item by item.

    Dates are written 2026-03-10 or name a date of the event: {date: intake_closes}. Full years (age, service) are counted
    from the answer, which is a date, to the day of `on`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: str
    op: Operator = "is"
    value: Scalar | tuple[Scalar, ...] | EventDate | None = None
    on: StrictStr | EventDate | None = None

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        shapes: dict[str, bool] = {
            **dict.fromkeys(LIST_OPERATORS, isinstance(self.value, tuple) and len(self.value) > 0),
            **dict.fromkeys(BARE_OPERATORS, self.value is None),
            **dict.fromkeys(NUMBER_OPERATORS, number(self.value) is not None),
            **dict.fromkeys(DATE_OPERATORS, isinstance(self.value, EventDate) or day(self.value) is not None),
        }
        if not shapes.get(self.op, isinstance(self.value, (bool, int, str, Decimal))):
            raise PydanticCustomError("shape_value_unfit", "the value does not fit the operator {op}", {"op": self.op})
        if (self.op in YEAR_OPERATORS) != (self.on is not None) or (isinstance(self.on, str) and day(self.on) is None):
            raise PydanticCustomError("shape_on_unfit", "«on», a date, belongs to years_at_least and years_at_most")
        return self

    @property
    def values(self) -> tuple[Any, ...]:
        """The values compared with, one by one."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


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
    """Tell the four shapes apart by the word they are written with, so that a fault speaks of one shape only.

    A tag begins with a sign that no field does: it stands in the paths of faults, where nobody has written it.
    """
    if isinstance(value, BaseModel):
        return {All: "=all", Any_: "=any", Not: "=not"}.get(type(value), "=field")
    return next((f"={word}" for word in ("all", "any", "not") if isinstance(value, Mapping) and word in value), "=field")


Condition = Annotated[
    Annotated[Compare, Tag("=field")] | Annotated[All, Tag("=all")] | Annotated[Any_, Tag("=any")] | Annotated[Not, Tag("=not")],
    Discriminator(_shape),
]
All.model_rebuild()
Any_.model_rebuild()
Not.model_rebuild()


Dates = Mapping[str, date]
NO_DATES: Dates = {}


def holds(condition: Condition, answers: Mapping[str, Any], dates: Dates = NO_DATES) -> bool:
    """Say whether the condition is true of these answers. An unanswered field fulfils only «not answered», «is not», «none of» and «not».

    `dates`: the days of the event's dates in its zone; a comparison with one that is not set does not hold.
    """
    if isinstance(condition, All):
        return all(holds(one, answers, dates) for one in condition.all)
    if isinstance(condition, Any_):
        return any(holds(one, answers, dates) for one in condition.any)
    if isinstance(condition, Not):
        return not holds(condition.not_, answers, dates)
    answer = answers.get(condition.field)
    if condition.op in DATE_OPERATORS:
        return _dates_hold(condition.op, day(answer), _day_of(condition.value, dates))
    if condition.op in YEAR_OPERATORS:
        return _years_hold(condition.op, day(answer), _day_of(condition.on, dates), int(number(condition.value) or 0))
    return _OPERATORS[condition.op](answer, condition.value)


def _day_of(value: Any, dates: Dates) -> date | None:
    return dates.get(value.date) if isinstance(value, EventDate) else day(value)


def _dates_hold(op: str, left: date | None, right: date | None) -> bool:
    if left is None or right is None:
        return False
    return {"before": left < right, "after": left > right, "on_or_before": left <= right, "on_or_after": left >= right}[op]


def _years_hold(op: str, born: date | None, on: date | None, years: int) -> bool:
    if born is None or on is None:
        return False
    full = full_years(born, on)
    return full >= years if op == "years_at_least" else full <= years


def full_years(born: date, on: date) -> int:
    """Return how many full years lie between two days; of 29 February the year is full on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def day(value: object) -> date | None:
    """Return the day that a text or a moment begins with, 2026-03-10 or 10.03.2026, or None."""
    text = str(value or "")
    found = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:$|[T ])", text)
    parts = found.groups() if found else tuple(reversed(text.split("."))) if re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", text) else None
    try:
        return date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None


def event_dates(condition: Condition) -> set[str]:
    """Return the keys of the event's dates that a condition looks at."""
    return {one.date for compare in compares(condition) for one in (compare.value, compare.on) if isinstance(one, EventDate)}


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


def _compared(left: Any, right: Any) -> tuple[Decimal, Decimal] | None:
    one, other = number(left), number(right)
    return None if one is None or other is None else (one, other)


def _ordered(holds_for: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    def compare(answer: Any, value: Any) -> bool:
        both = _compared(answer, value)
        return both is not None and holds_for(*both)

    return compare


def _one_of(answer: Any, value: Any) -> bool:
    return any(_is(answer, one) for one in value)


def _answered(answer: Any, _value: Any) -> bool:
    return answer not in (None, "", [])


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _is,
    "is_not": lambda answer, value: not _is(answer, value),
    "one_of": _one_of,
    "none_of": lambda answer, value: not _one_of(answer, value),
    "at_least": _ordered(lambda left, right: left >= right),
    "at_most": _ordered(lambda left, right: left <= right),
    "more_than": _ordered(lambda left, right: left > right),
    "less_than": _ordered(lambda left, right: left < right),
    "answered": _answered,
    "not_answered": lambda answer, value: not _answered(answer, value),
}
