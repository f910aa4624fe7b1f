"""Who went on from a stage, told by letters that wait for the methodist; and what marks lock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import background, wording
from app.applications import letters as application_letters
from app.applications.models import Application
from app.database import db, trace
from app.events import operations as events
from app.events.models import Event
from app.judging import figures, queries
from app.judging.models import Decision, Standing
from app.judging.stages import Refused, hold
from app.notifications import operations as notifications
from app.notifications.models import HELD, Notification
from app.people.models import Person
from workflows.regulation import Stage
from workflows.saying import Saying

PASSED, NOT_PASSED = "stage_passed", "stage_not_passed"
CHUNK = 200


def tell(event: Event, stage: Stage, *, by: Person, now: datetime) -> int:
    """Write to everybody who reached a stage whether they go on; the letters are held. Return how many works are told of.

    Raises Refused while somebody's passage is open. Asking twice writes no second letter with the same news.
    """
    hold(event)
    tally = figures.tally(event.id)
    if tally.stale or any(one["kind"] in ("cut", "quorum") and one["stage"] == stage.key for one in tally.open):
        raise Refused(Saying("passage_open"))
    works = _told_of(event, stage)
    if not works or any(status not in ("through", "out") for status in works.values()):
        raise Refused(Saying("passage_open"))
    trace("passage.told", f"event:{event.id}", by=by.id, now=now, stage=stage.key, works=len(works))
    background.enqueue(
        "judging.tell_passage", f"passage:{event.id}:{stage.key}:{now.timestamp()}", now=now, event_id=event.id, stage=stage.key
    )
    return len(works)


def _told_of(event: Event, stage: Stage, after: int = 0, most: int | None = None) -> dict[int, str]:
    """Return work -> through or out; a work that stands in several lists goes on if it does in any."""
    wanted = select(Standing.application_id, Standing.status).where(Standing.event_id == event.id, Standing.stage == stage.key)
    wanted = wanted.where(Standing.status != "absent")
    rows = db.session.execute(wanted.where(Standing.application_id > after).order_by(Standing.application_id))
    found: dict[int, str] = {}
    for work, status in rows:
        found[work] = "through" if "through" in (status, found.get(work)) else status
    return dict(list(found.items())[:most])


def tell_some(event: Event, stage: Stage, *, after: int, now: datetime) -> int | None:
    """Write the next letters; return after which work to go on, or None when all are written."""
    works = _told_of(event, stage, after, CHUNK)
    for application in queries.to_be_told(works):
        _write(application, stage, PASSED if works[application.id] == "through" else NOT_PASSED, now)
    return max(works) if len(works) == CHUNK else None


def _write(application: Application, stage: Stage, name: str, now: datetime) -> None:
    values = {**application_letters.about(application), **wording.both("stage", lambda: wording.say(stage.title))}
    key, everybody = f"passage:{stage.key}:{application.id}", application_letters.everybody_of(application)
    application_letters.write(name, application, everybody, values, key=key, held=True, now=now)


def held(event_id: int) -> int:
    """Return how many letters about a passage wait."""
    wanted = select(Notification.id).where(Notification.event_id == event_id, Notification.state == HELD)
    return len(db.session.scalars(wanted.where(Notification.name.in_((PASSED, NOT_PASSED)))).all())


def send(event: Event, *, by: Person, now: datetime) -> int:
    """Let the held letters about passages go; return how many."""
    return notifications.release(event.id, names=(PASSED, NOT_PASSED), by=by, now=now)


# What marks lock


@events.on_comparison_changed
def keep_what_compares(event: Event, ground: str, by: Person, now: datetime) -> None:
    """Once there are marks, how applications are compared changes only by a recorded decision, and never after the approval."""
    if event.approved_at is not None:
        raise events.Refused({"stages": Saying("results_already_approved")})
    if not queries.has_marks(event.id):
        return
    if not ground:
        raise events.Refused({"ground": Saying("comparison_locked")})
    db.session.add(Decision(event_id=event.id, kind="rules", ground=ground, by_id=by.id, at=now))
    figures.mark_stale(event.id)
