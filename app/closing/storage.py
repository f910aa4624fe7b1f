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
from workflows.kinds import STATE_NAMES
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


DEAR = ("consents", "organisations")  # no index has them: thousands of rows are read, so for one event, and when somebody asks


@dataclass(frozen=True)
class Kept:
    """One kind of record of one event; `note`: from how many organisations works came.

    `ask` is the address that counts what is dear as well, empty once it is counted; `count` is None until then where it is dear itself.
    """

    event: str
    url: str
    key: str
    records: str
    count: int | None
    note: str
    ask: str
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


def of(centres: Collection[int], now: datetime, *, asked: int | None = None) -> list[Kept]:
    """Return what the regulations of past events keep, what is due first; a handful of statements. `asked`: the event to count whole."""
    wanted = select(Event).where(Event.centre_id.in_(centres), Event.announced_at < now).order_by(Event.id).limit(MOST)
    kept = [
        (event, rule, ended)
        for event in db.session.scalars(wanted)
        if (ended := ended_on(event)) is not None and ended < now.astimezone(event.zone).date()
        for rule in event.rules.storage
    ]
    shown = {event.id for event, _rule, _ended in kept}
    counts = _counts(shown, {rule.records for _event, rule, _ended in kept} - {*DEAR}) | _counts(shown & {asked}, {*DEAR})
    found = [(kept_until(rule, ended), _kept(event, rule, ended, counts, now)) for event, rule, ended in kept]
    return [one for _until, one in sorted(found, key=lambda pair: (not pair[1].due, pair[0]))]


def _kept(event: Event, rule: Storage, ended: date, counts: dict[tuple[str, int], int], now: datetime) -> Kept:
    until, key = kept_until(rule, ended), f"{rule.records}-{event.id}"
    count, organisations = counts.get((rule.records, event.id)), counts.get(("organisations", event.id))
    unasked = organisations is None and rule.records in ("consents", "works")
    return Kept(
        event=wording.say(event.title),
        url=url_for("events.desk", event_id=event.id),
        key=key,
        records=str(RECORDS[rule.records]),
        count=None if count is None else count + _described(event, rule),
        note=_from(organisations) if organisations and rule.records == "works" else "",
        ask=url_for("closing.terms", count=event.id, _anchor=key) if unasked else "",
        years=rule.years,
        ground=wording.say(rule.ground),
        until=wording.day(until, year=True),
        due=now.astimezone(event.zone).date() >= until,
    )


def _described(event: Event, rule: Storage) -> int:
    """Return how many minutes the regulation describes, once the event has them."""
    return len(event.rules.minutes) if rule.records == "minutes" and event.approved_at is not None else 0


def _from(organisations: int) -> str:
    return ngettext("%(num)d организация", "%(num)d организаций", organisations)


def _counts(events: Collection[int], kinds: Collection[str]) -> dict[tuple[str, int], int]:
    """Return (records, event) -> how many there are, in one statement; what is not dear is counted in ranges of an index.

    Minutes: the acts of that kind; those of the regulation come to them.
    """
    if not events or not kinds:
        return {}
    came = select(func.count()).select_from(Application).where(Application.event_id == Event.id)
    acts = select(func.count()).select_from(Order).where(Order.event_id == Event.id)
    written = select(Author).join(Application, Application.id == Author.application_id).where(Application.event_id == Event.id)
    agreed = select(Consent).join(Application, Application.id == Consent.application_id).where(Application.event_id == Event.id)
    counted = {
        "orders": acts.where(Order.kind != ACTS["minutes"]),
        "minutes": acts.where(Order.kind == ACTS["minutes"]),
        "consents": agreed.with_only_columns(func.count(Consent.id)),
        "organisations": written.where(Application.number.is_not(None)).with_only_columns(func.count(distinct(Author.organisation_id))),
        "register": select(func.count()).select_from(Certificate).where(Certificate.event_id == Event.id),
        "sheets": select(func.coalesce(func.sum(Load.done), 0)).where(Load.event_id == Event.id),
        "works": came.where(Application.state.in_([one for one in STATE_NAMES if one != "draft"])),
        "drafts": came.where(Application.state == "draft"),
    }
    columns = {kind: counted[kind].correlate(Event).scalar_subquery() for kind in kinds}
    rows = db.session.execute(select(Event.id, *columns.values()).where(Event.id.in_(events)))
    return {(kind, event): number for event, *numbers in rows for kind, number in zip(columns, numbers, strict=True)}
