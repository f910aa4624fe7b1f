"""The example: a centre of Komsomolsk-on-Amur with its people and events in several stages of life.

Everything is made by the same operations as in a real centre, with the clock told what time it was then.
"""

from __future__ import annotations

import io
import random
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from app import clock
from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application
from app.background import Job, finishing, job
from app.certificates import operations as certificates
from app.database import Base, committing, db
from app.events import moments
from app.events import operations as events
from app.events.models import Event
from app.exhibitions import operations as exhibitions
from app.exhibitions import queries as exhibits
from app.front import demo_cast as script
from app.front import mode
from app.judging import approvals, jury, naming, standings
from app.judging import operations as judging
from app.judging.models import Assignment
from app.meetings import operations as meetings
from app.notifications import operations as notifications
from app.people import operations as people
from app.people.models import Centre, Organisation, Person, Setting, User
from app.web import ADMINISTRATOR, METHODIST

READY = "demo_ready"


@dataclass(frozen=True)
class Role:
    key: str
    name: str
    role: str


def cast() -> list[Role]:
    """Return whom one can sign in as."""
    return [Role(one.key, one.name, one.role) for one in script.CAST]


def person_of(key: str) -> Person | None:
    """Return a person of the cast by the name it is called, or None."""
    one = next((one for one in script.CAST if one.key == key), None)
    if one is None:
        return None
    return db.session.scalar(select(Person).join(User, Person.user_id == User.id).where(User.email == one.email))


def is_ready() -> bool:
    return db.session.scalar(select(Setting.value).where(Setting.name == READY)) is True


@job("demo.fill", lease=600)
def fill() -> None:
    """Fill the installation in one transaction: half an example is never seen."""
    with finishing():
        if not is_ready():
            _Play(clock.now()).perform()
            _due_from_now(clock.now())
            db.session.add(Setting(name=READY, value=True))


def _due_from_now(now: datetime) -> None:
    """The acts lie in the past, their letters and papers are wanted now: nothing looks as if it had waited for months."""
    db.session.execute(update(Job).where(Job.due_at < now).values(due_at=now, created_at=now))


def fill_now() -> None:
    """Fill the installation at once, without a worker."""
    with committing():
        if not is_ready():
            _Play(clock.now()).perform()
            _due_from_now(clock.now())
            db.session.add(Setting(name=READY, value=True))


def remove_all() -> None:
    """Remove every row and file of the example. Raises ValueError outside of it."""
    if not mode.is_demo():
        raise ValueError("only the example may be removed")
    with committing():
        for table in reversed(Base.metadata.sorted_tables):
            db.session.execute(table.delete())
    var: Path = current_app.config["VAR"]
    for folder in ("files", "mail"):
        shutil.rmtree(var / folder, ignore_errors=True)
    mode.forget()


class _Play:
    """Makes the example act by act; `now` is the present, the acts lie before it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.began = now - timedelta(days=400)  # when the people of the example came
        self.chance = random.Random(26)  # noqa: S311  (a story, not a secret)
        self.people: dict[str, Person] = {}

    def perform(self) -> None:
        self.found_centre()
        self.gather_people()
        self.last_years_contest()
        self.contest_in_intake()
        self.contest_being_judged()
        self.exhibition_open()
        self.bridge_ahead()
        self.bridge_held()
        self.event_in_preparation()
        self.exchange_running()

    # People

    def found_centre(self) -> None:
        began = self.now - timedelta(days=500)
        organisation = people.find_or_add_organisation(
            script.CENTRE_SHORT, full_name=script.CENTRE_FULL, city=script.CITY, kind="centre", now=began
        )
        self.centre = Centre(
            organisation=organisation,
            zone="Asia/Vladivostok",
            founder=script.FOUNDER,
            signatory_name=script.SIGNATORY[0],
            signatory_post=script.SIGNATORY[1],
        )
        db.session.add(self.centre)
        db.session.flush()
        self.schools = [
            people.find_or_add_organisation(short, full_name=full, city=script.CITY, kind=kind, now=began)
            for short, full, kind in script.SCHOOLS
        ]

    def gather_people(self) -> None:
        """The cast by name, then a city's librarians and jurors."""
        home = self.centre.organisation
        for one in script.CAST:
            place = home if one.school is None else self.schools[one.school]
            words = (one.surname, one.given_name, one.patronymic, one.gender, one.post)
            self.people[one.key] = self.come(words, place, one.email)
        self.librarians = [self.people["vera"], self.people["oleg"]]
        for number, words in enumerate(script.LIBRARIANS):
            self.librarians.append(self.come(words, self.schools[number % len(self.schools)]))
        self.jurors = [self.people["lev"], *(self.come(words, home) for words in script.JURORS)]
        self.appoint_staff()

    def come(self, words: tuple[str, str, str, str, str], place: Organisation, email: str = "") -> Person:
        surname, given_name, patronymic, gender, post = words
        address = email or f"{script.latin(surname)}@example.org"
        person = people.add_person(
            surname=surname,
            given_name=given_name,
            patronymic=patronymic,
            gender=gender,
            email=address,
            organisation=place,
            post=post,
            now=self.began,
        )
        people.give_login(person, address, now=self.began)
        return person

    def appoint_staff(self) -> None:
        self.nina, self.admin = self.people["nina"], self.people["admin"]
        for person, role in ((self.nina, METHODIST), (self.admin, METHODIST), (self.admin, ADMINISTRATOR)):
            people.appoint(person, role, self.centre.id, by=self.admin, now=self.began, ground="Приказ № 3")
        self.by_nina = Actor(self.nina, frozenset({self.centre.id}))

    # Events

    def begin(self, preset: str, *, at: datetime, dates: dict[str, int], body: dict[str, Any] | None = None) -> Event:
        """Begin and announce an event at a moment of the past; `dates` are days from the present."""
        event = events.begin(self.centre, preset, by=self.nina, now=at, body=body)
        given = {key: moments.usual(key, days, self.now, self.centre.zone_info) for key, days in dates.items()}
        events.set_dates(event, given, ground="Положение", by=self.nina, now=at)
        events.announce(event, by=self.nina, now=at)
        db.session.flush()
        return event

    def enter(self, event: Event, person: Person, answers: dict[str, Any], *, at: datetime, submit: bool = True) -> Application:
        """One application from the draft to the submit, as its applicant would do it."""
        application = applications.start(event, person, once=f"demo:{event.id}:{person.id}:{at.timestamp()}", now=at)
        applications.save_answers(application, answers, now=at)
        self.attach_all(application, person, at)
        agreed = {text.key: text.required or self.chance.random() < 0.8 for text in event.rules.consents}
        if submit:
            applications.give_consents(application, agreed, for_authors=True, by=Actor(person), now=at)
            db.session.expire(application)
            applications.advance(application, "submit", by=Actor(person), now=at)
        return application

    def attach_all(self, application: Application, person: Person, at: datetime) -> None:
        for question in application.version.rules.questions():
            if question.kind == "files" and question.files and question.required:
                kind = question.files.kinds[0]
                wanted = min(question.files.most, 3) if kind in ("jpg", "png") else 1
                for number in range(wanted):
                    content, name = script.file_for(kind, application.title, number)
                    applications.attach(application, question.key, io.BytesIO(content), name, by=person, now=at)

    def judge(self, event: Event, *, share: float, at: datetime) -> None:
        """Appoint, assign and mark a share of the works."""
        for number, person in enumerate(self.jurors):
            jury.appoint_juror(event, person, chair=number == 0, by=self.nina, now=at)
        jury.assign(event, by=self.nina, now=at)
        db.session.flush()
        works = list(
            db.session.scalars(
                select(Assignment).join(Assignment.application).where(Application.event_id == event.id).order_by(Assignment.id)
            )
        )
        for assignment in works[: int(len(works) * share)]:
            self.mark(assignment, at)
        db.session.flush()
        standings.refresh(event)  # else its pages would say «место считается» until the worker has come round

    def mark(self, assignment: Assignment, at: datetime) -> None:
        stage = assignment.application.event.rules.stage(assignment.stage)
        level = 0.55 + 0.4 * ((assignment.application_id * 7919) % 97) / 97
        marks = {}
        for criterion in stage.criteria:
            reach = float(criterion.most - criterion.least)
            value = round(reach * min(1.0, max(0.2, level + self.chance.uniform(-0.15, 0.15))))
            marks[criterion.key] = str(criterion.least + value)
        comment = self.chance.choice(script.COMMENTS)
        judging.save_review(assignment, marks, comment, final=True, by=assignment.juror.person, now=at)

    def last_years_contest(self) -> None:
        at = self.now - timedelta(days=250)
        dates = {"intake_opens": -250, "intake_closes": -215, "judging_closes": -205, "results_on": -200}
        event = self.begin("contest", at=at, dates=dates, body=script.contest_of_last_year(events.presets()["contest"]))
        for number, work in enumerate(script.WORKS[:14]):
            entered = self.enter(
                event, self.librarians[number], script.contest_answers(event, work, number), at=at + timedelta(days=5 + number)
            )
            db.session.flush()
            applications.advance(entered, "admit", by=self.by_nina, now=at + timedelta(days=20 + number))
        self.judge(event, share=1, at=at + timedelta(days=36))
        approvals.settle_for_example(event, by=self.nina, now=at + timedelta(days=46))
        approvals.approve(event, number="47", day=(at + timedelta(days=48)).date(), by=self.nina, now=at + timedelta(days=48))
        approvals.release(event, by=self.nina, now=at + timedelta(days=50))
        notifications.release(event.id, by=self.nina, now=at + timedelta(days=50))
        db.session.flush()
        certificates.issue_for(event, by=self.nina, now=at + timedelta(days=51))

    def contest_in_intake(self) -> None:
        at = self.now - timedelta(days=20)
        event = self.begin("contest", at=at, dates={"intake_opens": -20, "intake_closes": 4, "judging_closes": 20, "results_on": 28})
        for number, work in enumerate(script.WORKS[14:23]):
            entered = self.enter(
                event, self.librarians[number + 2], script.contest_answers(event, work, number), at=at + timedelta(days=2 + number)
            )
            db.session.flush()
            if number < 4:
                applications.advance(entered, "admit", by=self.by_nina, now=at + timedelta(days=12))
            elif number == 4:
                term = self.now + timedelta(days=5)
                reason = "Приложите работу целиком: в файле нет списка литературы."
                applications.advance(entered, "send_back", by=self.by_nina, now=at + timedelta(days=13), reason=reason, term=term)
        answers = script.contest_answers(event, script.WORKS[23], 1)
        self.enter(event, self.people["vera"], answers, at=self.now - timedelta(hours=3), submit=False)
        later = moments.usual("intake_closes", 9, self.now, self.centre.zone_info)
        events.set_dates(event, {"intake_closes": later}, ground=script.PROLONGED, by=self.nina, now=self.now - timedelta(days=2))

    def contest_being_judged(self) -> None:
        at = self.now - timedelta(days=45)
        body = script.contest_of_this_autumn(events.presets()["contest"])
        event = self.begin(
            "contest", at=at, dates={"intake_opens": -45, "intake_closes": -8, "judging_closes": 6, "results_on": 14}, body=body
        )
        for number, work in enumerate(script.WORKS[24:36]):
            person = self.people["vera"] if number == 0 else self.librarians[number + 4]
            entered = self.enter(event, person, script.contest_answers(event, work, number), at=at + timedelta(days=3 + number))
            db.session.flush()
            applications.advance(entered, "admit", by=self.by_nina, now=at + timedelta(days=34))
        self.judge(event, share=0.6, at=self.now - timedelta(days=5))

    def exhibition_open(self) -> None:
        at = self.now - timedelta(days=40)
        dates = {"intake_opens": -40, "intake_closes": -10, "show_opens": -7, "show_closes": 24}
        event = self.begin("exhibition", at=at, dates=dates)
        for number, work in enumerate(script.EXHIBITS):
            entered = self.enter(
                event, self.librarians[number], script.exhibition_answers(event, work, number), at=at + timedelta(days=4 + number)
            )
            db.session.flush()
            applications.advance(entered, "admit", by=self.by_nina, now=at + timedelta(days=31))
        db.session.flush()
        self.look_around(event)

    def look_around(self, event: Event) -> None:
        """A week of visitors: some works draw more of them than others."""
        today = self.now.astimezone(event.zone).date()
        for number, exhibit in enumerate(exhibits.exhibited(event.id)):
            for ago in range(7):
                for _ in range(self.chance.randint(0, 2 + (number * 5) % 7)):
                    exhibitions.count_visit(exhibit.id, today - timedelta(days=ago))

    def bridge(self, at: datetime, held: int) -> Event:
        opens, closes = (self.now - at).days, held - 1
        event = self.begin("bridge", at=at, dates={"intake_opens": -opens, "intake_closes": closes, "held_on": held})
        meetings.set_meeting(
            event, platform="Сферум", link="https://sferum.example.org/room/komsomolsk", moderator="Трофимова Н. С.", minutes=90
        )
        for title, address, school, seats in script.SITES:
            meetings.add_site(
                event, title=title, address=address, host=self.schools[school], responsible=self.librarians[school], seats=seats
            )
        db.session.flush()
        return event

    def register_all(self, event: Event, first: int, count: int, at: datetime) -> None:
        sites = meetings.sites_of(event)
        for number in range(count):
            answers = script.bridge_answers(event, str(sites[number % len(sites)].id), number)
            self.enter(event, self.librarians[first + number], answers, at=at + timedelta(hours=5 * number))
        db.session.flush()
        meetings.add_greeting(event, topic="Приветствие и правовые основы сети", guest=script.SIGNATORY[0], minutes=10)
        meetings.add_all_speakers(event)

    def bridge_ahead(self) -> None:
        at = self.now - timedelta(days=12)
        event = self.bridge(at, held=11)
        self.register_all(event, 0, 14, at + timedelta(days=1))

    def bridge_held(self) -> None:
        at = self.now - timedelta(days=70)
        event = self.bridge(at, held=-40)
        self.register_all(event, 6, 16, at + timedelta(days=2))
        registered = list(db.session.scalars(select(Application).where(Application.event_id == event.id)))
        present = {one.id for number, one in enumerate(registered) if number % 5}
        meetings.note_attendance(
            event, present=present, absent={one.id for one in registered} - present, by=self.nina, now=self.now - timedelta(days=40)
        )
        certificates.issue_for(event, by=self.nina, now=self.now - timedelta(days=39))

    def event_in_preparation(self) -> None:
        events.begin(
            self.centre,
            "exhibition",
            by=self.nina,
            now=self.now - timedelta(days=1),
            body=script.spring_exhibition(events.presets()["exhibition"]),
        )

    def exchange_running(self) -> None:
        """Entrants mark each other: three of four sheets are in, and all of one expert."""
        at = self.now - timedelta(days=30)
        body = script.exchange_of_practice(events.presets()["contest"])
        dates = {"intake_opens": -30, "intake_closes": -6, "judging_closes": 8, "results_on": 15}
        event = self.begin("contest", at=at, dates=dates, body=body)
        works = []
        for number, work in enumerate(script.EXCHANGED):
            entered = self.enter(
                event, self.librarians[number], script.contest_answers(event, work, number), at=at + timedelta(days=4 + number)
            )
            db.session.flush()
            applications.advance(entered, "admit", by=self.by_nina, now=at + timedelta(days=24))
            works.append(entered.id)
        stage = event.rules.stage("final")
        judging.allot(event, stage, by=self.nina, now=self.now - timedelta(days=5))
        db.session.flush()
        of_event = select(Assignment).join(Assignment.application).where(Application.event_id == event.id).order_by(Assignment.id)
        for number, assignment in enumerate(db.session.scalars(of_event).all()):
            if number % 4:
                self.mark(assignment, self.now - timedelta(days=2))
        came = self.now - timedelta(days=2)
        expert, _other = [naming.add_name(event, stage, "experts", name, by=self.nina, now=came) for name in script.EXPERTS]
        db.session.flush()
        typed = {(work, one.key): str(6 + (work + len(one.key)) % 5) for work in works for one in stage.criteria}
        naming.enter_sheets(event, expert, typed, by=self.nina, now=came)
        db.session.flush()
        standings.refresh(event)
