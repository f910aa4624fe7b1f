"""Computed results as other programs and people read them: JSON, a table in plain text, a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from app import wording
from workflows.judging.awarding import Given
from workflows.judging.given import Remark
from workflows.judging.lists import Line, List
from workflows.judging.outcome import Open, Results
from workflows.judging.totals import shown, written


def as_data(results: Results, remarks: Sequence[Remark], files: Mapping[str, Path | None]) -> dict[str, Any]:
    """Return the results as plain data, schema 1: lists with rows by place, what is open, what a person should know."""
    said = _Said()
    return {
        "schema": 1,
        "lists": [_list(results, found, said) for found in results.lists],
        "open": [_open(one, said) for one in results.open],
        "warnings": [
            {"code": one.code, "file": str(files.get(one.file) or one.file), "line": one.line, "message": said.words(one.saying)}
            for one in remarks
        ],
    }


class _Said:
    """Words of sayings, each put once: ten thousand rows say the same few things."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def words(self, saying: Any) -> str:
        key = repr(saying)
        if key not in self._known:
            self._known[key] = wording.put(saying)
        return self._known[key]


def _list(results: Results, found: List, said: _Said) -> dict[str, Any]:
    partition = dict(found.partition)
    awards = results.awards_of(found)
    return {
        "list": found.name,
        "stage": found.stage.key,
        "nomination": partition.get("nomination"),
        "zone": partition.get("zone"),
        "group": partition.get("group"),
        "partition": partition,
        "status": found.status,
        "rows": [_row(results, found, line, awards.get(line.entry.key, ()), said) for line in found.lines],
    }


def _row(results: Results, found: List, line: Line, awards: Sequence[Given], said: _Said) -> dict[str, Any]:
    key, digits = line.entry.key, found.stage.digits
    row: dict[str, Any] = {
        "entry": key,
        "status": line.status,
        "total": _shown(line.total, digits),
        "exact": None if line.total is None else written(line.total),
        "place": line.place,
        "place_to": line.place_to,
        "stages": _stages(results, key),
        "advances": {stage: goes[key] for stage, goes in results.advances.items() if key in goes},
        "awards": [{"award": one.award, "by": one.by, "ground": one.ground} for one in awards],
        "why": [said.words(one) for one in line.why],
    }
    if results.series:
        row["series"] = {name: _number(points) for name, points in results.series.get(key, {}).items()}
    return row


def _stages(results: Results, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, counted in results.scores.items():
        scores = results.kept[name] if key in results.kept[name].totals else counted
        sources = {one.key: one for one in scores.stage.all_sources}
        numbers = {source: values[key] for source, values in scores.sources.items() if key in values}
        if key not in scores.totals and not numbers:
            continue
        total, digits = scores.totals.get(key), scores.stage.digits
        found[name] = {
            "total": _shown(total, digits),
            "exact": None if total is None else written(total),
            "sheets": scores.sheets.get(key, 0),
        }
        if len(sources) > 1:
            by = [sources[source].by for source in numbers]
            named = {source if by.count(sources[source].by) > 1 else sources[source].by: value for source, value in numbers.items()}
            found[name]["sources"] = {source: {"total": _shown(value, digits), "exact": written(value)} for source, value in named.items()}
    return found


def _shown(total: Fraction | None, digits: int) -> str | None:
    return None if total is None else format(shown(total, digits), "f")


def _number(points: Fraction) -> int | float:
    return int(points) if points.denominator == 1 else float(points)


def _open(one: Open, said: _Said) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "list": one.list,
        "stage": one.stage,
        "entries": list(one.entries),
        "places": None if one.places is None else list(one.places),
        "award": one.award or None,
        "message": said.words(one.saying),
    }


# For people


def as_table(results: Results, remarks: Sequence[Remark], headings: Sequence[str]) -> str:
    """Return the results as aligned plain text."""
    said, parts = _Said(), []
    for found in results.lists:
        rows = [list(headings), *_cells(results, found)]
        widths = [max(len(row[number]) for row in rows) for number in range(len(headings))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        parts.append("\n".join([f"{found.name} ({found.status})", *lines]))
    notes = [said.words(one.saying) for one in results.open] + [f"{one.file}:{one.line}: {said.words(one.saying)}" for one in remarks]
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])]) + "\n"


def _cells(results: Results, found: List) -> list[list[str]]:
    awards = results.awards_of(found)
    return [
        [
            place(line),
            line.entry.key,
            _shown(line.total, found.stage.digits) or "—",
            ", ".join(one.award for one in awards.get(line.entry.key, ())),
            line.status,
        ]
        for line in found.lines
    ]


def place(line: Line) -> str:
    """Return a place as people write it: «2», «2–3», or a dash."""
    if line.place is None:
        return "—"
    return str(line.place) if line.place == line.place_to else f"{line.place}–{line.place_to}"


def as_workbook(results: Results, remarks: Sequence[Remark], headings: Sequence[str], titles: Mapping[str, str]) -> bytes:
    """Return the results as a workbook: a sheet for each list, one for what is open and what a person should know."""
    out, said = io.BytesIO(), _Said()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for number, found in enumerate(results.lists, start=1):
            sheet = book.add_worksheet(f"{number}. {found.name}".translate(_NO_SHEET_NAME)[:31])
            sheet.write_string(0, 0, f"{found.name} ({found.status})", bold)
            for column, heading in enumerate(headings):
                sheet.write_string(2, column, heading, bold)
            for row, cells in enumerate(_cells(results, found), start=3):
                for column, cell in enumerate(cells):
                    sheet.write_string(row, column, cell)
            sheet.autofit()
        notes = book.add_worksheet(titles["open"])
        for row, text in enumerate([said.words(one.saying) for one in (*results.open, *remarks)]):
            notes.write_string(row, 0, text)
    return out.getvalue()


_NO_SHEET_NAME = str.maketrans("[]:*?/\\", "       ")
