"""Marks become sheets: every mark is checked against its criterion, every sheet against the stage, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflows.judging.book import Book
from workflows.judging.given import Entry, Fault, Juror, Mark
from workflows.judging.reading import StageReading
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import BARE, Source


def collect(rules: Regulation, entries: Mapping[str, Entry], marks: Iterable[Mark], jurors: Sequence[Juror] = ()) -> Book:
    """Return all marks as sheets, and every fault in them."""
    return Collector(rules, entries, jurors).collect(marks)


class Collector:
    """Reads marks in one pass. Everything that depends only on (stage, who, criterion, value) is worked out once and kept."""

    def __init__(self, rules: Regulation, entries: Mapping[str, Entry], jurors: Sequence[Juror]) -> None:
        self.rules, self.entries = rules, entries
        self.jurors = {one.key: one for one in jurors}
        self.stages = {stage.key: StageReading(stage, rules) for stage in rules.stages}
        self.faults: list[Fault] = []

    def collect(self, marks: Iterable[Mark]) -> Book:
        stages, entries = self.stages, self.entries
        for mark in marks:
            reading = stages.get(mark[0])
            if reading is None:
                self._fault(mark, "stage", Saying("mark_stage_unknown", name=mark.stage))
            elif mark[1] not in entries:
                self._fault(mark, "entry", Saying("mark_entry_unknown", name=mark.entry))
            else:
                self._read(reading, mark)
        books = {key: reading.finish(self.entries, self.faults) for key, reading in stages.items()}
        self.faults.sort(key=lambda fault: fault.line)
        return Book(books, self.entries, self.jurors, self.faults)

    def _read(self, reading: StageReading, mark: Mark) -> None:
        _stage, entry, juror, criterion, value, by, _line = mark
        value = value.strip()
        if not value:
            return  # an empty cell is no mark
        source = reading.source_of(by, juror, self.jurors)
        if isinstance(source, Saying):
            self._fault(mark, "by", source)
            return
        bare = source.by in BARE
        if bare != (not juror) and not (source.by == "hall" or reading.stage.kind == "vote"):
            self._fault(mark, "juror", Saying("mark_juror_out_of_place" if bare else "mark_juror_missing", by=source.by))
            return
        if source.by == "entrant" and (objection := self._entrant_objection(source, entry, juror)):
            self._fault(mark, "juror", objection)
            return
        points = reading.points_of(source, criterion, value)
        if isinstance(points, Saying):
            self._fault(mark, "value" if points.key not in _CRITERION_SAYINGS else "criterion", points)
            return
        if not reading.put(source, mark, points):
            self._fault(mark, "double", Saying("mark_twice", entry=entry, juror=juror or by, criterion=criterion))

    def _entrant_objection(self, source: Source, entry: str, juror: str) -> Saying | None:
        judge = self.entries.get(juror)
        if judge is None:
            return Saying("mark_entrant_unknown", name=juror)
        if juror == entry:
            return Saying("mark_own_work", name=entry)
        allotted = judge.values.get(source.allotted) if source.allotted else None
        if source.allotted and entry not in _several(allotted):
            return Saying("mark_not_allotted", judge=juror, name=entry)
        return None

    def _fault(self, mark: Mark, code: str, saying: Saying) -> None:
        self.faults.append(Fault("marks", mark.line, code, saying))


_CRITERION_SAYINGS = ("mark_criterion_unknown", "mark_criterion_out_of_place", "mark_row_missing")


def _several(value: object) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value or "").split("|")
