"""The form that begins a centre."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional

RUSSIAN = Locale("ru")
# City -> zone: every Russian zone by the city it is called after, as the locale's data name it, and more cities of our region.
CITIES = {
    "Комсомольск-на-Амуре": "Asia/Vladivostok",
    "Хабаровск": "Asia/Vladivostok",
    "Южно-Сахалинск": "Asia/Sakhalin",
    "Благовещенск": "Asia/Yakutsk",
    **{str(RUSSIAN.time_zones[zone]["city"]): zone for zone in get_global("territory_zones")["RU"]},
}
ZONES = sorted(set(CITIES.values()))


def zone_of(city: str) -> str:
    """Return the zone of a city we know, else an empty text: then she chooses it herself."""
    return {name.lower(): zone for name, zone in CITIES.items()}.get(" ".join(city.split()).lower(), "")


def _zone_choices() -> list[tuple[str, str]]:
    """Return the zones from west to east, each with its cities."""
    offsets = {zone: datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).strftime("%z") for zone in ZONES}
    cities = {zone: ", ".join(city for city, its in CITIES.items() if its == zone) for zone in ZONES}
    shown = [(zone, f"UTC{offsets[zone][:3]} · {cities[zone]}") for zone in ZONES]
    return [("", "—"), *sorted(shown, key=lambda one: (offsets[one[0]], one[1]))]


class NewCentreForm(FlaskForm):
    """What a centre is called and where it is."""

    name = StringField(_l("Полное название центра"), [InputRequired(_l("Напишите, как называется центр")), Length(max=300)])
    short_name = StringField(_l("Короткое название"), [InputRequired(_l("Напишите короткое название")), Length(max=120)])
    city = StringField(_l("Город"), [InputRequired(_l("Напишите город")), Length(max=120)])
    zone = SelectField(
        _l("Часовой пояс"), [Optional()], choices=_zone_choices, description=_l("Нужен, только если города нет в нашем списке")
    )


class CentreForm(NewCentreForm):
    """Name, city, who I am: a centre begins with its first methodist, who is its administrator too."""

    surname = StringField(_l("Ваша фамилия"), [InputRequired(_l("Напишите фамилию")), Length(max=80)])
    given_name = StringField(_l("Имя"), [InputRequired(_l("Напишите имя")), Length(max=80)])
    patronymic = StringField(_l("Отчество"), [Optional(), Length(max=80)], description=_l("Если есть"))
    email = EmailField(
        _l("Ваш адрес электронной почты"),
        [
            InputRequired(_l("Напишите адрес: на него приходят коды для входа")),
            Email(_l("Проверьте адрес: он должен быть вида имя@сайт.ru")),
        ],
    )
    password = PasswordField(
        _l("Пароль"),
        [InputRequired(_l("Придумайте пароль")), Length(min=12, max=128, message=_l("Пароль — не короче 12 знаков"))],
        description=_l("Не короче 12 знаков; лучше несколько слов подряд"),
    )
