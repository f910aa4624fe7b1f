"""From places, totals and decisions to awards: what the rules give, and what waits for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from workflows import conditions
from workflows.awards import PRESENCE, Award
from workflows.judging.book import Book
from workflows.judging.cuts import base_of, rounded
from workflows.judging.given import ADMITTED, AWARD, WITHHOLD, Decision, facts_of
from workflows.judging.lists import RANKED, UNDECIDED, Line, List
from workflows.judging.scoring import highest_total
from workflows.regulation import Regulation


@dataclass(frozen=True)
class Given:
    """An award for an entry, read from a list («» for one over all lists that has no list of its own)."""

    entry: str
    award: str
    list: str
    stage: str
    by: str  # rule, decision
    ground: str = ""
    over_all: bool = False


@dataclass(frozen=True)
class Waiting:
    """What waits for people about an award: equal totals at its limit (tie), or whether it is given (award)."""

    kind: str
    list: str
    stage: str
    entries: tuple[str, ...]
    award: str
    places: tuple[int, int] | None = None


@dataclass
class Awarding:
    given: list[Given] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    hanging: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)  # (list, tied entries) -> the award that hangs on them


@dataclass(frozen=True)
class Candidate:
    """Somebody who may get an award: for certain, or only if an open tie falls so."""

    line: Line
    list: str
    value: Fraction
    certain: bool


class Awarder:
    """Goes through the awards in the order of the regulation; the first exclusive one that fits an entry is its only one."""

    def __init__(
        self,
        rules: Regulation,
        lists: Sequence[List],
        book: Book,
        decisions: Sequence[Decision],
        *,
        unsure: Iterable[str] = (),
    ) -> None:
        """`unsure`: entries of which nobody knows yet whether they go on; no exclusive award is settled for them."""
        self.rules, self.lists, self.entries, self.book = rules, lists, book.entries, book
        self.decisions = [one for one in decisions if one.kind in (AWARD, WITHHOLD)]
        self.result = Awarding()
        self.has_exclusive: set[str] = set()
        self._equal: dict[str, dict[int, tuple[str, ...]]] = {}  # list -> number of a tie -> who is in it
        self.pending: set[str] = set(unsure)  # whether they get an exclusive award is not known yet

    def run(self, parts_of_award: Mapping[str, Sequence[List]]) -> Awarding:
        for award in self.rules.awards:
            if any(one.kind == AWARD and one.award == award.key for one in self.decisions) and award.is_exclusive:
                self.has_exclusive |= {entry for entry, goes in self._decided(award).items() if goes[0]}
        for award in self.rules.awards:
            self._one(award, parts_of_award[award.key])
        return self.result

    def _one(self, award: Award, lists: Sequence[List]) -> None:
        if award.by == "participant":
            self._participants(award, lists)
        elif award.by in PRESENCE:
            self._present(award, lists)
        elif award.over == "all":
            self._among(award, lists, "" if len(lists) > 1 else lists[0].name if lists else "")
        else:
            for one in lists:
                self._among(award, [one], one.name)

    # What people decided

    def _decided(self, award: Award) -> dict[str, tuple[bool, str]]:
        """Return entry -> given or withheld, with the ground; a later decision replaces an earlier one."""
        return {one.entry: (one.kind == AWARD, one.ground) for one in self.decisions if one.award == award.key and one.entry}

    def _withheld(self, award: Award, name: str) -> bool:
        """Say whether the award is not given at all, in this list or anywhere."""
        return any(one.kind == WITHHOLD and one.award == award.key and not one.entry and one.list in ("", name) for one in self.decisions)

    def _give(self, award: Award, key: str, name: str, stage: str, *, by: str, ground: str = "") -> None:
        self.result.given.append(Given(key, award.key, name, stage, by, ground))
        if award.is_exclusive:
            self.has_exclusive.add(key)

    # One award in one list, or over all of them

    def _among(self, award: Award, lists: Sequence[List], name: str) -> None:
        stage = self.rules.stage_of_award(award)
        stage_key = stage.key if stage is not None else ""
        decided = self._decided(award)
        here = {line.entry.key: found for found in lists for line in found.lines}
        taken = [
            key
            for key, (goes, _ground) in decided.items()
            if goes and (key in here or (key in self.entries and self._nowhere(award, key, lists)))
        ]
        for key in taken:
            self._give(award, key, here[key].name if key in here else name, stage_key, by="decision", ground=decided[key][1])
        if self._withheld(award, name):
            return
        if award.is_exclusive:
            self.pending |= {line.entry.key for found in lists if found.status == UNDECIDED for line in found.lines}
        candidates = [one for one in self._candidates(award, lists) if one.line.entry.key not in decided]
        if award.is_exclusive:
            candidates = [one for one in candidates if one.line.entry.key not in self.has_exclusive]
        limit = self._limit(award, lists)
        if limit is not None:
            limit -= len(taken)
        if award.by == "decision" or award.choice == "may":
            self._ask(award, candidates, lists, name=name, stage=stage_key, limit=limit, decided=bool(taken))
        else:
            self._by_rule(award, candidates, name, stage_key, limit)

    def _nowhere(self, award: Award, key: str, lists: Sequence[List]) -> bool:
        """Say whether an entry stands in no list of the award: a body may still have given it, once, to one who did not go on."""
        first = self.rules.stage_of_award(award)
        all_lists = [one for one in self.lists if first is None or one.stage.key == first.key]
        stands = any(line.entry.key == key for one in all_lists for line in one.lines)
        return not stands and (not all_lists or lists[:1] == all_lists[:1] or award.over == "all")

    def _ask(
        self,
        award: Award,
        candidates: Sequence[Candidate],
        lists: Sequence[List],
        *,
        name: str,
        stage: str,
        limit: int | None,
        decided: bool,
    ) -> None:
        """A free award, or one that may be given: all who qualify wait for one decision, as long as there is something to give."""
        if award.by == "decision":
            if decided:
                return
            candidates = [
                Candidate(line, one.name, Fraction(0), True) for one in lists for line in one.lines if self._qualifies(award, line)
            ]
            candidates = [one for one in candidates if not award.is_exclusive or one.line.entry.key not in self.has_exclusive]
        keys = tuple(one.line.entry.key for one in candidates)
        if not keys or (limit is not None and limit <= 0):
            return
        self.result.waiting.append(Waiting("award", name, stage, tuple(sorted(keys)), award.key))
        if award.is_exclusive and award.by != "decision":
            self.pending |= set(keys)

    def _qualifies(self, award: Award, line: Line) -> bool:
        if line.entry.status != ADMITTED or line.status != ADMITTED:
            return False
        return award.when is None or conditions.holds(award.when, facts_of(line.entry))

    def _by_rule(self, award: Award, candidates: Sequence[Candidate], name: str, stage: str, limit: int | None) -> None:
        given = 0
        for group in self._in_order(award, candidates):
            sure = [one for one in group if one.certain and not (award.is_exclusive and one.line.entry.key in self.pending)]
            keys = tuple(sorted(one.line.entry.key for one in group))
            if limit is not None and given + len(group) > limit:
                if given < limit:
                    self.result.waiting.append(Waiting("tie", name, stage, keys, award.key, (given + 1, given + len(group))))
                    self._hold(award, group)
                return
            given += len(group)
            for one in sure:
                self._give(award, one.line.entry.key, one.list, stage, by="rule")
            self._hold(award, [one for one in group if one not in sure])

    def _hold(self, award: Award, waiting: Iterable[Candidate]) -> None:
        for one in waiting:
            if award.is_exclusive:
                self.pending.add(one.line.entry.key)
            if not one.certain and one.line.tied:
                tied = self._tied_with(one)
                self.result.hanging.setdefault((one.list, tied), award.key)

    def _tied_with(self, one: Candidate) -> tuple[str, ...]:
        """Return everybody who is equal to a candidate; a list is gone through once, for all of it may be one tie."""
        if one.list not in self._equal:
            found = next(found for found in self.lists if found.name == one.list)
            groups: dict[int, list[str]] = {}
            for line in found.lines:
                if line.place is not None:
                    groups.setdefault(line.same, []).append(line.entry.key)
            self._equal[one.list] = {same: tuple(sorted(keys)) for same, keys in groups.items()}
        return self._equal[one.list].get(one.line.same, ())

    def _in_order(self, award: Award, candidates: Sequence[Candidate]) -> list[list[Candidate]]:
        """Return the candidates in groups in which nobody comes before another, the first to be served first."""
        lowest = (stage := self.rules.stage_of_award(award)) is not None and stage.lowest_leads
        by_total = award.over == "all" and award.fill == "total"
        groups: dict[tuple[object, ...], list[Candidate]] = {}
        for one in candidates:
            key: tuple[object, ...] = ((one.value if lowest else -one.value),) if by_total else (one.line.place or 0, one.line.same)
            if award.over == "all" and not by_total:
                key = (one.line.place or 0,)
            groups.setdefault(key, []).append(one)
        return [groups[key] for key in sorted(groups)]

    # Who fits

    def _candidates(self, award: Award, lists: Sequence[List]) -> list[Candidate]:
        if award.by == "decision":
            return []
        found = []
        for one in lists:
            if one.status != RANKED:
                continue
            for line in one.lines:
                fits = self._fits(award, one, line)
                if fits and line.total is not None:
                    found.append(Candidate(line, one.name, line.total, fits == "certain"))
        return found

    def _fits(self, award: Award, found: List, line: Line) -> str:
        """Return «certain», «possible» or nothing: the places of an open tie may fit in part."""
        if line.place is None or line.place_to is None or line.total is None or not self._qualifies(award, line):
            return ""
        bounds = [Fraction(award.at_least)] if award.at_least is not None else []
        if award.share_of_max is not None:
            highest = highest_total(self.rules, found.stage, line.entry)
            bounds += [] if highest is None else [Fraction(award.share_of_max) * highest]
        if not all(line.total <= bound if found.stage.lowest_leads else line.total >= bound for bound in bounds):
            return ""
        if award.by != "place":
            return "certain"
        first = award.place_from or 1
        last = award.place_to or first
        lowest = line.place_to if line.tied else line.place
        if first <= line.place and lowest <= last:
            return "certain"
        return "possible" if line.place <= last and first <= lowest else ""

    def _limit(self, award: Award, lists: Sequence[List]) -> int | None:
        limits = [] if award.most is None else [award.most]
        if award.share is not None:
            base = sum(base_of(one, award.of, one.lines) for one in lists)
            limits.append(rounded(Fraction(award.share) * base, award.rounding))
        return min(limits, default=None)

    # Participants and those who were there

    def _participants(self, award: Award, lists: Sequence[List]) -> None:
        decided, had = self._decided(award), set[str]()
        if self._withheld(award, ""):
            return
        for found in lists:
            for line in found.lines:
                key = line.entry.key
                if decided.get(key, (True, ""))[0] and self._takes_part(award, found, line) and key not in had:
                    had.add(key)
                    ground = decided[key][1] if key in decided else ""
                    self._give(award, key, found.name, found.stage.key, by="decision" if key in decided else "rule", ground=ground)

    def _takes_part(self, award: Award, found: List, line: Line) -> bool:
        if line.entry.status != ADMITTED or line.entry.key in self.has_exclusive or line.entry.key in self.pending:
            return False
        if found.status == UNDECIDED and any(one.is_exclusive for one in self.rules.awards):
            return False
        status = next((one for one in found.stage.statuses if one.key == line.status), None)
        if status is not None and "paper" not in status.keeps:
            return False
        return award.when is None or conditions.holds(award.when, facts_of(line.entry))

    def _present(self, award: Award, lists: Sequence[List]) -> None:
        """Whoever was there by an attendance stage; presence at a bridge is ticked and awarded in its own room."""
        attended = [stage for stage in self.rules.stages if stage.kind == "attendance"]
        if award.by != "present" or not attended:
            return
        where = {line.entry.key: found for found in reversed(lists) for line in found.lines}
        for entry in self.entries.values():
            there = any(sheet.total == 1 for stage in attended for sheet in self.book.stages[stage.key].of("import", entry.key))
            if there and entry.status == ADMITTED and (award.when is None or conditions.holds(award.when, facts_of(entry))):
                found = where.get(entry.key)
                self._give(award, entry.key, found.name if found else "", found.stage.key if found else attended[0].key, by="rule")
