"""Stages: their order, windows, what each kind needs, and what is carried from one into another."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.checker import conditions, samples
from workflows.checker.dates import is_before, window_faults
from workflows.checker.problem import REMOVE, Known, Path, Problem, out_of_place, reference
from workflows.conditions import All
from workflows.saying import Saying
from workflows.stages import RANKED_KINDS, Stage


def faults(known: Known) -> Iterator[Problem]:
    rules = known.rules
    if rules.kind == "contest" and not any(stage.kind in RANKED_KINDS or stage.kind == "decision" for stage in rules.stages):
        yield Problem(("stages",), Saying("regulation_marks_missing"))
    for number, stage in enumerate(rules.stages):
        path: Path = ("stages", number)
        yield from window_faults(path, stage.window, known)
        yield from conditions.faults((*path, "when"), stage.when, known)
        yield from conditions.faults((*path, "direct"), stage.direct, known, and_=stage.when)
        yield from _kind_faults(path, stage)
        yield from _adds_faults(path, number, known)
        yield from _order_faults(path, number, known)
        yield from _reach_faults(path, number, known)


def _reach_faults(path: Path, number: int, known: Known) -> Iterator[Problem]:
    """A stage that entries go on to must concern some of those who can come: through a cut, or directly."""
    stage = known.rules.stages[number]
    coming = [(earlier, cut) for earlier in known.rules.stages[:number] for cut in earlier.goes_on if cut.to == stage.key]
    if not coming or stage.when is None or stage.direct is not None:
        return
    for earlier, cut in coming:
        both = tuple(one for one in (earlier.when, cut.when, stage.when) if one is not None)
        if samples.can_hold(All(all=both), known):
            return
    yield Problem((*path, "when"), Saying("regulation_stage_not_reached"))


def _kind_faults(path: Path, stage: Stage) -> Iterator[Problem]:
    if stage.kind == "marks" and not stage.criteria:
        yield Problem((*path, "criteria"), Saying("regulation_criteria_missing"))
    if stage.kind == "sum" and not stage.adds:
        yield Problem((*path, "adds"), Saying("regulation_nothing_to_add"))
    if stage.kind != "reports":
        yield from out_of_place(path, stage, "target", "steps")
    if stage.kind not in RANKED_KINDS:
        yield from out_of_place(path, stage, "adds", "sources", "statuses", "best", "round_to")
    if not stage.ranks:
        yield from out_of_place(path, stage, "lists")


def _adds_faults(path: Path, number: int, known: Known) -> Iterator[Problem]:
    """What is added comes from earlier stages that have totals, each once, and leads in the same direction."""
    stage, seen = known.rules.stages[number], set()
    for place, one in enumerate(stage.adds):
        at = (*path, "adds", place, "stage")
        where = known.stages.get(one.stage)
        if where is None:
            yield from reference(at, "stage", one.stage, list(known.stages)[:number])
            continue
        other = known.rules.stages[where]
        if where >= number:
            yield Problem(at, Saying("regulation_adds_later", name=one.stage))
        elif other.kind not in RANKED_KINDS:
            yield Problem(at, Saying("regulation_adds_without_total", name=one.stage))
        elif other.lowest_leads != stage.lowest_leads:
            yield Problem(at, Saying("regulation_adds_turned", name=one.stage))
        if one.stage in seen:
            yield Problem(at, Saying("regulation_adds_twice", name=one.stage), REMOVE)
        seen.add(one.stage)


def _order_faults(path: Path, number: int, known: Known) -> Iterator[Problem]:
    """Entries go on to later stages only, which do not end before the stage they come from begins."""
    stage = known.rules.stages[number]
    for place, one in enumerate(stage.goes_on):
        at = (*path, "goes_on", place, "to")
        where = known.stages.get(one.to)
        if where is None:
            yield from reference(at, "stage", one.to, [other.key for other in known.rules.stages[number + 1 :]])
        elif where <= number:
            yield Problem(at, Saying("regulation_goes_back", name=one.to))
        else:
            window = known.rules.stages[where].window
            if window is not None and stage.window is not None and is_before(window.closes, stage.window.closes, known):
                yield Problem(("stages", where, "window", "closes"), Saying("regulation_stages_turned", name=stage.title))
