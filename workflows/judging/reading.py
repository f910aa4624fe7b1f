"""The marks of one stage while they are read: who gave each, what it is worth, and the sheets they make, checked against the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm

from workflows import conditions
from workflows.judging.book import ANY, IMPORTED, Sheet, StageBook
from workflows.judging.given import Entry, Fault, Juror, Mark, facts_of
from workflows.judging.marks import MOST_COUNT, count_of, most_of_sheet, read_bare, read_mark
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import COUNTED, Criterion, Scale, Source, Stage


class StageReading:
    """One stage while its marks are read."""

    def __init__(self, stage: Stage, rules: Regulation) -> None:
        self.stage, self.rules = stage, rules
        self.paths = dict(_paths(stage))
        self.denominator = lcm(1, *(part for criterion, scale in self.paths.values() for part in _denominators(criterion, scale)))
        self.cells: dict[str, dict[tuple[str, str], dict[str, int | Fraction]]] = {}
        self.imported: dict[str, tuple[Fraction, int]] = {}
        self.first_lines: dict[str, int] = {}
        self.sheet_lines: dict[tuple[str, str, str], int] = {}
        self._known: dict[tuple[str, str, str], int | Fraction | Saying] = {}
        self._sources: dict[tuple[str, str], Source | Saying] = {}
        self._asked: dict[str, tuple[Criterion, ...]] = {}
        self.conditional = any(one.when is not None for one in stage.criteria)
        self.plain = not any(one.rows or one.optional or one.no_opinion != "fault" or one.when is not None for one in stage.criteria)

    # Who gave the mark

    def source_of(self, by: str, juror: str, jurors: Mapping[str, Juror]) -> Source | Saying:
        jury = jurors[juror].jury if juror in jurors else ""
        key = (by, jury)
        found = self._sources.get(key)
        if found is None:
            found = self._sources[key] = self._find_source(by, jury)
        return found

    def _find_source(self, by: str, jury: str) -> Source | Saying:
        sources = self.stage.all_sources
        if not by and len(sources) == 1:
            return sources[0]
        same = [one for one in sources if one.by == (by or "jury")]
        if len(same) > 1:
            same = [one for one in same if one.jury == jury]
        if same:
            return same[0]
        if by == "import" and self.stage.kind not in ("check", "decision", "show", "sum"):
            return IMPORTED
        return Saying("mark_source_unknown", by=by or "jury", stage=self.stage.title)

    # What it is worth

    def points_of(self, source: Source, criterion: str, value: str) -> int | Fraction | Saying:
        key = (source.key if source is not IMPORTED else "", criterion, value)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._points(source, criterion, value)
        return found

    def _points(self, source: Source, criterion: str, value: str) -> int | Fraction | Saying:
        if self.stage.kind == "reports":
            known = {one.key for one in self.stage.steps}
            return (
                count_of(value) if criterion in known or (not known and not criterion) else Saying("mark_criterion_unknown", name=criterion)
            )
        counted = source.by in COUNTED or self.stage.kind in ("vote", "places", "attendance")
        if not criterion:
            return read_bare(self.stage, source, value) if counted or not self.paths else self._bare_total(source, value)
        if counted or source is IMPORTED or not self.paths:
            return Saying("mark_criterion_out_of_place", name=criterion)
        found = self.paths.get(criterion)
        if found is None:
            heads = {one.key for one in self.stage.criteria if one.rows}
            return Saying("mark_row_missing" if criterion in heads else "mark_criterion_unknown", name=criterion)
        head, scale = found
        points = read_mark(scale, value)
        if isinstance(points, Saying):
            return points
        sign = -1 if head.penalty else 1
        return int(points * Fraction(head.weight) * self.denominator) * sign

    def _bare_total(self, source: Source, value: str) -> Fraction | Saying:
        """A total without its marks: within what a sheet can have, whoever gives it."""
        number = conditions.number(value)
        if number is None:
            return Saying("mark_not_a_number", value=value)
        most = None if source is IMPORTED and self.stage.kind != "marks" else most_of_sheet(self.stage.criteria)
        if most is not None and not 0 <= Fraction(number) <= most * _sheets_in_total(self.stage, source):
            return Saying("mark_total_out_of_scale", most=most)
        return Fraction(number)

    # Keeping it

    def put(self, source: Source, mark: Mark, points: int | Fraction) -> bool:
        """Keep a mark; False when there is one already."""
        _stage, entry, juror, criterion, _value, _by, line = mark
        self.first_lines.setdefault(entry, line)
        if source is IMPORTED:
            if entry in self.imported:
                return False
            self.imported[entry] = (Fraction(points), line)
            return True
        cells = self.cells.setdefault(source.key, {})
        sheet = cells.get((entry, juror))
        if sheet is None:
            sheet = cells[entry, juror] = {}
            self.sheet_lines[source.key, entry, juror] = line
        path = criterion or ANY
        if path in sheet:
            return False
        sheet[path] = points
        return True

    # Sheets

    def finish(self, entries: Mapping[str, Entry], faults: list[Fault]) -> StageBook:
        """Return the sheets of the stage, and note what is wrong with them."""
        book = StageBook(self.stage, self.denominator, lines=self.first_lines)
        for source in self.stage.all_sources:
            kept = book.sheets.setdefault(source.key, {})
            for (entry, juror), cells in self.cells.get(source.key, {}).items():
                made = self._sheet(entries[entry], juror, cells)
                if isinstance(made, Saying):
                    line = self.sheet_lines[source.key, entry, juror]
                    faults.append(Fault("marks", line, "incomplete", made))
                elif made is not None:
                    kept.setdefault(entry, []).append(made)
                    if source.by == "entrant":
                        duties = book.duties.setdefault(source.key, {})
                        duties[juror] = duties.get(juror, 0) + 1
        for entry, (total, line) in self.imported.items():
            if any(entry in sheets for sheets in book.sheets.values()):
                faults.append(Fault("marks", line, "double", Saying("mark_total_beside_sheets", entry=entry)))
            book.imported[entry] = total
        if self.stage.kind == "places":
            faults.extend(self._places_twice(entries))
        return book

    def _sheet(self, entry: Entry, juror: str, cells: Mapping[str, int | Fraction]) -> Sheet | Saying | None:
        if self.stage.kind == "reports":
            most = self.stage.target
            return Sheet(juror, sum((min(Fraction(one), Fraction(most or MOST_COUNT)) for one in cells.values()), Fraction(0)), {})
        if ANY in cells:
            if len(cells) > 1:
                return Saying("mark_total_beside_marks", entry=entry.key, juror=juror)
            return Sheet(juror, Fraction(cells[ANY]), {})
        points: Mapping[str, int] = cells  # type: ignore[assignment]  # whole numbers: only a bare total is a fraction
        if self.plain:
            if len(points) == len(self.paths):
                return Sheet(juror, Fraction(sum(points.values()), self.denominator), points)
            return Saying("sheet_incomplete", entry=entry.key, juror=juror, names=tuple(sorted(set(self.paths) - set(points))))
        return self._careful_sheet(entry, juror, points)

    def _careful_sheet(self, entry: Entry, juror: str, cells: Mapping[str, int]) -> Sheet | Saying | None:
        asked = self.asked(entry)
        points: dict[str, int] = {}
        lacking: list[str] = []
        silent = Fraction(0)
        for criterion in asked:
            paths = [f"{criterion.key}.{row.key}" for row in criterion.rows] or [criterion.key]
            given = [cells[path] for path in paths if path in cells]
            if len(given) == len(paths):
                points[criterion.key] = self._capped(criterion, sum(given))
            elif criterion.optional and not given:
                continue
            elif criterion.no_opinion == "fault" or given:
                lacking += [path for path in paths if path not in cells]
            elif criterion.no_opinion == "exclude_sheet":
                return None
            else:
                silent += Fraction(criterion.highest) * Fraction(criterion.weight)
        if lacking:
            return Saying("sheet_incomplete", entry=entry.key, juror=juror, names=tuple(lacking))
        odd = sorted({path.partition(".")[0] for path in cells} - {one.key for one in asked})
        if odd:
            return Saying("mark_not_asked", entry=entry.key, names=tuple(odd))
        total = Fraction(sum(points.values()), self.denominator)
        if silent:
            most = most_of_sheet(asked) or Fraction(0)
            if most <= silent:
                return None  # no opinion on anything: no sheet
            total = total * most / (most - silent)
        return Sheet(juror, total, points)

    def _capped(self, criterion: Criterion, points: int) -> int:
        if criterion.cap is None:
            return points
        most = int(Fraction(criterion.cap) * Fraction(criterion.weight) * self.denominator)
        return max(points, -most) if criterion.penalty else min(points, most)

    def asked(self, entry: Entry) -> tuple[Criterion, ...]:
        """The criteria that concern an entry."""
        if not self.conditional:
            return self.stage.criteria
        found = self._asked.get(entry.key)
        if found is None:
            facts = facts_of(entry)
            found = tuple(one for one in self.stage.criteria if one.when is None or conditions.holds(one.when, facts))
            self._asked[entry.key] = found
        return found

    def _places_twice(self, entries: Mapping[str, Entry]) -> Iterable[Fault]:
        """Yield a fault for a place that a juror gave twice in one list: the later row is named."""
        by = self.rules.lists_of(self.stage)[0].by
        for source, cells in self.cells.items():
            seen: set[tuple[object, ...]] = set()
            for (entry, juror), sheet in cells.items():
                key = (juror, *(str(facts_of(entries[entry]).get(one, "")) for one in by), sheet.get(ANY))
                if key in seen:
                    line = self.sheet_lines[source, entry, juror]
                    yield Fault("marks", line, "place", Saying("mark_place_twice", juror=juror, place=sheet.get(ANY)))
                seen.add(key)


def _paths(stage: Stage) -> Iterable[tuple[str, tuple[Criterion, Scale]]]:
    for criterion in stage.criteria:
        if not criterion.rows:
            yield criterion.key, (criterion, criterion)
        for row in criterion.rows:
            yield f"{criterion.key}.{row.key}", (criterion, row)


def _denominators(criterion: Criterion, scale: Scale) -> list[int]:
    """The denominators that points of a criterion can have once they are weighted."""
    values = [scale.least, scale.step, scale.points, scale.price, *(one.points for one in scale.options)]
    values += [value for value in (scale.most, criterion.cap) if value is not None]
    return [(Fraction(value) * Fraction(criterion.weight)).denominator for value in values]


def _sheets_in_total(stage: Stage, source: Source) -> int:
    """How many sheets one bare total stands for: an imported one for all of them, where they are added up."""
    jury = stage.jury
    return jury.sheets if source is IMPORTED and jury is not None and jury.method == "sum" else 1
