"""The stages at which juries mark, their windows, and what every act of judging asks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.database import db
from app.events.models import Event
from app.judging import queries
from app.people.models import Appointment
from app.web import ENTRANT, JUROR
from workflows.parts import Approval
from workflows.regulation import Source, Stage
from workflows.saying import Saying


class Refused(Exception):
    """The act is not possible; the sayings tell why, `fields` says it beside a field."""

    def __init__(self, *sayings: Saying, fields: Mapping[str, Saying] | None = None) -> None:
        super().__init__(", ".join(one.key for one in (*sayings, *(fields or {}).values())))
        self.sayings = sayings
        self.fields = dict(fields or {})


class Late(Refused):
    """Somebody was faster, or the time is over: what the page showed is no longer so."""


def stage_of(event: Event, key: str = "") -> Stage:
    """Return a stage the jury marks at: the one of this key, or the first. Raises Refused for an event without one."""
    stages = jury_stages(event)
    stage = next((one for one in stages if one.key == key), None) if key else next(iter(stages), None)
    if stage is None:
        raise Refused(Saying("event_has_no_jury"))
    return stage


def jury_stages(event: Event) -> list[Stage]:
    return [stage for stage in event.rules.stages if juries(stage)]


def has_results(event: Event) -> bool:
    """Say whether an event has anything to rank: marks, votes, places, imported totals."""
    return bool(event.rules.ranked_stages)


def juries(stage: Stage) -> list[Source]:
    """Return the juries of a stage that fill in sheets, side by side."""
    return [source for source in stage.all_sources if source.by == "jury"]


def entrants(stage: Stage) -> Source | None:
    """Return the source by which entrants mark each other's works at a stage."""
    return next((source for source in stage.all_sources if source.by == "entrant"), None)


def entrant_stages(event: Event) -> list[Stage]:
    return [stage for stage in event.rules.stages if entrants(stage) is not None]


def marked_stages(event: Event) -> list[Stage]:
    """Return the stages at which somebody fills in sheets on the site: jurors, or entrants."""
    return [stage for stage in event.rules.stages if juries(stage) or entrants(stage) is not None]


def source_of(stage: Stage, marker: Appointment) -> Source:
    """Return the source to which the sheets of a juror or an entrant belong at a stage."""
    among = entrants(stage) if marker.role == ENTRANT else None
    return among or jury_of(stage, marker.jury)


def jury_sheets(stage: Stage) -> int:
    """Return how many sheets of the jury every work of a stage should have."""
    return sum(source.sheets for source in juries(stage))


def jury_of(stage: Stage, key: str) -> Source:
    """Return the jury of a stage in which a juror sits: that of her key, or the only one."""
    found = juries(stage)
    return next((one for one in found if sits_in(stage, one, key)), found[0])


def sits_in(stage: Stage, source: Source, key: str) -> bool:
    """Say whether a juror of this jury key sits in a jury of a stage; in one without a key of its own everybody does,
    unless others with keys sit beside it."""
    if source.jury is not None:
        return source.jury == key
    return not key or len(juries(stage)) == 1


def is_gone_to(event: Event, stage: Stage) -> bool:
    """Say whether only those who went on from an earlier stage reach this one."""
    return any(rule.to == stage.key for one in event.rules.stages for rule in one.goes_on)


def is_last(event: Event, key: str) -> bool:
    """Say whether a stage is the last one with lists."""
    return bool(event.rules.ranked_stages) and event.rules.ranked_stages[-1].key == key


def is_for_all(event: Event, stage: Stage) -> bool:
    """Say whether every admitted work takes part in a stage."""
    return stage.when is None and not is_gone_to(event, stage)


def hold(event: Event) -> None:
    """Let no other act of judging of this event happen beside this one until the commit.

    Two jurors who finish at once would each compute without the other's sheet; two methodists would approve twice.
    """
    db.session.refresh(event, ["approved_at", "released_at"], with_for_update=True)


# Windows


def opens(event: Event, stage: Stage) -> datetime | None:
    return event.date(stage.window.opens) if stage.window is not None else None


def closes(event: Event, stage: Stage) -> datetime | None:
    """Return when a stage takes no marks any more: the end of its window, or of the judging where it has none of its own."""
    return event.date(stage.window.closes if stage.window is not None else "judging_closes")


def is_open(event: Event, stage: Stage, now: datetime) -> bool:
    begins, ends = opens(event, stage), closes(event, stage)
    return (begins is None or begins <= now) and (ends is None or now < ends)


def current(event: Event, now: datetime, role: str = JUROR) -> Stage:
    """Return the stage that jurors, or entrants, mark at now, or else the one that comes next, or the last."""
    stages = entrant_stages(event) if role == ENTRANT else jury_stages(event)
    later = [one for one in stages if (ends := closes(event, one)) is None or now < ends]
    return next((one for one in stages if is_open(event, one, now)), later[0] if later else stages[-1])


def must_be_open(event: Event, stage: Stage, now: datetime) -> None:
    """Raises Late once the results are approved, and before and after the time to judge at this stage."""
    must_not_be_approved(event)
    begins, ends = opens(event, stage), closes(event, stage)
    if begins is not None and now < begins:
        raise Late(Saying("judging_not_open", opens=begins))
    if ends is not None and now >= ends:
        raise Late(Saying("judging_closed", closed=ends))


def must_not_be_approved(event: Event) -> None:
    """Raises Late once the results are approved, or a first body of several has approved them."""
    if event.approved_at is not None or (len(event.rules.approval) > 1 and queries.orders_of(event.id)):
        raise Late(Saying("results_already_approved"))


def is_reviewed(event: Event) -> bool:
    """Say whether published results are open again: what is public stays as it was published until they are approved anew."""
    return event.released_at is not None and event.approved_at is None


# The chain of approval

SINGLE = Approval(key="order", body={"ru": ""}, act="order", may_depart=True)  # a regulation that names no bodies: one order


def chain(event: Event) -> Sequence[Approval]:
    """Return the bodies that approve the results, in their order."""
    return event.rules.approval or (SINGLE,)


def next_link(event: Event) -> Approval | None:
    """Return whose act comes next, or None when all have approved."""
    if event.approved_at is not None:
        return None
    done = len(queries.orders_of(event.id)) if len(chain(event)) > 1 else 0
    return chain(event)[done]


def may_depart(event: Event) -> bool:
    """Say whether somebody may still depart from the ranking: the body whose turn it is."""
    link = next_link(event)
    return link is not None and link.may_depart
