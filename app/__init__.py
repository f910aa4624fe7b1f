"""Laureat: professional competitions as a service. `create_app` puts the rooms of the house together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import database, logs, web


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the application for the environment, with `settings` over it. Raises config.UnsafeSettings."""
    app = Flask(__name__, template_folder=str(config.ROOT / "templates"))
    if not (settings and "VAR" in settings):  # whole settings need nothing of the environment, and must not make its place
        app.config.update(config.from_environ())
    app.config.update(settings or {})
    logs.init(app)
    if app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=app.config["PROXIES"], x_proto=app.config["PROXIES"])  # type: ignore[method-assign]
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"connect_args": {"check_same_thread": False, "timeout": 30}})
    else:
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10})
    database.db.init_app(app)
    database.migrate.init_app(app, database.db, directory=str(config.ROOT / "migrations"))
    Babel(app, locale_selector=web.language)
    web.init(app)

    from app import rooms  # here, because the rooms import the ground that this module has just laid

    rooms.furnish(app)
    return app
