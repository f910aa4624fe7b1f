"""When a worker counts as deaf, and how patiently a child is started again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import background
from app.background import RUNNING, Job
from app.database import committing, db
from app.front.child import FIRST_PAUSE, LIVED_WELL, LONGEST_PAUSE, Child
from app.front.supervisor import Supervisor
from tests.world import NOON

PATIENCE = 60.0


def ago(seconds: float):
    return NOON - timedelta(seconds=seconds)


def arrange(*, due: bool, beat: float | None, leased_for: float | None) -> None:
    with committing():
        if due:
            background.enqueue("test.unknown", "due", now=ago(5))
        if beat is not None:
            background.beat(ago(beat))
        if leased_for is not None:
            due_at = NOON + timedelta(seconds=leased_for)
            db.session.add(Job(kind="test.unknown", key="held", state=RUNNING, payload={}, attempts=1, due_at=due_at, created_at=ago(90)))


@pytest.mark.parametrize(
    ("due", "beat", "leased_for", "deaf"),
    [
        (True, 61, None, True),
        (True, None, None, True),
        (True, 59, None, False),  # heard a moment ago
        (False, 3600, None, False),  # silent, but nobody waits
        (True, 61, 20, False),  # busy with something long, and still within its lease
        (True, 61, -1, True),  # its lease has run out as well
    ],
)
def test_worker_is_deaf_when_work_waits_and_nothing_is_heard(app, due, beat, leased_for, deaf):
    arrange(due=due, beat=beat, leased_for=leased_for)

    assert background.is_deaf(NOON, PATIENCE) is deaf


def test_child_that_falls_again_and_again_is_started_ever_more_slowly():
    child = Child("web", ["true"], {})
    pauses = []
    for _ in range(9):
        child.fell(child.started + 1)
        pauses.append(child.due - child.started - 1)

    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_fall_after_a_good_life_is_forgiven():
    child = Child("web", ["true"], {}, falls=7)

    child.fell(child.started + LIVED_WELL + 1)

    assert child.due - child.started - LIVED_WELL - 1 == FIRST_PAUSE


def test_worker_slower_than_our_patience_is_given_twice_as_long_after_each_restart():
    worker = Child("worker", ["sleep", "60"], {"PATH": "/usr/bin:/bin"})
    supervisor = Supervisor([worker], patience=10, grace=1, deafness=lambda _: lambda: True)
    worker.run()
    restarted = []
    try:
        for silent_for in (11, 11, 21, 21, 41):
            before = worker.process.pid
            supervisor._restart_workers(worker.started + silent_for)
            restarted.append(worker.process.pid != before)
    finally:
        worker.wait_for_end(0)

    assert restarted == [True, False, True, False, True]
