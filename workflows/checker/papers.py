"""What is written at the end: minutes, papers, letters, appeals, storage. Words have closed placeholders only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from workflows.checker.problem import REMOVE, Known, Path, Problem, nearest, out_of_place, reference, replace_with
from workflows.parts import LETTER_PLACEHOLDERS, LINE_PLACEHOLDERS, NOTICES, PLACEHOLDERS, Column, Paper
from workflows.saying import Saying

BRACED = re.compile(r"\{([^{}]*)\}")
RANKED_COLUMNS = ("total", "place", "sheets")


def faults(known: Known) -> Iterator[Problem]:
    for number, paper in enumerate(known.rules.papers):
        yield from _paper_faults(("papers", number), paper, known)
    for number, minutes in enumerate(known.rules.minutes):
        path: Path = ("minutes", number)
        yield from reference((*path, "stage"), "stage", minutes.stage, list(known.stages))
        yield from _placeholder_faults((*path, "line"), minutes.line, LINE_PLACEHOLDERS)
        for place, column in enumerate(minutes.columns):
            yield from _column_faults((*path, "columns", place), column, minutes.stage, known)
    yield from _letter_faults(known)
    yield from _closing_faults(known)


def _placeholder_faults(path: Path, text: Mapping[Any, str] | None, possible: Collection[str]) -> Iterator[Problem]:
    """Yield each name in braces that nothing fills, and braces that do not match."""
    words = list((text or {}).values())
    for name in sorted({name for one in words for name in BRACED.findall(one)}):
        if name not in possible:
            near = nearest(name, possible)
            yield Problem(path, Saying("regulation_unknown_placeholder", name=name), replace_with("{" + near + "}" if near else None))
    if any(sign in BRACED.sub("", one) for one in words for sign in "{}"):
        yield Problem(path, Saying("regulation_brace_alone"))


def _paper_faults(path: Path, paper: Paper, known: Known) -> Iterator[Problem]:
    for place, line in enumerate(paper.lines):
        at = (*path, "lines", place)
        yield from _placeholder_faults(at, line, PLACEHOLDERS)
        used = {name for one in line.values() for name in BRACED.findall(one)}
        if "hours" in used and paper.hours is None:
            yield Problem(at, Saying("regulation_placeholder_empty", name="hours"))
        if "nomination" in used and not known.nominations:
            yield Problem(at, Saying("regulation_placeholder_empty", name="nomination"))


def _column_faults(path: Path, column: Column, stage: str, known: Known) -> Iterator[Problem]:
    if column.shows != "answer":
        yield from out_of_place(path, column, "question")
    elif column.question is None:
        yield Problem((*path, "question"), Saying("shape_missing", name="question"))
    yield from reference((*path, "question"), "question", column.question, list(known.questions))
    if column.shows in RANKED_COLUMNS and stage in known.stages and not known.rules.stages[known.stages[stage]].ranks:
        yield Problem((*path, "shows"), Saying("regulation_column_empty"))


def _letter_faults(known: Known) -> Iterator[Problem]:
    notices = [notice.name for step in known.steps.steps for notice in step.tells]
    seen: set[str] = set()
    for number, letter in enumerate(known.rules.letters):
        path: Path = ("letters", number)
        yield from reference((*path, "notice"), "letter", letter.notice, [*notices, *NOTICES])
        if letter.notice in seen:
            yield Problem((*path, "notice"), Saying("regulation_key_twice", name=letter.notice))
        seen.add(letter.notice)
        for field, text in (("subject", letter.subject), ("text", letter.text)):
            yield from _placeholder_faults((*path, field), text, LETTER_PLACEHOLDERS)
        if not letter.off and letter.subject is None and letter.text is None:
            yield Problem(path, Saying("regulation_letter_empty"))


def _closing_faults(known: Known) -> Iterator[Problem]:
    appeals = known.rules.appeals
    if appeals.allowed and appeals.days is None:
        yield Problem(("appeals", "days"), Saying("shape_missing", name="days"))
    if not appeals.allowed:
        yield from out_of_place(("appeals",), appeals, "days", "effect")
    seen: set[str] = set()
    for number, one in enumerate(known.rules.storage):
        if one.records in seen:
            yield Problem(("storage", number, "records"), Saying("regulation_records_twice"), REMOVE)
        seen.add(one.records)
