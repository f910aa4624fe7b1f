"""What may be done with events: begin one from a preset, change texts and dates, announce."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.database import db, trace
from app.events import calendar, document, queries
from app.events.models import Event, Regulation, RegulationVersion, Schedule
from app.events.moments import first_moment, usual
from app.notifications import operations as notifications
from app.people.models import Centre, Person
from workflows import regulation as rules
from workflows.regulation import DateKey
from workflows.saying import Saying

PRESETS = Path(rules.__file__).parent / "presets"
COMPARES = ("stages", "ranking", "groups", "awards", "series", "approval")  # the half of a version that compares applications

Prolonged = Callable[[Event, str, datetime, datetime], None]
_prolonged: list[Prolonged] = []
Rewriting = Callable[[Event, str, Person, datetime], None]
_comparing: list[Rewriting] = []
Rereading = Callable[[Event, rules.Regulation], Mapping[str, Saying]]
_rereading: list[Rereading] = []


class Refused(Exception):
    """The act is not possible; the sayings tell why, by field."""

    def __init__(self, faults: Mapping[str, Saying]) -> None:
        super().__init__(", ".join(one.key for one in faults.values()))
        self.faults = dict(faults)


def on_date_moved(act: Prolonged) -> Prolonged:
    """Register who tells people that a date of an announced event moved: (event, key, new moment, now)."""
    _prolonged.append(act)
    return act


def on_comparison_changed(act: Rewriting) -> Rewriting:
    """Register who has a say when what compares applications changes: (event, ground, by, now). It may raise Refused."""
    _comparing.append(act)
    return act


def on_rewriting(act: Rereading) -> Rereading:
    """Register who may refuse a new version: (event, its new rules) -> faults, none if all is well."""
    _rereading.append(act)
    return act


@notifications.worded_by
def own_words(event_id: int, name: str) -> dict[str, str] | None:
    """Return the words that an event's regulation has of its own for a letter, or None where it leaves the letter out."""
    event = db.session.get(Event, event_id)
    letter = next((one for one in event.rules.letters if one.notice == name), None) if event is not None else None
    if letter is None:
        return {}
    texts = {"own_subject": letter.subject, "own_text": letter.text}
    said = {f"{key}_{lang}": text for key, words in texts.items() for lang, text in (words or {}).items()}
    return None if letter.off else {**said, **{key: rules.words(words) for key, words in texts.items() if words}}


def presets() -> dict[str, dict[str, Any]]:
    """Return the regulations to start from, by key."""
    return {file.stem: document.load(file.read_text(encoding="utf-8")).data for file in sorted(PRESETS.glob("*.yaml"))}


def preset_text(key: str) -> str:
    """Return a preset as the document it stands in, empty for none of that name."""
    return next((file.read_text(encoding="utf-8") for file in PRESETS.glob("*.yaml") if file.stem == key), "")


def school_year(moment: datetime, zone: ZoneInfo) -> int:
    """Return the year in which the school year of a moment begins: it turns on 1 September."""
    local = moment.astimezone(zone)
    return local.year if local.month >= 9 else local.year - 1


def begin(centre: Centre, preset: str, *, by: Person | None, now: datetime, body: Mapping[str, Any] | None = None) -> Event:
    """Begin an event from a preset (or a given body) with its usual dates; nobody sees it before it is announced."""
    data = {"organiser": {"ru": centre.organisation.full_name}, **(body if body is not None else presets()[preset])}
    parsed = rules.parse(data)
    regulation = Regulation(centre_id=centre.id, preset=preset, created_at=now)
    db.session.add(regulation)
    db.session.flush()
    version = RegulationVersion(regulation_id=regulation.id, number=1, body=data, author_id=by.id if by else None, created_at=now)
    event = Event(
        centre=centre,
        regulation_id=regulation.id,
        version=version,
        kind=parsed.kind,
        title=dict(parsed.title),
        school_year=school_year(now, centre.zone_info),
        created_at=now,
    )
    db.session.add_all([version, event])
    db.session.flush()
    first = {one.key: first_moment(one, now, event.zone, parsed.end_dates) for one in parsed.dates}
    counted, _missing = calendar.counted(event, first, {one.key for one in parsed.dates if one.working_days})
    for key, at in {**first, **counted}.items():
        if at is not None:
            _set(event, key, at, by=by, now=now, ground="")
    trace("event.begun", f"event:{event.id}", by=by.id if by else None, now=now, preset=preset)
    return event


def _set(event: Event, key: str, at: datetime, *, by: Person | None, now: datetime, ground: str) -> None:
    event.schedule.append(Schedule(key=key, at=at, ground=ground, author_id=by.id if by else None, recorded_at=now))


def set_dates(event: Event, dates: Mapping[str, datetime | None], *, ground: str, by: Person, now: datetime) -> list[str]:
    """Set dates and return the keys that changed. The old ones stay in the schedule.

    Raises Refused with a Saying by date. Moving a date of an announced event needs a ground and tells who it touches.
    A date that the regulation counts in working days is counted where none is given, and anew where what it is counted from
    has moved; one that is given stands.
    """
    dates, uncounted = _with_counted(event, dates)
    changed = {key: at for key, at in dates.items() if at is not None and at != event.date(key)}
    faults = {**_date_faults(event, {**_known(event), **dates}), **uncounted}
    if changed and event.announced_at is not None and not ground.strip():
        faults["ground"] = Saying("date_ground_missing")
    if faults:
        raise Refused(faults)
    for key, at in changed.items():
        _set(event, key, at, by=by, now=now, ground=ground)
    db.session.flush()
    if event.announced_at is not None:
        for key, at in changed.items():
            trace("event.date_moved", f"event:{event.id}", by=by.id, now=now, key=key)
            for tell in _prolonged:
                tell(event, key, at, now)
    return list(changed)


def prolong(event: Event, key: str, days: int, *, ground: str, by: Person, now: datetime) -> datetime:
    """Move an end so many days on, or from today where it has passed; return the new moment. As set_dates does otherwise."""
    before = event.date(key)
    if key not in event.rules.end_dates or before is None:
        raise Refused({"ground": Saying("date_not_an_end")})
    local = before.astimezone(event.zone).replace(tzinfo=None) + timedelta(days=days)
    at = local.replace(tzinfo=event.zone) if before > now else usual(key, days, now, event.zone, event.rules.end_dates)
    set_dates(event, {**_known(event), key: at}, ground=ground, by=by, now=now)
    return at


def _with_counted(event: Event, dates: Mapping[str, datetime | None]) -> tuple[dict[str, datetime | None], dict[str, Saying]]:
    """Return the dates with those that are counted, and why some cannot be: a year whose days off nobody has entered."""
    rules_of = {one.key: one for one in event.rules.dates if one.working_days}
    typed = {key for key in rules_of if dates.get(key) is not None and dates[key] != event.date(key)}
    kept = {**_known(event), **{key: at for key, at in dates.items() if at is not None}}
    moved = {key for key, at in kept.items() if at != event.date(key)}
    stale = {key for key, one in rules_of.items() if key not in typed and (kept[key] is None or _anchors(one, rules_of) & moved)}
    if not stale:
        return dict(dates), {}
    found, faults = calendar.counted(event, {key: at for key, at in kept.items() if key not in stale}, stale)
    return {**dates, **found}, faults


def _anchors(one: DateKey, counted: Mapping[str, DateKey]) -> set[str]:
    """Return the dates that a date is counted from, through others."""
    found: set[str] = set()
    key = one.after or one.before
    while key and key not in found:
        found.add(key)
        key = (counted[key].after or counted[key].before) if key in counted else None
    return found


def _known(event: Event) -> dict[str, datetime | None]:
    return {one.key: event.date(one.key) for one in event.rules.dates}


def _date_faults(event: Event, dates: Mapping[str, datetime | None]) -> dict[str, Saying]:
    """Return what is wrong with dates taken together: needed ones missing, order turned round."""
    asked = {one.key: one for one in event.rules.dates}
    faults = {key: Saying("date_missing") for key, one in asked.items() if one.needed and dates.get(key) is None}
    for earlier, later in (
        ("intake_opens", "intake_closes"),
        ("intake_closes", "judging_closes"),
        ("judging_closes", "results_on"),
        ("show_opens", "show_closes"),
        ("intake_opens", "held_on"),
    ):
        first, second = dates.get(earlier), dates.get(later)
        # An end is midnight, the next thing may begin at that very moment.
        if earlier in asked and later in asked and first and second and second < first:
            faults.setdefault(later, Saying("date_before", other=asked[earlier].title))
    return faults


def rewrite(event: Event, body: Mapping[str, Any], *, by: Person, now: datetime, ground: str = "") -> RegulationVersion:
    """Write a new version of the regulation; applications keep what they were promised, and the table of steps they began with.

    Raises Refused when the new text is not sound, and when it changes how applications are compared though marks exist, without
    a ground.
    """
    parsed = rules.parse(dict(body))
    found = rules.problems(parsed)
    if found:
        raise Refused({".".join(map(str, one.path)): one.saying for one in found})
    if parsed.kind != event.kind:
        raise Refused({"kind": Saying("event_kind_fixed")})
    if refused := {name: saying for act in _rereading for name, saying in act(event, parsed).items()}:
        raise Refused(refused)
    if any(getattr(parsed, part) != getattr(event.rules, part) for part in COMPARES):
        for act in _comparing:
            act(event, ground.strip(), by, now)
    version = RegulationVersion(
        regulation_id=event.regulation_id,
        number=queries.next_version_number(event.regulation_id),
        body=dict(body),
        author_id=by.id,
        created_at=now,
    )
    db.session.add(version)
    event.version = version
    event.title = dict(parsed.title)
    trace("event.rewritten", f"event:{event.id}", by=by.id, now=now)
    db.session.flush()
    return version


def announce(event: Event, *, by: Person, now: datetime) -> None:
    """Make the event public. Raises Refused while dates or texts are missing; announcing twice changes nothing."""
    if event.announced_at is not None:
        return
    faults = _date_faults(event, _known(event))
    faults |= {".".join(map(str, one.path)): one.saying for one in rules.problems(event.rules)}
    if faults:
        raise Refused(faults)
    event.announced_at = now
    trace("event.announced", f"event:{event.id}", by=by.id, now=now)
