"""Jobs: claimed once, fenced by their lease, tried again, dead when hopeless. F2 F5 F7 F25 F26."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app import background, clock
from app.background import DEAD, DONE, PENDING, RUNNING, Job, LeaseLost, NotNow, finishing
from app.database import Counter, committing, db
from app.relay import Relay
from tests.world import NOON

KIND = "test.effect"


@pytest.fixture
def effects(app) -> Iterator[list[str]]:
    """A kind of job whose effect is a counter row; what it does is told by the payload."""
    seen: list[str] = []

    def work(what: str = "do") -> None:
        seen.append(what)
        if what == "fail":
            raise NotNow("the printer is out of paper")
        if what == "break":
            raise RuntimeError("a bug")
        with finishing():
            db.session.merge(Counter(name="effect", value=len(seen)))

    background.job(KIND)(work)
    yield seen
    background._kinds.pop(KIND)


def _enqueue(key: str = "one", **payload: object) -> None:
    with committing():
        background.enqueue(KIND, key, now=NOON, **payload)


def _job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.kind == KIND)).one()


def test_asking_twice_for_one_effect_is_one_job(effects):
    _enqueue()
    _enqueue()

    assert background.work_off() == 1
    assert effects == ["do"]
    assert (_job().state, _job().attempts, _job().due_at) == (DONE, 1, None)


def test_end_of_a_job_claims_the_next_in_the_same_transaction(effects):
    _enqueue("one")
    _enqueue("two")
    first = background.claim(NOON)

    second = background.do(first, onward=True)

    assert dict(db.session.execute(select(Job.key, Job.state)).all()) == {"one": DONE, "two": RUNNING}
    assert (second.id, second.attempts) != (first.id, 0)
    assert background.do(second, onward=True) is None
    assert effects == ["do", "do"]


def test_effect_that_cannot_be_written_claims_nothing_more(effects):
    def work() -> None:
        with finishing():
            raise RuntimeError("a bug in the effect")

    background.job(KIND)(work)
    _enqueue("one")
    _enqueue("two")

    assert background.do(background.claim(NOON), onward=True) is None
    assert db.session.execute(select(Job.key, Job.state).order_by(Job.id)).all() == [("one", PENDING), ("two", PENDING)]


def test_zombie_takes_no_other_job_along(effects):
    _enqueue("one")
    zombie = background.claim(NOON)
    clock.stop_at(NOON + timedelta(seconds=61))
    background.claim(clock.now())
    _enqueue("two")

    assert background.do(zombie, onward=True) is None
    assert db.session.scalar(select(Job.state).where(Job.key == "two")) == PENDING


def test_what_shows_outside_waits_until_everything_before_it_is_on_the_disk(app):
    with committing():
        for kind, key in (("background.nothing", "one"), ("background.nothing", "two"), ("background.sweep", "lasting")):
            background.enqueue(kind, key, now=NOON)

    second = background.do(background.claim(NOON), onward=True)

    assert second.kind == "background.nothing"
    assert background.do(second, onward=True) is None
    assert background.claim(NOON).kind == "background.sweep"


def test_only_work_that_may_be_done_again_does_not_wait_for_the_disk(app):
    waits = []
    for lasting in (True, False, True):
        with committing(lasting=lasting):
            waits.append(db.session.execute(text("PRAGMA synchronous")).scalar())

    assert waits == [2, 1, 2]


def test_job_is_forgotten_with_the_rollback(app):
    with pytest.raises(ZeroDivisionError), committing():
        background.enqueue(KIND, "one", now=NOON)
        raise ZeroDivisionError

    assert db.session.scalars(select(Job)).all() == []


def test_failure_is_a_state_with_a_reason_and_waits_longer_each_time(effects):
    _enqueue(what="fail")
    pauses = []
    for _attempt in range(3):
        background.work_off()
        job = _job()
        pauses.append(job.due_at - clock.now())
        assert (job.state, job.last_error) == (PENDING, "the printer is out of paper")
        clock.stop_at(job.due_at)

    assert pauses == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]


def test_f6_a_failure_is_written_down_when_the_database_is_back(effects, monkeypatch):
    monkeypatch.setattr(background, "PAUSES", (0.0, 0.0))
    away = [OperationalError("UPDATE job", {}, Exception("the server closed the connection"))] * 2

    def note(*_told: object) -> None:
        if away:
            raise away.pop()

    monkeypatch.setitem(background._kinds, KIND, replace(background._kinds[KIND], failed=note))
    _enqueue(what="fail")
    background.work_off()

    assert (away, _job().state, _job().attempts, _job().lease_owner) == ([], PENDING, 1, None)


def test_hopeless_job_dies_and_lives_again_at_the_wish_of_a_person(effects):
    _enqueue(what="break")
    for _attempt in range(background.MOST_ATTEMPTS):
        background.work_off()
        clock.stop_at(clock.now() + timedelta(hours=2))
    assert (_job().state, _job().due_at) == (DEAD, None)

    with committing():
        assert background.again(_job().id, now=clock.now()) is True
    assert _job().state == PENDING
    with committing():
        assert background.again(_job().id, now=clock.now()) is False


def test_f25_poison_is_dead_with_a_reason_and_the_queue_goes_on(effects):
    with committing():
        background.enqueue("no.such.kind", "poison", now=NOON)
        background.enqueue(KIND, "wrong words", now=NOON, unknown_word=1)
        background.enqueue(KIND, "good", now=NOON)

    background.work_off()

    found = dict(db.session.execute(select(Job.key, Job.state)).all())
    assert found == {"poison": DEAD, "wrong words": DEAD, "good": DONE}
    assert "unknown kind" in db.session.scalar(select(Job.last_error).where(Job.key == "poison"))


def test_f2_job_of_a_dead_worker_is_claimed_again_when_its_lease_is_over(effects):
    _enqueue()
    assert background.claim(NOON) is not None
    assert background.claim(NOON + timedelta(seconds=59)) is None

    clock.stop_at(NOON + timedelta(seconds=61))
    background.work_off()

    assert (_job().state, _job().attempts) == (DONE, 2)


def test_f26_zombie_changes_nothing(effects):
    _enqueue()
    zombie = background.claim(NOON)
    clock.stop_at(NOON + timedelta(seconds=61))
    background.work_off()
    token = background._current.set(zombie)

    with pytest.raises(LeaseLost), finishing():
        db.session.merge(Counter(name="effect", value=666))

    background._current.reset(token)
    assert db.session.get(Counter, "effect").value == 1


def test_worker_that_dies_at_a_job_again_and_again_leaves_it_dead(effects):
    _enqueue()
    now = NOON
    for _attempt in range(background.MOST_ATTEMPTS):
        assert background.claim(now) is not None
        now += timedelta(seconds=61)
    clock.stop_at(now)

    background.work_off()

    assert (effects, _job().state) == ([], DEAD)


def test_renewing_keeps_the_lease(effects):
    _enqueue()
    claimed = background.claim(NOON)
    token = background._current.set(claimed)
    background.renew(300)
    background._current.reset(token)

    assert background.claim(NOON + timedelta(seconds=200)) is None
    assert _job().state == RUNNING


def test_clock_writes_its_jobs_once_a_period(app):
    background.tick(NOON)
    background.tick(NOON + timedelta(seconds=20))

    keys = db.session.scalars(select(Job.key).where(Job.kind == "background.sweep")).all()
    assert len(keys) == 1


def test_relay_rings_for_free_slots_and_more_slowly_when_nobody_comes(effects):
    rung: list[str] = []
    relay = Relay(lambda: rung.append("bell"), lambda: rung.append("beat"), slots=2)
    for number in range(10):
        _enqueue(f"job {number}")

    assert [relay.look(NOON, second) for second in (0.0, 0.05, 0.15, 0.25, 0.40)] == [4, 0, 0, 4, 0]
    assert rung.count("beat") == 1


def test_leases_of_the_dead_elsewhere_do_not_keep_the_relay_silent(effects):
    relay = Relay(lambda: None, lambda: None, slots=1)
    for number in range(3):
        _enqueue(f"job {number}")
    background.claim(NOON)
    background.claim(NOON)

    assert relay.look(NOON, 60.0) == 1


def test_f2_job_of_a_process_that_died_on_this_machine_is_due_at_once(effects):
    _enqueue()
    child = os.fork()
    if child == 0:
        try:
            db.engine.dispose(close=False)
            background.claim(NOON)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert _job().state == RUNNING

    assert background.free_orphans(NOON) == 1
    background.work_off()

    assert (_job().state, _job().attempts) == (DONE, 2)


def test_job_of_a_living_process_is_nobodys_orphan(effects):
    _enqueue()
    background.claim(NOON)

    assert background.free_orphans(NOON) == 0


def test_f5_emptied_broker_loses_nothing_because_the_relay_rings_again(effects):
    rung: list[int] = []
    relay = Relay(lambda: rung.append(1), lambda: None, slots=2)
    _enqueue()
    relay.look(NOON, 0.0)
    rung.clear()  # the broker came back empty

    relay.look(NOON, 5.0)

    assert rung == [1]
