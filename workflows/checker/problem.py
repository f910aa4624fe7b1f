"""What the checker says: a fault with its place, a sentence and the repair; and what all its rooms know of a regulation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from workflows import kinds
from workflows.entering import FACTS
from workflows.form import Question
from workflows.machine import Workflow
from workflows.saying import Saying

if TYPE_CHECKING:
    from workflows.regulation import Regulation

FACT_KINDS = {"nomination": "nomination", "authors_count": "number", "organisations_count": "number", "received": "date"}
LIKENESS = 0.7  # from which on a name is taken for a misspelled one
SOME_DAY = date(2026, 1, 1)
Path = tuple[str | int, ...]


REMOVE = Saying("remedy_remove")


@dataclass(frozen=True)
class Problem:
    """A fault of a regulation. `path` leads through the data as it was written: ("form", 0, "questions", 2, "key").

    `remedy`: the repair, where there is a single one.
    """

    path: Path
    saying: Saying
    remedy: Saying | None = None


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


class Known:
    """A regulation with the names its parts may be called by, worked out once for all rooms."""

    def __init__(self, rules: Regulation) -> None:
        self.rules = rules
        self.heights: dict[object, Decimal | None] = {}  # what a room has worked out once: the highest totals

    @cached_property
    def asked(self) -> list[tuple[Path, Question]]:
        """Every question with its place."""
        return [
            (("form", number, "questions", place), question)
            for number, section in enumerate(self.rules.form)
            for place, question in enumerate(section.questions)
        ]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return by_key([question for _path, question in self.asked])

    @cached_property
    def dates(self) -> Collection[str]:
        return keys(self.rules.dates)

    @cached_property
    def nominations(self) -> Collection[str]:
        return keys(self.rules.nominations)

    @cached_property
    def stages(self) -> Mapping[str, int]:
        """Where each stage stands, by key."""
        return {stage.key: number for number, stage in reversed(list(enumerate(self.rules.stages)))}

    @cached_property
    def steps(self) -> Workflow:
        """The workflow that an event of this kind runs."""
        return kinds.BY_KIND[self.rules.kind]()

    @cached_property
    def days(self) -> Mapping[str, date]:
        """Days that stand for the event's dates: those the document names, the others a month apart in the order of writing."""
        return {one.key: one.on or SOME_DAY + timedelta(days=30 * place) for place, one in enumerate(self.rules.dates)}

    @cached_property
    def answers(self) -> Collection[str]:
        """What a rule may ask of an entry: the answers, and what is known of every entry."""
        return [*self.questions, *FACTS]

    def kind_of(self, field: str) -> str:
        """Return the kind of question that a rule asks by this name."""
        question = self.questions.get(field)
        return question.kind if question is not None else FACT_KINDS.get(field, "text")

    def options_of(self, field: str) -> list[str]:
        """Return the answers that a question with a closed list may have."""
        question = self.questions.get(field)
        if question is None or question.kind == "nomination":
            return list(self.nominations)
        return [option.key for option in question.options]


def keys(parts: Iterable[_Keyed]) -> list[str]:
    return [part.key for part in parts]


def by_key(parts: Sequence[Any]) -> dict[str, Any]:
    """Return the parts by key; of doubles the first counts."""
    return {part.key: part for part in reversed(parts)}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a misspelled one most likely means, or None."""
    return next(iter(get_close_matches(name, list(known), 1, LIKENESS)), None)


def replace_with(name: object) -> Saying | None:
    """Return the repair that writes another name in the place of a wrong one, if there is such a name."""
    return None if name is None else Saying("remedy_replace", name=str(name))


def reference(path: Path, what: str, name: str | None, known: Collection[str]) -> Iterator[Problem]:
    """Yield the fault of a name that nothing bears, with the nearest one that something does. `what`: the kind of thing it names."""
    if name is not None and name not in known:
        yield Problem(path, Saying(f"regulation_unknown_{what}", name=name), replace_with(nearest(name, known)))


def out_of_place(path: Path, part: Any, *fields: str) -> Iterator[Problem]:
    """Yield a fault for each of these fields that is filled although nothing would read it here."""
    for name in fields:
        if getattr(part, name) != type(part).model_fields[name].default:
            yield Problem((*path, name), Saying("regulation_field_idle", name=name), REMOVE)
