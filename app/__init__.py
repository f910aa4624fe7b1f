"""Laureat: professional competitions as a service. `create_app` puts the rooms of the house together."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from werkzeug.middleware.proxy_fix import ProxyFix

import config


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the application for the environment, with `settings` over it. Raises config.UnsafeSettings.

    For `flask regulation …` it is a bare one: those commands read files and print, and must leave no trace of an installation.
    """
    with _no_collecting():
        if settings is None and _asked_for("regulation"):
            return _bare()
        return _whole(settings)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Reading the house in makes a great many objects and no garbage: to look for it costs a fifth of the start."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _whole(settings: Mapping[str, Any] | None) -> Flask:
    app = _application(__name__)
    if not (settings and "VAR" in settings):  # whole settings need nothing of the environment, and must not make its place
        app.config.update(config.from_environ())
    app.config.update(settings or {})
    _lay_ground(app)

    from app import rooms  # here, because the rooms import the ground that this module has just laid

    rooms.furnish(app)
    return app


def _asked_for(command: str) -> bool:
    """Say whether this process is `flask` running that command: the application is made before the command is known to it."""
    running = click.get_current_context(silent=True)
    return running is not None and isinstance(running.find_root().command, FlaskGroup) and command in sys.argv[1:]


def _application(name: str) -> Flask:
    return Flask(name, template_folder=str(config.ROOT / "templates"))


def _bare() -> Flask:
    """Return an application without database, settings and pages: words in two languages and the commands about regulations."""
    from app import wording  # here: nothing else of the ground is needed, and none of it is read in
    from app.events import commands
    from app.wording import catalogues

    app = _application(__name__)
    app.config.update(config.LANGUAGE)
    catalogues.init(app)
    catalogues.read_uncompiled(app)
    wording.init(app)
    commands.init(app)
    return app


def _lay_ground(app: Flask) -> None:
    from app import database, logs, web  # here: a bare application does without
    from app.wording import catalogues

    logs.init(app)
    if app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=app.config["PROXIES"], x_proto=app.config["PROXIES"])  # type: ignore[method-assign]
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"connect_args": {"check_same_thread": False, "timeout": 30}})
    else:
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10})
    database.db.init_app(app)
    database.migrate.init_app(app, database.db, directory=str(config.ROOT / "migrations"))
    catalogues.init(app, locale_selector=web.language)
    web.init(app)
