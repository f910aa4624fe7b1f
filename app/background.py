"""Work that waits: rows are the queue, Celery is the doorbell.

A Job row is written in the transaction of the act. The relay sees due rows and rings bells through the broker; a rung
worker claims due jobs one by one and finishes effect and job in one transaction, fenced by its lease; the claim of its
next job rides along. A broker that is down, emptied or deaf costs time and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Index, String, Text, bindparam, delete, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, processes
from app.database import Moment, Plain, committing, db, on_conflict_insert

log = structlog.get_logger()

PENDING, RUNNING, DONE, DEAD = "pending", "running", "done", "dead"
MOST_ATTEMPTS = 8
HEARTBEAT_EVERY = 5.0  # seconds
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # before the next try to write a failure down; a database that restarts is back by then


class Job(db.Model):  # type: ignore[name-defined]
    """One effect to be had once. `due_at`: when it may be claimed (pending) or claimed again (lease of a running one)."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due_at", "due_at"), Index("ix_job_state", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[Any] = mapped_column(Plain, default=dict)
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    lease_owner: Mapped[str | None] = mapped_column(String(40))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


JOB: Any = Job.__table__
ENDING = (
    update(JOB)
    .where(JOB.c.id == bindparam("job"), JOB.c.lease_owner == bindparam("owner"), JOB.c.state == RUNNING)
    .values(state=DONE, due_at=None, done_at=bindparam("now"), last_error=None)
)


class Heartbeat(db.Model):  # type: ignore[name-defined]
    """When a part of the house last showed a sign of life, and what it said of itself."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class LeaseLost(Exception):
    """Somebody else has the job now: whatever this worker did must not count."""


class NotNow(Exception):
    """The work cannot be done now for a reason that people may read; it is tried again later.

    With `final=True` it is never tried again.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


Work = Callable[..., None]
Failed = Callable[[Mapping[str, Any], str, bool, datetime], None]


@dataclass(frozen=True)
class Kind:
    name: str
    work: Work
    failed: Failed | None
    lease: float | None
    most: int = MOST_ATTEMPTS
    lasting: bool = True


@dataclass(frozen=True)
class Claim:
    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    owner: str


_kinds: dict[str, Kind] = {}
_clocks: dict[str, timedelta] = {}
_current: ContextVar[Claim | None] = ContextVar("current_job", default=None)
_next: ContextVar[list[Claim] | None] = ContextVar("next_job", default=None)  # a list where the end of a job puts the next claim


def job(
    name: str, *, failed: Failed | None = None, lease: float | None = None, most: int = MOST_ATTEMPTS, lasting: bool = True
) -> Callable[[Work], Work]:
    """Register the work of a kind of job; it gets the payload as keywords and is safe to run twice.

    `failed(payload, reason, dead, now)` runs in the transaction that records a failure, so that people see it.
    `lease` in seconds, for work that takes longer than LEASE_SECONDS.
    `most`: how often work that says NotNow is tried; anything else that goes wrong is given up after MOST_ATTEMPTS.
    Not `lasting`: nothing outside our rows shows its effect, so its end need not wait for the disk: a power cut takes effect
    and end back together, and it is done again. Lasting work is claimed only when everything before it is on the disk.
    """

    def register(work: Work) -> Work:
        _kinds[name] = Kind(name, work, failed, lease, most, lasting)
        return work

    return register


def every(period: timedelta, name: str) -> Callable[[Work], Work]:
    """Register work of the clock: once in each period, by a job whose key names rule and period."""

    def register(work: Work) -> Work:
        _clocks[name] = period
        return job(name)(work)

    return register


def enqueue(kind: str, key: str, *, now: datetime, run_at: datetime | None = None, **payload: object) -> None:
    """Write the job of an effect in the current transaction. `key` names the effect; asking twice is safe."""
    enqueue_all(kind, {key: payload}, now=now, run_at=run_at)


def enqueue_all(kind: str, payloads: Mapping[str, Mapping[str, object]], *, now: datetime, run_at: datetime | None = None) -> None:
    """Write many jobs of a kind at once: key of the effect -> payload."""
    same = {"kind": kind, "state": PENDING, "attempts": 0, "due_at": run_at or now, "created_at": now}
    rows = [{**same, "key": key, "payload": dict(payload)} for key, payload in payloads.items()]
    if rows:
        db.session.execute(on_conflict_insert(Job).on_conflict_do_nothing(index_elements=["key"]), rows)


def again(job_id: int, *, now: datetime) -> bool:
    """Give a dead job a new life at the wish of an administrator; False when it is not dead."""
    revived = update(Job).where(Job.id == job_id, Job.state == DEAD).values(state=PENDING, attempts=0, due_at=now)
    return _count(revived) == 1


def tick(now: datetime) -> None:
    """Write the jobs of the clock for the current periods; two beats write them once."""
    with committing():
        for name, period in _clocks.items():
            number = int(now.timestamp() // period.total_seconds())
            enqueue(name, f"clock:{name}:{number}", now=now)


@every(timedelta(days=1), "background.sweep")
def sweep() -> None:
    """Forget jobs done more than a week ago: their effects are rows of their own."""
    old = clock.now() - timedelta(days=7)
    with finishing():
        db.session.execute(delete(Job).where(Job.state == DONE, Job.done_at < old))


# Claiming, working, finishing


def claim(now: datetime) -> Claim | None:
    """Take one due job for this worker, or None, and show life. A job whose lease ran out is due again."""
    with committing():
        claimed = _take(now)
        if claimed is not None:
            beat(now)
    return claimed


def _take(now: datetime, *, lasting: bool = True) -> Claim | None:
    """Take the first due job in the current transaction; not `lasting`: only when its work is not either."""
    owner, lease = processes.name_holder(), current_app.config["LEASE_SECONDS"]
    values = {"now": now, "owner": owner, "until": now + timedelta(seconds=lease)}
    if not lasting:
        values["kinds"] = [one.name for one in _kinds.values() if not one.lasting]
    taken = _taking(db.engine.dialect.name == "postgresql", lasting)
    row = db.session.execute(taken, values).one_or_none()
    if row is None:
        return None
    kind = _kinds.get(row.kind)
    if kind is not None and kind.lease:
        db.session.execute(update(Job).where(Job.id == row.id).values(due_at=now + timedelta(seconds=kind.lease)))
    return Claim(row.id, row.kind, row.payload or {}, row.attempts, owner)


@cache
def _taking(locks: bool, lasting: bool) -> Any:
    """Return the statement that takes the first due job. Built once: building costs more than running it."""
    due = select(JOB.c.id).where(JOB.c.due_at <= bindparam("now")).order_by(JOB.c.due_at, JOB.c.id).limit(1)
    if locks:
        due = due.with_for_update(skip_locked=True)
    taken = update(JOB).where(JOB.c.id == due.scalar_subquery(), JOB.c.due_at <= bindparam("now"))
    if not lasting:
        taken = taken.where(JOB.c.kind.in_(bindparam("kinds", expanding=True)))
    taken = taken.values(state=RUNNING, attempts=JOB.c.attempts + 1, lease_owner=bindparam("owner"), due_at=bindparam("until"))
    return taken.returning(JOB.c.id, JOB.c.kind, JOB.c.payload, JOB.c.attempts)


def free_orphans(now: datetime) -> int:
    """Make the running jobs of dead processes of this machine due at once; return how many. Elsewhere their lease frees them."""
    running = select(Job.id, Job.lease_owner).where(Job.state == RUNNING, Job.due_at > now)
    orphans = [row for row in db.session.execute(running) if row.lease_owner and processes.is_dead(row.lease_owner)]
    if not orphans:
        return 0
    with committing():
        freed = [update(Job).where(Job.id == row.id, Job.lease_owner == row.lease_owner, Job.state == RUNNING) for row in orphans]
        return sum(_count(one.values(due_at=now)) for one in freed)


def work_off(*, most: int = 1000) -> int:
    """Claim and do due jobs one by one until none is left; return how many were taken."""
    taken, claimed, shown = 0, claim(clock.now()), time.monotonic()
    while claimed is not None:
        taken += 1
        # A claim that rides along shows no life: now and then one is made by itself.
        rides = taken < most and time.monotonic() - shown < HEARTBEAT_EVERY
        claimed = do(claimed, onward=rides)
        if claimed is None and taken < most:
            claimed, shown = claim(clock.now()), time.monotonic()
    return taken


def do(claimed: Claim, *, onward: bool = False) -> Claim | None:
    """Do one claimed job and record how it ended. Never raises: a failure is a state with a reason.

    `onward`: return the next job, claimed in the transaction that ended this one.
    """
    following: list[Claim] = []
    token, place = _current.set(claimed), _next.set(following if onward else None)
    try:
        kind = _kinds.get(claimed.kind)
        if kind is None:
            raise NotNow(f"unknown kind of job: {claimed.kind}", final=True)
        if claimed.attempts > kind.most:
            raise NotNow("the worker died at this job again and again", final=True)
        kind.work(**claimed.payload)
        if _current.get() is claimed:
            with finishing():
                pass
    except LeaseLost:
        log.warning("job.lease_lost", job=claimed.id, kind=claimed.kind)
    except Exception as fault:  # whatever a job does, the queue goes on
        with suppress(SQLAlchemyError):
            db.session.rollback()
        log.warning("job.failed", job=claimed.id, kind=claimed.kind, attempts=claimed.attempts, error=type(fault).__name__)
        _record_failure(claimed, fault)
    finally:
        _current.reset(token)
        _next.reset(place)
        db.session.remove()
    return following[0] if following else None


@contextmanager
def finishing() -> Iterator[None]:
    """Write the effect of the running job and the end of the job in one transaction, and claim the next for who works on.

    Raises LeaseLost, and changes nothing, when the lease went to another worker. Outside a job it only commits.
    """
    claimed, place, following = _current.get(), _next.get(), None
    kind = _kinds.get(claimed.kind) if claimed is not None else None
    lasting = kind is None or kind.lasting
    with committing(lasting=lasting):
        # Fence first: on PostgreSQL this locks the row, so a second worker cannot finish beside us.
        if claimed is not None and not _end(claimed):
            raise LeaseLost
        yield
        if claimed is not None and place is not None:
            following = _take(clock.now(), lasting=lasting)
    if claimed is not None:
        _current.set(None)
    if following is not None and place is not None:
        place.append(following)


def _end(claimed: Claim) -> bool:
    """Note in the current transaction that a job is done; False when it is somebody else's now."""
    return bool(db.session.execute(ENDING, {"job": claimed.id, "owner": claimed.owner, "now": clock.now()}).rowcount)


def renew(seconds: float) -> None:
    """Keep the running job for that many seconds more. Raises LeaseLost."""
    claimed = _current.get()
    if claimed is None:
        return
    mine = update(Job).where(Job.id == claimed.id, Job.lease_owner == claimed.owner, Job.state == RUNNING)
    with committing():
        if _count(mine.values(due_at=clock.now() + timedelta(seconds=seconds))) != 1:
            raise LeaseLost


def backoff(attempts: int) -> timedelta:
    """Return the pause after that many failed attempts: 5 s, 10 s, 20 s … an hour at most."""
    return timedelta(seconds=min(5 * 2 ** min(attempts - 1, 10), 3600))


def _record_failure(claimed: Claim, fault: Exception) -> None:
    """Write down how a job failed. A database that is away is waited for: this process lives, so only a long lease would free the job."""
    for pause in (*PAUSES, None):
        try:
            _write_failure(claimed, fault)
        except Exception as trouble:
            with suppress(SQLAlchemyError):
                db.session.remove()
            if pause is None or not isinstance(trouble, (OperationalError, InterfaceError)):
                # The lease brings the job back; nothing is lost by a failure that could not be written down.
                log.exception("job.failure_not_recorded", job=claimed.id)
                return
            time.sleep(pause)
        else:
            return


def _write_failure(claimed: Claim, fault: Exception) -> None:
    now = clock.now()
    reason = f"{type(fault).__name__}: {fault}"[:500] if not isinstance(fault, NotNow) else str(fault)[:500]
    kind = _kinds.get(claimed.kind)
    most = kind.most if kind is not None and isinstance(fault, NotNow) else MOST_ATTEMPTS
    dead = claimed.attempts >= most or getattr(fault, "final", False) or isinstance(fault, TypeError)
    mine = update(Job).where(Job.id == claimed.id, Job.lease_owner == claimed.owner, Job.state == RUNNING)
    values: dict[str, Any] = {"last_error": reason, "state": DEAD if dead else PENDING, "lease_owner": None}
    values["due_at"] = None if dead else now + backoff(claimed.attempts)
    with committing():
        if _count(mine.values(values)) == 1 and kind is not None and kind.failed is not None:
            kind.failed(claimed.payload, reason, dead, now)


def _count(statement: Any) -> int:
    return int(db.session.execute(statement).rowcount)


# Signs of life


def beat(now: datetime, name: str = "worker") -> None:
    """Note in the current transaction that a part of the house lives."""
    alive = on_conflict_insert(Heartbeat).values(name=name, at=now)
    db.session.execute(alive.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last_beat(name: str = "worker") -> datetime | None:
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def oldest_due(now: datetime) -> datetime | None:
    """Return since when the oldest due job has been waiting, or None."""
    return db.session.scalar(select(func.min(Job.due_at)).where(Job.due_at <= now))


def is_deaf(now: datetime, patience: float) -> bool:
    """Say whether work is due and no worker has shown life for `patience` seconds.

    A job under a running lease means a busy worker, not a deaf one; the lease ends sooner or later.
    """
    if oldest_due(now) is None:
        return False
    beat_at = last_beat()
    if beat_at is not None and (now - beat_at).total_seconds() < patience:
        return False
    return not db.session.scalar(select(func.count()).where(Job.state == RUNNING, Job.due_at > now))


def count_by_state() -> dict[str, int]:
    return {str(key): int(count) for key, count in db.session.execute(select(Job.state, func.count()).group_by(Job.state))}


@job("background.nothing", lasting=False)
def nothing() -> None:
    """A job without an effect: the administrator's and the bench's way to see that the worker comes."""
