"""Fixtures: an application on an empty database, the cast, and a client for each of them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, event, make_url, text
from werkzeug.serving import make_server

import config
from app import background, clock, create_app
from app.database import committing, db
from app.people import sessions
from tests import world as worlds
from tests.catalogues import compile_stale

pytest_plugins = ["tests.servers"]

compile_stale()


class Compiled(BytecodeCache):
    """Templates compiled once a run: every test makes an application of its own, and compiling took a third of the time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


compiled = Compiled()


class OneEngine:
    """The engine of every test's application: what SQLAlchemy has compiled stays known, and only the SQLite file is another.

    Compiling the same statements anew for every test took a quarter of the time. An application that a test makes for itself
    beside this one has an engine of its own.
    """

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._file = ""

    def make(self, options: dict[str, Any]) -> Engine:
        self._file = str(make_url(options["url"]).database)
        if self._engine is None:
            self._engine = create_engine(**options)
            event.listen(self._engine, "do_connect", self._connect)
        return self._engine

    def _connect(self, _dialect: Any, _record: Any, words: list[Any], _options: Any) -> None:
        words[0] = self._file


one_engine = OneEngine()


class Client(FlaskClient):
    """A browser: every request has a context of its own, whatever context the test stands in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()  # the test sees what the request has changed
        return answer


@dataclass(frozen=True)
class Template:
    """SQLite files to copy: as the migrations make it, and with the cast in it."""

    empty: Path
    peopled: Path
    ids: dict[str, int]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Migrate once and build the world once; every test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    empty, peopled = folder / "empty.db", folder / "peopled.db"
    app = create_app(_settings(folder, f"sqlite:///{empty}"))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    shutil.copy(empty, peopled)
    app = create_app(_settings(folder, f"sqlite:///{peopled}"))
    with app.app_context():
        ids = worlds.build().ids
        db.session.remove()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return Template(empty, peopled, ids)


def made(settings: dict[str, Any]) -> Flask:
    """Return an application for a test, with clients that are browsers."""
    app = create_app(settings)
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = compiled
    return app


def _settings(var: Path, database: str) -> dict[str, Any]:
    return {
        **config.from_environ({"VAR": str(var), "DATABASE_URL": database}),
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__time_cost": 1, "argon2__memory_cost": 1024},  # cheap: tests hash a lot
    }


LONG = ("live", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first that start processes or a browser: with two at work, neither waits at the end for the other's last file.

    Left to itself, xdist begins with the files of many tests, and the few that take minutes come last.
    """
    long = {item.path for item in items if any(item.get_closest_marker(mark) for mark in LONG)}
    items.sort(key=lambda item: item.path not in long)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of the application that is marked `stores` on both databases."""
    if "store" in metafunc.fixturenames and metafunc.definition.get_closest_marker("stores"):
        metafunc.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@dataclass(frozen=True)
class Store:
    """The database of a test: its address, and the cast in it."""

    url: str
    ids: dict[str, int]


@pytest.fixture(scope="session")
def postgres_template(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Migrate once and build the world once on PostgreSQL; every test gets a copy."""
    url = postgres.database()
    app = create_app(_settings(tmp_path_factory.mktemp("template"), url))
    with app.app_context():
        upgrade()
        ids = worlds.build().ids
        db.session.remove()
        db.engine.dispose()
    return Store(url, ids)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path, template: Template) -> Iterator[Store]:
    """A copy of the SQLite file, with the cast where the test asks for the world; or a copy of the PostgreSQL database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        database = tmp_path / "laureat.db"
        shutil.copy(template.peopled if "world" in request.fixturenames else template.empty, database)
        yield Store(f"sqlite:///{database}", template.ids)
        return
    postgres, made = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    url = postgres.database(like=made.url)
    yield Store(url, made.ids)
    postgres.forget(url)


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings a test module may override."""
    return {}


@pytest.fixture
def app(tmp_path: Path, store: Store, settings: dict[str, Any]) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        if store.url.startswith("sqlite"):
            patch.setattr(db, "_make_engine", lambda _key, options, _app: one_engine.make(options))
        application = made({**_settings(tmp_path, store.url), **settings})
    clock.stop_at(worlds.NOON)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    clock.stop_at(None)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application of the test behind an address, for a browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def now() -> Any:
    return worlds.NOON


@pytest.fixture
def world(app: Flask, store: Store) -> worlds.World:
    """The cast; its rows are in the database that `app` opened."""
    return worlds.World(dict(store.ids))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, world: worlds.World) -> Callable[[str], FlaskClient]:
    """Return a function that gives a client signed in as one of the cast."""

    def as_one(name: str) -> FlaskClient:
        client = app.test_client()
        person = getattr(world, name)
        with client.session_transaction() as session, committing():
            sessions.fill(session, person.user, person, now=clock.now())
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
