"""What an application answers, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app import wording
from app.applications import forms
from app.applications.models import Application, Attachment, Author
from app.events.models import Event
from workflows import questions
from workflows.form import Cell
from workflows.regulation import Question, Regulation


@dataclass(frozen=True)
class Answer:
    label: str
    text: str
    url: str = ""
    files: tuple[tuple[str, str, str], ...] = ()  # name, size, url


def of(application: Application, *, of_staff: tuple[str, ...] = ("everyone",)) -> list[Answer]:
    """Return the answers in the order of the form, as people read them: the applicant's own, and of those that staff fill in the
    ones that are shown to such readers."""
    rules, event, given = application.version.rules, application.event, application.known_answers
    files: dict[str, list[Attachment]] = {}
    for attachment in application.attachments:
        files.setdefault(attachment.question, []).append(attachment)
    found = []
    for question in questions.visible(rules, application.answers):
        if question.kind == "authors" or (question.filled_by == "staff" and question.shown_to not in of_staff):
            continue
        mine = tuple(as_file(file) for file in files.get(question.key, ()))
        text = in_words(question, given.get(question.key), event, rules)
        if text or mine:
            url = text if question.kind == "link" else ""
            found.append(Answer(wording.say(question.label), text, url, mine))
    return found


def as_file(file: Attachment) -> tuple[str, str, str]:
    return file.name, wording.size(file.size), url_for("applications.file", attachment_id=file.id)


def in_words(question: Question, value: Any, event: Event, rules: Regulation) -> str:
    if value in (None, "", []):
        return ""
    if question.kind == "yes_no":
        return _("Да") if value in (True, "1", 1) else _("Нет")
    if question.kind in ("choice", "choices", "nomination", "site", "participation"):
        titles = dict(forms.options_of(question, event, rules))
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(titles.get(str(one), str(one)) for one in chosen)
    if question.kind in questions.ROW_KINDS:
        return "\n".join(_row_words(question, row) for row in value if isinstance(row, Mapping))
    return str(value)


def _row_words(question: Question, row: Mapping[str, Any]) -> str:
    """Return one row of a group or table: «Апрель — встреч: 3; читателей: 40»."""
    repeat = question.repeat
    if repeat is None:
        return ""
    head = next((wording.say(one.title) for one in repeat.rows if one.key == row.get("row")), "")
    cells = [f"{wording.say(cell.label)}: {_cell_words(cell, row.get(cell.key))}" for cell in repeat.cells if row.get(cell.key)]
    return (f"{head} — " if head else "") + "; ".join(cells)


def _cell_words(cell: Cell, value: Any) -> str:
    if cell.kind == "yes_no":
        return _("да") if str(value) == "1" else _("нет")
    return next((wording.say(one.title) for one in cell.options if one.key == value), str(value))


def author_line(author: Author) -> str:
    place = author.organisation.short_name if author.organisation else ""
    return ", ".join(part for part in (author.person.full_name, author.post, place) if part)
