"""Who leads the jury and how much each juror's sheet weighs: changed by people, with a ground that the minutes repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from app.database import db, trace
from app.events.models import Event
from app.judging import naming, queries, stages, standings
from app.judging.models import Decision, Named
from app.judging.stages import Refused, hold, must_not_be_approved
from app.people.models import Appointment, Person
from workflows import conditions
from workflows.saying import Saying

CHAIR, WEIGHT = "chair", "weight"
MOST_WEIGHT = 1000
MOST_GROUND = 2000


def make_chair(event: Event, juror: Appointment, ground: str, *, by: Person, now: datetime) -> None:
    """Let a juror lead the jury instead of who led it. Raises Refused without a ground."""
    hold(event)
    must_not_be_approved(event)
    if said := _ground_fault(ground):
        raise Refused(said)
    for one in queries.jurors_of(event.id, now):
        one.chair = one.id == juror.id
    trace("jury.chair", f"event:{event.id}", by=by.id, now=now, juror=juror.id)
    _note(event, CHAIR, f"juror:{juror.id}", "", ground, by=by, now=now)


def weighs(event: Event, juror: Appointment) -> bool:
    """Say whether the regulation gives this juror's sheets a weight of their own, at any stage."""
    return any(
        source.weighted and stages.sits_in(stage, source, juror.jury) for stage in event.rules.stages for source in stages.juries(stage)
    )


def weigh(event: Event, weights: Mapping[int, str], ground: str, *, by: Person, now: datetime) -> int:
    """Keep the weights of jurors by their appointment, as typed; return how many changed.

    Raises Refused with what is wrong, by «w_<juror>» and «ground», and then changes nothing. A weight that the regulation does not
    read cannot be set.
    """
    hold(event)
    must_not_be_approved(event)
    jurors = {one.id: one for one in queries.jurors_of(event.id, now) if weighs(event, one)}
    if not set(weights) <= jurors.keys():
        raise Refused(Saying("no_weights"))
    read = {key: _read(value) for key, value in weights.items()}
    wrong: dict[str, Saying] = {f"w_{key}": one for key, one in read.items() if isinstance(one, Saying)}
    changed = {key: one for key, one in read.items() if isinstance(one, Decimal) and one != jurors[key].weight}
    if (changed or wrong) and (said := _ground_fault(ground)):
        wrong["ground"] = said
    if wrong:
        raise Refused(fields=wrong)
    for key, weight in changed.items():
        jurors[key].weight = weight
        _note(event, WEIGHT, f"juror:{key}", format(weight.normalize(), "f"), ground, by=by, now=now)
    if changed:
        trace("jury.weights", f"event:{event.id}", by=by.id, now=now, jurors=sorted(changed))
    return len(changed)


def weigh_expert(event: Event, one: Named, text: str, ground: str, *, by: Person, now: datetime) -> bool:
    """Keep the weight of an expert's sheets, as typed; False when it is as it was. Raises Refused as `weigh` does."""
    hold(event)
    must_not_be_approved(event)
    if not naming.source_of(event, one).weighted:
        raise Refused(Saying("no_weights"))
    weight, said = _read(text), _ground_fault(ground)
    if isinstance(weight, Saying) or said:
        raise Refused(fields={key: fault for key, fault in (("weight", weight), ("ground", said)) if isinstance(fault, Saying)})
    if weight == one.weight:
        return False
    one.weight = weight
    _note(event, WEIGHT, f"expert:{one.id}", format(weight.normalize(), "f"), ground, by=by, now=now)
    return True


def _read(text: str) -> Decimal | Saying:
    number = conditions.number(text)
    if number is None or not 0 < number <= MOST_WEIGHT or number != round(number, 2):
        return Saying("weight_wrong", most=MOST_WEIGHT)
    return number


def _ground_fault(ground: str) -> Saying | None:
    if not ground.strip():
        return Saying("ground_missing")
    return Saying("answer_too_long", most=MOST_GROUND, have=len(ground)) if len(ground) > MOST_GROUND else None


def _note(event: Event, kind: str, whom: str, value: str, ground: str, *, by: Person, now: datetime) -> None:
    words = {"kind": kind, "value": value, "act": whom, "ground": ground.strip()}
    db.session.add(Decision(event_id=event.id, by_id=by.id, at=now, **words))
    standings.note_change(event.id, key=f"{kind}:{whom}:{now.timestamp()}", now=now)
