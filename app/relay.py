"""Looks at the job table and rings the workers' bell: beside the worker or the clock, never in a web process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select

from app import clock
from app.background import HEARTBEAT_EVERY, RUNNING, Job, free_orphans
from app.database import db

log = structlog.get_logger()

LOOK_EVERY, FREE_EVERY = 0.05, 1.0  # seconds


@dataclass
class Relay:
    """Looks at the job table and rings. Rings as many slots as may be free, and ever more slowly when nobody comes."""

    ring: Callable[[], None]
    ring_heartbeat: Callable[[], None]
    slots: int
    pause: float = 0.1
    last_ring: float = float("-inf")
    last_heartbeat: float = float("-inf")
    last_funeral: float = float("-inf")
    last_oldest: int = 0

    def look(self, now: datetime, monotonic: float) -> int:
        """Look once and ring what is needed; return how many bells were rung."""
        if monotonic - self.last_funeral >= FREE_EVERY:
            self.last_funeral = monotonic
            free_orphans(now)
        if monotonic - self.last_heartbeat >= HEARTBEAT_EVERY:
            self.last_heartbeat = monotonic
            self.ring_heartbeat()
        due = db.session.scalars(select(Job.id).where(Job.due_at <= now).order_by(Job.due_at, Job.id).limit(2 * self.slots)).all()
        if not due:
            self.pause = 0.1
            return 0
        if due[0] != self.last_oldest:
            self.last_oldest, self.pause = due[0], 0.1
        if monotonic - self.last_ring < self.pause:
            return 0
        running = db.session.scalar(select(func.count()).where(Job.state == RUNNING, Job.due_at > now)) or 0
        # One bell even when all slots seem busy: the lease of a worker that died elsewhere looks like work.
        bells = max(min(len(due), 2 * self.slots - running), 1)
        for _ in range(bells):
            self.ring()
        self.last_ring, self.pause = monotonic, min(self.pause * 2, 2.0)
        return bells


def relay_for_ever(relay: Relay, stopped: Callable[[], bool]) -> None:
    """Look every 50 ms until told to stop. A dead broker or database only costs time."""
    while not stopped():
        try:
            relay.look(clock.now(), time.monotonic())
        except Exception as fault:
            log.warning("relay.trouble", error=type(fault).__name__)
            time.sleep(1)
        finally:
            db.session.remove()
        time.sleep(LOOK_EVERY)
