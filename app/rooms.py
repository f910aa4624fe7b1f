"""The rooms of the house, from the ground up: importing them registers their rows, jobs and pages."""

from __future__ import annotations

from flask import Flask

from app import wording
from app.applications import views as applications
from app.certificates import views as certificates
from app.closing import views as closing
from app.events import views as events
from app.exhibitions import views as exhibitions
from app.front import views as front
from app.judging import views as judging
from app.meetings import views as meetings
from app.notifications import views as notifications
from app.people import views as people

LADDER = (people, notifications, events, applications, judging, certificates, closing, meetings, exhibitions, front)


def furnish(app: Flask) -> None:
    """Hang every room's pages into the application; a room with an `init` sets itself up first."""
    wording.init(app)
    for room in LADDER:
        if hasattr(room, "init"):
            room.init(app)
        app.register_blueprint(room.bp)
