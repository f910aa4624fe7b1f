"""The form that cancels a paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length


class RevokeForm(FlaskForm):
    reason = TextAreaField(
        _l("Почему документ отменяется"),
        [DataRequired(_l("Напишите, почему документ отменяется")), Length(max=500, message=_l("Не больше 500 знаков"))],
        description=_l("Причина остаётся в реестре; на странице проверки её не видно."),
        filters=[lambda text: text.strip() if text else text],
    )
