"""What the pages about applications show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from app import web, wording
from app.applications import facts, forms, letters, operations, queries
from app.applications.actors import Actor
from app.applications.models import Application, Attachment, Move
from app.database import db
from app.events.models import Event
from app.people.access import Visitor
from workflows import questions
from workflows.machine import OpenStep
from workflows.regulation import Question, Section
from workflows.saying import Saying

CONSENTS, CHECK = "consents", "check"
SAID_AT_REASON = ("reason_missing",)
SAID_AT_TERM = ("term_missing", "term_past")

STATES = {
    "draft": _l("Черновик"),
    "submitted": _l("Подана"),
    "revision": _l("На исправлении"),
    "admitted": _l("Допущена"),
    "not_admitted": _l("Не допущена"),
    "withdrawn": _l("Отозвана"),
    "closed": _l("Завершена"),
}
STATES_BY_KIND: Mapping[tuple[str, str], Any] = {
    ("exhibition", "admitted"): _l("На выставке"),
    ("exhibition", "not_admitted"): _l("Не принята на выставку"),
    ("bridge", "admitted"): _l("Запись подтверждена"),
    ("bridge", "withdrawn"): _l("Запись отменена"),
}
TONES = {"draft": "amber", "submitted": "information", "revision": "amber", "admitted": "done", "not_admitted": "red", "closed": "done"}

# verb on the button, what the way says afterwards, tone of the button
STEPS: Mapping[str, tuple[Any, Any, str]] = {
    "submit": (_l("Подать заявку"), _l("Подана"), "main"),
    "resubmit": (_l("Подать исправленную"), _l("Подана исправленная"), "main"),
    "send_back": (_l("Вернуть на исправление"), _l("Возвращена на исправление"), "quiet"),
    "admit": (_l("Допустить"), _l("Допущена"), "main"),
    "not_admit": (_l("Не допустить"), _l("Не допущена"), "quiet"),
    "reconsider": (_l("Пересмотреть"), _l("Решение пересмотрено"), "quiet"),
    "withdraw": (_l("Отозвать заявку"), _l("Отозвана"), "danger"),
    "close": (_l("Завершить"), _l("Завершена"), "quiet"),
}
STEPS_BY_KIND: Mapping[tuple[str, str], tuple[Any, Any, str]] = {
    ("bridge", "submit"): (_l("Записаться"), _l("Вы записаны"), "main"),
    ("bridge", "withdraw"): (_l("Отменить запись"), _l("Запись отменена"), "danger"),
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


def row(application: Application, *, organisation: str = "") -> Row:
    """Return one line of a list, or the head of a page."""
    event, rules = application.event, application.event.rules
    nomination = next((wording.say(one.title) for one in rules.nominations if one.key == application.nomination), "")
    moment = application.received_at or application.saved_at
    return Row(
        id=application.id,
        title=application.title or _("Без названия"),
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


# The way of an application


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
class Answer:
    label: str
    text: str
    url: str = ""
    files: tuple[tuple[str, str, str], ...] = ()  # name, size, url


@dataclass(frozen=True)
class Way:
    head: Row
    stops: list[Stop]
    buttons: list[Button]
    answers: list[Answer]
    authors: list[str]
    versions: list[str]
    edit_url: str
    entered: str
    term: str


def way(application: Application, actor: Actor, *, now: datetime) -> Way:
    """Return the page of one application."""
    event = application.event
    return Way(
        head=row(application, organisation=application.organisation.short_name if application.organisation else ""),
        stops=_stops(application, now),
        buttons=_buttons(application, actor, now),
        answers=answers(application),
        authors=[_author_line(author) for author in application.authors],
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
    return _("Внесено методистом за %(name)s. %(ground)s", name=application.applicant.initials, ground=application.entered_ground)


def _author_line(author: Any) -> str:
    place = author.organisation.short_name if author.organisation else ""
    return ", ".join(part for part in (author.person.full_name, author.post, place) if part)


def _edit_url(application: Application, actor: Actor) -> str:
    if not operations.may_edit(application, actor):
        return ""
    return url_for("applications.form", application_id=application.id, section=sections(application)[0].key)


def _stops(application: Application, now: datetime) -> list[Stop]:
    event = application.event
    begun = Stop(_("Черновик начат"), wording.moment(application.created_at, event.zone, named=False), "done")
    done = [_stop(application, move) for move in application.moves]
    if application.state in ("withdrawn", "not_admitted", "closed"):
        return [begun, *done]
    return [begun, *done, *_ahead(application, now)]


def _stop(application: Application, move: Move) -> Stop:
    words = STEPS_BY_KIND.get((application.event.kind, move.step)) or STEPS[move.step]
    note = move.reason
    if move.term:
        note = f"{note} {_('Исправить до %(term)s', term=wording.term(move.term, application.event.zone))}".strip()
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
        ("judging_closes", _("Оценивает жюри")),
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


def _buttons(application: Application, actor: Actor, now: datetime) -> list[Button]:
    workflow = application.version.workflow
    found = workflow.open_to(state=application.state, roles=actor.roles_in(application), facts=facts.of(application, now=now, reason="-"))
    return [_button(application, one) for one in found if one.step.name not in ("submit", "resubmit", "close")]


def _button(application: Application, opened: OpenStep) -> Button:
    name = opened.step.name
    verb, _told, tone = STEPS_BY_KIND.get((application.event.kind, name)) or STEPS[name]
    asks = opened.step.asks_reason or opened.step.asks_term or name == "withdraw"
    # A need about the words asked for cannot be met before they are asked for: it is not a refusal of the button.
    refusal = opened.refusal if opened.refusal and opened.refusal.key not in (*SAID_AT_REASON, *SAID_AT_TERM) else None
    endpoint = "applications.ask_step" if asks else "applications.take_step"
    url = url_for(endpoint, application_id=application.id, step=name)
    return Button(name, str(verb), tone, url, asks, wording.put(refusal, application.event.zone) if refusal else "")


@dataclass(frozen=True)
class StepPage:
    name: str
    verb: str
    asks_reason: bool
    asks_term: bool
    post_url: str
    back_url: str
    tone: str


def step_or_none(application: Application, name: str, actor: Actor, *, now: datetime) -> StepPage | None:
    """Return what the page of a step asks, or None when the step is not open here."""
    workflow = application.version.workflow
    found = workflow.open_to(state=application.state, roles=actor.roles_in(application), facts=facts.of(application, now=now, reason="-"))
    opened = next((one for one in found if one.step.name == name), None)
    if opened is None:
        return None
    verb, _told, tone = STEPS_BY_KIND.get((application.event.kind, name)) or STEPS[name]
    return StepPage(
        name=name,
        verb=str(verb),
        asks_reason=opened.step.asks_reason,
        asks_term=opened.step.asks_term,
        post_url=url_for("applications.take_step", application_id=application.id, step=name),
        back_url=url_for("applications.show", application_id=application.id),
        tone=tone,
    )


def told(application: Application, step: str) -> str:
    """Return the sentence after a step was taken."""
    if step in ("submit", "resubmit"):
        if application.event.kind == "bridge":
            return _("Вы записаны. Подробности — в письме и на этой странице.")
        return _("Заявка № %(number)s подана. Письмо с подтверждением уже в пути.", number=letters.application_number(application))
    words = STEPS_BY_KIND.get((application.event.kind, step)) or STEPS[step]
    return str(words[1])


# Answers in words


def answers(application: Application, *, shown_to: tuple[str, ...] = ("everyone", "jury", "staff")) -> list[Answer]:
    """Return the answers in the order of the form, as people read them."""
    rules, event = application.version.rules, application.event
    files: dict[str, list[Attachment]] = {}
    for attachment in application.attachments:
        files.setdefault(attachment.question, []).append(attachment)
    found = []
    for question in questions.visible(rules, application.answers):
        if question.kind == "authors" or question.shown_to not in shown_to:
            continue
        mine = tuple(_file(file) for file in files.get(question.key, ()))
        text = in_words(question, application.answers.get(question.key), event, rules)
        if text or mine:
            url = text if question.kind == "link" else ""
            found.append(Answer(wording.say(question.label), text, url, mine))
    return found


def _file(file: Attachment) -> tuple[str, str, str]:
    return file.name, wording.size(file.size), url_for("applications.file", attachment_id=file.id)


def in_words(question: Question, value: Any, event: Event, rules: Any) -> str:
    if value in (None, "", []):
        return ""
    if question.kind == "yes_no":
        return _("Да") if value in (True, "1", 1) else _("Нет")
    if question.kind in ("choice", "choices", "nomination", "site", "participation"):
        titles = dict(forms.options_of(question, event, rules))
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(titles.get(str(one), str(one)) for one in chosen)
    return str(value)


# Filling in


@dataclass(frozen=True)
class SectionLink:
    key: str
    title: str
    section: Section | None
    state: str = "todo"  # done, todo, fault
    url: str = ""


def sections(application: Application) -> list[SectionLink]:
    """Return the pages of the form in order: its sections, the consents, the last look."""
    rules = application.version.rules
    links = [SectionLink(one.key, wording.say(one.title), one) for one in rules.form]
    if rules.consents:
        links.append(SectionLink(CONSENTS, _("Согласия"), None))
    return [*links, SectionLink(CHECK, _("Проверить и подать"), None)]


def section_or_404(application: Application, key: str) -> SectionLink:
    found = next((one for one in sections(application) if one.key == key), None)
    if found is None:
        abort(404)
    return found


def following(application: Application, key: str) -> str:
    """Return the key of the next page of the form."""
    keys = [one.key for one in sections(application)]
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


@dataclass(frozen=True)
class Missing:
    label: str
    url: str
    words: str


@dataclass(frozen=True)
class Filling:
    head: Row
    section: SectionLink
    links: list[SectionLink]
    missing: list[Missing]
    saved_at: str
    term: str
    files: dict[str, list[tuple[int, str, str, str]]]  # question -> (id, name, size, url)
    file_rules: dict[str, str]
    asked: dict[str, Question]
    notes: dict[str, dict[str, str]]  # field -> option -> sentence beside it
    authors: list[tuple[int, str, bool]]  # id, line, may be taken off
    consents: list[tuple[str, str, str, bool]]  # key, title, text, required
    answers: list[Answer]
    submit_url: str
    verb: str
    revision: str
    zone: str


def filling(application: Application, section: SectionLink) -> Filling:
    """Return a page of the form with the state of all its sections."""
    rules, event = application.version.rules, application.event
    missing = set(facts.unanswered(application))
    wrong = questions.objections(rules, application.answers)
    step = "resubmit" if application.state == "revision" else "submit"
    closes = application.revision_until if application.state == "revision" else event.date("intake_closes")
    verb = STEPS_BY_KIND.get((event.kind, step)) or STEPS[step]
    last = application.moves[-1] if application.moves else None
    return Filling(
        head=row(application),
        section=section,
        links=[_with_state(application, one, missing, set(wrong)) for one in sections(application)],
        missing=_missing(application, missing, wrong),
        saved_at=wording.clock_time(application.saved_at, event.zone),
        term=wording.term(closes, event.zone) if closes else "",
        files=_files_by_question(application),
        file_rules={one.key: _rule_words(one) for one in rules.questions() if one.files},
        asked={f"q_{one.key}": one for one in rules.questions()},
        notes={f"q_{one.key}": forms.notes_of(one, event) for one in section.section.questions} if section.section else {},
        authors=[(one.id, _author_line(one), one.person_id != application.applicant_id) for one in application.authors],
        consents=[(one.key, wording.say(one.title), wording.say(one.text), one.required) for one in rules.consents],
        answers=answers(application),
        submit_url=url_for("applications.take_step", application_id=application.id, step=step),
        verb=str(verb[0]),
        revision=last.reason if last and application.state == "revision" else "",
        zone=wording.zone_name(event.zone),
    )


def _files_by_question(application: Application) -> dict[str, list[tuple[int, str, str, str]]]:
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for file in application.attachments:
        found.setdefault(file.question, []).append((file.id, *_file(file)))
    return found


def _rule_words(question: Question) -> str:
    rule = question.files
    if rule is None:
        return ""
    kinds = ", ".join(kind.upper() for kind in rule.kinds)
    most = ngettext("%(num)d файл", "до %(num)d файлов", rule.most)
    return _("%(kinds)s, не больше %(size)s МБ каждый, %(most)s", kinds=kinds, size=rule.max_mb, most=most)


def _with_state(application: Application, link: SectionLink, missing: set[str], wrong: set[str]) -> SectionLink:
    url = url_for("applications.form", application_id=application.id, section=link.key)
    keys = {one.key for one in link.section.questions} if link.section else set()
    if link.key == CONSENTS:
        keys = {one.key for one in application.version.rules.consents}
    if link.key == CHECK:
        state = "todo"
    elif keys & wrong:
        state = "fault"
    else:
        state = "todo" if keys & missing else "done"
    return SectionLink(link.key, link.title, link.section, state, url)


def _missing(application: Application, missing: set[str], wrong: Mapping[str, Saying]) -> list[Missing]:
    """Return what stands between the draft and submitting, each with the page where it is mended."""
    found = []
    for link in sections(application):
        url = url_for("applications.form", application_id=application.id, section=link.key, check=1)
        for question in link.section.questions if link.section else ():
            label = wording.say(question.label)
            if question.key in wrong:
                found.append(Missing(label, f"{url}#q_{question.key}", wording.put(wrong[question.key])))
            elif question.key in missing:
                found.append(Missing(label, f"{url}#q_{question.key}", wording.put(Saying("question_unanswered"))))
        if link.key == CONSENTS:
            needed = [one for one in application.version.rules.consents if one.key in missing]
            found += [Missing(wording.say(one.title), url, wording.put(Saying("consent_missing"))) for one in needed]
    return found


# Lists and what waits


@dataclass(frozen=True)
class EventLine:
    id: int
    title: str
    kind: str
    url: str
    desk_url: str


def event_line(event: Event) -> EventLine:
    desk = url_for("events.desk", event_id=event.id)
    return EventLine(event.id, wording.say(event.title), event.kind, url_for("events.show", event_id=event.id), desk)


@dataclass(frozen=True)
class EventList:
    event: EventLine
    rows: list[Row]
    older: int | None
    counts: list[tuple[str, str, int]]  # state, words, how many
    nominations: list[tuple[str, str]]
    total: int


def event_list(event: Event, page: queries.Page, counts: Mapping[str, int]) -> EventList:
    order = [state for state in STATES if counts.get(state) and state != "draft"]
    words = {state: str(STATES_BY_KIND.get((event.kind, state)) or STATES[state]) for state in order}
    return EventList(
        event=event_line(event),
        rows=[row(one, organisation=one.organisation.short_name if one.organisation else "") for one in page.rows],
        older=page.older,
        counts=[(state, words[state], counts[state]) for state in order],
        nominations=[(one.key, wording.say(one.title)) for one in event.rules.nominations],
        total=sum(counts[state] for state in order),
    )


def waits_for_applicant(who: Visitor, now: datetime) -> list[web.Waits]:
    if who.person is None:
        return []
    wanted = select(Application).where(Application.applicant_id == who.person.id, Application.state.in_(("draft", "revision")))
    found = []
    for application in db.session.scalars(wanted.order_by(Application.id.desc()).limit(5)):
        event = application.event
        until = application.revision_until if application.state == "revision" else event.date("intake_closes")
        if until and until <= now:
            continue
        title = wording.say(event.title)
        words = (
            _("Исправьте заявку: «%(event)s»", event=title)
            if application.state == "revision"
            else _("Допишите заявку: «%(event)s»", event=title)
        )
        note = _("Черновик сохранён %(when)s", when=wording.moment(application.saved_at, event.zone, named=False))
        url = url_for("applications.form", application_id=application.id, section=sections(application)[0].key)
        found.append(web.Waits(words, note, _("Продолжить"), url, until))
    return found


def waits_for_methodist(who: Visitor) -> list[web.Waits]:
    """Applications that wait for the check, one line an event: one query for all events of the centre."""
    if not getattr(who, "centres", None):
        return []
    wanted = (
        select(Event, func.count(Application.id))
        .join(Application, Application.event_id == Event.id)
        .where(Event.centre_id.in_(who.centres), Application.state == "submitted")
        .group_by(Event.id)
        .order_by(Event.id.desc())
        .limit(5)
    )
    return [_to_check(event, count) for event, count in db.session.execute(wanted).unique().all()]


def _to_check(event: Event, count: int) -> web.Waits:
    title = ngettext("%(num)d заявка ждёт проверки", "%(num)d заявок ждут проверки", count)
    url = url_for("applications.of_event", event_id=event.id, state="submitted")
    return web.Waits(title, wording.say(event.title), _("Проверить"), url)


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> web.Part:
    counts = queries.count_by_state(event.id)
    told = {state: count for state, count in counts.items() if state != "draft"}
    words = [f"{count} — {str(STATES_BY_KIND.get((event.kind, state)) or STATES[state]).lower()}" for state, count in told.items()]
    waits = (_to_check(event, counts["submitted"]),) if counts.get("submitted") else ()
    url = url_for("applications.of_event", event_id=event.id)
    return web.Part(_("Заявки"), url, str(sum(told.values())), note=" · ".join(words), decisions=waits)
