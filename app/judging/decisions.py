"""What people decide where the rules leave it open: who goes first, who goes on, what is awarded. Each with its ground, never undone:
a later decision takes the place of an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.database import db, trace
from app.events.models import Event
from app.judging import figures, standings
from app.judging.models import Decision
from app.judging.stages import Late, Refused, hold, may_depart, must_not_be_approved
from app.people.models import Person
from workflows.awards import PRESENCE, Award
from workflows.judging.given import ADVANCE, AWARD, TIE, VOTE, WITHHOLD
from workflows.saying import Saying

GO_ON = "go_on"
REOPEN, SHEET = "reopen", "sheet"  # approved results opened again; a finished sheet changed after them
VALUED = (TIE, VOTE, ADVANCE, SHEET)


def decide_tie(event: Event, name: str, order: Mapping[int, int], ground: str, *, by: Person, now: datetime) -> None:
    """Record the order among tied works: application id -> place among them, from 1; equal numbers share the place.

    Raises Refused without a ground, or Late when these works are not tied any more.
    """
    _may_decide(event, ground, list(order), by)
    _must_wait(event, ("tie", "cut"), name, order)
    _record(event, TIE, order, ground, by=by, now=now, list=name)
    standings.refresh(event)


def decide_votes(event: Event, name: str, votes: Mapping[int, int], ground: str, *, by: Person, now: datetime) -> None:
    """Record the ballots that tied works got. Whether they part them, the tie keys of the regulation say."""
    _may_decide(event, ground, list(votes), by)
    _must_wait(event, ("tie", "cut"), name, votes)
    _record(event, VOTE, votes, ground, by=by, now=now, list=name)
    standings.refresh(event)


def decide_advance(event: Event, name: str, goes: Mapping[int, bool], ground: str, *, by: Person, now: datetime) -> None:
    """Record who of a list goes on from its stage and who does not. Raises Late when none of them waits for that any more."""
    _may_decide(event, ground, list(goes), by)
    _must_wait(event, ("cut",), name, goes)
    numbers = {work: int(one) for work, one in goes.items()}
    _record(event, ADVANCE, numbers, ground, by=by, now=now, list=name, stage=name.partition("/")[0])
    standings.refresh(event)


def _must_wait(event: Event, kinds: Sequence[str], name: str, works: Mapping[int, object]) -> None:
    asked = {str(work) for work in works}
    if not any(item.kind in kinds and item.list == name and asked == set(item.entries) for item in standings.compute(event).results.open):
        raise Late(Saying("tie_gone"))


def decide_award(
    event: Event, application_id: int, award: str, *, given: bool, ground: str, by: Person, now: datetime, name: str = ""
) -> None:
    """Give an award to a work, or withhold one. What the rules leave open anybody who decides may give; to depart from what
    follows from the places, only where the regulation lets a body do so."""
    rule = _award(event, award)
    if is_free(rule):
        _may_decide(event, ground, [application_id], by)
    else:
        _may_depart(event, ground, [application_id], by)
    if not figures.is_ranked(event.id, application_id):
        raise Refused(Saying("work_not_admitted"))
    _record(event, AWARD if given else WITHHOLD, {application_id: 0}, ground, by=by, now=now, list=name, award=award)
    standings.refresh(event)


def settle_award(event: Event, award: str, name: str, chosen: Sequence[int], ground: str, *, by: Person, now: datetime) -> None:
    """Decide an award that waits in a list: these works get it and nobody else does; no work at all: it is not awarded.

    A later decision about the same award in the same list takes the place of this one.
    """
    _award(event, award)
    _may_decide(event, ground, chosen, by)
    if not all(figures.is_ranked(event.id, one) for one in chosen):
        raise Refused(Saying("work_not_admitted"))
    _record(event, WITHHOLD, {None: 0}, ground, by=by, now=now, list=name, award=award)
    _record(event, AWARD, dict.fromkeys(chosen, 0), ground, by=by, now=now, list=name, award=award)
    standings.refresh(event)


def _award(event: Event, key: str) -> Award:
    try:
        return event.rules.award(key)
    except KeyError as fault:
        raise Refused(fields={"award": Saying("choice_unknown")}) from fault


def to_decide(event: Event) -> list[Award]:
    """Return the awards somebody may decide about now: all but papers for presence where a body may depart, else the free ones."""
    departs = may_depart(event)
    return [one for one in event.rules.awards if one.by not in PRESENCE and (departs or is_free(one))]


def is_free(rule: Award) -> bool:
    """Say whether the regulation leaves an award to people."""
    return rule.by == "decision" or rule.choice == "may"


def _record(
    event: Event,
    kind: str,
    values: Mapping[int | None, object] | Mapping[int, object],
    ground: str,
    *,
    by: Person,
    now: datetime,
    **more: str,
) -> None:
    act = f"{by.id}:{now.timestamp()}"
    for application_id, value in values.items():
        words = {"kind": kind, "value": str(value) if kind in VALUED else "", "act": act, "ground": ground.strip(), **more}
        db.session.add(Decision(event_id=event.id, application_id=application_id, by_id=by.id, at=now, **words))
    trace(f"{kind}.decided", f"event:{event.id}", by=by.id, now=now)
    db.session.flush()


def note(event: Event, kind: str, ground: str, *, work: int | None, by: Person, now: datetime, value: str = "", stage: str = "") -> None:
    """Record what was decided about one work, or about the whole event."""
    _record(event, kind, {work: value}, ground, by=by, now=now, stage=stage)


def go_on_without(event: Event, ground: str, *, by: Person, now: datetime) -> None:
    """Record why results are approved without the sheets that are missing."""
    _record(event, GO_ON, {None: 0}, ground, by=by, now=now)


def _may_decide(event: Event, ground: str, application_ids: Sequence[int], by: Person) -> None:
    hold(event)
    must_not_be_approved(event)
    may_speak(ground, application_ids, by)


def _may_depart(event: Event, ground: str, application_ids: Sequence[int], by: Person) -> None:
    hold(event)
    if not may_depart(event):
        raise Late(Saying("results_already_approved")) if event.approved_at is not None else Refused(Saying("nobody_may_depart"))
    may_speak(ground, application_ids, by)


def may_speak(ground: str, application_ids: Sequence[int], by: Person) -> None:
    """Raises Refused for who decides about her own work, and without a ground."""
    if figures.own_among(application_ids, by.id):
        raise Refused(Saying("decides_own_work"))
    if not ground.strip():
        raise Refused(fields={"ground": Saying("ground_missing")})
