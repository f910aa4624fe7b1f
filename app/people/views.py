"""The room of people: its pages, its jobs, and who stands at the door."""

from __future__ import annotations

from flask import Flask, session
from flask_login import current_user

from app import clock, web
from app.people import access, centre, entrance, profile, register, security, sessions, tasks
from app.people.blueprint import bp

__all__ = ["bp", "centre", "entrance", "init", "profile", "register", "tasks"]


def init(app: Flask) -> None:
    security.init(app)
    app.login_manager.user_loader(lambda mark: sessions.user_of(mark, clock.now()))  # type: ignore[attr-defined]


@web.identify_by
def at_the_door() -> web.Visitor:
    """Return who sends this request: the login of its session, and the person it acts for."""
    if not current_user.is_authenticated:
        return web.NOBODY
    return access.visitor_for(current_user._get_current_object(), session.get("person_id"), clock.now())
