"""Who is in the register with an address comes in by a letter to it, invited or not."""

from __future__ import annotations

from app.database import committing, db
from app.people import operations as people
from app.people.models import Person


def test_who_is_written_to_comes_in_by_that_address_without_an_invitation(world, client, work_off, now):
    with committing():
        zoya = people.add_person(surname="Гейкер", given_name="Зоя", email="zoya@example.org", now=now)
        anna = people.add_person(surname="Бельды", given_name="Анна", email="zoya@example.org", now=now)
        ids = {zoya.id, anna.id}

    client.post("/sign-in", data={"address": "Zoya@Example.org"})
    work_off()

    db.session.rollback()
    user = people.find_user("zoya@example.org")
    assert {person.id for person in user.persons} == ids
    assert client.get("/me").status_code == 302  # asking for a code is not being in


def test_an_address_shared_with_staff_lets_nobody_in_unasked(world, client, work_off, now):
    with committing():
        zoya = people.add_person(surname="Гейкер", given_name="Зоя", email="nina@example.org", now=now).id

    client.post("/sign-in", data={"address": "nina@example.org"})
    work_off()

    db.session.rollback()
    assert db.session.get_one(Person, zoya).user is None
