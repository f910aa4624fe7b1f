"""Signs of health for people and programs: /healthz and /metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from kombu import Connection
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select

from app import background
from app.database import db, migrate_ready

WORKER_SILENT_AFTER = 60.0


def report(now: datetime) -> dict[str, Any]:
    """Return status, database, broker, worker («ok» or «down») and the age of the oldest due job in seconds."""
    if not migrate_ready():
        return {"status": "down", "database": "down", "broker": "unknown", "worker": "unknown", "oldest_due_job_s": None}
    beat, oldest = background.last_beat(), background.oldest_due(now)
    waited = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    alive = beat is not None and (now - beat).total_seconds() < WORKER_SILENT_AFTER
    broker = _broker()
    parts = {"database": "ok", "broker": broker, "worker": "ok" if alive else "down"}
    status = "ok" if all(part == "ok" for part in parts.values()) else "degraded"
    return {"status": status, **parts, "oldest_due_job_s": round(waited, 1)}


def _broker() -> str:
    """Ask the broker for a connection with a short patience; the folder of the embedded one only has to be there."""
    url = current_app.config["BROKER_URL"]
    if url.startswith("filesystem"):
        return "ok" if (current_app.config["VAR"] / "broker").is_dir() else "down"
    try:
        with Connection(url, transport_options={"socket_connect_timeout": 1, "socket_timeout": 1}) as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
    except Exception:  # whatever the transport says, it means: not reachable
        return "down"
    return "ok"


def metrics(now: datetime) -> bytes:
    """Return figures for Prometheus, read from the job table at the moment of asking."""
    registry = CollectorRegistry()
    jobs = Gauge("laureat_jobs", "Jobs by state", ["state"], registry=registry)
    for state, count in background.count_by_state().items():
        jobs.labels(state).set(count)
    oldest = background.oldest_due(now)
    Gauge("laureat_oldest_due_job_seconds", "Age of the oldest due job", registry=registry).set(
        max(0.0, (now - oldest).total_seconds()) if oldest else 0
    )
    beat = background.last_beat()
    Gauge("laureat_worker_silent_seconds", "Time since the worker's last sign of life", registry=registry).set(
        (now - beat).total_seconds() if beat else -1
    )
    Gauge("laureat_clock_ahead_seconds", "By how much our clock runs ahead of the database's", registry=registry).set(_clock_ahead(now))
    return generate_latest(registry)


def _clock_ahead(now: datetime) -> float:
    """SQLite has no clock of its own."""
    if db.engine.dialect.name == "sqlite":
        return 0.0
    return float((now - db.session.execute(select(func.clock_timestamp())).scalar_one()).total_seconds())
