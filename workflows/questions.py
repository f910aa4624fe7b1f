"""What a form asks of whom: which questions are visible, what is unanswered, what is wrong with an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from workflows import conditions
from workflows.form import OPTION_KINDS, Question
from workflows.regulation import Regulation
from workflows.saying import Saying

MOST_CHARACTERS: Mapping[str, int] = {"text": 300, "long_text": 5000, "link": 500}
MOST_OTHERWISE = 100
JOINERS = "\u200c\u200d"  # parts of letters and signs in some scripts, unlike the other invisible marks

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
    regulation: Regulation, answers: Mapping[str, Any], *, files: Mapping[str, int], authors: int, consents: Collection[str]
) -> list[str]:
    """Return the keys of required visible questions without an answer, then of required consents not given."""
    missing = []
    for question in visible(regulation, answers):
        if not is_required(question, answers):
            continue
        given = {"files": files.get(question.key, 0) > 0, "authors": authors > 0}.get(question.kind)
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
    if question.kind == "choices":
        return _choices(question, raw)
    if isinstance(raw, list):
        raw = raw[0] if raw else ""
    text = _plain("" if raw is None else str(raw), lines=question.kind == "long_text")
    if text == "":
        return "", None
    most = question.max_length or MOST_CHARACTERS.get(question.kind, MOST_OTHERWISE)
    if len(text) > most:
        return text, Saying("answer_too_long", most=most, have=len(text))
    if question.kind == "nomination":
        return text, Saying("choice_unknown") if nominations is not None and text not in nominations else None
    return _CHECKS.get(question.kind, _anything)(question, text)


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
    known = {option.key for option in question.options}
    return chosen, None if set(chosen) <= known else Saying("choice_unknown")


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
