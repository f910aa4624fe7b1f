"""Letters of the clock and of dates that move."""

from __future__ import annotations

from sqlalchemy import select

from app import background, clock
from app.applications.tasks import remind_of_drafts
from app.database import committing, db
from app.events import operations as events
from app.notifications.models import Notification
from tests.world import DAY


def _letters(name: str) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Notification.address).where(Notification.name == name).order_by(Notification.id)))


def test_prolonging_tells_everybody_once_and_keeps_the_drafts(world, now, work_off):
    world.enter("vera", submit=False)
    world.enter("oleg", title="Квест")
    with committing():
        event = world.contest
        later = event.date("intake_closes") + 5 * DAY
        assert events.set_dates(event, {"intake_closes": later}, ground="Просьба школ", by=world.nina, now=now) == ["intake_closes"]
    work_off()

    assert _letters("deadline_moved") == ["vera@example.org", "oleg@example.org"]
    assert [row.ground for row in world.contest.schedule if row.key == "intake_closes"][-1] == "Просьба школ"


def test_a_draft_is_remembered_once_before_the_deadline(world, now, work_off):
    world.enter("vera", submit=False)
    world.enter("oleg", title="Квест")
    clock.stop_at(world.contest.date("intake_closes") - 2 * DAY)

    for _time in range(2):
        remind_of_drafts()
    background.work_off()

    assert _letters("draft_unsent") == ["vera@example.org"]
