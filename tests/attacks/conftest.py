"""The house of the attacks: a copy of a stage on which every form was filled with hostile text."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.database import committing, db
from app.people import sessions
from tests import world as worlds
from tests.attacks import stage
from tests.attacks.stage import LATE, Play
from tests.conftest import Template, _settings, made


def client_for(app: Flask, world: worlds.World, name: str) -> FlaskClient:
    client = app.test_client()
    if name == "nobody":
        return client
    person = getattr(world, name)
    with client.session_transaction() as session, committing():
        sessions.fill(session, person.user, person, now=clock.now())
    db.session.rollback()
    return client


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Path:
    """The folder of an installation after the play."""
    folder = tmp_path_factory.mktemp("stage")
    shutil.copy(template.peopled, folder / "laureat.db")
    app = made(_settings(folder, f"sqlite:///{folder / 'laureat.db'}"))
    clock.stop_at(worlds.NOON)
    with app.app_context():
        world = worlds.World(dict(template.ids))
        stage.Stage(world, lambda name: client_for(app, world, name)).perform().save(folder / "play.json")
        db.session.remove()
        db.engine.dispose()
    clock.stop_at(None)
    return folder


def housed(house: Path, settings: dict[str, Any] | None = None) -> Flask:
    """Return an application that lives in the folder of an installation."""
    return made({**_settings(house, f"sqlite:///{house / 'laureat.db'}"), **(settings or {})})


@pytest.fixture
def app(tmp_path: Path, staged: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    house = tmp_path / "house"
    shutil.copytree(staged, house)
    application = housed(house, settings)
    clock.stop_at(LATE)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    clock.stop_at(None)


@pytest.fixture
def play(staged: Path) -> Play:
    return Play.load(staged / "play.json")


@pytest.fixture
def world(app: Flask, play: Play) -> worlds.World:
    return worlds.World(dict(play.cast))


@pytest.fixture
def signed_in(app: Flask, world: worlds.World) -> Callable[[str], FlaskClient]:
    return lambda name: client_for(app, world, name)
