"""Where marks come from: each source can be told from the others, gives what its method needs, and something counts."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.checker.problem import Known, Path, Problem, out_of_place, reference
from workflows.saying import Saying
from workflows.stages import COUNTED, RANKED_KINDS, TRIMMED, Source, Stage

SHEETS = ("jury", "expert", "entrant")  # several people give sheets for one entry


def faults(known: Known) -> Iterator[Problem]:
    for number, stage in enumerate(known.rules.stages):
        path: Path = ("stages", number)
        if stage.kind not in RANKED_KINDS:
            continue
        yield from _together(path, stage)
        for place, source in enumerate(stage.sources):
            at = (*path, "sources", place)
            yield from _number_faults(at, source)
            yield from _kind_faults(at, source, stage)
            yield from _entrant_faults(at, source, known)


def _together(path: Path, stage: Stage) -> Iterator[Problem]:
    counting = [source for source in stage.all_sources if source.use == "counts"]
    if not counting and not stage.adds and stage.kind != "sum":
        yield Problem((*path, "sources"), Saying("regulation_nothing_counts"))
    seen: set[tuple[str, str | None]] = set()
    for place, source in enumerate(stage.sources):
        if (source.by, source.jury) in seen:
            field = "jury" if source.by == "jury" else "by"
            yield Problem((*path, "sources", place, field), Saying("regulation_sources_alike"))
        seen.add((source.by, source.jury))
    if len({source.by in COUNTED and source.scale is None for source in counting}) == 2:
        for place, source in enumerate(stage.sources):
            # A hundred votes beside ten points would decide everything: counts have to be scaled before they are added to marks.
            if source.use == "counts" and source.by in COUNTED and source.scale is None:
                yield Problem((*path, "sources", place, "scale"), Saying("regulation_votes_unscaled"))


def _number_faults(path: Path, source: Source) -> Iterator[Problem]:
    if source.method in TRIMMED and not source.drop:
        yield Problem((*path, "drop"), Saying("regulation_drop_missing"))
    elif source.method in TRIMMED and source.sheets <= 2 * source.drop:
        yield Problem((*path, "drop"), Saying("regulation_drop_too_many"))
    elif source.method not in TRIMMED:
        yield from out_of_place(path, source, "drop")
    if source.quorum is None:
        return
    if (source.quorum.sheets is None) == (source.quorum.share is None):
        yield Problem((*path, "quorum"), Saying("regulation_one_of_both", one="sheets", other="share"))
    elif source.quorum.sheets is not None and source.quorum.sheets > source.sheets:
        yield Problem((*path, "quorum", "sheets"), Saying("regulation_quorum_too_large", sheets=source.sheets))


def _kind_faults(path: Path, source: Source, stage: Stage) -> Iterator[Problem]:
    if source.by not in COUNTED:
        yield from out_of_place(path, source, "scale")
    if source.by not in SHEETS:
        yield from out_of_place(path, source, "quorum", "blind", "weighted", "drop")
    if source.by not in ("jury", "expert"):
        yield from out_of_place(path, source, "jury")
    if source.use != "counts":
        yield from out_of_place(path, source, "weight")
    if not stage.criteria:
        yield from out_of_place(path, source, "each_criterion", "round_criteria")
    if source.method != "sum":
        yield from out_of_place(path, source, "unequal_sheets")


def _entrant_faults(path: Path, source: Source, known: Known) -> Iterator[Problem]:
    if source.by != "entrant":
        yield from out_of_place(path, source, "allotted", "conflicts", "duty")
        return
    if source.allotted is None:
        yield Problem((*path, "allotted"), Saying("regulation_allotted_missing"))
    yield from reference((*path, "allotted"), "question", source.allotted, known.answers)
    if source.duty is not None and source.duty.sheets > source.sheets:
        yield Problem((*path, "duty", "sheets"), Saying("regulation_duty_too_large", sheets=source.sheets))
