"""What the worker does for the jury: ranking after new sheets, closing applications after the results."""

from __future__ import annotations

from datetime import datetime, timedelta

from app import background, clock
from app.background import finishing
from app.database import db, reading
from app.events import operations as events
from app.events.models import Event
from app.judging import approvals, figures, opening, passage, points, reopening, stages, standings


@background.job("judging.rank", lease=300)
def rank(event_id: int) -> None:
    """Rank an event again if something came since the last time: many sheets at once are ranked once."""
    with reading():
        waiting = figures.is_stale(event_id)
    with finishing():
        event = db.session.get(Event, event_id)
        if waiting and event is not None and event.approved_at is None:
            standings.refresh(event)


@background.job("judging.close", lease=300)
def close(event_id: int) -> None:
    """Close the next applications of a published event, as of the moment it was published."""
    with finishing():
        event = db.session.get_one(Event, event_id)
        if event.released_at is not None:
            approvals.close_some(event, now=event.released_at)


@background.job("judging.points", lease=300)
def keep_points(event_id: int) -> None:
    """Keep the points of a series for results that were approved before points were kept (migration 0022)."""
    with finishing():
        event = db.session.get_one(Event, event_id)
        if event.approved_at is not None and event.rules.series:
            points.keep(event, standings.compute(event).results)


@background.job("judging.tell_passage", lease=300)
def tell_passage(event_id: int, stage: str, after: int = 0) -> None:
    """Write the next letters about who goes on from a stage; a job goes on with the rest."""
    with finishing():
        event, now = db.session.get_one(Event, event_id), clock.now()
        later = passage.tell_some(event, event.rules.stage(stage), after=after, now=now)
        if later is not None:
            key = f"passage:{event_id}:{stage}:{later}:{now.timestamp()}"
            background.enqueue("judging.tell_passage", key, now=now, event_id=event_id, stage=stage, after=later)


@background.every(timedelta(minutes=10), "judging.open_stages")
def open_stages() -> None:
    """Announce the stages whose window has begun: once for each stage of an event."""
    now = clock.now()
    with finishing():
        for event, stage in opening.just_open(now):
            opening.announce(event, stage, now=now)


@background.job("judging.tell_opening", lease=300)
def tell_opening(event_id: int, stage: str, after: int = 0) -> None:
    """Write the next letters about a stage that opened; a job goes on with the rest. One that has closed again is no news."""
    with finishing():
        event, now = db.session.get_one(Event, event_id), clock.now()
        rule = next((one for one in event.rules.stages if one.key == stage), None)
        if rule is None or event.approved_at is not None or not stages.is_open(event, rule, now):
            return
        if not after:
            opening.tell_jurors(event, rule, now=now)
        later = opening.tell_entrants(event, rule, after=after, now=now)
        if later is not None:
            key = f"opening:{event_id}:{stage}:{later}:{now.timestamp()}"
            background.enqueue("judging.tell_opening", key, now=now, event_id=event_id, stage=stage, after=later)


@events.on_date_moved
def end_moved(event: Event, key: str, at: datetime, now: datetime) -> None:
    """Ask the worker to tell jurors that they have until another moment."""
    if event.approved_at is None and opening.ends_with(event, key):
        said = f"judging_moved:{event.id}:{key}:{at.timestamp()}:{now.timestamp()}"
        background.enqueue("judging.tell_moved", said, now=now, event_id=event.id, date=key, since=f"{now.timestamp()}")


@background.job("judging.tell_moved", lease=300)
def tell_moved(event_id: int, date: str, since: str) -> None:
    """Write to jurors with works left at a stage whose end moved; a stage that is over by then is no news."""
    with finishing():
        event, now = db.session.get_one(Event, event_id), clock.now()
        for stage in opening.ends_with(event, date):
            ends = stages.closes(event, stage)
            if event.approved_at is None and ends is not None and now < ends:
                opening.tell_jurors(event, stage, name=opening.MOVED, since=f"moved:{since}", now=now)


@background.job("judging.tell_revised", lease=300)
def tell_revised(event_id: int, order_id: int, works: list[int]) -> None:
    """Write what results are after they were opened again and approved anew."""
    with finishing():
        reopening.tell(db.session.get_one(Event, event_id), order_id, works, now=clock.now())
