"""Places in one list. Equal totals are parted only by the declared keys or by a recorded decision; else the tie is shown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from workflows.judging.given import Decision

Places = Literal["standard", "dense", "shared", "modified", "ordinal"]
Order = Mapping[Any, int]  # key of an entry -> its number among the tied


@dataclass(frozen=True)
class Entry:
    """`total` None: not ranked. `keys`: the tie keys in declared order, higher first; None is a key without data."""

    key: int | str
    total: Fraction | None
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Placed:
    """`place`..`place_to`: the number, or the range of an open tie, or of a place that is shared so.

    `tied`: equal, and nobody has decided yet. `group`: entries of one group are equal to the end. `parted`: the depth of the
    key that parted it from entries of the same total, None where the total alone did.
    """

    key: int | str
    total: Fraction | None
    place: int | None
    place_to: int | None
    tied: bool
    group: int = 0
    parted: int | None = None


@dataclass(frozen=True)
class Rule:
    """`shares`: what no key parts shares its place by rule. `decided`: depth of a key -> «vote» or «order», read from decisions."""

    places: Places = "standard"
    shares: bool = False
    decided: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """A recorded order of tied entries. `exact`: it holds only for exactly these entries, another tie is another question."""

    order: Order
    exact: bool = True

    def is_about(self, group: Sequence[Entry]) -> bool:
        keys = {entry.key for entry in group}
        return keys == set(self.order) if self.exact else keys <= set(self.order)


@dataclass(frozen=True)
class _Group:
    entries: list[Entry]
    open: bool
    parted: int | None


def rank(entries: Sequence[Entry], places: Places = "standard", orders: Sequence[Order] = ()) -> list[Placed]:
    """Return the entries by place; the unranked come last, in the order given.

    Equal ones keep the order given among themselves. Under «standard» they share the first number (1-2-2-4), under «modified»
    the last (1-3-3-4), under «dense» no number is left out (1-2-2-3), under «shared» they carry the range, «ordinal» just counts.
    `orders` are recorded decisions about ties, latest last: entry -> number among the tied, 1 first, equal numbers share the place.
    A decision counts only for exactly the entries it was taken about.
    """
    return rank_by(entries, Rule(places), [Recorded(order) for order in orders], ranges=False)


def rank_by(
    entries: Sequence[Entry],
    rule: Rule,
    orders: Sequence[Recorded] = (),
    votes: Mapping[Any, Fraction] | None = None,
    *,
    ranges: bool = True,
) -> list[Placed]:
    """Return the entries by place, as `rank` does; an open tie carries its range whatever the numbering, where `ranges` says so."""
    placed: list[Placed] = []
    number = 0
    for count, group in enumerate(_groups(entries, rule, orders, votes or {}), start=1):
        waits = group.open and not rule.shares
        first, last = len(placed) + 1, len(placed) + len(group.entries)
        numbered = number + 1
        number += len(group.entries) if waits and ranges else 1
        for offset, entry in enumerate(group.entries):
            place, place_to = _numbers(rule.places, first, last, numbered, offset)
            if waits and ranges:
                place, place_to = (numbered, number) if rule.places == "dense" else (first, last)
            placed.append(Placed(entry.key, entry.total, place, place_to, waits, count, group.parted))
    return placed + [Placed(entry.key, None, None, None, False) for entry in entries if entry.total is None]


def _numbers(places: Places, first: int, last: int, group: int, offset: int) -> tuple[int, int]:
    return {
        "standard": (first, first),
        "dense": (group, group),
        "shared": (first, last),
        "modified": (last, last),
        "ordinal": (first + offset, first + offset),
    }[places]


def orders(decisions: Sequence[Decision]) -> list[Recorded]:
    """Return the recorded orders, latest last: decisions of one act belong together; without an act all of them are one order."""
    acts: dict[str, dict[Any, int]] = {}
    for one in decisions:
        if one.value.isdigit():
            acts.setdefault(one.act, {})[one.entry] = int(one.value)
    return [Recorded(order, exact=bool(act)) for act, order in acts.items()]


def _groups(entries: Sequence[Entry], rule: Rule, recorded: Sequence[Recorded], votes: Mapping[Any, Fraction]) -> list[_Group]:
    """Return the groups that share a place, best first, and whether each is an open tie."""
    ranked = [(entry.total, entry) for entry in entries if entry.total is not None]
    parting = _Parting(rule, recorded, votes)
    return [group for equal in _split(ranked) for group in parting.part(equal, 0, None)]


@dataclass(frozen=True)
class _Parting:
    rule: Rule
    recorded: Sequence[Recorded]
    votes: Mapping[Any, Fraction]

    def part(self, equal: list[Entry], depth: int, parted: int | None) -> list[_Group]:
        """Part equal entries by their keys from `depth` on. A key that one of them has no data for leaves them all tied."""
        if len(equal) == 1:
            return [_Group(equal, False, parted)]
        if depth >= len(equal[0].keys):
            return self._by_order(equal, depth, parted, last=True)
        decides = self.rule.decided.get(depth)
        if decides == "order":
            return self._by_order(equal, depth, parted, last=False)
        values = [(self._value(entry, depth, decides), entry) for entry in equal]
        if any(value is None for value, _entry in values):
            return self._by_order(equal, depth, parted, last=True)
        groups = _split(values)
        return [part for group in groups for part in self.part(group, depth + 1, parted if len(groups) == 1 else depth)]

    def _value(self, entry: Entry, depth: int, decides: str | None) -> Any:
        return self.votes.get(entry.key) if decides == "vote" else entry.keys[depth]

    def _by_order(self, equal: list[Entry], depth: int, parted: int | None, *, last: bool) -> list[_Group]:
        """Part by the latest recorded order about these entries. Equal numbers go on to the next key, or share the place for good."""
        order = next((one.order for one in reversed(self.recorded) if one.is_about(equal)), None)
        if order is None:
            return [_Group(equal, True, parted)]
        groups = _split([(-order[entry.key], entry) for entry in equal])
        if last or len(groups) == 1:
            return [_Group(group, False, depth) for group in groups]
        return [part for group in groups for part in self.part(group, depth + 1, depth)]


def _split(valued: Sequence[tuple[Any, Entry]]) -> list[list[Entry]]:
    """Return the entries in groups of equal value, highest first; inside a group in the order given."""
    groups: dict[Any, list[Entry]] = {}
    for value, entry in valued:
        groups.setdefault(value, []).append(entry)
    return [groups[value] for value in sorted(groups, reverse=True)]


def tied_groups(placed: Sequence[Placed]) -> list[tuple[int | str, ...]]:
    """Return the keys of each open tie."""
    found: dict[Hashable, list[int | str]] = {}
    for one in placed:
        if one.tied:
            found.setdefault(one.group, []).append(one.key)
    return [tuple(keys) for keys in found.values()]
