"""Awards somebody can get, series that count, and who goes up to the next level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import inf

from workflows.awards import PRESENCE, Award, Series
from workflows.checker import conditions
from workflows.checker.cuts import list_faults, threshold_faults
from workflows.checker.heights import highest, longest
from workflows.checker.problem import Known, Path, Problem, keys, out_of_place, reference
from workflows.saying import Saying
from workflows.stages import RANKED_KINDS, Stage

SOURCES: Mapping[str, tuple[str, ...]] = {
    "contest": ("place", "threshold", "decision", "participant"),
    "exhibition": ("place", "threshold", "decision", "participant", "exhibitor"),
    "bridge": ("present", "speaker", "listener"),
    "conference": ("decision", "present", "speaker", "listener"),
}
LEVELS = ("school", "municipal", "intermunicipal", "regional", "national")


def faults(known: Known) -> Iterator[Problem]:
    papers = keys(known.rules.papers)
    for number, award in enumerate(known.rules.awards):
        path: Path = ("awards", number)
        yield from reference((*path, "paper"), "paper", award.paper, papers)
        yield from reference((*path, "organisation_paper"), "paper", award.organisation_paper, papers)
        yield from conditions.faults((*path, "when"), award.when, known)
        if award.by not in SOURCES[known.rules.kind]:
            yield Problem((*path, "by"), Saying("regulation_source_out_of_place"))
        yield from _field_faults(path, award)
        yield from _reading_faults(path, number, award, known)
    for number, one in enumerate(known.rules.series):
        yield from _series_faults(("series", number), one, known)
    yield from _feed_faults(known)


def _field_faults(path: Path, award: Award) -> Iterator[Problem]:
    """Fields that this kind of award does not read, or cannot do without."""
    if award.by == "place" and (award.place_from is None or (award.place_to is not None and award.place_to < award.place_from)):
        yield Problem((*path, "place_from"), Saying("regulation_place_range_wrong"))
    if award.by != "place":
        yield from out_of_place(path, award, "place_from", "place_to")
    if award.by == "threshold" and award.at_least is None and award.share_of_max is None:
        yield Problem((*path, "at_least"), Saying("regulation_threshold_missing"))
    if award.by == "participant" or award.by in PRESENCE:
        yield from out_of_place(path, award, "stage", "source", "criterion", "at_least", "share_of_max", "lists", "over", "most", "share")
    if award.recipient != "both":
        yield from out_of_place(path, award, "organisation_paper")


def _reading_faults(path: Path, number: int, award: Award, known: Known) -> Iterator[Problem]:
    """The stage, the part of it and the lists that an award is read from."""
    if award.stage is not None and award.stage not in known.stages:
        yield from reference((*path, "stage"), "stage", award.stage, list(known.stages))
        return
    stage = known.rules.stage_of_award(award)
    if award.by not in ("place", "threshold"):
        if stage is not None and award.by == "decision":
            yield from list_faults((*path, "lists"), award.lists, stage, known)
        return
    if stage is None and known.rules.kind == "contest":
        return  # that a contest has no results at all is told once, of its stages
    if stage is None or stage.kind not in RANKED_KINDS:
        yield Problem((*path, "stage" if award.stage else "by"), Saying("regulation_award_without_total"))
        return
    yield from reference((*path, "source"), "source", award.source, keys(stage.all_sources))
    yield from reference((*path, "criterion"), "criterion", award.criterion, keys(stage.criteria))
    yield from list_faults((*path, "lists"), award.lists, stage, known)
    if award.criterion is None or award.criterion in keys(stage.criteria):
        yield from threshold_faults(path, award, stage, known, source=award.source, criterion=award.criterion)
    if award.by == "place" and award.place_from is not None:
        yield from _beyond(path, award, stage, known)
    if award.place_to is None or award.place_to >= (award.place_from or 0):
        yield from _never_faults(path, award, stage, known.rules.awards[:number], known)


def _beyond(path: Path, award: Award, stage: Stage, known: Known) -> Iterator[Problem]:
    """A place that no list of the stage is long enough for."""
    where = known.stages[stage.key]
    lists = [award.lists] if award.lists is not None else [one.by for one in known.rules.lists_of(stage)]
    most = inf if award.over == "all" else max(longest(where, by, known) for by in lists)
    if award.place_from is not None and award.place_from > most:
        yield Problem((*path, "place_from"), Saying("regulation_award_beyond_cut", most=int(most)))


def _never_faults(path: Path, award: Award, stage: Stage, before: Sequence[Award], known: Known) -> Iterator[Problem]:
    """The first exclusive award that fits is given: one that asks for less leaves nothing for a later one."""
    if not award.is_exclusive:
        return
    for earlier in before:
        same = known.rules.stage_of_award(earlier) if earlier.stage is None or earlier.stage in known.stages else None
        alike = (earlier.by, earlier.source, earlier.criterion, earlier.over) == (award.by, award.source, award.criterion, award.over)
        if not (alike and same is stage and earlier.is_exclusive and earlier.choice == "must"):
            continue
        free = (
            earlier.when in (None, award.when) and earlier.most is None and earlier.share is None and earlier.lists in (None, award.lists)
        )
        if free and _takes_all(earlier, award, stage, known):
            field = "place_from" if award.by == "place" else "at_least" if award.at_least is not None else "share_of_max"
            yield Problem((*path, field), Saying("regulation_award_never_given", name=earlier.key))
            return


def _takes_all(earlier: Award, later: Award, stage: Stage, known: Known) -> bool:
    asked, mine = _bound(earlier, stage, known), _bound(later, stage, known)
    if asked is None or mine is None or asked > mine:
        return False
    if later.by == "threshold":
        return True
    if earlier.place_from is None or later.place_from is None:
        return False
    first, last = earlier.place_from, earlier.place_to or earlier.place_from
    return first <= later.place_from and (later.place_to or later.place_from) <= last


def _bound(award: Award, stage: Stage, known: Known) -> Decimal | None:
    """Return the total that an award asks for, nothing for none, or None where it is not known."""
    if award.share_of_max is None:
        return award.at_least if award.at_least is not None else Decimal("-Infinity")
    if award.criterion is not None and award.criterion not in keys(stage.criteria):
        return None
    most = highest(stage, known, source=award.source, criterion=award.criterion, bonus=False)
    return None if most is None else max(most * award.share_of_max, award.at_least or Decimal(0))


def _series_faults(path: Path, series: Series, known: Known) -> Iterator[Problem]:
    yield from reference((*path, "stage"), "stage", series.stage, list(known.stages))
    ranked = [stage for stage in known.rules.stages if stage.kind in RANKED_KINDS]
    named = next((stage for stage in ranked if stage.key == series.stage), None) if series.stage else ranked[-1] if ranked else None
    if named is None and (series.stage is None or series.stage in known.stages):
        yield Problem((*path, "stage"), Saying("regulation_award_without_total"))
    if named is not None:
        yield from list_faults((*path, "lists"), series.lists, named, known)
    if not series.places and not series.entered:
        yield Problem((*path, "places"), Saying("regulation_series_empty"))
    taken: list[tuple[int, int]] = []
    for place, one in enumerate(series.places):
        first, last = one.place_from, one.place_to or one.place_from
        if last < first or any(first <= other_last and other_first <= last for other_first, other_last in taken):
            yield Problem((*path, "places", place, "place_from"), Saying("regulation_place_range_wrong"))
        taken.append((first, last))


def _feed_faults(known: Known) -> Iterator[Problem]:
    for number, feed in enumerate(known.rules.feeds):
        path: Path = ("feeds", number)
        yield from reference((*path, "award"), "award", feed.award, keys(known.rules.awards))
        if LEVELS.index(feed.to_level) <= LEVELS.index(feed.from_level):
            yield Problem((*path, "to_level"), Saying("regulation_feed_down"))
        if feed.per == "nomination" and not known.nominations:
            yield Problem((*path, "per"), Saying("regulation_no_nominations"))
