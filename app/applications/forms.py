"""Forms made from a regulation's questions, and the small forms of the steps."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateTimeLocalField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field, MultipleFileField, RadioField, SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app import wording
from app.applications.models import Application
from app.events.models import Event
from workflows import questions
from workflows.regulation import Question, Regulation, Section

Choices = Callable[[Event], list[tuple[str, str]]]
_choices: dict[str, Choices] = {}
Notes = Callable[[Event], dict[str, str]]
_notes: dict[str, Notes] = {}
INPUT_KINDS = {"link": "url", "number": "text", "date": "date"}
AUTHOR_FIELDS = ("author_surname", "author_given_name", "author_patronymic", "author_post", "author_school")


def choices_for(kind: str) -> Callable[[Choices], Choices]:
    """Register where the options of a kind of question come from, for rooms further up (sites of a bridge)."""

    def register(give: Choices) -> Choices:
        _choices[kind] = give
        return give

    return register


def notes_for(kind: str) -> Callable[[Notes], Notes]:
    """Register a sentence beside each option of a kind of question, true at the moment of asking (free seats)."""

    def register(give: Notes) -> Notes:
        _notes[kind] = give
        return give

    return register


def notes_of(question: Question, event: Event) -> dict[str, str]:
    """Return key -> sentence for the options of a question; most questions have none."""
    return _notes[question.kind](event) if question.kind in _notes else {}


def options_of(question: Question, event: Event, rules: Regulation) -> list[tuple[str, str]]:
    """Return (key, title) of what can be chosen for a question, in the language at hand."""
    if question.kind in _choices:
        return _choices[question.kind](event)
    source = rules.nominations if question.kind == "nomination" else question.options
    return [(one.key, wording.say(one.title)) for one in source]


def section_form(application: Application, section: Section) -> FlaskForm:
    """Return the form of one section, filled with the draft's answers; its fields are called `q_<key>`."""
    rules, event = application.version.rules, application.event

    class SectionForm(FlaskForm):
        pass

    for question in asked_in(section):
        if question.kind == "authors":
            for name, field in _author_fields().items():
                setattr(SectionForm, name, field)
        elif question.kind in questions.ROW_KINDS:
            # Its cells are drawn from the answers; the field bears label and faults.
            setattr(SectionForm, f"q_{question.key}", Field(label=wording.say(question.label), description=wording.say(question.help)))
        else:
            setattr(SectionForm, f"q_{question.key}", _field(question, options_of(question, event, rules)))
    plain = {one.key for one in asked_in(section)} - {one.key for one in section.questions if one.kind in questions.ROW_KINDS}
    return SectionForm(data={f"q_{key}": _shown(value) for key, value in application.answers.items() if key in plain})


def asked_in(section: Section) -> list[Question]:
    """Return the questions of a section that the applicant answers; the others are filled in by staff."""
    return [one for one in section.questions if one.filled_by == "applicant"]


def staff_form(application: Application, asked: Sequence[Question], *, sent: bool) -> FlaskForm:
    """Return the form of what staff fill in, with what they answered before, or with what was just sent."""
    rules, event = application.version.rules, application.event

    class StaffForm(FlaskForm):
        pass

    for question in asked:
        setattr(StaffForm, f"q_{question.key}", _field(question, options_of(question, event, rules)))
    known = {f"q_{one.question}": _shown(one.value) for one in application.staff_answers}
    return StaffForm(data=known) if sent else StaffForm(formdata=None, data=known)


# Repeated groups and tables


@dataclass(frozen=True)
class RowCell:
    name: str
    label: str
    kind: str
    value: str
    required: bool
    options: list[tuple[str, str]]
    most: int | None


@dataclass(frozen=True)
class FormRow:
    title: str
    key: str  # of a table's fixed row
    key_name: str
    cells: list[RowCell]


def rows_of(question: Question, given: Any) -> list[FormRow]:
    """Return the rows to fill in: those with answers and one more, or the fixed rows of a table."""
    repeat = question.repeat
    if repeat is None:
        return []
    kept = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    if repeat.rows:
        known = {str(one.get("row")): one for one in kept}
        return [
            _form_row(question, number, known.get(row.key, {}), wording.say(row.title), row.key) for number, row in enumerate(repeat.rows)
        ]
    count = min(max(len(kept) + 1, repeat.least, 1), max(repeat.most, len(kept)))
    return [_form_row(question, number, kept[number] if number < len(kept) else {}, str(number + 1), "") for number in range(count)]


def _form_row(question: Question, number: int, values: Mapping[str, Any], title: str, key: str) -> FormRow:
    cells = [
        RowCell(
            name=f"q_{question.key}-{number}-{cell.key}",
            label=wording.say(cell.label),
            kind=cell.kind,
            value=str(values.get(cell.key) or ""),
            required=cell.required,
            options=[(one.key, wording.say(one.title)) for one in cell.options],
            most=cell.max_length,
        )
        for cell in (question.repeat.cells if question.repeat else ())
    ]
    return FormRow(title, key, f"q_{question.key}-{number}-row", cells)


def _given_rows(question: Question, submitted: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """Return the rows that were sent, in their order; None when the question was not on the page."""
    if f"q_{question.key}_asked" not in submitted or question.repeat is None:
        return None
    rows: dict[int, dict[str, str]] = {}
    cells = {cell.key for cell in question.repeat.cells} | {"row"}
    for name, value in submitted.items():
        found = _ROW_NAME.fullmatch(name)
        if found and found["question"] == question.key and found["cell"] in cells:
            rows.setdefault(int(found["number"]), {})[found["cell"]] = value
    return [rows[number] for number in sorted(rows)]


_ROW_NAME = re.compile(r"q_(?P<question>[a-z0-9_]{1,60})-(?P<number>[0-9]{1,3})-(?P<cell>[a-z0-9_]{1,60})")


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "1" if value else "0"
    return [str(one) for one in value] if isinstance(value, list) else str(value if value is not None else "")


def _offered(options: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(key, title) for key, title in options]


def _field(question: Question, options: list[tuple[str, str]]) -> Field:
    label, about = wording.say(question.label), wording.say(question.help)
    common: dict[str, Any] = {"label": label, "description": about, "validators": [] if question.required is True else [Optional()]}
    # Only marks the field as asked for: a draft may lack it, submitting may not.
    attributes = {"data-required": "1"} if question.required is True else {}
    if question.kind == "long_text":
        return TextAreaField(**common, render_kw={**attributes, "data-most": question.max_length or 5000, "rows": 8})
    if question.kind == "files":
        return MultipleFileField(**common, render_kw=attributes)
    if question.kind in ("choice", "nomination", "site", "participation"):
        kind = RadioField if len(options) <= 6 else SelectField
        offered = _with_none(options, question) if kind is RadioField else [("", "—"), *options]
        return kind(**common, choices=_offered(offered), validate_choice=False, render_kw=attributes)
    if question.kind == "choices":
        return SelectMultipleField(
            **common,
            choices=_offered(options),
            validate_choice=False,
            render_kw=attributes,
            option_widget=CheckboxInput(),
            widget=ListWidget(),
        )
    if question.kind == "yes_no":
        offered = _with_none([("1", _l("Да")), ("0", _l("Нет"))], question)
        return RadioField(**common, choices=_offered(offered), validate_choice=False, render_kw=attributes)
    more = {"inputmode": "decimal"} if question.kind == "number" else {}
    if question.max_length:
        more["data-most"] = str(question.max_length)
    return StringField(**common, render_kw={**attributes, **more, "type": INPUT_KINDS.get(question.kind, "text")})


def _with_none(options: list[tuple[str, str]], question: Question) -> list[tuple[str, str]]:
    """A dot that was set cannot be taken away again: where no answer is needed, that is a choice as well."""
    return options if question.required is True else [*options, ("", _l("не указано"))]


def _author_fields() -> dict[str, Field]:
    return {
        "author_surname": StringField(_l("Фамилия соавтора"), [Length(max=80)]),
        "author_given_name": StringField(_l("Имя"), [Length(max=80)]),
        "author_patronymic": StringField(_l("Отчество"), [Optional(), Length(max=80)], description=_l("Если есть")),
        "author_post": StringField(_l("Должность"), [Optional(), Length(max=120)]),
        "author_school": StringField(_l("Школа или организация"), [Length(max=120)]),
    }


def given(asked: Sequence[Question], submitted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed, by question key: only for fields that were really sent, so a partial save erases nothing."""
    found: dict[str, Any] = {}
    for question in asked:
        name = f"q_{question.key}"
        if question.kind in ("files", "authors"):
            continue
        if question.kind in questions.ROW_KINDS:
            rows = _given_rows(question, submitted)
            if rows is not None:
                found[question.key] = rows
            continue
        if question.kind == "choices":
            if name in submitted or f"{name}_asked" in submitted:
                found[question.key] = submitted.getlist(name)  # type: ignore[attr-defined]
        elif name in submitted:
            found[question.key] = submitted.get(name)
    return found


class StepForm(FlaskForm):
    """The words that a step asks for."""

    reason = TextAreaField(_l("Причина"), [Length(max=2000)])
    term = DateTimeLocalField(_l("Исправить до"), [Optional()], format="%Y-%m-%dT%H:%M")


def once(person_id: int) -> str:
    """The mark of the form that was sent, bound to the person: another's form begins another application."""
    sent = request.form.get("once", "")
    return f"{person_id}:{sent}"[:64] if sent else secrets.token_urlsafe(16)


class ApplicantForm(FlaskForm):
    """For whom a methodist enters something."""

    surname = StringField(_l("Фамилия"), [InputRequired(_l("Напишите фамилию")), Length(max=80)])
    given_name = StringField(_l("Имя"), [InputRequired(_l("Напишите имя")), Length(max=80)])
    patronymic = StringField(_l("Отчество"), [Optional(), Length(max=80)])
    post = StringField(_l("Должность"), [Optional(), Length(max=120)])
    school = StringField(_l("Школа или организация"), [InputRequired(_l("Напишите школу или организацию")), Length(max=120)])
    email = StringField(_l("Электронная почта"), [Optional(), Length(max=254)])


class ReceiptForm(FlaskForm):
    """What came from somebody for whom a methodist acts."""

    received_at = DateTimeLocalField(
        _l("Когда поступило"), [InputRequired(_l("Укажите дату и время поступления"))], format="%Y-%m-%dT%H:%M"
    )
    ground = StringField(
        _l("Как поступило"),
        [DataRequired(_l("Напишите, как поступило: письмо, бумага, звонок")), Length(max=300)],
        description=_l("Например: «Письмо на адрес центра от 12 ноября»"),
    )
    scan = FileField(_l("Письмо или скан бумаги"), [Optional()])


class EnterForm(ApplicantForm, ReceiptForm):
    """An application that came on paper or by letter."""


class SubstitutionForm(EnterForm):
    """Who is replaced, by whom, on what; one tick for each consent of the regulation is added."""

    author = RadioField(_l("Кого заменяют"), [InputRequired(_l("Выберите, кого заменяют"))], validate_choice=False)


SIGNED = _l("Без этого согласия нового участника внести нельзя: сначала возьмите подписанное.")


def substitution_form(application: Application, lines: list[tuple[str, str]]) -> SubstitutionForm:
    class Form(SubstitutionForm):
        pass

    for text in application.version.rules.consents:
        label = wording.say(text.short or text.title)
        asked = {"validators": [InputRequired(SIGNED)], "description": _l("Без него заменить нельзя")} if text.required else {}
        setattr(Form, f"c_{text.key}", BooleanField(label, **asked))
    form = Form(data={"author": lines[0][0] if len(lines) == 1 else None})
    form.author.choices = lines
    return form


class ConsentsForm(FlaskForm):
    """One tick for each consent of the regulation; filled dynamically."""

    for_authors = BooleanField(_l("У меня есть подписанные согласия соавторов на то же самое"))


def consents_form(application: Application, agreed: frozenset[str], *, for_authors: bool) -> ConsentsForm:
    class Form(ConsentsForm):
        pass

    for text in application.version.rules.consents:
        label = wording.say(text.short) if text.short else gettext("Даю согласие: %(title)s", title=wording.say(text.title))
        setattr(Form, f"c_{text.key}", BooleanField(label, default=False))
    return Form(data={**{f"c_{key}": True for key in agreed}, "for_authors": for_authors})
