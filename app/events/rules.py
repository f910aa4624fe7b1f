"""The rules of an event in plain words, as pages show them."""

from __future__ import annotations

from flask_babel import get_locale

from app.events import drawing
from app.events.models import Event
from app.wording.explained import ChapterText, explain_in
from workflows.explaining import FOR_JURY

MOST_KNOWN = 200
_known: dict[tuple[str, str], list[ChapterText]] = {}
_drawn: dict[tuple[str, str], str] = {}


def of(event: Event) -> list[ChapterText]:
    """Return all rules. They are put into words once per process and language, for a version never changes."""
    lang = str(get_locale() or "ru")
    key = (event.version.sha256, lang)
    if key not in _known:
        _known[key] = explain_in(event.rules, lang)
        if len(_known) > MOST_KNOWN:
            _known.pop(next(iter(_known)))
    return _known[key]


def picture(event: Event) -> str:
    """Return the way of the event as SVG: drawn once per process and language."""
    lang = str(get_locale() or "ru")
    key = (event.version.sha256, lang)
    if key not in _drawn:
        _drawn[key] = drawing.draw(event.rules)
        if len(_drawn) > MOST_KNOWN:
            _drawn.pop(next(iter(_drawn)))
    return _drawn[key]


def for_everybody(event: Event) -> list[ChapterText]:
    """Return the rules without the chapter of dates: the days themselves stand beside them."""
    return [one for one in of(event) if one.key != "dates"]


def for_jury(event: Event, stage: str) -> list[ChapterText]:
    """Return what concerns those who mark at a stage: criteria, how marks become a total, places and ties."""
    keys = [f"{part}{stage}" for part in FOR_JURY]
    return [one for one in of(event) if one.key in keys]
