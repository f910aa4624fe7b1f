"""Who judges what: appointing jurors, the draw, single works given and taken, stepping back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert

from app.applications.models import Application
from app.database import db, trace
from app.events.models import Event
from app.judging import candidates, draw, entrants, figures, queries, stages, standings
from app.judging.letters import tell
from app.judging.models import Assignment, Standing
from app.judging.stages import Refused, hold, is_for_all, juries, must_not_be_approved, sits_in, stage_of
from app.people import operations as people
from app.people.models import Appointment, Person
from app.web import JUROR
from workflows.regulation import Stage
from workflows.saying import Saying

MOST_REASON = 500


def appoint_juror(event: Event, person: Person, *, chair: bool, by: Person, now: datetime, jury: str = "") -> Appointment:
    """Appoint a juror and tell her; a new chair takes the place of the old one. Asking twice is one appointment.

    `jury`: in which of several juries side by side she sits.
    """
    stage_of(event)
    known = {juror.person_id: juror for juror in queries.jurors_of(event.id, now)}
    if chair:
        for juror in known.values():
            juror.chair = False
    juror = people.appoint(person, JUROR, event.centre_id, event_id=event.id, chair=chair, by=by, now=now)
    juror.chair = chair or (juror.chair and person.id in known)
    juror.jury = jury or (juror.jury if person.id in known else "")
    db.session.flush()
    if person.id not in known:
        tell("juror_appointed", event, juror, f"juror:{juror.id}:{now.timestamp()}", now=now)
    return juror


def dismiss_juror(event: Event, juror: Appointment, *, by: Person, now: datetime) -> None:
    """End a juror's appointment. Finished sheets stay and count; the other works are free for somebody else."""
    must_not_be_approved(event)
    people.dismiss(juror, by=by, now=now)
    juror.chair = False
    for assignment in queries.unfinished_of(juror.id):
        if assignment.review is None:
            db.session.delete(assignment)
        else:
            assignment.recused_at, assignment.recused_reason = now, "—"
    figures.count_loads(event.id)


# The draw


def plan(event: Event, stage: Stage, *, now: datetime, seed: int) -> draw.Plan:
    """Return who would judge what at a stage, and write nothing: conflicts are left out first, then loads are evened out.

    Source: the regulation's number of sheets for each entry; no juror gets a work of her own or of her own organisation.
    """
    jurors, held = queries.jurors_of(event.id, now), candidates.holders(event.id, stage.key)
    among = None if is_for_all(event, stage) else standings.compute(event).members[stage.key]
    rows = candidates.works_to_draw(event.id, among)
    plans = []
    for source in juries(stage):
        hers = [one for one in jurors if sits_in(stage, source, one.jury)]
        works = [_work(row, [one for one in held.get(row.id, ()) if sits_in(stage, source, one.jury)]) for row in rows]
        plans.append(draw.draw(works, seats(hers), per_work=source.sheets, seed=seed))
    return draw.together(plans)


def _work(row: candidates.WorkRow, mine: Sequence[candidates.Holder]) -> draw.Work:
    return draw.Work(
        row.id,
        row.people,
        row.organisations,
        has=frozenset(one.juror for one in mine if not one.recused),
        fixed=frozenset(one.juror for one in mine if one.begun and not one.recused),
        recused=frozenset(one.juror for one in mine if one.recused),
    )


def seats(jurors: Collection[Appointment]) -> list[draw.Seat]:
    """Return the jurors as the draw sees them: with every organisation where they work now."""
    homes = candidates.workplaces([juror.person_id for juror in jurors])
    return [draw.Seat(juror.id, frozenset({juror.person_id}), homes.get(juror.person_id, frozenset())) for juror in jurors]


def assign(event: Event, *, by: Person, now: datetime, seed: int = 1, stage_key: str = "") -> draw.Plan:
    """Assign works of a stage, the first if none is named, as planned and tell the jurors with new ones; `short` names what
    could not be filled.

    Safe to repeat: what is assigned stays, but for sheets not begun that even out the loads.
    """
    must_not_be_approved(event)
    hold(event)
    stage = stage_of(event, stage_key)
    planned = plan(event, stage, now=now, seed=seed)
    if planned.removed:
        taken = [(Assignment.application_id == work) & (Assignment.juror_id == juror) for work, juror in planned.removed]
        for start in range(0, len(taken), 100):
            any_of = taken[start]
            for one in taken[start + 1 : start + 100]:
                any_of = any_of | one
            db.session.execute(delete(Assignment).where(any_of, Assignment.stage == stage.key, Assignment.done_at.is_(None)))
    if planned.added:
        rows = [{"application_id": work, "juror_id": juror, "stage": stage.key, "assigned_at": now} for work, juror in planned.added]
        db.session.execute(insert(Assignment), rows)
        trace("jury.assigned", f"event:{event.id}", by=by.id, now=now, pairs=len(rows), seed=seed)
    figures.count_loads(event.id)
    db.session.expire_all()
    _tell_new_works(event, planned, now)
    return planned


def _tell_new_works(event: Event, planned: draw.Plan, now: datetime) -> None:
    new = {juror for _work, juror in planned.added}
    for juror in queries.jurors_of(event.id, now):
        if juror.id in new:
            key = f"assigned:{juror.id}:{now.timestamp()}"
            tell("works_assigned", event, juror, key, now=now, count=str(planned.loads[juror.id]))


# Single works


def add_work(event: Event, application: Application, juror: Appointment, *, by: Person, now: datetime, stage_key: str = "") -> Assignment:
    """Give one work of a stage to one juror by hand. Raises Refused for a conflict: nobody can overrule that one."""
    must_not_be_approved(event)
    stage = stage_of(event, stage_key)
    held = candidates.holders(event.id, stage.key, application.id)
    if application.state != "admitted" or application.event_id != event.id:
        raise Refused(Saying("work_not_admitted"))
    if not is_for_all(event, stage) and not figures.reached(application.id, stage.key):
        raise Refused(Saying("work_not_at_stage", stage=stage.title))
    work = _work(candidates.work_to_draw(application), held.get(application.id, ()))
    reason = draw.conflict(work, seats([juror])[0])
    if reason is not None:
        raise Refused(Saying(f"conflict_{reason}", name=juror.person.initials))
    if juror.id in work.has:
        raise Refused(Saying("work_has_juror", name=juror.person.initials))
    assignment = Assignment(application=application, juror=juror, stage=stage.key, assigned_at=now)
    db.session.add(assignment)
    figures.count_loads(event.id)
    trace("jury.assigned", f"application:{application.id}", by=by.id, now=now, juror=juror.id)
    tell("works_assigned", event, juror, f"assigned:{assignment.id}:one", now=now, count="1")
    return assignment


def unassign(assignment: Assignment, *, by: Person, now: datetime) -> None:
    """Take a work from a juror who has not begun it. Raises Refused otherwise."""
    if assignment.review is not None:
        raise Refused(Saying("sheet_begun"))
    trace("jury.unassigned", f"application:{assignment.application_id}", by=by.id, now=now, juror=assignment.juror_id)
    event_id = assignment.application.event_id
    db.session.delete(assignment)
    figures.count_loads(event_id)


def recuse(assignment: Assignment, reason: str, *, by: Person, now: datetime) -> None:
    """A juror steps back from a work (самоотвод). Raises Refused without a reason or after a finished sheet."""
    must_not_be_approved(assignment.application.event)
    if assignment.juror.person_id != by.id:
        raise Refused(Saying("step_not_yours"))
    if assignment.done_at is not None:
        raise Refused(Saying("sheet_finished"))
    if not reason.strip():
        raise Refused(fields={"reason": Saying("recuse_reason_missing")})
    if len(reason) > MOST_REASON:
        raise Refused(fields={"reason": Saying("answer_too_long", most=MOST_REASON, have=len(reason))})
    assignment.recused_at, assignment.recused_reason = now, reason.strip()
    figures.count_loads(assignment.application.event_id)
    trace("jury.recused", f"application:{assignment.application_id}", by=by.id, now=now, juror=assignment.juror_id)


def remind(event: Event, juror: Appointment, *, by: Person, now: datetime) -> bool:
    """Ask a juror kindly to judge what is left; at most once a day. False when nothing is left."""
    left = queries.progress_by_juror(event.id).get(juror.id)
    if left is None or left.done >= left.of:
        return False
    day = now.astimezone(event.zone).date()
    tell("jury_reminder", event, juror, f"remind:{juror.id}:{day}", now=now, count=str(left.of - left.done))
    trace("jury.reminded", f"event:{event.id}", by=by.id, now=now, juror=juror.id)
    return True


def stand_down(application: Application, *, now: datetime) -> None:
    """Take what is not finished from the entrant of this application: the next allotment gives it to others."""
    _free(entrants.unfinished_of(application.id), now)


def leave_conflicts(application: Application, *, now: datetime) -> int:
    """Free a work from the jurors who must not judge it as it stands now; return how many. What they have marked counts no more."""
    found = queries.assignments_of([application.id]).get(application.id, [])
    held = [one for one in found if one.recused_at is None and one.judge_id is None]
    work, sitting = _work(candidates.work_to_draw(application), ()), {one.id: one for one in seats([one.juror for one in held])}
    left = [one for one in held if draw.conflict(work, sitting[one.juror_id]) is not None]
    _free(left, now)
    db.session.flush()
    return len(left)


def _free(assignments: Collection[Assignment], now: datetime) -> None:
    for assignment in assignments:
        if assignment.review is None:
            db.session.delete(assignment)
        elif assignment.recused_at is None:
            assignment.recused_at, assignment.recused_reason = now, "—"


def take_away(application: Application, *, key: str, now: datetime) -> None:
    """Free the jury of a work that is not judged any more; begun sheets stay, but count nowhere. What entrants finished stays theirs:
    a duty done earns its points. Neither do its own authors judge any more."""
    held = queries.assignments_of([application.id]).get(application.id, [])
    _free([one for one in held if one.judge_id is None or one.done_at is None], now)
    stand_down(application, now=now)
    rows = delete(Standing).where(Standing.application_id == application.id).returning(Standing.stage, Standing.sheets)
    gone = {(stage, sheets) for stage, sheets in db.session.execute(rows)}
    asked = {one.key: stages.jury_sheets(one) for one in stages.jury_stages(application.event)}
    full = sum(sheets >= asked[stage] for stage, sheets in gone if stage in asked)
    figures.shift_tally(application.event_id, works=-1, full=-full)
    figures.count_loads(application.event_id)
    if gone:
        standings.note_change(application.event_id, key=key, now=now)
