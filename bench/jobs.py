"""How soon a job starts on an idle worker of the embedded default, and how many small jobs a second it does (P11)."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select


def main() -> None:
    from tests.inside import inside
    from tests.processes import Installation

    with tempfile.TemporaryDirectory() as place, Installation(Path(place)) as installation, inside(installation):
        print("\njobs on the embedded default", flush=True)
        print(f"  start on an idle worker: {_latency():.0f} ms (p50 of 20)")
        for waiting in (500, 4000):
            print(f"  {waiting} waiting: {_throughput(waiting):.0f} jobs/s", flush=True)


def _latency() -> float:
    from app import background, clock
    from app.background import Job
    from app.database import committing, db

    took = []
    for number in range(20):
        now = clock.now()
        with committing():
            background.enqueue("background.nothing", f"bench:{number}:{now.timestamp()}", now=now)
        key = f"bench:{number}:{now.timestamp()}"
        while (done := db.session.scalar(select(Job.done_at).where(Job.key == key))) is None:
            db.session.rollback()
            time.sleep(0.005)
        db.session.rollback()
        took.append((done - now).total_seconds() * 1000)
        time.sleep(0.3)
    return statistics.median(took)


def _throughput(waiting: int) -> float:
    from app import background, clock
    from app.background import Job
    from app.database import committing, db

    now = clock.now()
    with committing():
        for number in range(waiting):
            background.enqueue("background.nothing", f"many:{waiting}:{number}", now=now, run_at=now + timedelta(seconds=1))
    begun = time.monotonic() + 1 - (clock.now() - now).total_seconds()
    while (
        db.session.scalar(select(Job.id).where(Job.key.startswith(f"many:{waiting}:"), Job.state != background.DONE).limit(1)) is not None
    ):
        db.session.rollback()
        time.sleep(0.05)
    db.session.rollback()
    return waiting / max(0.001, time.monotonic() - begun)
