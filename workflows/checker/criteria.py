"""Criteria: scales that can be marked, levels that stand on them, rows under a cap, and somebody who marks them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workflows.checker import conditions
from workflows.checker.problem import Known, Path, Problem, out_of_place, replace_with
from workflows.saying import Saying
from workflows.stages import BARE, Criterion, Scale, Stage

MOST_VALUES = 1001  # values of one scale: a juror chooses among them
OF_KIND = {"most": ("scale", "count"), "options": ("choice",), "points": ("tick",), "price": ("count",)}
OF_KIND |= dict.fromkeys(("least", "step", "levels"), ("scale",))


def faults(known: Known) -> Iterator[Problem]:
    for number, stage in enumerate(known.rules.stages):
        marked = _is_marked(stage)
        for place, criterion in enumerate(stage.criteria):
            path: Path = ("stages", number, "criteria", place)
            yield from _criterion_faults(path, criterion)
            yield from conditions.faults((*path, "when"), criterion.when, known, and_=stage.when)
            if not marked:
                yield Problem(path, Saying("regulation_criterion_not_marked", name=criterion.title))


def _is_marked(stage: Stage) -> bool:
    """Say whether somebody fills in sheets at a stage: votes, imported totals and places are not marks of a criterion."""
    return stage.kind == "marks" and any(source.by not in BARE or source.by == "self" for source in stage.all_sources)


def _criterion_faults(path: Path, criterion: Criterion) -> Iterator[Problem]:
    if not criterion.rows:
        yield from out_of_place(path, criterion, "cap")
        yield from _scale_faults(path, criterion)
        return
    for field in ("most", "options", "levels"):
        yield from out_of_place(path, criterion, field)
    for number, row in enumerate(criterion.rows):
        yield from _scale_faults((*path, "rows", number), row)
    together = _together(criterion.rows)
    if criterion.cap is not None and together is not None and criterion.cap > together:
        yield Problem((*path, "cap"), Saying("regulation_cap_not_reached", most=together), replace_with(together))


def _together(rows: tuple[Scale, ...]) -> Decimal | None:
    """Return the most that rows can give, or None where there is no end."""
    try:
        return sum((row.ceiling for row in rows), Decimal(0))
    except ValueError:
        return None


def _scale_faults(path: Path, scale: Scale) -> Iterator[Problem]:
    for field, allowed in OF_KIND.items():
        if scale.kind not in allowed:
            yield from out_of_place(path, scale, field)
    if scale.kind == "choice" and len(scale.options) < 2:
        yield Problem((*path, "options"), Saying("regulation_options_missing"))
    if scale.kind == "count" and scale.most is not None and scale.most < scale.price:
        yield Problem((*path, "most"), Saying("regulation_cap_below_price", price=scale.price))
    if scale.kind == "scale":
        yield from _step_faults(path, scale)


def _step_faults(path: Path, scale: Scale) -> Iterator[Problem]:
    if scale.most is None or scale.most <= scale.least:
        yield Problem((*path, "most"), Saying("regulation_scale_empty"))
        return
    if (scale.most - scale.least) % scale.step:
        yield Problem((*path, "step"), Saying("regulation_step_off_scale"))
        return
    if scale.count > MOST_VALUES:
        yield Problem((*path, "step"), Saying("regulation_scale_too_fine", most=MOST_VALUES))
        return
    if scale.levels:
        possible = {format(value.normalize(), "f") for value in scale.values()}
        for value in scale.levels:
            if value not in possible:
                yield Problem((*path, "levels", value), Saying("regulation_level_off_scale", name=value))
