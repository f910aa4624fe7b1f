"""From what was decided to published results: the chain of bodies that approve, the awards as rows, the release."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app import background
from app.applications import letters as application_letters
from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application
from app.database import db, trace
from app.events.models import Event
from app.judging import decisions, figures, points, queries, reopening, standings, telling
from app.judging.acts import ACTS
from app.judging.models import Order
from app.judging.stages import Late, Refused, chain, hold, next_link
from app.judging.standings import Outcome
from app.notifications import operations as notifications
from app.people.models import Person
from workflows.judging.given import ADMITTED, TIE
from workflows.saying import Saying

CHUNK = 200  # applications closed in one transaction: other writers wait no longer than that takes


def approve(
    event: Event,
    *,
    number: str,
    day: date,
    by: Person,
    now: datetime,
    despite_missing: str = "",
    chair: str = "",
    secretary: str = "",
) -> int:
    """Record the act of the next body and return how many awards follow from it: none before the last one.

    With the first act nothing is marked any more; the last makes the awards rows. Raises Refused while something is open that an
    award or a cut hangs on, or sheets are missing and no ground says why it goes on without them; nobody approves the results
    of an event she takes part in. `chair` and `secretary`: who signed it. Raises Late when somebody has approved already.
    """
    hold(event)
    link = next_link(event)
    if link is None:
        raise Late(Saying("results_already_approved"))
    first = not queries.orders_of(event.id)
    outcome = standings.refresh(event)
    _may_approve(event, outcome, number, by, despite_missing, first=first)
    if first and _lacking(event, outcome):
        decisions.go_on_without(event, despite_missing, by=by, now=now)
    words = {
        "link": link.key if event.rules.approval else "",
        "kind": ACTS[link.act],
        "chair": chair.strip()[:200],
        "secretary": secretary.strip()[:200],
    }
    order = Order(event_id=event.id, number=number.strip()[:40], day=day, by_id=by.id, recorded_at=now, **words)
    db.session.add(order)
    db.session.flush()
    trace("results.approved", f"event:{event.id}", by=by.id, now=now, link=link.key)
    return _make_final(event, outcome, order, by, now) if link is chain(event)[-1] else 0


def _may_approve(event: Event, outcome: Outcome, number: str, by: Person, despite_missing: str, *, first: bool) -> None:
    if not number.strip():
        raise Refused(fields={"number": Saying("order_number_missing")})
    if figures.own_among([int(one.entry) for one in outcome.results.given], by.id):
        raise Refused(Saying("approves_own_work"))
    if outcome.results.faults:
        raise Refused(*(one.saying for one in outcome.results.faults[:5]))
    if outcome.waiting:
        raise Refused(Saying("questions_open", count=len(outcome.waiting)))
    if not _is_judged(outcome):
        raise Refused(Saying("nothing_judged"))
    lacking = _lacking(event, outcome)
    if first and lacking and not despite_missing.strip():
        raise Refused(Saying("sheets_missing", count=lacking), fields={"despite_missing": Saying("ground_missing")})


def _is_judged(outcome: Outcome) -> bool:
    ranked = (line for found in outcome.results.lists for line in found.lines if line.entry.status == ADMITTED)
    marked = any(line.total is not None for line in ranked)
    return marked or any(one.by == "decision" for one in outcome.results.given)


def _lacking(event: Event, outcome: Outcome) -> int:
    """Return how many works lack sheets, or stand in a list that has too few of something to be ranked."""
    found = set(outcome.short(event)) | queries.waiting_for_entrants(event.id)
    for item in outcome.results.open:
        if item.kind == "quorum":
            found |= set(item.entries)
    return len(found)


def _make_final(event: Event, outcome: Outcome, order: Order, by: Person, now: datetime) -> int:
    """Write the awards. Results that were published and opened again are published anew at once, and told of."""
    rows = _award_rows(event, outcome, now)
    changed = reopening.write_awards(event, rows, act=f"{order.kind} № {order.number}", by=by, now=now)
    points.keep(event, outcome.results)
    event.approved_at = now
    db.session.flush()
    if event.released_at is not None:
        reopening.tell_later(event, changed, order=order, now=now)
    return len(rows)


def _award_rows(event: Event, outcome: Outcome, now: datetime) -> dict[tuple[int, str, str], dict[str, Any]]:
    """Return the awards as rows by (work, award, list), with the ground of a decided tie beside what follows from it."""
    grounds = {(one.list, one.entry): one.ground for one in outcome.given.decisions if one.kind == TIE}
    rows = {}
    for one in outcome.results.given:
        rows[int(one.entry), one.award, one.list] = {
            "event_id": event.id,
            "application_id": int(one.entry),
            "award": one.award,
            "list": one.list,
            "by": one.by,
            "ground": one.ground or _ground(grounds, one.list, one.entry, ranked=event.rules.award(one.award).by == "place"),
            "recorded_at": now,
        }
    return rows


def _ground(grounds: dict[tuple[str, str], str], name: str, entry: str, *, ranked: bool) -> str:
    return grounds.get((name, entry), "") if ranked else ""


# Release


def release(event: Event, *, by: Person, now: datetime) -> bool:
    """Publish the approved results and let the letters go; False, and nothing changes, when they are published.

    The first applications are closed and their authors told at once, the others by the worker.
    """
    hold(event)
    if event.approved_at is None:
        raise Refused(Saying("results_not_approved"))
    if event.released_at is not None:
        return False
    event.released_at = now
    db.session.flush()
    notifications.release(event.id, by=by, now=now)
    trace("results.released", f"event:{event.id}", by=by.id, now=now)
    close_some(event, now=now)
    return True


def close_some(event: Event, *, now: datetime) -> None:
    """Close the next applications of a published event and tell the authors; a job goes on with the rest."""
    waiting = queries.still_admitted(event.id, CHUNK)
    told = telling.told_of(event, [one.id for one in waiting])
    clock = Actor.clock()
    for application in waiting:
        applications.advance(application, "close", by=clock, now=now)
        _tell_result(application, told, now)
    if len(waiting) == CHUNK:
        background.enqueue("judging.close", f"close:{event.id}:{waiting[-1].id}", now=now, event_id=event.id)


def _tell_result(application: Application, told: telling.Told, now: datetime) -> None:
    values = {**application_letters.about(application), **telling.values(application, told)}
    everybody = application_letters.everybody_of(application)
    application_letters.write("results_released", application, everybody, values, key=f"result:{application.id}", now=now)


def settle_for_example(event: Event, *, by: Person, now: datetime) -> None:
    """Decide every open tie in the order the works came in, for the example's story."""
    for item in standings.compute(event).waiting:
        order = {int(key): number for number, key in enumerate(sorted(item.entries, key=int), 1)}
        decisions.decide_tie(event, item.list, order, "Открытое голосование жюри, протокол № 2", by=by, now=now)
