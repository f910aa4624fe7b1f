"""Where one can go, by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web import ADMINISTRATOR, ANYONE, JUROR, METHODIST, PERSON, visitor

PLACES: tuple[tuple[str, str, Any], ...] = (
    (METHODIST, "events.manage", _l("Мероприятия")),
    (METHODIST, "people.index", _l("Люди и школы")),
    (METHODIST, "certificates.register", _l("Реестр документов")),
    (METHODIST, "notifications.index", _l("Письма")),
    (JUROR, "judging.desk", _l("Мои работы")),
    (PERSON, "events.index", _l("Мероприятия")),
    (PERSON, "applications.mine", _l("Мои заявки")),
    (PERSON, "certificates.mine", _l("Мои документы")),
    (ADMINISTRATOR, "front.jobs", _l("Состояние")),
)
PUBLIC = ((ANYONE, "events.index", _l("Мероприятия")), (ANYONE, "certificates.check", _l("Проверить документ")))


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    here: bool
    endpoint: str = ""  # the layout draws a sign for it


def menu() -> list[Place]:
    """Return the main places of this visitor; a methodist's own list of events takes the place of the public one."""
    if not visitor.signed_in or visitor.person is None:
        wanted = PUBLIC
    else:
        home = (PERSON, "front.home", _l("Что меня ждёт"))
        wanted = (home, *(place for place in PLACES if visitor.has(place[0]) and not _double(place)))
    return [Place(str(label), url_for(endpoint), request.endpoint == endpoint, endpoint) for _role, endpoint, label in wanted]


def _double(place: tuple[str, str, Any]) -> bool:
    staff = visitor.has(METHODIST)
    return staff and place[1] in ("events.index", "applications.mine", "certificates.mine")


def words_for_every_page() -> dict[str, Any]:
    place = next((row for row in reversed(visitor.person.affiliations) if row.until is None), None) if visitor.person else None
    role = _("методист") if visitor.has(METHODIST) else _("жюри") if visitor.has(JUROR) else ""
    about = place.organisation.short_name if place and not role else role
    simple = visitor.person is not None and not visitor.has(METHODIST, ADMINISTRATOR)
    return {"menu": menu(), "about_me": about, "bottom_bar": simple}
