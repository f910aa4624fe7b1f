"""Who goes up to the event of the next level: read from published awards and the quotas of the regulation, sent by a methodist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app import wording
from app.applications import letters
from app.applications import operations as applications
from app.applications.models import Application, Attachment, Author
from app.closing import queries
from app.closing.appeals import Refused
from app.database import db, trace
from app.events.models import Event
from app.judging import lists
from app.judging import queries as judging
from app.judging.models import Award
from app.people.models import Person
from workflows.parts import Feed
from workflows.saying import Saying


@dataclass(frozen=True)
class Riser:
    """One who may go up. `inside`: within the quota; `tied`: equal to others across its end, so that people choose."""

    work: int
    number: str
    title: str
    authors: str
    place: str
    inside: bool
    tied: bool
    sent: bool


@dataclass(frozen=True)
class Quota:
    """Those of one award, in one nomination or in all, of whom so many go up."""

    title: str
    most: int | None
    risers: list[Riser]


def goes_to(event: Event) -> Event | None:
    """Return the event that winners of this one go up to."""
    return db.session.get(Event, event.feeds_id) if event.feeds_id is not None else None


def rules_of(event: Event, up: Event) -> list[Feed]:
    return [one for one in event.rules.feeds if (one.from_level, one.to_level) == (event.held_at, up.held_at)]


def quotas(event: Event, up: Event) -> list[Quota]:
    """Return who may go up, best first, a constant number of statements; nobody before the results are published."""
    if event.released_at is None or event.approved_at is None:
        return []
    feeds = rules_of(event, up)
    given = queries.holders(event.id, {rule.award for rule in feeds})
    sent = queries.sent_from(event.id, up.id)
    found = []
    for rule in feeds:
        groups: dict[str, dict[int, tuple[Award, int]]] = {}
        for one, place in given:
            if one.award == rule.award:
                works = groups.setdefault(one.application.nomination if rule.per == "nomination" else "", {})
                best = min(works.get(one.application_id, (one, NOWHERE))[1], NOWHERE if place is None else place)
                works[one.application_id] = (one, best)  # in several lists: one seat, by its best place
        found += [_quota(event, rule, key, [*works.values()], sent=sent) for key, works in sorted(groups.items())]
    return found


def sent_in_vain(event: Event, up: Event) -> list[str]:
    """Return the numbers of works that were sent up and hold no award of those that go up any more: the results were reviewed."""
    keys = {one.award for one in rules_of(event, up)}
    holders = {one.application_id for one, _place in queries.holders(event.id, keys)}
    return [letters.application_number(one) for one in queries.sent_from(event.id, up.id).values() if one.id not in holders]


@dataclass(frozen=True)
class Origin:
    """Where an application came from: the event below, and what its work was awarded there."""

    event: str
    url: str
    awards: str


def origin(application: Application) -> Origin | None:
    """Return from where a work went up, or None for one that was begun here."""
    work = db.session.get(Application, application.from_id) if application.from_id is not None else None
    if work is None or work.event.released_at is None:
        return None
    titles = [lists.award_title(work.event, one.award) for one in judging.awards_of(work.id)]
    return Origin(wording.say(work.event.title), url_for("judging.winners", event_id=work.event_id), ", ".join(titles))


def _quota(event: Event, rule: Feed, nomination: str, holders: Sequence[tuple[Award, int]], *, sent: Collection[int]) -> Quota:
    ranked = sorted(holders, key=lambda one: (one[1], one[0].application_id))
    last = ranked[rule.most - 1][1] if rule.most and len(ranked) > rule.most else None
    cut = last is not None and rule.most is not None and ranked[rule.most][1] == last
    risers = []
    for number, (one, place) in enumerate(ranked):
        work = one.application
        tied = bool(cut) and place == last
        inside = not tied and (rule.most is None or number < rule.most)
        authors = ", ".join(author.person.full_name for author in work.authors)
        told = str(place) if place < NOWHERE else "—"
        risers.append(Riser(work.id, letters.application_number(work), work.title, authors, told, inside, tied, work.id in sent))
    title = lists.award_title(event, rule.award)
    named = next((wording.say(one.title) for one in event.rules.nominations if one.key == nomination), "")
    return Quota(f"{title}: {named}" if named else title, rule.most, risers)


NOWHERE = 10**6  # no place: after everybody who has one


def send(event: Event, up: Event, chosen: Collection[int], *, by: Person, now: datetime) -> int:
    """Make a draft at the higher event for each chosen work, tell its applicant, and return how many are new.

    Raises Refused where more are chosen than a quota allows, or nobody. Asking twice makes nothing twice.
    """
    if up.announced_at is None:
        raise Refused({"": Saying("feed_not_announced")})
    found = quotas(event, up)
    for quota in found:
        count = sum(one.work in chosen or one.sent for one in quota.risers)
        if quota.most is not None and count > quota.most:
            raise Refused({"": Saying("feed_too_many", most=quota.most, list=quota.title)})
    wanted = {one.work for quota in found for one in quota.risers if one.work in chosen and not one.sent}
    if not wanted:
        raise Refused({"": Saying("feed_chosen_none")})
    for work in queries.whole_works(event.id, sorted(wanted)):
        _rise(work, up, now)
    trace("winners.sent_up", f"event:{event.id}", by=by.id, now=now, to=up.id, count=len(wanted))
    return len(wanted)


def _rise(work: Application, up: Event, now: datetime) -> None:
    """Begin the application above with what is known: answers to the same questions, co-authors, files."""
    once = f"up:{work.id}:{up.id}"  # the same work never goes up twice
    made = applications.start(up, work.applicant, once=once, now=now)
    made.from_id = work.id
    first = next((one for one in work.authors if one.person_id == work.applicant_id), None)
    if first is not None:
        made.authors[0].post, made.authors[0].organisation = first.post, first.organisation
    elif work.authors:
        made.authors.clear()
    for one in work.authors:
        if one is not first:
            position = len(made.authors)
            made.authors.append(Author(person=one.person, position=position, post=one.post, organisation=one.organisation))
    made.organisation_id = work.organisation_id
    asked = {one.key for one in up.rules.questions() if one.filled_by == "applicant"}
    applications.save_answers(made, {key: value for key, value in work.answers.items() if key in asked}, now=now)
    for file in work.attachments:
        if file.question in asked:
            copied = {name: getattr(file, name) for name in ("question", "name", "key", "size", "media_type", "uploaded_by_id")}
            db.session.add(Attachment(application_id=made.id, uploaded_at=now, **copied))
    db.session.flush()
    _tell(made, work, now)


def _tell(made: Application, work: Application, now: datetime) -> None:
    values = {
        **letters.about(made, term=made.event.date("intake_closes")),
        "number": letters.application_number(work),
        "won": wording.say(work.event.title, "ru"),
        "won_en": wording.say(work.event.title, "en"),
    }
    letters.write("went_up", made, [made.applicant], values, key=f"up:{made.id}", now=now)
