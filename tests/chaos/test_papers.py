"""500 certificates while the worker is killed five times (in a quick run twice) and the broker emptied once: none lost, none doubled. F1 F5."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import insert, select

from app import clock, storage
from app.applications.models import Application, Author
from app.certificates import operations as certificates
from app.certificates.models import READY, Certificate
from app.database import committing, db
from app.judging.models import Award, Order
from app.notifications.models import SENT, Notification
from app.people.models import Person
from tests import world as worlds
from tests.inside import inside
from tests.processes import Installation
from tests.scale import FULL, scaled
from tests.servers import Servers

KILLS = 5 if FULL else 2


@pytest.fixture(params=["small", pytest.param("grown", marks=pytest.mark.stores)])
def installation(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers) -> Iterator[Installation]:
    """SQLite and the folder, or PostgreSQL and Redis."""
    if request.param == "small":
        with Installation(tmp_path) as running:
            yield running
        return
    with Installation(tmp_path, database_url=servers.postgres.database(), broker_url=servers.redis.url) as running:
        yield running


def released_contest(winners: int) -> int:
    """Make a released contest with that many awarded entries in bulk; return the event's id."""
    now = clock.now()
    world = worlds.build(now)
    with committing():
        event = world.contest
        event.approved_at = event.released_at = now
        db.session.add(Order(event_id=event.id, number="1", day=now.date(), by_id=world.ids["nina"], recorded_at=now))
        people = [
            {
                "surname": f"Петрова{number}",
                "given_name": "Анна",
                "patronymic": "Ивановна",
                "gender": "f",
                "email": f"p{number}@example.org",
                "created_at": now,
            }
            for number in range(winners)
        ]
        persons = list(db.session.scalars(insert(Person).returning(Person.id), people))
        entries = [
            {
                "event_id": event.id, "version_id": event.version_id, "applicant_id": person, "organisation_id": world.ids["school"], "number": number + 1,
                "state": "closed", "revision": 1, "title": f"Работа {number}", "answers": {}, "nomination": "lesson", "created_at": now, "saved_at": now,
            }
            for number, person in enumerate(persons)
        ]  # fmt: skip
        applications = list(db.session.scalars(insert(Application).returning(Application.id), entries))
        db.session.execute(
            insert(Author),
            [{"application_id": one, "person_id": person, "position": 0} for one, person in zip(applications, persons, strict=True)],
        )
        awards = [
            {"event_id": event.id, "application_id": one, "award": "participant", "by": "rule", "recorded_at": now} for one in applications
        ]
        db.session.execute(insert(Award), awards)
        return event.id


@pytest.mark.live
def test_f1_f5_every_paper_is_made_once_whatever_dies(installation):
    count = scaled(500)
    chance = random.Random(5)
    with inside(installation):
        event_id = released_contest(count)
        with committing():
            from app.events.models import Event

            nina = db.session.scalars(select(Person).where(Person.surname == "Трофимова")).one()
            event = db.session.get_one(Event, event_id)
            assert certificates.issue_for(event, by=nina, now=clock.now()) == count
            assert certificates.issue_for(event, by=nina, now=clock.now()) == 0

        for kill in range(KILLS):
            time.sleep(chance.uniform(0.3, 1.5))
            installation.kill_worker()
            if kill == KILLS // 2:
                installation.wipe_broker()
        installation.wait_idle(within=60 + count)

        papers = db.session.scalars(select(Certificate).where(Certificate.event_id == event_id)).all()
        assert [paper.state for paper in papers] == [READY] * count
        assert len({paper.number for paper in papers}) == count
        assert len({paper.code for paper in papers}) == count
        for paper in papers:
            assert len(PdfReader(io.BytesIO(storage.read(str(paper.key)))).pages) == 1
        letters = db.session.scalars(select(Notification).where(Notification.name == "paper_ready")).all()
        assert [letter.state for letter in letters] == [SENT] * count
        assert len(list((installation.var / "mail").glob("*.eml"))) == count
