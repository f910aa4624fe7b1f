"""Forms for the texts and dates of an event."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app import wording
from app.events import calendar, document
from app.events.models import Event

FORMAT = "%Y-%m-%dT%H:%M"
LANGUAGES = (("ru", _l("по-русски")), ("en", _l("по-английски")))


class GroundForm(FlaskForm):
    ground = StringField(
        _l("Основание"), [Optional(), Length(max=300)], description=_l("Например: «Приказ № 12 от 3 ноября» или «Просьба школ»")
    )


class DocumentForm(GroundForm):
    """A regulation as a document: typed or in a file, which goes before what is typed."""

    text = TextAreaField(_l("Текст положения"), [Length(max=document.MOST_BYTES)], render_kw={"rows": 24, "spellcheck": "false"})
    file = FileField(_l("Или файл положения"), [Optional()], description=_l("Файл .yaml в кодировке UTF-8, не больше 256 КБ"))

    def take_file(self) -> bool:
        """Put the text of the file, if one was sent, into the field. False with the fault at its field if there is nothing to read."""
        content = self.file.data.read(document.MOST_BYTES + 1) if self.file.data else b""
        try:
            self.text.data = content.decode("utf-8-sig") if content else self.text.data
        except UnicodeDecodeError:
            self.file.errors = [gettext("Файл сохранён не в кодировке UTF-8. Сохраните его как UTF-8 и выберите снова.")]
            return False
        if not (self.text.data or "").strip():
            self.text.errors = [gettext("Вставьте положение или выберите его файл.")]
            return False
        return True


class AgainForm(FlaskForm):
    """Where and at which level the same regulation is held once more, and where its winners go."""

    centre = SelectField(_l("Кто проводит"))
    level = SelectField(_l("Уровень"))
    up = SelectField(_l("Куда переходят победители"))


class CalendarForm(FlaskForm):
    """The days off of one year."""

    year = IntegerField(_l("Год"), [InputRequired(_l("Укажите год")), NumberRange(2000, 2100, message=_l("Год от 2000 до 2100"))])
    off = TextAreaField(_l("Нерабочие дни, кроме суббот и воскресений"), [Length(max=2000)])
    worked = TextAreaField(_l("Рабочие субботы и воскресенья"), [Length(max=1000)])

    def days(self) -> dict[str, list[calendar.Day]] | None:
        """Return the days of both fields, or None with what could not be read beside its field."""
        found: dict[str, list[calendar.Day]] = {}
        for name in ("off", "worked"):
            try:
                found[name] = calendar.read(self[name].data or "", int(self.year.data or 0))
            except calendar.Unread as fault:
                self[name].errors = [gettext("Не похоже на день: %(word)s. Пишите так: 9.03 или 1.01-8.01", word=fault.word)]
        return found if len(found) == 2 else None


def dates_form(event: Event, *, typed: bool = True) -> GroundForm:
    """Return the form of the dates the regulation asks for; ends are shown as the last minute inside them.

    `typed`: filled with what was sent, where something was.
    """

    class DatesForm(GroundForm):
        pass

    filled: dict[str, Any] = {}
    for date in event.rules.dates:
        checks = [InputRequired(_l("Укажите дату и время"))] if date.needed and not date.working_days else [Optional()]
        about = _l("Включительно: до конца этой минуты") if date.key in event.rules.end_dates else ""
        about = _l("Оставьте пустым, и дата посчитается в рабочих днях по положению") if date.working_days else about
        setattr(DatesForm, f"d_{date.key}", DateTimeLocalField(wording.say(date.title), checks, format=FORMAT, description=about))
        at = event.date(date.key)
        if at is not None:
            local = at.astimezone(event.zone)
            filled[f"d_{date.key}"] = (local - timedelta(minutes=1) if date.key in event.rules.end_dates else local).replace(tzinfo=None)
    return DatesForm(data=filled) if typed else DatesForm(formdata=None, data=filled)


def dates_given(form: FlaskForm, event: Event) -> dict[str, datetime | None]:
    return {
        date.key: _moment(form[f"d_{date.key}"].data, event.zone, is_end=date.key in event.rules.end_dates) for date in event.rules.dates
    }


def _moment(value: datetime | None, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    if value is None:
        return None
    return value.replace(tzinfo=zone) + (timedelta(minutes=1) if is_end else timedelta(0))


# Texts: the places of a regulation that hold words for people


def texts(body: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield (path, label, long) of the texts that may be edited: «title», «legal.0.text», «nominations.1.title» …"""
    for key, label, long in (
        ("title", gettext("Название"), False),
        ("summary", gettext("Коротко, для афиши"), True),
        ("organiser", gettext("Организатор"), False),
        ("who_may_enter", gettext("Кто может участвовать"), True),
    ):
        if body.get(key):
            yield key, label, long
    for number, _aim in enumerate(body.get("aims", ())):
        yield f"aims.{number}", gettext("Цель %(number)s", number=number + 1), True
    for number, _one in enumerate(body.get("nominations", ())):
        yield f"nominations.{number}.title", gettext("Номинация %(number)s", number=number + 1), False
    for number, _block in enumerate(body.get("legal", ())):
        yield f"legal.{number}.title", gettext("Раздел %(number)s: заголовок", number=number + 1), False
        yield f"legal.{number}.text", gettext("Раздел %(number)s: текст", number=number + 1), True


def texts_form(body: Mapping[str, Any]) -> FlaskForm:
    """Return a form with two fields for each text, Russian and English; the Russian one is needed."""

    class TextsForm(FlaskForm):
        pass

    filled = {}
    for path, label, long in texts(body):
        words = _at(body, path)
        words = words if isinstance(words, Mapping) else {"ru": words}
        for lang, name in LANGUAGES:
            checks = [InputRequired(_l("Напишите текст по-русски"))] if lang == "ru" else [Optional()]
            kind = TextAreaField if long else StringField
            setattr(TextsForm, f"{path}.{lang}", kind(f"{label}, {name}", [*checks, Length(max=20_000 if long else 300)]))
            filled[f"{path}.{lang}"] = words.get(lang, "")
    return TextsForm(data=filled)


def body_with(body: Mapping[str, Any], form: FlaskForm) -> dict[str, Any]:
    """Return the regulation's data with the texts of the form in their places."""
    changed = copy.deepcopy(dict(body))
    for path, _label, _long in texts(body):
        words = {lang: (form[f"{path}.{lang}"].data or "").strip() for lang, _name in LANGUAGES}
        _put(changed, path, {lang: text for lang, text in words.items() if text})
    return changed


def _at(body: Any, path: str) -> Any:
    for step in path.split("."):
        body = body[int(step)] if step.isdigit() else body.get(step, "")
    return body


def _put(body: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        body = body[int(step)] if step.isdigit() else body[step]
    body[int(last) if last.isdigit() else last] = value
