"""The words of letters, from templates/letters: a subject and a text for each name in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

import config
from app.notifications.models import Notification
from workflows import placeholders
from workflows.letters import ALWAYS, LETTERS

FOLDER = Path(config.ROOT) / "templates" / "letters"
COLLEAGUE = {"ru": "коллега", "en": "colleague"}
WITH_LINES = frozenset({"reason", "text", "own_text"})  # what people wrote in paragraphs; anything else is one line


@dataclass(frozen=True)
class Words:
    """A letter in words: what goes out, and what its page shows."""

    language: str
    subject: str
    text: str

    @property
    def html(self) -> str:
        """The text once more for programs that prefer HTML: escaped, in one frame, with nothing fetched from anywhere."""
        return _render("frame.html", subject=self.subject, paragraphs=self.text.strip().split("\n\n"), lang=self.language)


@dataclass(frozen=True)
class Draft:
    """What a letter is made of, apart from its row: it may be written after the transaction has ended."""

    name: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, notification: Notification) -> Draft:
        return cls(notification.name, notification.language, dict(notification.values or {}))

    def write(self) -> Words:
        return write(self.name, self.language, self.values)


def names() -> list[str]:
    """Return the names of all letters that have words."""
    return sorted({file.name.split(".")[0] for file in FOLDER.glob("*.ru.txt")})


def write(name: str, language: str, values: Mapping[str, str]) -> Words:
    """Return subject and text of a letter; a language without words falls back to Russian. Values are never templates.

    A regulation's own words, `own_subject` and `own_text`, take the place of ours; they have closed placeholders.
    """
    lang = language if (FOLDER / f"{name}.{language}.txt").exists() else "ru"
    told = _told(values, lang)
    subject, _newline, text = _render(f"{name}.{lang}.txt", **told).strip().partition("\n")
    known = {key: told.get(key, "") for key in LETTERS.get(name, ALWAYS)}
    subject = " ".join(placeholders.fill(told.get("own_subject") or "", known).split()) or subject
    text = placeholders.fill(told.get("own_text") or "", known) or text
    return Words(lang, subject.strip(), text.strip() + "\n")


def _told(values: Mapping[str, str], lang: str) -> dict[str, str]:
    """Return the values in the letter's language; one that must be a line is one, so that no name adds lines of its own."""
    told = {key: values.get(f"{key}_{lang}") or value for key, value in values.items()}
    told = {key: value.strip() if key in WITH_LINES else " ".join(value.split()) for key, value in told.items()}
    return {**told, "greeting": told.get("greeting") or COLLEAGUE[lang]}


def _render(file: str, **values: object) -> str:
    # Past render_template: its context holds the visitor and the request, which a letter must not know and a worker does not have.
    return current_app.jinja_env.get_template(f"letters/{file}").render(**values)
