"""What a form asks of whom: which questions are visible, what is unanswered, what is wrong with an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from workflows import conditions
from workflows.entering import unmet
from workflows.form import OPTION_KINDS, Cell, Question
from workflows.regulation import Regulation
from workflows.saying import Saying

MOST_CHARACTERS: Mapping[str, int] = {"text": 300, "long_text": 5000, "link": 500}
MOST_OTHERWISE = 100
JOINERS = "\u200c\u200d"  # parts of letters and signs in some scripts, unlike the other invisible marks

ROW_KINDS = ("group", "table")

Cleaned = tuple[Any, Saying | None]


def visible(regulation: Regulation, answers: Mapping[str, Any]) -> list[Question]:
    """Return the questions that are asked, given the answers so far. An answer to a question that is hidden does not count."""
    shown: list[Question] = []
    counted: dict[str, Any] = {}
    for question in regulation.questions():
        if question.when is None or conditions.holds(question.when, counted):
            shown.append(question)
            counted[question.key] = answers.get(question.key)
    return shown


def unanswered(
    regulation: Regulation,
    answers: Mapping[str, Any],
    *,
    files: Mapping[str, int],
    authors: int,
    consents: Collection[str],
    dates: conditions.Dates = conditions.NO_DATES,
) -> list[str]:
    """Return the keys of required visible questions without an answer, then of required consents not given."""
    proofs = proofs_asked(regulation, answers, dates)
    missing = []
    for question in visible(regulation, answers):
        if not is_required(question, answers) and question.key not in proofs:
            continue
        least = question.files.least if question.files is not None else 1
        given = {"files": files.get(question.key, 0) >= least, "authors": authors > 0}.get(question.kind)
        if given is None:
            given = not is_empty(answers.get(question.key))
        if not given:
            missing.append(question.key)
    return missing + [text.key for text in regulation.consents if text.required and text.key not in consents]


def is_required(question: Question, answers: Mapping[str, Any]) -> bool:
    """Say whether the applicant has to answer: always, never, or where its condition holds. What staff fill in she need not."""
    if question.filled_by == "staff":
        return False
    return question.required if isinstance(question.required, bool) else conditions.holds(question.required, answers)


def proofs_asked(regulation: Regulation, answers: Mapping[str, Any], dates: conditions.Dates = conditions.NO_DATES) -> set[str]:
    """Return the questions whose file or link has to prove what an unmet condition of entering asks."""
    open_ones = unmet(regulation.entering, answers, dates, of_answered=True)
    return {one.proof for one in open_ones if one.unmet == "proof" and one.proof is not None}


def nomination_of(regulation: Regulation, answers: Mapping[str, Any]) -> str:
    """Return the nomination: the single one, the one that follows from the answers, or the one that was chosen."""
    known = regulation.nominations
    if len(known) == 1:
        return known[0].key
    if any(one.when is not None for one in known):
        return next((one.key for one in known if one.when is not None and conditions.holds(one.when, answers)), "")
    asked = next((one.key for one in regulation.questions() if one.kind == "nomination"), "")
    return str(answers.get(asked) or "")


def is_locked(question: Question, *, taken: Collection[str], passed: Collection[str]) -> bool:
    """Say whether an answer stays as it is: the step it locks at was taken, or the date has passed."""
    return question.locks_at is not None and (question.locks_at in taken or question.locks_at in passed)


def objections(regulation: Regulation, answers: Mapping[str, Any]) -> dict[str, Saying]:
    """Return what is wrong with the answers that were given to visible questions, by question key."""
    nominations = [one.key for one in regulation.nominations]
    found = {}
    for question in visible(regulation, answers):
        _value, objection = clean(question, answers.get(question.key), nominations=nominations)
        if objection is not None:
            found[question.key] = objection
    return found


def is_empty(value: Any) -> bool:
    return value in (None, [], ()) or (isinstance(value, str) and not value.strip())


def clean(question: Question, raw: Any, *, nominations: Sequence[str] | None = None) -> Cleaned:
    """Return (value to keep, None), or (what was typed, what is wrong with it). An empty answer is never wrong.

    `raw` is text, a list of texts, or a value that was kept before: cleaning twice changes nothing.
    """
    several = {"choices": _choices, "group": _rows, "table": _rows}.get(question.kind)
    if several is not None:
        return several(question, raw)
    if isinstance(raw, list):
        raw = raw[0] if raw else ""
    text = _plain("" if raw is None else str(raw), lines=question.kind == "long_text")
    if text == "":
        return "", None
    length = _length(question, text)
    if length is not None:
        return text, length
    if question.kind == "nomination":
        return text, Saying("choice_unknown") if nominations is not None and text not in nominations else None
    return _CHECKS.get(question.kind, _anything)(question, text)


def _length(question: Question, text: str) -> Saying | None:
    most = question.max_length or MOST_CHARACTERS.get(question.kind, MOST_OTHERWISE)
    if len(text) > most:
        return Saying("answer_too_long", most=most, have=len(text))
    if question.least_length is not None and len(text) < question.least_length:
        return Saying("answer_too_short", least=question.least_length, have=len(text))
    return None


def _plain(text: str, *, lines: bool) -> str:
    """Return the text without control and direction marks; line ends stay where a text has lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign for sign in text if sign in "\n\t" + JOINERS or unicodedata.category(sign) not in ("Cc", "Cs", "Cf", "Co", "Cn"))
    return kept.strip() if lines else " ".join(kept.split())


def _anything(_question: Question, text: str) -> Cleaned:
    return text, None


def _choices(question: Question, raw: Any) -> Cleaned:
    given = raw if isinstance(raw, (list, tuple)) else [raw]
    texts = (_plain(str(one), lines=False) for one in given if one is not None)
    chosen = list(dict.fromkeys(text for text in texts if text))
    if not set(chosen) <= {option.key for option in question.options}:
        return chosen, Saying("choice_unknown")
    if chosen and question.least_chosen is not None and len(chosen) < question.least_chosen:
        return chosen, Saying("choices_too_few", least=question.least_chosen, have=len(chosen))
    if question.most_chosen is not None and len(chosen) > question.most_chosen:
        return chosen, Saying("choices_too_many", most=question.most_chosen, have=len(chosen))
    return chosen, None


def _rows(question: Question, raw: Any) -> Cleaned:
    """Clean the rows of a repeated group or table: a list of {cell: value}; a table's rows bear the key of their row as «row».

    Rows without any answer are left out; the first fault is told with the number of its row.
    """
    repeat = question.repeat
    if repeat is None or not isinstance(raw, (list, tuple)):
        return [], None
    fixed = [option.key for option in repeat.rows]
    kept, objection = [], None
    for number, given in enumerate((one for one in raw if isinstance(one, Mapping)), start=1):
        row, fault = _row(repeat.cells, given, number)
        if not any(not is_empty(value) for value in row.values()):
            continue
        kept.append(({"row": given["row"]} if given.get("row") in fixed else {}) | row)
        objection = objection or fault
    if objection is None and kept and len(kept) < repeat.least:
        objection = Saying("rows_too_few", least=repeat.least, have=len(kept))
    if objection is None and len(kept) > (len(fixed) or repeat.most):
        objection = Saying("rows_too_many", most=len(fixed) or repeat.most, have=len(kept))
    return kept, objection


def _row(cells: Sequence[Cell], given: Mapping[str, Any], number: int) -> tuple[dict[str, Any], Saying | None]:
    row: dict[str, Any] = {}
    objection = None
    for cell in cells:
        asked = Question.model_validate(cell.model_dump(by_alias=True))
        row[cell.key], fault = clean(asked, given.get(cell.key))
        if fault is None and cell.required and is_empty(row[cell.key]):
            fault = Saying("question_unanswered")
        if fault is not None and objection is None:
            objection = Saying("row_wrong", row=number, name=cell.label, what=fault)
    return row, objection


def _choice(question: Question, text: str) -> Cleaned:
    return text, None if text in {option.key for option in question.options} else Saying("choice_unknown")


def _site(_question: Question, text: str) -> Cleaned:
    """The sites themselves are rows of a room above; here only that it is the number of one."""
    return text, None if re.fullmatch("[0-9]{1,9}", text) else Saying("choice_unknown")


def _number(question: Question, text: str) -> Cleaned:
    value = conditions.number(text)
    if value is None:
        return text, Saying("not_a_number")
    if question.least is not None and value < question.least:
        return text, Saying("number_too_small", least=question.least)
    if question.most is not None and value > question.most:
        return text, Saying("number_too_large", most=question.most)
    return format(value, "f"), None


def _date(_question: Question, text: str) -> Cleaned:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    parts = found.groups() if found else tuple(reversed(text.split(".")))
    try:
        year, month, day = (int(part) for part in parts)
        value = date(year, month, day)
    except ValueError:
        return text, Saying("not_a_date")
    return (value.isoformat(), None) if 1900 <= year <= 2200 else (text, Saying("not_a_date"))


def _link(_question: Question, text: str) -> Cleaned:
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return text, Saying("not_a_link")
    fine = parts.scheme in ("http", "https") and "." in host.strip(".") and " " not in text
    return text, None if fine else Saying("not_a_link")


def _yes_no(_question: Question, text: str) -> Cleaned:
    known = {"1": "1", "true": "1", "yes": "1", "0": "0", "false": "0", "no": "0"}.get(text.lower())
    return (known, None) if known is not None else (text, Saying("choice_unknown"))


_CHECKS: Mapping[str, Callable[[Question, str], Cleaned]] = {
    "number": _number,
    "date": _date,
    "link": _link,
    "yes_no": _yes_no,
    "site": _site,
    **dict.fromkeys((kind for kind in OPTION_KINDS if kind != "choices"), _choice),
}
