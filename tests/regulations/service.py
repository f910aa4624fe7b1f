"""A real case in the service: what stands in its tables is done by people, through the operations."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application
from app.database import committing, db
from app.events import operations as events
from app.events.models import Event
from app.front import demo_cast
from app.people import operations as people
from app.people.models import Person
from tests.regulations.cases import read, rules, tables_of
from tests.world import NOON, World
from workflows import questions
from workflows.form import Question
from workflows.judging.given import ADMITTED, Entry

DAY = timedelta(days=1)
NAMES = (
    ("Иванова", "Анна", "Петровна", "f"),
    ("Трач", "Руслана", "Васильевна", "f"),
    ("Ким", "Олег", "Львович", "m"),
    ("Бельды", "Мария", "Чуоевна", "f"),
    ("Черных", "Любовь", "Никитична", "f"),
    ("Самар", "Иван", "Павлович", "m"),
    ("Петрова-Водкина", "София", "Юрьевна", "f"),
    ("Соловей", "Пётр", "Ильич", "m"),
)


class Case:
    """One event of a real regulation with its applications."""

    def __init__(self, number: str, world: World) -> None:
        self.world, self.rules, self.tables = world, rules(number), tables_of(number)
        self.people: dict[str, int] = {}
        self.works: dict[str, int] = {}
        with committing():
            self.id = self._begin(read(number).data)

    @property
    def event(self) -> Event:
        return db.session.get_one(Event, self.id)

    def _begin(self, body: dict[str, Any]) -> int:
        """The dates lie ten days apart in the order of the document; applications come in on the day of the cast."""
        nina, keys = self.world.nina, [one.key for one in self.rules.dates]
        first = keys.index("intake_opens")
        event = events.begin(self.world.centre, "", by=nina, now=NOON - 60 * DAY, body=body)
        moments = {key: NOON + (10 * (place - first) - 9) * DAY for place, key in enumerate(keys)}
        events.set_dates(event, moments, ground="Приказ № 1", by=nina, now=NOON - 60 * DAY)
        events.announce(event, by=nina, now=NOON - 60 * DAY)
        db.session.flush()
        return event.id

    # Entering

    def enter_all(self, **more: Any) -> None:
        for place, entry in enumerate(self.tables.entries):
            with committing():
                self.works[entry.key] = self._enter(entry, place, more)

    def _enter(self, entry: Entry, place: int, more: dict[str, Any]) -> int:
        names = entry.authors or (f"head_of_{entry.organisations[0]}",)
        organisation = f"Школа «{entry.organisations[0]}»"
        applicant = self._person(names[0], organisation)
        application = applications.start(self.event, applicant, once=f"{self.id}:{entry.key}", now=NOON)
        for name in names[1:]:
            surname, given_name, patronymic = self._name(name)
            applications.add_author(
                application,
                surname=surname,
                given_name=given_name,
                patronymic=patronymic,
                post="библиотекарь",
                school=organisation,
                now=NOON,
            )
        known = {**entry.values, **({"nomination": entry.nomination} if entry.nomination else {}), **more}
        answers: dict[str, Any] = {}
        while left := [one for one in questions.visible(self.rules, answers) if one.key not in answers]:
            answers |= {one.key: self._answer(one, entry, known) for one in left}
        wrong = applications.save_answers(application, {key: value for key, value in answers.items() if value is not None}, now=NOON)
        assert wrong == {}
        self._attach(application, applicant, place)
        agreed = {text.key: True for text in self.rules.consents}
        applications.give_consents(application, agreed, for_authors=True, by=Actor(applicant), now=NOON)
        db.session.expire(application)
        applications.advance(application, "submit", by=Actor(applicant), now=NOON)
        if application.state == "submitted":
            self._check(application, entry)
        return application.id

    def _check(self, application: Application, entry: Entry) -> None:
        """Nina notes the head's endorsement where the regulation wants one, and admits or does not."""
        nina = self.world.actor("nina")
        if self.rules.entering.endorsement == "required":
            applications.advance(application, "endorse", by=nina, now=NOON, reason="Подпись директора на бумажной заявке")
        step, reason = ("admit", "") if entry.status == ADMITTED else ("not_admit", "Не отвечает положению")
        applications.advance(application, step, by=nina, now=NOON, reason=reason)

    def _person(self, key: str, organisation: str) -> Person:
        if key not in self.people:
            surname, given_name, patronymic = self._name(key)
            home = people.find_or_add_organisation(organisation, now=NOON)
            gender = NAMES[len(self.people) % len(NAMES)][3]
            made = people.add_person(
                surname=surname,
                given_name=given_name,
                patronymic=patronymic,
                gender=gender,
                email=f"{key}@example.org",
                organisation=home,
                post="библиотекарь",
                now=NOON,
            )
            self.people[key] = made.id
        return db.session.get_one(Person, self.people[key])

    def _name(self, key: str) -> tuple[str, str, str]:
        """Co-authors of one school, whose keys end in a letter, need names that differ."""
        return (
            NAMES[len(self.people) % len(NAMES)][:3]
            if key.startswith(("person", "head")) and not key[-1].isalpha()
            else NAMES[ord(key[-1]) % len(NAMES)][:3]
        )

    def _answer(self, question: Question, entry: Entry, known: dict[str, Any]) -> Any:
        if question.filled_by == "staff" or question.kind in ("files", "authors"):
            return None
        if question.key in known:
            return known[question.key]
        if question.kind == "organisation":
            return entry.organisations[0]
        if question.kind in ("choice", "participation"):
            return question.options[0].key
        plain = {"number": str(question.least or 1), "date": "2024-09-01", "yes_no": "0", "link": "https://example.org/video"}
        return plain.get(question.kind, f"Живая книга {entry.key}")

    def _attach(self, application: Application, person: Person, place: int) -> None:
        proofs = {one.proof for one in self.rules.entering.conditions}
        for question in questions.visible(self.rules, application.answers):
            needed = question.key in proofs or questions.is_required(question, application.answers)
            if question.kind == "files" and question.files and needed:
                content, name = demo_cast.file_for(question.files.kinds[0], application.title, place)
                applications.attach(application, question.key, io.BytesIO(content), name, by=person, now=NOON)
