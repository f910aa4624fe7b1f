"""A regulation explained: the chapters of workflows/explaining in the sentences of a language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import force_locale, get_locale

from app.wording import papers, put
from workflows.explaining import explain
from workflows.regulation import Regulation


@dataclass(frozen=True)
class ChapterText:
    key: str
    title: str
    sentences: tuple[str, ...]


def explain_in(regulation: Regulation, lang: str = "") -> list[ChapterText]:
    """Return every rule of a regulation in sentences of a language, the one at hand if none is named."""
    with force_locale(lang or str(get_locale() or "ru")):
        return [
            ChapterText(one.key, _sentence(put(one.title)), tuple(_sentence(papers.blanks_named(put(said))) for said in one.sentences))
            for one in explain(regulation)
        ]


def _sentence(text: str) -> str:
    """Begin with a capital letter; a text in quotes leaves its full stop to the sentence, and «2027 г.» is one."""
    said = quotes_inside(text[:1].upper() + text[1:])
    return re.sub(r"\.([»“”]+[.,])", r"\1", said).replace("г..", "г.")


INNER = {"«": "„", "»": "“", "“": "‘", "”": "’"}


def quotes_inside(text: str) -> str:
    """Return the text with other marks for a quotation inside a quotation: «Диплом „Лучшая работа“»."""
    depth, said = 0, []
    for sign in text:
        depth -= sign in "»”"
        said.append(INNER.get(sign, sign) if depth > 0 else sign)
        depth += sign in "«“"
    return "".join(said)
