"""What a methodist does for somebody: on a letter or paper that came, whose ground, time and scan are kept."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from app.applications import files, operations
from app.applications.actors import Actor
from app.applications.models import Application, Move, Receipt
from app.applications.operations import Refused
from app.database import db, trace
from app.events.models import Event
from app.people import operations as people
from app.people.models import Person
from workflows.regulation import FileRule
from workflows.saying import Saying

SCAN = FileRule(kinds=("pdf", "jpg", "png", "docx", "odt"), most=1, max_mb=20)


def receive(
    application: Application,
    *,
    ground: str,
    received_at: datetime,
    by: Person,
    now: datetime,
    scan: tuple[BinaryIO, str] | None = None,
    about: str = "",
) -> Receipt:
    """Keep what came for an application: from here a methodist may act in the applicant's place, once.

    `about`: what it is for if no step of the application. `scan` is a stream and its name. Raises Refused: a time that has not
    come yet, a file that cannot be taken.
    """
    if received_at > now:
        raise Refused(Saying("received_in_future"))
    receipt = Receipt(application=application, about=about, ground=ground, received_at=received_at, by_id=by.id, at=now)
    if scan is not None:
        try:
            kept = files.keep(*scan, SCAN)
        except files.NotTaken as fault:
            raise Refused(fault.saying) from fault
        receipt.name, receipt.key, receipt.size = kept.name, kept.key, kept.size
    db.session.add(receipt)
    db.session.flush()
    trace("application.received_for", f"application:{application.id}", by=by.id, now=now, receipt=receipt.id)
    return receipt


def enter(
    event: Event,
    applicant: Person,
    *,
    once: str,
    ground: str,
    received_at: datetime,
    by: Person,
    now: datetime,
    scan: tuple[BinaryIO, str] | None = None,
) -> Application:
    """Begin an application for somebody on what came from her. Asking twice with the same `once` gives the one begun first."""
    application = operations.start(event, applicant, once=once, now=now, entered_by=by, received_at=received_at, entered_ground=ground)
    if not application.receipts:
        receive(application, ground=ground, received_at=received_at, by=by, now=now, scan=scan)
    return application


def act(
    application: Application,
    step: str,
    *,
    by: Actor,
    ground: str,
    received_at: datetime,
    now: datetime,
    scan: tuple[BinaryIO, str] | None = None,
) -> Move:
    """Take a step of the applicant's for her, on what came from her. Raises Refused or StepRefused, and then changes nothing."""
    if by.person is None:
        raise ValueError("the clock acts for nobody")
    receipt = receive(application, ground=ground, received_at=received_at, by=by.person, now=now, scan=scan)
    return operations.advance(application, step, by=by.on(receipt), now=now)


def person_for_paper(*, surname: str, given_name: str, patronymic: str, post: str, school: str, email: str, now: datetime) -> Person:
    """Return the person a paper application is entered for: the one of that name at that school, or a new one."""
    organisation = people.find_or_add_organisation(school, now=now)
    known = operations.same_person(surname, given_name, patronymic, organisation)
    if known is not None:
        return known
    person = people.add_person(
        surname=surname, given_name=given_name, patronymic=patronymic, email=email, organisation=organisation, post=post, now=now
    )
    db.session.flush()
    return person
