"""Who goes on from a stage: the best of each list, a share, those above a threshold, seats kept inside; a tie at the cut waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from workflows import conditions
from workflows.judging.given import ADMITTED, ADVANCE, Decision, facts_of
from workflows.judging.lists import FAILED, MERGED, RANKED, UNDECIDED, Line, List
from workflows.judging.scoring import highest_total
from workflows.parts import Rounding
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import GoesOn, Seats


@dataclass
class Cut:
    """What a cut gives in one list: entry -> goes on, None while it waits; and what waits."""

    reached: dict[str, bool | None] = field(default_factory=dict)
    waiting: list[tuple[tuple[str, ...], tuple[int, int] | None]] = field(default_factory=list)
    why: dict[str, Saying] = field(default_factory=dict)


def rounded(value: Fraction, rounding: Rounding) -> int:
    """Return a whole number: up, down, or half up."""
    if rounding == "up":
        return -(-value.numerator // value.denominator)
    return int(value // 1) if rounding == "down" else int((value + Fraction(1, 2)) // 1)


def base_of(found: List, of: str, lines: Sequence[Line]) -> int:
    """Return how many entries of a list a percentage is taken of."""
    if of == "received":
        return found.received
    return sum(line.entry.status == ADMITTED for line in lines) if of == "admitted" else sum(line.place is not None for line in lines)


def cut(rules: Regulation, rule: GoesOn, found: List, decisions: Sequence[Decision]) -> Cut:
    """Return who of a list goes on by one rule."""
    lines = [line for line in found.lines if rule.when is None or conditions.holds(rule.when, facts_of(line.entry))]
    decided = _decided(rule, found, decisions)
    result = Cut({line.entry.key: False for line in lines if line.entry.status == ADMITTED})
    for key, (goes, ground) in decided.items():
        if key in result.reached:
            result.reached[key] = goes
            result.why[key] = Saying("why_let_on" if goes else "why_held_back", ground=ground)
    free = [line for line in lines if line.entry.key not in decided and _may_reach(rules, rule, found, line)]
    taken = sum(1 for goes, _ground in decided.values() if goes)
    if found.status in (FAILED, MERGED):
        return result
    if rule.decided or found.status != RANKED:
        waiting = [line for line in free if _is_candidate(found, line, rule)]
        if found.said is not None and found.said.key == "list_waits_for_cut":
            # The question is the earlier cut; asking this one too would call for a decision before its time.
            result.reached.update(dict.fromkeys(line.entry.key for line in waiting))
        else:
            _wait(result, waiting)
        return result
    places = _places(rule, found, lines)
    _fill(result, rule, free, None if places is None else max(places - taken, 0))
    return result


def _is_candidate(found: List, line: Line, rule: GoesOn) -> bool:
    if line.entry.status != ADMITTED or line.status != ADMITTED:
        return False
    return rule.decided or found.status == UNDECIDED or line.total is not None or not found.stage.ranks


def _decided(rule: GoesOn, found: List, decisions: Sequence[Decision]) -> dict[str, tuple[bool, str]]:
    """Return the recorded decisions about this cut: entry -> goes on, ground; a later one replaces an earlier one."""
    mine = [
        one for one in decisions if one.kind == ADVANCE and one.list in ("", found.name) and one.stage in ("", rule.to, found.stage.key)
    ]
    here = {line.entry.key for line in found.lines}
    return {one.entry: (one.value == "1", one.ground) for one in mine if one.entry in here}


def _may_reach(rules: Regulation, rule: GoesOn, found: List, line: Line) -> bool:
    """Say whether an entry is placed and reaches the threshold of the cut."""
    if rule.decided or found.status != RANKED:
        return True
    if line.place is None or line.total is None:
        return False
    bounds = [Fraction(rule.at_least)] if rule.at_least is not None else []
    if rule.share_of_max is not None:
        highest = highest_total(rules, found.stage, line.entry)
        if highest is not None:
            bounds.append(Fraction(rule.share_of_max) * highest)
    return all(line.total <= bound if found.stage.lowest_leads else line.total >= bound for bound in bounds)


def _places(rule: GoesOn, found: List, lines: Sequence[Line]) -> int | None:
    """Return how many go on at most, or None for all."""
    limits = [] if rule.most is None else [rule.most]
    if rule.percent is not None:
        limits.append(rounded(Fraction(rule.percent) * base_of(found, rule.of, lines) / 100, rule.rounding))
    return min(limits, default=None)


def _fill(result: Cut, rule: GoesOn, free: Sequence[Line], places: int | None) -> None:
    """Give the seats: those kept inside first, to the best of their group; the rest to the best of the others."""
    if places is None:
        for line in free:
            result.reached[line.entry.key] = True
            result.why[line.entry.key] = Saying("why_goes_on")
        return
    left, kept = places, set[str]()
    for seats in rule.seats:
        inner = [line for line in free if line.entry.key not in kept and _sits(seats, line)]
        left -= _take(result, rule, inner, min(seats.count, left))
        kept |= {line.entry.key for line in inner if result.reached[line.entry.key] is not False or seats.exactly}
    _take(result, rule, [line for line in free if line.entry.key not in kept], left)


def _sits(seats: Seats, line: Line) -> bool:
    return conditions.holds(seats.when, facts_of(line.entry))


def _take(result: Cut, rule: GoesOn, lines: Sequence[Line], places: int) -> int:
    """Let the best so many go on; return how many seats that takes. Equal entries across the cut wait, or the rule says."""
    taken = 0
    for group in _equal(lines):
        keys = tuple(line.entry.key for line in group)
        if taken + len(group) <= places:
            taken += len(group)
            _settle(result, keys, goes=True)
        elif taken >= places or rule.equal == "none":
            return taken
        elif rule.equal == "all":
            _settle(result, keys, goes=True)
            return taken + len(group)
        else:
            first = group[0].place or 1
            result.waiting.append((keys, (first, first + len(group) - 1)))
            result.reached.update(dict.fromkeys(keys))
            return places
    return taken


def _settle(result: Cut, keys: Iterable[str], *, goes: bool) -> None:
    for key in keys:
        result.reached[key] = goes
        result.why[key] = Saying("why_goes_on")


def _equal(lines: Sequence[Line]) -> list[list[Line]]:
    """Return placed entries in groups that nothing parts, best first."""
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.same, []).append(line)
    return [groups[same] for same in sorted(groups)]


def _wait(result: Cut, lines: Sequence[Line]) -> None:
    if lines:
        keys = tuple(sorted(line.entry.key for line in lines))
        result.waiting.append((keys, None))
        result.reached.update(dict.fromkeys(keys))


def together(cuts: Sequence[Mapping[str, bool | None]]) -> dict[str, bool | None]:
    """Return who goes on when several rules lead to one stage: any of them is enough; one that waits may still be."""
    reached: dict[str, bool | None] = {}
    for one in cuts:
        for key, goes in one.items():
            before = reached.get(key, False)
            reached[key] = True if goes or before else None if goes is None or before is None else False
    return reached
