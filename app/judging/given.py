"""What the computation is given: the rows of an event as entries, marks, jurors and decisions. The same few statements for any number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.applications import entries as counting
from app.applications import staff
from app.applications.models import Application, Finding
from app.database import db
from app.events.models import Event
from app.judging.models import Assignment, Entered, Named, Review
from app.judging.models import Decision as DecisionRow
from app.judging.models import Mark as MarkRow
from app.judging.sheets import NO_OPINION
from app.judging.stages import entrants
from app.people.models import Appointment
from app.web import JUROR
from workflows.judging.given import ADMITTED, AWARD, DECISIONS, DISQUALIFIED, WITHHOLD, Decision, Entry, Juror, Mark, facts_of
from workflows.regulation import Regulation, Stage

STATUSES = {
    "admitted": ADMITTED,
    "closed": ADMITTED,
    "not_admitted": "not_admitted",
    "withdrawn": "withdrawn",
    "disqualified": DISQUALIFIED,
}
STAFF = ""  # how the answers that staff fill in are named among the stages
EVIDENCE = "evidence"  # the source of an item that is accepted or struck: it limits a count, and counts by itself nowhere


@dataclass(frozen=True)
class Given:
    """`sheets`: (stage, entry) -> finished sheets of the jury."""

    entries: Sequence[Entry]
    marks: Sequence[Mark]
    jurors: Sequence[Juror]
    decisions: Sequence[Decision]
    dates: Mapping[str, date]
    sheets: Mapping[tuple[str, str], int]


def of(event: Event) -> Given:
    """Return everything the results of an event follow from."""
    entered = list(db.session.execute(_entered(Entered.event_id == event.id)))
    answered = _with_allotted(event, staff.kept_of_event(event.id))
    found = entries(event.rules, Application.event_id == event.id, answered=answered)
    known, admitted = {one.key for one in found}, {one.key for one in found if one.status == ADMITTED}
    return Given(
        entries=found,
        marks=[*_marks(event, known), *_entered_marks(event.rules, entered)],
        jurors=jurors(event),
        decisions=_in_force(decisions(event.id), admitted),
        dates=days(event),
        sheets=_sheets(event),
    )


def days(event: Event) -> dict[str, date]:
    """Return the days of the event's dates in its zone; the end of a day is still that day."""
    moments = {one.key: event.date(one.key) for one in event.rules.dates}
    return {key: (at - timedelta(seconds=1)).astimezone(event.zone).date() for key, at in moments.items() if at is not None}


# Entries


def entry_of(application: Application) -> Entry:
    """Return one application as the rules see it."""
    return entries(application.event.rules, Application.id == application.id, answered=staff.kept([application.id]))[0]


def marked_entry(application: Application, stage: Stage) -> Entry:
    """Return what a sheet of a stage has to know of a work: its answers only where they decide about criteria."""
    return Entry(str(application.id)) if all(one.when is None for one in stage.criteria) else entry_of(application)


def listed_together(one: Entry, other: Entry, by: Sequence[str]) -> bool:
    """Say whether two entries stand in one list by these keys."""
    left, right = facts_of(one), facts_of(other)
    return all(left.get(key) == right.get(key) for key in by)


def entries(rules: Regulation, *conditions: Any, answered: Mapping[int, Mapping[str, Any]]) -> list[Entry]:
    """Return the applications that are in, or were once, in the order of their numbers."""
    found = _findings(conditions) if rules.entering.conditions else {}
    return counting.entries(rules, *conditions, Application.number.is_not(None), statuses=STATUSES, answered=answered, found=found)


def _findings(conditions: Iterable[Any]) -> dict[int, dict[str, bool]]:
    """Return work -> condition -> what people found last."""
    wanted = select(Finding.application_id, Finding.condition, Finding.met).join(Application).where(*conditions)
    found: dict[int, dict[str, bool]] = {}
    for work, condition, met in db.session.execute(wanted.order_by(Finding.id)):
        found.setdefault(work, {})[condition] = met
    return found


# Marks


def _with_allotted(event: Event, answers: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the answers of the staff, and for each entrant the works she was given to mark, under the question that names them."""
    found: dict[int, dict[str, Any]] = {key: dict(mine) for key, mine in answers.items()}
    asked = {stage.key: source.allotted for stage in event.rules.stages if (source := entrants(stage)) and source.allotted}
    if not asked:
        return found
    wanted = select(Assignment.stage, Assignment.judge_id, Assignment.application_id).join(Assignment.application)
    wanted = wanted.where(Application.event_id == event.id, Assignment.judge_id.is_not(None), Assignment.recused_at.is_(None))
    works: dict[tuple[int, str], list[str]] = {}
    for stage, judge, work in db.session.execute(wanted.order_by(Assignment.id)):
        works.setdefault((judge, asked[stage]), []).append(str(work))
    for (judge, question), mine in works.items():
        found.setdefault(judge, {})[question] = mine
    return found


def _marks(event: Event, known: Collection[str]) -> Iterator[Mark]:
    """Yield the marks of finished sheets; an entrant's as long as her own application is among those `known`."""
    columns = (Assignment.stage, Assignment.application_id, Assignment.juror_id, Assignment.judge_id, MarkRow.criterion, MarkRow.value)
    wanted = _finished(event, *columns).join(MarkRow, MarkRow.review_id == Review.id).where(MarkRow.value != NO_OPINION)
    for stage, work, juror, judge, criterion, value in db.session.execute(wanted):
        if judge is None:
            yield Mark(stage, str(work), str(juror), criterion, value, "jury")
        elif str(judge) in known:
            yield Mark(stage, str(work), str(judge), criterion, value, "entrant")


def _finished(event: Event, *columns: Any) -> Select[Any]:
    wanted = select(*columns).join(Review, Review.assignment_id == Assignment.id)
    wanted = wanted.join(Application, Assignment.application_id == Application.id)
    counts = (Assignment.recused_at.is_(None), Review.final_at.is_not(None), Application.state.in_(STATUSES))
    return wanted.where(Application.event_id == event.id, *counts)


def _sheets(event: Event) -> Counter[tuple[str, str]]:
    """Count the finished sheets of the jury; those of entrants are due to nobody."""
    counted = _finished(event, Assignment.stage, Assignment.application_id, func.count(Assignment.id))
    counted = counted.where(Assignment.judge_id.is_(None))
    rows = db.session.execute(counted.group_by(Assignment.stage, Assignment.application_id))
    return Counter({(stage, str(work)): count for stage, work, count in rows})


def _entered(*conditions: Any) -> Select[Any]:
    columns = (Entered.stage, Entered.application_id, Entered.source, Entered.who, Entered.criterion, Entered.value)
    return select(*columns).where(*conditions).order_by(Entered.id)


def _entered_marks(rules: Regulation, rows: Iterable[Any]) -> Iterator[Mark]:
    by = {(stage.key, source.key): source.by for stage in rules.stages for source in stage.all_sources}
    for stage, work, source, who, criterion, value in rows:
        if source != EVIDENCE and value != NO_OPINION:
            yield Mark(stage, str(work), who, criterion, value, by.get((stage, source), "import"))


# Jurors


def jurors(event: Event) -> list[Juror]:
    """Return the jury in force, and those who left it and whose sheets count."""
    judged = select(Assignment.id).where(Assignment.juror_id == Appointment.id, Assignment.done_at.is_not(None)).exists()
    wanted = select(Appointment.id, Appointment.weight, Appointment.chair, Appointment.jury)
    wanted = wanted.where(Appointment.event_id == event.id, Appointment.role == JUROR, or_(Appointment.until.is_(None), judged))
    rows = db.session.execute(wanted.order_by(Appointment.id))
    return [*(Juror(str(key), Fraction(weight), chair, jury, by="jury") for key, weight, chair, jury in rows), *_experts(event)]


def _experts(event: Event) -> list[Juror]:
    """Return the experts without account, with what their sheets weigh and in which of several juries they sit."""
    juries = {(stage.key, one.key): one.jury or "" for stage in event.rules.stages for one in stage.all_sources if one.by == "expert"}
    if not juries:
        return []
    wanted = select(Named.stage, Named.source, Named.name, Named.weight).where(Named.event_id == event.id).order_by(Named.id)
    rows = [row for row in db.session.execute(wanted) if (row.stage, row.source) in juries]
    return [Juror(one.name, Fraction(one.weight), jury=juries[one.stage, one.source], by="expert") for one in rows]


# Decisions


def decisions(event_id: int) -> list[Decision]:
    """Return what people decided, as far as it is in force: a later decision about an award not given at all, or given after
    all, takes the place of the earlier one."""
    rows = db.session.scalars(select(DecisionRow).where(DecisionRow.event_id == event_id).order_by(DecisionRow.id))
    found: list[Decision] = []
    for row in rows:
        if row.kind in DECISIONS:
            one = _decision(row)
            found = [before for before in found if not _replaces(one, before)]
            found.append(one)
    return found


def _in_force(found: Sequence[Decision], admitted: Container[str]) -> list[Decision]:
    """Return the decisions without those about a work that is no longer admitted. Where an award was settled upon such a work,
    nobody has decided that the others do not get it: the question is open again."""
    gone = {one.act for one in found if one.kind == AWARD and one.act and one.entry not in admitted}
    return [one for one in found if (one.entry in admitted if one.entry else not (one.kind == WITHHOLD and one.act in gone))]


def _decision(row: DecisionRow) -> Decision:
    entry = str(row.application_id) if row.application_id is not None else ""
    return Decision(row.kind, row.list, row.stage, entry, row.award, row.value, row.ground, row.act)


def _replaces(later: Decision, earlier: Decision) -> bool:
    if (
        later.act == earlier.act
        or {later.kind, earlier.kind} != {AWARD, WITHHOLD}
        or (later.award, later.list) != (earlier.award, earlier.list)
    ):
        return False
    return not earlier.entry or not later.entry
