"""The stage at which a jury marks, and what every act of judging asks first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.database import db
from app.events.models import Event
from workflows.regulation import Regulation, Stage
from workflows.saying import Saying

OVERALL = "overall"


class Refused(Exception):
    """The act is not possible; the sayings tell why, `fields` says it beside a field."""

    def __init__(self, *sayings: Saying, fields: Mapping[str, Saying] | None = None) -> None:
        super().__init__(", ".join(one.key for one in (*sayings, *(fields or {}).values())))
        self.sayings = sayings
        self.fields = dict(fields or {})


class Late(Refused):
    """Somebody was faster, or the time is over: what the page showed is no longer so."""


def stage_of(event: Event) -> Stage:
    """Return the stage the jury marks at. Raises Refused for an event without one."""
    stage = event.rules.marking_stage
    if stage is None:
        raise Refused(Saying("event_has_no_jury"))
    return stage


def list_of(rules: Regulation, nomination: str) -> str:
    """Return the name of the list in which a work of this nomination is ranked."""
    return f"nomination={nomination}" if "nomination" in rules.ranking.by and rules.nominations else OVERALL


def hold(event: Event) -> None:
    """Let no other act of judging of this event happen beside this one until the commit.

    Two jurors who finish at once would each compute without the other's sheet; two methodists would approve twice.
    """
    db.session.refresh(event, ["approved_at", "released_at"], with_for_update=True)


def must_be_open(event: Event, now: datetime) -> None:
    """Raises Late once the results are approved or the time to judge is over."""
    closes = event.date("judging_closes")
    must_not_be_approved(event)
    if closes is not None and now >= closes:
        raise Late(Saying("judging_closed", closed=closes))


def must_not_be_approved(event: Event) -> None:
    if event.approved_at is not None:
        raise Late(Saying("results_already_approved"))
