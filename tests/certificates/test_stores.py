"""The register on PostgreSQL: there writers do not wait in a row, and the constraint on the ground decides. F7."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from app.certificates import operations, queries
from app.certificates.models import READY, Certificate
from app.database import committing, db
from app.notifications import operations as notifications
from app.notifications.models import HELD, SENT, Notification
from tests.world import NOON

pytestmark = pytest.mark.stores


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("1", ["0001/2026", "0001/2025"]),
        ("19", ["0019/2026"]),
        ("0019/", ["0019/2026"]),
        ("0019/2025", []),
        ("999", ["0999/2026"]),
        ("9999", ["9999/2026", "99990/2026"]),
        ("2026", []),
        ("1234", ["12345/2026", "1234/2026"]),
        ("0001_", []),
        ("1²", []),
        ("²", []),
        ("соколова-", ["12345/2026"]),
        ("Соколова", ["12345/2026", "1234/2026", "9999/2026", "99990/2026", "0999/2026", "0019/2026", "0001/2026", "0001/2025"]),
        ("О", []),
        ("Соколова%", []),
    ],
)
def test_numbers_and_names_are_found_by_their_beginning(world, search, found):
    """The newest comes first; another centre's are not there."""
    numbers = ("0001/2025", "0001/2026", "0019/2026", "0999/2026", "99990/2026", "9999/2026", "1234/2026", "12345/2026")
    row = {"centre_id": world.ids["centre"], "event_id": world.ids["contest"], "paper": "x", "kind": "x", "title": "x", "wording": {}}
    row |= {"issued_on": NOON.date(), "requested_at": NOON}
    with committing():
        for one in numbers:
            name = "Соколова-Ночная Вера" if one == "12345/2026" else "Соколова Вера"
            db.session.add(Certificate(**row, number=one, ground=one, code=one, recipient=name))

    assert [one.number for one in queries.register(frozenset({world.ids["centre"]}), search=search).rows] == found
    assert queries.register(frozenset({world.ids["centre"] + 1}), search=search).rows == []


def test_pressed_by_many_at_once_every_number_is_given_once(app, world, award, papers, work_off):
    for number in range(4):
        award("participant", title=f"Работа {number}")

    def press(_: int) -> int | None:
        with app.app_context():
            try:
                with committing():
                    return operations.issue_for(world.contest, by=world.nina, now=NOON)
            except IntegrityError:
                return None  # the 409 page

    db.session.remove()
    with ThreadPoolExecutor(8) as people:
        given = list(people.map(press, range(8)))
    assert [count for count in given if count] == [4]

    work_off()
    assert sorted((one.number, one.state) for one in papers()) == [(f"000{number}/2026", READY) for number in (1, 2, 3, 4)]


def test_held_letters_go_once_however_often_the_button_is_pressed(app, world, work_off):
    with committing():
        for number in range(5):
            notifications.queue(
                "entry_admitted", to=world.vera, values={}, held=True, key=f"h:{number}", event_id=world.ids["contest"], now=NOON
            )

    def press(_: int) -> int:
        with app.app_context(), committing():
            return notifications.release(world.ids["contest"], by=world.nina, now=NOON)

    db.session.remove()
    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(press, range(4))) == [0, 0, 0, 5]

    work_off()
    states = [one.state for one in db.session.query(Notification)]
    assert (states.count(SENT), states.count(HELD)) == (5, 0)
