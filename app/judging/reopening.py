"""Approved results opened again by a recorded act. What was published stays as it is until the bodies approve anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort
from sqlalchemy import delete, insert, select, update

from app import background, wording
from app.applications import letters
from app.applications.models import Application
from app.database import db, trace
from app.events.models import Event
from app.judging import decisions, queries, standings, telling
from app.judging.acts import order_words
from app.judging.models import Assignment, Award, Decision, Order, Review
from app.judging.stages import Late, hold
from app.people.access import Visitor
from app.people.models import Person
from workflows.saying import Saying

CHUNK = 200
Withdrawn = Callable[[Event, Collection[int], str, Person, datetime], None]
_withdrawn: list[Withdrawn] = []


def when_withdrawn(act: Withdrawn) -> Withdrawn:
    """Register what follows when awards are taken back: (event, ids of the award rows, by which act, by, now)."""
    _withdrawn.append(act)
    return act


def reopen(event: Event, ground: str, *, by: Person, now: datetime, work: int | None = None) -> None:
    """Open approved results again; `work`: the one whose appeal was upheld. The acts that approved them stay, as former ones.

    Raises Refused without a ground or by somebody whose own work it is, Late where nothing is approved. For a further work of
    results that are open already the decision alone is recorded.
    """
    hold(event)
    decisions.may_speak(ground, [work] if work else [], by)
    approved = queries.orders_of(event.id)
    if not approved and (work is None or not is_open_again(event)):
        raise Late(Saying("results_not_approved"))
    db.session.execute(update(Order).where(Order.event_id == event.id, Order.reopened_at.is_(None)).values(reopened_at=now))
    event.approved_at = None
    db.session.flush()
    decisions.note(event, decisions.REOPEN, ground, work=work, by=by, now=now)
    standings.refresh(event)


def is_open_again(event: Event) -> bool:
    """Say whether results that were approved once wait for a new act."""
    return event.approved_at is None and queries.order_of(event.id, former=True) is not None


def opened_for(work: int) -> Decision | None:
    """Return the latest act that opened the results again for a work."""
    wanted = select(Decision).where(Decision.application_id == work, Decision.kind == decisions.REOPEN)
    return db.session.scalar(wanted.order_by(Decision.id.desc()).limit(1))


def revised_by(event: Event, work: int) -> Order | None:
    """Return the act that approved the results anew after they were opened for a work: one statement."""
    if event.approved_at is None:
        return None
    opened = select(Decision.id).where(Decision.application_id == work, Decision.kind == decisions.REOPEN).exists()
    wanted = select(Order).where(Order.event_id == event.id, Order.reopened_at.is_(None), opened)
    return db.session.scalar(wanted.order_by(Order.id.desc()).limit(1))


# Sheets that may be changed then


def sheet_or_404(assignment_id: int, visitor: Visitor) -> Assignment:
    """Return an assignment of an event this methodist runs, with its sheet."""
    wanted = select(Assignment).join(Application, Assignment.application_id == Application.id).join(Event)
    wanted = wanted.where(Assignment.id == assignment_id, Assignment.recused_at.is_(None), Event.centre_id.in_(visitor.centres))
    found = db.session.scalars(wanted).unique().one_or_none()
    if found is None:
        abort(404)
    return found


def sheets_of(application_id: int) -> list[Assignment]:
    """Return the finished sheets of a work, in the order of the jurors."""
    wanted = select(Assignment).join(Review, Review.assignment_id == Assignment.id)
    wanted = wanted.where(Assignment.application_id == application_id, Assignment.recused_at.is_(None), Review.final_at.is_not(None))
    return list(db.session.scalars(wanted.order_by(Assignment.stage, Assignment.juror_id)).unique())


# Approved anew


def write_awards(event: Event, wanted: Mapping[tuple[int, str, str], dict[str, Any]], *, act: str, by: Person, now: datetime) -> set[int]:
    """Make the awards of an event these, by (work, award, list): one that stays keeps its row, and the papers that stand on it.

    Return the works whose awards changed.
    """
    kept = {(one.application_id, one.award, one.list): one for one in db.session.scalars(select(Award).where(Award.event_id == event.id))}
    for key, one in kept.items():
        if key in wanted:
            one.by, one.ground = wanted[key]["by"], wanted[key]["ground"]
    new = [row for key, row in wanted.items() if key not in kept]
    if new:
        db.session.execute(insert(Award), new)
    gone = [one for key, one in kept.items() if key not in wanted]
    _take_back(event, gone, act, by, now)
    return {row["application_id"] for row in new} | {one.application_id for one in gone}


def _take_back(event: Event, gone: Sequence[Award], act: str, by: Person, now: datetime) -> None:
    if not gone:
        return
    ids = [one.id for one in gone]
    for one in gone:
        trace("award.withdrawn", f"application:{one.application_id}", by=by.id, now=now, award=one.award, list=one.list)
    for follows in _withdrawn:
        follows(event, ids, act, by, now)
    for start in range(0, len(ids), CHUNK):
        db.session.execute(delete(Award).where(Award.id.in_(ids[start : start + CHUNK])))


def tell_later(event: Event, changed: Iterable[int], *, order: Order, now: datetime) -> None:
    """Let the worker write to everybody whose award changed, and to those for whose work the results were opened."""
    before = queries.order_of(event.id, former=True)
    since = before.reopened_at if before is not None else None
    opened = select(Decision.application_id).where(Decision.event_id == event.id, Decision.kind == decisions.REOPEN)
    opened = opened.where(Decision.application_id.is_not(None), Decision.at >= since)
    works = sorted({*changed, *db.session.scalars(opened)})
    for start in range(0, len(works), CHUNK):
        some = works[start : start + CHUNK]
        background.enqueue("judging.tell_revised", f"revised:{order.id}:{start}", now=now, event_id=event.id, order_id=order.id, works=some)


def tell(event: Event, order_id: int, works: Collection[int], *, now: datetime) -> None:
    """Write what the results are now."""
    order, told = db.session.get_one(Order, order_id), telling.told_of(event, works)
    act = wording.both("act", lambda: order_words(order))
    for work in queries.to_be_told(works):
        values = {**letters.about(work), **act, **telling.values(work, told)}
        letters.write("results_revised", work, letters.everybody_of(work), values, key=f"revised:{order_id}:{work.id}", now=now)
