"""Everything the core says, put into the words of a language; dates, terms and numbers as people say them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date
from flask import Flask
from flask_babel import force_locale, get_locale, gettext, ngettext

from app.wording import acts, awards, faults, numerals, papers, ranking, results, rules
from app.wording.marks import _
from workflows.judging import totals
from workflows.saying import Saying

# key of a Saying -> sentence, or (one, many) where the value `count` decides. Russian is the source text.
SAYINGS: dict[str, str | tuple[str, str]] = {
    key: words for room in (acts, faults, results, rules, papers, ranking, awards) for key, words in room.SAYINGS.items()
}
ENDS = ("closed", "until")  # values that are exclusive ends: said as the last minute inside them


def put(saying: Saying, zone: ZoneInfo | None = None) -> str:
    """Return the sentence for a Saying in the language at hand, moments in `zone`. Raises KeyError for a key without words."""
    words = SAYINGS[saying.key]
    if saying.key in JOINING:
        return _joined(str(words), [str(_plain(saying.key, one, zone)) for one in _parts(saying)])
    values = {key: _plain(key, value, zone) for key, value in saying.values.items()}
    if isinstance(words, tuple):
        count = int(saying.values["count"])  # type: ignore[call-overload]
        return ngettext(words[0], words[1], count, **(numerals.forms(count) | values))
    return gettext(words, **values)


JOINING = ("list_and", "list_or", "list_also", "list_either", "paragraph")


def _parts(saying: Saying) -> tuple[Any, ...]:
    parts: Any = saying.values["parts"]
    return tuple(parts)


def _joined(pattern: str, parts: list[str]) -> str:
    """Return «one, two и three»; the sentences of a paragraph have no comma between them."""
    said = parts[-1] if parts else ""
    rest = parts[:-1]
    if not rest:
        return said
    comma = " " if pattern == SAYINGS["paragraph"] else ", "
    return gettext(pattern, first=comma.join(rest), last=said)


def _plain(key: str, value: object, zone: ZoneInfo | None) -> object:  # noqa: PLR0911  (one answer a kind of value)
    if isinstance(value, Saying):
        return put(value, zone)
    if isinstance(value, tuple):
        return "; ".join(str(_plain(key, one, zone)) for one in value)
    if isinstance(value, Mapping):
        return say(value)
    if isinstance(value, datetime):
        return term(value, zone or ZoneInfo("UTC")) if key in ENDS else moment(value, zone)
    if isinstance(value, Fraction):
        return number(totals.shown(value))
    if isinstance(value, date):
        return day(value, year=True)
    if key == "zone":
        return _by_zone(str(value))
    if key in ("roman", "roman_to"):
        return numerals.roman(int(str(value)))
    return number(value) if isinstance(value, Decimal) else value


def _by_zone(key: str) -> str:
    name = zone_name(ZoneInfo(key)) if key in available_timezones() else key
    return name if key in CITIES else gettext("по времени %(zone)s", zone=name)


def language() -> str:
    """Return the language at hand: «ru» or «en»."""
    locale = get_locale()  # not its str(): a list says hundreds of things, and a locale spells itself out each time
    return locale.language if locale is not None else "ru"


def say(words: Mapping[str, str] | None, lang: str = "") -> str:
    """Return a regulation's text in the language at hand; a missing language falls back to Russian."""
    if not words:
        return ""
    lang = lang or language()
    return words.get(lang) or words.get("ru") or next(iter(words.values()), "")


def number(value: Decimal | float | int) -> str:
    """Return a number with the decimal sign of the language: 37,67 or 37.67."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",") if language() == "ru" else text


# Names of zones as people say them; a zone without a name here is shown by its offset.
CITIES = {
    "Asia/Vladivostok": _("по Комсомольску"),
    "Europe/Moscow": _("по Москве"),
}


def zone_name(zone: ZoneInfo, at: datetime | None = None) -> str:
    """Return how people name the zone: «по Комсомольску». One without such a name is said by its offset at a moment; where no
    moment is given and summer has another offset than winter, by its key."""
    known = CITIES.get(zone.key)
    if known:
        return gettext(known)
    winter, summer = (_offset(datetime(2026, month, 1, tzinfo=zone)) for month in (1, 7))
    if at is not None:
        return _offset(at.astimezone(zone))
    return winter if winter == summer else zone.key


def _offset(moment: datetime) -> str:
    offset = moment.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def day(value: date | datetime, zone: ZoneInfo | None = None, *, year: bool = False) -> str:
    """Return «27 ноября», with the year where it is asked for."""
    if isinstance(value, datetime) and zone is not None:
        value = value.astimezone(zone)
    return _said_day(date(value.year, value.month, value.day), language(), year)


@lru_cache(4096)
def _said_day(value: date, lang: str, year: bool) -> str:
    pattern = "d MMMM" + (" y" if year else "")
    return format_date(value, pattern + (" 'г'." if year and lang == "ru" else ""), locale=lang)


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%H:%M}"


def saved(value: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return when a text was saved: «сохранено в 14:32», of another day «сохранено 21 ноября, 11:24»."""
    if value.astimezone(zone).date() == now.astimezone(zone).date():
        return gettext("сохранено в %(time)s", time=clock_time(value, zone))
    return gettext("сохранено %(moment)s", moment=moment(value, zone, named=False))


def moment(value: datetime, zone: ZoneInfo | None, *, year: bool = False, named: bool = True) -> str:
    """Return «27 ноября, 23:59 по Комсомольску»: a moment always with its zone, unless told that the page says it once."""
    zone = zone or ZoneInfo("UTC")
    text = f"{day(value, zone, year=year)}, {clock_time(value, zone)}"
    return f"{text} {zone_name(zone, value)}" if named else text


def term(ends: datetime, zone: ZoneInfo, *, year: bool = False, named: bool = True) -> str:
    """Return an exclusive end as the last moment inside it: midnight is «23:59» of the day before."""
    return moment(ends - timedelta(minutes=1), zone, year=year, named=named)


def both(name: str, words: Callable[[], str]) -> dict[str, str]:
    """Return a value for letters in both languages: who reads it chose hers, whoever pressed the button."""
    said = {}
    for key, language in ((name, "ru"), (f"{name}_en", "en")):
        with force_locale(language):
            said[key] = words()
    return said


def left(until: datetime, now: datetime) -> str:
    """Return how much time is left in words, or an empty text when none is."""
    rest = until - now
    if rest <= timedelta(0):
        return ""
    if rest >= timedelta(days=1):
        return ngettext("остался %(num)d день", "осталось %(num)d дней", rest.days)
    hours = int(rest.total_seconds() // 3600)
    if hours:
        return ngettext("остался %(num)d час", "осталось %(num)d часов", hours)
    return gettext("меньше часа")


def size(count: int) -> str:
    """Return a file's size as people say it."""
    if count < 1024 * 1024:
        return gettext("%(size)s КБ", size=max(1, round(count / 1024)))
    return gettext("%(size)s МБ", size=number(round(count / 1048576, 1)))


def whole(text: str) -> str:
    """Return a short name with spaces that do not break: «СОШ № 15» stays on one line."""
    return text.replace(" ", "\u00a0") if len(text) <= 14 else text.replace(" №", "\u00a0№").replace("№ ", "№\u00a0")


def init(app: Flask) -> None:
    named: dict[str, Any] = {"say": say, "day": day, "moment": moment, "term": term, "number": number, "size": size, "put": put}
    filters = {**named, "whole": whole}
    app.jinja_env.filters.update(filters)
