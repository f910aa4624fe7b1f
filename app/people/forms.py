"""Forms about people: signing in, one's own data, the centre's register of people and organisations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, EmailField, PasswordField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from app.people import operations
from app.people.security import LEAST_PASSWORD, MOST_PASSWORD
from app.web import ADMINISTRATOR, METHODIST

GENDERS = {"f": _l("женский"), "m": _l("мужской")}
KINDS = {
    "school": _l("школа"),
    "gymnasium": _l("гимназия"),
    "lyceum": _l("лицей"),
    "kindergarten": _l("детский сад"),
    "centre": _l("методический центр"),
    "other": _l("другая организация"),
}
ROLES = {METHODIST: _l("методист"), ADMINISTRATOR: _l("администратор")}


def choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in words.items()]


def plain(value: Any) -> Any:
    """Return a line as it is kept."""
    return operations.plain(value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return plain(value).lower() if isinstance(value, str) else value


def most(limit: int) -> Length:
    return Length(max=limit, message=_l("Слишком длинно: не больше %(max)d знаков"))


def _named(_form: FlaskForm, field: StringField) -> None:
    if field.data and not any(letter.isalpha() for letter in field.data):
        raise ValidationError(gettext("В этом поле должны быть буквы"))


ADDRESS = Email(_l("Проверьте адрес: он должен быть вида имя@сайт.ru"))


# Signing in


class AddressForm(FlaskForm):
    address = EmailField(_l("Адрес электронной почты"), [InputRequired(_l("Напишите адрес")), ADDRESS, most(254)], filters=[_lower])


class CodeForm(FlaskForm):
    code = StringField(_l("Код из письма"), [InputRequired(_l("Напишите код из письма")), most(40)], filters=[plain])


class SecondForm(FlaskForm):
    code = StringField(
        _l("Код из приложения"),
        [InputRequired(_l("Напишите код")), most(40)],
        filters=[plain],
        description=_l("Шесть цифр из приложения или один из запасных кодов с листа"),
    )


class PasswordForm(AddressForm):
    password = PasswordField(_l("Пароль"), [InputRequired(_l("Напишите пароль")), most(MOST_PASSWORD)])


class PaperForm(FlaskForm):
    code = StringField(
        _l("Код с листа"),
        [InputRequired(_l("Напишите код с листа")), most(60)],
        filters=[plain],
        description=_l("Шестнадцать знаков; чёрточки и большие буквы не важны"),
    )


class NewPasswordForm(FlaskForm):
    password = PasswordField(
        _l("Новый пароль"),
        [
            InputRequired(_l("Придумайте пароль")),
            Length(min=LEAST_PASSWORD, max=MOST_PASSWORD, message=_l("Пароль — от %(min)d до %(max)d знаков")),
        ],
        description=_l("Не короче 12 знаков; лучше несколько слов подряд"),
    )

    def __init__(self, *args: Any, near: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.near = near

    def validate_password(self, field: PasswordField) -> None:
        given = (field.data or "").casefold()
        if len(set(given)) < 5:
            raise ValidationError(gettext("Такой пароль легко угадать: возьмите несколько разных слов"))
        if any(len(word) > 3 and given.strip("0123456789!.-_ ") == word.casefold() for word in self.near):
            raise ValidationError(gettext("Пароль не должен повторять ваше имя или адрес"))


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(_l("Нынешний пароль"), [InputRequired(_l("Напишите нынешний пароль")), most(MOST_PASSWORD)])


class SureForm(FlaskForm):
    """The password once more, before something that opens the account."""

    current = PasswordField(_l("Ваш пароль"), [InputRequired(_l("Напишите пароль")), most(MOST_PASSWORD)])


# One's own data


class NameForm(FlaskForm):
    surname = StringField(_l("Фамилия"), [InputRequired(_l("Напишите фамилию")), most(80), _named], filters=[plain])
    given_name = StringField(_l("Имя"), [InputRequired(_l("Напишите имя")), most(80), _named], filters=[plain])
    patronymic = StringField(_l("Отчество"), [Optional(), most(80), _named], filters=[plain], description=_l("Если есть"))
    gender = RadioField(
        _l("Пол"),
        [Optional()],
        choices=choices(GENDERS),
        description=_l("Нужен, чтобы верно склонить имя в документах"),
    )
    phone = StringField(_l("Телефон"), [Optional(), most(40)], filters=[plain])

    def validate_phone(self, field: StringField) -> None:
        if not re.fullmatch(r"[\d\s()+\-.,;доб]*", field.data or "", re.IGNORECASE):
            raise ValidationError(gettext("В телефоне могут быть цифры, пробелы, скобки и знак +"))


class DativeForm(FlaskForm):
    dative = StringField(
        _l("Вручается"), [InputRequired(_l("Напишите имя в дательном падеже: кому вручается?")), most(250), _named], filters=[plain]
    )


class PlaceForm(FlaskForm):
    organisation = StringField(
        _l("Школа или организация"), [InputRequired(_l("Напишите, где вы работаете")), most(120), _named], filters=[plain]
    )
    post = StringField(_l("Должность"), [Optional(), most(120)], filters=[plain], description=_l("Например: педагог-библиотекарь"))
    day = DateField(_l("С какого дня"), [Optional()], description=_l("Если не указать, с сегодняшнего"))
    beside = RadioField(
        _l("Прежнее место работы"),
        [Optional()],
        choices=choices({"no": _l("закончилось"), "yes": _l("остаётся, это работа по совместительству")}),
        default="no",
    )


class NewAddressForm(AddressForm):
    pass


class LanguageForm(FlaskForm):
    language = RadioField(_l("Язык писем"), choices=choices({"ru": "русский", "en": "English"}), default="ru")


# The register


class PersonForm(NameForm):
    email = EmailField(
        _l("Адрес электронной почты"), [Optional(), ADDRESS, most(254)], filters=[_lower], description=_l("Для писем и входа")
    )


class NewPersonForm(PersonForm):
    organisation = StringField(_l("Школа или организация"), [Optional(), most(120), _named], filters=[plain])
    post = StringField(_l("Должность"), [Optional(), most(120)], filters=[plain])


class OrganisationForm(FlaskForm):
    short_name = StringField(
        _l("Короткое название"),
        [InputRequired(_l("Напишите короткое название")), most(120), _named],
        filters=[plain],
        description=_l("Например: СОШ № 15"),
    )
    full_name = StringField(
        _l("Полное название"), [Optional(), most(300)], filters=[plain], description=_l("Как в уставе: так оно печатается в документах")
    )
    kind = SelectField(_l("Что это"), choices=choices(KINDS))
    city = StringField(_l("Город"), [Optional(), most(120)], filters=[plain])


class InviteForm(AddressForm):
    pass


class AppointForm(FlaskForm):
    role = RadioField(_l("Роль"), choices=choices(ROLES), default="methodist")
    ground = StringField(_l("Основание"), [InputRequired(_l("Укажите основание: например, приказ")), most(300)], filters=[plain])


class PasteForm(FlaskForm):
    table = TextAreaField(
        _l("Строки из таблицы"),
        [Optional()],
        description=_l("Скопируйте строки из Excel вместе с заголовками и вставьте сюда"),
        render_kw={"rows": 14, "spellcheck": "false"},
    )
    file = FileField(_l("Или файл .xlsx или .csv"), [Optional()], description=_l("Не больше 2 МБ и 2000 строк"))
    invite = BooleanField(
        _l("Пригласить письмом всех, у кого есть адрес"), description=_l("Войти по своему адресу они смогут и без приглашения")
    )


class CentrePapersForm(FlaskForm):
    """How the centre stands on its papers."""

    founder = StringField(
        _l("Учредитель"), [Optional(), Length(max=300)], filters=[plain], description=_l("Первая строка документа, если нужна")
    )
    signatory_name = StringField(
        _l("Кто подписывает"),
        [DataRequired(_l("Напишите имя того, кто подписывает")), Length(max=200)],
        filters=[plain],
        description=_l("Так, как печатать: «Е. П. Кравцова»"),
    )
    signatory_post = StringField(_l("Должность"), [Optional(), Length(max=200)], filters=[plain])
