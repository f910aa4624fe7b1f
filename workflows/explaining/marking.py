"""The course of a stage, its criteria and where its marks come from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workflows.explaining.chapters import Chapter, chapter, digits, listed, paragraph, percent, plain, points, points_gen, quoted
from workflows.explaining.names import Names
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import RANKED_KINDS, TRIMMED, Criterion, Scale, Source, Stage

SHEET_SOURCES = ("jury", "expert", "entrant")  # sources of which several people fill in sheets for one work
LISTED = 12  # words of more levels than this are read on the sheet


def course(stage: Stage, regulation: Regulation, names: Names) -> Chapter:
    """What happens at the stage, to whom, and how its total is made."""
    return chapter(f"stage/{stage.key}", _course(stage, regulation, names), title=stage.title)


def _course(stage: Stage, regulation: Regulation, names: Names) -> Iterator[Saying]:
    yield paragraph(Saying(f"stage_{stage.kind}"), Saying(f"mode_{stage.mode}"))
    if stage.window is not None:
        yield Saying("stage_window", opens=names.from_date(stage.window.opens), closes=names.on_date(stage.window.closes))
    if stage.note:
        yield Saying("stage_note", note=stage.note)
    if stage.when is not None:
        yield Saying("stage_when", condition=names.clause(stage.when))
    if stage.direct is not None:
        yield Saying("stage_direct", condition=names.clause(stage.direct))
    if stage.steps:
        yield Saying("stage_steps", titles=quoted(one.title for one in stage.steps))
    if stage.target is not None:
        yield Saying("stage_target", number=stage.target)
    if stage.kind in RANKED_KINDS:
        yield from _total(stage, regulation, names)


def _total(stage: Stage, regulation: Regulation, names: Names) -> Iterator[Saying]:
    for one in stage.adds:
        title = names.of("stages", one.stage)
        yield Saying("adds", stage=title) if one.weight == 1 else Saying("adds_weight", stage=title, weight=plain(one.weight))
    if not stage.adds and any(one.kind in RANKED_KINDS for one in regulation.stages[: regulation.stages.index(stage)]):
        yield Saying("fresh_start")
    yield paragraph(
        Saying("lowest_leads" if stage.lowest_leads else "highest_leads"),
        Saying("stage_exact") if stage.round_to is None else Saying("stage_round", digits=digits(stage.round_to)),
        Saying("stage_shown", count=stage.digits) if stage.digits else Saying("stage_shown_whole"),
    )


# Criteria


def marks(stage: Stage, names: Names) -> Chapter:
    """By what and by whom works are marked: what a juror has to know."""
    return chapter(
        f"marks/{stage.key}", (*_criteria(stage, names), *(_source(one, stage, names) for one in _sources(stage))), title=stage.title
    )


def _criteria(stage: Stage, names: Names) -> Iterator[Saying]:
    for one in stage.criteria:
        yield paragraph(*_criterion(one, names))
    highest = _highest(stage)
    if highest is not None:
        yield Saying("criteria_highest", most=points_gen(highest))


def _highest(stage: Stage) -> Decimal | None:
    """Return the most points of a sheet, or None where it has no end or depends on the entry."""
    if not stage.criteria or any(one.when is not None for one in stage.criteria):
        return None
    try:
        return sum((one.weight * one.highest for one in stage.criteria), Decimal(0))
    except ValueError:
        return None


def _criterion(one: Criterion, names: Names) -> Iterator[Saying]:
    if one.rows:
        yield Saying("criterion_rows", title=one.title, rows=quoted(row.title for row in one.rows))
        for row in one.rows:
            yield from _scale(row, "row")
        if one.cap is not None:
            yield Saying("criterion_cap", most=points_gen(one.cap))
    else:
        yield from _scale(one, "criterion")
    yield from _rules(one, names)


def _rules(one: Criterion, names: Names) -> Iterator[Saying]:
    if one.rows and one.note:
        yield Saying("criterion_note", note=one.note)
    if one.weight != 1:
        yield Saying("criterion_weight", weight=plain(one.weight))
    if one.penalty:
        yield Saying("criterion_penalty")
    if one.optional:
        yield Saying("criterion_optional")
    if one.no_opinion != "fault":
        yield Saying(f"no_opinion_{one.no_opinion}")
    if one.when is not None:
        yield Saying("criterion_when", condition=names.clause(one.when))


def _scale(one: Scale, word: str) -> Iterator[Saying]:
    """Say how one thing is marked; `word` tells a criterion from a sub-row."""
    yield _kind(one, word)
    if one.kind == "scale":
        if one.step != 1:
            yield Saying("scale_step", step=points(one.step))
        if one.levels:
            yield Saying("scale_levels", levels=listed(_level(value, words) for value, words in list(one.levels.items())[:LISTED]))
    if one.kind == "count":
        yield Saying("count_most", most=points_gen(one.most)) if one.most is not None else Saying("count_open")
    if one.note:
        yield Saying("criterion_note", note=one.note)
    if one.evidence != "none":
        yield Saying(f"evidence_{one.evidence}")


def _kind(one: Scale, word: str) -> Saying:
    if one.kind == "choice":
        levels = listed(Saying("level_gives", title=level.title, points=points(level.points)) for level in one.options)
        return Saying(f"{word}_choice", title=one.title, levels=levels)
    if one.kind in ("tick", "count"):
        return Saying(f"{word}_{one.kind}", title=one.title, points=points(one.points if one.kind == "tick" else one.price))
    if one.most is None:
        return Saying(f"{word}_scale_open", title=one.title, least=points_gen(one.least))
    return Saying(f"{word}_scale", title=one.title, least=plain(one.least), most=points_gen(one.most))


def _level(value: str, words: object) -> Saying:
    try:
        said: object = points(Decimal(value))
    except ArithmeticError:
        said = value
    return Saying("level_words", points=said, title=words)


# Sources


def _sources(stage: Stage) -> tuple[Source, ...]:
    """The sources that say more than the kind of the stage has said."""
    return stage.sources if stage.kind in ("imported", "reports") else stage.all_sources


def _source(one: Source, stage: Stage, names: Names) -> Saying:
    return paragraph(*_who(one, names), *_method(one, places=stage.kind == "places"), *_votes(one), *_use(one, names))


def _who(one: Source, names: Names) -> Iterator[Saying]:
    yield Saying(f"by_{one.by}")
    if one.title:
        yield Saying("source_title", title=one.title)
    if one.jury is not None:
        yield Saying("source_jury", jury=one.jury)
    if one.allotted is not None:
        yield Saying("allotted", question=names.question(one.allotted))
    if one.by == "entrant":
        yield Saying(f"conflicts_{one.conflicts}")
    if one.by in SHEET_SOURCES:
        yield Saying("source_sheets", count=one.sheets)
        yield Saying("blind" if one.blind else "not_blind")


def _method(one: Source, *, places: bool) -> Iterator[Saying]:
    if one.by in SHEET_SOURCES:
        yield Saying("method_sum_places") if places and one.method == "sum" else _from_sheets(one)
        if one.method == "sum":
            yield Saying("unequal_sheets" if one.unequal_sheets else "equal_sheets")
    if one.each_criterion:
        yield Saying("each_criterion")
    if one.weighted:
        yield Saying("source_weighted")
    if one.quorum is not None and one.quorum.sheets is not None:
        yield Saying("quorum_sheets", count=one.quorum.sheets)
    if one.quorum is not None and one.quorum.share is not None:
        yield Saying("quorum_share", share=percent(one.quorum.share))
    for key, count in (("round_criteria", one.round_criteria), ("round_sheets", one.round_sheets), ("round_source", one.round_to)):
        if count is not None:
            yield Saying(key, digits=digits(count))


def _from_sheets(one: Source) -> Saying:
    if one.method not in TRIMMED:
        return Saying(f"method_{one.method}")
    return Saying(f"method_{one.method}_one") if one.drop == 1 else Saying(f"method_{one.method}", count=one.drop)


def _votes(one: Source) -> Iterator[Saying]:
    if one.scale is not None:
        yield Saying(f"votes_{one.scale.by}", most=points(one.scale.most) if one.scale.by == "leader" else points_gen(one.scale.most))
    if one.duty is not None:
        yield Saying("duty_sheets", count=one.duty.sheets, points=points(one.duty.points))


def _use(one: Source, names: Names) -> Iterator[Saying]:
    if one.times is not None:
        yield Saying("source_times", question=names.question(one.times))
    weighted = one.use == "counts" and one.weight != 1
    yield Saying("use_counts_weight", weight=plain(one.weight)) if weighted else Saying(f"use_{one.use}")
