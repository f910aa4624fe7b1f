"""The parts a regulation is made of that stand for themselves: words, dates, nominations, consents. Each is found by its key."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from workflows.conditions import Condition

Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Points = Annotated[Decimal, Field(ge=-100_000, le=100_000, max_digits=11, decimal_places=4)]  # a scale stays countable
Share = Annotated[Decimal, Field(gt=0, le=1, max_digits=7, decimal_places=6)]
CASES = ("genitive", "dative", "accusative", "instrumental", "prepositional")
Cases = dict[Literal["genitive", "dative", "accusative", "instrumental", "prepositional"], str]  # Russian words: English has none
Few = Annotated[StrictInt, Field(ge=1, le=100_000)]
Rounding = Literal["up", "down", "half_up"]
Base = Literal["received", "admitted", "ranked"]


def _words(value: Any) -> Any:
    return {"ru": value} if isinstance(value, str) else value


Words = Annotated[dict[Literal["ru", "en"], str], BeforeValidator(_words, json_schema_input_type=str | dict[Literal["ru", "en"], str])]


def _day(value: Any) -> Any:
    """A day is written 2026-03-10: a bare number would be taken for seconds since 1970."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as fault:
        raise PydanticCustomError("shape_day", "not a day like 2026-03-10") from fault


Day = Annotated[date, BeforeValidator(_day)]
Zone = Annotated[str, Field(pattern=r"^[A-Za-z_]+(/[A-Za-z_+-]+){0,2}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LegalBlock(Part):
    key: Key
    title: Words
    text: Words


class DateKey(Part):
    """A date the event has; the moment itself stands in the event's schedule. `on`: the day the document itself names,
    the end of that day in the zone for a term; `at`: the hour, where it names one. `working_days`: how many working days after
    the date named by `after`, or the last day that lies at least so many before the date named by `before`."""

    key: Key
    title: Words
    needed: StrictBool = True
    default_after_days: Annotated[StrictInt, Field(ge=0, le=1000)] | None = None
    on: Day | None = None
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None
    after: Key | None = None
    before: Key | None = None
    working_days: Annotated[StrictInt, Field(ge=1, le=250)] | None = None


class Window(Part):
    """From one date of the event to another, both days included."""

    opens: Key
    closes: Key


class Nomination(Part):
    """`when`: the nomination follows from the answers and cannot be chosen. `window`: an intake of its own. `cases`: the title in
    other grammatical cases, for sentences on papers."""

    key: Key
    title: Words
    cases: Cases = {}
    note: Words | None = None
    when: Condition | None = None
    organiser: Words | None = None
    window: Window | None = None


class Group(Part):
    """A list of its own for those who fulfil a condition, across nominations: «молодые специалисты»."""

    key: Key
    title: Words
    when: Condition


class ConsentText(Part):
    """One purpose, one document; `bank`: the work goes on into the experience bank. `version` grows whenever the text changes.
    `covers`: the kinds of personal data it names; empty: those that the questions of the form collect, so that the list in the
    text is made from them."""

    key: Key
    purpose: Literal["processing", "spreading", "publication", "bank"]
    title: Words
    short: Words | None = None
    text: Words
    required: StrictBool = False
    version: Annotated[StrictInt, Field(ge=1)] = 1
    covers: tuple[Key, ...] | None = None


class Committee(Part):
    """Who prepares the event. `chair` and `secretary` sign the minutes where nobody else is named with the act."""

    title: Words
    chair: Words | None = None
    secretary: Words | None = None
    members: tuple[Words, ...] = ()


class Feed(Part):
    """Who goes up to the event of the next level held by the same regulation: holders of an award, at most so many of each list."""

    from_level: Literal["school", "municipal", "intermunicipal", "regional"]
    to_level: Literal["municipal", "intermunicipal", "regional", "national"]
    award: Key
    most: Few | None = None
    per: Literal["event", "nomination"] = "event"


class Approval(Part):
    """One link of the chain that approves the results: whose act, of which kind, and whether it may depart from the ranking."""

    key: Key
    body: Words
    act: Literal["minutes", "order", "directive", "resolution"] = "order"
    may_depart: StrictBool = False


class Column(Part):
    """A column of the minutes or the summary of a stage."""

    shows: Literal[
        "number", "entry", "authors", "organisations", "title", "nomination", "zone", "sheets", "total", "place", "award", "answer"
    ]
    title: Words
    question: Key | None = None


class Minutes(Part):
    """The minutes or summary of a stage: chosen columns; `line` is the pattern of one line of a result list."""

    stage: Key
    title: Words
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    line: Words | None = None


LINE_PLACEHOLDERS = frozenset({"place", "award", "authors", "organisations", "work", "nomination", "zone", "total", "number"})


class Appeals(Part):
    """Whether results can be appealed against, for how many days after they are published, and what may come of it."""

    allowed: StrictBool = False
    days: Annotated[StrictInt, Field(ge=1, le=90)] | None = None
    effect: Literal["same_or_higher", "any"] = "any"


class Storage(Part):
    """How long a kind of record is kept, and on what ground."""

    records: Literal["orders", "minutes", "register", "sheets", "works", "consents", "drafts"]
    years: Annotated[StrictInt, Field(ge=0, le=100)]
    ground: Words | None = None


class Letter(Part):
    """Words of our own for a letter that a step or a moment sends (workflows/letters.py); `off` keeps it from being sent."""

    notice: Key
    subject: Words | None = None
    text: Words | None = None
    off: StrictBool = False


class Paper(Part):
    """A paper of the register. `lines` hold words with closed {placeholders}: those named below, and {answer:KEY}, the answer to
    a question of the form. A nomination, an award and a chosen answer are also said in the cases that they name:
    {nomination:genitive}, {award:instrumental}, {answer:KEY:dative}. The part of a line between two commas that has an empty
    placeholder is left out."""

    key: Key
    kind: Literal["diploma", "certificate", "thanks", "honorary_diploma", "statement"]
    title: Words
    verb: Words
    name_case: Literal["nominative", "dative"] = "nominative"
    lines: tuple[Words, ...] = ()
    degree: Words | None = None
    recipient: Literal["author", "organisation"] = "author"
    hours: Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=1)] | None = None


PLACEHOLDERS = frozenset(
    {"event", "nomination", "work", "post", "organisation", "place", "topic", "date", "hours", "year", "order", "award", "total", "authors"}
)
