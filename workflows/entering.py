"""Who may enter: conditions that warn, ask for proof or leave it to the methodist; limits; authors. Nobody is refused by the machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt

from workflows import conditions
from workflows.conditions import Condition
from workflows.parts import Few, Key, Part, Words

# What a rule may ask of every entry besides its answers: its nomination; the zone, the territory, the town and the kind of its
# organisation; how many authors and organisations it has; the day it was received.
FACTS = (
    "nomination", "zone", "territory", "city", "organisation_kind", "authors_count", "organisations_count", "received",
)  # fmt: skip


def facts_of_place(asked: Collection[str], *, territory: str, city: str, kind: str) -> dict[str, str]:
    """Return what rules may ask of the organisation behind an entry. Its territory is the zone of the entry. What the form itself
    asks (`asked`: keys of questions) is an answer, and never filled in from here."""
    found = {"zone": territory, "territory": territory, "city": city, "organisation_kind": kind}
    return {key: value for key, value in found.items() if key not in asked}


class Authors(Part):
    """How many authors one entry has, of which kinds, and whether they come from one organisation."""

    least: Annotated[StrictInt, Field(ge=0, le=100)] = 1
    most: Few | None = None
    kinds: tuple[Literal["adult", "pupil"], ...] = ("adult",)
    one_organisation: StrictBool = False
    substitution: Key | None = None  # the date until which a person may be replaced; the entry keeps its number


class EntryCondition(Part):
    """What an entrant should fulfil. `unmet`: what happens otherwise. `proof`: the question whose file or link proves it.

    `manual`: checked by a person, who records the result; `holds` is then empty.
    """

    key: Key
    holds: Condition | None = None
    manual: StrictBool = False
    message: Words
    unmet: Literal["warn", "proof", "methodist"] = "warn"
    proof: Key | None = None
    when: Condition | None = None


class Limit(Part):
    """Least and most entries of one person, organisation, nomination or of the whole event, counted within lists of the same keys."""

    of: Literal["person", "organisation", "nomination", "event"]
    within: tuple[Key, ...] = ()
    least: Few | None = None
    most: Few | None = None
    message: Words | None = None
    when: Condition | None = None


class Entering(Part):
    applicant: tuple[Literal["person", "organisation", "team"], ...] = ("person",)
    authors: Authors = Authors()
    conditions: tuple[EntryCondition, ...] = ()
    limits: tuple[Limit, ...] = ()
    endorsement: Literal["none", "optional", "required"] = "none"


Found = Mapping[str, bool]  # condition -> whether a person found it met
NOTHING: Found = {}


def unmet(
    entering: Entering, facts: Mapping[str, Any], dates: conditions.Dates, *, of_answered: bool = False, found: Found = NOTHING
) -> list[EntryCondition]:
    """Return the conditions that concern an entry and are not met.

    What a person found counts before what the answers say. Those checked by hand are left to people until then, and those that
    look at a date which is not set wait for it. `of_answered`: while a form is being filled in, a condition says nothing before
    all it looks at is answered.
    """
    return [
        one
        for one in entering.conditions
        if _concerns(one, facts, dates) and (not found[one.key] if one.key in found else _fails(one, facts, dates, of_answered))
    ]


def left_to_people(
    entering: Entering, facts: Mapping[str, Any], dates: conditions.Dates, *, found: Found = NOTHING
) -> list[EntryCondition]:
    """Return the conditions of an entry that a person checks: by hand, left to the methodist and not met, or checked already."""
    return [
        one
        for one in entering.conditions
        if _concerns(one, facts, dates)
        and (one.manual or one.key in found or (one.unmet == "methodist" and _fails(one, facts, dates, of_answered=False)))
    ]


def _concerns(one: EntryCondition, facts: Mapping[str, Any], dates: conditions.Dates) -> bool:
    return one.when is None or conditions.holds(one.when, facts, dates)


def _fails(one: EntryCondition, facts: Mapping[str, Any], dates: conditions.Dates, of_answered: bool) -> bool:
    if one.holds is None or not conditions.event_dates(one.holds) <= set(dates):
        return False
    if of_answered and any(facts.get(key) in (None, "", []) for key in conditions.fields(one.holds)):
        return False
    return not conditions.holds(one.holds, facts, dates)
