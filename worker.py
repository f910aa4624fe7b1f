"""The Celery application: a doorbell. What is to be done stands in job rows (app/background.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from celery.signals import beat_embedded_init, beat_init, worker_init, worker_process_init
from kombu.transport import filesystem

from app import background, clock, create_app
from app.database import committing, db

flask_app = create_app()
log = structlog.get_logger()

# How often a worker looks into an empty folder; the transport's own second would let every letter wait for it.
filesystem.Transport.polling_interval = 0.025


class Folder(filesystem.Channel):
    """The broker's folder. What a torn disk left half-written is no message, and must not end the worker."""

    def _get(self, queue: str) -> Any:
        while True:
            try:
                return super()._get(queue)
            except ValueError:  # the transport has taken the file away already
                log.warning("broker.torn_message")


filesystem.Transport.Channel = Folder


def settings(broker_url: str, var: Path) -> dict[str, Any]:
    """Return Celery's settings for a broker; the filesystem broker keeps its messages in VAR/broker."""
    common: dict[str, Any] = {
        "broker_url": broker_url,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_publish_retry": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_prefetch_multiplier": 4,
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 400_000,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_time_limit": 600,
        "beat_schedule_filename": str(var / "beat-schedule"),
        "beat_schedule": {"tick": {"task": "tick", "schedule": 30.0, "options": {"expires": 25}}},
    }
    if broker_url.startswith("filesystem"):
        folder = var / "broker"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        both = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
        return {**common, "broker_transport_options": both, "worker_enable_remote_control": False}
    # Remote control stays on with Redis: without it a worker may stay deaf after Redis comes back.
    options = {"visibility_timeout": 3600, "unacked_restore_interval": 10, "unacked_restore_throttle": 1, "socket_timeout": 5}
    return {**common, "broker_transport_options": options}


celery = Celery("laureat")
celery.conf.update(settings(flask_app.config["BROKER_URL"], flask_app.config["VAR"]))


@celery.task(name="bell")
def bell() -> None:
    with flask_app.app_context():
        background.work_off()


@celery.task(name="heartbeat")
def heartbeat() -> None:
    with flask_app.app_context(), committing():
        background.beat(clock.now())


@celery.task(name="tick")
def tick() -> None:
    with flask_app.app_context():
        background.tick(clock.now())


@worker_init.connect
def _ready_to_draw(**_: object) -> None:
    from app.certificates import pdf  # noqa: F401  (once, before the slots are forked, so that none of them reads it in itself)


@worker_process_init.connect
def _fresh_connections(**_: object) -> None:
    # A connection shared across fork would mix two processes' words in one socket or one lock.
    with flask_app.app_context():
        db.engine.dispose(close=False)


@beat_init.connect
@beat_embedded_init.connect
def _tick_at_once(**_: object) -> None:
    # Beat keeps no memory of its last tick: one that falls again and again must not put the clock off for ever.
    tick.apply_async(expires=25)


def ring() -> None:
    bell.apply_async(expires=60)


def ring_heartbeat() -> None:
    heartbeat.apply_async(expires=30)
