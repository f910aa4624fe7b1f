"""The juror's sheet as a form made from the criteria, and the small forms of the methodist's decisions."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field, RadioField, SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app import wording
from app.judging.models import Review
from workflows.regulation import Criterion, Stage
from workflows.saying import Saying

MOST_KEYS = 21  # a longer scale is typed, not tapped


def plain(value: Decimal) -> str:
    """Return a mark as forms carry it: no needless zeros, a point for the decimal sign."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def review_form(stage: Stage, review: Review | None) -> FlaskForm:
    """Return the sheet as a form, filled with what is kept; its fields are called `m_<criterion>`, `comment` and `seen`."""

    class ReviewForm(FlaskForm):
        comment = TextAreaField(_l("Пожелание автору"), [Optional()], render_kw={"data-most": 5000, "rows": 4})
        seen = HiddenField()

    for criterion in stage.criteria:
        setattr(ReviewForm, f"m_{criterion.key}", _mark_field(criterion))
    kept = {f"m_{mark.criterion}": plain(mark.value) for mark in review.marks} if review else {}
    return ReviewForm(data={**kept, "comment": review.comment if review else "", "seen": str(review.revision) if review else "0"})


def _mark_field(criterion: Criterion) -> Field:
    title, values = wording.say(criterion.title), criterion.values()
    if len(values) <= MOST_KEYS:
        # The operation says what is wrong with a mark, in the regulation's own numbers; the field only carries it.
        return RadioField(
            title,
            [Optional()],
            choices=[SelectChoice(plain(one), wording.number(Decimal(plain(one)))) for one in values],
            validate_choice=False,
        )
    return StringField(title, [Optional()])


def given(form: Any, stage: Stage) -> tuple[dict[str, Decimal | None], dict[str, Saying]]:
    """Return the marks as numbers, and by criterion what is not a number. A radio nobody touched was not sent and says nothing."""
    marks: dict[str, Decimal | None] = {}
    wrong: dict[str, Saying] = {}
    for criterion in stage.criteria:
        field = form[f"m_{criterion.key}"]
        if not field.raw_data:
            continue
        typed = str(field.raw_data[0]).strip().replace(",", ".")
        try:
            marks[criterion.key] = Decimal(typed) if typed else None
        except InvalidOperation:
            wrong[criterion.key] = Saying("not_a_number")
    return marks, wrong


def comment_of(form: Any) -> str:
    return str(form.comment.data or "").replace("\r\n", "\n").replace("\0", "")


class RecuseForm(FlaskForm):
    reason = TextAreaField(_l("Почему вы не можете оценить эту работу"), [Length(max=500)], render_kw={"data-most": 500, "rows": 3})


class TieForm(FlaskForm):
    """The order among tied works: one number each, equal numbers share the place."""

    ground = TextAreaField(_l("Основание решения"), [Length(max=2000)], render_kw={"rows": 2})


class AwardForm(FlaskForm):
    """An award given or withheld by decision. The work is named by its number in the event."""

    number = StringField(_l("Номер заявки"), [InputRequired(_l("Укажите номер заявки")), Length(max=20)])
    award = SelectField(_l("Награда"), choices=[])
    given = RadioField(_l("Решение"), choices=[SelectChoice("1", _l("Присудить")), SelectChoice("0", _l("Не присуждать"))], default="1")
    ground = TextAreaField(
        _l("Основание решения"), [InputRequired(_l("Назовите основание: протокол, голосование")), Length(max=2000)], render_kw={"rows": 2}
    )


class ApproveForm(FlaskForm):
    number = StringField(_l("Номер приказа"), [InputRequired(_l("Укажите номер приказа")), Length(max=40)])
    day = DateField(_l("Дата приказа"), [InputRequired(_l("Укажите дату приказа"))])
    despite_missing = TextAreaField(_l("Почему утверждаем без недостающих листов"), [Optional(), Length(max=2000)], render_kw={"rows": 2})
