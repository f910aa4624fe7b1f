"""What can be done from the command line: the relay, the example, the presets' papers."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from types import FrameType

import click
from flask import Flask

import config
from app import background, clock
from app import relay as bells
from app.database import committing, db
from app.events import commands as regulations
from app.front import demo, mode
from workflows import kinds


def init(app: Flask) -> None:
    for command in (relay, demo_fill, demo_cast, workflows_document):
        app.cli.add_command(command)
    regulations.init(app)


@click.command("relay")
def relay() -> None:
    """Look at the job table and ring the worker, until told to stop."""
    import worker  # here: the worker makes an application of its own, which only this command needs

    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # Workers on other machines are not ours to count: ALL_SLOTS says how many slots there are on all of them.
    slots = int(os.environ.get("ALL_SLOTS", "0")) or int(os.environ.get("WORKERS", "1")) * int(os.environ.get("WORKER_SLOTS", "2"))
    bells.relay_for_ever(bells.Relay(worker.ring, worker.ring_heartbeat, slots), stopped.is_set)


@click.command("demo-fill")
def demo_fill() -> None:
    """Fill an empty database with the example; an installation that is somebody's own is refused."""
    known = mode.mode()
    if known == mode.OWN:
        raise click.ClickException("this installation is a real centre: the example needs a place of its own (VAR=…)")
    if known == mode.EMPTY:
        with committing():
            mode.set_mode(mode.DEMO)
            background.enqueue("demo.fill", "demo.fill", now=clock.now())
    if not demo.is_ready():
        demo.fill_now()
    db.session.remove()


@click.command("demo-cast")
def demo_cast() -> None:
    """Print who can be signed in as whom."""
    for one in demo.cast():
        click.echo(f"  {one.key:6} {one.name}, {one.role}")


@click.command("workflows-document")
@click.option("--write", is_flag=True, help="write docs/workflows.md instead of printing")
def workflows_document(write: bool) -> None:
    """Print the workflow tables as docs/workflows.md shows them."""
    text = kinds.as_document()
    if write:
        (Path(config.ROOT) / "docs" / "workflows.md").write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
