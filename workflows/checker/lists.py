"""Lists of a stage: what parts them, tie keys that can be read, least numbers with a consequence, statuses that some total gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from workflows.checker import conditions
from workflows.checker.heights import highest
from workflows.checker.problem import REMOVE, Known, Path, Problem, keys, out_of_place, reference
from workflows.saying import Saying
from workflows.stages import BARE, Least, Ranking, Stage, Status, TieKey

NEEDED = {"stage": "stage", "criterion": "criterion", "source": "source", "field": "field"}
MARKS = ("stage", "criterion", "source")
READ: dict[str, tuple[str, ...]] = {
    "stage": ("stage",),
    "source": ("stage", "source"),
    "field": ("field",),
    "chair_sheet": ("stage", "source"),
}
READ |= dict.fromkeys(("criterion", "marks_from_top", "highest_marks"), MARKS)
RESERVED = ("admitted", "not_admitted", "withdrawn", "disqualified")


def faults(known: Known) -> Iterator[Problem]:
    own = [(number, stage) for number, stage in enumerate(known.rules.stages) if stage.ranks]
    shared = [stage for _number, stage in own if not stage.lists]
    yield from _ranking_faults(("ranking",), known.rules.ranking, shared or [stage for _number, stage in own], known)
    for number, stage in own:
        path: Path = ("stages", number)
        for place, one in enumerate(stage.lists):
            yield from _ranking_faults((*path, "lists", place), one, [stage], known)
            if any(set(one.by) == set(other.by) for other in stage.lists[:place]):
                yield Problem((*path, "lists", place, "by"), Saying("regulation_list_twice"), REMOVE)
        yield from _status_faults(path, stage, known)


def list_keys(known: Known) -> Collection[str]:
    """Return what entries may be parted into lists by."""
    return [*known.answers, "group"]


def _ranking_faults(path: Path, ranking: Ranking, stages: Sequence[Stage], known: Known) -> Iterator[Problem]:
    yield from conditions.faults((*path, "when"), ranking.when, known)
    for place, key in enumerate(ranking.by):
        yield from _key_faults((*path, "by", place), key, known)
    if ranking.least is not None:
        yield from _least_faults((*path, "least"), ranking.least, ranking, known)
    for place, tie in enumerate(ranking.tie_keys):
        yield from _tie_faults((*path, "tie_keys", place), tie, stages, known)
        if any(earlier.by == "lot" for earlier in ranking.tie_keys[:place]):
            yield Problem((*path, "tie_keys", place), Saying("regulation_tie_after_lot"), REMOVE)


def _key_faults(path: Path, key: str, known: Known) -> Iterator[Problem]:
    yield from reference(path, "list_key", key, list_keys(known))
    if key == "group" and not known.rules.groups and key not in known.questions:
        yield Problem(path, Saying("regulation_no_groups"))
    question = known.questions.get(key)
    if question is not None and (question.when is not None or (question.required is not True and question.filled_by == "applicant")):
        yield Problem(path, Saying("regulation_answer_needed", name=question.label))


def _least_faults(path: Path, least: Least, ranking: Ranking, known: Known) -> Iterator[Problem]:
    if least.of == "above" and least.above is None:
        yield Problem((*path, "above"), Saying("shape_missing", name="above"))
    if least.of != "above":
        yield from out_of_place(path, least, "above")
    if least.then != "merged":
        yield from out_of_place(path, least, "into")
        return
    if least.into is None:
        yield Problem((*path, "into"), Saying("shape_missing", name="into"))
    yield from reference((*path, "into"), "nomination", least.into, known.nominations)
    if "nomination" not in ranking.by:
        yield Problem((*path, "then"), Saying("regulation_nothing_to_merge"))


def _tie_faults(path: Path, tie: TieKey, stages: Sequence[Stage], known: Known) -> Iterator[Problem]:
    needed = NEEDED.get(tie.by)
    if needed is not None and getattr(tie, needed) is None:
        yield Problem((*path, needed), Saying("shape_missing", name=needed))
    idle = [name for name in ("stage", "criterion", "source", "field") if name not in READ.get(tie.by, ())]
    yield from out_of_place(path, tie, *idle)
    yield from reference((*path, "stage"), "stage", tie.stage, list(known.stages))
    yield from reference((*path, "field"), "question", tie.field, known.answers)
    if tie.stage is None:
        yield from _read_faults(path, tie, stages)
    elif tie.stage in known.stages:
        where = known.stages[tie.stage]
        if stages and all(where > known.stages[one.key] for one in stages):
            yield Problem((*path, "stage"), Saying("regulation_tie_later", name=tie.stage))
        yield from _read_faults(path, tie, [known.rules.stages[where]])


def _read_faults(path: Path, tie: TieKey, stages: Sequence[Stage]) -> Iterator[Problem]:
    """The criterion and the source must exist where they are read; there must be sheets."""
    if not stages:
        return
    yield from reference((*path, "criterion"), "criterion", tie.criterion, [key for one in stages for key in keys(one.criteria)])
    yield from reference((*path, "source"), "source", tie.source, [key for one in stages for key in keys(one.all_sources)])
    with_sheets = [one for one in stages if any(source.by not in BARE for source in one.all_sources)]
    if tie.by in ("marks_from_top", "highest_marks", "chair_sheet") and not with_sheets:
        yield Problem((*path, "by"), Saying("regulation_tie_without_sheets"))


def _status_faults(path: Path, stage: Stage, known: Known) -> Iterator[Problem]:
    if not stage.statuses:
        return
    best, share_of = highest(stage, known), highest(stage, known, bonus=False)
    before: list[Decimal] = []
    for place, status in enumerate(stage.statuses):
        at = (*path, "statuses", place)
        if status.key in RESERVED:
            yield Problem((*at, "key"), Saying("regulation_status_reserved", name=status.key))
        if (status.below is None) == (status.below_share is None):
            yield Problem(at, Saying("regulation_one_of_both", one="below", other="below_share"))
            continue
        yield from _bound_faults(at, status, best, share_of, before)


def _bound_faults(path: Path, status: Status, best: Decimal | None, share_of: Decimal | None, before: list[Decimal]) -> Iterator[Problem]:
    field = "below" if status.below is not None else "below_share"
    if field == "below_share" and share_of is None:
        yield Problem((*path, field), Saying("regulation_share_without_end"))
        return
    bound = status.below if status.below is not None else (status.below_share or 0) * (share_of or 0)
    if before and bound <= max(before):
        yield Problem((*path, field), Saying("regulation_status_never"))
    elif best is not None and bound > best:
        yield Problem((*path, field), Saying("regulation_above_maximum", most=best))
    before.append(Decimal(bound))
