"""The clock's part of meetings: the reminder with the way to the link, and the end of a meeting."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.applications import operations as applications
from app.applications.actors import Actor
from app.background import every, finishing
from app.meetings import letters, queries
from app.notifications import operations as notifications

REMIND_BEFORE = timedelta(hours=24)
CLOSE_AFTER = timedelta(days=2)
LOOK_BACK = timedelta(days=400)


@every(timedelta(hours=1), "meetings.remind")
def remind() -> None:
    """A day before the meeting tell the registered when it begins and where the link is. Once each, however often asked."""
    now = clock.now()
    with finishing():
        for event in queries.held_between(now, now + REMIND_BEFORE):
            held = event.date("held_on")
            for application in queries.registered_of(event.id):
                notifications.queue(
                    "bridge_soon",
                    to=application.applicant,
                    values=letters.about_soon(application),
                    about=f"application:{application.id}",
                    key=f"bridge_soon:{application.id}:{held.timestamp() if held else 0:.0f}",
                    centre_id=event.centre_id,
                    event_id=event.id,
                    now=now,
                )


@every(timedelta(hours=1), "meetings.close")
def close() -> None:
    """Close the registrations of meetings held two days ago: nothing can be cancelled any more."""
    now = clock.now()
    with finishing():
        for event in queries.held_between(now - LOOK_BACK, now - CLOSE_AFTER):
            for application in queries.registered_of(event.id):
                applications.advance(application, "close", by=Actor.clock(), now=now)
