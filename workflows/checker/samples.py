"""Answers that stand for all answers: enough to see whether conditions can hold, overlap or leave a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from workflows.checker.problem import SOME_DAY, Known
from workflows.conditions import DATE_OPERATORS, YEAR_OPERATORS, Compare, Condition, EventDate, compares, day, holds, number
from workflows.saying import Saying

MOST_COMBINATIONS = 4096
HALF = Decimal("0.5")


@dataclass(frozen=True)
class Sample:
    """One answer that stands for others: for all numbers between `low` and `high`, where these are given."""

    value: Any
    low: Decimal | None = None
    high: Decimal | None = None
    ranged: bool = False

    def told(self, field: object) -> Saying:
        if not self.ranged:
            return Saying("answer_is", field=field, value=self.value)
        if self.low is None or self.high is None:
            key, bound = ("answer_below", self.high) if self.low is None else ("answer_above", self.low)
            return Saying(key, field=field, value=bound)
        return Saying("answer_between", field=field, low=self.low, high=self.high)


NOTHING = Sample(None)


def can_hold(condition: Condition, known: Known) -> bool:
    """Say whether some answers fulfil a condition; where there are too many kinds of answers to try, yes."""
    tried = combinations(compares(condition), known, with_nothing=True)
    if tried is None:
        return True
    return any(holds(condition, {field: one.value for field, one in answers.items()}, known.days) for answers in tried)


def combinations(parts: Sequence[Compare], known: Known, *, with_nothing: bool = False) -> Iterator[dict[str, Sample]] | None:
    """Return answers to all fields of these comparisons in every combination that matters, or None for too many."""
    fields: dict[str, list[Sample]] = {}
    for field in dict.fromkeys(one.field for one in parts):
        found = of_field(field, [one for one in parts if one.field == field], known)
        fields[field] = [*found, NOTHING] if with_nothing else found
    count = 1
    for found in fields.values():
        count *= len(found)
    if count > MOST_COMBINATIONS:
        return None
    return (dict(zip(fields, chosen, strict=True)) for chosen in product(*fields.values()))


def of_field(field: str, asked: Sequence[Compare], known: Known) -> list[Sample]:
    """Return an answer for every case that these comparisons tell apart."""
    kind = known.kind_of(field)
    if kind in ("choice", "participation", "nomination"):
        return [Sample(key) for key in known.options_of(field)]
    if kind == "choices":
        every = known.options_of(field)
        return [*(Sample([key]) for key in every), Sample(every)]
    if kind == "yes_no":
        return [Sample("1"), Sample("0")]
    if kind == "date":
        return _days(asked, known.days)
    return _numbers(field, asked, known) if kind == "number" else _words(asked)


def _words(asked: Sequence[Compare]) -> list[Sample]:
    named = [value for one in asked for value in one.values if value is not None]
    return [*(Sample(str(value)) for value in dict.fromkeys(named)), Sample("…")]


def _numbers(field: str, asked: Sequence[Compare], known: Known) -> list[Sample]:
    """Return each bound that is compared with, a number between any two, one below all and one above all, as far as the question
    takes them. Counts are whole."""
    question = known.questions.get(field)
    least, most = (question.least, question.most) if question is not None else (Decimal(0), None)
    given = [bound for one in asked for value in one.values if (bound := number(value)) is not None]
    if least is None and all(value >= 0 for value in given):
        least = Decimal(0)  # years, pupils, books: nobody writes that they are not negative
    bounds = sorted({*given, *(one for one in (least, most) if one is not None)})
    found = [Sample(one, one, one) for one in bounds]
    found += [
        Sample((low + high) * HALF if question is not None else low + 1, low, high, ranged=True)
        for low, high in pairwise(bounds)
        if question is not None or high - low > 1
    ]
    if least is None:
        found.append(Sample(bounds[0] - 1, None, bounds[0], ranged=True))
    if most is None:
        found.append(Sample(bounds[-1] + 1, bounds[-1], None, ranged=True))
    fitting = [one for one in found if (least is None or one.value >= least) and (most is None or one.value <= most)]
    return sorted(fitting, key=lambda one: one.value)


def _days(asked: Sequence[Compare], dates: Mapping[str, date]) -> list[Sample]:
    """Return the days beside every day that is compared with; for full years the days on which they are full."""
    found: set[date] = set()
    for one in asked:
        if one.op in YEAR_OPERATORS:
            on, years = _day(one.on, dates), int(number(one.value) or 0)
            found |= {_years_before(on, count) for count in (years - 1, years, years + 1) if count >= 0} if on else set()
        elif one.op in DATE_OPERATORS:
            written = _day(one.value, dates)
            found |= {written + timedelta(days=step) for step in (-1, 0, 1)} if written else set()
        else:
            found |= {written for value in (one.value, SOME_DAY) if (written := _day(value, dates))}
    return [Sample(one.isoformat()) for one in sorted(found or {SOME_DAY})]


def _day(value: Any, dates: Mapping[str, date]) -> date | None:
    return dates.get(value.date) if isinstance(value, EventDate) else day(value)


def _years_before(on: date, years: int) -> date:
    return on.replace(year=on.year - years, day=min(on.day, 28)) if on.year - years >= 1 else date(1, 1, 1)
