"""A centre of any size, written in bulk: a contest being judged, one with its results out, an exhibition and a bridge of as many each.

Everything else is the same in a small and in a large centre, so that two of them differ in nothing but the number of rows.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app import clock
from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application, Attachment, Author, Move, text_key
from app.certificates.models import READY, Certificate
from app.closing.models import Appeal
from app.database import committing, db, take_numbers
from app.events import moments
from app.events import operations as events
from app.events.models import Event
from app.exhibitions.models import Exhibit, Picture
from app.front import demo_cast as script
from app.front import mode
from app.judging import figures
from app.judging import operations as judging
from app.judging.models import Assignment, Award, Mark, Order, Review, Standing
from app.meetings.models import Attendance, Site
from app.notifications.models import SENT, Notification
from app.people import operations as people
from app.people.models import Affiliation, Centre, Person
from app.web import ADMINISTRATOR, JUROR, METHODIST

CAST = ("vera", "lev", "nina")
SCHOOLS, JURORS, SITES, SHEETS = 40, 20, 5, 3
LESSONS, LAST = "final/nomination=lesson", 80  # the first list of the contest; rows of the last page of its minutes
APPEALS = 60  # and one more of every ten works
ONCE = 40  # applications that a measured act uses up: to submit, to admit
CRITERIA = ("novelty", "method", "result", "fit", "literacy")
# Lists, pages of a juror and pages of a site are as long in the small centre as in the large one, so that like is compared with like.
NOMINATIONS = {"contest": ("project", *("lesson",) * 9), "exhibition": ("displays", "posters", "handmade"), "bridge": ("",)}
DAYS = {
    "contest": {"intake_opens": -9, "intake_closes": 9, "judging_closes": 19, "results_on": 29},
    "past": {"intake_opens": -90, "intake_closes": -60, "judging_closes": -30, "results_on": -20},
    "exhibition": {"intake_opens": -30, "intake_closes": -10, "show_opens": -5, "show_closes": 20},
    "bridge": {"intake_opens": -30, "intake_closes": -5, "held_on": -1},
}
UPWARD = {
    "appeals": {"allowed": True, "days": 30},
    "storage": [{"records": one, "years": 5} for one in ("orders", "minutes", "register", "sheets", "works", "consents", "drafts")],
    "feeds": [{"from_level": "municipal", "to_level": "regional", "award": "first", "most": 2, "per": "nomination"}],
}  # what the contest of last term has besides the preset
Ids = dict[str, list[int]]


def fill(size: int, ready: int = ONCE) -> Ids:
    """Make a centre whose events hold `size` applications each; return by name the ids of what the bench opens."""
    with committing():
        return _Filling(size, ready, clock.now()).perform()


class _Filling:
    """Fills one database step by step; `ready` applications wait to be submitted, and as many to be admitted."""

    def __init__(self, size: int, ready: int, now: datetime) -> None:
        self.size, self.ready, self.now = size, ready, now
        self.began = now - timedelta(days=90)
        self.chance = random.Random(1)
        self.ids: Ids = {}

    def perform(self) -> Ids:
        mode.set_mode(mode.OWN)
        self.centre_and_cast()
        self.people()
        self.events = {name: self.event(name) for name in DAYS}
        self.contest()
        self.drafts_of_vera()
        self.past_contest()
        self.exhibition()
        self.bridge()
        self.letters()
        return self.ids

    # Who there is

    def centre_and_cast(self) -> None:
        name = "Информационно-методический центр"
        home = people.find_or_add_organisation("ИМЦ", full_name=name, city="Комсомольск-на-Амуре", kind="centre", now=self.began)
        self.home, self.centre = home, Centre(organisation=home, zone="Asia/Vladivostok")
        db.session.add(self.centre)
        db.session.flush()
        self.cast = {name: self.one_of_the_cast(name) for name in CAST}
        for role in (METHODIST, ADMINISTRATOR):
            people.appoint(self.cast["nina"], role, self.centre.id, by=self.cast["nina"], now=self.began)

    def one_of_the_cast(self, name: str) -> Person:
        person = self.person(name.title(), gender="f", email=f"{name}@example.org")
        person.dative_confirmed_at = self.began
        people.give_login(person, f"{name}@example.org", self.began)
        return person

    def person(self, surname: str, **more: Any) -> Person:
        return people.add_person(
            surname=surname, given_name="Анна", patronymic="Петровна", organisation=self.home, now=self.began, **{"gender": "f", **more}
        )

    def people(self) -> None:
        """As many people as applications, the first of them Vera; each works at one of the schools."""
        schools = [people.find_or_add_organisation(f"СОШ № {number}", now=self.began) for number in range(100, 100 + SCHOOLS)]
        db.session.flush()
        self.schools = [school.id for school in schools]
        names = {"given_name": "Анна", "patronymic": "Петровна", "gender": "f", "created_at": self.began}
        rows = ({"surname": f"Участник{number}", "email": f"u{number}@example.org", **names} for number in range(1, self.size))
        added = _insert(Person, rows)
        work = ({"person_id": one, "organisation_id": self.school(number), "post": "библиотекарь"} for number, one in enumerate(added))
        _insert(Affiliation, work)
        self.persons = [self.cast["vera"].id, *added]
        self.names = ["Vera Анна Петровна", *(f"Участник{number} Анна Петровна" for number in range(1, self.size))]
        self.ids |= {"person": self.persons[-1:], "school": self.schools[:1], "last": [self.size - 1]}

    def school(self, number: int) -> int:
        return self.schools[number % SCHOOLS]

    # Events and applications to them

    def event(self, name: str) -> Event:
        nina, preset = self.cast["nina"], "contest" if name == "past" else name
        body = {**events.presets()[preset], **UPWARD} if name == "past" else None
        event = events.begin(self.centre, preset, by=nina, now=self.began, body=body)
        dates = {key: moments.usual(key, day, self.now, self.centre.zone_info) for key, day in DAYS[name].items()}
        events.set_dates(event, dates, ground="", by=nina, now=self.began)
        events.announce(event, by=nina, now=self.began)
        db.session.flush()
        self.ids[name] = [event.id]
        return event

    def works(self, name: str, state: Callable[[int], str], count: int = 0, **more: Callable[[int], Any]) -> list[int]:
        """Write applications, each with its author and its submit; `more` are columns by number."""
        event = self.events[name]
        rows = [self.work(event, number, state(number), more) for number in range(count or self.size)]
        found = _insert(Application, rows)
        persons = [row["applicant_id"] for row in rows]
        authors = ({"application_id": one, "person_id": person, "position": 0, "post": "библиотекарь", "organisation_id": self.school(number)}
                   for number, (one, person) in enumerate(zip(found, persons, strict=True)))  # fmt: skip
        _insert(Author, authors)
        submit = {"step": "submit", "source": "draft", "target": "submitted", "at": self.now, "reason": ""}
        _insert(Move, ({"application_id": one, **submit} for one in found))
        return found

    def work(self, event: Event, number: int, state: str, more: dict[str, Callable[[int], Any]]) -> dict[str, Any]:
        nominations = NOMINATIONS[event.kind]
        nomination, title = nominations[number % len(nominations)], f"Работа {number}"
        return {
            "event_id": event.id, "version_id": event.version_id, "number": number + 1, "state": state, "revision": 1,
            "applicant_id": self.persons[number % self.size], "organisation_id": self.school(number), "title": title, "title_key": text_key(title), "name_key": text_key(self.names[number % self.size]),
            "nomination": nomination, "answers": {"title": title, "nomination": nomination, "annotation": "Аннотация. " * 20},
            "received_at": self.now, "created_at": self.now, "saved_at": self.now, **{name: give(number) for name, give in more.items()},
        }  # fmt: skip

    def contest(self) -> None:
        """A contest being judged: nine of ten works admitted, half of the sheets finished, the rest waits to be admitted; Lev judges all."""
        event = self.events["contest"]
        works = self.works(
            "contest", lambda number: "admitted" if number % 10 and number < self.size else "submitted", self.size + self.ready
        )
        self.jury(event, [one for number, one in enumerate(works[: self.size]) if number % 10])
        self.ids |= {"mine": works[:1], "work": works[self.size // 2 : self.size // 2 + 1], "waiting": works[self.size :]}
        take_numbers(f"entry:{event.id}", len(works))  # who submits goes on from here

    def jury(self, event: Event, works: list[int]) -> None:
        members = [self.cast["lev"], *(self.person(f"Судьин{number}") for number in range(JURORS - 1))]
        jurors = [people.appoint(one, JUROR, self.centre.id, event_id=event.id, by=self.cast["nina"], now=self.began) for one in members]
        db.session.flush()
        others = [jurors[1:][number % (JURORS - 1) :] + jurors[1:] for number in range(len(works))]
        pairs = [(one, juror.id) for one, more in zip(works, others, strict=True) for juror in (jurors[0], *more[: SHEETS - 1])]
        given = _insert(Assignment, ({"application_id": w, "juror_id": j, "stage": "final", "assigned_at": self.now} for w, j in pairs))
        self.sheets(given[: len(given) // 2])
        figures.count_loads(event.id)
        judging.refresh(event)
        hers = select(Assignment.id).where(Assignment.juror_id == jurors[0].id).order_by(Assignment.id.desc())
        self.ids["sheet"] = list(db.session.scalars(hers.limit(1)))

    def sheets(self, assignments: list[int]) -> None:
        common = {"final_at": self.now, "saved_at": self.now, "revision": 1}
        marks = [[self.chance.randint(0, 5) for _key in CRITERIA] for _one in assignments]
        rows = ({"assignment_id": one, "total": str(sum(given)), **common} for one, given in zip(assignments, marks, strict=True))
        reviews = _insert(Review, rows)
        _insert(Mark, ({"review_id": one, "criterion": key, "value": str(value)}
                       for one, given in zip(reviews, marks, strict=True) for key, value in zip(CRITERIA, given, strict=True)))  # fmt: skip
        db.session.execute(update(Assignment), [{"id": one, "done_at": self.now} for one in assignments])

    def drafts_of_vera(self) -> None:
        """Complete drafts to submit, and one more to write in: made as she would make them."""
        made = [self.draft(number) for number in range(self.ready + 1)]
        self.ids |= {"draft": made[:1], "ready": made[1:]}

    def draft(self, number: int) -> int:
        event, vera = self.events["contest"], self.cast["vera"]
        application = applications.start(event, vera, once=f"bench:{number}", now=self.now)
        applications.save_answers(application, script.contest_answers(event, f"Черновик {number}", number), now=self.now)
        for question in event.rules.questions():
            if question.files and question.required:
                content, name = script.file_for(question.files.kinds[0], application.title, 0)
                applications.attach(application, question.key, io.BytesIO(content), name, by=vera, now=self.now)
        agreed = {text.key: True for text in event.rules.consents}
        applications.give_consents(application, agreed, for_authors=True, by=Actor(vera), now=self.now)
        return application.id

    def past_contest(self) -> None:
        """A contest of last term: everybody has a place, an award and a paper; some appeal; the best go up to the region."""
        event, nina, contest = self.events["past"], self.cast["nina"], self.events["contest"]
        event.approved_at = event.released_at = self.now - timedelta(days=20)
        contest.level, event.feeds_id = "regional", contest.id
        db.session.add(Order(event_id=event.id, kind="приказ", number="17", day=self.now.date(), by_id=nina.id, recorded_at=self.now))
        works = self.works("past", lambda _number: "closed")
        self.places(event, works)
        papers = [self.paper(event, number, one) for number, one in enumerate(works)]
        self.ids["paper"] = _insert(Certificate, papers)[-1:]
        filed = {
            "event_id": event.id,
            "by_id": nina.id,
            "filed_at": self.now,
            "text": "Прошу пересмотреть итог. " * 5,
            "outcome": "",
            "ground": "",
        }
        self.ids["appeal"] = _insert(Appeal, ({"application_id": one, **filed} for one in works[: APPEALS + self.size // 10]))[:1]

    def places(self, event: Event, works: list[int]) -> None:
        """One place after another in each nomination, the awards of the first three, participation for all others."""
        nominations, keys = NOMINATIONS["contest"], ("first", "second", "third")
        reached = dict.fromkeys(nominations, 0)
        common = {"event_id": event.id, "stage": "final", "status": "in", "verdict": "", "exact": "20", "shown": "20", "sheets": SHEETS,
                  "tied": False, "why": []}  # fmt: skip
        given = {"event_id": event.id, "by": "rule", "ground": "", "recorded_at": self.now}
        standings, awards = [], []
        for number, one in enumerate(works):
            nomination = nominations[number % len(nominations)]
            reached[nomination] += 1
            place, name = reached[nomination], f"final/nomination={nomination}"
            award = keys[place - 1] if place <= len(keys) else "participant"
            row = {"application_id": one, "list": name}
            standings.append({**common, **row, "place": place, "place_to": place, "awards": [[award, "rule"]]})
            awards.append({**given, **row, "award": award})
        rows = _insert(Standing, standings)
        last = sorted(range(len(rows)), key=lambda one: (standings[one]["list"] != LESSONS, standings[one]["place"]))[-LAST - 1]
        self.ids["standing"] = [rows[last]]  # after it the minutes have so many rows
        found = [{"name": f"final/nomination={one}", "stage": "final", "partition": [["nomination", one]], "status": "ranked",
                  "said": None, "marked": True} for one in reached]  # fmt: skip
        figures.keep_tally(event.id, works=len(works), full=len(works), lists=found)
        _insert(Award, awards)

    def paper(self, event: Event, number: int, work: int) -> dict[str, Any]:
        words = {"surname": "Участник", "name": f"Участник{number}", "about": "", "lines": [], "public": [], "issuer": "ИМЦ",
                 "signatory_name": "", "signatory_post": "", "ground": ""}  # fmt: skip
        return {
            "centre_id": self.centre.id, "event_id": event.id, "application_id": work, "ground": f"bench/{work}", "number": f"{number:06d}/2026",
            "code": f"BENCH{number:05d}", "paper": "certificate", "kind": "certificate", "title": "Сертификат участника",
            "person_id": self.persons[number], "recipient": f"Участник{number}", "issued_on": self.now.date(), "wording": words,
            "state": READY, "reason": "", "requested_at": self.now,
        }  # fmt: skip

    def exhibition(self) -> None:
        event, vera = self.events["exhibition"], self.cast["vera"]
        works = self.works("exhibition", lambda _number: "admitted")
        file = {"question": "pictures", "name": "1.jpg", "key": "0" * 64, "size": 1, "media_type": "image/jpeg"}
        files = _insert(Attachment, ({"application_id": one, "uploaded_by_id": vera.id, "uploaded_at": self.now, **file} for one in works))
        sections = NOMINATIONS["exhibition"]
        shown = ({"event_id": event.id, "application_id": one, "section": sections[number % 3], "shown_at": self.now, "hidden_reason": ""}
                 for number, one in enumerate(works))  # fmt: skip
        exhibits = _insert(Exhibit, shown)
        ready = {"position": 0, "state": "ready", "reason": "", "large_key": "0" * 64, "small_key": "1" * 64, "width": 1200, "height": 900}
        _insert(Picture, ({"exhibit_id": one, "attachment_id": file, **ready} for one, file in zip(exhibits, files, strict=True)))
        self.ids["exhibit"] = exhibits[self.size // 2 : self.size // 2 + 1]

    def bridge(self) -> None:
        event = self.events["bridge"]
        rows = ({"event_id": event.id, "position": one, "title": f"Площадка {one}", "address": "", "seats": None} for one in range(SITES))
        sites = _insert(Site, rows)
        said = {
            "participation": lambda _number: "listener",
            "site_id": lambda number: sites[max(0, number % 10 - 5)],
            "present": lambda number: bool(number % 4) if number % 10 else None,
        }
        registered = self.works("bridge", lambda _number: "admitted", **said)
        noted = {"event_id": event.id, "by_id": self.cast["nina"].id, "at": self.now}
        _insert(
            Attendance,
            ({"application_id": one, **noted} for number, one in enumerate(registered) if number % 10),
        )
        by_name = sorted(range(self.size), key=lambda number: text_key(self.names[number]))
        before = [registered[number] for number in by_name[: -min(self.size, 100)]]
        self.ids |= {"site": sites[:1], "registered": registered[:1], "hundred": before[-1:] or [0]}  # after it the list has a hundred

    def letters(self) -> None:
        event = self.events["contest"]
        common = {
            "name": "entry_received",
            "centre_id": self.centre.id,
            "event_id": event.id,
            "values": {},
            "state": SENT,
            "created_at": self.now,
        }
        rows = ({"person_id": one, "address": f"u{number}@example.org", "about": f"bench:{number}", "message_id": f"<{number}@bench>", **common}
                for number, one in enumerate(self.persons))  # fmt: skip
        self.ids["letter"] = _insert(Notification, rows)[-1:]


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Write rows as the database likes them best and return their ids in order."""
    given = list(rows)
    if not hasattr(model, "id"):
        db.session.execute(insert(model), given)
        return []
    return list(db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), given))
