"""Runs migrations in the application's own database; SQLite is changed by copying tables (batch)."""

from __future__ import annotations

from alembic import context
from flask import current_app

engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata
arguments = current_app.extensions["migrate"].configure_args

if context.is_offline_mode():
    raise SystemExit("migrations run on a database, not as a script")

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, **arguments)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
