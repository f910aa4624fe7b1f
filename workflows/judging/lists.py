"""The lists of a stage: who stands in which, whether a list is long enough, and in what order its entries come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from workflows import conditions
from workflows.judging import ranking
from workflows.judging.book import Book, StageBook
from workflows.judging.given import ADMITTED, TIE, VOTE, Decision, Entry, Fault, facts_of
from workflows.judging.scoring import Scores, highest_total
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import DECIDED_KEYS, Ranking, Stage, Status, TieKey

RANKED, NO_RANKING, FAILED, MERGED, UNDECIDED = "ranked", "no_ranking", "failed", "merged", "undecided"
FIRST_KEYS = ("nomination", "zone", "group")
Partition = tuple[tuple[str, str], ...]


@dataclass
class Line:
    """One entry in one list. `place`..`place_to` is a range while a tie is open or where places are shared so."""

    entry: Entry
    status: str
    total: Fraction | None = None
    place: int | None = None
    place_to: int | None = None
    tied: bool = False
    same: int = 0  # entries of one number are equal to the end: nothing parts them
    why: list[Saying] = field(default_factory=list)


@dataclass
class List:
    """One list: lines by place, then by key."""

    name: str
    stage: Stage
    partition: Partition
    rule: Ranking
    status: str
    lines: list[Line]
    received: int
    said: Saying | None = None

    @property
    def ranked(self) -> list[Line]:
        return [line for line in self.lines if line.place is not None]


def name_of(stage: str, partition: Partition) -> str:
    """Return the name of a list: final/nomination=school/zone=north."""
    return "/".join([stage, *(f"{key}={value}" for key, value in partition)])


def in_order(keys: Iterable[str]) -> tuple[str, ...]:
    """Return partition keys as names take them: nomination, zone, group, then the others as written."""
    keys = tuple(dict.fromkeys(keys))
    return (*(key for key in FIRST_KEYS if key in keys), *(key for key in keys if key not in FIRST_KEYS))


class Partitions:
    """Tells in which lists of a ranking an entry stands."""

    def __init__(self, rules: Regulation) -> None:
        self.rules = rules
        self._found: dict[tuple[str, tuple[str, ...]], list[Partition]] = {}

    def of(self, entry: Entry, by: Sequence[str]) -> list[Partition]:
        """Return the partitions of an entry: one, or one for each of its groups; none where a key has no value."""
        key = (entry.key, tuple(by))
        if key not in self._found:
            self._found[key] = self._work_out(entry, by)
        return self._found[key]

    def _work_out(self, entry: Entry, by: Sequence[str]) -> list[Partition]:
        found: list[Partition] = [()]
        for key in in_order(by):
            values = self.values(entry, key)
            found = [(*partition, (key, value)) for partition in found for value in values]
        return found

    def values(self, entry: Entry, key: str) -> list[str]:
        if key == "group" and self.rules.groups:
            return [one.key for one in self.rules.groups if conditions.holds(one.when, facts_of(entry))]
        value = facts_of(entry).get(key)
        return [] if value in (None, "", []) else [str(value)]


def build(
    rules: Regulation,
    stage: Stage,
    rule: Ranking,
    *,
    members: Sequence[Entry],
    others: Sequence[Entry],
    unsure: Sequence[Entry] = (),
    scores: Mapping[str, Scores],
    book: Book,
    decisions: Sequence[Decision],
    partitions: Partitions,
    faults: list[Fault],
    kept: Mapping[str, Fraction] | None = None,
) -> list[List]:
    """Return the lists of one ranking of a stage.

    `others`: entries that are listed without being ranked, `kept`: their totals; `unsure`: those of which nobody knows yet whether
    they get here.
    """
    parts: dict[Partition, tuple[list[Entry], list[Entry]]] = {}
    for number, entries in enumerate((members, others)):
        for entry in entries:
            if rule.when is not None and not conditions.holds(rule.when, facts_of(entry)):
                continue
            mine = partitions.of(entry, rule.by)
            if not mine and number == 0 and not (rules.groups and "group" in rule.by):
                names = ", ".join(key for key in rule.by if not partitions.values(entry, key))
                faults.append(Fault("entries", entry.line, "partition", Saying("entry_without_value", entry=entry.key, name=names)))
            for partition in mine:
                parts.setdefault(partition, ([], []))[number].append(entry)
    moved = _merge(stage, rule, parts, scores[stage.key])
    ranker = _Ranker(rules, stage, rule, scores=scores, book=book, decisions=decisions, kept=kept or {})
    waiting = {partition for entry in unsure for partition in partitions.of(entry, rule.by)}
    for partition in waiting:
        parts.setdefault(partition, ([], []))
    return [
        ranker.list_of(partition, *parts[partition], into=moved.get(partition), waits=partition in waiting) for partition in sorted(parts)
    ]


def _merge(
    stage: Stage, rule: Ranking, parts: dict[Partition, tuple[list[Entry], list[Entry]]], scores: Scores
) -> dict[Partition, Partition]:
    """Move the entries of lists that are too short into the list that takes them; return which went where."""
    least = rule.least
    if least is None or least.then != "merged" or least.into is None:
        return {}
    moved = {}
    for partition, (members, others) in list(parts.items()):
        target = tuple((key, least.into if key == "nomination" else value) for key, value in partition)
        if target == partition or _counted(rule, stage, members, others, scores) >= least.count:
            continue
        moved[partition] = target
        parts.setdefault(target, ([], []))[0].extend(members)
    return moved


def _counted(rule: Ranking, stage: Stage, members: Sequence[Entry], others: Sequence[Entry], scores: Scores) -> int:
    """Return how many entries of a list count towards its least number, at the moment the rule names."""
    least = rule.least
    if least is None or least.of == "received":
        return len(members) + len(others)
    if least.of == "admitted":
        return len(members)
    if least.of == "worthy":
        return sum(one.key in scores.totals and status_of(None, stage, one, scores) is None for one in members)
    bound = Fraction(least.above or 0)
    return sum((scores.totals[one.key] >= bound) != stage.lowest_leads for one in members if one.key in scores.totals)


def status_of(rules: Regulation | None, stage: Stage, entry: Entry, scores: Scores) -> Status | None:
    """Return the status that the total of an entry gives it, if any."""
    total = scores.totals.get(entry.key)
    if total is None:
        return None
    for status in stage.statuses:
        bound = None if status.below is None else Fraction(status.below)
        if status.below_share is not None and rules is not None:
            highest = highest_total(rules, stage, entry)
            bound = None if highest is None else Fraction(status.below_share) * highest
        if bound is not None and total < bound:
            return status
    return None


# Ranking one list


class _Ranker:
    def __init__(
        self,
        rules: Regulation,
        stage: Stage,
        rule: Ranking,
        *,
        scores: Mapping[str, Scores],
        book: Book,
        decisions: Sequence[Decision],
        kept: Mapping[str, Fraction],
    ) -> None:
        self.rules, self.stage, self.rule, self.scores, self.book, self.kept = rules, stage, rule, scores, book, kept
        self.mine = scores[stage.key]
        self.decisions = decisions
        self.values = sorted(self._all_marks(), reverse=True) if any(one.by == "highest_marks" for one in rule.tie_keys) else []

    def list_of(self, partition: Partition, members: list[Entry], others: list[Entry], *, into: Partition | None, waits: bool) -> List:
        name = name_of(self.stage.key, partition)
        status, said = (UNDECIDED, Saying("list_waits_for_cut", list=name)) if waits else self._status(name, members, others, into)
        lines = [self._line(entry) for entry in members]
        if status == RANKED or (said is not None and said.key == "list_too_short" and status == UNDECIDED):
            self._place(name, [line for line in lines if line.status == ADMITTED and line.total is not None])
        lines += [Line(entry, entry.status, self.kept.get(entry.key), why=[Saying(f"why_{entry.status}")]) for entry in others]
        lines.sort(key=lambda line: (line.place is None, line.place or 0, line.entry.key))
        return List(name, self.stage, partition, self.rule, status, lines, len(members) + len(others), said)

    def _status(self, name: str, members: Sequence[Entry], others: Sequence[Entry], into: Partition | None) -> tuple[str, Saying | None]:
        least = self.rule.least
        if into is not None:
            return MERGED, Saying("list_merged", list=name, into=name_of(self.stage.key, into))
        if self.stage.kind == "decision":
            return NO_RANKING, None
        if (
            least is not None
            and least.then != "merged"
            and (have := _counted(self.rule, self.stage, members, others, self.mine)) < least.count
        ):
            status = {"no_ranking": NO_RANKING, "failed": FAILED, "decided": UNDECIDED}[least.then]
            return status, Saying("list_too_short", list=name, have=have, least=least.count)
        if any(one.key in self.mine.short for one in members):
            return UNDECIDED, Saying("list_short_of_sheets", list=name)
        return RANKED, None

    def _line(self, entry: Entry) -> Line:
        total = self.mine.totals.get(entry.key)
        line = Line(entry, entry.status, total, why=list(self.mine.why.get(entry.key, ())))
        given = status_of(self.rules, self.stage, entry, self.mine)
        if given is not None:
            line.status = given.key
            line.why.append(Saying("why_status", title=given.title))
        elif total is None and self.stage.kind != "decision":
            line.why.append(Saying("why_no_sheets"))
        return line

    def _place(self, name: str, lines: Sequence[Line]) -> None:
        sign = -1 if self.stage.lowest_leads else 1
        entries = [ranking.Entry(line.entry.key, sign * line.total, self._keys(line.entry.key)) for line in lines if line.total is not None]
        by_key = {line.entry.key: line for line in lines}
        decided = [one for one in self.decisions if one.kind == TIE and one.list == name]
        rule = ranking.Rule(self.rule.places, self.rule.equal == "share", _decided_depths(self.rule.tie_keys))
        for placed in ranking.rank_by(entries, rule, ranking.orders(decided), self._votes(name)):
            line = by_key[str(placed.key)]
            line.place, line.place_to, line.tied, line.same = placed.place, placed.place_to, placed.tied, placed.group
            if placed.parted is not None:
                line.why.append(self._parting(placed.parted, name, str(placed.key)))

    def _parting(self, depth: int, name: str, entry: str) -> Saying:
        if depth < len(self.rule.tie_keys) and self.rule.tie_keys[depth].by not in DECIDED_KEYS:
            return Saying("why_parted", by=Saying(f"tie_by_{self.rule.tie_keys[depth].by}"))
        ground = next((one.ground for one in reversed(self.decisions) if one.list == name and one.entry == entry and one.ground), "")
        return Saying("why_decided", ground=ground)

    def _votes(self, name: str) -> Mapping[str, Fraction]:
        return {one.entry: Fraction(one.value) for one in self.decisions if one.kind == VOTE and one.list == name and one.value.isdigit()}

    # Tie keys

    def _keys(self, entry: str) -> tuple[object, ...]:
        return tuple(self._key(one, entry) for one in self.rule.tie_keys)

    def _key(self, key: TieKey, entry: str) -> object:
        value = _READERS[key.by](self, key, entry)
        return -value if key.lower and isinstance(value, Fraction) else value

    def _by_stage(self, key: TieKey, entry: str) -> Fraction | None:
        if key.stage is None:
            return None
        total = self.scores[key.stage].totals.get(entry)
        return -total if total is not None and self.rules.stage(key.stage).lowest_leads else total

    def _by_criterion(self, key: TieKey, entry: str) -> Fraction | None:
        shelf = self._shelf(key)
        return shelf.criterion_mean(self._source(key, shelf.stage), entry, key.criterion or "")

    def _by_source(self, key: TieKey, entry: str) -> Fraction | None:
        return self.scores[key.stage or self.stage.key].sources.get(key.source or "", {}).get(entry)

    def _marks(self, key: TieKey, entry: str) -> list[int] | None:
        shelf = self._shelf(key)
        sheets = shelf.of(self._source(key, shelf.stage), entry)
        if not sheets or not all(one.points for one in sheets):
            return None
        return [points for one in sheets for name, points in one.points.items() if key.criterion in (None, name)]

    def _from_top(self, key: TieKey, entry: str) -> tuple[int, ...] | None:
        marks = self._marks(key, entry)
        return None if marks is None else tuple(sorted(marks, reverse=True))

    def _highest(self, key: TieKey, entry: str) -> tuple[int, ...] | None:
        marks = self._marks(key, entry)
        return None if marks is None else tuple(marks.count(value) for value in self.values)

    def _all_marks(self) -> set[int]:
        """Every value of a mark that a key «number of the highest marks» may have to count."""
        found: set[int] = set()
        for key in (one for one in self.rule.tie_keys if one.by == "highest_marks"):
            shelf = self._shelf(key)
            for sheets in shelf.sheets.get(self._source(key, shelf.stage), {}).values():
                found.update(points for one in sheets for points in one.points.values())
        return found

    def _by_chair(self, key: TieKey, entry: str) -> Fraction | None:
        shelf = self._shelf(key)
        chairs = [one for one in shelf.of(self._source(key, shelf.stage), entry) if one.juror in self.book.jurors]
        return next((one.total for one in chairs if self.book.jurors[one.juror].chair), None)

    def _by_field(self, key: TieKey, entry: str) -> Fraction | None:
        value = facts_of(self._entry(entry)).get(key.field or "")
        number, day = conditions.number(value), conditions.day(value)
        return Fraction(Decimal(number)) if number is not None else Fraction(day.toordinal()) if day is not None else None

    def _earlier(self, _key: TieKey, entry: str) -> Fraction | None:
        received = self._entry(entry).received
        return None if received is None else -Fraction(received.timestamp())

    def _nothing(self, _key: TieKey, _entry: str) -> None:
        return None

    def _entry(self, key: str) -> Entry:
        return self.entries[key]

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self.book.entries

    def _shelf(self, key: TieKey) -> StageBook:
        return self.book.stages[key.stage or self.stage.key]

    def _source(self, key: TieKey, stage: Stage) -> str:
        if key.source is not None:
            return key.source
        return next((one.key for one in stage.all_sources if one.use == "counts"), "")


_READERS: Mapping[str, Callable[[_Ranker, TieKey, str], object]] = {
    "stage": _Ranker._by_stage,
    "criterion": _Ranker._by_criterion,
    "source": _Ranker._by_source,
    "marks_from_top": _Ranker._from_top,
    "highest_marks": _Ranker._highest,
    "chair_sheet": _Ranker._by_chair,
    "field": _Ranker._by_field,
    "earlier": _Ranker._earlier,
    **dict.fromkeys(DECIDED_KEYS, _Ranker._nothing),
}


def _decided_depths(keys: Sequence[TieKey]) -> Mapping[int, str]:
    """Return at which depth of the chain people decide, and how: by a vote, or by an order (chair, lot)."""
    return {depth: "vote" if one.by == "vote" else "order" for depth, one in enumerate(keys) if one.by in DECIDED_KEYS}
