"""Who goes on: cuts that cut, seats that fit inside them, thresholds that can be reached, lists that are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from workflows.awards import Award
from workflows.checker import conditions
from workflows.checker.heights import highest, longest, per_of
from workflows.checker.lists import list_keys
from workflows.checker.problem import Known, Path, Problem, reference, replace_with
from workflows.saying import Saying
from workflows.stages import RANKED_KINDS, GoesOn, Stage


def faults(known: Known) -> Iterator[Problem]:
    for number, stage in enumerate(known.rules.stages):
        for place, cut in enumerate(stage.goes_on):
            path: Path = ("stages", number, "goes_on", place)
            yield from conditions.faults((*path, "when"), cut.when, known, and_=stage.when)
            yield from list_faults((*path, "per"), cut.per, stage, known)
            yield from _number_faults(path, number, cut, known)
            yield from threshold_faults(path, cut, stage, known)
            yield from _seat_faults(path, cut, stage, known)


def list_faults(path: Path, by: Sequence[str] | None, stage: Stage, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with naming lists of a stage by their keys."""
    if by is None:
        return
    unknown = [problem for place, key in enumerate(by) for problem in reference((*path, place), "list_key", key, list_keys(known))]
    yield from unknown
    written = [one.by for one in stage.lists or (known.rules.ranking,)]
    lists = [*written, *(one.by for one in known.rules.lists_of(stage))]
    if not unknown and not any(set(by) == set(one) for one in lists):
        only = "[" + ", ".join(written[0]) + "]" if len(written) == 1 else None
        yield Problem(path, Saying("regulation_no_such_list", stage=stage.title), replace_with(only))


def _number_faults(path: Path, number: int, cut: GoesOn, known: Known) -> Iterator[Problem]:
    stage = known.rules.stages[number]
    reads = cut.most is not None or cut.percent is not None or cut.at_least is not None or cut.share_of_max is not None
    if reads and stage.kind not in RANKED_KINDS and not cut.decided:
        yield Problem(path, Saying("regulation_cut_without_totals", stage=stage.title))
    field = longest(number, per_of(number, cut, known), known)
    if cut.most is not None and field < inf and cut.most > field:
        yield Problem((*path, "most"), Saying("regulation_cut_above_field", most=cut.most, field=int(field)))


def threshold_faults(
    path: Path, asks: GoesOn | Award, stage: Stage, known: Known, *, source: str | None = None, criterion: str | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with a threshold on a total, or on a part of it: `source`, `criterion`."""
    if asks.at_least is not None and not stage.lowest_leads:
        best = highest(stage, known, source=source, criterion=criterion)
        if best is not None and asks.at_least > best:
            yield Problem((*path, "at_least"), Saying("regulation_above_maximum", most=best))
    if asks.share_of_max is not None and highest(stage, known, source=source, criterion=criterion, bonus=False) is None:
        yield Problem((*path, "share_of_max"), Saying("regulation_share_without_end"))


def _seat_faults(path: Path, cut: GoesOn, stage: Stage, known: Known) -> Iterator[Problem]:
    for place, seats in enumerate(cut.seats):
        yield from conditions.faults((*path, "seats", place, "when"), seats.when, known, and_=stage.when)
        if cut.most is None and cut.percent is None:
            yield Problem((*path, "seats", place), Saying("regulation_seats_without_cut"))
    kept = sum(seats.count for seats in cut.seats)
    if cut.most is not None and kept > cut.most:
        yield Problem((*path, "seats"), Saying("regulation_seats_above_cut", seats=kept, most=cut.most))
