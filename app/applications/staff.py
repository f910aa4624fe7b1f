"""What staff fill in after an application came: fields of the form that the applicant is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.applications import operations
from app.applications.models import Application, StaffAnswer
from app.database import db, on_conflict_insert, trace
from app.people.models import Person
from workflows import questions
from workflows.form import STAFF_KINDS, Question
from workflows.regulation import Regulation
from workflows.saying import Saying

CLOSED = ("draft", "withdrawn")

Changing = Callable[[Application, datetime], None]
_changing: list[Changing] = []


def on_change(act: Changing) -> Changing:
    """Register who has a say when staff's answers about an application change: (application, now). It may raise Refused."""
    _changing.append(act)
    return act


def asked(rules: Regulation) -> list[Question]:
    """Return the questions that staff answer, in the order of the form; which works an entrant marks is allotted, not typed."""
    return [one for one in rules.questions() if one.filled_by == "staff" and one.kind in STAFF_KINDS and one.key not in rules.allotted]


def asked_of(application: Application) -> list[Question]:
    """Return the questions that staff answer about this application: those that are visible with its answers."""
    shown = {one.key for one in questions.visible(application.version.rules, application.answers)}
    return [one for one in asked(application.version.rules) if one.key in shown]


def may_fill(application: Application) -> bool:
    """Say whether staff may still answer about an application: it came, and nothing is decided yet that follows from it."""
    return application.state not in CLOSED and application.event.approved_at is None


def keep(application: Application, given: Mapping[str, Any], *, by: Person, now: datetime) -> dict[str, Saying]:
    """Keep staff's answers, each with its author, and return what is wrong with them by question; then nothing is kept.

    An empty one is taken back. Raises operations.Refused once it is too late.
    """
    if not may_fill(application):
        raise operations.Refused(Saying("staff_answers_closed"))
    mine = {one.key: one for one in asked_of(application)}
    cleaned = {key: questions.clean(mine[key], raw) for key, raw in given.items() if key in mine}
    wrong = {key: said for key, (_value, said) in cleaned.items() if said is not None}
    before = {one.question: one.value for one in application.staff_answers}
    changed = {key: value for key, (value, _said) in cleaned.items() if value != before.get(key, [] if value == [] else "")}
    wrong |= dict.fromkeys(set(changed) & operations.locked_answers(application, now), Saying("answer_locked"))
    if wrong or not changed:
        return wrong
    for act in _changing:
        act(application, now)
    for key, value in changed.items():
        put(application.id, key, value, by=by, now=now, before=before.get(key))
    db.session.expire(application, ["staff_answers"])
    return {}


def put(application_id: int, question: str, value: Any, *, by: Person, now: datetime, before: Any = None) -> None:
    """Write one answer over the one before, which stays in the trace; an empty one takes it back."""
    if before not in (None, "", []):
        trace("staff_answer.changed", f"application:{application_id}", by=by.id, now=now, question=question, before=before)
    key = {"application_id": application_id, "question": question}
    if questions.is_empty(value):
        db.session.execute(delete(StaffAnswer).filter_by(**key))
        return
    values = {"value": value, "by_id": by.id, "at": now}
    upsert = on_conflict_insert(StaffAnswer).values(**key, **values)
    db.session.execute(upsert.on_conflict_do_update(index_elements=list(key), set_=values))


def kept(application_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return application -> question -> what staff answered: one statement."""
    return _kept(StaffAnswer.application_id.in_(application_ids)) if application_ids else {}


def kept_of_event(event_id: int) -> dict[int, dict[str, Any]]:
    return _kept(StaffAnswer.application_id.in_(select(Application.id).where(Application.event_id == event_id)))


def _kept(condition: Any) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for work, question, value in db.session.execute(
        select(StaffAnswer.application_id, StaffAnswer.question, StaffAnswer.value).where(condition)
    ):
        found.setdefault(work, {})[question] = value
    return found
