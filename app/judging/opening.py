"""A stage opens or its end moves: who has to do something there is told, once.

Jurors with works to judge; entrants of a stage that asks something of them. Whoever went on to it learns so from the methodist
first: the letter follows that of the passage, and nobody is told what has not been decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from app import background, wording
from app.applications import letters as application_letters
from app.applications.models import Application
from app.database import db
from app.events.models import Event
from app.judging import passage, queries, stages, standings
from app.judging.models import Assignment
from app.notifications import operations as notifications
from app.notifications.models import HELD, Notification
from app.people.models import Appointment
from workflows.regulation import Stage

OPENED, JUDGING, MOVED = "stage_opened", "judging_opened", "judging_moved"
COMES = ("in_person", "visit", "remote")  # modes in which an entrant takes part herself
CHUNK = 200


def asks_entrants(stage: Stage) -> bool:
    """Say whether a stage asks something of its entrants: to come, to report, to mark themselves or each other."""
    marks = any(source.by in ("self", "entrant") for source in stage.all_sources)
    return stage.mode in COMES or stage.kind in ("attendance", "reports") or marks


def just_open(now: datetime) -> Iterator[tuple[Event, Stage]]:
    """Return the stages whose window is open now, by the dates in force: a date that was moved counts as it stands."""
    wanted = select(Event).where(Event.announced_at.is_not(None), Event.approved_at.is_(None))
    for event in db.session.scalars(wanted):
        for stage in event.rules.stages:
            begins = stages.opens(event, stage)
            if begins is not None and stages.is_open(event, stage, now):
                yield event, stage


def announce(event: Event, stage: Stage, *, now: datetime, again: str = "") -> None:
    """Ask the worker to tell everybody concerned. Asking twice is one announcement; `again` names who came since."""
    background.enqueue("judging.tell_opening", f"opening:{event.id}:{stage.key}:{again}", now=now, event_id=event.id, stage=stage.key)


def announce_after_passage(event: Event, *, now: datetime) -> None:
    """Tell whoever has just learnt that she went on about the later stages that are open already."""
    for stage in event.rules.stages:
        if stages.is_gone_to(event, stage) and stage.window is not None and stages.is_open(event, stage, now):
            announce(event, stage, now=now, again=f"{now.timestamp()}")


def ends_with(event: Event, key: str) -> list[Stage]:
    """Return the stages of the jury that take marks until this date of the event."""
    return [one for one in stages.jury_stages(event) if (one.window.closes if one.window else "judging_closes") == key]


def tell_jurors(event: Event, stage: Stage, *, name: str = JUDGING, since: str = "opening", now: datetime) -> None:
    """Write to every juror who has works at the stage without a finished sheet. `since`: what the letter is about, told once."""
    for juror, count in _left(event, stage):
        values = {
            "greeting": juror.person.greeting,
            "event": wording.say(event.title, "ru"),
            "event_en": wording.say(event.title, "en"),
            "count": str(count),
            "centre": event.centre.organisation.short_name,
            "link": f"{current_app.config['BASE_URL']}/desk",
            **_of_stage(event, stage),
        }
        notifications.queue(
            name,
            to=juror.person,
            values=values,
            about=f"event:{event.id}",
            key=f"{since}:{stage.key}:{juror.id}",
            centre_id=event.centre_id,
            event_id=event.id,
            now=now,
        )


def _of_stage(event: Event, stage: Stage) -> dict[str, str]:
    closes = stages.closes(event, stage)
    return {
        **wording.both("stage", lambda: wording.say(stage.title)),
        **wording.both("term", lambda: wording.term(closes, event.zone, year=True) if closes else ""),
    }


def _left(event: Event, stage: Stage) -> list[tuple[Appointment, int]]:
    counted = select(Appointment, func.count(Assignment.id)).join(Assignment, Assignment.juror_id == Appointment.id)
    counted = counted.join(Application, Assignment.application_id == Application.id)
    hers = (Assignment.stage == stage.key, Assignment.judge_id.is_(None), Assignment.recused_at.is_(None), Assignment.done_at.is_(None))
    counted = counted.where(Appointment.event_id == event.id, Appointment.until.is_(None), Application.state == "admitted", *hers)
    return [(juror, count) for juror, count in db.session.execute(counted.group_by(Appointment.id).order_by(Appointment.id))]


def tell_entrants(event: Event, stage: Stage, *, after: int, now: datetime) -> int | None:
    """Write to the next entrants; return after which application to go on, or None when all are told."""
    if not asks_entrants(stage):
        return None
    works = [one for one in sorted(_concerned(event, stage)) if one > after][:CHUNK]
    for application in queries.to_be_told(works):
        _tell(application, stage, now)
    return works[-1] if len(works) == CHUNK else None


def _concerned(event: Event, stage: Stage) -> set[int]:
    """Return the works that take part in a stage, of those that went on to it the ones whose authors know."""
    outcome = standings.compute(event).results
    members = {int(key) for key in outcome.members.get(stage.key, ())}
    if not stages.is_gone_to(event, stage):
        return members
    went_on = {int(key) for key, goes in outcome.advances.get(stage.key, {}).items() if goes}
    return {one for one in members if one not in went_on} | (members & _know(event, stage))


def _know(event: Event, stage: Stage) -> set[int]:
    """Return the works whose letter about the passage to a stage has gone."""
    earlier = [one.key for one in event.rules.stages if any(rule.to == stage.key for rule in one.goes_on)]
    wanted = select(Notification.about, Notification.message_id)
    gone = wanted.where(Notification.event_id == event.id, Notification.name == passage.PASSED, Notification.state != HELD)
    begins = tuple(f"passage.{key}." for key in earlier)
    return {int(about.partition(":")[2]) for about, letter in db.session.execute(gone) if letter.startswith(begins)}


def _tell(application: Application, stage: Stage, now: datetime) -> None:
    event = application.event
    values = {**application_letters.about(application), **_of_stage(event, stage)}
    everybody, key = application_letters.everybody_of(application), f"opening:{stage.key}:{application.id}"
    application_letters.write(OPENED, application, everybody, values, key=key, now=now)
