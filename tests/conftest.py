"""Fixtures: an application on an empty database, the cast, and a client for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

import config
from app import background, clock, create_app
from app.database import db
from app.people import operations as people
from tests import world as worlds
from tests.catalogues import compile_stale

pytest_plugins = ["tests.servers"]

compile_stale()


class Client(FlaskClient):
    """A browser: every request has a context of its own, whatever context the test stands in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()  # the test sees what the request has changed
        return answer


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file made by the migrations once; every test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "laureat.db"
    app = create_app(_settings(folder, f"sqlite:///{path}"))
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        db.session.remove()
        db.engine.dispose()
    return path


def _settings(var: Path, database: str) -> dict[str, Any]:
    return {
        **config.from_environ({"VAR": str(var), "DATABASE_URL": database}),
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
    }


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings a test module may override."""
    return {}


@pytest.fixture
def app(tmp_path: Path, template_database: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    database = tmp_path / "laureat.db"
    database.write_bytes(template_database.read_bytes())
    application = create_app({**_settings(tmp_path, f"sqlite:///{database}"), **settings})
    application.test_client_class = Client
    clock.stop_at(worlds.NOON)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    clock.stop_at(None)


@pytest.fixture
def now() -> Any:
    return worlds.NOON


@pytest.fixture
def world(app: Flask) -> worlds.World:
    return worlds.build()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, world: worlds.World) -> Callable[[str], FlaskClient]:
    """Return a function that gives a client signed in as one of the cast."""

    def as_one(name: str) -> FlaskClient:
        client = app.test_client()
        person = getattr(world, name)
        with client.session_transaction() as session:
            people.fill_session(session, person.user, person)
        db.session.rollback()
        return client

    return as_one


@pytest.fixture
def as_vera(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("vera")


@pytest.fixture
def as_lev(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("lev")


@pytest.fixture
def as_nina(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("nina")


@pytest.fixture
def as_oleg(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("oleg")


@pytest.fixture
def as_admin(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("admin")


@pytest.fixture
def work_off(app: Flask) -> Callable[[], int]:
    """Do all due jobs here and now, as the worker would."""
    return background.work_off
