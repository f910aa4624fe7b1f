"""Awards, and the points of a series: who gets what for which place, total, vote or decision. Data only."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from workflows.conditions import Condition
from workflows.parts import Base, Cases, Few, Key, Part, Points, Rounding, Share, Words

PRESENCE = ("present", "speaker", "listener", "exhibitor")


class Award(Part):
    """Who is awarded what.

    `by` place: `place_from` to `place_to` of a list · threshold: the total reaches `at_least` or `share_of_max` · decision: a body
    gives it freely · participant: admitted and without an exclusive award · present, speaker, listener, exhibitor: was there.
    `stage`: whose total is read, the last ranked one if not said; `source` or `criterion`: only that part of it.
    `lists`: the lists it is read from; `over` all: one award over all lists together, filled by total from the top, or by place.
    `most` or `share` of a base: how many at most. `choice`: must be given, may be given, so that a body decides.
    `paper`: what the recipient gets; `organisation_paper`: what the organisation gets where the recipient is both.
    `cases`: the title in other grammatical cases: with an instrumental one says «Победителем становится…».
    An entry gets at most one exclusive award, the first that fits; the others come in addition.
    """

    key: Key
    title: Words
    cases: Cases = {}
    by: Literal["place", "threshold", "decision", "participant", "present", "speaker", "listener", "exhibitor"]
    stage: Key | None = None
    source: Key | None = None
    criterion: Key | None = None
    place_from: Annotated[StrictInt, Field(ge=1)] | None = None
    place_to: Annotated[StrictInt, Field(ge=1)] | None = None
    at_least: Points | None = None
    share_of_max: Share | None = None
    lists: tuple[Key, ...] | None = None
    over: Literal["each", "all"] = "each"
    fill: Literal["total", "place"] = "total"
    most: Few | None = None
    share: Share | None = None
    of: Base = "admitted"
    rounding: Rounding = "down"
    when: Condition | None = None
    choice: Literal["must", "may"] = "must"
    exclusive: StrictBool = True
    participation: Literal["speaker", "listener"] | None = None
    recipient: Literal["author", "organisation", "both"] = "author"
    prize: Words | None = None
    giver: Words | None = None
    signatory: Words | None = None
    paper: Key | None = None
    organisation_paper: Key | None = None

    @property
    def is_exclusive(self) -> bool:
        return self.exclusive and self.by in ("place", "threshold", "decision")


class SeriesPoints(Part):
    place_from: Annotated[StrictInt, Field(ge=1)]
    place_to: Annotated[StrictInt, Field(ge=1)] | None = None
    points: Annotated[Points, Field(ge=0)]


class Series(Part):
    """Points for places over several events of a series; `entered`: points for everybody who was ranked.

    `recipient`: whose points are added up over the events: the author's, each co-author's in full, or the organisation's.
    """

    key: Key
    title: Words
    stage: Key | None = None
    lists: tuple[Key, ...] | None = None
    places: tuple[SeriesPoints, ...] = ()
    entered: Annotated[Points, Field(ge=0)] = Decimal(0)
    recipient: Literal["author", "organisation"] = "author"
