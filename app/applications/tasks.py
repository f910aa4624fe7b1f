"""What the worker tells applicants of itself: a date that moved, a draft that is not yet sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app import background, clock, wording
from app.applications import least, letters
from app.applications.models import Application
from app.background import finishing
from app.database import db
from app.events import operations as events
from app.events.models import Event, Schedule
from app.notifications import operations as notifications
from workflows.regulation import Regulation
from workflows.saying import Saying

TOUCHED = ("draft", "submitted", "revision", "admitted")
REMIND_BEFORE = timedelta(days=3)


@events.on_rewriting
def keep_nominations(event: Event, rules: Regulation) -> dict[str, Saying]:
    """A nomination that applications stand in does not leave the regulation."""
    used = select(Application.nomination).where(Application.event_id == event.id, Application.nomination != "").distinct()
    lost = set(db.session.scalars(used)) - {one.key for one in rules.nominations}
    return {"nominations": Saying("nominations_in_use", keys=", ".join(sorted(lost)))} if lost else {}


@events.on_date_moved
def date_moved(event: Event, key: str, at: datetime, now: datetime) -> None:
    """Ask the worker to tell everybody who has begun or sent an application."""
    background.enqueue(
        "applications.date_moved", f"moved:{event.id}:{key}:{at.timestamp()}:{now.timestamp()}", now=now, event_id=event.id, date=key
    )


@background.job("applications.date_moved", lease=300)
def tell_date_moved(event_id: int, date: str) -> None:
    """One letter for each applicant, whatever the number of her applications."""
    with finishing():
        event = db.session.get_one(Event, event_id)
        row = db.session.scalars(
            select(Schedule).where(Schedule.event_id == event_id, Schedule.key == date).order_by(Schedule.id.desc())
        ).first()
        if row is None:
            return
        title = next(one.title for one in event.rules.dates if one.key == date)
        shown = wording.term if date in event.rules.end_dates else wording.moment
        told: set[int] = set()
        for application in db.session.scalars(_touched(event_id)):
            if application.applicant_id in told:
                continue
            told.add(application.applicant_id)
            _tell(
                "deadline_moved",
                application,
                f"moved:{row.id}",
                what=wording.say(title, "ru"),
                what_en=wording.say(title, "en"),
                term=shown(row.at, event.zone, year=True),
            )


@background.every(timedelta(hours=6), "applications.remind")
def remind_of_drafts() -> None:
    """Remind three days before the intake closes: of each draft once a deadline, and whoever has sent fewer than the least."""
    now = clock.now()
    with finishing():
        wanted = select(Event).where(Event.announced_at.is_not(None), Event.approved_at.is_(None))
        for event in db.session.scalars(wanted):
            closes = event.date("intake_closes")
            if closes is None or not now < closes <= now + REMIND_BEFORE:
                continue
            drafts = list(db.session.scalars(_touched(event.id, "draft")))
            fewer = least.applicants(event, [one for one in least.below(event) if one.is_open(event, now)])
            for application in drafts:
                told = {"term": wording.term(closes, event.zone, year=True), **least.sentences(fewer.get(application.applicant_id, ()))}
                _tell("draft_unsent", application, f"unsent:{closes.timestamp()}", **told)
            least.remind_before_end(event, fewer, REMIND_BEFORE, {one.applicant_id for one in drafts}, now=now)


def _touched(event_id: int, *states: str) -> Select[tuple[Application]]:
    wanted = select(Application).where(Application.event_id == event_id, Application.state.in_(states or TOUCHED))
    return wanted.options(joinedload(Application.applicant)).order_by(Application.id)


def _tell(name: str, application: Application, key: str, **values: str) -> None:
    person, event = application.applicant, application.event
    notifications.queue(
        name,
        to=person,
        values={**letters.about(application), **values, "greeting": person.greeting},
        about=f"application:{application.id}",
        key=f"{key}:{application.id}",
        centre_id=event.centre_id,
        event_id=event.id,
        now=clock.now(),
    )
