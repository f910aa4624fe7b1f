"""What the staff enter for a stage: imported totals, counted votes, places, reports, presence; and the answers staff fill in.

One row for each value, whatever the rule; the computation reads them beside the sheets of the jury.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select

from app.applications import staff
from app.applications.models import Application
from app.database import db, on_conflict_insert, trace
from app.events.models import Event
from app.judging import given, naming, queries, standings
from app.judging.models import Entered
from app.judging.stages import Refused, hold, must_not_be_approved
from app.people.models import Person
from workflows import questions
from workflows.form import PLAIN_KINDS, Question
from workflows.judging.collecting import collect
from workflows.judging.given import Mark
from workflows.parts import Words
from workflows.regulation import Stage
from workflows.saying import Saying
from workflows.stages import Source

TOTAL = "imported"  # the source of a total that stands for the sheets of a stage
BY_STAFF = ("import", "public", "hall", "self", "expert")
TAKES_TOTAL = ("marks", "places", "imported", "reports")
MOST_VALUE = 500


@dataclass(frozen=True)
class Column:
    """One thing to enter for every work. `kind`: present (yes or no), count, number, or the question that staff answer."""

    source: str
    by: str
    criterion: str
    kind: str
    title: Words | None
    question: Question | None = None
    who: str = ""  # the hall it speaks of


def stages_to_enter(event: Event) -> list[str]:
    """Return the keys of the stages for which something can be entered; an empty one stands for the staff's answers."""
    staff = [given.STAFF] if columns(event, given.STAFF) else []
    return [*staff, *(stage.key for stage in event.rules.stages if _of_stage(stage))]


def columns(event: Event, stage_key: str) -> list[Column]:
    """Return what can be entered at a stage, in the order of the regulation."""
    if stage_key == given.STAFF:
        asked = [one for one in staff.asked(event.rules) if one.kind in PLAIN_KINDS]
        return [Column("", "", one.key, one.kind, one.label, one) for one in asked]
    stage = next((one for one in event.rules.stages if one.key == stage_key), None)
    if stage is None:
        return []
    found = _of_stage(stage)
    return _by_name(event, stage, found) if naming.sources(stage) else found


def _by_name(event: Event, stage: Stage, found: Sequence[Column]) -> list[Column]:
    """Give every hall that was named a column; the one without a name stays while nothing is named, or something is kept in it.
    Experts who are named have a page of their own."""
    halls: dict[str, list[str]] = {}
    for one in naming.named(event.id, stage.key):
        halls.setdefault(one.source, []).append(one.name)
    unnamed = naming.counted_unnamed(event.id, stage.key) if halls else frozenset()
    columns = []
    for column in found:
        names = halls.get(column.source, [])
        if not names or column.source in unnamed:
            columns.append(column)
        if column.by == "hall":
            columns += [replace(column, who=name) for name in names]
    return columns


def _of_stage(stage: Stage) -> list[Column]:
    found = [column for source in stage.all_sources if source.by in BY_STAFF for column in _of_source(stage, source)]
    if stage.kind in TAKES_TOTAL and not any(one.by == "import" for one in found):
        found.append(Column(TOTAL, "import", "", "number", None))
    return found


def _of_source(stage: Stage, source: Source) -> list[Column]:
    if stage.kind == "reports":
        steps = [(one.key, one.title) for one in stage.steps] or [("", source.title)]
        return [Column(source.key, source.by, key, "count", title) for key, title in steps]
    kind = "present" if stage.kind == "attendance" else "count" if source.by in ("public", "hall") or stage.kind == "vote" else "number"
    return [Column(source.key, source.by, "", kind, source.title, who=naming.UNNAMED.get(source.by, ""))]


def enter(event: Event, stage_key: str, values: Mapping[tuple[int, int], str], *, by: Person, now: datetime) -> int:
    """Keep values by (application id, number of the column); an empty one is taken back. Return how many changed.

    Raises Refused with what is wrong, by «application-column», and then changes nothing. Safe to repeat.
    """
    hold(event)
    must_not_be_approved(event)
    asked = columns(event, stage_key)
    wrong = faults(event, stage_key, values)
    if wrong:
        raise Refused(fields={f"{work}-{column}": said for (work, column), said in wrong.items()})
    kept = kept_values(event, stage_key, {work for work, _column in values})
    changed = {key: value.strip() for key, value in values.items() if value.strip() != kept.get(key, "")}
    for (work, number), value in changed.items():
        _keep(event, stage_key, work, asked[number], value, by=by, now=now, before=kept.get((work, number), ""))
    if changed:
        standings.note_change(event.id, key=f"entered:{stage_key}:{now.timestamp()}", now=now)
    return len(changed)


def _keep(event: Event, stage_key: str, work: int, column: Column, value: str, *, by: Person, now: datetime, before: str) -> None:
    if stage_key == given.STAFF:
        staff.put(work, column.criterion, value, by=by, now=now, before=before)
        return
    key = {"application_id": work, "stage": stage_key, "source": column.source, "who": column.who, "criterion": column.criterion}
    if before:
        trace("entered.changed", f"application:{work}", by=by.id, now=now, stage=stage_key, criterion=column.criterion, before=before)
    if not value:
        db.session.execute(delete(Entered).filter_by(**key))
        return
    values = {"value": value, "by_id": by.id, "at": now}
    upsert = on_conflict_insert(Entered).values(event_id=event.id, **key, **values)
    db.session.execute(upsert.on_conflict_do_update(index_elements=list(key), set_=values))


def kept_values(event: Event, stage_key: str, works: Sequence[int] | set[int]) -> dict[tuple[int, int], str]:
    """Return (work, number of the column) -> what is kept."""
    if stage_key == given.STAFF:
        answered, questions_ = staff.kept(works), [one.criterion for one in columns(event, stage_key)]
        return {
            (work, questions_.index(key)): str(value)
            for work, found in answered.items()
            for key, value in found.items()
            if key in questions_
        }
    numbers = {(one.source, one.who, one.criterion): number for number, one in enumerate(columns(event, stage_key))}
    wanted = select(Entered.application_id, Entered.source, Entered.who, Entered.criterion, Entered.value)
    rows = db.session.execute(wanted.where(Entered.stage == stage_key, Entered.application_id.in_(works)))
    return {(work, numbers[tuple(named)]): value for work, *named, value in rows if tuple(named) in numbers}  # type: ignore[index]


def faults(event: Event, stage_key: str, values: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], Saying]:
    """Return what is wrong with values; the computation itself reads them."""
    asked = columns(event, stage_key)
    filled = {key: value.strip() for key, value in values.items() if value.strip()}
    found = {key: Saying("answer_too_long", most=MOST_VALUE, have=len(value)) for key, value in filled.items() if len(value) > MOST_VALUE}
    if stage_key == given.STAFF:
        cleaned = {key: questions.clean(asked[key[1]].question, value)[1] for key, value in filled.items()}  # type: ignore[arg-type]
        return {**found, **{key: said for key, said in cleaned.items() if said is not None}}
    lines = [key for key in filled if key not in found]
    works = given.entries(event.rules, Application.id.in_({work for work, _column in lines}), answered={})
    marks = [_mark(stage_key, key, asked[key[1]], filled[key], line) for line, key in enumerate(lines)]
    book = collect(event.rules, {one.key: one for one in works}, marks)
    for fault in book.faults:
        if fault.code != "incomplete":
            found.setdefault(lines[fault.line], fault.saying)
    judged = queries.finished_works(stage_key, {work for work, column in lines if asked[column].source == TOTAL})
    beside = {key: Saying("total_beside_sheets") for key in lines if asked[key[1]].source == TOTAL and key[0] in judged}
    return {**found, **beside}


def has_total(work: int, stage_key: str) -> bool:
    """Say whether a total was entered for a work that stands for all its sheets at a stage."""
    wanted = select(Entered.id).where(Entered.application_id == work, Entered.stage == stage_key, Entered.source == TOTAL)
    return db.session.scalar(wanted.limit(1)) is not None


def _mark(stage_key: str, key: tuple[int, int], column: Column, value: str, line: int) -> Mark:
    return Mark(stage_key, str(key[0]), column.who, column.criterion, value, column.by, line)
