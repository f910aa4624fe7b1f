"""What the pages about events show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.events import queries
from app.events.models import Event
from workflows.kinds import ATTENDED
from workflows.stages import Criterion

KINDS = {
    "contest": _l("Конкурс"),
    "exhibition": _l("Виртуальная выставка"),
    "bridge": _l("Методический мост"),
    "conference": _l("Конференция"),
}
LEVELS = {
    "school": _l("школьный"),
    "municipal": _l("городской"),
    "intermunicipal": _l("межмуниципальный"),
    "regional": _l("региональный"),
    "national": _l("всероссийский"),
}
HER_LEVELS = {  # of an exhibition or a conference: in Russian both are «she»
    "school": _l("школьная"),
    "municipal": _l("городская"),
    "intermunicipal": _l("межмуниципальная"),
    "regional": _l("краевая"),
    "national": _l("всероссийская"),
}
KIND_TONES = {"contest": "lamp", "exhibition": "done", "bridge": "information", "conference": "information"}


@dataclass(frozen=True)
class Card:
    id: int
    kind: str
    kind_words: str
    tone: str
    title: str
    line: str
    chip: str
    chip_tone: str
    url: str
    desk_url: str


def level_words(kind: str, level: str) -> str:
    """Return «городской» of a contest or a bridge, «городская» of an exhibition; nothing for a level without words."""
    return str((HER_LEVELS if kind in ("exhibition", "conference") else LEVELS).get(level, ""))


def card(event: Event, now: datetime) -> Card:
    rules = event.rules
    level = level_words(event.kind, event.held_at)
    kind = str(KINDS[event.kind])
    chip, tone = chip_of(event, now)
    return Card(
        id=event.id,
        kind=event.kind,
        kind_words=f"{kind} · {level}" if level else kind,
        tone=KIND_TONES[event.kind],
        title=wording.say(event.title),
        line=wording.say(rules.summary),
        chip=chip,
        chip_tone=tone,
        url=url_for("events.show", event_id=event.id),
        desk_url=url_for("events.desk", event_id=event.id),
    )


def chip_of(event: Event, now: datetime) -> tuple[str, str]:  # noqa: PLR0911  (one answer a phase)
    """Return the one thing to know about an event's time, and its tone."""
    phase, zone = queries.phase(event, now), event.zone
    closes, held = event.date("intake_closes"), event.date("held_on")
    if phase == queries.DRAFT:
        return _("Готовится, видна только методистам"), "amber"
    if phase == queries.COMING:
        opens = event.date("intake_opens")
        return _("Приём заявок с %(day)s", day=wording.day(opens, zone) if opens else ""), "information"
    if phase == queries.INTAKE:
        until = wording.term(closes, zone) if closes else ""
        near = closes is not None and (closes - now).days < 7
        return (_("приём до %(term)s", term=until) if until else _("идёт приём")), "amber" if near else "done"
    if phase == queries.SHOW:
        until = event.date("show_closes")
        return _("открыта до %(term)s", term=wording.term(until, zone) if until else ""), "done"
    if phase == queries.RESULTS:
        return _("Итоги подведены"), "done"
    if phase == queries.WORK and event.kind == "contest":
        return _("Идёт оценка"), "information"
    if held is not None and now < held:
        return wording.moment(held, zone), "information"
    if phase == queries.WORK and held is not None:
        return _("Идёт сегодня"), "done"
    return _("Завершено"), ""


@dataclass(frozen=True)
class Date:
    """A date of the event as a stop on its way."""

    key: str
    label: str
    when: str
    state: str  # done, now, todo
    was: str = ""  # what it was before it moved, if it moved after the announcement
    note: str = ""  # the ground of the move


def dates(event: Event, now: datetime) -> list[Date]:
    """Return the event's dates in the order of time, with the next one marked; the page names their zone once."""
    known = [(event.date(one.key), one) for one in event.rules.dates]
    rows = sorted(((at, one) for at, one in known if at is not None), key=lambda pair: pair[0])
    next_one = next((at for at, _one in rows if at > now), None)
    found = []
    for at, one in rows:
        state = "now" if at == next_one else "done" if at <= now else "todo"
        was, ground = _moved(event, one.key)
        found.append(Date(one.key, wording.say(one.title), _when(event, one.key, at), state, was, ground))
    return found


def _when(event: Event, key: str, at: datetime) -> str:
    if key in event.rules.end_dates:
        return wording.term(at, event.zone, year=True, named=False)
    return wording.moment(at, event.zone, year=True, named=False) + beside(event, at)


def beside(event: Event, at: datetime) -> str:
    """Return the hour of a moment in the zones that the regulation tells beside its own: « (08:00 по Москве)»."""
    told = [f"{wording.clock_time(at, zone)} {wording.zone_name(zone, at)}" for zone in event.beside_zones]
    return f" ({'; '.join(told)})" if told else ""


def _moved(event: Event, key: str) -> tuple[str, str]:
    """Return what a date was before it last moved, and why: both empty for one that stands as it was announced."""
    mine = [row for row in event.schedule if row.key == key]
    if event.announced_at is None or len(mine) < 2 or mine[-1].recorded_at <= event.announced_at:
        return "", ""
    return _when(event, key, mine[-2].at), mine[-1].ground


@dataclass(frozen=True)
class Announcement:
    card: Card
    summary: str
    organiser: str
    founder: str
    age_mark: str
    aims: list[str]
    who_may_enter: str
    nominations: list[tuple[str, str]]
    blocks: list[tuple[str, str]]
    dates: list[Date]
    zone: str
    criteria: list[tuple[str, str, str]]
    awards: list[str]
    intake_open: bool
    start_url: str
    verb: str
    verb_again: str
    version: int


VERBS = {"contest": _l("Подать заявку"), "exhibition": _l("Предложить экспонат"), **dict.fromkeys(ATTENDED, _l("Записаться"))}
VERBS_AGAIN = {
    "contest": _l("Подать ещё одну"),
    "exhibition": _l("Предложить ещё один экспонат"),
    **dict.fromkeys(ATTENDED, _l("Записаться ещё раз")),
}


def _most(criterion: Criterion) -> str:
    """Return the most points a criterion gives or, as a penalty, takes; an empty text where there is no end."""
    plain = criterion.model_copy(update={"penalty": False, "optional": False})
    try:
        return wording.number(plain.highest)
    except ValueError:
        return ""


def announcement(event: Event, now: datetime) -> Announcement:
    rules = event.rules
    criteria = [one for stage in rules.stages for one in stage.criteria]
    return Announcement(
        card=card(event, now),
        summary=wording.say(rules.summary),
        organiser=wording.say(rules.organiser) if rules.organiser else event.centre.organisation.full_name,
        founder=wording.say(rules.founder) if rules.founder else event.centre.founder,
        age_mark=rules.age_mark,
        aims=[wording.say(aim) for aim in rules.aims],
        who_may_enter=wording.say(rules.who_may_enter) if rules.who_may_enter else "",
        nominations=[(wording.say(one.title), wording.say(one.note) if one.note else "") for one in rules.nominations],
        blocks=[(wording.say(one.title), wording.say(one.text)) for one in rules.legal],
        dates=dates(event, now),
        zone=wording.zone_name(event.zone),
        criteria=[(wording.say(one.title), wording.say(one.note) if one.note else "", _most(one)) for one in criteria],
        awards=[wording.say(one.title) for one in rules.awards],
        intake_open=queries.intake_is_open(event, now),
        start_url=url_for("applications.start", event_id=event.id),
        verb=str(VERBS[event.kind]),
        verb_again=str(VERBS_AGAIN[event.kind]),
        version=event.version.number,
    )
