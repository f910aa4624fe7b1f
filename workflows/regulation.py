"""The regulation (положение) as data: what a methodist writes, the service runs. Parts are found by key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import Field

from workflows import checker, kinds
from workflows.awards import Award, Series
from workflows.checker import Problem
from workflows.entering import Entering
from workflows.form import FileRule, Option, Question, Section
from workflows.machine import Workflow
from workflows.parts import (
    Appeals,
    Approval,
    Committee,
    ConsentText,
    DateKey,
    Feed,
    Group,
    Key,
    LegalBlock,
    Letter,
    Minutes,
    Nomination,
    Paper,
    Part,
    Storage,
    Words,
    Zone,
)
from workflows.stages import Criterion, Ranking, Source, Stage

__all__ = [
    "Award",
    "ConsentText",
    "Criterion",
    "DateKey",
    "FileRule",
    "LegalBlock",
    "Nomination",
    "Option",
    "Paper",
    "Problem",
    "Question",
    "Ranking",
    "Regulation",
    "Section",
    "Source",
    "Stage",
    "Words",
    "compile",
    "parse",
    "problems",
    "words",
]


class Regulation(Part):
    """One version of a regulation. `zone`: the zone of its dates, the centre's if not said; moments are also told in `beside_zones`."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    kind: Literal["contest", "exhibition", "bridge", "conference"]
    key: Key
    title: Words
    summary: Words
    level: Literal["school", "municipal", "intermunicipal", "regional", "national"] = "municipal"
    zone: Zone | None = None
    beside_zones: tuple[Zone, ...] = ()
    languages: tuple[Literal["ru", "en"], ...] = ("ru",)
    organiser: Words | None = None
    founder: Words | None = None
    committee: Committee | None = None
    age_mark: Annotated[str, Field(max_length=10)] = ""
    aims: tuple[Words, ...] = ()
    who_may_enter: Words | None = None
    legal: tuple[LegalBlock, ...] = ()
    feeds: tuple[Feed, ...] = ()
    dates: tuple[DateKey, ...]
    nominations: tuple[Nomination, ...] = ()
    groups: tuple[Group, ...] = ()
    entering: Entering = Entering()
    form: Annotated[tuple[Section, ...], Field(min_length=1)]
    consents: tuple[ConsentText, ...] = ()
    stages: tuple[Stage, ...] = ()
    ranking: Ranking = Ranking()
    awards: tuple[Award, ...] = ()
    series: tuple[Series, ...] = ()
    approval: tuple[Approval, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    papers: tuple[Paper, ...] = ()
    letters: tuple[Letter, ...] = ()
    appeals: Appeals = Appeals()
    storage: tuple[Storage, ...] = ()

    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.form for question in section.questions)

    def question(self, key: str) -> Question:
        """Raises KeyError for a key the form does not have; so do its siblings."""
        return _by_key(self.questions(), key)

    def nomination(self, key: str) -> Nomination:
        return _by_key(self.nominations, key)

    def stage(self, key: str) -> Stage:
        return _by_key(self.stages, key)

    def award(self, key: str) -> Award:
        return _by_key(self.awards, key)

    def paper(self, key: str) -> Paper:
        return _by_key(self.papers, key)

    @property
    def title_question(self) -> Question | None:
        """The question whose answer names the work."""
        named = {question.meaning: question for question in reversed(self.questions())}
        return named.get("title") or named.get("topic")

    @property
    def end_dates(self) -> frozenset[str]:
        """The dates that are terms: «по 10 марта включительно» lasts to the end of that day."""
        windows = [*(one.window for one in self.stages), *(one.window for one in self.nominations)]
        closes = [one.closes for one in windows if one is not None]
        until = self.entering.authors.substitution
        return frozenset({"intake_closes", "judging_closes", "show_closes", *closes, *([until] if until else [])})

    @property
    def parting_keys(self) -> frozenset[str]:
        """What the entries are parted by somewhere: in lists, in who goes on, in awards."""
        lists = [rule.by for stage in self.stages for rule in self.lists_of(stage)]
        cuts = [rule.per for stage in self.stages for rule in stage.goes_on]
        return frozenset(key for keys in (*lists, *cuts, *(one.lists for one in self.awards)) for key in keys or ())

    @property
    def marking_stage(self) -> Stage | None:
        """The first stage at which the jury marks."""
        return next((stage for stage in self.stages if stage.jury is not None), None)

    @property
    def most_of_a_person(self) -> int | None:
        """How many applications one person enters at most, whatever they are; None where no limit says so."""
        plain = [one.most for one in self.entering.limits if one.of == "person" and not one.within and one.when is None]
        return min((most for most in plain if most is not None), default=None)

    @property
    def allotted(self) -> frozenset[str]:
        """The questions whose answer is which works an entrant marks."""
        return frozenset(one.allotted for stage in self.stages for one in stage.all_sources if one.allotted is not None)

    @property
    def ranked_stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.ranks)

    def lists_of(self, stage: Stage) -> tuple[Ranking, ...]:
        """Return the lists of a stage: its own, or those of the regulation. Where nothing parts the entries there is one list."""
        lists = stage.lists or (self.ranking,)
        if self.nominations:
            return lists
        return tuple(one.model_copy(update={"by": tuple(key for key in one.by if key != "nomination")}) for one in lists)

    def stage_of_award(self, award: Award) -> Stage | None:
        """The stage whose totals an award is read from: the one it names, else the last ranked one."""
        if award.stage is not None:
            return self.stage(award.stage)
        ranked = [stage for stage in self.stages if stage.ranks and stage.kind != "decision"]
        return ranked[-1] if ranked else None


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


P = TypeVar("P", bound=_Keyed)


def _by_key(parts: tuple[P, ...], key: str) -> P:
    found = next((part for part in parts if part.key == key), None)
    if found is None:
        raise KeyError(key)
    return found


def parse(data: Mapping[str, Any]) -> Regulation:
    """Return the regulation that plain data describes. Raises pydantic.ValidationError for another shape."""
    return Regulation.model_validate(data)


def dated(regulation: Regulation, days: Mapping[str, date]) -> Regulation:
    """Return the regulation with the event's dates in its conditions written as days: whoever asks a condition needs no dates then.

    A date without a day stays as it is, and a comparison with it does not hold.
    """
    written = regulation.model_dump(mode="json", by_alias=True)
    replaced = _with_days(written, days)
    return regulation if replaced == written else parse(replaced)


def _with_days(value: Any, days: Mapping[str, date]) -> Any:
    if isinstance(value, dict):
        named = value.get("date") if set(value) == {"date"} else None
        if isinstance(named, str) and named in days:
            return days[named].isoformat()
        return {key: _with_days(inner, days) for key, inner in value.items()}
    return [_with_days(inner, days) for inner in value] if isinstance(value, list) else value


def compile(regulation: Regulation) -> Workflow:  # noqa: A001  (the word of the map)
    """Return the workflow table an event of this regulation runs."""
    workflow = kinds.BY_KIND[regulation.kind]()
    if regulation.entering.authors.substitution is not None:
        workflow = kinds.substitutable(workflow)
    endorsement = regulation.entering.endorsement
    return workflow if endorsement == "none" else kinds.endorsed(workflow, required=endorsement == "required")


def problems(regulation: Regulation) -> list[Problem]:
    """Return every fault; an empty list means the regulation can run."""
    return checker.problems(regulation)


def words(text: Mapping[str, str] | None, lang: str = "ru") -> str:
    """Return the text in a language, falling back to Russian; an empty text for none."""
    return "" if not text else text.get(lang) or text.get("ru") or next(iter(text.values()))
