"""From sheets to the total of an entry at a stage."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from workflows.stages import TRIMMED


def stage_total(
    totals: Sequence[Fraction],
    method: str = "mean",
    *,
    drop: int = 0,
    weights: Sequence[Fraction | int] | None = None,
    round_to: int | None = None,
) -> Fraction:
    """Return the entry's total from the totals of its sheets: mean, sum, median, or trimmed.

    Trimmed drops the `drop` highest and the `drop` lowest sheets (equal ones: only that many) and takes the mean of the rest,
    trimmed_sum their sum.
    `weights`, one for each sheet, are the weights of jurors: sum and mean only. Rounded half up to `round_to` decimals only where
    the regulation says so. Raises ValueError for no sheets: no score is not zero; and for weights where there are none.
    """
    if not totals:
        raise ValueError("an entry without sheets has no total")
    exact = _combine(sorted(totals), method, drop) if weights is None else _weighted(totals, weights, method)
    return exact if round_to is None else Fraction(shown(exact, round_to))


def _weighted(totals: Sequence[Fraction], weights: Sequence[Fraction | int], method: str) -> Fraction:
    if method not in ("mean", "sum"):
        raise ValueError(f"sheets have no weights where the method is {method}")
    whole = Fraction(sum(weights))
    if whole <= 0:
        raise ValueError("the weights of the sheets add up to nothing")
    got = sum((weight * total for weight, total in zip(weights, totals, strict=True)), Fraction(0))
    return got if method == "sum" else got / whole


def kept(totals: Sequence[Fraction], drop: int) -> list[Fraction]:
    """Return the totals that are left when the `drop` highest and lowest are taken away. Raises ValueError when none is."""
    ordered = sorted(totals)
    if len(ordered) <= 2 * drop:
        raise ValueError("nothing is left when the highest and lowest are dropped")
    return ordered[drop : len(ordered) - drop]


def _combine(ordered: list[Fraction], method: str, drop: int) -> Fraction:
    if method == "sum":
        return sum(ordered, Fraction(0))
    if method == "median":
        middle = len(ordered) // 2
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    if method in TRIMMED:
        ordered = kept(ordered, drop)
        if method == "trimmed_sum":
            return sum(ordered, Fraction(0))
    elif method != "mean":
        raise ValueError(f"no such method: {method}")
    return sum(ordered, Fraction(0)) / len(ordered)


def shown(value: Fraction, places: int = 2) -> Decimal:
    """Return the value as it is shown: half up (away from zero) to that many decimals. Never rank on it unless the regulation rounds."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    rounded = whole + (1 if 2 * rest >= scaled.denominator else 0)
    return Decimal((0 if value >= 0 else 1, tuple(int(digit) for digit in str(rounded)), -places))


def written(value: Fraction) -> str:
    """Return the exact value as a reduced fraction, «20/3», for keeping."""
    return f"{value.numerator}/{value.denominator}" if value.denominator != 1 else str(value.numerator)
