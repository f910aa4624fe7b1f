"""Counts what an act asks of the database."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event

from app.database import db


def statements_of(act: Callable[[], object]) -> int:
    """Return how many SQL statements the act sends."""
    count = 0

    def one_more(*_args: object) -> None:
        nonlocal count
        count += 1

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", one_more)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", one_more)
    return count
