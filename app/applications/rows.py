"""One application as a line of a list: its state and its steps in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications import letters
from app.applications.models import Application
from workflows.kinds import ATTENDED

STATES = {
    "draft": _l("Черновик"),
    "submitted": _l("Подана"),
    "revision": _l("На исправлении"),
    "admitted": _l("Допущена"),
    "not_admitted": _l("Не допущена"),
    "disqualified": _l("Снята с конкурса"),
    "withdrawn": _l("Отозвана"),
    "closed": _l("Завершена"),
}
STATES_BY_KIND: Mapping[tuple[str, str], Any] = {
    ("exhibition", "admitted"): _l("На выставке"),
    ("exhibition", "not_admitted"): _l("Не принята на выставку"),
    **{(kind, "admitted"): _l("Запись подтверждена") for kind in ATTENDED},
    **{(kind, "withdrawn"): _l("Запись отменена") for kind in ATTENDED},
}
TONES = {
    "draft": "amber", "submitted": "information", "revision": "amber", "admitted": "done", "not_admitted": "red", "disqualified": "red",
    "closed": "done",
}  # fmt: skip

# verb on the button, what the way says afterwards, tone of the button
STEPS: Mapping[str, tuple[Any, Any, str]] = {
    "submit": (_l("Подать заявку"), _l("Подана"), "main"),
    "resubmit": (_l("Подать исправленную"), _l("Подана исправленная"), "main"),
    "send_back": (_l("Вернуть на исправление"), _l("Возвращена на исправление"), "quiet"),
    "admit": (_l("Допустить"), _l("Допущена"), "main"),
    "endorse": (_l("Записать согласование"), _l("Согласовано руководителем"), "quiet"),
    "not_admit": (_l("Не допустить"), _l("Не допущена"), "quiet"),
    "substitute": (_l("Заменить участника"), _l("Участник заменён"), "quiet"),
    "reconsider": (_l("Пересмотреть"), _l("Решение пересмотрено"), "quiet"),
    "disqualify": (_l("Снять с конкурса"), _l("Снята с конкурса"), "danger"),
    "reinstate": (_l("Вернуть в конкурс"), _l("Возвращена в конкурс"), "quiet"),
    "withdraw": (_l("Отозвать заявку"), _l("Отозвана"), "danger"),
    "close": (_l("Завершить"), _l("Завершена"), "quiet"),
}
STEPS_BY_KIND: Mapping[tuple[str, str], tuple[Any, Any, str]] = {
    **{(kind, "submit"): (_l("Записаться"), _l("Запись подтверждена"), "main") for kind in ATTENDED},
    **{(kind, "withdraw"): (_l("Отменить запись"), _l("Запись отменена"), "danger") for kind in ATTENDED},
    ("exhibition", "admit"): (_l("Поставить на выставку"), _l("Поставлена на выставку"), "main"),
}


@dataclass(frozen=True)
class Row:
    id: int
    title: str
    number: str
    event: str
    event_url: str
    kind: str
    nomination: str
    organisation: str
    applicant: str
    state: str
    state_words: str
    tone: str
    when: str
    url: str
    paper: bool


def state_words(application: Application) -> str:
    known = STATES_BY_KIND.get((application.event.kind, application.state)) or STATES[application.state]
    return str(known)


def _untitled(application: Application) -> str:
    """Return what to call a work without a title: a listener's registration never has one."""
    return _("Запись: %(name)s", name=application.applicant.initials) if application.event.kind == "bridge" else _("Без названия")


def row(application: Application, *, organisation: str = "") -> Row:
    """Return one line of a list, or the head of a page."""
    event, rules = application.event, application.event.rules
    nomination = next((wording.say(one.title) for one in rules.nominations if one.key == application.nomination), "")
    moment = application.received_at or application.saved_at
    return Row(
        id=application.id,
        title=application.title or _untitled(application),
        number=letters.application_number(application),
        event=wording.say(event.title),
        event_url=url_for("events.show", event_id=event.id),
        kind=event.kind,
        nomination=nomination if len(rules.nominations) > 1 else "",
        organisation=organisation,
        applicant=application.applicant.initials,
        state=application.state,
        state_words=state_words(application),
        tone=TONES.get(application.state, ""),
        when=wording.moment(moment, event.zone, named=False),
        url=url_for("applications.show", application_id=application.id),
        paper=application.entered_by_id is not None,
    )


def step_words(application: Application, step: str) -> tuple[Any, Any, str]:
    """Return the verb on the button, what the way says afterwards, and the tone."""
    return STEPS_BY_KIND.get((application.event.kind, step)) or STEPS[step]
