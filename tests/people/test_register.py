"""The methodist's register: people, organisations, invitations, appointments. A18, A41."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from app.database import Trace, committing, db
from app.people import access, entering, operations, queries, sessions
from app.people.models import Appointment, Organisation, Person
from app.web import ADMINISTRATOR, METHODIST
from tests.world import NOON


def acts(act):
    return [(row.subject, row.person_id) for row in db.session.scalars(select(Trace).where(Trace.act == act))]


def staff(person):
    rows = db.session.scalars(select(Appointment).where(Appointment.person_id == person.id, Appointment.until.is_(None)))
    return {row.role for row in rows if row.event_id is None}


# Lists


@contextmanager
def counted() -> Iterator[list[str]]:
    """Count the statements of what happens inside."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def add_people(count, now):
    with committing():
        for number in range(count):
            school = operations.find_or_add_organisation(f"СОШ № {100 + number % 7}", now=now)
            operations.add_person(surname=f"Жук{number:03d}", given_name="Анна", patronymic="Ивановна", organisation=school, now=now)


@pytest.mark.parametrize("path", ["/people", "/organisations", "/people?q=Жук"])
def test_lists_take_the_same_statements_for_one_row_and_for_fifty(world, as_nina, now, path):
    add_people(1, now)
    as_nina.get(path)
    with counted() as few:
        as_nina.get(path)
    add_people(60, now)
    with counted() as many:
        as_nina.get(path)

    assert len(few) == len(many)
    assert len(many) <= 15


def test_pages_of_people_follow_one_another(world, now):
    add_people(120, now)
    seen, after = [], None
    for _ in range(10):
        page = queries.people(after=after)
        seen += [(person.surname, person.id) for person in page.rows]
        after = page.after
        if after is None:
            break

    assert len(seen) == 125
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("search", "found"),
    [("соко", 1), ("вера соколова", 1), ("ВЕРА", 1), ("Vera@", 1), ("%", 0), ("_", 0), ("'; drop table person; --", 0), ("\\", 0)],
)
def test_search_finds_beginnings_and_takes_signs_as_they_are(world, search, found):
    assert len(queries.people(search=search).rows) == found


def test_school_is_found_by_its_number(world):
    assert [row.short_name for row in queries.organisations(search="№ 15").rows] == ["СОШ № 15"]
    assert queries.organisations(search="%").rows == []


def test_schools_stand_by_their_numbers_also_after_a_page_and_a_new_name(world):
    with committing():
        for number in (107, 3, 21):
            operations.find_or_add_organisation(f"Лицей № {number}", now=NOON)
    names = [one.short_name for one in queries.organisations(search="лицей").rows]
    assert names == ["Лицей № 3", "Лицей № 21", "Лицей № 107"]

    first = queries.organisations(search="лицей").rows[0]
    assert [one.short_name for one in queries.organisations(search="лицей", after=first.id).rows] == names[1:]
    with committing():
        operations.rename_organisation(first, short_name="Лицей № 30", full_name="", kind="lyceum", city="", by=world.nina, now=NOON)
    assert [one.short_name for one in queries.organisations(search="лицей").rows] == ["Лицей № 21", "Лицей № 30", "Лицей № 107"]


@pytest.mark.parametrize(
    "path", ["/people", "/people/1", "/organisations", "/people/paste", "/people/new", "/people/1/invite", "/people/1/appoint"]
)
def test_a18_the_register_does_not_exist_for_librarians_and_jurors(world, as_vera, as_lev, client, path):
    assert (as_vera.get(path).status_code, as_lev.get(path).status_code, client.get(path).status_code) == (404, 404, 302)


# People and organisations


def test_methodist_adds_a_person_with_her_school(world, as_nina):
    answer = as_nina.post(
        "/people/new",
        data={
            "surname": "Киле",
            "given_name": "Мария",
            "patronymic": "Ивановна",
            "organisation": "сош № 15",
            "post": "библиотекарь",
            "email": "Kile@Example.org",
        },
    )
    person = db.session.scalars(select(Person).where(Person.surname == "Киле")).one()

    assert answer.location == f"/people/{person.id}"
    assert (person.gender, person.email, person.user_id, person.affiliations[0].organisation_id) == (
        "f",
        "kile@example.org",
        None,
        world.school.id,
    )


def test_double_submit_of_a_school_gives_one(world, as_nina):
    for _ in range(2):
        as_nina.post("/organisations/new", data={"short_name": "Лицей № 1", "kind": "lyceum"})

    assert len(db.session.scalars(select(Organisation).where(Organisation.name_key == "лицей 1")).all()) == 1


def test_school_is_not_renamed_to_another(world, as_nina):
    page = as_nina.post(f"/organisations/{world.school.id}/edit", data={"short_name": "сош №37", "kind": "school"})

    assert (page.status_code, "уже есть" in page.text, world.school.short_name) == (422, True, "СОШ № 15")


def test_hostile_names_are_shown_as_they_are(world, as_nina):
    as_nina.post("/people/new", data={"surname": "<script>alert(1)</script>я", "given_name": "{{7*7}}я"})
    page = as_nina.get("/people?q=<script>")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;я {{7*7}}я" in page.text


@pytest.mark.parametrize(
    ("one", "other"), [("СОШ № 15", "сош №15"), ("СОШ N 15", "СОШ 15"), ("Школа «Росток»", 'школа "росток"'), ("Берёзка", "березка")]
)
def test_names_of_one_school_are_one_name(one, other):
    assert operations.name_key(one) == operations.name_key(other)


def test_names_of_two_schools_are_two_names():
    assert len({operations.name_key(name) for name in ("СОШ № 1", "СОШ № 15", "Гимназия № 1", "Green school", "Gree school")}) == 5


# Invitations


def test_invited_person_comes_in_by_the_link(world, app, as_nina, letters, now):
    with committing():
        person_id = operations.add_person(surname="Киле", given_name="Мария", now=now).id
    as_nina.post(f"/people/{person_id}/invite", data={"address": "kile@example.org"})
    client = app.test_client()
    client.post(re.search(r"(/sign-in/link/\S+)", letters()[-1]).group(1))

    assert "Киле" in client.get("/me").text
    assert acts("person.invited") == [(f"person:{person_id}", world.nina.id)]


def test_a41_methodist_cannot_take_over_the_administrator_by_an_address(world, as_nina, letters):
    as_nina.post(f"/people/{world.admin.id}/invite", data={"address": "nina.second@example.org"})

    assert (world.admin.user.email, letters()) == ("admin@example.org", [])
    assert acts("person.invite_refused") == [(f"person:{world.admin.id}", world.nina.id)]


def test_administrator_may_invite_staff_anew(world, as_admin, letters):
    as_admin.post(f"/people/{world.nina.id}/invite", data={"address": "nina.new@example.org"})

    assert (world.nina.user.email, len(letters())) == ("nina.new@example.org", 1)


def test_entry_code_is_printed_once_and_not_for_staff_or_who_has_mail(world, as_nina, now):
    with committing():
        person_id = operations.add_person(surname="Киле", given_name="Мария", now=now).id
    page = as_nina.post(f"/people/{person_id}/entry-code")
    code = re.search(r"entry-code-big\">([A-Z0-9-]{19})<", page.text).group(1)
    refused = [as_nina.post(f"/people/{number}/entry-code").status_code for number in (world.vera.id, world.admin.id)]

    assert entering.by_paper(code).persons[0].id == person_id
    assert code not in as_nina.get(f"/people/{person_id}").text
    assert refused == [302, 302]
    assert len(acts("entry_code.refused")) == 2


# Appointments


def test_administrator_appoints_and_dismisses_with_a_trace(world, as_admin):
    as_admin.post(f"/people/{world.vera.id}/appoint", data={"role": "methodist", "ground": "Приказ № 7"})
    assert staff(world.vera) == {METHODIST}
    row = db.session.scalars(select(Appointment).where(Appointment.person_id == world.vera.id)).one()
    as_admin.post(f"/appointments/{row.id}/end")

    assert staff(world.vera) == set()
    assert (acts("appointment.given")[-1], acts("appointment.ended")) == (
        (f"appointment:{row.id}", world.admin.id),
        [(f"appointment:{row.id}", world.admin.id)],
    )


def test_appointment_needs_a_ground(world, as_admin):
    page = as_admin.post(f"/people/{world.vera.id}/appoint", data={"role": "methodist"})

    assert (page.status_code, "Укажите основание" in page.text, staff(world.vera)) == (422, True, set())


@pytest.mark.parametrize("role", ["administrator", "methodist"])
def test_a41_methodist_grants_nothing(world, as_nina, role):
    for person in (world.nina, world.vera):
        as_nina.post(f"/people/{person.id}/appoint", data={"role": role, "ground": "сама"})

    assert (staff(world.nina), staff(world.vera)) == ({METHODIST}, set())
    assert acts("appointment.refused") == [(f"person:{world.nina.id}", world.nina.id), (f"person:{world.vera.id}", world.nina.id)]


def test_a41_librarian_finds_no_such_page(world, as_vera):
    assert as_vera.post(f"/people/{world.vera.id}/appoint", data={"role": "administrator", "ground": "сама"}).status_code == 404


def test_a41_methodist_dismisses_nobody(world, as_nina):
    row = db.session.scalars(select(Appointment).where(Appointment.role == ADMINISTRATOR)).one()
    as_nina.post(f"/appointments/{row.id}/end")

    assert staff(world.admin) == {ADMINISTRATOR}


def test_a41_the_last_administrator_stays(world, as_admin):
    row = db.session.scalars(select(Appointment).where(Appointment.role == ADMINISTRATOR)).one()
    answer = as_admin.post(f"/appointments/{row.id}/end", follow_redirects=True)

    assert "Это последний администратор" in answer.text
    assert staff(world.admin) == {ADMINISTRATOR}
    assert acts("appointment.refused") == [(f"person:{world.admin.id}", world.admin.id)]


def test_administrator_of_another_centre_has_no_say_here(world, as_oleg, now):
    from app.people.models import Centre

    with committing():
        home = operations.find_or_add_organisation("Другой центр", kind="centre", now=now)
        other = Centre(organisation=home, zone="Europe/Moscow")
        db.session.add(other)
        db.session.flush()
        operations.appoint(world.oleg, ADMINISTRATOR, other.id, by=world.oleg, now=now, ground="Приказ")
    with as_oleg.session_transaction() as session, committing():
        sessions.fill(session, world.oleg.user, world.oleg, now=now)
    row = db.session.scalars(select(Appointment).where(Appointment.person_id == world.nina.id)).one()
    as_oleg.post(f"/appointments/{row.id}/end")
    as_oleg.post(f"/people/{world.vera.id}/appoint", data={"role": "methodist", "ground": "я", "centre": world.centre.id})

    assert (staff(world.nina), staff(world.vera)) == ({METHODIST}, set())


def test_staff_needs_a_mailbox(world, now):
    with committing():
        person = operations.add_person(surname="Киле", given_name="Мария", now=now)
        with pytest.raises(operations.Refused):
            operations.appoint(person, METHODIST, world.centre.id, by=world.admin, now=now)


def test_ended_appointment_gives_no_role(world, now):
    with committing():
        row = db.session.scalars(select(Appointment).where(Appointment.person_id == world.nina.id)).one()
        operations.dismiss(row, by=world.admin, now=now)

    assert access.visitor_for(world.nina.user, world.nina.id, now).roles == {"user", "person"}
