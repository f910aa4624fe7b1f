"""What follows from an appeal that was upheld: results opened again, sheets changed by decision, approved anew; nothing silent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask import url_for
from sqlalchemy import func, select

from app import wording
from app.applications import letters
from app.closing.models import Appeal
from app.database import db
from app.events.models import Event
from app.judging import decisions, entering, lists, operations, pages, reopening
from app.judging import queries as judging
from app.judging.acts import order_words
from app.judging.models import Assignment, Decision
from app.people.models import Person
from workflows.saying import Saying

UPHELD = ("upheld", "partly")
TO_OPEN, OPEN, DONE = "to_open", "open", "done"


@dataclass(frozen=True)
class Sheet:
    juror: str
    stage: str
    total: str
    url: str


@dataclass(frozen=True)
class Course:
    """How far it is: the results are to be opened, are open, or are approved anew. `act`: the decision in force."""

    state: str
    effect: str
    act: str
    sheets: list[Sheet]
    enter_url: str  # where something is entered for a stage instead of sheets
    decide_url: str
    results_url: str


def open_results(appeal: Appeal, ground: str, *, by: Person, now: datetime) -> None:
    """Open the results again for an appeal that was upheld. Raises judging's Refused."""
    if appeal.outcome not in UPHELD:
        raise operations.Refused(Saying("appeal_not_upheld"))
    operations.reopen(appeal.application.event, ground, by=by, now=now, work=appeal.application_id)


def state_of(appeal: Appeal) -> str:
    """Return how far an upheld appeal is, empty for any other."""
    if appeal.outcome not in UPHELD:
        return ""
    opened = reopening.opened_for(appeal.application_id)
    if opened is None:
        return TO_OPEN
    return OPEN if appeal.application.event.approved_at is None else DONE


def course(appeal: Appeal) -> Course | None:
    """Return what the methodist does next, or None where nothing follows."""
    state, event = state_of(appeal), appeal.application.event
    if not state:
        return None
    sheets = [_sheet(event, one) for one in reopening.sheets_of(appeal.application_id)] if state == OPEN else []
    return Course(
        state=state,
        effect=wording.put(Saying(f"appeals_{event.rules.appeals.effect}")),
        act=order_words(judging.order_of(event.id, former=state == OPEN)),
        sheets=sheets,
        enter_url=url_for("judging.stage_entries", event_id=event.id) if entering.stages_to_enter(event) else "",
        decide_url=url_for(
            "judging.undecided_questions", event_id=event.id, work=letters.application_number(appeal.application), _anchor="award-head"
        ),
        results_url=url_for("judging.results", event_id=event.id),
    )


def _sheet(event: Event, one: Assignment) -> Sheet:
    total = pages.figure(Fraction(one.review.total)) if one.review and one.review.total else ""
    url = url_for("judging.correct_sheet", assignment_id=one.id)
    return Sheet(one.juror.person.full_name, lists.stage_title(event, one.stage), total, url)


def to_open(event_id: int) -> int:
    """Return how many upheld appeals wait for the results to be opened again."""
    opened = select(Decision.id).where(Decision.application_id == Appeal.application_id, Decision.kind == decisions.REOPEN)
    wanted = select(func.count(Appeal.id)).where(Appeal.event_id == event_id, Appeal.outcome == "upheld", ~opened.exists())
    return db.session.scalar(wanted) or 0


def opened_among(works: Collection[int]) -> set[int]:
    """Return the works for which results were opened again."""
    wanted = select(Decision.application_id).where(Decision.application_id.in_(works), Decision.kind == decisions.REOPEN)
    return {one for one in db.session.scalars(wanted) if one is not None}
