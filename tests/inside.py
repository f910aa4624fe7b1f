"""The application of an installation whose processes run elsewhere: for filling its database and for looking at it through our own code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

import config
from app import create_app
from app.database import db
from tests.processes import Installation


@contextmanager
def inside(installation: Installation) -> Iterator[Flask]:
    """Stand in the context of an application that shares database, files and secrets with the installation."""
    app = create_app({**config.from_environ(installation.environ), "WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False})
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
