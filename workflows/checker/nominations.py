"""Nominations and groups: chosen, or derived from the answers without overlap and without gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflows.checker import conditions, samples
from workflows.checker.dates import window_faults
from workflows.checker.problem import Known, Path, Problem
from workflows.checker.samples import Sample
from workflows.conditions import Condition, compares, holds
from workflows.parts import Nomination
from workflows.saying import Saying

Derived = list[tuple[Path, Nomination, Condition]]


def faults(known: Known) -> Iterator[Problem]:
    derived: Derived = []
    for number, one in enumerate(known.rules.nominations):
        path: Path = ("nominations", number)
        yield from window_faults(path, one.window, known)
        if one.when is not None:
            found = list(conditions.faults((*path, "when"), one.when, known))
            yield from found
            yield from _unanswered(path, one.when, known)
            if not found:
                derived.append((path, one, one.when))
    if len(derived) == sum(one.when is not None for one in known.rules.nominations):
        yield from _coverage_faults(derived, known)
    for number, group in enumerate(known.rules.groups):
        yield from conditions.faults(("groups", number, "when"), group.when, known)


def _unanswered(path: Path, condition: Condition, known: Known) -> Iterator[Problem]:
    """An entry whose answer may be missing would have no nomination."""
    for place, compare in conditions.placed(condition, (*path, "when")):
        question = known.questions.get(compare.field)
        if question is not None and question.kind != "authors" and (question.required is not True or question.when is not None):
            yield Problem((*place, "field"), Saying("regulation_answer_needed", name=question.label))


def _coverage_faults(derived: Derived, known: Known) -> Iterator[Problem]:
    parts = [compare for _path, _one, condition in derived for compare in compares(condition)]
    tried = samples.combinations(parts, known)
    if tried is None or not derived:
        return
    everybody = all(one.when is not None for one in known.rules.nominations)
    overlaps: dict[tuple[int, int], Mapping[str, Sample]] = {}
    gaps: list[Mapping[str, Sample]] = []
    for answers in tried:
        plain = {field: one.value for field, one in answers.items()}
        fitting = [place for place, (_path, _one, condition) in enumerate(derived) if holds(condition, plain, known.days)]
        if len(fitting) > 1:
            overlaps.setdefault((fitting[0], fitting[1]), answers)
        elif not fitting and everybody:
            gaps.append(answers)
    for (first, second), example in overlaps.items():
        path, other = derived[second][0], derived[first][1]
        yield Problem((*path, "when"), Saying("regulation_nominations_overlap", other=other.title, answers=_told(example, known)))
    for gap in _joined(gaps):
        yield Problem(("nominations",), Saying("regulation_nominations_gap", answers=_told(gap, known)))


def _told(answers: Mapping[str, Sample], known: Known) -> tuple[Saying, ...]:
    return tuple(one.told(_label(field, known)) for field, one in answers.items())


def _label(field: str, known: Known) -> object:
    question = known.questions.get(field)
    return question.label if question is not None else field


def _joined(gaps: Sequence[Mapping[str, Sample]]) -> list[Mapping[str, Sample]]:
    """Return the gaps, neighbouring ranges of a single number as one range; of several fields an example is enough."""
    if not gaps or len(gaps[0]) > 1:
        return list(gaps[:1])
    [field] = gaps[0]
    joined: list[Sample] = []
    for one in (answers[field] for answers in gaps):
        last = joined[-1] if joined else None
        touches = last is not None and one.low is not None and last.high == one.low and (last.ranged or one.ranged)
        if last is not None and touches:
            joined[-1] = Sample(last.value, last.low, one.high, ranged=True)
        else:
            joined.append(one)
    return [{field: one} for one in joined]
