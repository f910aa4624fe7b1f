"""The methodist's list of who has sent fewer applications than the least, and her reminder to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, web, wording
from app.applications import least, lists
from app.applications.blueprint import bp
from app.database import committing
from app.events import queries as events
from app.events.models import Event
from app.web import METHODIST, open_to, visitor

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One row: who, how many of how many. `may`: a reminder can go today; `today`: it went already."""

    key: str
    of: str
    name: str
    have: int
    least: int
    drafts: int
    closes: str
    reminded: str
    today: bool
    may: bool


@dataclass(frozen=True)
class FewerList:
    event: lists.EventLine
    rows: list[Line]
    total: int
    may: bool  # somebody can be reminded now
    over: bool  # nothing more is taken
    closes: str
    windows: bool  # some are taken until another moment than the others
    kinds: bool  # people, organisations and nominations stand in one list
    number: int
    more: bool


def _list(event: Event, number: int, now: datetime) -> FewerList:
    found = least.below(event)
    number = min(number, len(found) // PAGE + 1)
    shown = found[(number - 1) * PAGE : number * PAGE]
    concerned, last = least.applicants(event, found), least.last_reminded(event)
    whose: dict[str, list[int]] = {}
    for person, mine in concerned.items():
        for one in mine:
            whose.setdefault(one.key, []).append(person)
    lines = {one.key: _line(event, one, [last.get(person) for person in whose.get(one.key, ())], now) for one in found}
    closes = least.closes(event)
    return FewerList(
        event=lists.event_line(event),
        rows=[lines[one.key] for one in shown],
        total=len(found),
        may=any(one.may for one in lines.values()),
        over=not events.intake_is_open(event, now),
        closes=wording.term(closes, event.zone) if closes else "",
        windows=any(one.closes != closes for one in found),
        kinds=len({one.of for one in found}) > 1,
        number=number,
        more=len(found) > number * PAGE,
    )


def _line(event: Event, one: least.Below, reminded: list[datetime | None], now: datetime) -> Line:
    """Return a row; `reminded`: when each of its applicants was told last."""
    known = [at for at in reminded if at is not None]
    today = bool(reminded) and all(at is not None and least.same_day(event, at, now) for at in reminded)
    return Line(
        key=one.key,
        of=one.of,
        name=least.plain(one.whose),
        have=one.have,
        least=one.least,
        drafts=one.drafts,
        closes=wording.term(one.closes, event.zone, named=False) if one.closes else "—",
        reminded=wording.moment(max(known), event.zone, named=False) if known else "",
        today=today,
        may=bool(reminded) and not today and one.is_open(event, now),
    )


def _asked_or_404(event_id: int) -> Event:
    """Return an event of this methodist whose regulation asks for a least number."""
    event = events.managed_or_404(event_id, visitor)
    if not least.asked(event):
        abort(404)
    return event


@bp.get("/events/<int:event_id>/applications/fewer")
@open_to(METHODIST)
def fewer(event_id: int) -> ResponseReturnValue:
    event = _asked_or_404(event_id)
    page = _list(event, max(1, request.args.get("page", 1, type=int)), clock.now())
    return render_template("applications/fewer.html", list=page)


@bp.post("/events/<int:event_id>/applications/fewer")
@open_to(METHODIST)
def remind_fewer(event_id: int) -> ResponseReturnValue:
    """Write to the applicants of one row (`row`), or of all."""
    event, row = _asked_or_404(event_id), request.form.get("row", "")
    with committing():
        done = least.remind(event, [row] if row else [], by=visitor.person, now=clock.now())
    for text, tone in _told(done):
        web.tell(text, tone)
    return redirect(url_for(".fewer", event_id=event_id))


def _told(done: least.Reminded) -> list[tuple[str, str]]:
    """Return what came of a press, a sentence each."""
    found = []
    if done.told:
        said = ngettext("Напоминание ушло %(num)d заявителю.", "Напоминание ушло %(num)d заявителям.", done.told)
        found.append((said, "done"))
    if done.today:
        found.append((_("Кому сегодня уже напоминали, второе письмо в тот же день не уходит."), "information"))
    if done.without_address:
        found.append((_("Нет адреса, сообщите сами: %(names)s.", names=", ".join(done.without_address)), "amber"))
    return found or [(_("Напоминать некому: все отправили сколько нужно, или приём закончился."), "information")]


@web.event_desk.fill
def desk_part(event: Event, now: datetime) -> web.Part | None:
    """On the desk of an event whose regulation asks for a least number: that number, and the way to who is below it.

    How many are is not counted here: that reads every application of the event, and the desk is opened all day.
    """
    limits = least.asked(event)
    if not limits:
        return None
    closes = least.closes(event)
    until = _("приём до %(term)s", term=wording.term(closes, event.zone)) if closes and now < closes else ""
    numbers = ", ".join(str(one) for one in sorted({one.least for one in limits if one.least}))
    note = " · ".join(part for part in (_("кто прислал меньше"), until) if part)
    return web.Part(_("Наименьшее число заявок"), url_for("applications.fewer", event_id=event.id), numbers, note=note)
