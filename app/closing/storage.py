"""Terms of storage: what of past events is kept until when, and what is due for deletion. Nothing is deleted here: it is proposed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import distinct, func, select

from app import wording
from app.applications.models import Application, Author
from app.certificates.models import Certificate
from app.database import db
from app.events.models import Event
from app.judging.acts import ACTS
from app.judging.models import Load, Order
from app.people.models import Consent
from workflows.parts import Storage

MOST = 200  # past events on one page, the oldest first: what is due is among them
RECORDS = {
    "orders": _l("Приказы"),
    "minutes": _l("Протоколы"),
    "register": _l("Реестр документов"),
    "sheets": _l("Оценочные листы"),
    "works": _l("Работы"),
    "consents": _l("Согласия"),
    "drafts": _l("Черновики"),
}


@dataclass(frozen=True)
class Kept:
    """One kind of record of one event; `note`: from how many organisations works came."""

    event: str
    url: str
    records: str
    count: int
    note: str
    years: int
    ground: str
    until: str
    due: bool


def ended_on(event: Event) -> date | None:
    """Return the day an event ended: its results were published, or its last date went by."""
    moments = [event.released_at] if event.released_at else [event.date(one.key) for one in event.rules.dates]
    last = max((one for one in moments if one is not None), default=None)
    return last.astimezone(event.zone).date() if last is not None else None


def kept_until(rule: Storage, ended: date) -> date:
    """Return the first day on which records may go: years are counted from 1 January after the year in which the event ended."""
    return date(ended.year + 1 + rule.years, 1, 1)


def of(centres: Collection[int], now: datetime) -> list[Kept]:
    """Return what the regulations of past events keep, what is due first; a handful of statements."""
    wanted = select(Event).where(Event.centre_id.in_(centres), Event.announced_at < now).order_by(Event.id).limit(MOST)
    kept = [
        (event, rule, ended)
        for event in db.session.scalars(wanted)
        if (ended := ended_on(event)) is not None and ended < now.astimezone(event.zone).date()
        for rule in event.rules.storage
    ]
    shown = [(rule.records, event.id) for event, rule, _ended in kept]
    counts = _counts([*shown, *(("organisations", event) for records, event in shown if records == "works")])
    found = [(kept_until(rule, ended), _kept(event, rule, ended, counts, now)) for event, rule, ended in kept]
    return [one for _until, one in sorted(found, key=lambda pair: (not pair[1].due, pair[0]))]


def _kept(event: Event, rule: Storage, ended: date, counts: dict[tuple[str, int], int], now: datetime) -> Kept:
    until = kept_until(rule, ended)
    return Kept(
        event=wording.say(event.title),
        url=url_for("events.desk", event_id=event.id),
        records=str(RECORDS[rule.records]),
        count=counts.get((rule.records, event.id), 0) + _described(event, rule),
        note=_from(counts.get(("organisations", event.id), 0)) if rule.records == "works" else "",
        years=rule.years,
        ground=wording.say(rule.ground),
        until=wording.day(until, year=True),
        due=now.astimezone(event.zone).date() >= until,
    )


def _described(event: Event, rule: Storage) -> int:
    """Return how many minutes the regulation describes, once the event has them."""
    return len(event.rules.minutes) if rule.records == "minutes" and event.approved_at is not None else 0


def _from(organisations: int) -> str:
    return ngettext("%(num)d организация", "%(num)d организаций", organisations) if organisations else ""


def _counts(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return (records, event) -> how many there are, for the pairs that are shown: one statement for each kind of record.

    Minutes: the acts of that kind; those of the regulation come to them.
    """
    acts = select(Order.event_id, func.count(Order.id))
    agreed = select(Application.event_id, func.count(Consent.id)).join(Consent, Consent.application_id == Application.id)
    came = select(Application.event_id, func.count(distinct(Author.organisation_id))).join(Author, Author.application_id == Application.id)
    works = select(Application.event_id, func.count(Application.id))
    counted = {
        "orders": (acts.where(Order.kind != ACTS["minutes"]), Order.event_id),
        "minutes": (acts.where(Order.kind == ACTS["minutes"]), Order.event_id),
        "consents": (agreed, Application.event_id),
        "organisations": (came.where(Application.number.is_not(None)), Application.event_id),
        "register": (select(Certificate.event_id, func.count(Certificate.id)), Certificate.event_id),
        "sheets": (select(Load.event_id, func.sum(Load.done)), Load.event_id),
        "works": (works.where(Application.state != "draft"), Application.event_id),
        "drafts": (works.where(Application.state == "draft"), Application.event_id),
    }
    found = {}
    for records, (count, of_event) in counted.items():
        ids = {event for kind, event in wanted if kind == records}
        if ids:
            rows = db.session.execute(count.where(of_event.in_(ids)).group_by(of_event))
            found |= {(records, event): number for event, number in rows}
    return found
