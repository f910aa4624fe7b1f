"""Tables for a computation of results: entries, marks, jurors, decisions as CSV. Every fault has its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from workflows import conditions
from workflows.judging.given import ADMITTED, Decision, Entry, Fault, Juror, Mark, Remark
from workflows.regulation import Regulation
from workflows.saying import Saying

ENTRY_COLUMNS = ("entry", "nomination", "status", "authors", "organisations", "received")
MARK_COLUMNS = ("stage", "entry", "juror", "criterion", "value", "by")
JUROR_COLUMNS = ("juror", "weight", "chair", "jury")
DECISION_COLUMNS = ("kind", "list", "stage", "entry", "award", "value", "ground")
BUILT_IN = ("authors_count", "organisations_count")
SEVERAL = "|"

T = TypeVar("T")


@dataclass
class Tables:
    entries: list[Entry] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    jurors: list[Juror] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


class _Broken(Exception):
    def __init__(self, code: str, saying: Saying) -> None:
        super().__init__(code)
        self.code, self.saying = code, saying


def read(rules: Regulation, zone: str, files: Mapping[str, Path | None]) -> Tables:
    """Read entries, marks, jurors and decisions. Moments without an offset are in the zone of the event."""
    found, checked = Tables(), checked_by_hand(rules)
    readers: list[tuple[str, Sequence[str], Sequence[str], Callable[..., Any], list[Any]]] = [
        ("entries", ENTRY_COLUMNS, ("entry",), lambda row, line: _entry(row, line, zone, checked), found.entries),
        ("jurors", JUROR_COLUMNS, ("juror",), _juror, found.jurors),
        ("decisions", DECISION_COLUMNS, ("kind", "ground"), _decision, found.decisions),
    ]
    known = {*ENTRY_COLUMNS, *used_fields(rules), *checked}
    for name, columns, needed, make, into in readers:
        path = files.get(name)
        if path is not None:
            _read_table(found, name, path, known if name == "entries" else columns, needed=needed, make=make, into=into)
    marks = files.get("marks")
    if marks is not None:
        _read_marks(found, marks)
    return found


def checked_by_hand(rules: Regulation) -> frozenset[str]:
    """Return the columns that tell what people found of conditions of entering: those that no question takes."""
    return frozenset(one.key for one in rules.entering.conditions) - used_fields(rules)


def used_fields(rules: Regulation) -> set[str]:
    """Return the columns of answers and attributes that a regulation can use."""
    asked = {one.key for one in rules.questions()}
    dumped = rules.model_dump(mode="json", by_alias=True, exclude={"form"})
    return (
        asked
        | set(_named(dumped))
        | {key for stage in rules.stages for one in rules.lists_of(stage) for key in one.by}
        | {"zone", "group", "level"}
    )


def _named(value: Any) -> Iterator[str]:
    """Yield every field that a condition, a tie key or an allotment names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("field", "allotted") and isinstance(inner, str):
                yield inner
            elif key in ("by", "per", "lists", "within") and isinstance(inner, list):
                yield from (one for one in inner if isinstance(one, str))
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


# Rows


def _open(path: Path) -> io.StringIO:
    """Return the text of a table without its mark of order. Raises _Broken for bytes that are not UTF-8."""
    try:
        return io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    except UnicodeDecodeError as fault:
        raise _Broken("encoding", Saying("table_not_utf8")) from fault


def _rows(found: Tables, name: str, path: Path, known: Any, needed: Sequence[str]) -> Iterator[tuple[int, list[str], dict[str, int]]]:
    """Yield line, cells and the column numbers of a table; say what is wrong with its head and its rows."""
    try:
        text = _open(path)
    except _Broken as broken:
        found.faults.append(Fault(name, 1, broken.code, broken.saying))
        return
    head = text.readline()
    text.seek(0)
    reader = csv.reader(text, delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    try:
        names = [one.strip() for one in next(reader, [])]
        places = {one: number for number, one in enumerate(names)}
        if not _head_is_fine(found, name, names, known, needed):
            return
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) > len(names):
                found.faults.append(Fault(name, reader.line_num, "columns", Saying("table_row_too_long", most=len(names), have=len(cells))))
                continue
            yield reader.line_num, cells + [""] * (len(names) - len(cells)), places
    except csv.Error:
        found.faults.append(Fault(name, reader.line_num, "csv", Saying("table_not_readable")))


def _head_is_fine(found: Tables, name: str, names: Sequence[str], known: Any, needed: Sequence[str]) -> bool:
    missing = [one for one in needed if one not in names]
    twice = sorted({one for one in names if names.count(one) > 1})
    found.faults += [Fault(name, 1, "column", Saying("table_column_missing", name=one)) for one in missing]
    found.faults += [Fault(name, 1, "column", Saying("table_column_twice", name=one)) for one in twice]
    found.remarks += [Remark("unknown_column", name, 1, Saying("table_column_unknown", name=one)) for one in names if one not in known]
    return not missing and not twice


def _read_table(found: Tables, name: str, path: Path, known: Any, *, needed: Sequence[str], make: Callable[..., T], into: list[T]) -> None:
    for line, cells, places in _rows(found, name, path, known, needed):
        try:
            into.append(make({one: cells[number].strip() for one, number in places.items()}, line))
        except _Broken as broken:
            found.faults.append(Fault(name, line, broken.code, broken.saying))


def _read_marks(found: Tables, path: Path) -> None:
    """A million rows: read by position, without a mapping for each."""
    append = found.marks.append
    needed = ("stage", "entry", "value")
    columns: list[int] | None = None
    for line, cells, places in _rows(found, "marks", path, MARK_COLUMNS, needed):
        if columns is None:
            columns = [places.get(one, -1) for one in MARK_COLUMNS]
            stage, entry, juror, criterion, value, by = columns
        append(
            Mark(
                cells[stage],
                cells[entry],
                cells[juror] if juror >= 0 else "",
                cells[criterion] if criterion >= 0 else "",
                cells[value],
                cells[by] if by >= 0 else "",
                line,
            )
        )


def _entry(row: Mapping[str, str], line: int, zone: str, checked: Collection[str]) -> Entry:
    if not row["entry"]:
        raise _Broken("entry", Saying("table_key_missing", name="entry"))
    values: dict[str, object] = {
        key: value.split(SEVERAL) if SEVERAL in value else value
        for key, value in row.items()
        if key not in ENTRY_COLUMNS and key not in checked
    }
    return Entry(
        key=row["entry"],
        nomination=row.get("nomination", ""),
        status=row.get("status") or ADMITTED,
        authors=_several(row.get("authors", "")),
        organisations=_several(row.get("organisations", "")),
        received=_moment(row.get("received", ""), zone),
        values=values,
        found={key: _met(key, value) for key, value in row.items() if key in checked and value},
        line=line,
    )


def _met(key: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise _Broken(key, Saying("table_not_yes_or_no", name=key, value=value))
    return value == "1"


def _several(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(SEVERAL) if one.strip())


def _moment(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise _Broken("received", Saying("table_not_a_moment", value=text)) from fault
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _juror(row: Mapping[str, str], line: int) -> Juror:
    weight = conditions.number(row.get("weight") or "1")
    if not row["juror"]:
        raise _Broken("juror", Saying("table_key_missing", name="juror"))
    if weight is None or weight <= 0:
        raise _Broken("weight", Saying("table_weight_wrong", value=row.get("weight", "")))
    if row.get("chair", "") not in ("", "0", "1"):
        raise _Broken("chair", Saying("mark_not_yes_or_no", value=row["chair"]))
    return Juror(row["juror"], Fraction(weight), row.get("chair") == "1", row.get("jury", ""), line)


def _decision(row: Mapping[str, str], line: int) -> Decision:
    return Decision(**{key: value for key, value in row.items() if key in DECISION_COLUMNS}, line=line)
