"""From sheets to the total of every entry at a stage: each source by its method, votes scaled, duties, what is carried in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from workflows import conditions
from workflows.judging import totals
from workflows.judging.book import IMPORTED, Book, Sheet, StageBook
from workflows.judging.given import Entry, Fault, Juror, facts_of
from workflows.judging.marks import most_of_sheet
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import COUNTED, TRIMMED, Source, Stage


@dataclass
class Scores:
    """The numbers of one stage: entry -> total, source -> entry -> number, how many sheets, and who has too few of them."""

    stage: Stage
    totals: dict[str, Fraction] = field(default_factory=dict)
    sources: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)  # entry -> sheets it lacks to the quorum
    why: dict[str, list[Saying]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


PartOf = Callable[[str], tuple[str, ...]]


def score(
    rules: Regulation, stage: Stage, book: Book, members: Sequence[Entry], *, earlier: Mapping[str, Scores], part_of: PartOf
) -> Scores:
    """Return the numbers of a stage for its members. `part_of`: entry -> the list it is compared in, for votes and places.

    A member without a sheet of a source that counts has no total: no score is not zero.
    """
    found = Scores(stage)
    shelf = book.stages[stage.key]
    for source in stage.all_sources:
        found.sources[source.key] = _source_numbers(found, shelf, source, members, jurors=book.jurors, part_of=part_of)
    counting = [one for one in stage.all_sources if one.use == "counts"]
    for entry in members:
        total = _total(found, shelf, counting, entry, earlier=earlier, rules=rules)
        if total is not None:
            found.totals[entry.key] = total if stage.round_to is None else Fraction(totals.shown(total, stage.round_to))
    return found


def _total(
    found: Scores,
    shelf: StageBook,
    counting: Sequence[Source],
    entry: Entry,
    *,
    earlier: Mapping[str, Scores],
    rules: Regulation,
) -> Fraction | None:
    stage, total = found.stage, shelf.imported.get(entry.key)
    if total is None:
        parts = [(source, found.sources[source.key].get(entry.key)) for source in counting]
        if any(value is None for _source, value in parts) or (not parts and stage.kind != "sum"):
            return None
        total = sum((Fraction(source.weight) * value for source, value in parts if value is not None), Fraction(0))
    for source in stage.all_sources:
        total += _duty(shelf, source, entry.key)
    for added in stage.adds:
        if not concerns(rules.stage(added.stage), entry):
            continue  # it skipped that stage: there is nothing to carry
        carried = earlier[added.stage].totals.get(entry.key)
        if carried is None:
            return None
        total += Fraction(added.weight) * carried
    return total


def concerns(stage: Stage, entry: Entry) -> bool:
    return stage.when is None or conditions.holds(stage.when, facts_of(entry))


def _duty(shelf: StageBook, source: Source, entry: str) -> Fraction:
    if source.duty is None or shelf.duties.get(source.key, {}).get(entry, 0) < source.duty.sheets:
        return Fraction(0)
    return Fraction(source.duty.points)


# One source


def _source_numbers(
    found: Scores, shelf: StageBook, source: Source, members: Sequence[Entry], *, jurors: Mapping[str, Juror], part_of: PartOf
) -> dict[str, Fraction]:
    entries = {one.key: one for one in members}
    sheets = {key: shelf.of(source.key, key) for key in entries}
    counted = source.by in COUNTED or found.stage.kind in ("vote", "reports")
    if not counted:
        _note_sheets(found, shelf, source, sheets, jurors)
    if source.method == "places" and not counted:
        numbers = _sums_of_places(source, sheets, part_of)
    elif counted:
        numbers = {key: sum((one.total for one in mine), Fraction(0)) for key, mine in sheets.items() if mine}
    else:
        numbers = {key: value for key, mine in sheets.items() if (value := _number(shelf, source, mine, jurors)) is not None}
    if (
        source.method in ("sum", "trimmed_sum", "places") and not counted and source.by not in ("self", "import")
    ) and not source.unequal_sheets:
        found.faults += _unequal(shelf, sheets, part_of)
    if source.times is not None:
        factors = {key: _factor(source, entries[key]) for key in numbers}
        numbers = {key: value * factor for key, value in numbers.items() if (factor := factors[key]) is not None}
    if source.scale is not None:
        numbers = _scaled(source, numbers, part_of)
    return numbers if source.round_to is None else {key: Fraction(totals.shown(one, source.round_to)) for key, one in numbers.items()}


def _note_sheets(
    found: Scores, shelf: StageBook, source: Source, sheets: Mapping[str, Sequence[Sheet]], jurors: Mapping[str, Juror]
) -> None:
    needed = quorum_of(source, jurors, sheets)
    for key, mine in sheets.items():
        found.sheets[key] = found.sheets.get(key, 0) + len(mine)
        if source.use == "counts" and needed > len(mine) and key not in shelf.imported:
            found.short[key] = needed - len(mine)
        if mine and source.use == "counts":
            shown = tuple(_rounded(source, one) for one in mine)
            found.why.setdefault(key, []).append(Saying(f"why_{source.method}", values=shown, count=len(mine), drop=source.drop))


def quorum_of(source: Source, jurors: Mapping[str, Juror], sheets: Mapping[str, Sequence[Sheet]]) -> int:
    """Return how many complete sheets an entry needs; 0 without a quorum. A share is taken of the jury, rounded up."""
    if source.quorum is None:
        return 0
    least = source.quorum.sheets or 0
    if source.quorum.share is not None:
        known = {one.key for one in jurors.values() if one.by in ("", source.by) and (not source.jury or one.jury == source.jury)}
        known = known or {sheet.juror for mine in sheets.values() for sheet in mine}
        least = max(least, -((-len(known) * Fraction(source.quorum.share)) // 1))
    return least


def _rounded(source: Source, sheet: Sheet) -> Fraction:
    return sheet.total if source.round_sheets is None else Fraction(totals.shown(sheet.total, source.round_sheets))


def _number(shelf: StageBook, source: Source, sheets: Sequence[Sheet], jurors: Mapping[str, Juror]) -> Fraction | None:
    """Return the source's number for one entry from its sheets, or None while there are too few."""
    if not sheets or (source.method in TRIMMED and len(sheets) <= 2 * source.drop):
        return None
    weights = [jurors[one.juror].weight if one.juror in jurors else Fraction(1) for one in sheets] if source.weighted else None
    if source.each_criterion and all(one.points for one in sheets):
        return _by_criterion(shelf, source, sheets, weights)
    return totals.stage_total([_rounded(source, one) for one in sheets], source.method, drop=source.drop, weights=weights)


def _by_criterion(shelf: StageBook, source: Source, sheets: Sequence[Sheet], weights: Sequence[Fraction] | None) -> Fraction | None:
    """The method criterion by criterion, each rounded where that is said, then added."""
    total = Fraction(0)
    for criterion in dict.fromkeys(key for sheet in sheets for key in sheet.points):
        having = [number for number, sheet in enumerate(sheets) if criterion in sheet.points]
        if source.method in TRIMMED and len(having) <= 2 * source.drop:
            return None
        values = [Fraction(sheets[number].points[criterion], shelf.denominator) for number in having]
        mine = None if weights is None else [weights[number] for number in having]
        total += totals.stage_total(values, source.method, drop=source.drop, weights=mine, round_to=source.round_criteria)
    return total


def _unequal(shelf: StageBook, sheets: Mapping[str, Sequence[Sheet]], part_of: PartOf) -> list[Fault]:
    """A sum over unequal numbers of sheets would make a missing sheet a zero: each entry with fewer than the most of its list."""
    most: dict[tuple[str, ...], int] = {}
    for key, mine in sheets.items():
        most[part_of(key)] = max(most.get(part_of(key), 0), len(mine))
    return [
        Fault(
            "marks", shelf.lines.get(key, 0), "unequal_sheets", Saying("sheets_unequal", entry=key, have=len(mine), most=most[part_of(key)])
        )
        for key, mine in sheets.items()
        if mine and len(mine) < most[part_of(key)]
    ]


def _sums_of_places(source: Source, sheets: Mapping[str, Sequence[Sheet]], part_of: PartOf) -> dict[str, Fraction]:
    """Every juror's sheets give places in each list, equal sheets the mean of their places; the places of an entry are added."""
    by_juror: dict[tuple[tuple[str, ...], str], list[tuple[Fraction, str]]] = {}
    for key, mine in sheets.items():
        for sheet in mine:
            by_juror.setdefault((part_of(key), sheet.juror), []).append((_rounded(source, sheet), key))
    sums: dict[str, Fraction] = {}
    for given in by_juror.values():
        for key, place in _mid_places(given).items():
            sums[key] = sums.get(key, Fraction(0)) + place
    return sums


def _mid_places(given: Sequence[tuple[Fraction, str]]) -> dict[str, Fraction]:
    groups: dict[Fraction, list[str]] = {}
    for total, key in given:
        groups.setdefault(total, []).append(key)
    places, before = {}, 0
    for total in sorted(groups, reverse=True):
        same = groups[total]
        for key in same:
            places[key] = Fraction(2 * before + len(same) + 1, 2)
        before += len(same)
    return places


def _scaled(source: Source, numbers: Mapping[str, Fraction], part_of: PartOf) -> dict[str, Fraction]:
    """Votes as points: the leader of a list has the most, or each its share of all votes of the list."""
    scale = source.scale
    if scale is None:
        return dict(numbers)
    whole: dict[tuple[str, ...], Fraction] = {}
    for key, votes in numbers.items():
        before = whole.get(part_of(key), Fraction(0))
        whole[part_of(key)] = max(before, votes) if scale.by == "leader" else before + votes
    most = Fraction(scale.most)
    return {key: most * votes / whole[part_of(key)] if whole[part_of(key)] else Fraction(0) for key, votes in numbers.items()}


def _factor(source: Source, entry: Entry) -> Fraction | None:
    """Return the number an entry's answer multiplies its result by, or None without one: then there is no result."""
    number = conditions.number(facts_of(entry).get(source.times or ""))
    return None if number is None else Fraction(number)


# The most a total can be


def highest_total(rules: Regulation, stage: Stage, entry: Entry | None = None) -> Fraction | None:
    """Return the highest total of a stage, for an entry or for the longest list of criteria; None where there is no end."""
    facts = facts_of(entry) if entry is not None else None
    criteria = [one for one in stage.criteria if one.when is None or facts is None or conditions.holds(one.when, facts)]
    highest = Fraction(0)
    for source in stage.all_sources:
        if source.use != "counts":
            continue
        most = Fraction(source.scale.most) if source.scale is not None else _most_of_source(stage, source, most_of_sheet(criteria))
        if most is None:
            return None
        highest += Fraction(source.weight) * most
    for added in stage.adds:
        before = highest_total(rules, rules.stage(added.stage), entry)
        if before is None:
            return None
        highest += Fraction(added.weight) * before
    return highest


def _most_of_source(stage: Stage, source: Source, sheet: Fraction | None) -> Fraction | None:
    if stage.kind == "reports" and stage.target is not None:
        return Fraction(stage.target * max(len(stage.steps), 1))
    if stage.kind != "marks" or source.by in COUNTED or source.method == "places" or source.times or sheet is None:
        return None
    sheets = {"sum": source.sheets, "trimmed_sum": source.sheets - 2 * source.drop}.get(source.method, 1)
    return sheet * (1 if source is IMPORTED else max(sheets, 0))
