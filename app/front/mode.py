"""What this installation is: empty, the example, or somebody's own centre."""

from __future__ import annotations

import time
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.database import db
from app.people.models import Setting

EMPTY, DEMO, OWN = "", "demo", "own"
FRESH_FOR = 5.0


def mode() -> str:
    """Return the mode; looked up at most every five seconds, for other processes may change it."""
    known: tuple[float, str] | None = current_app.extensions.get("laureat_mode")
    if known and known[1] != EMPTY and time.monotonic() - known[0] < FRESH_FOR:
        return known[1]
    found = db.session.scalar(select(Setting.value).where(Setting.name == "mode")) or EMPTY
    current_app.extensions["laureat_mode"] = (time.monotonic(), found)
    return str(found)


def set_mode(value: str) -> None:
    """Write the mode in the current transaction; only an empty installation can become something."""
    if db.session.scalar(select(Setting.value).where(Setting.name == "mode")):
        raise ValueError("the installation already is something")
    db.session.add(Setting(name="mode", value=value))
    forget()


def forget() -> None:
    current_app.extensions.pop("laureat_mode", None)


def is_demo() -> bool:
    return mode() == DEMO


def words_for_every_page() -> dict[str, Any]:
    found = mode()
    return {"demo_mode": found == DEMO, "beginning": found == EMPTY}
