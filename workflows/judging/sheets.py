"""One juror's sheet: what a mark may be, and what the sheet adds up to. Points are exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from workflows.saying import Saying
from workflows.stages import Criterion


def mark_objection(criterion: Criterion, value: Decimal) -> Saying | None:
    """Return what is wrong with a mark: outside the scale, or between its steps."""
    if not value.is_finite() or value < criterion.least or value > criterion.ceiling:
        return Saying("mark_out_of_scale", least=criterion.least, most=criterion.ceiling)
    if (Fraction(value) - Fraction(criterion.least)) % Fraction(criterion.step):  # decimals would round away a long tail
        return Saying("mark_off_step", step=criterion.step)
    return None


def missing(criteria: Sequence[Criterion], marks: Mapping[str, Decimal]) -> list[str]:
    """Return the keys of criteria without a mark. A missing mark is not a zero."""
    return [criterion.key for criterion in criteria if criterion.key not in marks]


def sheet_total(criteria: Sequence[Criterion], marks: Mapping[str, Decimal]) -> Fraction:
    """Return the weighted sum of the marks, exact. Raises ValueError for a sheet that lacks a criterion."""
    lacking = missing(criteria, marks)
    if lacking or not criteria:
        raise ValueError(f"the sheet is not complete: {', '.join(lacking)}")
    return sum((Fraction(criterion.weight) * Fraction(marks[criterion.key]) for criterion in criteria), Fraction(0))


def most_possible(criteria: Sequence[Criterion]) -> Fraction:
    """Return the highest total a sheet can have."""
    return sum((Fraction(criterion.weight) * Fraction(criterion.highest) for criterion in criteria), Fraction(0))
