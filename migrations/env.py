"""Runs migrations in the application's own database, in one transaction; SQLite is changed by copying tables (batch)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata
arguments = current_app.extensions["migrate"].configure_args

if context.is_offline_mode():
    raise SystemExit("migrations run on a database, not as a script")


@contextmanager
def tables_copied(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table that others refer to, for its copy takes its name; no reference may hang in the air after it.

    The switch works only outside a transaction, so it is thrown past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    line = connection.connection.driver_connection
    line.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        torn = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if torn:
            raise RuntimeError(f"rows that refer to nothing: {torn[:5]}")
        connection.commit()
    finally:
        connection.rollback()
        line.execute("PRAGMA foreign_keys=ON")


with engine.connect().execution_options(laureat_write="FULL") as connection, tables_copied(connection):
    context.configure(connection=connection, target_metadata=metadata, **arguments)
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name != "sqlite":
        connection.commit()
