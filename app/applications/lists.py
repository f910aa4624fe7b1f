"""Lists of applications, and what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app import web, wording
from app.applications import facts, filling, queries, rows
from app.applications.models import Application
from app.database import db
from app.events.models import Event
from app.people.access import Visitor
from workflows.kinds import ATTENDED


@dataclass(frozen=True)
class EventLine:
    id: int
    title: str
    kind: str
    url: str
    desk_url: str


def event_line(event: Event) -> EventLine:
    desk = url_for("events.desk", event_id=event.id)
    return EventLine(event.id, wording.say(event.title), event.kind, url_for("events.show", event_id=event.id), desk)


@dataclass(frozen=True)
class EventList:
    event: EventLine
    rows: list[rows.Row]
    older: int | None
    counts: list[tuple[str, str, int]]  # state, words, how many
    nominations: list[tuple[str, str]]
    total: int


def event_list(event: Event, page: queries.Page, counts: Mapping[str, int]) -> EventList:
    order = [state for state in rows.STATES if counts.get(state) and state != "draft"]
    words = {state: str(rows.STATES_BY_KIND.get((event.kind, state)) or rows.STATES[state]) for state in order}
    return EventList(
        event=event_line(event),
        rows=[rows.row(one, organisation=one.organisation.short_name if one.organisation else "") for one in page.rows],
        older=page.older,
        counts=[(state, words[state], counts[state]) for state in order],
        nominations=[(one.key, wording.say(one.title)) for one in event.rules.nominations],
        total=sum(counts[state] for state in order),
    )


def waits_for_applicant(who: Visitor, now: datetime) -> list[web.Waits]:
    if who.person is None:
        return []
    drafts, found = queries.drafts_of(who.person.id, most=5), []
    agreed = facts.consents_among(drafts)
    for application in drafts:
        event = application.event
        until = application.revision_until if application.state == "revision" else event.date("intake_closes")
        if until and until <= now:
            continue
        title = wording.say(event.title)
        words = (
            _("Исправьте заявку: «%(event)s»", event=title)
            if application.state == "revision"
            else _("Допишите заявку: «%(event)s»", event=title)
        )
        done, of = filling.progress(application, agreed[application.id])
        saved = wording.moment(application.saved_at, event.zone, named=False)
        note = _("Заполнено разделов: %(done)s из %(of)s. Черновик сохранён %(when)s", done=done, of=of, when=saved)
        url = url_for("applications.form", application_id=application.id, section=filling.sections(application)[0].key)
        found.append(web.Waits(words, note, _("Продолжить"), url, until, (done, of)))
    return found


def waits_for_methodist(who: Visitor) -> list[web.Waits]:
    """Applications that wait for the check, one line an event: one query for all events of the centre."""
    if not getattr(who, "centres", None):
        return []
    counted = select(Application.event_id, func.count().label("count")).where(Application.state == "submitted")
    centre = select(Event.id).where(Event.centre_id.in_(who.centres))
    counts = counted.where(Application.event_id.in_(centre)).group_by(Application.event_id).subquery()
    wanted = select(Event, counts.c.count).join(counts, counts.c.event_id == Event.id).options(lazyload(Event.schedule))
    return [_to_check(event, count) for event, count in db.session.execute(wanted.order_by(Event.id.desc()).limit(5))]


def _to_check(event: Event, count: int) -> web.Waits:
    title = ngettext("%(num)d заявка ждёт проверки", "%(num)d заявок ждут проверки", count)
    url = url_for("applications.of_event", event_id=event.id, state="submitted")
    return web.Waits(title, wording.say(event.title), _("Проверить"), url)


MOST_OWN = 3


@web.event_own.fill
def own(event: Event, who: Visitor) -> web.Own | None:
    """What the visitor has at an event already, so that its page offers that and not only a new one."""
    if who.person is None:
        return None
    found = queries.own_at(event.id, who.person.id)
    if not found:
        return None
    most = event.rules.most_of_a_person
    hers = sum(one.applicant_id == who.person.id for one in found)
    return web.Own(tuple(_own_line(one, who.person.id) for one in found[:MOST_OWN]), most is not None and hers >= most)


def _own_line(application: Application, person_id: int) -> web.Waits:
    line, meeting = rows.row(application), application.event.kind in ATTENDED
    unsent = application.state in ("draft", "revision") and application.applicant_id == person_id
    verb = _("Продолжить запись") if meeting else _("Продолжить заявку")
    if not unsent:
        verb = _("Открыть запись") if meeting else _("Открыть заявку")
    url = url_for("applications.form", application_id=line.id, section=filling.sections(application)[0].key) if unsent else line.url
    title = _("Ваша запись") if meeting else _("Ваша заявка «%(title)s»", title=line.title)
    return web.Waits(title, line.state_words, verb, url)


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> web.Part:
    counts = queries.count_by_state(event.id)
    told = {state: count for state, count in counts.items() if state != "draft"}
    words = [f"{str(rows.STATES_BY_KIND.get((event.kind, state)) or rows.STATES[state]).lower()}: {count}" for state, count in told.items()]
    waits = (_to_check(event, counts["submitted"]),) if counts.get("submitted") else ()
    url = url_for("applications.of_event", event_id=event.id)
    return web.Part(_("Заявки"), url, str(sum(told.values())), note=" · ".join(words), decisions=waits)
