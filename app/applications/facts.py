"""What is true of applications when a step is asked for. Rooms further up register what only they know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from app.applications.models import Application
from app.database import db
from app.people.models import Consent
from workflows import questions
from workflows.machine import Facts
from workflows.regulation import Regulation

Giver = Callable[[Collection[int]], Mapping[int, Any]]
Concerns = Callable[[Regulation], bool]
_givers: dict[str, tuple[Concerns, Giver]] = {}


def gives(name: str, concerns: Concerns) -> Callable[[Giver], Giver]:
    """Register a fact: application ids -> value for each, in one query. A missing id has the default of Facts.

    It is asked for where it concerns the regulation, and costs nothing elsewhere.
    """

    def register(giver: Giver) -> Giver:
        _givers[name] = (concerns, giver)
        return giver

    return register


def of(
    application: Application, *, now: datetime, reason: str = "", term: datetime | None = None, received_at: datetime | None = None
) -> Facts:
    """Return the facts for one application; `received_at` is when the letter came on which somebody acts for the applicant."""
    event = application.event
    opens, closes = event.intake(application.nomination)
    until = application.version.rules.entering.authors.substitution
    asked = {name: giver([application.id]) for name, (concerns, giver) in _givers.items() if concerns(event.rules)}
    more = {name: found[application.id] for name, found in asked.items() if application.id in found}
    return Facts(
        now=now,
        intake_opens=opens,
        intake_closes=closes,
        revision_until=application.revision_until,
        unanswered=len(unanswered(application)),
        objections=len(questions.objections(application.version.rules, application.answers)),
        reason=reason,
        term=term,
        endorsed=_is_endorsed(application),
        substitution_until=event.date(until) if until else None,
        over_at=event.date("show_closes") or event.date("held_on"),
        received_at=received_at,
        **{"results_approved": event.approved_at is not None or event.released_at is not None, **more},
    )


def _is_endorsed(application: Application) -> bool:
    """Say whether the head of the organisation has endorsed it since it was submitted last."""
    last = next((move.step for move in reversed(application.moves) if move.step in ("endorse", "submit", "resubmit")), "")
    return last == "endorse"


def unanswered(application: Application, agreed: frozenset[str] | None = None) -> list[str]:
    """Return the keys of required questions and consents that have no answer yet; `agreed` where the consents are known already."""
    files: dict[str, int] = {}
    for attachment in application.attachments:
        files[attachment.question] = files.get(attachment.question, 0) + 1
    return questions.unanswered(
        application.version.rules,
        application.answers,
        files=files,
        authors=len(application.authors),
        consents=consents_of(application) if agreed is None else agreed,
        dates=application.event.days(),
    )


def consents_of(application: Application) -> frozenset[str]:
    """Return the keys of the consent texts the applicant has agreed to for this application."""
    return consents_among([application])[application.id]


def consents_among(applications: Collection[Application]) -> dict[int, frozenset[str]]:
    """Return the same for each of these applications, in one statement."""
    pairs = [(one.id, one.applicant_id) for one in applications]
    wanted = select(Consent.application_id, Consent.text_key).where(tuple_(Consent.application_id, Consent.person_id).in_(pairs))
    found: dict[int, set[str]] = {one.id: set() for one in applications}
    for application, key in db.session.execute(wanted.where(Consent.withdrawn_at.is_(None))):
        found[application].add(key)
    return {application: frozenset(keys) for application, keys in found.items()}
