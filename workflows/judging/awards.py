"""From places to awards: what the rules give, and what waits for people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from workflows.judging.ranking import Placed, tied_groups
from workflows.judging.sheets import most_possible
from workflows.regulation import Award, Regulation
from workflows.saying import Saying


@dataclass(frozen=True)
class Given:
    """An award for an entry, by the rules or by a recorded decision."""

    key: int | str
    award: str
    by: str  # rule, decision
    ground: str = ""


@dataclass(frozen=True)
class Open:
    """What waits for a decision: a tie where an award hangs on the order."""

    kind: str  # tie
    list: str
    keys: tuple[int | str, ...]
    place: int
    place_to: int
    saying: Saying


@dataclass(frozen=True)
class Choice:
    """What people decided about one award of one entry: given or withheld, with the ground."""

    key: int | str
    award: str
    given: bool
    ground: str


def propose(
    regulation: Regulation, lists: Mapping[str, Sequence[Placed]], *, entrants: Collection[int | str], choices: Sequence[Choice] = ()
) -> tuple[list[Given], list[Open]]:
    """Return the awards that follow from the lists and the recorded choices, and what is still open.

    An entry in an open tie is not awarded by place. Every entrant without an award by place gets the participant's.
    """
    found = [Given(choice.key, choice.award, "decision", choice.ground) for choice in choices if choice.given]
    decided = {(choice.key, choice.award) for choice in choices}
    waiting = [item for name, placed in lists.items() for item in _open_ties(regulation, name, placed)]
    undecided = {key for item in waiting for key in item.keys}
    exclusive = {one.key for one in found if _is_exclusive(regulation.award(one.award))}
    for placed in lists.values():
        for one in placed:
            if one.key not in undecided:
                found += _by_place(regulation, one, decided, has_exclusive=one.key in exclusive)
    by_place = {one.key for one in found if regulation.award(one.award).by == "place"} | undecided
    for award in regulation.awards:
        if award.by == "participant":
            found += [Given(key, award.key, "rule") for key in entrants if key not in by_place and (key, award.key) not in decided]
    return found, waiting


def _is_exclusive(award: Award) -> bool:
    return award.by == "place" and award.exclusive


def _by_place(
    regulation: Regulation, placed: Placed, decided: Collection[tuple[int | str, str]], *, has_exclusive: bool
) -> Iterator[Given]:
    """Yield the awards of one place: those in addition, and the first exclusive one that nobody decided about."""
    if placed.place is None or placed.total is None:
        return
    for award in _fitting(regulation, placed.place, placed.total):
        if (placed.key, award.key) in decided or (award.exclusive and has_exclusive):
            continue
        has_exclusive = has_exclusive or award.exclusive
        yield Given(placed.key, award.key, "rule")


def _fitting(regulation: Regulation, place: int, total: Fraction) -> list[Award]:
    """Return the awards by place whose places and threshold fit, in the order of the regulation."""
    return [award for award in regulation.awards if award.by == "place" and _within(award, place) and _reaches(regulation, award, total)]


def _within(award: Award, place: int) -> bool:
    first = award.place_from or 1
    return first <= place <= (award.place_to or first)


def _reaches(regulation: Regulation, award: Award, total: Fraction) -> bool:
    stage = regulation.marking_stage
    if award.share_of_max is None or stage is None or stage.jury is None:
        return True
    sheets = stage.jury.sheets if stage.jury.method == "sum" else 1
    return total >= Fraction(award.share_of_max) * most_possible(stage.criteria) * sheets


def _open_ties(regulation: Regulation, name: str, placed: Sequence[Placed]) -> Iterator[Open]:
    """Yield the ties in which somebody's award hangs on the order. A tie wholly inside one award holds nothing up."""
    by_key = {one.key: one for one in placed}
    for keys in tied_groups(placed):
        first, total = by_key[keys[0]].place, by_key[keys[0]].total
        if first is None or total is None:
            continue
        last = first + len(keys) - 1
        outcomes = {tuple(award.key for award in _fitting(regulation, place, total)) for place in range(first, last + 1)}
        if len(outcomes) > 1:
            yield Open("tie", name, keys, first, last, Saying("tie_open", count=len(keys), place=first, place_to=last))
