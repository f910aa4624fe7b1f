"""From finished sheets to published results: lists and places, what people decide, the order that approves, the release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, insert, update

from app import background, wording
from app.applications import letters as application_letters
from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application
from app.database import db, on_conflict_insert, trace
from app.events.models import Event
from app.judging import figures, queries
from app.judging.models import Award, Decision, Order, Standing
from app.judging.stages import Late, Refused, hold, list_of, must_not_be_approved, stage_of
from app.notifications import operations as notifications
from app.people.models import Person
from workflows.judging import awards as award_rules
from workflows.judging import ranking, totals
from workflows.regulation import Regulation, Stage
from workflows.saying import Saying
from workflows.stages import TieKey

TIE, AWARD, WITHHOLD, GO_ON = "tie", "award", "withhold", "go_on"
CHUNK = 200  # applications closed in one transaction: other writers wait no longer than that takes


@dataclass(frozen=True)
class Results:
    """The computed state of an event's judging: lists, awards that follow, and what is open."""

    lists: Mapping[str, list[ranking.Placed]]
    sheets: Mapping[int, int]
    given: list[award_rules.Given]
    open: list[award_rules.Open]
    short: list[int]  # admitted works with fewer sheets than the regulation asks for


def compute(event: Event) -> Results:
    """Compute lists, places and awards from the finished sheets and recorded decisions; writes nothing. O(sheets)."""
    stage, rules = stage_of(event), event.rules
    works = figures.works_to_rank(event.id)
    finished = figures.finished_totals(event.id, stage.key)
    keys = _tie_keys(event, stage, rules.ranking.tie_keys, works)
    decided = queries.decisions(event.id)
    by_list: dict[str, list[ranking.Entry]] = {}
    for work in works:
        total = total_of(finished.get(work.id, ()), stage)
        by_list.setdefault(list_of(rules, work.nomination), []).append(ranking.Entry(work.id, total, keys[work.id]))
    lists = {name: _ranked(name, entries, rules, decided) for name, entries in sorted(by_list.items())}
    given, waiting = award_rules.propose(rules, lists, entrants=[work.id for work in works], choices=choices(decided))
    counts = {work.id: len(finished.get(work.id, ())) for work in works}
    short = [work.id for work in works if counts[work.id] < stage.jury.sheets]
    return Results(lists, counts, _with_grounds(given, lists, decided), waiting, short)


def total_of(sheets: Sequence[str], stage: Stage) -> Fraction | None:
    """Return the exact total of a work, or None while it has too few finished sheets for one."""
    if not sheets or (stage.jury.method == "trimmed" and len(sheets) <= 2 * stage.jury.drop):
        return None
    return totals.stage_total([Fraction(one) for one in sheets], stage.jury.method, drop=stage.jury.drop, round_to=stage.jury.round_to)


def _tie_keys(
    event: Event, stage: Stage, tie_keys: Sequence[TieKey], works: Sequence[figures.RankRow]
) -> dict[int, tuple[Fraction | None, ...]]:
    means = {one.criterion: figures.criterion_means(event.id, stage.key, one.criterion) for one in tie_keys if one.criterion}
    return {work.id: tuple(_tie_key(one, work, means) for one in tie_keys) for work in works}


def _tie_key(key: TieKey, work: figures.RankRow, means: Mapping[str, Mapping[int, Fraction]]) -> Fraction | None:
    if key.by == "earlier":
        return -Fraction(work.received_at.timestamp()) if work.received_at else None
    return means[key.criterion].get(work.id) if key.criterion else None


def _ranked(name: str, entries: list[ranking.Entry], rules: Regulation, decided: Sequence[Decision]) -> list[ranking.Placed]:
    """Rank one list: a recorded order parts exactly those works it was recorded for; another tie is another question."""
    return ranking.rank(entries, rules.ranking.places, tie_orders(decided, name))


def tie_orders(decided: Iterable[Decision], name: str) -> list[dict[int, int]]:
    """Return the recorded orders of a list, latest last: works decided in one act belong together."""
    acts: dict[tuple[datetime, int], dict[int, int]] = {}
    for one in decided:
        if one.kind == TIE and one.list == name and one.application_id is not None and one.value.isdigit():
            acts.setdefault((one.at, one.by_id), {})[one.application_id] = int(one.value)
    return list(acts.values())


def choices(decided: Iterable[Decision]) -> list[award_rules.Choice]:
    """Return what people decided about awards; a later decision replaces an earlier one."""
    last = {(one.application_id, one.award): one for one in decided if one.kind in (AWARD, WITHHOLD) and one.application_id}
    return [award_rules.Choice(key, award, one.kind == AWARD, one.ground) for (key, award), one in last.items() if key is not None]


def _with_grounds(
    given: Iterable[award_rules.Given], lists: Mapping[str, list[ranking.Placed]], decided: Sequence[Decision]
) -> list[award_rules.Given]:
    """Put the ground of a decided tie beside the awards that follow from it."""
    ranked = {int(one.key) for placed in lists.values() for one in placed if one.place is not None}
    grounds = {one.application_id: one.ground for one in decided if one.kind == TIE and one.application_id in ranked}
    return [replace(one, ground=one.ground or grounds.get(int(one.key), "")) for one in given]


# Keeping the standings


def refresh_standings(event: Event) -> Results:
    """Write the standings as they are now over those kept, in the current transaction: only rows that changed.

    Safe to repeat.
    """
    hold(event)
    found, stage = compute(event), stage_of(event)
    kept = figures.standing_values(event.id, stage.key)
    wanted = {(row["application_id"], row["list"]): row for row in _rows(event, stage, found)}
    gone = [row["id"] for key, row in kept.items() if key not in wanted]
    new = [row for key, row in wanted.items() if key not in kept]
    changed = [
        {**row, "id": kept[key]["id"]} for key, row in wanted.items() if key in kept and any(kept[key][name] != row[name] for name in row)
    ]
    for start in range(0, len(gone), 500):
        db.session.execute(delete(Standing).where(Standing.id.in_(gone[start : start + 500])))
    if new:
        db.session.execute(insert(Standing), new)
    if changed:
        db.session.execute(update(Standing), changed)
    full = sum(row["status"] == "in" for row in wanted.values())
    figures.keep_tally(event.id, works=len(wanted), full=full, tied=any(row["tied"] for row in wanted.values()))
    return found


standings = refresh_standings


def _rows(event: Event, stage: Stage, found: Results) -> Iterable[dict[str, Any]]:
    for name, placed in found.lists.items():
        for one in placed:
            count = found.sheets[int(one.key)]
            yield {
                "event_id": event.id,
                "application_id": int(one.key),
                "stage": stage.key,
                "list": name,
                "status": "in" if count >= stage.jury.sheets else "waiting",
                **_total_values(one.total),
                "sheets": count,
                "place": one.place,
                "place_to": one.place_to,
                "tied": one.tied,
            }


def _total_values(total: Fraction | None) -> dict[str, str]:
    if total is None:
        return {"exact": "", "shown": ""}
    return {"exact": totals.written(total), "shown": str(totals.shown(total))}


def note_sheet(application: Application, *, key: str, now: datetime) -> None:
    """Keep the new total of one work, and let the worker rank its event again: the cost does not grow with the event.

    Until then the work has a total and no place. `key` names the sheet's version: each change is ranked at least once.
    """
    event = application.event
    stage = stage_of(event)
    sheets = figures.finished_totals(event.id, stage.key, application.id).get(application.id, [])
    values = {
        "status": "in" if len(sheets) >= stage.jury.sheets else "waiting",
        **_total_values(total_of(sheets, stage)),
        "sheets": len(sheets),
        "place": None,
        "place_to": None,
        "tied": False,
    }
    name = list_of(event.rules, application.nomination)
    row = {"event_id": event.id, "application_id": application.id, "stage": stage.key, "list": name, **values}
    upsert = on_conflict_insert(Standing).values(row)
    db.session.execute(upsert.on_conflict_do_update(index_elements=["application_id", "stage", "list"], set_=values))
    background.enqueue("judging.rank", f"rank:{event.id}:{key}", now=now, event_id=event.id)


def preview(event: Event, decided: Sequence[Decision]) -> tuple[list[award_rules.Given], list[award_rules.Open]]:
    """Return the awards by place and the ties that wait, from the standings as kept: only the top of each list is read."""
    places = [award.place_to or award.place_from or 0 for award in event.rules.awards if award.by == "place"]
    lists: dict[str, list[ranking.Placed]] = {}
    for work, name, exact, place, place_to, tied in queries.top(event.id, max(places, default=0)):
        lists.setdefault(name, []).append(ranking.Placed(work, Fraction(exact), place, place_to, tied))
    return award_rules.propose(event.rules, lists, entrants=(), choices=choices(decided))


# Decisions


def decide_tie(event: Event, name: str, order: Mapping[int, int], ground: str, *, by: Person, now: datetime) -> None:
    """Record the order among tied works: application id -> place among them, from 1; equal numbers share the place.

    Raises Refused without a ground, or Late when these works are not tied any more.
    """
    _may_decide(event, ground, list(order), by)
    tied = next((item for item in compute(event).open if item.list == name and set(item.keys) == set(order)), None)
    if tied is None:
        raise Late(Saying("tie_gone"))
    for application_id, place in order.items():
        _decide(event, TIE, application_id, ground, by=by, now=now, list=name, value=str(place))
    trace("tie.decided", f"event:{event.id}", by=by.id, now=now)
    db.session.flush()
    refresh_standings(event)


def decide_award(event: Event, application_id: int, award: str, *, given: bool, ground: str, by: Person, now: datetime) -> None:
    """Give an award that the places do not give, or withhold one they do; a later decision replaces an earlier one."""
    _may_decide(event, ground, [application_id], by)
    try:
        event.rules.award(award)
    except KeyError as fault:
        raise Refused(fields={"award": Saying("choice_unknown")}) from fault
    if not figures.is_ranked(event.id, application_id):
        raise Refused(Saying("work_not_admitted"))
    _decide(event, AWARD if given else WITHHOLD, application_id, ground, by=by, now=now, award=award)
    trace("award.decided", f"event:{event.id}", by=by.id, now=now, given=given)
    db.session.flush()


def _decide(event: Event, kind: str, application_id: int | None, ground: str, *, by: Person, now: datetime, **more: str) -> None:
    words = {"kind": kind, "ground": ground.strip(), **more}
    db.session.add(Decision(event_id=event.id, application_id=application_id, by_id=by.id, at=now, **words))


def _may_decide(event: Event, ground: str, application_ids: Sequence[int], by: Person) -> None:
    hold(event)
    must_not_be_approved(event)
    if figures.own_among(application_ids, by.id):
        raise Refused(Saying("decides_own_work"))
    if not ground.strip():
        raise Refused(fields={"ground": Saying("ground_missing")})


# Approval and release


def approve(event: Event, *, number: str, day: date, by: Person, now: datetime, despite_missing: str = "") -> int:
    """Approve the results by an order and return how many awards follow: from now on they are rows and nothing is marked any more.

    Raises Refused while ties at awarded places are open, or sheets are missing and no ground says why it goes on without
    them; nobody approves the results of an event she takes part in. Raises Late when somebody has approved already.
    """
    hold(event)
    must_not_be_approved(event)
    found = refresh_standings(event)
    _may_approve(found, number, by, despite_missing)
    if found.short:
        _decide(event, GO_ON, None, despite_missing, by=by, now=now)
    db.session.add(Order(event_id=event.id, number=number.strip()[:40], day=day, by_id=by.id, recorded_at=now))
    rows = [
        {"event_id": event.id, "application_id": int(one.key), "award": one.award, "by": one.by, "ground": one.ground, "recorded_at": now}
        for one in found.given
    ]
    db.session.execute(insert(Award), rows)
    event.approved_at = now
    trace("results.approved", f"event:{event.id}", by=by.id, now=now, awards=len(rows))
    db.session.flush()
    return len(rows)


def _may_approve(found: Results, number: str, by: Person, despite_missing: str) -> None:
    if not number.strip():
        raise Refused(fields={"number": Saying("order_number_missing")})
    if figures.own_among([int(one.key) for one in found.given], by.id):
        raise Refused(Saying("approves_own_work"))
    if found.open:
        raise Refused(Saying("ties_open", count=len(found.open)))
    if not any(one.total is not None for placed in found.lists.values() for one in placed):
        raise Refused(Saying("nothing_judged"))
    if found.short and not despite_missing.strip():
        raise Refused(Saying("sheets_missing", count=len(found.short)), fields={"despite_missing": Saying("ground_missing")})


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
    won = queries.award_keys([one.id for one in waiting])
    clock = Actor.clock()
    for application in waiting:
        applications.advance(application, "close", by=clock, now=now)
        _tell_result(application, won.get(application.id, ()), now)
    if len(waiting) == CHUNK:
        background.enqueue("judging.close", f"close:{event.id}:{waiting[-1].id}", now=now, event_id=event.id)


def _tell_result(application: Application, awards: Sequence[str], now: datetime) -> None:
    titles = [application.event.rules.award(key).title for key in awards]
    values = {**application_letters.about(application), **wording.both("award", lambda: ", ".join(map(wording.say, titles)))}
    told = {author.person_id: author.person for author in application.authors}
    told.setdefault(application.applicant_id, application.applicant)
    for person in told.values():
        notifications.queue(
            "results_released",
            to=person,
            values={**values, "greeting": person.greeting},
            about=f"application:{application.id}",
            key=f"result:{application.id}:{person.id}",
            centre_id=application.event.centre_id,
            event_id=application.event_id,
            now=now,
        )


def settle_for_example(event: Event, *, by: Person, now: datetime) -> None:
    """Decide every open tie in the order the works came in, for the example's story."""
    for item in compute(event).open:
        order = {int(key): number for number, key in enumerate(sorted(item.keys, key=int), 1)}
        decide_tie(event, item.list, order, "Открытое голосование жюри, протокол № 2", by=by, now=now)
