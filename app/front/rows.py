"""All rows of the database out into lines of JSON and back, whichever of our databases holds them.

The tables are read from the database itself and not from the models: a backup of an older version is put back as it was
made, and only then brought up to date. A line is either {"table": …, "columns": […]} or one row of the table before it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import IO, Any

from sqlalchemy import JSON, Column, Date, DateTime, LargeBinary, MetaData, Numeric, Table, insert, inspect, select, text
from sqlalchemy.engine import Connection, Engine

BATCH = 500
VERSION_TABLE = "alembic_version"


def is_empty(engine: Engine) -> bool:
    """Say whether the database holds no table at all."""
    return not inspect(engine).get_table_names()


def save(engine: Engine, out: IO[str]) -> dict[str, int]:
    """Write all rows as they are at one moment, while others go on writing; return the number of rows by table."""
    counts: dict[str, int] = {}
    one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**one_moment) as connection:
        for table in _tables(connection):
            out.write(_line({"table": table.name, "columns": [column.name for column in table.columns]}))
            counts[table.name] = 0
            found = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key.columns))
            for row in found:
                out.write(_line([_plain(value) for value in row]))
                counts[table.name] += 1
        connection.rollback()
    return counts


def revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())  # noqa: S608 (our own constant)


def load(engine: Engine, lines: IO[str]) -> None:
    """Put all rows into migrated tables in one transaction, in place of what the migrations have put there."""
    with engine.connect().execution_options(laureat_write="FULL") as connection, connection.begin():
        tables = {table.name: table for table in _tables(connection)}
        with _references_checked_at_the_end(connection, tables):
            for table in tables.values():
                connection.execute(table.delete())
            for name, found in groupby(_rows(lines, tables), key=itemgetter(0)):
                values = map(itemgetter(1), found)
                while batch := list(islice(values, BATCH)):
                    connection.execute(insert(tables[name]), batch)
        if engine.dialect.name == "postgresql":
            _continue_numbers(connection, tables)
            connection.execute(text("ANALYZE"))  # else the first pages are planned blindly, until the database counts of itself


def clear(engine: Engine) -> None:
    """Take away every table of a database that was empty before us."""
    with engine.begin() as connection:
        everything = MetaData()
        everything.reflect(connection)
        everything.drop_all(connection)


def _tables(connection: Connection) -> list[Table]:
    everything = MetaData()
    everything.reflect(connection)
    tables = [table for table in everything.tables.values() if table.name != VERSION_TABLE]
    for column in (column for table in tables for column in table.columns):
        if isinstance(column.type, JSON):
            column.type.none_as_null = True  # what was NULL must not come back as the JSON word null
    return sorted(tables, key=lambda table: table.name)


def _rows(lines: IO[str], tables: dict[str, Table]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every row of the lines with the name of its table."""
    name, names, reads = "", [], []
    for line in lines:
        found = json.loads(line)
        if isinstance(found, dict):
            name, names = found["table"], found["columns"]
            reads = [_reader(tables[name].columns[column]) for column in names]
        else:
            values = [None if value is None else read(value) for read, value in zip(reads, found, strict=True)]
            yield name, dict(zip(names, values, strict=True))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """Return what makes a value for this column out of its plain form."""
    kind = column.type
    if isinstance(kind, DateTime):
        # SQLite keeps UTC without saying so; PostgreSQL says it.
        return datetime.fromisoformat if kind.timezone else lambda plain: datetime.fromisoformat(plain).replace(tzinfo=None)
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Numeric) and kind.asdecimal:
        return Decimal
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    return lambda plain: plain


class _references_checked_at_the_end:  # noqa: N801 (read as a with-statement)
    """Rows refer to one another across tables and within them: no order of writing suits all references."""

    def __init__(self, connection: Connection, tables: dict[str, Table]) -> None:
        self.connection, self.tables = connection, tables
        self.references: list[tuple[str, str, str]] = []

    def __enter__(self) -> None:
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            return
        asked = "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
        self.references = [(row[0], row[1], row[2]) for row in self.connection.execute(text(asked))]
        for table, name, _ in self.references:
            self.connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))

    def __exit__(self, fault: object, *_: object) -> None:
        if fault is None:
            for table, name, definition in self.references:
                self.connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


def _continue_numbers(connection: Connection, tables: dict[str, Table]) -> None:
    """Let the next row get a number after those put back."""
    for table in tables.values():
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": column.name}
        )
        highest = connection.scalar(select(column).order_by(column.desc()).limit(1))
        if sequence and highest is not None:
            connection.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})
