"""What the letters of a meeting may say."""

from __future__ import annotations

from flask_babel import force_locale

from app import wording
from app.applications import letters as applications
from app.applications.models import Application
from app.events.pages import beside


def about_soon(application: Application) -> dict[str, str]:
    """The reminder of the day before. The link itself is not in it: letters are passed on, the page is not."""
    event = application.event
    held = event.date("held_on")
    when = {}
    for language in ("ru", "en"):
        with force_locale(language):
            when[language] = wording.moment(held, event.zone) + beside(event, held) if held else ""
    return {**applications.about(application), "greeting": application.applicant.greeting, "when": when["ru"], "when_en": when["en"]}
