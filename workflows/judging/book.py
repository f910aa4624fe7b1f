"""Sheets as they are kept: of every stage, by source and entry. Exact, in whole numbers.

Points are kept as whole numbers over one denominator for each stage, weighted: a million marks are added as integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from workflows.judging.given import Entry, Fault, Juror
from workflows.stages import Source, Stage

ANY = "*"  # the one path of a sheet without criteria: a bare total, a count, a place
IMPORTED = Source(key="imported", by="import", method="sum")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One complete sheet: its total before rounding, and the weighted points of every criterion in the stage's denominator.

    `points` is empty for a bare total.
    """

    juror: str
    total: Fraction
    points: Mapping[str, int]


@dataclass
class StageBook:
    """The sheets of a stage: source key -> entry -> sheets in the order of the jurors; totals that stand for sheets."""

    stage: Stage
    denominator: int
    sheets: dict[str, dict[str, list[Sheet]]] = field(default_factory=dict)
    imported: dict[str, Fraction] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # entry -> the first line with a mark of it
    duties: dict[str, dict[str, int]] = field(default_factory=dict)  # source -> judging entry -> complete sheets

    def of(self, source: str, entry: str) -> Sequence[Sheet]:
        return self.sheets.get(source, {}).get(entry, ())

    def criterion_mean(self, source: str, entry: str, criterion: str) -> Fraction | None:
        """Return the mean weighted points of a criterion over the sheets that have it, or None for none."""
        found = [sheet.points[criterion] for sheet in self.of(source, entry) if criterion in sheet.points]
        return Fraction(sum(found), len(found) * self.denominator) if found else None


@dataclass
class Book:
    stages: dict[str, StageBook]
    entries: Mapping[str, Entry]
    jurors: Mapping[str, Juror]
    faults: list[Fault]
