"""Signing in and the register on both databases, with everybody at once. A33, A35, A41."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import committing, db
from app.people import codes, entering, operations, paste, queries
from app.people.models import Appointment, Person, SignInCode, User
from app.web import ADMINISTRATOR
from tests.people.test_register import counted
from tests.people.test_sign_in import PASSWORD, give_password, shown_by_phone
from tests.world import NOON

pytestmark = pytest.mark.stores


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[Any]]:
    """Return a function that does something many times at once, and gives what came of each."""

    def do(act: Callable[[], Any], times: int = 4) -> list[Any]:
        def one(_number: int) -> Any:
            with app.app_context():
                try:
                    return act()
                finally:
                    db.session.remove()

        db.session.remove()
        with ThreadPoolExecutor(times) as people:
            return list(people.map(one, range(times)))

    return do


def test_a_link_pressed_by_many_at_once_opens_once(app, world, at_once):
    with committing():
        sent = codes.make(world.vera.user, codes.SIGN_IN, now=NOON)

    def press() -> int:
        return app.test_client().post(f"/sign-in/link/{sent.token}").status_code

    assert sorted(at_once(press)) == [302, 422, 422, 422]


def test_guesses_made_at_once_are_all_counted(world, at_once):
    with committing():
        user_id = world.vera.user_id
        codes.make(world.vera.user, codes.SIGN_IN, now=NOON)

    def guess() -> bool:
        with committing():
            return codes.spend_code(user_id, (codes.SIGN_IN,), "not a code", now=NOON)

    assert at_once(guess, 5) == [False] * 5
    assert db.session.scalars(select(SignInCode.wrong_tries)).one() == 5


def test_a35_code_of_an_authenticator_opens_one_of_many_browsers(world, at_once):
    user_id = give_password(world.nina, totp=True)
    shown = shown_by_phone(user_id)

    def show() -> bool:
        with committing():
            return entering.by_authenticator(db.session.get_one(User, user_id), shown)

    assert sorted(at_once(show)) == [False, False, False, True]


def test_a41_two_administrators_who_dismiss_one_another_leave_one(world, app):
    with committing():
        operations.appoint(world.nina, ADMINISTRATOR, world.centre.id, by=world.admin, now=NOON)
        ids = list(db.session.scalars(select(Appointment.id).where(Appointment.role == ADMINISTRATOR)))
        admin = world.admin.id
    db.session.remove()

    def dismiss(appointment_id: int) -> bool:
        with app.app_context():
            try:
                with committing():
                    row = db.session.get_one(Appointment, appointment_id)
                    operations.dismiss(row, by=db.session.get_one(Person, admin), now=NOON)
            except operations.Refused:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(dismiss, ids)) == [False, True]


def test_the_register_is_searched_and_paged(world):
    with committing():
        for number in range(60):
            operations.add_person(surname="Жук", given_name=f"Анна{number}", email=f"a{number}@example.org", now=NOON)
    first = queries.people(search="жук")
    second = queries.people(search="жук", after=first.after)

    assert (len(first.rows), len(second.rows), second.after) == (50, 10, None)
    assert len({person.id for person in (*first.rows, *second.rows)}) == 60
    assert [row.short_name for row in queries.organisations(search="15").rows] == ["СОШ № 15"]
    assert queries.people(search="%_").rows == []


def test_a_table_is_added_whole(world):
    text = "ФИО\tШкола\n" + "\n".join(f"Жук Анна{chr(1072 + n)} Ивановна\tСОШ № {n % 3}" for n in range(30))
    with committing():
        sheet = paste.add(text, by=world.nina, now=NOON)
    with committing():
        again = paste.add(text, by=world.nina, now=NOON)

    assert (len(sheet.fresh), sheet.new_organisations, len(again.fresh)) == (30, 3, 0)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {}),
        ("/sign-in/forgotten", {}),
        ("/sign-in/password", {"password": "неверный, но длинный"}),
        ("/sign-in/code", {"code": "123456"}),
    ],
)
def test_a33_the_same_statements_run_whoever_is_asked_about(world, app, work_off, path, data):
    give_password(world.nina)
    said = []
    for address in ("vera@example.org", "nina@example.org", "ghost@example.org"):
        client = app.test_client()
        client.post("/sign-in", data={"address": address})
        work_off()
        with counted() as statements:
            client.post(path, data={"address": address, **data})
        said.append([re.sub(r"\s+", " ", one) for one in statements])

    assert said[0] == said[1] == said[2]


def test_the_whole_way_in(world, client, link):
    client.post("/sign-in", data={"address": "nina@example.org"})
    first = client.post(link())
    second = client.post(first.location, data={"password": PASSWORD})

    assert (first.location, second.location, client.get("/people").status_code) == ("/sign-in/new-password", "/", 200)
