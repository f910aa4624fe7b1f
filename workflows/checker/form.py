"""The form: every question can be asked and answered, conditions look back, and consents name what is collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.checker import conditions
from workflows.checker.problem import REMOVE, Known, Path, Problem, by_key, out_of_place, reference, replace_with
from workflows.form import OPTION_KINDS, STAFF_KINDS, Cell, Question, Repeat, personal_data
from workflows.saying import Saying

TEXT_KINDS = ("text", "long_text", "link")
MEANT_KINDS = ("text", "long_text")
ONCE = ("authors", "nomination", "site", "participation")  # kinds that fill a column of the application


def faults(known: Known) -> Iterator[Problem]:
    before: dict[str, Question] = {}
    for path, question in known.asked:
        yield from _question_faults(path, question)
        yield from _place_faults(path, question, known)
        if question.when is not None:
            yield from conditions.form_faults((*path, "when"), question.when, known, before)
        if not isinstance(question.required, bool):
            yield from conditions.form_faults((*path, "required"), question.required, known, before)
        before.setdefault(question.key, question)
    yield from _once_faults(known)
    yield from _nomination_faults(known)
    yield from _consent_faults(known)


def _question_faults(path: Path, question: Question) -> Iterator[Problem]:
    yield from _option_faults(path, question)
    yield from _range_faults(path, question)
    if question.kind == "files" and question.files is None:
        yield Problem((*path, "files"), Saying("regulation_file_rule_missing"))
    if question.kind in ("group", "table"):
        yield from _repeat_faults(path, question)
    for fields, allowed in (
        (("files",), ("files",)),
        (("repeat",), ("group", "table")),
        (("least", "most"), ("number",)),
        (("max_length", "least_length"), TEXT_KINDS),
        (("least_chosen", "most_chosen"), ("choices",)),
        (("meaning",), MEANT_KINDS),
    ):
        if question.kind not in allowed:
            yield from out_of_place(path, question, *fields)


def _option_faults(path: Path, question: Question | Cell) -> Iterator[Problem]:
    if question.kind not in OPTION_KINDS:
        yield from out_of_place(path, question, "options")
    elif len(question.options) < 2:
        yield Problem((*path, "options"), Saying("regulation_options_missing"))
    if question.kind == "participation":
        for number, option in enumerate(question.options):
            if option.key not in ("speaker", "listener"):
                yield Problem((*path, "options", number, "key"), Saying("regulation_participation_unknown", name=option.key))


def _range_faults(path: Path, question: Question) -> Iterator[Problem]:
    for least, most in (("least", "most"), ("least_length", "max_length"), ("least_chosen", "most_chosen")):
        yield from above(path, question, least, most)
    chosen = question.least_chosen or question.most_chosen or 0
    if question.kind == "choices" and max(chosen, question.most_chosen or 0) > len(question.options):
        name = "most_chosen" if (question.most_chosen or 0) > len(question.options) else "least_chosen"
        yield Problem((*path, name), Saying("regulation_more_than_options", have=len(question.options)))
    if question.files is not None:
        yield from above((*path, "files"), question.files, "least", "most")


def above(path: Path, part: object, least: str, most: str) -> Iterator[Problem]:
    """Yield a fault where the least of something is more than the most of it."""
    first, last = getattr(part, least), getattr(part, most)
    if first is not None and last is not None and first > last:
        yield Problem((*path, least), Saying("regulation_least_above_most"))


def _repeat_faults(path: Path, question: Question) -> Iterator[Problem]:
    repeat: Repeat | None = question.repeat
    if repeat is None:
        yield Problem((*path, "repeat"), Saying("regulation_cells_missing"))
        return
    yield from above((*path, "repeat"), repeat, "least", "most")
    if question.kind == "table" and not repeat.rows:
        yield Problem((*path, "repeat", "rows"), Saying("regulation_rows_missing"))
    if question.kind == "group":
        yield from out_of_place((*path, "repeat"), repeat, "rows")
    for number, cell in enumerate(repeat.cells):
        yield from _cell_faults((*path, "repeat", "cells", number), cell)


def _cell_faults(path: Path, cell: Cell) -> Iterator[Problem]:
    yield from _option_faults(path, cell)
    yield from above(path, cell, "least", "most")
    if cell.kind != "number":
        yield from out_of_place(path, cell, "least", "most")
    if cell.kind not in TEXT_KINDS:
        yield from out_of_place(path, cell, "max_length")


def _place_faults(path: Path, question: Question, known: Known) -> Iterator[Problem]:
    """What a question says about the rest of the regulation."""
    if question.locks_at is not None:
        yield from reference((*path, "locks_at"), "moment", question.locks_at, [*(step.name for step in known.steps.steps), *known.dates])
    if question.kind == "nomination" and not known.nominations:
        yield Problem((*path, "kind"), Saying("regulation_nominations_missing"))
    if question.filled_by == "staff" and question.required is not False:
        yield Problem((*path, "required"), Saying("regulation_staff_required"), REMOVE)
    if question.filled_by == "staff" and question.kind not in STAFF_KINDS:
        yield Problem((*path, "kind"), Saying("regulation_staff_kind", name=question.kind, possible=STAFF_KINDS))
    if question.meaning == "title" and question.when is not None and known.rules.kind in ("contest", "exhibition"):
        yield Problem((*path, "when"), Saying("regulation_title_hidden"))


def _once_faults(known: Known) -> Iterator[Problem]:
    """Meanings, and the kinds that fill a column of the application, may be asked for once."""
    seen: set[str] = set()
    for path, question in known.asked:
        for field, name in (("meaning", question.meaning), ("kind", question.kind)):
            if field == "kind" and name not in ONCE:
                continue
            if name and f"{field}:{name}" in seen:
                yield Problem((*path, field), Saying("regulation_asked_twice", name=name))
            seen.add(f"{field}:{name}")


def _nomination_faults(known: Known) -> Iterator[Problem]:
    nominations = known.rules.nominations
    chosen = [one for one in nominations if one.when is None]
    asks = [path for path, question in known.asked if question.kind == "nomination"]
    if len(nominations) > 1 and chosen and not asks:
        yield Problem(("nominations",), Saying("regulation_nomination_not_asked"))
    if nominations and not chosen and asks:
        yield Problem((*asks[0], "kind"), Saying("regulation_nothing_to_choose"), REMOVE)


def _consent_faults(known: Known) -> Iterator[Problem]:
    consents = known.rules.consents
    if not any(text.purpose == "processing" and text.required for text in consents):
        yield Problem(("consents",), Saying("regulation_processing_consent_missing"))
    for number, text in enumerate(consents):
        # Nobody may be made to agree to being named in public: consent to spreading is free and separate.
        if text.purpose == "spreading" and text.required:
            yield Problem(("consents", number, "required"), Saying("regulation_spreading_consent_forced"), replace_with("false"))
    named = [text.covers for text in consents if text.purpose == "processing"]
    if not named or None in named:
        return  # a consent that names nothing is made from the questions, and so complete
    covered = {kind for covers in named for kind in covers or ()}
    yield from _uncovered(known, covered)


def _uncovered(known: Known, covered: set[str]) -> Iterator[Problem]:
    collected: Mapping[str, str] = personal_data(tuple(by_key([question for _path, question in known.asked]).values()))
    for path, question in known.asked:
        kind = collected.get(question.key)
        if kind is not None and kind not in covered:
            field = "personal" if question.personal else "kind"
            yield Problem((*path, field), Saying("regulation_data_not_named", name=kind), Saying("remedy_cover", name=kind))
