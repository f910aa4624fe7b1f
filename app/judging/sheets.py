"""One juror's sheet: what it asks, and what is right and wrong in it. The computation itself reads it, so that the two never differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from workflows import conditions
from workflows.judging.collecting import collect
from workflows.judging.given import Entry, Juror, Mark, facts_of
from workflows.judging.marks import most_of_sheet, read_mark
from workflows.regulation import Criterion, Regulation, Source, Stage
from workflows.saying import Saying
from workflows.stages import Scale

BARE = ""  # the one line of a sheet without criteria: a place, a vote, a total
NO_OPINION = "-"  # chosen where a mark may be left out; no scale has such a key or number
WHO = "juror"


@dataclass(frozen=True)
class Line:
    """One thing to mark: a criterion or one of its rows. `path` is its key, as marks are kept; without `scale` it is a number."""

    path: str
    criterion: Criterion | None
    scale: Scale | None

    @property
    def is_optional(self) -> bool:
        return self.criterion is not None and self.criterion.optional

    @property
    def may_skip(self) -> bool:
        """A bonus or penalty may be left out, and a mark where the juror may have no opinion."""
        return self.is_optional or (self.criterion is not None and self.criterion.no_opinion != "fault")


@dataclass(frozen=True)
class Reading:
    """A sheet as read: its exact total once it is complete; by line what is wrong, and what is to be said of a line that has no
    mark yet."""

    total: Fraction | None
    wrong: Mapping[str, Saying]
    missing: Mapping[str, Saying]


def criteria_of(stage: Stage, entry: Entry) -> tuple[Criterion, ...]:
    """Return the criteria that concern an entry."""
    if all(one.when is None for one in stage.criteria):
        return stage.criteria
    facts = facts_of(entry)
    return tuple(one for one in stage.criteria if one.when is None or conditions.holds(one.when, facts))


def lines(stage: Stage, entry: Entry) -> list[Line]:
    """Return what the sheet of an entry asks, in the order of the regulation."""
    if not stage.criteria:
        return [Line(BARE, None, None)]
    return [
        Line(f"{one.key}.{row.key}" if one.rows else one.key, one, row) for one in criteria_of(stage, entry) for row in (one.rows or (one,))
    ]


def of_all(stage: Stage) -> Stage:
    """Return a stage whose sheet asks all its criteria, whomever they concern."""
    return stage.model_copy(update={"criteria": tuple(one.model_copy(update={"when": None}) for one in stage.criteria)})


def read(rules: Regulation, stage: Stage, entry: Entry, source: Source, marks: Mapping[str, str]) -> Reading:
    """Return what a sheet adds up to, or what is wrong with it. A missing mark is not a zero, and an untouched line is no «no opinion»."""
    asked = {one.path: one for one in lines(stage, entry)}
    wrong = {path: said for path, value in marks.items() if (said := _out_of_place(asked.get(path), value)) is not None}
    known = {path: value for path, value in marks.items() if path not in wrong and value != NO_OPINION}
    given = [Mark(stage.key, entry.key, WHO, path, value, source.by, line) for line, (path, value) in enumerate(known.items())]
    judge = Entry(WHO, values={source.allotted: [entry.key]} if source.allotted else {})
    book = collect(rules, {entry.key: entry, WHO: judge}, given, [Juror(WHO, jury=source.jury or "")])
    paths, lacking = list(known), set() if known else {path for path, one in asked.items() if not one.may_skip}
    for fault in book.faults:
        if fault.code == "incomplete":
            lacking |= {str(name) for name in fault.saying.values["names"]}  # type: ignore[attr-defined]
        else:
            wrong[paths[fault.line]] = fault.saying
    sheets = [sheet for found in book.stages[stage.key].sheets.values() for sheet in found.get(entry.key, ())]
    missing = {path: said for path, one in asked.items() if path not in wrong and (said := _missing(one, marks, lacking)) is not None}
    return Reading(sheets[0].total if sheets and not wrong else None, wrong, missing)


def _out_of_place(line: Line | None, value: str) -> Saying | None:
    if line is None or (value == NO_OPINION and not line.may_skip):
        return Saying("choice_unknown")
    return Saying("mark_and_no_opinion") if value.startswith(f"{NO_OPINION} ") else None


def _missing(line: Line, marks: Mapping[str, str], lacking: Collection[str]) -> Saying | None:
    """Return what to say of a line without a mark. Rows of one criterion are left out together or not at all."""
    if line.path in marks:
        return Saying("rows_together") if line.path in lacking and marks[line.path] == NO_OPINION else None
    if line.may_skip and not line.is_optional:
        return Saying("opinion_needed")
    return Saying("mark_needed") if line.path in lacking else None


def known_sum(stage: Stage, entry: Entry, marks: Mapping[str, str]) -> Fraction:
    """Return what the marks given so far add up to, as the page shows it."""
    total = Fraction(0)
    for criterion in criteria_of(stage, entry):
        rows = {f"{criterion.key}.{row.key}" if criterion.rows else criterion.key: row for row in (criterion.rows or (criterion,))}
        points = sum(
            (one for path, row in rows.items() if path in marks and isinstance(one := read_mark(row, marks[path]), Fraction)), Fraction(0)
        )
        capped = points if criterion.cap is None else min(points, Fraction(criterion.cap))
        total += capped * Fraction(criterion.weight) * (-1 if criterion.penalty else 1)
    return total


def most(stage: Stage, entry: Entry) -> Fraction | None:
    return most_of_sheet(criteria_of(stage, entry)) if stage.criteria else None
