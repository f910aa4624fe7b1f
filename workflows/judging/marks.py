"""One mark as it was written becomes points: exact, inside its scale, on its step. What is wrong is a Saying."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from workflows import conditions
from workflows.saying import Saying
from workflows.stages import COUNTED, Criterion, Scale, Source, Stage

MOST_COUNT = 10**9


def read_mark(scale: Scale, value: str) -> Fraction | Saying:
    """Return the points of a mark as written, unweighted, or what is wrong with it."""
    return _READ[scale.kind](scale, value)


def _scale(scale: Scale, value: str) -> Fraction | Saying:
    number = conditions.number(value)
    if number is None:
        return Saying("mark_not_a_number", value=value)
    if number < scale.least or number > scale.ceiling:
        return Saying("mark_out_of_scale", least=scale.least, most=scale.ceiling)
    if (Fraction(number) - Fraction(scale.least)) % Fraction(scale.step):  # decimals would round away a long tail
        return Saying("mark_off_step", step=scale.step)
    return Fraction(number)


def _choice(scale: Scale, value: str) -> Fraction | Saying:
    found = next((one for one in scale.options if one.key == value), None)
    return (
        Saying("mark_level_unknown", value=value, names=tuple(one.key for one in scale.options))
        if found is None
        else Fraction(found.points)
    )


def _tick(scale: Scale, value: str) -> Fraction | Saying:
    if value not in ("0", "1"):
        return Saying("mark_not_yes_or_no", value=value)
    return Fraction(scale.points) if value == "1" else Fraction(0)


def _counted(scale: Scale, value: str) -> Fraction | Saying:
    count = count_of(value)
    if isinstance(count, Saying):
        return count
    points = count * Fraction(scale.price)
    return points if scale.most is None else min(points, Fraction(scale.most))


_READ: Mapping[str, Callable[[Scale, str], Fraction | Saying]] = {"scale": _scale, "choice": _choice, "tick": _tick, "count": _counted}


def count_of(value: str) -> Fraction | Saying:
    number = conditions.number(value)
    if number is None or number != number.to_integral_value() or not 0 <= number <= MOST_COUNT:
        return Saying("mark_not_a_count", value=value)
    return Fraction(number)


def _place(value: str) -> Fraction | Saying:
    place = count_of(value)
    return Saying("mark_not_a_place", value=value) if isinstance(place, Saying) or place < 1 else place


def _any_number(value: str) -> Fraction | Saying:
    number = conditions.number(value)
    return Saying("mark_not_a_number", value=value) if number is None else Fraction(number)


def _present(value: str) -> Fraction | Saying:
    return Fraction(value) if value in ("0", "1") else Saying("mark_not_yes_or_no", value=value)


_READ_BARE: Mapping[str, Callable[[str], Fraction | Saying]] = {
    "count": count_of,
    "place": _place,
    "number": _any_number,
    "present": _present,
}


def read_bare(stage: Stage, source: Source, value: str) -> Fraction | Saying:
    """Return what stands in a row without a criterion: a count of votes, a place, presence, or a number."""
    if stage.kind == "vote" or source.by in COUNTED:
        return count_of(value)
    return _READ_BARE[{"places": "place", "attendance": "present"}.get(stage.kind, "number")](value)


def most_of_sheet(criteria: Iterable[Criterion]) -> Fraction | None:
    """Return the highest total a sheet can have, or None where it has no end."""
    try:
        return sum((Fraction(one.weight) * Fraction(one.highest) for one in criteria), Fraction(0))
    except ValueError:
        return None
