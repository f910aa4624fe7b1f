"""Forms of an appeal and of its answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from app.applications.forms import ReceiptForm
from app.closing.appeals import OUTCOMES


class AppealForm(FlaskForm):
    text = TextAreaField(
        _l("С чем вы не согласны"),
        [Length(max=5000, message=_l("Не больше 5000 знаков"))],
        description=_l("Напишите, какой балл или какое решение и почему. Апелляция подаётся один раз."),
    )


class EnterAppealForm(AppealForm, ReceiptForm):
    """An appeal that came by letter or on paper."""

    text = TextAreaField(
        _l("С чем участник не согласен"),
        [Length(max=5000, message=_l("Не больше 5000 знаков"))],
        description=_l("Перепишите из письма, какой балл или какое решение и почему."),
    )


class AnswerForm(FlaskForm):
    outcome = RadioField(_l("Решение"), [Optional()], choices=[SelectChoice(*one) for one in OUTCOMES.items()], validate_choice=False)
    ground = TextAreaField(
        _l("Основание"),
        [Length(max=2000, message=_l("Не больше 2000 знаков"))],
        description=_l("Кто решил и почему: это прочтёт заявитель."),
    )
