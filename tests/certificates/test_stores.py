"""The register on PostgreSQL: there writers do not wait in a row, and the constraint on the ground decides. F7."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from app.certificates import operations
from app.certificates.models import READY
from app.database import committing, db
from app.notifications import operations as notifications
from app.notifications.models import HELD, SENT, Notification
from tests.world import NOON

pytestmark = pytest.mark.stores


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
