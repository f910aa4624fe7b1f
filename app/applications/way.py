"""The way of an application: where it stands, what happened, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications import answers, checking, entering, facts, filling, least, letters, operations, rows, staff
from app.applications.actors import Actor
from app.applications.answers import Answer
from app.applications.models import Application, Move, Receipt
from workflows.kinds import ATTENDED
from workflows.machine import APPLICANT, METHODIST, Facts, OpenStep
from workflows.saying import Saying

SAID_AT_REASON = ("reason_missing",)
SAID_AT_TERM = ("term_missing", "term_past")


@dataclass(frozen=True)
class Button:
    name: str
    verb: str
    tone: str
    url: str
    asks: bool  # needs its own page (reason, certainty)
    refusal: str


@dataclass(frozen=True)
class Stop:
    """One stop on the way: done, now or todo."""

    label: str
    when: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Received:
    """A letter or paper on which a methodist acted; the scan is for staff alone."""

    ground: str
    when: str
    by: str
    name: str
    size: str
    url: str


@dataclass(frozen=True)
class Way:
    head: rows.Row
    stops: list[Stop]
    buttons: list[Button]
    answers: list[Answer]
    authors: list[str]
    versions: list[str]
    edit_url: str
    entered: str
    term: str
    for_her: list[Button]  # what a methodist may do in the applicant's place
    received: list[Received]
    notes: list[str]  # for the methodist: conditions not met, limits passed
    fewer: list[str]  # while applications are taken: how many are sent of the least
    checks: list[checking.Item]  # for the methodist: what the regulation leaves to people
    answered_by_staff: list[str]  # for the methodist: who filled in what, and when


def way(
    application: Application,
    actor: Actor,
    *,
    now: datetime,
    typed: checking.Typed | None = None,
    faults: Mapping[str, Saying] | None = None,
) -> Way:
    """Return the page of one application; `typed` and `faults` are of what a methodist has just found."""
    event, over = application.event, application.version.workflow.ends_in(application.state)
    known = Facts(now=now) if over else facts.of(application, now=now, reason="-")  # no step is left that could ask for more
    of_staff = METHODIST in actor.roles_in(application)
    return Way(
        head=rows.row(application, organisation=application.organisation.short_name if application.organisation else ""),
        stops=stops(application, now),
        buttons=_buttons(application, actor, known),
        for_her=_for_her(application, actor, known),
        received=_received(application, actor),
        notes=_notes(application, actor),
        fewer=[wording.put(one) for one in least.concerning(application, now)],
        checks=checking.items(application, typed=typed, faults=faults) if of_staff else [],
        answered_by_staff=_answered_by_staff(application) if of_staff and staff.asked(application.version.rules) else [],
        answers=answers.of(application, of_staff=("everyone", "jury", "staff")) if of_staff else answers.of(application),
        authors=[answers.author_line(author) for author in application.authors],
        versions=[
            _("Версия %(number)s: %(when)s", number=one.number, when=wording.moment(one.at, event.zone, year=True))
            for one in application.submissions
        ],
        edit_url=_edit_url(application, actor),
        entered=_entered(application),
        term=wording.term(application.revision_until, event.zone) if application.revision_until else "",
    )


def _entered(application: Application) -> str:
    if application.entered_by_id is None:
        return ""
    return behalf_words(application, application.entered_ground)


def behalf_words(application: Application, ground: str) -> str:
    """Return what is said of anything a methodist entered for the applicant."""
    return _("Внесено методистом за участника: %(name)s — %(ground)s", name=application.applicant.initials, ground=ground)


def _received(application: Application, actor: Actor) -> list[Received]:
    if METHODIST not in actor.roles_in(application):
        return []
    return [_as_received(application, one) for one in application.receipts]


def _notes(application: Application, actor: Actor) -> list[str]:
    if METHODIST not in actor.roles_in(application) or application.state not in ("submitted", "revision"):
        return []
    return entering.notes_for_staff(application)


def _answered_by_staff(application: Application) -> list[str]:
    labels = {one.key: wording.say(one.label) for one in application.version.rules.questions()}
    zone = application.event.zone
    return [
        _(
            "%(label)s: %(name)s, %(when)s",
            label=labels.get(one.question, one.question),
            name=one.by.initials,
            when=wording.moment(one.at, zone, named=False),
        )
        for one in application.staff_answers
    ]


def _as_received(application: Application, receipt: Receipt) -> Received:
    return Received(
        ground=receipt.ground,
        when=wording.moment(receipt.received_at, application.event.zone, named=False),
        by=receipt.by.initials,
        name=receipt.name,
        size=wording.size(receipt.size) if receipt.size else "",
        url=url_for("applications.scan", receipt_id=receipt.id) if receipt.key else "",
    )


def _edit_url(application: Application, actor: Actor) -> str:
    if not operations.may_edit(application, actor.on(application.open_receipt)):
        return ""
    return url_for("applications.form", application_id=application.id, section=filling.sections(application)[0].key)


def stops(application: Application, now: datetime) -> list[Stop]:
    """Return the stops of its way: what happened, what comes now, what comes after."""
    event = application.event
    begun = Stop(_("Черновик начат"), wording.moment(application.created_at, event.zone, named=False), "done")
    done = [_stop(application, move) for move in application.moves]
    if application.state in ("withdrawn", "not_admitted", "disqualified", "closed"):
        return [begun, *done]
    return [begun, *done, *_ahead(application, now)]


def _stop(application: Application, move: Move) -> Stop:
    words = rows.step_words(application, move.step)
    receipt = next((one for one in application.receipts if one.move_id == move.id), None)
    note = behalf_words(application, receipt.ground) if receipt and move.step != letters.SUBSTITUTE else move.reason
    swapped = move.substitution if move.step == letters.SUBSTITUTE else None
    if swapped is not None:
        note = _(
            "%(replaced)s → %(successor)s. %(ground)s",
            replaced=swapped.replaced.full_name,
            successor=swapped.successor.full_name,
            ground=note,
        )
    if move.term:
        note = (note + " " + _("Исправить до %(term)s", term=wording.term(move.term, application.event.zone))).strip()
    return Stop(str(words[1]), wording.moment(move.at, application.event.zone, named=False), "done", note)


NEXT = {"draft": _l("Подать заявку"), "submitted": _l("Проверка методистом"), "revision": _l("Исправить и подать снова")}


def _ahead(application: Application, now: datetime) -> list[Stop]:
    """Return what comes now and after, with the dates that are known."""
    event, state = application.event, application.state
    dates = {"draft": event.date("intake_closes"), "revision": application.revision_until}
    until = dates.get(state)
    when = _("до %(term)s", term=wording.term(until, event.zone)) if until else ""
    ahead = [Stop(str(NEXT[state]), when, "now")] if state in NEXT else []
    for key, words in (
        ("judging_closes", _("Оценка работ")),
        ("show_opens", _("Выставка открывается")),
        ("held_on", _("Встреча")),
        ("results_on", _("Итоги")),
    ):
        at = event.date(key)
        if at is not None and any(one.key == key for one in event.rules.dates):
            first = not ahead and at > now
            shown = wording.term(at, event.zone) if key == "judging_closes" else wording.moment(at, event.zone)
            prefix = _("до %(term)s", term=shown) if key == "judging_closes" else shown
            ahead.append(Stop(words, prefix, "now" if first else "todo" if at > now else "done"))
    return ahead


def _buttons(application: Application, actor: Actor, known: Facts) -> list[Button]:
    workflow = application.version.workflow
    found = workflow.open_to(state=application.state, roles=actor.roles_in(application), facts=known)
    return [_button(application, one) for one in found if one.step.name not in ("submit", "resubmit", "close")]


def _button(application: Application, opened: OpenStep) -> Button:
    name = opened.step.name
    verb, _told, tone = rows.step_words(application, name)
    asks = opened.step.asks_reason or opened.step.asks_term or name == "withdraw" or bool(_unchecked(application, name))
    # A need about the words asked for cannot be met before they are asked for: it is not a refusal of the button.
    refusal = opened.refusal if opened.refusal and opened.refusal.key not in (*SAID_AT_REASON, *SAID_AT_TERM) else None
    endpoint = "applications.ask_step" if asks else "applications.take_step"
    url = url_for(endpoint, application_id=application.id, step=name)
    if name == letters.SUBSTITUTE:
        url = url_for("applications.substitute", application_id=application.id)
    return Button(name, str(verb), tone, url, asks, wording.put(refusal, application.event.zone) if refusal else "")


def _unchecked(application: Application, step: str) -> list[str]:
    """Return what nobody has checked yet, where a step says that all is checked."""
    return checking.open_ones(application) if step == "admit" else []


CORRECT = "correct"  # not a step: what came is kept, and the form opens
CORRECT_WORDS = _l("Внести исправления за участника")


def _for_her(application: Application, actor: Actor, known: Facts) -> list[Button]:
    """Return what a methodist may do in the applicant's place, as the table has it for the applicant."""
    if METHODIST not in actor.roles_in(application):
        return []
    found = [_as_behalf(application, one) for one in _open_to_her(application, known)]
    if application.state in ("draft", "revision") and application.open_receipt is None:
        found.insert(0, Button(CORRECT, str(CORRECT_WORDS), "quiet", _behalf_url(application, CORRECT), True, ""))
    return found


def _open_to_her(application: Application, known: Facts) -> list[OpenStep]:
    workflow = application.version.workflow
    found = workflow.open_to(state=application.state, roles=(APPLICANT,), facts=known)
    return [one for one in found if one.step.name not in ("submit", "resubmit")]


def _as_behalf(application: Application, opened: OpenStep) -> Button:
    button = _button(application, opened)
    verb = _("%(verb)s за участника", verb=button.verb)
    return replace(button, verb=verb, url=_behalf_url(application, button.name), asks=True)


def _behalf_url(application: Application, act: str) -> str:
    return url_for("applications.on_behalf", application_id=application.id, act=act)


def behalf_or_none(application: Application, act: str, actor: Actor, *, now: datetime) -> StepPage | None:
    """Return what the page of an act for somebody asks, or None when it is not open here."""
    known = facts.of(application, now=now, reason="-")
    button = next((one for one in _for_her(application, actor, known) if one.name == act and not one.refusal), None)
    if button is None:
        return None
    back = url_for("applications.show", application_id=application.id)
    return StepPage(act, button.verb, False, False, button.url, back, button.tone)


@dataclass(frozen=True)
class StepPage:
    name: str
    verb: str
    asks_reason: bool
    asks_term: bool
    post_url: str
    back_url: str
    tone: str
    unchecked: tuple[str, ...] = ()


def step_or_none(application: Application, name: str, actor: Actor, *, now: datetime) -> StepPage | None:
    """Return what the page of a step asks, or None when the step is not open here."""
    workflow = application.version.workflow
    found = workflow.open_to(state=application.state, roles=actor.roles_in(application), facts=facts.of(application, now=now, reason="-"))
    opened = next((one for one in found if one.step.name == name), None)
    if opened is None or name == letters.SUBSTITUTE:  # that one has a page of its own
        return None
    verb, _told, tone = rows.step_words(application, name)
    return StepPage(
        name=name,
        verb=str(verb),
        asks_reason=opened.step.asks_reason,
        asks_term=opened.step.asks_term,
        post_url=url_for("applications.take_step", application_id=application.id, step=name),
        back_url=url_for("applications.show", application_id=application.id),
        tone=tone,
        unchecked=tuple(_unchecked(application, name)),
    )


def is_open(application: Application, name: str, actor: Actor, *, now: datetime) -> bool:
    """Say whether a step may be taken here at all; what its page asks for aside."""
    found = application.version.workflow.open_to(
        state=application.state, roles=actor.roles_in(application), facts=facts.of(application, now=now)
    )
    return any(one.step.name == name for one in found)


def told(application: Application, step: str) -> str:
    """Return the sentence after a step was taken."""
    if step in ("submit", "resubmit"):
        if application.event.kind in ATTENDED:
            return _("Вы записаны. Подробности — в письме и на этой странице.")
        return _("Заявка № %(number)s подана. Письмо с подтверждением уже в пути.", number=letters.application_number(application))
    words = rows.step_words(application, step)
    return str(words[1])


def told_behalf(application: Application, step: str) -> str:
    """Return the sentence after a methodist took a step for somebody."""
    said = f"{rows.step_words(application, step)[1]}: № {letters.application_number(application) or '—'}."
    if not (application.applicant.email or application.applicant.user_id):
        return _("%(said)s Адреса у участника нет: сообщите ему сами.", said=said)
    return _("%(said)s Участник получит письмо.", said=said)
