"""What letters say of the results of a work: its awards, and its lines in the lists of results."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app import wording
from app.applications.models import Application
from app.database import db
from app.events.models import Event
from app.judging import lines, lists
from app.judging.models import Award, Standing


@dataclass(frozen=True)
class Told:
    """What is known of some works: their awards, and where they stand."""

    awards: Mapping[int, Sequence[Award]]
    stood: Mapping[tuple[int, str], Standing]


def told_of(event: Event, works: Collection[int]) -> Told:
    """Return it in a handful of statements, whatever the number of works."""
    given = _awards(works)
    found: dict[int, list[Award]] = {}
    for one in given:
        found.setdefault(one.application_id, []).append(one)
    return Told(found, lines.read_from(event, given))


def _awards(works: Collection[int]) -> Sequence[Award]:
    wanted = select(Award).where(Award.application_id.in_(works)).order_by(Award.id)
    work = joinedload(Award.application)
    return db.session.scalars(wanted.options(work.options(selectinload(Application.authors), joinedload(Application.organisation)))).all()


def values(work: Application, told: Told) -> dict[str, str]:
    """Return what a letter to the authors of a work may say, in both languages."""
    event, given = work.event, told.awards.get(work.id, ())

    def titles() -> str:
        return ", ".join(lists.award_title(event, key) for key in dict.fromkeys(one.award for one in given))

    def said() -> str:
        found = (lines.of_award(event, one, told.stood.get((one.application_id, one.list))) for one in given)
        return "; ".join(dict.fromkeys(filter(None, found)))

    return {**wording.both("award", titles), **wording.both("line", said)}
