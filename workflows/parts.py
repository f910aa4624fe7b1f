"""The parts a regulation is made of. Each is found by its key; none acts."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from workflows.conditions import Condition

Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Points = Annotated[Decimal, Field(ge=-100_000, le=100_000, max_digits=11, decimal_places=4)]  # a scale stays countable


def _words(value: Any) -> Any:
    return {"ru": value} if isinstance(value, str) else value


Words = Annotated[dict[Literal["ru", "en"], str], BeforeValidator(_words)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LegalBlock(Part):
    key: Key
    title: Words
    text: Words


DateName = Literal["intake_opens", "intake_closes", "judging_closes", "results_on", "show_opens", "show_closes", "held_on"]


class DateKey(Part):
    """A date the event has; the moment itself stands in the event's schedule."""

    key: DateName
    title: Words
    needed: StrictBool = True
    default_after_days: Annotated[StrictInt, Field(ge=0, le=1000)] | None = None


class Nomination(Part):
    key: Key
    title: Words
    note: Words | None = None


class Option(Part):
    key: Key
    title: Words


class FileRule(Part):
    """Which files a question takes: kinds by name, how many, how large each."""

    kinds: Annotated[tuple[Literal["pdf", "docx", "pptx", "xlsx", "odt", "odp", "zip", "jpg", "png"], ...], Field(min_length=1)]
    most: Annotated[StrictInt, Field(ge=1, le=50)] = 1
    max_mb: Annotated[StrictInt, Field(ge=1, le=200)] = 20


QuestionKind = Literal[
    "text", "long_text", "number", "date", "choice", "choices", "yes_no", "link", "files", "authors", "nomination", "site", "participation"
]  # fmt: skip
OPTION_KINDS = ("choice", "choices", "participation")


class Question(Part):
    """One question of the form. `meaning` tells which answer is the title, the annotation or the topic of the work."""

    key: Key
    kind: QuestionKind
    label: Words
    help: Words | None = None
    required: StrictBool = False
    max_length: Annotated[StrictInt, Field(ge=1, le=20_000)] | None = None
    least: Points | None = None
    most: Points | None = None
    options: tuple[Option, ...] = ()
    files: FileRule | None = None
    visible_if: Condition | None = None
    shown_to: Literal["everyone", "jury", "staff"] = "staff"
    meaning: Literal["", "title", "annotation", "topic"] = ""


class Section(Part):
    key: Key
    title: Words
    note: Words | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class ConsentText(Part):
    """One purpose, one document. `version` grows whenever the text changes."""

    key: Key
    purpose: Literal["processing", "spreading", "publication"]
    title: Words
    short: Words | None = None
    text: Words
    required: StrictBool = False
    version: Annotated[StrictInt, Field(ge=1)] = 1


class Criterion(Part):
    """What is marked. `levels` gives words for values of the scale; `weight` multiplies the value."""

    key: Key
    title: Words
    note: Words | None = None
    least: Points = Decimal(0)
    most: Points
    step: Annotated[Points, Field(gt=0)] = Decimal(1)
    weight: Annotated[Points, Field(gt=0)] = Decimal(1)
    levels: dict[str, Words] = {}

    @property
    def count(self) -> int:
        """How many values the scale has."""
        return int((self.most - self.least) / self.step) + 1

    def values(self) -> list[Decimal]:
        """Return every value of the scale, lowest first."""
        return [self.least + self.step * number for number in range(self.count)]


class Stage(Part):
    """A part of the event: a check, marks by a jury, attendance, a show.

    `drop` sheets are left out at either end where the method is «trimmed»; `round_to` decimals, half up, only where it is said.
    """

    key: Key
    title: Words
    kind: Literal["check", "marks", "attendance", "show"]
    criteria: tuple[Criterion, ...] = ()
    method: Literal["mean", "sum", "median", "trimmed"] = "mean"
    drop: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    sheets_per_entry: Annotated[StrictInt, Field(ge=1, le=1000)] = 3
    blind: StrictBool = False
    round_to: Annotated[StrictInt, Field(ge=0, le=6)] | None = None

    def criterion(self, key: str) -> Criterion:
        """Raises KeyError for a key the stage does not have."""
        found = next((one for one in self.criteria if one.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


class Ranking(Part):
    """Which lists there are, how places are numbered, and by what equal totals are parted, in this order.

    Tie keys: «criterion:novelty» (the higher mean mark), «earlier_entry»; «chair» and «lot» name who decides and are read
    from recorded decisions only. What no key parts waits for people.
    """

    by: Literal["nomination", "overall"] = "nomination"
    places: Literal["standard", "dense", "shared"] = "standard"
    tie_keys: tuple[str, ...] = ()


class Award(Part):
    """Who is awarded what. `source` place: from a place to a place, where `share_of_max` is reached; participant: admitted and
    without an award by place; present: whoever was there, or only with one `participation`; speaker, listener: present as such;
    exhibitor: shown. An entry gets at most one exclusive award by place, the first that fits; the others come in addition."""

    key: Key
    title: Words
    source: Literal["place", "participant", "present", "speaker", "listener", "exhibitor"]
    place_from: Annotated[StrictInt, Field(ge=1)] | None = None
    place_to: Annotated[StrictInt, Field(ge=1)] | None = None
    share_of_max: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    participation: Literal["speaker", "listener"] | None = None
    exclusive: StrictBool = True
    paper: Key


class Paper(Part):
    """A paper of the register. `lines` hold words with closed {placeholders}."""

    key: Key
    kind: Literal["diploma", "certificate", "thanks"]
    title: Words
    verb: Words
    name_case: Literal["nominative", "dative"] = "nominative"
    lines: tuple[Words, ...] = ()
    degree: Words | None = None
    recipient: Literal["author", "organisation"] = "author"
    hours: Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=1)] | None = None


PLACEHOLDERS = frozenset({"event", "nomination", "work", "post", "organisation", "place", "topic", "date", "hours", "year", "order"})
