"""Rows and the one way to write them.

Reads run in a plain BEGIN. A writer ends its read and opens a fresh transaction that takes the write lock at once on
SQLite (BEGIN IMMEDIATE): a read that upgrades itself would meet "database is locked" with no waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, TypeDecorator, event, func, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "Counter",
    "Moment",
    "Plain",
    "Trace",
    "committing",
    "count_each",
    "db",
    "migrate",
    "next_number",
    "on_conflict_insert",
    "one_moment",
    "place_in",
    "reading",
    "take_numbers",
    "trace",
]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"autoflush": False})
migrate = Migrate(render_as_batch=True, compare_type=True)


class Moment(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive datetime is a programmer's mistake."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (the signature of SQLAlchemy)
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Plain = JSON(none_as_null=True)


class Counter(db.Model):  # type: ignore[name-defined]
    """The last number given out in a row of numbers, e.g. «entry:12» or «paper:1:2026»."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[int]


class Trace(db.Model):  # type: ignore[name-defined]
    """Any act that is not a step of an application: who did what to which thing. Ids only, never names."""

    __tablename__ = "trace"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    details: Mapped[Any] = mapped_column(Plain, default=dict)


def trace(act: str, subject: str, *, by: int | None, now: datetime, **details: object) -> None:
    """Note an act in the transaction of the act. `subject` is «kind:id»."""
    db.session.add(Trace(at=now, person_id=by, act=act, subject=subject, details=details))


def next_number(name: str) -> int:
    """Take the next number of a row of numbers; the numbers of a transaction that rolls back are given again."""
    return take_numbers(name, 1)[0]


def take_numbers(name: str, count: int) -> range:
    """Take that many next numbers at once. Whoever wants numbers of the same row waits for the end of this transaction."""
    statement = on_conflict_insert(Counter).values(name=name, value=count)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + count})
    last = int(db.session.execute(statement.returning(Counter.value)).scalar_one())
    return range(last - count + 1, last + 1)


def on_conflict_insert(model: Any) -> Any:
    """Return INSERT for the database at hand, with on_conflict_do_nothing / on_conflict_do_update."""
    return (pg_insert if db.engine.dialect.name == "postgresql" else sqlite_insert)(model)


def place_in(column: Any, text: str) -> Any:
    """Return where the text begins in the column, counted from 1; 0: it is not in it.

    For searches that read all of an index. Not LIKE: it folds case again for every row, and costs two to five times as much.
    """
    return (func.strpos if db.engine.dialect.name == "postgresql" else func.instr)(column, text)


def count_each(column: Any, values: Iterable[str], *where: Any) -> dict[str, int]:
    """Return value -> how many rows have it, without those that have none; one statement.

    Each value is a range of its own in an index: half of what GROUP BY costs. `values` are all that the column may hold.
    """
    named = tuple(values)
    counts = (select(func.count()).select_from(column.class_).where(column == value, *where).scalar_subquery() for value in named)
    found = db.session.execute(select(*counts)).one()
    return {value: count for value, count in zip(named, found, strict=True) if count}


@contextmanager
def reading() -> Iterator[None]:
    """Read in one transaction and end it: nothing stays open while a paper is drawn or a letter is sent."""
    try:
        yield
    finally:
        db.session.rollback()


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it stood at one moment, however many statements that takes and whatever others write meanwhile."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":  # SQLite reads so by itself
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    with reading():
        yield


@contextmanager
def committing(*, lasting: bool = True) -> Iterator[None]:
    """Write in one fresh transaction and commit it, or change nothing.

    Objects read before are expired, so what is decided inside is decided on the rows as they are under the lock.
    Not `lasting`: SQLite need not wait for the disk; a power cut may take it back whole, with all that was written after it,
    until the next lasting one. Only for what is then simply done again.
    """
    db.session.rollback()
    db.session.connection(execution_options={"laureat_write": "FULL" if lasting else "NORMAL"})
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@event.listens_for(Engine, "connect")
def _sqlite_settings(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _sqlite_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("laureat_write")
        if writing and connection.info.get("synchronous", "FULL") != writing:
            connection.connection.driver_connection.execute(f"PRAGMA synchronous={writing}")  # type: ignore[union-attr]
            connection.info["synchronous"] = writing
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def migrate_ready() -> bool:
    """Say whether the database answers and has been migrated."""
    try:
        db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    except Exception:  # any fault of the database means the same to a health check: not ready
        db.session.rollback()
        return False
    return True
