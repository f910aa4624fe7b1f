"""A small language for tests of results: a regulation from its stages, entries and marks from words."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.workflows.small import CONTEST
from workflows.judging.given import Decision, Entry, Juror, Mark
from workflows.judging.outcome import Results
from workflows.judging.results import compute
from workflows.regulation import Regulation, parse

CRITERION = {"key": "all", "title": "Всё", "most": 100}


def rules(*stages: Mapping[str, Any], **more: Any) -> Regulation:
    """Return a contest of these stages; a stage without a kind marks by one criterion of 100. One list unless said otherwise."""
    data = copy.deepcopy(CONTEST)
    data |= {"stages": [_stage(number, one) for number, one in enumerate(stages)], "ranking": {"by": []}, "awards": []} | more
    return parse(data)


def _stage(number: int, stage: Mapping[str, Any]) -> dict[str, Any]:
    made = {"key": f"s{number + 1}", "title": f"Этап {number + 1}", "kind": "marks", **stage}
    if made["kind"] == "marks":
        made.setdefault("criteria", [CRITERION])
    return made


def entries(*names: str, **values: Mapping[str, object]) -> list[Entry]:
    """Return entries by name, «name:nomination» or «name:nomination:status»; `values` are answers: question -> entry -> answer."""
    made = []
    for line, text in enumerate(names, start=2):
        name, nomination, status = (*text.split(":"), "", "")[:3]
        answers = {question: given[name] for question, given in values.items() if name in given}
        made.append(Entry(name, nomination or "lesson", status or "admitted", values=answers, line=line))
    return made


def marks(stage: str, rows: Mapping[str, Mapping[str, object] | object], criterion: str = "all", by: str = "") -> list[Mark]:
    """Return marks of one criterion: entry -> juror -> value; a bare value is a mark without a juror."""
    made = []
    for entry, given in rows.items():
        cells = given if isinstance(given, Mapping) else {"": given}
        made += [Mark(stage, entry, juror, criterion, str(value), by, 0) for juror, value in cells.items()]
    return [one._replace(line=line) for line, one in enumerate(made, start=2)]


def each(values: Mapping[str, object], juror: str = "lev") -> dict[str, dict[str, object]]:
    """One juror marks everything."""
    return {entry: {juror: value} for entry, value in values.items()}


def run(
    regulation: Regulation,
    given: Sequence[Entry],
    given_marks: Sequence[Mark],
    jurors: Sequence[Juror] = (),
    decisions: Sequence[Decision] = (),
    **more: Any,
) -> Results:
    """Compute, and fail on faults nobody expects."""
    found = compute(regulation, given, given_marks, jurors, decisions, **more)
    assert [(one.file, one.line, one.code, one.saying) for one in found.faults] == []
    return found


def faults(*args: Any) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.code) for one in compute(*args).faults]


def places(found: Results, name: str = "s1") -> dict[str, object]:
    """Return entry -> place of a list; an open tie as (first, last), no place as None."""
    lines = next(one for one in found.lists if one.name == name).lines
    return {line.entry.key: line.place if line.place == line.place_to else (line.place, line.place_to) for line in lines}


def totals(found: Results, name: str = "s1") -> dict[str, Fraction | None]:
    return {line.entry.key: line.total for line in next(one for one in found.lists if one.name == name).lines}


def awards(found: Results) -> dict[str, list[str]]:
    """Return entry -> its awards, in the order of the regulation."""
    made: dict[str, list[str]] = {}
    for one in found.given:
        made.setdefault(one.entry, []).append(one.award)
    return made


def waits(found: Results) -> list[tuple[str, str, tuple[str, ...], tuple[int, int] | None, str]]:
    return [(one.kind, one.list, one.entries, one.places, one.award) for one in found.open]
