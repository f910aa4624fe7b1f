"""What the pages of the jury show, as plain values. A juror's page never holds what she must not judge by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications import letters
from app.applications.answers import in_words
from app.applications.models import Application, Attachment
from app.events import rules
from app.events.models import Event
from app.judging import evidence, given, queries, sheets, stages
from app.judging.models import Assignment, Review
from app.judging.queries import Progress
from app.judging.stages import Refused
from app.people.access import Visitor
from app.wording.explained import ChapterText
from workflows import questions
from workflows.judging import totals
from workflows.regulation import Stage
from workflows.stages import Scale as Rule


@dataclass(frozen=True)
class EventHead:
    id: int
    title: str
    url: str
    desk_url: str


def head(event: Event) -> EventHead:
    desk = url_for("events.desk", event_id=event.id)
    return EventHead(event.id, wording.say(event.title), url_for("events.show", event_id=event.id), desk)


@dataclass(frozen=True)
class WorkLine:
    """A work as every list of the staff names it."""

    work: int
    number: str
    title: str
    url: str
    organisation: str


def work_line(work: Application) -> dict[str, Any]:
    """Return the fields of a WorkLine, for the rows that say more."""
    return {
        "work": work.id,
        "number": letters.application_number(work),
        "title": work.title or _("Без названия"),
        "url": url_for("applications.show", application_id=work.id),
        "organisation": work.organisation.short_name if work.organisation else "",
    }


def nomination_words(event: Event, key: str) -> str:
    return next((wording.say(one.title) for one in event.rules.nominations if one.key == key), "")


def figure(value: Fraction | None) -> str:
    """Return a total as people read it: two decimals at most, none needless."""
    if value is None:
        return ""
    return wording.number(totals.shown(value, 0 if value.denominator == 1 else 2))


def said(refused: Refused, event: Event) -> str:
    """Return what a refusal says to the whole page."""
    return " ".join(wording.put(one, event.zone) for one in refused.sayings)


def show_faults(form: Any, refused: Refused) -> None:
    """Put what a refusal says beside the fields it speaks of; marks are found by their criterion."""
    for key, saying in refused.fields.items():
        field = next((one for one in form if one.name in (key, f"m_{key}")), None)
        if field is not None:
            field.errors = [wording.put(saying)]


# The juror's list


@dataclass(frozen=True)
class DeskEvent:
    id: int
    title: str
    term: str
    left: str
    over: bool
    progress: Progress
    next_url: str


@dataclass(frozen=True)
class DeskRow:
    url: str
    title: str
    number: str
    nomination: str
    event: str
    stage: str
    state: str
    tone: str
    total: str


@dataclass(frozen=True)
class Desk:
    events: list[DeskEvent]
    rows: list[DeskRow]
    later: int | None
    done: bool
    counts: Progress


def desk(visitor: Visitor, now: datetime, *, done: bool, after: int) -> Desk:
    """Return the juror's works: a constant number of statements whatever their number."""
    events = queries.desk_events(visitor)
    counts = Progress(sum(one.done for _event, one, _role in events), sum(one.of for _event, one, _role in events))
    rows, later = queries.desk(visitor, done=done, after=after)
    cards = [_desk_event(event, progress, role, now) for event, progress, role in events]
    return Desk(cards, [_desk_row(one, several=len(cards) > 1) for one in rows], later, done, counts)


def _desk_event(event: Event, progress: Progress, role: str, now: datetime) -> DeskEvent:
    closes = stages.closes(event, stages.current(event, now, role))
    return DeskEvent(
        id=event.id,
        title=wording.say(event.title),
        term=wording.term(closes, event.zone) if closes else "",
        left=wording.left(closes, now) if closes else "",
        over=closes is not None and closes <= now,
        progress=progress,
        next_url=url_for("judging.following", event_id=event.id) if progress.done < progress.of else "",
    )


def _desk_row(assignment: Assignment, *, several: bool) -> DeskRow:
    work, event, review = assignment.application, assignment.application.event, assignment.review
    state, tone = (_("оценена"), "done") if assignment.done_at else (_("начата"), "amber") if review else (_("ждёт"), "")
    return DeskRow(
        url=url_for("judging.work", assignment_id=assignment.id),
        title=work.title or _("Без названия"),
        number=letters.application_number(work),
        nomination=nomination_words(event, work.nomination),
        event=wording.say(event.title) if several else "",
        stage=wording.say(event.rules.stage(assignment.stage).title) if len(stages.marked_stages(event)) > 1 else "",
        state=state,
        tone=tone,
        total=figure(Fraction(review.total)) if review and review.total else "",
    )


# One work with its sheet


@dataclass(frozen=True)
class Answer:
    label: str
    text: str
    url: str
    files: tuple[tuple[str, str, str], ...]  # name, size, url


@dataclass(frozen=True)
class Scale:
    """A line of the sheet as the macro for marks wants it. `points`: what a choice is worth; `price`: what one counted thing is;
    `head`: the criterion whose rows add up to at most `cap`; a penalty has a weight below zero."""

    field: Any
    note: str
    most: str
    weight: str
    levels: Mapping[str, str]
    points: Mapping[str, str]
    price: str
    top: str
    head: str
    cap: str
    optional: bool
    none: Any  # the box «no opinion» beside a typed mark
    items: list[tuple[str, str]]  # what stands behind a count, and its state


@dataclass(frozen=True)
class Work:
    id: int
    event: EventHead
    title: str
    stage: str
    number: int
    nomination: str
    blind: bool
    authors: tuple[str, ...]
    answers: list[Answer]
    progress: Progress
    scales: list[Scale]
    sum: str
    most: str
    left: int
    term: str
    finished: bool
    saved: str
    closed: str  # why nothing can be marked any more
    rules: list[ChapterText]


def work(assignment: Assignment, stage: Stage, form: Any, visitor: Visitor, now: datetime) -> Work:
    """Return the work and its sheet. A blind stage shows no author, no organisation, and files under neutral names."""
    application, event, review = assignment.application, assignment.application.event, assignment.review
    closes, blind = stages.closes(event, stage), is_blind(assignment)
    marks = {mark.criterion: mark.value for mark in review.marks} if review else {}
    entry = given.marked_entry(application, stage)
    asked = sheets.lines(stage, entry)
    return Work(
        id=assignment.id,
        event=head(event),
        title=application.title or _("Без названия"),
        stage=wording.say(stage.title) if len(stages.marked_stages(event)) > 1 else "",
        number=queries.number_within(assignment),
        nomination=nomination_words(event, application.nomination),
        blind=blind,
        authors=() if blind else tuple(_author(one) for one in application.authors),
        answers=answers(assignment, blind=blind),
        progress=queries.desk_progress(visitor).get(event.id, Progress(0, 0)),
        scales=scales(application, stage, form, asked),
        sum=figure(sheets.known_sum(stage, entry, marks)) or "0",
        most=figure(sheets.most(stage, entry)),
        left=sum(one.path not in marks and not one.is_optional for one in asked),
        term=wording.term(closes, event.zone) if closes else "",
        finished=assignment.done_at is not None,
        saved=_saved(review, event, now),
        closed=_closed(application, event, stage, now),
        rules=rules.for_jury(event, stage.key),
    )


def scales(application: Application, stage: Stage, form: Any, asked: Sequence[sheets.Line]) -> list[Scale]:
    items = evidence.of(stage.key, [application.id]) if evidence.asked_for(stage) else {}
    return [_scale(one, form, items.get((application.id, one.path), ())) for one in asked]


def is_blind(assignment: Assignment) -> bool:
    stage = assignment.application.event.rules.stage(assignment.stage)
    return stages.source_of(stage, assignment.juror).blind


def _author(author: Any) -> str:
    return ", ".join(part for part in (author.person.full_name, author.organisation.short_name if author.organisation else "") if part)


def _saved(review: Review | None, event: Event, now: datetime) -> str:
    return wording.saved(review.saved_at, event.zone, now) if review else ""


def _closed(application: Application, event: Event, stage: Stage, now: datetime) -> str:
    opens, closes = stages.opens(event, stage), stages.closes(event, stage)
    if event.approved_at is not None or event.released_at is not None:
        return _("Итоги утверждены, оценки больше не меняются.")
    if opens is not None and now < opens:
        return _("Этап «%(stage)s» начнётся %(when)s.", stage=wording.say(stage.title), when=wording.moment(opens, event.zone))
    if closes is not None and closes <= now:
        return _(
            "Срок оценки истёк %(term)s. Если нужно дооценить, попросите методиста продлить срок.", term=wording.term(closes, event.zone)
        )
    return "" if application.state == "admitted" else _("Эта работа больше не участвует.")


def _scale(line: sheets.Line, form: Any, items: Sequence[evidence.Item]) -> Scale:
    rule, head = line.scale, line.criterion
    counted = rule is not None and rule.kind == "count"
    sign = "-" if head is not None and head.penalty else ""
    return Scale(
        field=form[f"m_{line.path}"],
        note=wording.say(rule.note) if rule else "",
        most=_most(rule),
        weight=f"{sign}{head.weight}" if head is not None else "1",
        levels={key: wording.say(words) for key, words in rule.levels.items()} if rule else {},
        points=_points(rule),
        price=str(rule.price) if rule is not None and counted else "1",
        top=str(rule.most) if rule is not None and counted and rule.most is not None else "",
        head=head.key if head is not None and head.rows else "",
        cap=str(head.cap) if head is not None and head.cap is not None else "",
        optional=line.is_optional,
        none=getattr(form, f"n_{line.path}", None),
        items=[(one.text, str(ITEM_STATES[one.state])) for one in items],
    )


ITEM_STATES = {evidence.ACCEPTED: _l("засчитано"), evidence.STRUCK: _l("не засчитано"), evidence.WAITS: _l("не проверено")}


def _most(rule: Rule | None) -> str:
    return "" if rule is None or (rule.kind == "count" and rule.most is None) else wording.number(rule.ceiling)


def _points(rule: Rule | None) -> dict[str, str]:
    if rule is None or rule.kind not in ("choice", "tick"):
        return {}
    if rule.kind == "tick":
        return {"1": str(rule.points), "0": "0"}
    return {one.key: str(one.points) for one in rule.options}


def answers(assignment: Assignment, *, blind: bool) -> list[Answer]:
    """Return the answers that the regulation shows to the jury, in the order of the form."""
    application = assignment.application
    rules, event = application.version.rules, application.event
    files: dict[str, list[Attachment]] = {}
    for attachment in application.attachments:
        files.setdefault(attachment.question, []).append(attachment)
    found = []
    for question in questions.visible(rules, application.answers):
        if question.shown_to not in ("everyone", "jury") or question.kind in ("authors", "nomination") or question.meaning == "title":
            continue
        mine = tuple(
            (file_name(application, file, blind=blind), wording.size(file.size), _file_url(assignment, file))
            for file in files.get(question.key, ())
        )
        text = in_words(question, application.known_answers.get(question.key), event, rules)
        if text or mine:
            found.append(Answer(wording.say(question.label), text, text if question.kind == "link" else "", mine))
    return found


def _file_url(assignment: Assignment, file: Attachment) -> str:
    return url_for("judging.file", assignment_id=assignment.id, attachment_id=file.id)


def file_name(application: Application, file: Attachment, *, blind: bool) -> str:
    """Return the name under which a juror gets a file: in blind judging a name of ours, for people put their own into it."""
    if not blind:
        return file.name
    number = [one.id for one in application.attachments].index(file.id) + 1
    suffix = PurePosixPath(file.name).suffix.lower()
    return _("Работа %(work)s, файл %(number)s", work=letters.application_number(application), number=number) + suffix
