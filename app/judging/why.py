"""Sayings as plain data, so that reasons can be kept with the rows they belong to and put into words when a page is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app import wording
from workflows.judging import totals
from workflows.saying import Saying


def plain(saying: Saying) -> list[Any]:
    """Return a Saying as [key, values] of JSON."""
    return [saying.key, {name: _plain(value) for name, value in saying.values.items()}]


def _plain(value: object) -> Any:
    if isinstance(value, Saying):
        return {"saying": plain(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return {"fraction": totals.written(value)}
    if isinstance(value, Decimal):
        return {"decimal": format(value, "f")}
    if isinstance(value, Mapping):
        return {"words": dict(value)}
    return value


def saying(kept: Any) -> Saying:
    """Return the Saying that was kept."""
    key, values = kept
    return Saying(key, **{name: _value(value) for name, value in values.items()})


def _value(kept: Any) -> object:
    if isinstance(kept, list):
        return tuple(_value(one) for one in kept)
    if isinstance(kept, Mapping):
        kind, value = next(iter(kept.items()))
        return _KINDS[kind](value)
    return kept


_KINDS: Mapping[str, Any] = {"saying": saying, "fraction": Fraction, "decimal": Decimal, "words": dict}


def in_words(kept: Iterable[Any]) -> list[str]:
    return [wording.put(saying(one)) for one in kept]
