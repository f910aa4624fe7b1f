"""The juror's sheet as a form made from the criteria, and the small forms of the methodist's decisions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field, RadioField, SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app import wording
from app.judging import sheets
from app.judging.models import Review
from workflows.awards import Award
from workflows.judging.given import Entry
from workflows.regulation import Stage
from workflows.stages import Scale

MOST_KEYS = 21  # a longer scale is typed, not tapped


def plain(value: Decimal) -> str:
    """Return a mark as forms carry it: no needless zeros, a point for the decimal sign."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def review_form(stage: Stage, entry: Entry, review: Review | None) -> FlaskForm:
    """Return the sheet as a form, filled with what is kept; its fields are called `m_<line>`, `comment` and `seen`."""

    class ReviewForm(FlaskForm):
        comment = TextAreaField(_l("Пожелание автору"), [Optional()], render_kw={"data-most": 5000, "rows": 4})
        seen = HiddenField()

    asked = sheets.lines(stage, entry)
    for line in asked:
        setattr(ReviewForm, f"m_{line.path}", _mark_field(line, stage))
        if line.may_skip and not _has_keys(line):
            setattr(ReviewForm, f"n_{line.path}", BooleanField(_skip_words(line)))
    return ReviewForm(
        data={**_kept(asked, review), "comment": review.comment if review else "", "seen": str(review.revision) if review else "0"}
    )


def _kept(asked: Iterable[sheets.Line], review: Review | None) -> dict[str, str | bool]:
    """Return what a sheet holds, by field: «no opinion» is a key among others, or a box beside a typed mark."""
    marks = {mark.criterion: mark.value for mark in review.marks} if review else {}
    found: dict[str, str | bool] = {}
    for line in asked:
        value = marks.get(line.path)
        if value == sheets.NO_OPINION and not _has_keys(line):
            found[f"n_{line.path}"] = True
        elif value is not None:
            found[f"m_{line.path}"] = value
    return found


def _has_keys(line: sheets.Line) -> bool:
    return line.scale is not None and bool(_choices(line.scale))


def _skip_words(line: sheets.Line) -> str:
    return _("Без отметки") if line.is_optional else _("Не могу судить")


def _mark_field(line: sheets.Line, stage: Stage) -> Field:
    """The operation says what is wrong with a mark, in the regulation's own numbers; the field only carries it."""
    if line.scale is None:
        return StringField({"places": _l("Место"), "vote": _l("Голоса")}.get(stage.kind, _l("Сумма баллов")), [Optional()])
    title, choices = line_title(line), _choices(line.scale)
    if not choices:
        return StringField(title, [Optional()])
    if line.may_skip:
        choices = [*choices, SelectChoice(sheets.NO_OPINION, _skip_words(line))]
    return RadioField(title, [Optional()], choices=choices, validate_choice=False)


def line_title(line: sheets.Line) -> str:
    own = wording.say(line.scale.title) if line.scale is not None else ""
    if line.criterion is None or line.criterion is line.scale:
        return own
    return f"{wording.say(line.criterion.title)}: {own}"


def words_to_choose(line: sheets.Line) -> list[tuple[str, str]]:
    """Return what is chosen in words where a sheet is typed in: levels, yes and no; numbers are typed."""
    if line.scale is None or line.scale.kind not in ("choice", "tick"):
        return []
    found = [(str(one.value), str(one.label)) for one in _choices(line.scale)]
    return [*found, (sheets.NO_OPINION, _skip_words(line))] if line.may_skip else found


def _choices(scale: Scale) -> list[SelectChoice]:
    """Return the values to choose from, or nothing where the mark is typed: a count, a long scale."""
    if scale.kind == "tick":
        return [SelectChoice("1", _("Да")), SelectChoice("0", _("Нет"))]
    if scale.kind == "choice":
        return [SelectChoice(one.key, f"{wording.say(one.title)} — {wording.number(Decimal(plain(one.points)))}") for one in scale.options]
    if scale.kind == "scale" and scale.count <= MOST_KEYS:
        return [SelectChoice(plain(one), wording.number(Decimal(plain(one)))) for one in scale.values()]
    return []


def given(form: Any) -> dict[str, str | None]:
    """Return the marks as written, by line. A radio nobody touched was not sent and says nothing."""
    marks: dict[str, str | None] = {}
    for field in form:
        if field.name.startswith("m_") and field.raw_data:
            path = field.name.removeprefix("m_")
            typed = str(field.raw_data[0]).strip().replace(",", ".").replace("\0", "")
            skipped = f"n_{path}" in form and bool(form[f"n_{path}"].data)
            marks[path] = (f"{sheets.NO_OPINION} {typed}".strip() if skipped else typed)[:60] or None
    return marks


def comment_of(form: Any) -> str:
    return str(form.comment.data or "").replace("\r\n", "\n").replace("\0", "")


class RecuseForm(FlaskForm):
    reason = TextAreaField(_l("Почему вы не можете оценить эту работу"), [Length(max=500)], render_kw={"data-most": 500, "rows": 3})


def award_choices(awards: Iterable[Award]) -> list[SelectChoice]:
    return [SelectChoice(one.key, wording.say(one.title)) for one in awards]


class AwardForm(FlaskForm):
    """An award given or withheld by decision. The work is named by its number in the event."""

    number = StringField(_l("Номер заявки"), [InputRequired(_l("Укажите номер заявки")), Length(max=20)])
    award = SelectField(_l("Награда"), choices=[])
    given = RadioField(_l("Решение"), choices=[SelectChoice("1", _l("Присудить")), SelectChoice("0", _l("Не присуждать"))], default="1")
    ground = TextAreaField(
        _l("Основание решения"), [InputRequired(_l("Назовите основание: протокол, голосование")), Length(max=2000)], render_kw={"rows": 2}
    )


class ApproveForm(FlaskForm):
    number = StringField(_l("Номер документа"), [InputRequired(_l("Укажите номер документа")), Length(max=40)])
    day = DateField(_l("Дата документа"), [InputRequired(_l("Укажите дату документа"))])
    chair = StringField(_l("Председатель заседания"), [Optional(), Length(max=200)])
    secretary = StringField(_l("Секретарь заседания"), [Optional(), Length(max=200)])
    despite_missing = TextAreaField(_l("Почему утверждаем без недостающих листов"), [Optional(), Length(max=2000)], render_kw={"rows": 2})


class GroundForm(FlaskForm):
    """The ground of an act on results that were approved already."""

    ground = TextAreaField(
        _l("Основание решения"),
        [InputRequired(_l("Назовите основание: протокол, решение комиссии")), Length(max=2000)],
        render_kw={"rows": 2},
    )
