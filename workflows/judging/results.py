"""Results from first to last: entries and marks in; lists, places, who goes on, awards and what waits for people out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from workflows import conditions
from workflows.awards import Award, Series
from workflows.judging import admission, cuts, lists, receiving
from workflows.judging.awarding import Awarder
from workflows.judging.book import Book
from workflows.judging.collecting import collect
from workflows.judging.given import ADMITTED, Decision, Entry, Juror, Mark, Remark, facts_of
from workflows.judging.lists import RANKED, UNDECIDED, Line, List, Partitions
from workflows.judging.outcome import Open, Results, open_item
from workflows.judging.scoring import Scores, concerns, score
from workflows.regulation import Regulation, dated
from workflows.saying import Saying
from workflows.stages import GoesOn, Ranking, Stage


def compute(
    rules: Regulation,
    entries: Sequence[Entry],
    marks: Iterable[Mark],
    jurors: Sequence[Juror] = (),
    decisions: Sequence[Decision] = (),
    *,
    dates: conditions.Dates | None = None,
) -> Results:
    """Compute the results of an event. Deterministic, exact, independent of the order of the marks.

    `dates`: the days of the event's dates, else those the regulation itself names. What is open waits; nothing is decided here.
    """
    days: Mapping[str, date] = dates if dates is not None else {one.key: one.on for one in rules.dates if one.on is not None}
    rules, result = dated(rules, days), Results()
    named = receiving.with_nominations(rules, receiving.checked(entries, result.faults), result.faults)
    by_key = {one.key: one for one in named}
    result.faults += receiving.decision_faults(rules, by_key, decisions)
    book = collect(rules, by_key, marks, jurors)
    result.faults += book.faults
    if not result.faults:
        _Run(rules, named, book, decisions, result).all()
        result.remarks += [*admission.remarks(rules, named, days), *receiving.weights_not_used(rules, jurors)]
    result.faults = sorted(dict.fromkeys(result.faults), key=lambda one: (one.file, one.line, one.code))
    result.remarks = sorted(dict.fromkeys(result.remarks), key=lambda one: (one.file, one.line, one.code))
    return result


# The run


class _Run:
    """One computation: stage by stage in the order of the regulation, then the awards."""

    def __init__(self, rules: Regulation, entries: Sequence[Entry], book: Book, decisions: Sequence[Decision], result: Results) -> None:
        self.rules, self.entries, self.book, self.result = rules, entries, book, result
        self.decisions = _with_lists(decisions)
        self.partitions = Partitions(rules)
        self.built: dict[tuple[str, tuple[str, ...]], list[List]] = {}
        self.members: dict[str, list[Entry]] = {}

    def all(self) -> None:
        for stage in self.rules.stages:
            self._stage(stage)
        if self.result.faults:
            return
        self._awards()
        self._series()
        for stage in self.rules.stages:
            self.result.remarks += self._not_counted(stage)
        self.result.remarks += self._decisions_about_nothing()

    def _stage(self, stage: Stage) -> None:
        members = self.members[stage.key] = [one for one in self.entries if self._takes_part(stage, one)]
        first = self.rules.lists_of(stage)[0]
        scores = score(self.rules, stage, self.book, members, earlier=self.result.scores, part_of=lambda key: self._part(first, key))
        self.result.scores[stage.key] = scores
        self.result.members[stage.key] = tuple(one.key for one in members)
        self.result.faults += scores.faults
        others = [one for one in self.entries if one.status != ADMITTED and concerns(stage, one)]
        self.result.kept[stage.key] = self._kept(stage, others)
        if stage.ranks:
            for rule in self.rules.lists_of(stage):
                self._lists(stage, rule, [] if self._is_gone_to(stage) else others)
        for step in stage.goes_on:
            self._goes_on(stage, step)

    def _kept(self, stage: Stage, others: Sequence[Entry]) -> Scores:
        """Return the numbers of entries that are not admitted: none where a number comes from comparing entries with each other."""
        compared = any(source.method == "places" or source.scale is not None for source in stage.all_sources)
        if compared or not others:
            return Scores(stage)
        return score(self.rules, stage, self.book, others, earlier=self.result.kept, part_of=lambda _key: ())

    def _takes_part(self, stage: Stage, entry: Entry) -> bool:
        if entry.status != ADMITTED or not concerns(stage, entry):
            return False
        if not self._is_gone_to(stage):
            return True
        direct = stage.direct is not None and conditions.holds(stage.direct, facts_of(entry))
        return direct or self.result.advances.get(stage.key, {}).get(entry.key) is True

    def _is_gone_to(self, stage: Stage) -> bool:
        return any(rule.to == stage.key for one in self.rules.stages for rule in one.goes_on)

    def _unsure(self, stage: Stage) -> list[Entry]:
        reached = self.result.advances.get(stage.key, {})
        return [one for one in self.entries if reached.get(one.key, False) is None and concerns(stage, one)]

    def _part(self, rule: Ranking, key: str) -> tuple[str, ...]:
        found = self.partitions.of(self.book.entries[key], rule.by)
        return tuple(value for _key, value in found[0]) if found else ()

    def _lists(self, stage: Stage, rule: Ranking, others: Sequence[Entry]) -> list[List]:
        made = lists.build(
            self.rules,
            stage,
            rule,
            members=self.members[stage.key],
            others=others,
            unsure=self._unsure(stage),
            scores=self.result.scores,
            book=self.book,
            decisions=self.decisions,
            partitions=self.partitions,
            faults=self.result.faults,
            kept=self.result.kept[stage.key].totals,
        )
        self.built[stage.key, lists.in_order(rule.by)] = made
        self.result.lists += made
        for found in made:
            self._note_open(found)
        return made

    def lists_by(self, stage: Stage, keys: Sequence[str] | None) -> list[List]:
        """Return the lists of a stage by these keys, or its first ones; lists that nobody asked to see are made for the purpose."""
        by = lists.in_order(self.rules.lists_of(stage)[0].by if keys is None else keys)
        if (stage.key, by) not in self.built:
            rule = self.rules.lists_of(stage)[0].model_copy(update={"by": by, "least": None})
            shown = self.result.lists, self.result.open
            self.result.lists, self.result.open = [], []
            self._lists(stage, rule, ())
            self.result.lists, self.result.open = shown
        return self.built[stage.key, by]

    # What waits

    def _note_open(self, found: List) -> None:
        for keys, places in _ties(found):
            self.result.open.append(open_item("tie", found.name, found.stage.key, keys, places))
        if found.status == UNDECIDED and found.said is not None and found.said.key != "list_waits_for_cut":
            short = found.said.key == "list_short_of_sheets"
            scores = self.result.scores[found.stage.key]
            keys = tuple(
                sorted(
                    one.entry.key for one in found.lines if one.entry.status == ADMITTED and (not short or one.entry.key in scores.short)
                )
            )
            self.result.open.append(open_item("quorum", found.name, found.stage.key, keys, None, saying=found.said))

    def _goes_on(self, stage: Stage, rule: GoesOn) -> None:
        made = []
        for found in self.lists_by(stage, rule.per) if stage.ranks else [self._plain_list(stage)]:
            one = cuts.cut(self.rules, rule, found, self.decisions)
            made.append(one.reached)
            for keys, places in one.waiting:
                self._replace_tie(open_item("cut", found.name, stage.key, keys, places, saying_to=self.rules.stage(rule.to).title))
            for line in found.lines:
                if line.entry.key in one.why and one.reached.get(line.entry.key) is not None:
                    line.why.append(one.why[line.entry.key])
        before = self.result.advances.get(rule.to)
        self.result.advances[rule.to] = cuts.together([*([before] if before else []), *made])

    def _plain_list(self, stage: Stage) -> List:
        """The members of a stage that makes no list, in order: a check or attendance lets its members go on."""
        lines = [Line(entry, entry.status, Fraction(0), 1, 1, same=1) for entry in self.members[stage.key]]
        return List(stage.key, stage, (), Ranking(by=()), RANKED, lines, len(lines))

    def _replace_tie(self, item: Open) -> None:
        """A tie across a cut is one question, not two."""
        self.result.open = [one for one in self.result.open if (one.kind, one.list, one.entries) != ("tie", item.list, item.entries)]
        self.result.open.append(item)

    # Awards and series

    def _awards(self) -> None:
        unsure = {key for reached in self.result.advances.values() for key, goes in reached.items() if goes is None}
        awarder = Awarder(self.rules, self.result.lists, self.book, self.decisions, unsure=unsure)
        made = awarder.run({award.key: self._lists_of_award(award) for award in self.rules.awards})
        names = {found.name for found in self.result.lists}
        self.result.given = [
            replace(one, over_all=self.rules.award(one.award).over == "all" or one.list not in names) for one in made.given
        ]
        for (name, keys), award in made.hanging.items():
            self._hang(name, keys, award)
        for item in made.waiting:
            if item.kind == "tie" and self._hang(item.list, item.entries, item.award):
                continue
            self.result.open.append(
                open_item(item.kind, item.list, item.stage, item.entries, item.places, award=self.rules.award(item.award))
            )
        self.result.place_awards()

    def _hang(self, name: str, keys: tuple[str, ...], award: str) -> bool:
        """Note at an open tie which award hangs on it; False when there is no such tie."""
        for number, one in enumerate(self.result.open):
            if one.list == name and one.entries == keys and one.kind in ("tie", "cut"):
                if not one.award:
                    self.result.open[number] = replace(one, award=award)
                return True
        return False

    def _lists_of_award(self, award: Award) -> list[List]:
        """Return the lists an award is read from; of a part of the total, lists ranked by that part alone."""
        if award.by == "participant" and award.stage is None:
            first = next((stage for stage in self.rules.stages if stage.ranks and not self._is_gone_to(stage)), None)
            return self.lists_by(first, award.lists) if first is not None else []
        stage = self.rules.stage_of_award(award)
        if stage is None or not stage.ranks:
            return []
        if award.source is None and award.criterion is None:
            return self.lists_by(stage, award.lists)
        return self._part_lists(stage, award)

    def _part_lists(self, stage: Stage, award: Award) -> list[List]:
        rule = self.rules.lists_of(stage)[0]
        rule = rule.model_copy(update={"tie_keys": (), "least": None, "by": rule.by if award.lists is None else award.lists})
        shelf, whole = self.book.stages[stage.key], self.result.scores[stage.key]
        source = award.source or next((one.key for one in stage.all_sources if one.use == "counts"), "")
        if award.criterion is not None:
            values = {one.key: shelf.criterion_mean(source, one.key, award.criterion) for one in self.members[stage.key]}
            numbers = {key: value for key, value in values.items() if value is not None}
        else:
            numbers = whole.sources.get(source, {})
        part = Scores(stage, totals=dict(numbers), short=whole.short)
        return lists.build(
            self.rules,
            stage.model_copy(update={"statuses": ()}),
            rule,
            members=self.members[stage.key],
            others=(),
            scores={**self.result.scores, stage.key: part},
            book=self.book,
            decisions=[one for one in self.decisions if one.award == award.key],
            partitions=self.partitions,
            faults=[],
        )

    def _series(self) -> None:
        for series in self.rules.series:
            stage = self.rules.stage(series.stage) if series.stage else next((one for one in reversed(self.rules.ranked_stages)), None)
            if stage is not None:
                for found in self.lists_by(stage, series.lists):
                    for line in found.lines:
                        earned = self.result.series.setdefault(line.entry.key, {})
                        points = _series_points(series, found, line)
                        if points is not None:
                            earned[series.key] = points

    # Marks and decisions that do not count

    def _decisions_about_nothing(self) -> Iterable[Remark]:
        names = {found.name for made in self.built.values() for found in made}
        for one in self.decisions:
            if one.list and one.list not in names:
                yield Remark("decision_not_used", "decisions", one.line, Saying("decision_list_unknown", name=one.list))

    def _not_counted(self, stage: Stage) -> Iterable[Remark]:
        here = {one.key for one in self.members[stage.key]}
        for entry, line in self.book.stages[stage.key].lines.items():
            if entry not in here:
                key = "marks_of_not_admitted" if self.book.entries[entry].status != ADMITTED else "marks_of_not_gone_on"
                yield Remark("marks_not_counted", "marks", line, Saying(key, entry=entry, stage=stage.title))


def _with_lists(decisions: Sequence[Decision]) -> list[Decision]:
    """A decision about a list that leaves its stage out, or the other way round, means the same."""
    return [replace(one, stage=one.stage or one.list.partition("/")[0]) if one.list else one for one in decisions]


def _ties(found: List) -> list[tuple[tuple[str, ...], tuple[int, int]]]:
    groups: dict[int, list[Line]] = {}
    for line in found.lines:
        if line.tied and line.place is not None:
            groups.setdefault(line.same, []).append(line)
    return [(tuple(sorted(one.entry.key for one in group)), (group[0].place or 0, group[0].place_to or 0)) for group in groups.values()]


def _series_points(series: Series, found: List, line: Line) -> Fraction | None:
    """Return the points of one entry, or None where it has none: not ranked, or its place is open."""
    keeps = next((status.keeps for status in found.stage.statuses if status.key == line.status), None)
    if keeps is not None:
        return Fraction(series.entered) if "points" in keeps else None
    if line.place is None or line.tied or found.status != RANKED:
        return None
    place = line.place
    won = next((Fraction(one.points) for one in series.places if one.place_from <= place <= (one.place_to or one.place_from)), Fraction(0))
    return Fraction(series.entered) + won
