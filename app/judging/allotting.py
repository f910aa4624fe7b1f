"""Entrants mark each other's works: the allotment, its letters, the reminder. The same draw as the jury's, with applications as seats."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, tuple_

from app.database import db, trace
from app.events.models import Event
from app.judging import candidates, draw, entrants, figures, queries, stages, standings
from app.judging.letters import tell
from app.judging.models import Assignment
from app.judging.stages import Refused, hold, must_not_be_approved
from app.people import operations as people
from app.people.models import Appointment, Person
from app.web import ENTRANT
from workflows.regulation import Stage
from workflows.saying import Saying


def entrants_stage(event: Event, key: str = "") -> Stage:
    """Return a stage at which entrants mark each other: the one of this key, or the first. Raises Refused without one."""
    found = stages.entrant_stages(event)
    stage = next((one for one in found if one.key == key or not key), None)
    if stage is None:
        raise Refused(Saying("event_has_no_entrants"))
    return stage


def plan(event: Event, stage: Stage, *, seed: int) -> draw.Plan:
    """Return who of the entrants would mark whose work, and write nothing: nobody her own, everybody as many, as few move as can be.

    Source: the regulation's number of sheets for each work, and its conflicts.
    """
    source = stages.entrants(stage)
    if source is None:
        raise Refused(Saying("event_has_no_entrants"))
    among = None if stages.is_for_all(event, stage) else standings.compute(event).members_of(stage)
    rows, held = candidates.works_to_draw(event.id, among), entrants.holdings(event.id, stage.key)
    apart = source.conflicts == "organisation"
    works = [_work(row, held.get(row.id, ()), apart=apart) for row in rows]
    seats = [draw.Seat(row.id, row.people, row.organisations if apart else frozenset()) for row in rows]
    return draw.draw(works, seats, per_work=source.sheets, seed=seed)


def _work(row: candidates.WorkRow, mine: Collection[entrants.Holding], *, apart: bool) -> draw.Work:
    return draw.Work(
        row.id,
        row.people,
        row.organisations if apart else frozenset(),
        has=frozenset(one.judge for one in mine if not one.recused),
        fixed=frozenset(one.judge for one in mine if one.begun and not one.recused),
        recused=frozenset(one.judge for one in mine if one.recused),
    )


def allot(event: Event, stage: Stage, *, by: Person, now: datetime, seed: int = 1) -> draw.Plan:
    """Give every work of a stage its entrants as planned, and write to those who got new ones; `short` names what is left open.

    Safe to repeat, for newcomers: what is allotted stays, but for sheets not begun that even out the loads.
    """
    must_not_be_approved(event)
    hold(event)
    planned = plan(event, stage, seed=seed)
    for start in range(0, len(planned.removed), 200):
        pairs = tuple_(Assignment.application_id, Assignment.judge_id).in_(planned.removed[start : start + 200])
        db.session.execute(delete(Assignment).where(pairs, Assignment.stage == stage.key, Assignment.done_at.is_(None)))
    applicants = entrants.applicants({judge for _work, judge in planned.added})
    markers = _markers(event, set(applicants.values()), by=by, now=now)
    rows = [
        {"application_id": work, "juror_id": markers[applicants[judge]].id, "judge_id": judge, "stage": stage.key, "assigned_at": now}
        for work, judge in planned.added
    ]
    if rows:
        db.session.execute(insert(Assignment), rows)
    trace(
        "entrants.allotted", f"event:{event.id}", by=by.id, now=now, stage=stage.key, new=len(rows), moved=len(planned.removed), seed=seed
    )
    figures.count_loads(event.id)
    _tell_new_works(event, planned, applicants, markers, now)
    standings.note_change(event.id, key=f"allotted:{stage.key}:{now.timestamp()}", now=now)
    return planned


def _markers(event: Event, persons: Collection[int], *, by: Person, now: datetime) -> dict[int, Appointment]:
    """Return the appointment of each of these people; who has none yet is appointed."""
    found = entrants.markers(event.id)
    for key, person in entrants.people(persons - found.keys()).items():
        found[key] = people.appoint(person, ENTRANT, event.centre_id, event_id=event.id, by=by, now=now)
    return found


def _tell_new_works(event: Event, planned: draw.Plan, applicants: dict[int, int], markers: dict[int, Appointment], now: datetime) -> None:
    new: dict[int, int] = {}
    for _work, judge in planned.added:
        new[applicants[judge]] = new.get(applicants[judge], 0) + 1
    for person, count in new.items():
        marker = markers[person]
        tell("works_allotted", event, marker, f"allotted:{marker.id}:{now.timestamp()}", now=now, count=str(count))


def remind_entrants(event: Event, *, by: Person, now: datetime) -> int:
    """Ask everybody of the entrants who has works left to mark them, at most once a day; return how many were asked."""
    left = {key: one.of - one.done for key, one in queries.progress_by_juror(event.id).items() if one.done < one.of}
    asked = [one for one in entrants.markers(event.id).values() if left.get(one.id)]
    day = now.astimezone(event.zone).date()
    for marker in asked:
        tell("jury_reminder", event, marker, f"remind:{marker.id}:{day}", now=now, count=str(left[marker.id]))
    trace("entrants.reminded", f"event:{event.id}", by=by.id, now=now, count=len(asked))
    return len(asked)
