"""The register: issue, draw, revoke, draw again."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select

from app import background, storage
from app.certificates import grounds, wording
from app.certificates.grounds import Ground
from app.certificates.models import FAILED, READY, REQUESTED, REVOKED, Certificate
from app.database import db, take_numbers, trace
from app.events.models import Event
from app.judging import queries as judging
from app.judging import reopening
from app.judging.models import Order
from app.notifications import operations as notifications
from app.people.models import Person
from app.storage import Stored
from workflows.regulation import words
from workflows.saying import Saying

# No letters or digits that are taken for one another when read aloud or copied by hand.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 10


class Refused(Exception):
    """The act is not possible; the Saying tells the person why and what to do."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


# Issuing


def issue_for(event: Event, *, by: Person, now: datetime) -> int:
    """Issue every paper of the event that is earned and not yet in the register; return how many are new."""
    return issue(event, grounds.of(event), by=by, now=now)


def issue(event: Event, earned: Sequence[Ground], *, by: Person, now: datetime) -> int:
    """Take a number for each ground without a paper and ask the worker to draw it. A second click gives nothing new.

    A handful of statements, however many papers. Two methodists may press «выдать» at once: the constraint on the ground
    lets one of them through, and the other gets the 409 page and finds the papers there.
    """
    known = set(db.session.scalars(select(Certificate.ground).where(Certificate.event_id == event.id)))
    new = {key: ground for ground in earned if (key := ground.key(event)) not in known}
    _register(event, new, now=now)
    if new:
        trace("papers.issued", f"event:{event.id}", by=by.id, now=now, count=len(new))
    return len(new)


def _register(event: Event, new: Mapping[str, Ground], *, now: datetime) -> None:
    if not new:
        return
    order, today = judging.order_of(event.id), now.astimezone(event.zone).date()
    numbers = take_numbers(f"paper:{event.centre_id}:{today.year}", len(new))
    rows = [
        _row(event, key, ground, f"{number:04d}/{today.year}", order=order, today=today, now=now)
        for number, (key, ground) in zip(numbers, new.items(), strict=True)
    ]
    made = db.session.scalars(insert(Certificate).returning(Certificate.id), rows).all()
    background.enqueue_all("certificates.draw", {f"paper:{one}": {"certificate_id": one} for one in made}, now=now)


def _row(event: Event, key: str, ground: Ground, number: str, *, order: Order | None, today: date, now: datetime) -> dict[str, Any]:
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    paper = event.rules.paper(ground.paper)
    text = wording.of(ground, event, order=order, issued_on=today, number=number, code=code)
    return {
        "centre_id": event.centre_id,
        "event_id": event.id,
        "application_id": ground.application.id,
        "ground": key,
        "number": number,
        "code": code,
        "paper": ground.paper,
        "kind": paper.kind,
        "title": " ".join(part for part in (words(paper.title), words(paper.degree)) if part),
        "person_id": ground.person.id if ground.person else None,
        "organisation_id": ground.organisation.id if ground.organisation else None,
        "recipient": ground.person.full_name if ground.person else text["name"],
        "issued_on": today,
        "wording": text,
        "state": REQUESTED,
        "reason": "",
        "requested_at": now,
    }


def replace(certificate: Certificate, *, by: Person, now: datetime) -> bool:
    """Issue a new paper, under a new number and with the words of today, in place of a revoked one.

    Return False when the old one is in force, has a successor already, or its ground is gone.
    """
    base, _slash, _edition = certificate.ground.rpartition("/")
    editions = select(func.count(Certificate.id)).where(Certificate.ground.startswith(f"{base}/", autoescape=True))
    count = db.session.scalar(editions) or 0
    event = certificate.event
    ground = next((one for one in grounds.of(event) if one.key(event, edition=count) == certificate.ground), None)
    if certificate.state != REVOKED or ground is None:
        return False
    _register(event, {ground.key(event, edition=count + 1): ground}, now=now)
    trace("paper.replaced", f"certificate:{certificate.id}", by=by.id, now=now)
    return True


# Drawing


def file(certificate_id: int, stored: Stored, *, now: datetime) -> None:
    """Note where the drawn paper is kept and tell its recipient. Called in the transaction that ends the job."""
    certificate = db.session.get_one(Certificate, certificate_id)
    if certificate.state == REVOKED:
        return
    certificate.key, certificate.size, certificate.state, certificate.ready_at, certificate.reason = stored.key, stored.size, READY, now, ""
    if certificate.person is not None:
        _tell(certificate, certificate.person, now)


def _tell(certificate: Certificate, person: Person, now: datetime) -> None:
    notifications.queue(
        "paper_ready",
        to=person,
        values={
            "greeting": person.greeting,
            "paper": certificate.title,
            "number": certificate.number,
            "event": certificate.event.title.get("ru", ""),
            "event_en": certificate.event.title.get("en", ""),
            "centre": certificate.event.centre.organisation.short_name,
            "link": f"{current_app.config['BASE_URL']}/my/certificates",
            "check": f"{current_app.config['CHECK_URL']}/check/{certificate.code}",
        },
        about=f"certificate:{certificate.id}",
        key=f"paper:{certificate.id}",
        centre_id=certificate.centre_id,
        event_id=certificate.event_id,
        now=now,
    )


def note_failure(certificate_id: int, reason: str, *, dead: bool) -> None:
    """Write on the paper why it could not be drawn; it stays requested while it is tried again."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is not None and certificate.state in (REQUESTED, FAILED):
        certificate.reason = reason
        if dead:
            certificate.state = FAILED


def is_whole(certificate: Certificate) -> bool:
    """Say whether the file is there and is what was drawn."""
    try:
        return bool(certificate.key) and bool(storage.read(str(certificate.key)))
    except storage.Damaged:
        return False


def draw_again(certificate: Certificate, *, by: Person, now: datetime) -> bool:
    """Ask for the same paper once more, with its number and its words. False unless it failed or its file was damaged:
    a paper that is out in the world is never drawn over."""
    if certificate.state == REVOKED or (certificate.state == READY and is_whole(certificate)):
        return False
    certificate.state, certificate.reason = REQUESTED, ""
    key = f"paper:{certificate.id}:{now.timestamp()}"
    background.enqueue("certificates.draw", key, now=now, certificate_id=certificate.id)
    trace("paper.again", f"certificate:{certificate.id}", by=by.id, now=now)
    return True


@reopening.when_withdrawn
def revoke_withdrawn(event: Event, awards: Collection[int], act: str, by: Person, now: datetime) -> None:
    """Cancel the papers of awards that a new decision on the results took back."""
    sources = {f"award:{one}" for one in awards}
    papers = db.session.scalars(select(Certificate).where(Certificate.event_id == event.id, Certificate.state != REVOKED))
    for paper in papers:
        if not sources.isdisjoint(paper.ground.split("/")):
            revoke(paper, f"Итоги пересмотрены: {act}", by=by, now=now)


def revoke(certificate: Certificate, reason: str, *, by: Person, now: datetime) -> None:
    """Cancel a paper; it keeps its number and its line in the register. Raises Refused without a reason."""
    if not reason.strip():
        raise Refused(Saying("reason_missing"))
    if certificate.state == REVOKED:
        return
    certificate.state, certificate.revoked_at, certificate.reason = REVOKED, now, reason.strip()[:500]
    trace("paper.revoked", f"certificate:{certificate.id}", by=by.id, now=now)
