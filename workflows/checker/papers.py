"""What is written at the end: minutes, papers, letters, appeals, storage. Words have closed placeholders only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from workflows import placeholders
from workflows.awards import Award
from workflows.checker.problem import REMOVE, Known, Path, Problem, nearest, out_of_place, reference, replace_with
from workflows.form import Option
from workflows.letters import LETTER_PLACEHOLDERS, LETTERS, OF_MOMENTS
from workflows.parts import CASES, LINE_PLACEHOLDERS, PLACEHOLDERS, Column, Nomination, Paper
from workflows.placeholders import Placeholder
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
        used = sorted({name for one in line.values() for name in BRACED.findall(one)})
        richer = {name for name in used if _is_richer(name)}
        yield from _placeholder_faults(at, line, PLACEHOLDERS | richer)
        for name in richer:
            yield from _richer_faults(at, placeholders.read(name), paper, known)
        if "hours" in used and paper.hours is None:
            yield Problem(at, Saying("regulation_placeholder_empty", name="hours"))
        if "nomination" in used and not known.nominations:
            yield Problem(at, Saying("regulation_placeholder_empty", name="nomination"))


def _is_richer(name: str) -> bool:
    """Say whether it is the answer to a question, or something in a grammatical case."""
    found = placeholders.read(name)
    return found is not None and (found.name == placeholders.ANSWER or (bool(found.case) and found.name in placeholders.WITH_CASES))


def _richer_faults(path: Path, found: Placeholder | None, paper: Paper, known: Known) -> Iterator[Problem]:
    if found is None:
        return
    if found.question and found.question not in known.questions:
        yield from reference(path, "question", found.question, list(known.questions))
        return
    if found.case and found.case not in CASES:
        near = nearest(found.case, CASES)
        yield Problem(path, Saying("regulation_unknown_case", name=found.case, known=", ".join(CASES)), replace_with(near))
        return
    kind = known.kind_of(found.question) if found.question else ""
    if kind in UNPRINTED or (found.case and kind and kind != "choice"):
        yield Problem(path, Saying("regulation_case_of_words" if found.case else "regulation_answer_unprinted", name=found.question))
        return
    for said in _in_cases(found, paper, known) if found.case else ():
        if found.case not in said.cases:
            yield Problem(path, Saying("regulation_case_missing", title=said.title, name=found.case))


UNPRINTED = ("files", "authors", "group", "table")


def _in_cases(found: Placeholder, paper: Paper, known: Known) -> Sequence[Nomination | Award | Option]:
    """Return everything that a placeholder in a case may have to say on this paper."""
    if found.name == "nomination":
        return known.rules.nominations
    if found.name == "award":
        return [one for one in known.rules.awards if paper.key in (one.paper, one.organisation_paper)]
    return known.questions[found.question].options


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
        yield from reference((*path, "notice"), "letter", letter.notice, [*notices, *OF_MOMENTS])
        if letter.notice in seen:
            yield Problem((*path, "notice"), Saying("regulation_key_twice", name=letter.notice))
        seen.add(letter.notice)
        for field, text in (("subject", letter.subject), ("text", letter.text)):
            yield from _placeholder_faults((*path, field), text, LETTERS.get(letter.notice, LETTER_PLACEHOLDERS))
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
