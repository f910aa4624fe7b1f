"""Items that stand behind a count: each is accepted or struck, and a juror counts no more than were accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.applications.models import Application
from app.database import db, trace
from app.events.models import Event
from app.judging import sheets
from app.judging.given import EVIDENCE
from app.judging.models import Entered
from app.judging.stages import Refused, hold, must_not_be_approved
from app.people.models import Person
from workflows.judging.given import Entry
from workflows.regulation import Stage
from workflows.saying import Saying

ACCEPTED, STRUCK, WAITS = "1", "0", ""
MOST_TEXT = 200


@dataclass(frozen=True)
class Item:
    id: int
    text: str
    state: str  # accepted, struck, waits: «1», «0», «»


def asked_for(stage: Stage) -> list[sheets.Line]:
    """Return the counts of a stage that want evidence."""
    found = sheets.lines(sheets.of_all(stage), Entry(""))
    return [one for one in found if one.scale is not None and one.scale.evidence != "none"]


def of(stage_key: str, works: Collection[int]) -> dict[tuple[int, str], list[Item]]:
    """Return (work, line of the sheet) -> its items: one statement."""
    wanted = select(Entered.id, Entered.application_id, Entered.criterion, Entered.who, Entered.value).where(Entered.source == EVIDENCE)
    found: dict[tuple[int, str], list[Item]] = {}
    for key, work, path, text, state in db.session.execute(
        wanted.where(Entered.stage == stage_key, Entered.application_id.in_(works)).order_by(Entered.id)
    ):
        found.setdefault((work, path), []).append(Item(key, text, state))
    return found


def add(event: Event, stage: Stage, application: Application, path: str, text: str, *, by: Person, now: datetime) -> None:
    """Note an item that waits to be judged. The same item twice is one."""
    hold(event)
    must_not_be_approved(event)
    text = " ".join(text.split())
    if path not in [one.path for one in asked_for(stage)] or application.event_id != event.id:
        raise Refused(Saying("choice_unknown"))
    if not text or len(text) > MOST_TEXT:
        raise Refused(Saying("evidence_missing") if not text else Saying("answer_too_long", most=MOST_TEXT, have=len(text)))
    if text not in [one.text for one in of(stage.key, [application.id]).get((application.id, path), ())]:
        names = {"stage": stage.key, "source": EVIDENCE, "who": text, "criterion": path, "value": WAITS}
        db.session.add(Entered(event_id=event.id, application_id=application.id, by_id=by.id, at=now, **names))


def judge(event: Event, item_id: int, *, accepted: bool, by: Person, now: datetime) -> None:
    """Accept an item or strike it; a later word takes the place of an earlier one, with a trace."""
    hold(event)
    must_not_be_approved(event)
    row = db.session.get(Entered, item_id)
    if row is None or row.event_id != event.id or row.source != EVIDENCE:
        raise Refused(Saying("choice_unknown"))
    trace("evidence.judged", f"application:{row.application_id}", by=by.id, now=now, criterion=row.criterion, accepted=accepted)
    row.value, row.by_id, row.at = ACCEPTED if accepted else STRUCK, by.id, now


def too_many(stage: Stage, work: int, marks: Mapping[str, str]) -> dict[str, Saying]:
    """Return the counts that are larger than what was accepted; where no item was noted, the juror counts by herself."""
    counted = [one.path for one in asked_for(stage) if one.path in marks]
    if not counted:
        return {}
    items = of(stage.key, [work])
    accepted = {path: sum(one.state == ACCEPTED for one in items[work, path]) for path in counted if (work, path) in items}
    return {
        path: Saying("more_than_accepted", most=most)
        for path, most in accepted.items()
        if marks[path].isdecimal() and int(marks[path]) > most
    }
