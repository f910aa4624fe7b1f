"""Who could judge what: conflicts taken out first, loads evened out, the same draw for the same seed."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

OWN, SAME_ORGANISATION, RECUSED = "own", "same_organisation", "recused"


@dataclass(frozen=True)
class Work:
    """An entry to be judged: whose it is, where they work, and who has it already."""

    id: int
    people: frozenset[int]
    organisations: frozenset[int]
    has: frozenset[int] = frozenset()
    fixed: frozenset[int] = frozenset()  # jurors whose sheets are begun: these never move
    recused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Seat:
    """A juror: the appointment, the person behind it, where she works. An entrant who marks others: her application, all its people."""

    id: int
    people: frozenset[int]
    organisations: frozenset[int]


@dataclass(frozen=True)
class Short:
    """A work that cannot have as many jurors as the regulation asks for, and why each of the others may not."""

    work: int
    lacking: int
    conflicts: tuple[tuple[int, str], ...]  # juror, reason


@dataclass
class Plan:
    """What a draw gives: every juror's works, what is new, what is taken back, what cannot be filled."""

    seed: int
    works: dict[int, set[int]] = field(default_factory=dict)  # work -> jurors
    added: list[tuple[int, int]] = field(default_factory=list)
    removed: list[tuple[int, int]] = field(default_factory=list)
    short: list[Short] = field(default_factory=list)
    avoided: dict[str, int] = field(default_factory=dict)  # reason -> pairs
    loads: dict[int, int] = field(default_factory=dict)
    twins: dict[int, frozenset[int]] = field(default_factory=dict)  # seat -> others of the same people: one work is not for both

    def apart(self, work: int) -> set[int]:
        """Return who cannot take this work any more: who has it, and the same people in another seat."""
        have = self.works[work]
        return have.union(*(self.twins[juror] for juror in have if juror in self.twins))


def conflict(work: Work, seat: Seat) -> str | None:
    """Return why this juror must not judge this work, or None."""
    if seat.people & work.people:
        return OWN
    if seat.id in work.recused:
        return RECUSED
    return SAME_ORGANISATION if work.organisations & seat.organisations else None


def draw(works: Sequence[Work], seats: Sequence[Seat], *, per_work: int, seed: int) -> Plan:
    """Give each work its jurors, the least loaded first, ties by lot; then even the loads out to ±1 where conflicts allow.

    Pairs that exist stay; only those whose sheet is not begun may move to even out the loads.
    """
    lot = random.Random(seed)  # noqa: S311  (a published seed makes the draw repeatable; nothing secret hangs on it)
    plan = Plan(seed, loads={seat.id: 0 for seat in seats}, avoided=defaultdict(int), twins=_twins(seats))
    allowed = {work.id: _allowed(work, seats, plan) for work in works}
    for work in works:
        plan.works[work.id] = set(work.has)
        for juror in work.has:
            if juror in plan.loads:  # one who left the jury keeps her sheets, but takes no part in the draw
                plan.loads[juror] += 1
    # Works with little choice first: later ones can still take anybody.
    order = sorted(works, key=lambda work: (len(allowed[work.id]), lot.random()))
    for work in order:
        _fill(work, allowed[work.id], plan, per_work, lot)
    _even_out(works, allowed, plan)
    before = {(work.id, juror) for work in works for juror in work.has}
    after = {(work, juror) for work, jurors in plan.works.items() for juror in jurors}
    plan.added, plan.removed = sorted(after - before), sorted(before - after)
    plan.short = [short for work in works if (short := _short(work, seats, plan, per_work))]
    return plan


def _twins(seats: Sequence[Seat]) -> dict[int, frozenset[int]]:
    """Return seat -> the other seats of the same people: who entered twice marks in the name of each entry."""
    of: dict[int, set[int]] = defaultdict(set)
    for seat in seats:
        for person in seat.people:
            of[person].add(seat.id)
    found = {seat.id: frozenset(set[int]().union(*(of[person] for person in seat.people)) - {seat.id}) for seat in seats}
    return {seat: others for seat, others in found.items() if others}


def together(plans: Sequence[Plan]) -> Plan:
    """Return the draws of several juries side by side as one: nobody sits in two of them."""
    whole = Plan(plans[0].seed, avoided=defaultdict(int))
    for plan in plans:
        for work, jurors in plan.works.items():
            whole.works.setdefault(work, set()).update(jurors)
        whole.added += plan.added
        whole.removed += plan.removed
        whole.short += plan.short
        whole.loads |= plan.loads
        for reason, count in plan.avoided.items():
            whole.avoided[reason] += count
    return whole


def _allowed(work: Work, seats: Sequence[Seat], plan: Plan) -> frozenset[int]:
    fit = set()
    for seat in seats:
        reason = conflict(work, seat)
        if reason is None:
            fit.add(seat.id)
        else:
            plan.avoided[reason] += 1
    return frozenset(fit)


def _fill(work: Work, allowed: Collection[int], plan: Plan, per_work: int, lot: random.Random) -> None:
    have = plan.works[work.id]
    for juror in sorted(set(allowed) - plan.apart(work.id), key=lambda one: (plan.loads[one], lot.random())):
        if len(have) >= per_work:
            return
        if have.isdisjoint(plan.twins.get(juror, ())):
            have.add(juror)
            plan.loads[juror] += 1


def _even_out(works: Sequence[Work], allowed: Mapping[int, frozenset[int]], plan: Plan) -> None:
    """Move works along chains of jurors from a loaded one to one with at least two fewer, until no chain is left."""
    fixed = {work.id: work.fixed for work in works}
    mine: dict[int, set[int]] = defaultdict(set)
    for work, jurors in plan.works.items():
        for juror in jurors:
            mine[juror].add(work)
    hopeless: set[int] = set()
    while True:
        loaded = [juror for juror in sorted(plan.loads, key=lambda one: -plan.loads[one]) if juror not in hopeless]
        if not loaded:
            return
        chain, reached = _chain(loaded[0], mine, allowed, fixed, plan)
        if not chain:
            # Whoever was reached from here has the same ways on, and needs a taker with even fewer works.
            hopeless |= {loaded[0], *(juror for juror in reached if plan.loads[juror] <= plan.loads[loaded[0]])}
            continue
        for work, giver, taker in chain:
            mine[giver].discard(work)
            mine[taker].add(work)
            plan.works[work].discard(giver)
            plan.works[work].add(taker)
        plan.loads[loaded[0]] -= 1
        plan.loads[chain[-1][2]] += 1
        hopeless.clear()


def _chain(
    start: int, mine: Mapping[int, set[int]], allowed: Mapping[int, frozenset[int]], fixed: Mapping[int, frozenset[int]], plan: Plan
) -> tuple[list[tuple[int, int, int]], Collection[int]]:
    """Return the shortest row of hand-overs (work, giver, taker) from `start` to a juror with two works fewer, and who was reached."""
    goal = plan.loads[start] - 2
    if min(plan.loads.values(), default=0) > goal:
        return [], plan.loads.keys()
    came: dict[int, tuple[int, int]] = {}
    waiting = deque([start])
    while waiting:
        giver = waiting.popleft()
        for work in sorted(mine.get(giver, ())):
            if giver in fixed[work]:
                continue
            for taker in sorted(allowed[work] - plan.apart(work) - came.keys() - {start}):
                came[taker] = (work, giver)
                if plan.loads[taker] <= goal:
                    return _back(taker, start, came), came
                waiting.append(taker)
    return [], came


def _back(end: int, start: int, came: Mapping[int, tuple[int, int]]) -> list[tuple[int, int, int]]:
    steps, taker = [], end
    while taker != start:
        work, giver = came[taker]
        steps.append((work, giver, taker))
        taker = giver
    return steps[::-1]


def _short(work: Work, seats: Sequence[Seat], plan: Plan, per_work: int) -> Short | None:
    lacking = per_work - len(plan.works[work.id])
    if lacking <= 0:
        return None
    reasons = tuple((seat.id, reason) for seat in seats if (reason := conflict(work, seat)))
    return Short(work.id, lacking, reasons)
