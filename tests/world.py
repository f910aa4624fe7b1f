"""The cast of every test: Vera the librarian, Lev the juror, Nina the methodist, Oleg the stranger, and Elena the administrator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application
from app.database import committing, db
from app.events import moments
from app.events import operations as events
from app.events.models import Event
from app.front import mode
from app.people import operations as people
from app.people.models import Centre, Organisation, Person
from app.web import ADMINISTRATOR, METHODIST

NOON = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # noon in Komsomolsk-on-Amur
DAY = timedelta(days=1)


@dataclass
class World:
    """The cast by id: objects die with their session, ids do not. Attributes load the row anew."""

    ids: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        kinds = {
            "school": Organisation,
            "other_school": Organisation,
            "centre": Centre,
            "contest": Event,
            "exhibition": Event,
            "bridge": Event,
        }
        ids = self.__dict__.get("ids", {})
        if name not in ids:
            raise AttributeError(name)
        return db.session.get_one(kinds.get(name, Person), ids[name])

    def actor(self, name: str) -> Actor:
        person = getattr(self, name)
        staff = name in ("nina", "admin")
        return Actor(person, frozenset({self.ids["centre"]}) if staff else frozenset())

    def enter(self, who: str = "vera", event: str = "contest", *, submit: bool = True, now: datetime = NOON, **answers: Any) -> int:
        """One application to an event, complete and submitted unless told otherwise; returns its id."""
        from app.front import demo_cast as script

        with committing():
            running, person = getattr(self, event), getattr(self, who)
            title = str(answers.pop("title", "Читающий двор"))
            if event == "bridge":
                given = script.bridge_answers(running, str(answers.pop("site", "")), answers.pop("number", 1))
            else:
                given = script.contest_answers(running, title, answers.pop("number", 0))
            once = f"test:{event}:{who}:{title}:{now.timestamp()}"
            application = applications.start(running, person, once=once, now=now)
            applications.save_answers(application, {**given, **answers}, now=now)
            _attach(application, person, now)
            agreed = {text.key: True for text in running.rules.consents}
            applications.give_consents(application, agreed, for_authors=True, by=Actor(person), now=now)
            db.session.expire(application)
            if submit:
                applications.advance(application, "submit", by=Actor(person), now=now)
            return application.id

    def step(self, application_id: int, name: str, *, by: str = "nina", now: datetime = NOON, **words: Any) -> None:
        with committing():
            application = db.session.get_one(Application, application_id)
            applications.advance(application, name, by=self.actor(by), now=now, **words)


def _attach(application: Application, person: Person, now: datetime) -> None:
    import io

    from app.front import demo_cast as script

    for question in application.version.rules.questions():
        if question.kind == "files" and question.files and question.required:
            content, name = script.file_for(question.files.kinds[0], application.title, 0)
            applications.attach(application, question.key, io.BytesIO(content), name, by=person, now=now)


def build(now: datetime = NOON) -> World:
    """Make a centre with its cast and one announced event of each kind, all open for applications."""
    with committing():
        mode.set_mode(mode.OWN)
        home = people.find_or_add_organisation(
            "ИМЦ", full_name="Информационно-методический центр", city="Комсомольск-на-Амуре", kind="centre", now=now
        )
        centre = Centre(
            organisation=home,
            zone="Asia/Vladivostok",
            founder="Управление образования",
            signatory_name="Е. П. Кравцова",
            signatory_post="директор",
        )
        db.session.add(centre)
        school = people.find_or_add_organisation("СОШ № 15", full_name="Школа № 15", city="Комсомольск-на-Амуре", now=now)
        other = people.find_or_add_organisation("СОШ № 37", full_name="Школа № 37", city="Комсомольск-на-Амуре", now=now)
        db.session.flush()
        cast = {
            "vera": ("Соколова", "Вера", "Андреевна", "f", school, "педагог-библиотекарь"),
            "lev": ("Оненко", "Лев", "Павлович", "m", home, "методист"),
            "nina": ("Трофимова", "Нина", "Сергеевна", "f", home, "методист"),
            "oleg": ("Трач", "Олег", "Ильич", "m", other, "библиотекарь"),
            "admin": ("Ким", "Елена", "Львовна", "f", home, "заместитель директора"),
        }
        ids = {"centre": centre.id, "school": school.id, "other_school": other.id}
        for key, (surname, given_name, patronymic, gender, place, post) in cast.items():
            person = people.add_person(
                surname=surname,
                given_name=given_name,
                patronymic=patronymic,
                gender=gender,
                email=f"{key}@example.org",
                organisation=place,
                post=post,
                now=now,
            )
            db.session.flush()
            people.give_login(person, f"{key}@example.org", now=now)
            ids[key] = person.id
        world = World(ids)
        since = now - 30 * DAY
        people.appoint(world.nina, METHODIST, centre.id, by=world.admin, now=since)
        people.appoint(world.admin, ADMINISTRATOR, centre.id, by=world.admin, now=since)
        for kind, dates in DATES.items():
            event = events.begin(centre, kind, by=world.nina, now=since)
            events.set_dates(
                event,
                {key: moments.usual(key, days, now, centre.zone_info) for key, days in dates.items()},
                ground="Приказ № 1",
                by=world.nina,
                now=since,
            )
            events.announce(event, by=world.nina, now=since)
            db.session.flush()
            ids[kind] = event.id
    return world


DATES = {
    "contest": {"intake_opens": -10, "intake_closes": 10, "judging_closes": 20, "results_on": 30},
    "exhibition": {"intake_opens": -10, "intake_closes": 10, "show_opens": 12, "show_closes": 40},
    "bridge": {"intake_opens": -10, "intake_closes": 10, "held_on": 12},
}
