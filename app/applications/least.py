"""Who has sent fewer applications than the regulation asks for at least, and the letters that remind of it. Nobody is refused for that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app import wording
from app.applications import entries, staff
from app.applications.entering import COUNTED
from app.applications.models import Application, Author
from app.database import db, trace
from app.events import queries as events
from app.events.models import Event
from app.notifications import operations as notifications
from app.notifications.models import Notification
from app.people.models import Organisation, Person
from workflows import conditions
from workflows.entering import Limit
from workflows.judging import admission
from workflows.judging.given import ADMITTED, Entry
from workflows.parts import Words
from workflows.saying import Saying

LETTER = "entries_below"
DRAFT = "draft"
OF_PEOPLE = ("person", "organisation")  # where there is somebody to write to


@dataclass(frozen=True)
class Below:
    """Who has sent `have` of `least`. `of`: whose they are counted; `inside`: the nomination or answers they are counted within.

    `works`: the applications that count together, and the drafts that would; `closes`: until when more are taken.
    """

    key: str
    of: str
    name: str | Words
    order: str  # where its name stands in a list, if not by its letters
    inside: tuple[str | Words, ...]
    have: int
    least: int
    drafts: int
    works: frozenset[int]
    closes: datetime | None
    message: Words | None

    @property
    def whose(self) -> Saying | str | Words:
        return Saying("below_inside", name=self.name, inside=self.inside) if self.inside else self.name

    @property
    def told(self) -> Saying:
        """The sentence for a person or an organisation, with the regulation's own words: nobody else can be told."""
        said = Saying(f"below_{self.of}", name=self.whose, have=self.have, count=self.least)
        return Saying("paragraph", parts=(said, self.message)) if self.message else said

    def is_open(self, event: Event, now: datetime) -> bool:
        """Say whether one more would still be taken."""
        return events.intake_is_open(event, now) and (self.closes is None or now < self.closes)


def asked(event: Event) -> list[Limit]:
    """Return the limits of a regulation that say how many at least."""
    return [one for one in event.rules.entering.limits if one.least]


def below(event: Event, *where: object) -> list[Below]:
    """Return who has sent something and less than the least, by name; of the event's nominations also those with nothing.

    `where` narrows the applications looked at. The same few statements for any number, but every application is read.
    """
    limits = asked(event)
    if not limits:
        return []
    statuses = {**dict.fromkeys(COUNTED, ADMITTED), DRAFT: DRAFT}
    of_event, answers = (Application.event_id == event.id, *where), looks_at(event)
    answered = staff.kept_of_event(event.id) if answers & {one.key for one in staff.asked(event.rules)} else {}
    found = entries.entries(event.rules, *of_event, statuses=statuses, answered=answered, with_answers=bool(answers))
    sent, drafts = [one for one in found if one.status == ADMITTED], [one for one in found if one.status == DRAFT]
    few = [
        (limit, (str(number), *key), mine)
        for number, limit in enumerate(limits)
        for key, mine in {**({} if where else _nominations(event, limit)), **admission.counted(limit, sent)}.items()
        if len(mine) < (limit.least or 0)
    ]
    names = _names(limits, [one for _limit, _key, mine in few for one in mine])
    waiting = [admission.counted(limit, drafts) for limit in limits]
    rows = [_below(event, limit, key, sent=mine, drafts=waiting[int(key[0])].get(key[1:], []), names=names) for limit, key, mine in few]
    return sorted(rows, key=lambda one: (OF.index(one.of), one.order or plain(one.name), one.key))


def looks_at(event: Event) -> set[str]:
    """Return the questions whose answers decide what counts together."""
    limits = asked(event)
    keys = {key for one in limits for key in (*one.within, *(conditions.fields(one.when) if one.when else ()))}
    return keys & {one.key for one in event.rules.questions()} - {"nomination"}


Names = Mapping[str, tuple[str, str]]
OF = ("organisation", "person", "nomination", "event")  # the order of the list


def _below(event: Event, limit: Limit, key: tuple[str, ...], *, sent: Collection[Entry], drafts: Collection[Entry], names: Names) -> Below:
    _number, whose, *inside = key
    nominations = {one.key: one.title for one in event.rules.nominations}
    name, order = names.get(f"{limit.of}:{whose}", ("", ""))
    chosen = whose if limit.of == "nomination" else dict(zip(limit.within, inside, strict=True)).get("nomination", "")
    return Below(
        key="|".join(key),
        of=limit.of,
        name=nominations.get(whose, whose) if limit.of == "nomination" else name,
        order=order,
        inside=tuple(_inside(event, within, value) for within, value in zip(limit.within, inside, strict=True) if value),
        have=len(sent),
        least=limit.least or 0,
        drafts=len(drafts),
        works=frozenset(int(one.key) for one in (*sent, *drafts)),
        closes=closes(event, chosen),
        message=limit.message,
    )


def closes(event: Event, nomination: str = "") -> datetime | None:
    """Return until when applications are taken: to a nomination, or the last moment of all of them; None where there is no end."""
    keys = [nomination] if nomination else [one.key for one in event.rules.nominations] or [""]
    ends = [event.intake(key)[1] for key in keys]
    return None if None in ends else max(one for one in ends if one is not None)


def _nominations(event: Event, limit: Limit) -> dict[tuple[str, ...], list[Entry]]:
    """Return the nominations that nobody has sent anything to."""
    if limit.of != "nomination" or set(limit.within) - {"nomination"}:
        return {}
    keys = [one.key for one in event.rules.nominations]
    fitting = [key for key in keys if limit.when is None or conditions.holds(limit.when, {"nomination": key})]
    return {(key, *(key for _one in limit.within)): [] for key in fitting}


def _inside(event: Event, key: str, value: str) -> str | Words:
    """Return a value that a limit counts within, as the regulation calls it."""
    if key == "nomination":
        return next((one.title for one in event.rules.nominations if one.key == value), value)
    question = next((one for one in event.rules.questions() if one.key == key), None)
    return next((one.title for one in question.options if one.key == value), value) if question else value


def _names(limits: Iterable[Limit], sent: Collection[Entry]) -> dict[str, tuple[str, str]]:
    """Return the names of the people and organisations that are counted, and how lists order them: «person:7», «organisation:12»."""
    found: dict[str, tuple[str, str]] = {}
    asked_of = {one.of for one in limits}
    if "person" in asked_of:
        ids = {int(key) for one in sent for key in one.authors}
        found |= {f"person:{one.id}": (one.full_name, "") for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    if "organisation" in asked_of:
        ids = {int(key) for one in sent for key in one.organisations}
        wanted = select(Organisation.id, Organisation.short_name, Organisation.order_key).where(Organisation.id.in_(ids))
        found |= {f"organisation:{key}": (name, order) for key, name, order in db.session.execute(wanted)}
    return found


def plain(name: Saying | str | Words) -> str:
    """Return a name in the language at hand."""
    if isinstance(name, Saying):
        return wording.put(name)
    return name if isinstance(name, str) else wording.say(name)


def concerning(application: Application, now: datetime) -> list[Saying]:
    """Return what to tell on the page of an application: it counts, and still there are too few, while more are taken."""
    event = application.event
    if not asked(event) or application.state not in (*COUNTED, DRAFT) or not events.intake_is_open(event, now):
        return []
    people = [one.person_id for one in application.authors]
    places = [one.organisation_id for one in application.authors if one.organisation_id is not None]
    beside = select(Author.application_id).where(Author.person_id.in_(people) | Author.organisation_id.in_(places))
    found = below(event, Application.id.in_(beside))
    return [one.told for one in found if one.of in OF_PEOPLE and application.id in one.works and one.is_open(event, now)]


# Letters


Concerned = Mapping[int, Collection[Below]]  # applicant -> what she is told of


def applicants(event: Event, rows: Collection[Below]) -> dict[int, list[Below]]:
    """Return applicant -> those of these rows that her applications and drafts stand in: one statement."""
    if not rows:
        return {}
    wanted = select(Application.id, Application.applicant_id).where(Application.event_id == event.id)
    whose = {one.id: one.applicant_id for one in db.session.execute(wanted.where(Application.state.in_((*COUNTED, DRAFT))))}
    found: dict[int, list[Below]] = {}
    for one in rows:
        if one.of in OF_PEOPLE:
            for person in sorted({whose[work] for work in one.works if work in whose}):
                found.setdefault(person, []).append(one)
    return found


def last_reminded(event: Event) -> dict[int, datetime]:
    """Return person -> when she was reminded last of this event: one statement."""
    wanted = select(Notification.person_id, func.max(Notification.created_at)).group_by(Notification.person_id)
    rows = db.session.execute(wanted.where(Notification.event_id == event.id, Notification.name == LETTER))
    return {person: at for person, at in rows if person is not None}


def same_day(event: Event, one: datetime, other: datetime) -> bool:
    return one.astimezone(event.zone).date() == other.astimezone(event.zone).date()


@dataclass(frozen=True)
class Reminded:
    """What became of a press: how many letters, how many had one today, who has no address."""

    told: int
    today: int
    without_address: tuple[str, ...] = ()


def remind(event: Event, keys: Collection[str], *, by: Person, now: datetime) -> Reminded:
    """Write to the applicants of these rows, of all where none is named: one letter to a person a day, whatever she is told of."""
    rows = [one for one in below(event) if one.is_open(event, now)]
    concerned = applicants(event, rows)
    chosen = [person for person, mine in concerned.items() if not keys or any(one.key in keys for one in mine)]
    last = last_reminded(event)
    today = [person for person in chosen if person in last and same_day(event, last[person], now)]
    people = _people(set(chosen) - set(today))
    told = sum(write(event, person, concerned[person.id], now=now) for person in people)
    if told:
        trace("entries.reminded", f"event:{event.id}", by=by.id, now=now, count=told)
    return Reminded(told, len(today), tuple(one.initials for one in people if not one.email))


def remind_before_end(event: Event, concerned: Concerned, pause: timedelta, told: Collection[int], *, now: datetime) -> None:
    """Write of ourselves to whom nobody has written of it for so long; not to those `told` by the letter about their draft."""
    if not concerned:
        return
    last = last_reminded(event)
    wanted = {one for one in concerned if one not in told and not (one in last and last[one] > now - pause)}
    for person in _people(wanted):
        write(event, person, concerned[person.id], now=now)


def _people(ids: Collection[int]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))) if ids else []


def write(event: Event, person: Person, rows: Collection[Below], *, now: datetime) -> bool:
    """Queue the letter; say whether it is new. Two presses at once give one letter: its key is the day."""
    day = now.astimezone(event.zone).date().isoformat()
    made = notifications.queue(
        LETTER,
        to=person,
        values={**_values(event, rows), "greeting": person.greeting},
        about=f"event:{event.id}",
        key=f"below:{event.id}:{person.id}:{day}",
        centre_id=event.centre_id,
        event_id=event.id,
        now=now,
    )
    return made is not None


def _values(event: Event, rows: Collection[Below]) -> dict[str, str]:
    ends = {one.closes for one in rows}
    last = None if None in ends else max(one for one in ends if one is not None)
    return {
        "event": wording.say(event.title, "ru"),
        "event_en": wording.say(event.title, "en"),
        **sentences(rows),
        **wording.both("term", lambda: wording.term(last, event.zone, year=True) if last else ""),
        "centre": event.centre.organisation.short_name,
        "link": f"{current_app.config['BASE_URL']}/events/{event.id}",
    }


def sentences(rows: Iterable[Below]) -> dict[str, str]:
    """Return what a letter says of these rows, in both languages; empty where there are none."""
    told = [one.told for one in rows]
    return wording.both("below", lambda: " ".join(wording.put(one) for one in told))
