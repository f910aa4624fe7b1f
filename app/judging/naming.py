"""Halls that are counted and experts without account, by name: who they are, and the sheets of an expert, typed in from paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, select

from app.applications.models import Application
from app.database import db, on_conflict_insert, trace
from app.events.models import Event
from app.judging import given, queries, sheets, standings
from app.judging.models import Entered, Named
from app.judging.stages import Refused, hold, must_not_be_approved
from app.people.models import Person
from workflows.judging.given import Entry
from workflows.regulation import Source, Stage
from workflows.saying import Saying

BY_NAME = ("hall", "expert")
UNNAMED = {"hall": "", "expert": "experts"}  # how one number for all of them is kept
MOST_NAME = 100
Typed = Mapping[tuple[int, str], str]  # (work, line of the sheet) -> the mark as typed


def sources(stage: Stage) -> list[Source]:
    """Return the sources of a stage whose halls or experts can be named."""
    return [one for one in stage.all_sources if one.by in BY_NAME]


def named(event_id: int, stage_key: str = "") -> list[Named]:
    """Return the halls and experts of an event, of all stages or one, as they were named: one statement."""
    wanted = select(Named).where(Named.event_id == event_id).order_by(Named.id)
    return list(db.session.scalars(wanted.where(Named.stage == stage_key) if stage_key else wanted))


def counted_unnamed(event_id: int, stage_key: str) -> frozenset[str]:
    """Return the sources for which a number without a name is kept."""
    wanted = select(Entered.source).where(Entered.event_id == event_id, Entered.stage == stage_key)
    return frozenset(db.session.scalars(wanted.where(Entered.who.in_(UNNAMED.values()), Entered.criterion == "").distinct()))


def add_name(event: Event, stage: Stage, source_key: str, name: str, *, by: Person, now: datetime) -> Named:
    """Name a hall or an expert; the same name twice is one."""
    hold(event)
    must_not_be_approved(event)
    name = " ".join(name.split())
    if source_key not in [one.key for one in sources(stage)]:
        raise Refused(Saying("choice_unknown"))
    if not any(letter.isalpha() for letter in name) or name == UNNAMED["expert"]:
        raise Refused(fields={f"name_{source_key}": Saying("name_needed")})
    if len(name) > MOST_NAME:
        raise Refused(fields={f"name_{source_key}": Saying("answer_too_long", most=MOST_NAME, have=len(name))})
    known = next((one for one in named(event.id, stage.key) if (one.source, one.name) == (source_key, name)), None)
    if known is None:
        known = Named(event_id=event.id, stage=stage.key, source=source_key, name=name, by_id=by.id, at=now)
        db.session.add(known)
        db.session.flush()
        trace("name.added", f"event:{event.id}", by=by.id, now=now, named=known.id, stage=stage.key)
    return known


def remove_name(event: Event, one: Named, *, by: Person, now: datetime) -> None:
    """Take a name away that was given by mistake. Raises Refused while something is entered under it."""
    hold(event)
    must_not_be_approved(event)
    used = select(func.count(Entered.id)).where(Entered.event_id == event.id, Entered.stage == one.stage)
    if db.session.scalar(used.where(Entered.source == one.source, Entered.who == one.name)):
        raise Refused(Saying("name_in_use", name=one.name))
    trace("name.removed", f"event:{event.id}", by=by.id, now=now, named=one.id, stage=one.stage)
    db.session.delete(one)


# The sheets of an expert


def source_of(event: Event, one: Named) -> Source:
    """Raises Refused where the regulation does not know the source any more."""
    stage = next((stage for stage in event.rules.stages if stage.key == one.stage), None)
    found = next((source for source in sources(stage) if source.key == one.source), None) if stage is not None else None
    if found is None:
        raise Refused(Saying("choice_unknown"))
    return found


def kept_sheets(one: Named, works: Collection[int]) -> dict[tuple[int, str], str]:
    """Return what is kept of an expert's sheets for these works."""
    wanted = select(Entered.application_id, Entered.criterion, Entered.value).where(Entered.stage == one.stage, Entered.who == one.name)
    rows = db.session.execute(wanted.where(Entered.source == one.source, Entered.application_id.in_(works)))
    return {(work, path): value for work, path, value in rows}


def entries(event: Event, works: Collection[int]) -> dict[int, Entry]:
    """Return works as the rules see them: which criteria concern them."""
    return {int(one.key): one for one in given.entries(event.rules, Application.id.in_(works), answered={})}


def enter_sheets(event: Event, one: Named, typed: Typed, *, by: Person, now: datetime) -> int:
    """Keep an expert's sheets; one whose cells are all empty is taken back. Return how many marks changed.

    Raises Refused by «work-line», and then changes nothing: a sheet is complete or it is none. Safe to repeat.
    """
    hold(event)
    must_not_be_approved(event)
    works = {work for work, _path in typed}
    kept = kept_sheets(one, works)
    known = entries(event, works)
    if wrong := _faults(event, one, known, {key: value.strip() for key, value in typed.items()}):
        raise Refused(fields={f"{work}-{path}": said for (work, path), said in wrong.items()})
    changed = {key: value.strip() for key, value in typed.items() if value.strip() != kept.get(key, "") and key[0] in known}
    for (work, path), value in changed.items():
        _keep(event, one, work, path, value, before=kept.get((work, path), ""), by=by, now=now)
    if changed:
        standings.note_change(event.id, key=f"expert:{one.id}:{now.timestamp()}", now=now)
    return len(changed)


def _faults(event: Event, one: Named, known: Mapping[int, Entry], typed: Typed) -> dict[tuple[int, str], Saying]:
    stage, source = event.rules.stage(one.stage), source_of(event, one)
    found: dict[tuple[int, str], Saying] = {}
    totals = queries.entered_totals(event.id, stage.key)
    for work, entry in known.items():
        marks = {path: value for (key, path), value in typed.items() if key == work and value}
        if not marks:
            continue
        reading = sheets.read(event.rules, stage, entry, source, marks)
        said = {**reading.missing, **reading.wrong}
        if work in totals:
            said |= {next(iter(marks)): Saying("total_stands_for_sheets")}
        found |= {(work, path): one_said for path, one_said in said.items()}
    return found


def _keep(event: Event, one: Named, work: int, path: str, value: str, *, before: str, by: Person, now: datetime) -> None:
    key = {"application_id": work, "stage": one.stage, "source": one.source, "who": one.name, "criterion": path}
    if before:
        trace("entered.changed", f"application:{work}", by=by.id, now=now, stage=one.stage, criterion=path, before=before)
    if not value:
        db.session.execute(delete(Entered).filter_by(**key))
        return
    values = {"value": value, "by_id": by.id, "at": now}
    upsert = on_conflict_insert(Entered).values(event_id=event.id, **key, **values)
    db.session.execute(upsert.on_conflict_do_update(index_elements=list(key), set_=values))
