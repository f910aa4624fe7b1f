"""What an explanation is made of: chapters of sentences, and the small sayings that sentences share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workflows.saying import Saying


@dataclass(frozen=True)
class Chapter:
    """A part of the explanation. `key` tells the part: «dates», «marks/final»."""

    key: str
    title: Saying
    sentences: tuple[Saying, ...]


def chapter(key: str, sentences: Iterable[Saying], **title: object) -> Chapter:
    return Chapter(key, Saying(f"chapter_{key.split('/', maxsplit=1)[0]}", **title), tuple(sentences))


def paragraph(*sentences: Saying | None) -> Saying:
    """Return sentences that belong together as one; those that are not said are left out."""
    return Saying("paragraph", parts=tuple(one for one in sentences if one is not None))


def listed(items: Iterable[object], word: str = "and") -> Saying:
    return Saying(f"list_{word}", parts=tuple(items))


def quoted(titles: Iterable[object], word: str = "and") -> Saying:
    return listed((Saying("quoted", title=title) for title in titles), word)


def plain(value: Decimal | int) -> Decimal:
    """Return the number without zeros that say nothing: 2.50 is 2.5."""
    exact = Decimal(value)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def counted(key: str, value: Decimal | int, fraction: str) -> Saying:
    """Return «3 балла». A fraction takes the form of two in every case: «2,5 балла», «не меньше 2,5 балла»."""
    number = plain(value)
    if number == number.to_integral_value():
        return Saying(key, count=abs(int(number)), value=number)
    return Saying(fraction, count=2, value=number)


def points(value: Decimal | int) -> Saying:
    return counted("points", value, "points")


def points_gen(value: Decimal | int) -> Saying:
    """Return points in the genitive: «не меньше 5 баллов»."""
    return counted("points_gen", value, "points")


def percent(share: Decimal) -> Saying:
    return Saying("percent", value=plain(share * 100))


def digits(count: int) -> Saying:
    return Saying("digits", count=count) if count else Saying("digits_0")
