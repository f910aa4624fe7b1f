"""A contest of any size, written in bulk: people, schools, applications, a jury with finished and unfinished sheets, papers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import insert, select, update

from app import clock
from app.applications.models import Application, Author, Move
from app.certificates.models import Certificate
from app.database import committing, db
from app.events import operations as events
from app.front import mode
from app.judging import figures
from app.judging import operations as judging
from app.judging.models import Assignment, Mark, Review
from app.people import operations as people
from app.people.models import Centre, Person
from app.web import ADMINISTRATOR, JUROR, METHODIST

CAST = ("vera", "lev", "nina")
SHEETS = 3
JURORS = 20


def fill(size: int) -> dict[str, int]:
    """Make a centre whose contest holds `size` admitted applications; return ids of what the bench opens."""
    now = clock.now()
    with committing():
        mode.set_mode(mode.OWN)
        home = people.find_or_add_organisation(
            "ИМЦ", full_name="Информационно-методический центр", city="Комсомольск-на-Амуре", kind="centre", now=now
        )
        centre = Centre(organisation=home, zone="Asia/Vladivostok")
        db.session.add(centre)
        db.session.flush()
        cast = {name: _one(name, home, now) for name in CAST}
        for role in (METHODIST, ADMINISTRATOR):
            people.appoint(cast["nina"], role, centre.id, by=cast["nina"], now=now - timedelta(days=9))
        event = events.begin(centre, "contest", by=cast["nina"], now=now - timedelta(days=9))
        days = {"intake_opens": -9, "intake_closes": 9, "judging_closes": 19, "results_on": 29}
        events.set_dates(
            event, {key: events.usual(key, day, now, centre.zone_info) for key, day in days.items()}, ground="", by=cast["nina"], now=now
        )
        events.announce(event, by=cast["nina"], now=now - timedelta(days=9))
        jury = [people.appoint(cast["lev"], JUROR, centre.id, event_id=event.id, by=cast["nina"], now=now - timedelta(days=8))]
        schools = [people.find_or_add_organisation(f"СОШ № {number}", now=now) for number in range(100, 140)]
        for number in range(JURORS - 1):
            person = people.add_person(
                surname=f"Судьин{number}", given_name="Пётр", patronymic="Ильич", gender="m", organisation=home, now=now
            )
            jury.append(people.appoint(person, JUROR, centre.id, event_id=event.id, by=cast["nina"], now=now - timedelta(days=8)))
        db.session.flush()
        ids = {"event": event.id, "centre": centre.id, "version": event.version_id, "vera": cast["vera"].id}
        jury_ids, school_ids = [one.id for one in jury], [one.id for one in schools]
        _rows(size, ids, jury_ids, school_ids)
        figures.count_loads(event.id)
        judging.refresh_standings(event)
        first = db.session.scalars(select(Application.id).where(Application.event_id == event.id).order_by(Application.id)).first()
        work = db.session.scalars(select(Assignment.id).where(Assignment.juror_id == jury_ids[0]).order_by(Assignment.id.desc())).first()
        return {"event": ids["event"], "application": first or 0, "assignment": work or 0}


def _one(name: str, organisation: object, now: object) -> Person:
    person = people.add_person(
        surname=name.title(),
        given_name=name.title(),
        patronymic="",
        gender="f",
        email=f"{name}@example.org",
        organisation=organisation,
        now=now,  # type: ignore[arg-type]
    )
    people.give_login(person, f"{name}@example.org", now)  # type: ignore[arg-type]
    return person


def _rows(size: int, ids: dict[str, int], jury: list[int], schools: list[int]) -> None:
    now = clock.now()
    nominations = ("lesson", "event", "project")
    persons = [
        {
            "surname": f"Участник{number}",
            "given_name": "Анна",
            "patronymic": "Петровна",
            "gender": "f",
            "email": f"u{number}@example.org",
            "created_at": now,
        }
        for number in range(size)
    ]
    person_ids = list(db.session.scalars(insert(Person).returning(Person.id), persons))
    person_ids[0] = ids["vera"]
    applications = [
        {
            "event_id": ids["event"], "version_id": ids["version"], "applicant_id": person, "organisation_id": schools[number % len(schools)],
            "number": number + 1, "state": "admitted" if number % 10 else "submitted", "revision": 1, "title": f"Работа {number}",
            "answers": {"title": f"Работа {number}", "nomination": nominations[number % 3], "annotation": "Аннотация. " * 20},
            "nomination": nominations[number % 3], "received_at": now, "created_at": now, "saved_at": now,
        }
        for number, person in enumerate(person_ids)
    ]  # fmt: skip
    application_ids = list(db.session.scalars(insert(Application).returning(Application.id), applications))
    db.session.execute(
        insert(Author),
        [
            {
                "application_id": one,
                "person_id": person,
                "position": 0,
                "post": "библиотекарь",
                "organisation_id": schools[number % len(schools)],
            }
            for number, (one, person) in enumerate(zip(application_ids, person_ids, strict=True))
        ],
    )
    moves = [
        {"application_id": one, "step": "submit", "source": "draft", "target": "submitted", "at": now, "reason": ""}
        for one in application_ids
    ]
    db.session.execute(insert(Move), moves)
    assignments = [
        {"application_id": one, "juror_id": jury[(number + turn) % len(jury)], "stage": "final", "assigned_at": now}
        for number, one in enumerate(application_ids)
        for turn in range(SHEETS)
        if number % 10
    ]
    assignment_ids = list(db.session.scalars(insert(Assignment).returning(Assignment.id), assignments))
    done = assignment_ids[: len(assignment_ids) * 2 // 3]
    review_ids = list(
        db.session.scalars(
            insert(Review).returning(Review.id),
            [{"assignment_id": one, "total": "20", "final_at": now, "saved_at": now, "revision": 1} for one in done],
        )
    )
    db.session.execute(update(Assignment), [{"id": one, "done_at": now} for one in done])
    criteria = ("novelty", "method", "result", "fit", "literacy")
    db.session.execute(insert(Mark), [{"review_id": one, "criterion": key, "value": Decimal(4)} for one in review_ids for key in criteria])
    papers = [
        {
            "centre_id": ids["centre"], "event_id": ids["event"], "application_id": one, "ground": f"bench/{one}", "number": f"{number:06d}/2026",
            "code": f"BENCH{number:05d}", "paper": "certificate", "kind": "certificate", "title": "Сертификат участника", "person_id": person,
            "recipient": f"Участник{number}", "issued_on": now.date(), "wording": {}, "state": "ready", "reason": "", "requested_at": now,
        }
        for number, (one, person) in enumerate(zip(application_ids, person_ids, strict=True))
    ]  # fmt: skip
    db.session.execute(insert(Certificate), papers)
