"""What may be done with applications. `advance` alone writes `state`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import select, update

from app.applications import facts, files, letters
from app.applications.actors import Actor
from app.applications.models import Application, Attachment, Author, Move, Submission, text_key
from app.database import db, next_number, trace
from app.events.models import Event
from app.people import access
from app.people import operations as people
from app.people.models import Affiliation, Consent, Organisation, Person
from workflows import questions
from workflows.machine import APPLICANT, StepRefused
from workflows.regulation import ConsentText
from workflows.saying import Saying

__all__ = ["StepRefused", "advance", "after", "start"]

After = Callable[[Application, Move, datetime], None]
_after: dict[str, list[After]] = {}


class Refused(Exception):
    """The act is not possible; the Saying tells the person why and what to do."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


def after(*steps: str) -> Callable[[After], After]:
    """Register what else happens in the transaction of a step."""

    def register(act: After) -> After:
        for step in steps:
            _after.setdefault(step, []).append(act)
        return act

    return register


@people.renamed.fill
def keep_names(person: Person) -> None:
    """Put her applications where lists by name have her now."""
    named = update(Application).where(Application.applicant_id == person.id).values(name_key=text_key(person.full_name))
    db.session.execute(named)


def start(event: Event, applicant: Person, *, once: str, now: datetime, entered_by: Person | None = None, **paper: Any) -> Application:
    """Begin an application; asking twice with the same `once` gives the one begun first.

    `paper` may hold received_at and entered_ground, for an application that a methodist enters for somebody.
    """
    known = db.session.scalar(select(Application).where(Application.once == once))
    if known is not None:
        return known
    place = access.place_of(applicant)
    application = Application(
        event=event,
        version=event.version,
        applicant=applicant,
        organisation_id=place.organisation_id if place else None,
        state="draft",
        answers={},
        once=once,
        created_at=now,
        saved_at=now,
        entered_by_id=entered_by.id if entered_by else None,
        **paper,
    )
    post, organisation = (place.post, place.organisation) if place else ("", None)
    application.authors.append(Author(person=applicant, position=0, post=post, organisation=organisation))
    db.session.add(application)
    db.session.flush()
    if entered_by:
        trace("application.entered_for", f"application:{application.id}", by=entered_by.id, now=now)
    return application


def advance(application: Application, name: str, *, by: Actor, now: datetime, reason: str = "", term: datetime | None = None) -> Move:
    """Take one step of the workflow: the only place that writes Application.state.

    Raises StepRefused, and then changes nothing.
    """
    step = application.version.workflow.step(
        name,
        state=application.state,
        roles=by.roles_in(application),
        facts=facts.of(application, now=now, reason=reason, term=term, received_at=by.receipt.received_at if by.receipt else None),
    )
    move = Move(
        application=application,
        step=step.name,
        source=application.state,
        target=step.target,
        by_id=by.person_id,
        at=now,
        reason=reason,
        term=term if step.asks_term else None,
    )
    db.session.add(move)
    application.state = step.target
    application.revision_until = move.term
    db.session.flush()
    if by.receipt is not None:
        by.receipt.move_id = move.id
    for act in _after.get(step.name, ()):
        act(application, move, now)
    db.session.flush()
    for notice in step.tells:
        letters.tell(notice, application, move, behalf=by.receipt.ground if by.receipt else "", now=now)
    return move


@after("submit", "resubmit")
def freeze(application: Application, move: Move, now: datetime) -> None:
    """Give the number at the first submit and keep what was submitted for good."""
    first = application.number is None
    if first:
        application.number = next_number(f"entry:{application.event_id}")
    application.received_at = application.received_at or now
    body = _frozen(application)
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    db.session.add(
        Submission(
            application=application,
            number=1 if first else len(application.submissions) + 1,
            version_id=application.version_id,
            body=body,
            sha256=hashlib.sha256(canonical.encode()).hexdigest(),
            by_id=move.by_id or application.applicant_id,
            at=now,
        )
    )


def _frozen(application: Application) -> dict[str, Any]:
    shown = {question.key for question in questions.visible(application.version.rules, application.answers)}
    return {
        "answers": {key: value for key, value in application.answers.items() if key in shown},
        "authors": [
            {
                "person": author.person_id,
                "name": author.person.full_name,
                "post": author.post,
                "organisation": author.organisation.short_name if author.organisation else "",
            }
            for author in application.authors
        ],
        "files": [
            {"question": file.question, "name": file.name, "sha256": file.key, "size": file.size} for file in application.attachments
        ],
        "consents": sorted(facts.consents_of(application)),
    }


# Filling in


def may_edit(application: Application, by: Actor) -> bool:
    """Say whether this actor may change answers now: the applicant, or a methodist in her place."""
    if application.state not in ("draft", "revision"):
        return False
    return APPLICANT in by.roles_in(application)


def save_answers(application: Application, given: Mapping[str, Any], *, now: datetime) -> dict[str, Saying]:
    """Keep the answers given, also those with a fault, and return what is wrong with them by question key.

    Nothing that was typed is lost: a draft may be wrong, only a submitted application may not. An answer that is locked stays.
    """
    rules = application.version.rules
    locked = locked_answers(application, now)
    answers, wrong = dict(application.answers), {}
    for key, raw in given.items():
        question = rules.question(key)
        value, objection = questions.clean(question, raw)
        if key in locked:
            objection = Saying("answer_locked") if value != answers.get(key) else None
        else:
            answers[key] = value
        if objection is not None:
            wrong[key] = objection
    application.answers = answers
    _mirror(application)
    application.saved_at = now
    return wrong


def locked_answers(application: Application, now: datetime) -> set[str]:
    """Return the questions whose answers stay as they are: their step was taken, or their date has passed."""
    taken = {move.step for move in application.moves}
    event = application.event
    passed = {row.key for row in event.schedule if (at := event.date(row.key)) is not None and at <= now}
    return {one.key for one in application.version.rules.questions() if questions.is_locked(one, taken=taken, passed=passed)}


def _must_be_free(application: Application, keys: Collection[str], now: datetime) -> None:
    """Raises Refused where one of the answers stays as it is."""
    if locked_answers(application, now).intersection(keys):
        raise Refused(Saying("answer_locked"))


def _author_questions(application: Application) -> set[str]:
    return {one.key for one in application.version.rules.questions() if one.kind == "authors"}


def _mirror(application: Application) -> None:
    """Copy into columns what lists show and sort."""
    rules, answers = application.version.rules, application.answers
    for question in rules.questions():
        value = answers.get(question.key)
        if question.meaning == "title" or (question.meaning == "topic" and not application.title):
            application.title = str(value or "")[:300]
        elif question.kind == "participation":
            application.participation = str(value or "")[:20]
        elif question.kind == "site":
            application.site_id = int(value) if re.fullmatch("[0-9]{1,9}", str(value or "")) else None
    application.nomination = questions.nomination_of(rules, answers)[:60]


def add_author(
    application: Application, *, surname: str, given_name: str, patronymic: str, post: str, school: str, now: datetime
) -> Author:
    """Add a co-author: the person of that name at that school, or a new one. Raises Refused."""
    _must_be_free(application, _author_questions(application), now)
    organisation = people.find_or_add_organisation(school, now=now) if school else None
    person = same_person(surname, given_name, patronymic, organisation) or people.add_person(
        surname=surname, given_name=given_name, patronymic=patronymic, organisation=organisation, post=post, now=now
    )
    if any(author.person_id == person.id for author in application.authors):
        raise Refused(Saying("author_twice", name=person.full_name))
    position = max((author.position for author in application.authors), default=-1) + 1
    author = Author(person=person, position=position, post=post, organisation=organisation)
    application.authors.append(author)
    application.saved_at = now
    db.session.flush()
    return author


def same_person(surname: str, given_name: str, patronymic: str, organisation: Organisation | None) -> Person | None:
    if organisation is None:
        return None
    wanted = select(Person).join(Affiliation).where(Affiliation.organisation_id == organisation.id, Affiliation.until.is_(None))
    same = wanted.where(Person.surname == surname, Person.given_name == given_name, Person.patronymic == patronymic)
    return db.session.scalars(same.limit(1)).first()


def remove_author(application: Application, author_id: int, *, now: datetime) -> None:
    """Take a co-author off; the applicant herself stays. Raises Refused where the authors are locked."""
    _must_be_free(application, _author_questions(application), now)
    for author in list(application.authors):
        if author.id == author_id and author.person_id != application.applicant_id:
            application.authors.remove(author)
            application.saved_at = now


def attach(application: Application, question_key: str, stream: BinaryIO, name: str, *, by: Person, now: datetime) -> Attachment:
    """Keep a file as an answer. Raises Refused with what is wrong with it; then nothing is kept.

    The same content twice under one question is one attachment: a repeated click changes nothing.
    """
    question = application.version.rules.question(question_key)
    rule = question.files
    if rule is None:
        raise Refused(Saying("file_not_asked"))
    _must_be_free(application, {question_key}, now)
    present = [file for file in application.attachments if file.question == question_key]
    try:
        stored = files.keep(stream, name, rule)
    except files.NotTaken as fault:
        raise Refused(fault.saying) from fault
    same = next((file for file in present if file.key == stored.key), None)
    if same is not None:
        return same
    if len(present) >= rule.most:
        raise Refused(Saying("files_too_many", count=rule.most))
    attachment = Attachment(
        application=application,
        question=question_key,
        name=stored.name,
        key=stored.key,
        size=stored.size,
        media_type=stored.media_type,
        uploaded_by_id=by.id,
        uploaded_at=now,
    )
    db.session.add(attachment)
    application.saved_at = now
    db.session.flush()
    db.session.expire(application, ["attachments"])
    return attachment


def detach(application: Application, attachment_id: int, *, now: datetime) -> None:
    """Take a file off the answers; what was submitted with it keeps it. Raises Refused where the answer is locked."""
    for file in application.attachments:
        if file.id == attachment_id:
            _must_be_free(application, {file.question}, now)
            file.removed_at = now
            application.saved_at = now
    db.session.flush()
    db.session.expire(application, ["attachments"])


def give_consents(application: Application, agreed: Mapping[str, bool], *, for_authors: bool, by: Actor, now: datetime) -> None:
    """Write a row for each consent given and withdraw those taken back, before and after submitting alike.

    `for_authors`: the applicant says she holds the co-authors' signed consents; their rows say «paper».
    """
    how = "paper" if by.receipt is not None else "form"
    given_by = by.person_id or application.applicant_id
    for text in application.version.rules.consents:
        yes = agreed.get(text.key, False)
        _set_consent(application, text, application.applicant, yes, how=how, given_by=given_by, now=now)
        for author in application.authors:
            if author.person_id != application.applicant_id:
                _set_consent(application, text, author.person, yes and for_authors, how="paper", given_by=given_by, now=now)
    application.saved_at = now


def take_consents(application: Application, person: Person, agreed: Collection[str], *, by: Actor, now: datetime) -> None:
    """Write a row for each consent that a person has signed on paper for this application."""
    for text in application.version.rules.consents:
        if text.key in agreed:
            _set_consent(application, text, person, True, how="paper", given_by=by.person_id or person.id, now=now)


def _set_consent(application: Application, text: ConsentText, person: Person, yes: bool, *, how: str, given_by: int, now: datetime) -> None:
    said = db.session.scalars(
        select(Consent).where(
            Consent.application_id == application.id,
            Consent.person_id == person.id,
            Consent.text_key == text.key,
            Consent.withdrawn_at.is_(None),
        )
    ).all()
    if not yes:
        for consent in said:
            consent.withdrawn_at = now
        return
    if said:
        return
    words = text.text.get("ru", "")
    db.session.add(
        Consent(
            person_id=person.id,
            purpose=text.purpose,
            text_key=text.key,
            text_version=text.version,
            text_hash=hashlib.sha256(words.encode()).hexdigest(),
            text=words,
            given_how=how,
            given_by_id=given_by,
            application_id=application.id,
            event_id=application.event_id,
            given_at=now,
        )
    )
    db.session.flush()
