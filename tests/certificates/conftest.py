"""Released results with awards, as the room of judging leaves them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from app.applications import operations as applications
from app.applications.models import Application
from app.certificates import operations
from app.certificates.models import Certificate
from app.database import committing, db
from app.judging.models import Award, Order
from tests.world import NOON


@pytest.fixture
def award(world) -> Callable[..., int]:
    """Award a work of Vera's: award("first", title="…") -> id of the application. The first call publishes the results."""

    def give(key: str = "first", *, who: str = "vera", co_author: bool = False, **answers: str) -> int:
        with committing():  # nobody enters after the results are approved: a later award goes back to the moment before
            world.contest.approved_at = world.contest.released_at = None
        entry = world.enter(who, **answers)
        world.step(entry, "admit")
        with committing():
            work = db.session.get_one(Application, entry)
            if co_author:
                applications.add_author(
                    work, surname="Бельды", given_name="Мария", patronymic="Чуоевна", post="учитель", school="СОШ № 15", now=NOON
                )
            db.session.add(Award(event_id=work.event_id, application_id=entry, award=key, by="rule", recorded_at=NOON))
            if db.session.scalar(select(func.count(Order.id))) == 0:
                act = Order(
                    event_id=work.event_id, kind="приказ", number="214", day=date(2026, 11, 23), by_id=world.ids["nina"], recorded_at=NOON
                )
                db.session.add(act)
            world.contest.approved_at = world.contest.released_at = NOON
        return entry

    return give


@pytest.fixture
def issue(world) -> Callable[[], int]:
    def press() -> int:
        with committing():
            return operations.issue_for(world.contest, by=world.nina, now=NOON)

    return press


@pytest.fixture
def papers() -> Callable[[], list[Certificate]]:
    """Read the register anew."""

    def read() -> list[Certificate]:
        db.session.rollback()
        return list(db.session.query(Certificate).order_by(Certificate.id))

    return read


@pytest.fixture
def drawn(award, issue, work_off) -> Callable[..., int]:
    """Award, issue and draw at once; return the application's id."""

    def make(*words: str, **more: str) -> int:
        entry = award(*words, **more)
        issue()
        work_off()
        return entry

    return make
