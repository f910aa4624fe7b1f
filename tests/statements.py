"""Counts what an act asks of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from app.database import db
from app.front import mode


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the SQL statements of what is done inside."""
    found: list[str] = []

    def one_more(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", one_more)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", one_more)


def statements_of(act: Callable[[], object]) -> int:
    """Return how many SQL statements the act sends, what is asked once in five seconds left aside."""
    mode.forget()
    mode.mode()
    db.session.remove()
    with counted(db.engine) as found:
        act()
    return len(found)
