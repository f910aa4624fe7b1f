"""Places in one list. Equal totals are parted only by the declared keys or by a recorded decision; else the tie is shown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeVar

Places = Literal["standard", "dense", "shared", "modified", "ordinal"]
Order = Mapping[Any, int]  # key of an entry -> its number among the tied


@dataclass(frozen=True)
class Entry:
    """`total` None: not ranked. `keys`: the tie keys in declared order, higher first; None is a key without data."""

    key: int | str
    total: Fraction | None
    keys: tuple[Fraction | None, ...] = ()


@dataclass(frozen=True)
class Placed:
    """`place`..`place_to`: the number, or the range where places are shared so. `tied`: equal, and nobody has decided yet."""

    key: int | str
    total: Fraction | None
    place: int | None
    place_to: int | None
    tied: bool


def rank(entries: Sequence[Entry], places: Places = "standard", orders: Sequence[Order] = ()) -> list[Placed]:
    """Return the entries by place; the unranked come last, in the order given.

    Equal ones keep the order given among themselves. Under «standard» they share the first number (1-2-2-4), under «modified»
    the last (1-3-3-4), under «dense» no number is left out (1-2-2-3), under «shared» they carry the range, «ordinal» just counts.
    `orders` are recorded decisions about ties, latest last: entry -> number among the tied, 1 first, equal numbers share the place.
    A decision counts only for exactly the entries it was taken about.
    """
    placed: list[Placed] = []
    for number, (group, is_open) in enumerate(_groups(entries, orders), start=1):
        first, last = len(placed) + 1, len(placed) + len(group)
        for offset, entry in enumerate(group):
            place, place_to = _numbers(places, first, last, number, offset)
            placed.append(Placed(entry.key, entry.total, place, place_to, is_open))
    return placed + [Placed(entry.key, None, None, None, False) for entry in entries if entry.total is None]


def _numbers(places: Places, first: int, last: int, group: int, offset: int) -> tuple[int, int]:
    return {
        "standard": (first, first),
        "dense": (group, group),
        "shared": (first, last),
        "modified": (last, last),
        "ordinal": (first + offset, first + offset),
    }[places]


def _groups(entries: Sequence[Entry], orders: Sequence[Order]) -> list[tuple[list[Entry], bool]]:
    """Return the groups that share a place, best first, and whether each is an open tie."""
    decided: dict[frozenset[int | str], Order] = {frozenset(order): order for order in orders}
    found: list[tuple[list[Entry], bool]] = []
    ranked = [(entry.total, entry) for entry in entries if entry.total is not None]
    for equal in _split(ranked):
        for tied in _parted(equal, 0):
            order = decided.get(frozenset(entry.key for entry in tied))
            if order is None:
                found.append((tied, len(tied) > 1))
            else:
                found += [(part, False) for part in _split([(-order[entry.key], entry) for entry in tied])]
    return found


def _parted(equal: list[Entry], depth: int) -> list[list[Entry]]:
    """Part equal entries by their keys from `depth` on. A key that one of them has no data for leaves them all tied."""
    if len(equal) == 1 or depth >= len(equal[0].keys):
        return [equal]
    values = [(value, entry) for entry in equal if (value := entry.keys[depth]) is not None]
    if len(values) < len(equal):
        return [equal]
    return [part for group in _split(values) for part in _parted(group, depth + 1)]


N = TypeVar("N", Fraction, int)


def _split(valued: Sequence[tuple[N, Entry]]) -> list[list[Entry]]:
    """Return the entries in groups of equal value, highest first; inside a group in the order given."""
    groups: dict[N, list[Entry]] = {}
    for value, entry in valued:
        groups.setdefault(value, []).append(entry)
    return [groups[value] for value in sorted(groups, reverse=True)]


def tied_groups(placed: Sequence[Placed]) -> list[tuple[int | str, ...]]:
    """Return the keys of each open tie."""
    found: dict[Hashable, list[int | str]] = {}
    for one in placed:
        if one.tied:
            found.setdefault((one.total, one.place), []).append(one.key)
    return [tuple(keys) for keys in found.values()]
