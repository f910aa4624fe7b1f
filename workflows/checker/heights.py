"""How high totals can be, and how many entries a list can have: what thresholds and cuts are held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import inf

from workflows.checker import samples
from workflows.checker.problem import Known
from workflows.conditions import All, Compare, Condition, fields, holds
from workflows.stages import COUNTED, Criterion, GoesOn, Source, Stage


def highest(stage: Stage, known: Known, *, source: str | None = None, criterion: str | None = None, bonus: bool = True) -> Decimal | None:
    """Return the most points a total of a stage can have, or one source or criterion of it; None where there is no end.

    With `bonus` those counted that need not be marked and points for duty: what can be reached. Without, what a share is taken of.
    """
    name = (stage.key, source, criterion, bonus)
    if name not in known.heights:
        known.heights[name] = _highest(stage, known, source, criterion, bonus=bonus)
    return known.heights[name]


def _highest(stage: Stage, known: Known, source: str | None, criterion: str | None, *, bonus: bool) -> Decimal | None:
    if criterion is not None:
        return _of_criterion(stage.criterion(criterion), bonus=True)
    total = Decimal(0)
    for one in stage.all_sources:
        if one.key == source or (source is None and one.use == "counts"):
            most = _of_source(one, stage, known, bonus=bonus)
            if most is None:
                return None
            total += most * (one.weight if source is None else 1)
    return total if source is not None else _with_added(total, stage, known, bonus=bonus)


def _with_added(total: Decimal, stage: Stage, known: Known, *, bonus: bool) -> Decimal | None:
    for added in stage.adds:
        number = known.stages.get(added.stage)
        earlier = known.rules.stages[number] if number is not None else None
        most = highest(earlier, known, bonus=bonus) if earlier is not None and earlier.key != stage.key else None
        if most is None:
            return None
        total += most * added.weight
    return total


def _of_source(source: Source, stage: Stage, known: Known, *, bonus: bool) -> Decimal | None:
    if source.scale is not None:
        return source.scale.most
    if stage.kind == "reports" and stage.target is not None:
        return Decimal(stage.target * max(len(stage.steps), 1))
    if stage.kind != "marks" or source.by in COUNTED or source.method == "places" or source.times is not None:
        return None
    sheet = _of_sheet(stage, known, bonus=bonus)
    if sheet is None:
        return None
    duty = source.duty.points if source.duty is not None and bonus else Decimal(0)
    sheets = {"sum": source.sheets, "trimmed_sum": source.sheets - 2 * source.drop}.get(source.method, 1)
    return sheet * max(sheets, 0) + duty


def _of_sheet(stage: Stage, known: Known, *, bonus: bool) -> Decimal | None:
    """Return the highest sheet of any nomination: criteria of another one do not stand on it."""
    found = []
    for nomination in known.nominations or [""]:
        points = [_of_criterion(one, bonus=bonus) for one in stage.criteria if _concerns(one.when, nomination, known)]
        if None in points:
            return None
        found.append(sum((one for one in points if one is not None), Decimal(0)))
    return max(found)


def _concerns(when: Condition | None, nomination: str, known: Known) -> bool:
    if when is None or not nomination:
        return True
    if fields(when) == {"nomination"}:
        return holds(when, {"nomination": nomination})
    return samples.can_hold(All(all=(Compare(field="nomination", value=nomination), when)), known)


def _of_criterion(criterion: Criterion, *, bonus: bool) -> Decimal | None:
    try:
        most = criterion.model_copy(update={"optional": False}).highest if bonus and not criterion.penalty else criterion.highest
    except ValueError:
        return None
    return most * criterion.weight


# How many there can be


def longest(number: int, by: Sequence[str], known: Known) -> float:
    """Return how many entries a list of a stage can have at most, the stage by its place; infinity where nothing bounds it."""
    stage = known.rules.stages[number]
    coming = [(place, cut) for place, one in enumerate(known.rules.stages[:number]) for cut in one.goes_on if cut.to == stage.key]
    if not coming or stage.direct is not None:
        return _entries(known)
    return min(sum(_through(place, cut, by, known) for place, cut in coming), _entries(known))


def _entries(known: Known) -> float:
    bounds = [limit.most for limit in known.rules.entering.limits if limit.of == "event" and not limit.within and limit.when is None]
    return min((bound for bound in bounds if bound is not None), default=inf)


def _through(place: int, cut: GoesOn, by: Sequence[str], known: Known) -> float:
    """Return how many of one list of a later stage can come through a cut: the cut once for each of its lists inside that list."""
    if cut.equal == "all":
        return inf  # equal totals across the cut all go on
    keys = per_of(place, cut, known)
    if cut.most is None:
        return inf
    return cut.most * _count((key for key in keys if key not in by), known)


def _count(keys: Iterable[str], known: Known) -> float:
    count: float = 1
    for key in keys:
        question = known.questions.get(key)
        if key == "nomination":
            count *= len(known.nominations) or 1
        elif key == "group":
            count *= len(known.rules.groups) or inf
        elif question is not None and question.kind in ("choice", "yes_no"):
            count *= len(question.options) or 2
        else:
            count = inf
    return count


def per_of(place: int, cut: GoesOn, known: Known) -> Sequence[str]:
    """Return the keys of the lists that a cut is read from."""
    if cut.per is not None:
        return cut.per
    return known.rules.lists_of(known.rules.stages[place])[0].by
