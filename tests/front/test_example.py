"""The example leaves every page with something true to show."""

from __future__ import annotations

from sqlalchemy import func, select

from app.database import committing, db
from app.front import demo, mode
from app.judging.models import Standing


def test_no_judged_work_of_the_example_waits_for_its_place(app):
    with committing():
        mode.set_mode(mode.DEMO)
    demo.fill_now()

    judged = select(func.count(Standing.id)).where(Standing.status == "in")
    assert db.session.scalar(judged) >= 14
    assert db.session.scalar(judged.where(Standing.place.is_(None))) == 0
