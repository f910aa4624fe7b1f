"""Pages about letters: what waits for release, what went out, what could not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import clock, web, wording
from app.database import committing
from app.notifications import operations, post, queries, tasks
from app.notifications.letters import Draft
from app.notifications.models import FAILED, HELD, NO_ADDRESS, QUEUED, SENDING, SENT, Notification
from app.web import ADMINISTRATOR, METHODIST, open_to, visitor

bp = Blueprint("notifications", __name__)
JOBS = tasks  # imported for its jobs

STATES = {
    HELD: _l("Ждёт отправки"),
    QUEUED: _l("В очереди"),
    SENDING: _l("Отправляется"),
    SENT: _l("Отправлено"),
    FAILED: _l("Не дошло"),
    NO_ADDRESS: _l("Нет адреса"),
}
TONES = {HELD: "amber", QUEUED: "information", SENDING: "information", SENT: "done", FAILED: "red", NO_ADDRESS: "amber"}
NAMES = {
    "entry_received": _l("Заявка получена"),
    "entry_received_again": _l("Исправленная заявка получена"),
    "revision_asked": _l("Просьба исправить заявку"),
    "entry_admitted": _l("Заявка допущена"),
    "entry_not_admitted": _l("Заявка не допущена"),
    "entry_disqualified": _l("Заявка снята с конкурса"),
    "entry_reinstated": _l("Заявка снова в конкурсе"),
    "author_replaced": _l("Участник заменён"),
    "entry_withdrawn": _l("Заявка отозвана"),
    "registered": _l("Запись на мероприятие"),
    "sign_in_code": _l("Код для входа"),
    "invitation": _l("Приглашение"),
    "password_reset": _l("Новый пароль"),
    "address_change": _l("Новый адрес почты"),
    "address_changed": _l("Адрес почты изменён"),
    "juror_appointed": _l("Назначение в жюри"),
    "works_assigned": _l("Работы на проверку"),
    "works_allotted": _l("Участнику достались работы других"),
    "jury_reminder": _l("Напоминание жюри"),
    "results_released": _l("Итоги"),
    "results_revised": _l("Итоги пересмотрены"),
    "judging_opened": _l("Этап открыт: жюри"),
    "judging_moved": _l("Срок изменён: жюри"),
    "stage_opened": _l("Этап открыт"),
    "bridge_soon": _l("Скоро встреча"),
    "appeal_filed": _l("Подана апелляция"),
    "appeal_received": _l("Апелляция получена"),
    "appeal_answered": _l("Ответ на апелляцию"),
    "went_up": _l("Проход на следующий уровень"),
    "stage_passed": _l("Этап пройден"),
    "stage_not_passed": _l("Этап не пройден"),
    "paper_ready": _l("Готов документ"),
    "new_entry": _l("Новая заявка"),
    "deadline_moved": _l("Новый срок"),
    "draft_unsent": _l("Черновик не подан"),
    "entries_below": _l("Отправлено меньше, чем нужно"),
}
REASONS = {
    post.BAD_ADDRESS: _l("Адрес написан с ошибкой. Исправьте его на странице человека и повторите."),
    post.NO_CONNECTION: _l("Почтовый сервер не отвечает. Письмо ждёт и уйдёт само, когда он ответит."),
    post.SET_UP: _l("Почтовый сервер не принимает наши письма. Покажите это администратору: "),
    post.UNKNOWN: _l(
        "Связь оборвалась, когда письмо уже было передано. Отправим ещё раз; второго письма человек, скорее всего, не увидит."
    ),
}


@dataclass(frozen=True)
class Row:
    """A letter as pages show it."""

    id: int
    name: str
    to: str
    address: str
    event: str
    state: str
    state_words: str
    tone: str
    reason: str
    when: str
    may_repeat: bool
    url: str


def _rows(letters: Iterable[Notification], *, named: bool = False) -> list[Row]:
    zones = queries.zones(visitor)
    # A letter that belongs to no centre is shown by the clock of the administrator's own.
    home = next(iter(zones.values()), None)
    return [_row(one, zones.get(one.centre_id, home), named=named) for one in letters]


def _row(letter: Notification, zone: ZoneInfo | None, *, named: bool) -> Row:
    return Row(
        id=letter.id,
        name=str(NAMES.get(letter.name, letter.name)),
        to=letter.person.full_name if letter.person else letter.address,
        address=letter.address,
        event=_event_title(letter),
        state=letter.state,
        state_words=str(STATES[letter.state]),
        tone=TONES[letter.state],
        reason=reason_in_words(letter.reason) if letter.state != SENT else "",
        when=wording.moment(letter.sent_at or letter.created_at, zone, year=True, named=named),
        may_repeat=letter.state in (FAILED, NO_ADDRESS),
        url=url_for("notifications.show", notification_id=letter.id),
    )


def _event_title(letter: Notification) -> str:
    values = letter.values or {}
    return str(values.get(f"event_{web.current_language()}") or values.get("event", ""))


def reason_in_words(reason: str) -> str:
    """Return why a letter has not gone, as people say it; the mail server's own answer is quoted."""
    if not reason:
        return ""
    key, _colon, more = reason.partition(": ")
    if key == post.SET_UP:
        return f"{REASONS[key]}{more}"
    if key in REASONS:
        return str(REASONS[key])
    return _("Почтовый сервер ответил: %(answer)s", answer=reason)


@bp.get("/letters")
@open_to(METHODIST, ADMINISTRATOR)
def index() -> ResponseReturnValue:
    state, event_id = request.args.get("state", ""), request.args.get("event", type=int)
    state = state if state in STATES else ""
    page = queries.page(visitor, state=state, event_id=event_id, before=request.args.get("before", type=int))
    counts = queries.count_by_state(visitor, event_id)
    return render_template(
        "notifications/index.html",
        rows=_rows(page.rows),
        older=page.older,
        state=state,
        event_id=event_id,
        chips=[(key, str(words), counts[key]) for key, words in STATES.items() if counts.get(key)],
        total=sum(counts.values()),
        in_folder=not post.uses_smtp(),
        held=[
            {"event_id": one.event_id, "event": _event_title(one.sample), "count": one.count}
            for one in queries.held(visitor)
            if event_id in (None, one.event_id)
        ],
    )


@bp.get("/letters/<int:notification_id>")
@open_to(METHODIST, ADMINISTRATOR)
def show(notification_id: int) -> ResponseReturnValue:
    """The letter as it goes out, as plain text; codes and links of others are nobody's to read."""
    letter = queries.one_or_404(notification_id, visitor)
    words = None if letter.secret else Draft.of(letter).write()
    return render_template(
        "notifications/show.html", row=_rows([letter], named=True)[0], words=words, message_id=letter.message_id, attempts=letter.attempts
    )


@bp.post("/letters/<int:notification_id>/repeat")
@open_to(METHODIST, ADMINISTRATOR)
def repeat(notification_id: int) -> ResponseReturnValue:
    letter = queries.one_or_404(notification_id, visitor)
    with committing():
        gone = operations.repeat(letter, by=visitor.person, now=clock.now())
    if gone:
        web.tell(_("Письмо снова в очереди."))
    else:
        web.tell(_("Письмо не отправить: у человека не указан адрес, или письмо уже ушло."), "amber")
    return redirect(url_for(".show", notification_id=notification_id))


@bp.post("/events/<int:event_id>/letters/release")
@open_to(METHODIST)
def release(event_id: int) -> ResponseReturnValue:
    event_id = queries.event_or_404(event_id, visitor)
    with committing():
        count = operations.release(event_id, by=visitor.person, now=clock.now())
    if count:
        web.tell(ngettext("Отправляем %(num)d письмо.", "Отправляем %(num)d писем.", count))
    else:
        web.tell(_("Писем, которые ждут отправки, нет: возможно, их уже отправили."), "information")
    return redirect(web.safe_next(url_for(".index", event=event_id)))


@web.event_desk.fill
def desk_part(event: Any, _now: datetime) -> web.Part:
    """Letters of an event: how many went out, and what needs a decision."""
    counts = queries.counts_of_event(event.id)
    url = url_for("notifications.index", event=event.id)
    waits = []
    if counts.get(HELD):
        held = ngettext("%(num)d письмо ждёт вашего слова", "%(num)d писем ждут вашего слова", counts[HELD])
        waits.append(web.Waits(held, _("Решения и итоги уходят людям, когда вы их отправите"), _("Посмотреть и отправить"), url))
    lost = counts.get(FAILED, 0) + counts.get(NO_ADDRESS, 0)
    if lost:
        failed = url_for("notifications.index", event=event.id, state=FAILED if counts.get(FAILED) else NO_ADDRESS)
        told = ngettext("%(num)d письмо не дошло", "%(num)d писем не дошли", lost)
        waits.append(web.Waits(told, _("Проверьте адреса или сообщите людям иначе"), _("Разобраться"), failed))
    total = sum(counts.values())
    note = _("отправлено") if total else ""
    return web.Part(_("Письма"), url, str(counts.get(SENT, 0)), of=str(total) if total else "", note=note, decisions=tuple(waits))
