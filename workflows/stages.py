"""Stages and what is done at them: criteria, sources of marks, lists, ties, who goes on. Data only; workflows/judging computes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from workflows.conditions import Condition
from workflows.form import Option
from workflows.parts import Base, Few, Key, Part, Points, Rounding, Share, Window, Words

Digits = Annotated[StrictInt, Field(ge=0, le=6)]
By = Literal["jury", "self", "entrant", "public", "hall", "expert", "import"]
COUNTED = ("public", "hall")  # sources that give counts, not sheets
BARE = ("self", "import", "public", "hall")  # sources without a juror


# Criteria


class Level(Part):
    """One level of a criterion by choice: the marker chooses it, the points follow."""

    key: Key
    title: Words
    points: Points


MarkKind = Literal["scale", "choice", "tick", "count"]


class Scale(Part):
    """How one thing is marked.

    scale: points from `least` to `most` in steps of `step`, `levels` gives words for values · choice: one of `options`, each with
    its points · tick: yes gives `points`, no gives nothing · count: a whole number times `price`, at most `most` points.
    """

    key: Key
    title: Words
    note: Words | None = None
    kind: MarkKind = "scale"
    least: Points = Decimal(0)
    most: Points | None = None
    step: Annotated[Points, Field(gt=0)] = Decimal(1)
    levels: dict[str, Words] = {}
    options: tuple[Level, ...] = ()
    points: Annotated[Points, Field(gt=0)] = Decimal(1)
    price: Annotated[Points, Field(gt=0)] = Decimal(1)
    evidence: Literal["none", "file", "link", "any"] = "none"

    @property
    def count(self) -> int:
        """How many values a scale has."""
        return int((self.ceiling - self.least) / self.step) + 1 if self.kind == "scale" and self.most is not None else 0

    def values(self) -> list[Decimal]:
        """Return every value of a scale, lowest first."""
        return [self.least + self.step * number for number in range(self.count)]

    @property
    def ceiling(self) -> Decimal:
        """The most points it can give. Raises ValueError for a count without a cap."""
        most = {
            "scale": self.most,
            "choice": max((one.points for one in self.options), default=None),
            "tick": self.points,
            "count": self.most,
        }[self.kind]
        if most is None:
            raise ValueError(f"no highest value: {self.key}")
        return most


class Criterion(Scale):
    """What is marked, or a head over sub-rows (`rows`) whose points add up, at most to `cap`.

    `weight` multiplies the points. `penalty`: the points are taken off. `optional`: a bonus or penalty that need not be marked.
    `no_opinion`: a juror may leave it out: the weights of the others make up for it, or the whole sheet does not count.
    `when`: only for these entries (of a nomination, of a kind).
    """

    rows: tuple[Scale, ...] = ()
    cap: Annotated[Points, Field(gt=0)] | None = None
    weight: Annotated[Points, Field(gt=0)] = Decimal(1)
    penalty: StrictBool = False
    optional: StrictBool = False
    no_opinion: Literal["fault", "renormalise", "exclude_sheet"] = "fault"
    when: Condition | None = None

    @property
    def highest(self) -> Decimal:
        """The most points it can add to a sheet, unweighted; a penalty and an optional bonus add none. Raises ValueError: no end."""
        if self.penalty or self.optional:
            return Decimal(0)
        if not self.rows:
            return self.ceiling
        if self.cap is not None:
            return self.cap
        return sum((row.ceiling for row in self.rows), Decimal(0))


# Where marks come from


class Quorum(Part):
    """How many complete sheets an entry needs: a number, or a share of all jurors."""

    sheets: Few | None = None
    share: Share | None = None


class VoteScale(Part):
    """Votes turned into points: the leader of a list gets `most` and the others in proportion, or each its share of all votes."""

    by: Literal["leader", "share"]
    most: Annotated[Points, Field(gt=0)]


class Duty(Part):
    """Points for an entrant who judged others in time: so many complete sheets earn so many points."""

    sheets: Few
    points: Annotated[Points, Field(gt=0)]


Method = Literal["mean", "sum", "median", "trimmed", "trimmed_sum", "places"]
TRIMMED = ("trimmed", "trimmed_sum")


class Source(Part):
    """Who marks at a stage and what becomes of the sheets.

    `use`: counts in the total, is only shown, or is compared with it. `method`: from sheets to one number; places: the sum of
    the places the jurors' sheets give. `drop` sheets are left out at either end where the method is trimmed (the mean of the rest)
    or trimmed_sum. `times`: an answer whose number multiplies the result, a degree of difficulty.
    `each_criterion`: the method is used for every criterion, and the results are added. Rounding, half up, only where it is said:
    of a criterion's result, of a sheet, of the source's number. `jury`: one of several juries side by side.
    Of entrants: `allotted` is the answer that says who marks which works, `conflicts` whose works are never given to her.
    """

    key: Key = "jury"
    title: Words | None = None
    by: By = "jury"
    jury: Key | None = None
    use: Literal["counts", "shown", "compared"] = "counts"
    weight: Annotated[Points, Field(gt=0)] = Decimal(1)
    method: Method = "mean"
    drop: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    each_criterion: StrictBool = False
    weighted: StrictBool = False
    unequal_sheets: StrictBool = False
    times: Key | None = None
    sheets: Annotated[StrictInt, Field(ge=1, le=1000)] = 3
    quorum: Quorum | None = None
    blind: StrictBool = False
    scale: VoteScale | None = None
    allotted: Key | None = None
    conflicts: Literal["own", "organisation"] = "own"
    duty: Duty | None = None
    round_criteria: Digits | None = None
    round_sheets: Digits | None = None
    round_to: Digits | None = None


# Lists, ties, who goes on

TieBy = Literal[
    "stage", "criterion", "source", "marks_from_top", "highest_marks", "chair_sheet", "field", "earlier", "vote", "chair", "lot"
]  # fmt: skip
DECIDED_KEYS = ("vote", "chair", "lot")


class TieKey(Part):
    """One way to part equal totals: the higher value is better, or the lower where `lower` says so.

    stage, criterion, source: the number of that part · marks_from_top: the marks compared from the highest down · highest_marks:
    how many of the highest marks, then of the next value · chair_sheet: the sheet of the chair · field: an answer · earlier: the
    earlier application · vote, chair, lot: read from recorded decisions only.
    """

    by: TieBy
    stage: Key | None = None
    criterion: Key | None = None
    source: Key | None = None
    field: Key | None = None
    lower: StrictBool = False


class Least(Part):
    """The least number of a list, when it is counted, and what follows from less; `words` for the minutes."""

    count: Few
    of: Literal["received", "admitted", "above", "worthy"] = "admitted"
    above: Points | None = None
    then: Literal["no_ranking", "failed", "merged", "decided"] = "no_ranking"
    into: Key | None = None
    words: Words | None = None


Lists = Literal["overall", "nomination"] | tuple[Key, ...]


def _partition(value: Any) -> Any:
    return {"overall": [], "nomination": ["nomination"]}.get(value, value) if isinstance(value, str) else value


class Ranking(Part):
    """The lists of a stage. `by`: one list for each value of these keys; none: one list of all. `when`: only these entries.

    `places` 1-2-2-4, 1-2-2-3, or the range 2–3. `equal`: what no key parts waits for people, or shares the place by rule.
    """

    by: Annotated[tuple[Key, ...], BeforeValidator(_partition, json_schema_input_type=Lists)] = ("nomination",)
    when: Condition | None = None
    places: Literal["standard", "dense", "shared"] = "standard"
    equal: Literal["wait", "share"] = "wait"
    tie_keys: tuple[TieKey, ...] = ()
    least: Least | None = None


class Seats(Part):
    """Seats kept inside a cut for those who fulfil a condition: exactly so many of them go on, or at least so many."""

    when: Condition
    count: Few
    exactly: StrictBool = False


class GoesOn(Part):
    """Who goes on to a later stage: all, the best `most`, a percentage, those above a threshold; all that is said must hold.

    `decided`: a body decides for each entry. `per`: the lists the cut is read from. `seats` are quotas inside the cut.
    `equal`: equal totals across the cut wait for people, all go on, or none does.
    """

    to: Key
    per: tuple[Key, ...] | None = None
    most: Few | None = None
    percent: Annotated[Decimal, Field(gt=0, le=100, max_digits=7, decimal_places=4)] | None = None
    rounding: Rounding = "up"
    of: Base = "ranked"
    at_least: Points | None = None
    share_of_max: Share | None = None
    decided: StrictBool = False
    seats: tuple[Seats, ...] = ()
    equal: Literal["wait", "all", "none"] = "wait"
    when: Condition | None = None


class Adds(Part):
    """The total of an earlier stage carried into this one, times a weight."""

    stage: Key
    weight: Annotated[Points, Field(gt=0)] = Decimal(1)


class Status(Part):
    """A status that the total gives after marking: below a threshold, or from one on. `keeps` what such an entry has."""

    key: Key
    title: Words
    below: Points | None = None
    below_share: Share | None = None
    keeps: tuple[Literal["minutes", "paper", "points"], ...] = ("minutes", "paper")


STAGE_KINDS = ("check", "marks", "places", "vote", "imported", "reports", "attendance", "decision", "show", "sum")
RANKED_KINDS = ("marks", "places", "vote", "imported", "reports", "sum")


class Stage(Part):
    """A part of the event: a check, marks, places, a vote, an imported result, reports, attendance, a decision, a show, or a sum
    of earlier stages.

    `when`: whom it concerns. `direct`: who enters it without a cut. `adds`: what earlier stages carry in; without it a stage
    starts fresh. `best`: whether the highest or the lowest total leads (places: the lowest). `target`: a counted report that
    reaches it closes the step. `round_to` decimals, half up, only where it is said; `digits` are only for showing.
    """

    key: Key
    title: Words
    note: Words | None = None
    kind: Literal["check", "marks", "places", "vote", "imported", "reports", "attendance", "decision", "show", "sum"]
    mode: Literal["documents", "in_person", "visit", "remote"] = "documents"
    window: Window | None = None
    when: Condition | None = None
    direct: Condition | None = None
    criteria: tuple[Criterion, ...] = ()
    sources: tuple[Source, ...] = ()
    adds: tuple[Adds, ...] = ()
    best: Literal["highest", "lowest"] | None = None
    target: Few | None = None
    steps: tuple[Option, ...] = ()
    round_to: Digits | None = None
    digits: Digits = 2
    lists: tuple[Ranking, ...] = ()
    goes_on: tuple[GoesOn, ...] = ()
    statuses: tuple[Status, ...] = ()

    def criterion(self, key: str) -> Criterion:
        """Raises KeyError for a key the stage does not have."""
        found = next((one for one in self.criteria if one.key == key), None)
        if found is None:
            raise KeyError(key)
        return found

    @property
    def ranks(self) -> bool:
        return self.kind in RANKED_KINDS or (self.kind == "decision" and bool(self.goes_on))

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """The sources as written, or the one that the kind of stage implies."""
        return self.sources or _IMPLIED.get(self.kind, ())

    @property
    def lowest_leads(self) -> bool:
        if self.best is not None:
            return self.best == "lowest"
        return self.kind == "places" or any(one.method == "places" and one.use == "counts" for one in self.all_sources)

    @property
    def jury(self) -> Source | None:
        """The source whose sheets the jurors of the house fill in."""
        return next((one for one in self.all_sources if one.by == "jury"), None)


_IMPLIED: Mapping[str, tuple[Source, ...]] = {
    "marks": (Source(),),
    "places": (Source(method="sum"),),
    "vote": (Source(key="public", by="public", method="sum"),),
    "imported": (Source(key="import", by="import", method="sum"),),
    "reports": (Source(key="import", by="import", method="sum"),),
    "attendance": (Source(key="import", by="import", method="sum"),),
}
