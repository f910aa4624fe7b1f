"""What a computation of results is given: entries, marks, jurors, decisions; and what it answers about faults in them.

An application is called an entry here, as the field calls it in its tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from workflows.saying import Saying

ADMITTED = "admitted"
DISQUALIFIED = "disqualified"
STATUSES = (ADMITTED, "not_admitted", "withdrawn", DISQUALIFIED)
TIE, VOTE, ADVANCE, AWARD, WITHHOLD = "tie", "vote", "advance", "award", "withhold"
DECISIONS = (TIE, VOTE, ADVANCE, AWARD, WITHHOLD)


@dataclass(frozen=True)
class Entry:
    """`values`: answers and attributes by key, lists for several values; `found`: what people found of conditions of entering;
    `line` where it stands in its table."""

    key: str
    nomination: str = ""
    status: str = ADMITTED
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    received: datetime | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    found: Mapping[str, bool] = field(default_factory=dict)
    line: int = 0


class Mark(NamedTuple):
    """One mark as it was given. `criterion` is a key, a sub-row «criterion.row», or empty for a bare total, a count, a place."""

    stage: str
    entry: str
    juror: str
    criterion: str
    value: str
    by: str = ""
    line: int = 0


@dataclass(frozen=True)
class Juror:
    """Who gives sheets. `by`: jury or expert, empty where a table does not say; a share of a jury is counted among its own."""

    key: str
    weight: Fraction = Fraction(1)
    chair: bool = False
    jury: str = ""
    line: int = 0
    by: str = ""


@dataclass(frozen=True)
class Decision:
    """What people decided, with the ground. `act` binds decisions taken together: such an order of tied entries holds for
    exactly these entries; without an act it holds for every tie whose entries it names."""

    kind: str
    list: str = ""
    stage: str = ""
    entry: str = ""
    award: str = ""
    value: str = ""
    ground: str = ""
    act: str = ""
    line: int = 0


@dataclass(frozen=True)
class Fault:
    """Something in a table that has to be put right before anything can be computed. `file`: entries, marks, jurors, decisions."""

    file: str
    line: int
    code: str
    saying: Saying


@dataclass(frozen=True)
class Remark:
    """Something a person should know: a condition not met, marks that do not count."""

    code: str
    file: str
    line: int
    saying: Saying


def facts_of(entry: Entry) -> Mapping[str, object]:
    """What conditions may ask of an entry: its answers, and what is known of every entry."""
    return {
        **entry.values,
        "nomination": entry.nomination,
        "authors": list(entry.authors),
        "organisations": list(entry.organisations),
        "authors_count": len(entry.authors),
        "organisations_count": len(entry.organisations),
        "received": entry.received.isoformat() if entry.received else "",
    }
