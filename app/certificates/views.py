"""Pages of the register, a person's own papers, and the public check."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from app import clock, storage, web, wording
from app.applications.models import Application
from app.certificates import forms, operations, participations, queries, tasks
from app.certificates.models import FAILED, READY, REQUESTED, REVOKED, Certificate
from app.database import committing
from app.events import queries as events
from app.events.models import Event
from app.people import access
from app.web import ADMINISTRATOR, ANYONE, METHODIST, PERSON, open_to, visitor
from workflows.kinds import ATTENDED

bp = Blueprint("certificates", __name__)
log = structlog.get_logger()
STATES = {REQUESTED: _l("Готовится"), READY: _l("Готов"), FAILED: _l("Не получился"), REVOKED: _l("Отменён")}
TONES = {REQUESTED: "information", READY: "done", FAILED: "red", REVOKED: "amber"}


@dataclass(frozen=True)
class Row:
    id: int
    number: str
    title: str
    recipient: str
    event: str
    day: str
    state: str
    state_words: str
    tone: str
    reason: str
    size: str
    url: str
    event_url: str
    check_url: str
    replaceable: bool = False


def _row(paper: Certificate, replaceable: Collection[int] = ()) -> Row:
    ready = paper.state in (READY, REVOKED) and paper.key is not None
    return Row(
        id=paper.id,
        number=paper.number,
        title=paper.title,
        recipient=paper.recipient,
        event=wording.say(paper.event.title),
        day=wording.day(paper.issued_on, year=True),
        state=paper.state,
        state_words=str(STATES[paper.state]),
        tone=TONES[paper.state],
        reason=_reason(paper),
        size=wording.size(paper.size) if paper.size else "",
        url=url_for("certificates.file", certificate_id=paper.id) if ready else "",
        event_url=url_for("certificates.of_event", event_id=paper.event_id),
        check_url=url_for("certificates.check_code", code=paper.code),
        replaceable=paper.id in replaceable,
    )


def _reason(paper: Certificate) -> str:
    """Return why a paper was cancelled, or why it is not ready, as people say it."""
    if not paper.reason or paper.state in (READY, REVOKED):
        return paper.reason
    if paper.reason == tasks.TOO_LONG:
        return _("Текст не помещается на лист. Сократите название работы, отмените этот документ и выдайте новый взамен.")
    if paper.state == REQUESTED:
        return _("С первого раза не получилось, пробуем ещё.")
    return _("Не получилось несколько раз подряд. Повторите, а если не поможет, покажите администратору: %(fault)s", fault=paper.reason)


@bp.get("/my/certificates")
@open_to(PERSON)
def mine() -> ResponseReturnValue:
    before = request.args.get("before", type=int)
    page = queries.mine(visitor, before=before)
    took_part = participations.of(visitor.person, visitor) if before is None else []
    return render_template("certificates/mine.html", rows=[_row(one) for one in page.rows], older=page.older, participations=took_part)


@bp.get("/certificates/<int:certificate_id>/file")
@open_to(PERSON)
def file(certificate_id: int) -> ResponseReturnValue:
    paper = queries.one_or_404(certificate_id, visitor)
    if paper.key is None:
        abort(404)
    try:
        content = storage.read(paper.key)  # checked against its sha256: an altered paper is never handed out
    except storage.Damaged:
        return _damaged(paper)
    name = f"{paper.title} № {paper.number.replace('/', '-')}.pdf"
    return web.send_file_of_people(io.BytesIO(content), name, size=len(content), media_type="application/pdf")


def _damaged(paper: Certificate) -> ResponseReturnValue:
    log.error("paper.damaged", certificate=paper.id)
    if visitor.is_methodist_of(paper.centre_id):
        web.tell(
            _(
                "Файл документа № %(number)s повреждён или пропал. Нажмите «Подготовить заново»: номер и слова останутся.",
                number=paper.number,
            ),
            "red",
        )
        return redirect(url_for(".of_event", event_id=paper.event_id))
    web.tell(
        _("Файл документа № %(number)s повреждён. Напишите методисту: он подготовит его заново под тем же номером.", number=paper.number),
        "red",
    )
    return redirect(url_for(".mine"))


@bp.get("/certificates")
@open_to(METHODIST)
def register() -> ResponseReturnValue:
    search = request.args.get("search", "").strip()[:60]
    page = queries.register(visitor.centres, search=search, before=request.args.get("before", type=int))
    return render_template("certificates/register.html", rows=[_row(one) for one in page.rows], older=page.older, search=search)


@bp.get("/events/<int:event_id>/certificates")
@open_to(METHODIST)
def of_event(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    state = request.args.get("state", "")
    page = queries.of_event(event, state=state if state in STATES else "", before=request.args.get("before", type=int))
    counts, replaceable = queries.counts(event.id), queries.replaceable(page.rows)
    return render_template(
        "certificates/of_event.html",
        event=wording.say(event.title),
        event_id=event.id,
        rows=[_row(one, replaceable) for one in page.rows],
        older=page.older,
        progress=_progress(counts),
        counts=[(key, str(words), counts[key]) for key, words in STATES.items() if counts.get(key)],
        total=sum(counts.values()),
        state=state,
        may_issue=event.kind != "contest" or (event.released_at is not None and event.approved_at is not None),
        why_none=_why_none(event),
    )


def _in_force(counts: dict[str, int]) -> int:
    """Return how many papers there are without those that were cancelled."""
    return sum(counts.values()) - counts.get(REVOKED, 0)


def _progress(counts: dict[str, int]) -> dict[str, Any]:
    """Return how far the drawing is, for the page and for the bar that asks again and again."""
    total, waiting, failed = _in_force(counts), counts.get(REQUESTED, 0), counts.get(FAILED, 0)
    text = _("Готово %(done)s из %(of)s", done=total - waiting - failed, of=total)
    if failed:
        text = f"{text}. " + ngettext("Не получился %(num)d документ", "Не получилось %(num)d документов", failed)
    return {"value": total - waiting, "most": total, "text": text, "finished": not waiting}


def _why_none(event: Event) -> str:
    """Return what must happen before there are papers, or that the regulation has none."""
    if not event.rules.papers:
        return _("По положению этого мероприятия документы не выдают.")
    if event.kind == "contest":
        return _("Документы появятся, когда итоги утверждены приказом и опубликованы.")
    if event.kind in ATTENDED:
        return _("Документы появятся, когда отмечены присутствующие.")
    return _("Документы появятся, когда экспонаты стоят на выставке.")


@bp.get("/events/<int:event_id>/certificates/progress")
@open_to(METHODIST)
def progress(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    return jsonify(_progress(queries.counts(event.id)))


@bp.post("/events/<int:event_id>/certificates")
@open_to(METHODIST)
def issue(event_id: int) -> ResponseReturnValue:
    event = events.managed_or_404(event_id, visitor)
    with committing():
        count = operations.issue_for(event, by=visitor.person, now=clock.now())
    if count:
        web.tell(
            ngettext(
                "Готовим %(num)d документ. Можно уйти со страницы: работа не прервётся.",
                "Готовим документы: %(num)d. Можно уйти со страницы: работа не прервётся.",
                count,
            )
        )
    elif queries.counts(event_id):
        web.tell(_("Все заслуженные документы уже в реестре: новых нет."), "information")
    else:
        web.tell(_why_none(event), "amber")
    return redirect(url_for(".of_event", event_id=event_id))


@bp.post("/certificates/<int:certificate_id>/again")
@open_to(METHODIST)
def again(certificate_id: int) -> ResponseReturnValue:
    paper = queries.managed_or_404(certificate_id, visitor)
    with committing():
        asked = operations.draw_again(paper, by=visitor.person, now=clock.now())
    if asked:
        web.tell(_("Документ готовится заново под тем же номером."))
    else:
        web.tell(_("Файл на месте и цел: готовить заново нечего."), "information")
    return redirect(url_for(".of_event", event_id=paper.event_id))


@bp.post("/certificates/<int:certificate_id>/replace")
@open_to(METHODIST)
def replace(certificate_id: int) -> ResponseReturnValue:
    paper = queries.managed_or_404(certificate_id, visitor)
    with committing():
        made = operations.replace(paper, by=visitor.person, now=clock.now())
    if made:
        web.tell(_("Новый документ готовится под новым номером, с данными на сегодня."))
    else:
        web.tell(_("Нового документа не выдано: взамен уже есть другой, или основания больше нет."), "amber")
    return redirect(url_for(".of_event", event_id=paper.event_id))


@bp.route("/certificates/<int:certificate_id>/revoke", methods=["GET", "POST"])
@open_to(METHODIST)
def revoke(certificate_id: int) -> ResponseReturnValue:
    paper = queries.managed_or_404(certificate_id, visitor)
    form = forms.RevokeForm()
    if form.validate_on_submit():
        with committing():
            operations.revoke(paper, form.reason.data or "", by=visitor.person, now=clock.now())
        web.tell(_("Документ отменён. Номер остаётся в реестре."))
        return redirect(url_for(".of_event", event_id=paper.event_id))
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/revoke.html", row=_row(paper), event_id=paper.event_id, form=form), status


# The public check


def _code(typed: str) -> str:
    """Return the code as the register has it, however it was copied: «abcde-fghjk» is ABCDEFGHJK."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:20]


@bp.get("/check")
@open_to(ANYONE)
def check() -> ResponseReturnValue:
    typed = _code(request.args.get("code", ""))
    return redirect(url_for(".check_code", code=typed)) if typed else render_template("certificates/check.html", stamp=None, code="")


@bp.route("/check/<code>", methods=["GET", "POST"])
@open_to(ANYONE)
@web.limiter.limit("60 per minute")
@web.limiter.limit("10 per minute", methods=["POST"])
def check_code(code: str) -> ResponseReturnValue:
    """Say whether a paper is real. Its facts are repeated in full only where the person agreed to be named."""
    code = _code(code)
    paper = queries.by_code(code)
    if paper is None:
        return render_template("certificates/check.html", stamp=None, code=code), 404
    typed = " ".join(request.form.get("surname", "").split())[:80]
    same = None
    if request.method == "POST" and typed and paper.person is not None:
        # As she is called, or as it is printed: «Соколова», «Соколовой».
        same = _plain(typed) in {_plain(name) for name in (paper.wording["surname"], *paper.wording["name"].split()[:1])}
    return render_template("certificates/check.html", stamp=_stamp(paper, clock.now()), code=code, same=same, typed=typed)


def _plain(name: str) -> str:
    return name.casefold().replace("ё", "е")


def _stamp(paper: Certificate, now: datetime) -> dict[str, Any]:
    """Return what the check page says: what is printed, and where she has not agreed to be named, nothing that tells who she is."""
    named = paper.person is None or access.may_show(paper.person, access.consenting({paper.person.id}, paper.event_id, now))
    words = paper.wording
    facts = [
        (_("Кому"), paper.recipient if named else access.public_name(paper.person, ())),
        (_("Должность и место работы"), words["about"] if named else ""),
        (_("За что"), "\n".join(words["lines"] if named else words["public"])),
        (_("Номер"), paper.number),
        (_("Выдан"), wording.day(paper.issued_on, year=True)),
        (_("Кем"), words["issuer"]),
        (_("Подписал"), ", ".join(part for part in (words["signatory_name"], words["signatory_post"]) if part)),
        (_("Основание"), words["ground"].removeprefix("Основание: ")),
    ]
    return {
        "valid": paper.state != REVOKED,
        "title": paper.title,
        "facts": [(name, text) for name, text in facts if text],
        "named": named,
        "revoked": wording.day(paper.revoked_at, paper.event.zone, year=True) if paper.revoked_at else "",
        "sha256": paper.sha256 or "",
    }


# Parts of other rooms' pages


def _signatory_waits(papers_url: str) -> web.Waits:
    """Before papers go out without a name: who signs them is said by an administrator."""
    title = _("Не указано, кто подписывает документы центра")
    note = _("Имя и должность печатаются на дипломах и сертификатах рядом с местом для подписи.")
    if visitor.has(ADMINISTRATOR):
        return web.Waits(title, note, _("Указать"), url_for("people.centre"))
    return web.Waits(title, note + " " + _("Попросите администратора указать их."), _("К документам"), papers_url)


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> web.Part:
    counts = queries.counts(event.id)
    url = url_for("certificates.of_event", event_id=event.id)
    waits = []
    if event.released_at is not None and not counts:
        waits.append(web.Waits(_("Итоги опубликованы, документы ещё не выданы"), wording.say(event.title), _("Выдать документы"), url))
    elif queries.awarded_since_issued(event):
        waits.append(web.Waits(_("Итоги пересмотрены, новые документы ещё не выданы"), wording.say(event.title), _("К документам"), url))
    if not event.centre.signatory_name:
        waits.append(_signatory_waits(url))
    failed, ready, total = counts.get(FAILED, 0), counts.get(READY, 0), _in_force(counts)
    if failed:
        told = ngettext("Не получился %(num)d документ", "Не получилось %(num)d документов", failed)
        again = url_for("certificates.of_event", event_id=event.id, state=FAILED)
        waits.append(web.Waits(told, _("Причина стоит рядом с каждым"), _("Разобраться"), again))
    return web.Part(
        _("Документы"), url, str(ready), of=str(total) if total else "", progress=(ready, total) if total else None, decisions=tuple(waits)
    )


@web.application_page.fill
def application_part(application: Application, who: Any, _now: datetime) -> Markup | None:
    papers = queries.of_application(application.id, who)
    if not papers:
        return None
    return Markup(render_template("certificates/part.html", rows=[_row(one) for one in papers]))  # noqa: S704  (made by our own template)
