"""What a person took part in, as attestation asks for it: date, event, level, role, result, papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from app import web, wording
from app.applications import queries, rows
from app.applications.models import Application, Author
from app.certificates.models import READY, Certificate
from app.database import db
from app.events.models import Event
from app.events.pages import level_words
from app.judging import queries as judging
from app.people.access import Visitor
from app.people.blueprint import person_page
from app.people.models import Appointment, Person
from app.web import JUROR
from workflows.kinds import ATTENDED

MOST = 100  # of each sort: nobody takes part in more without our learning to page this
TAKES_PART = ("submitted", "revision", "admitted", "closed")
DATES = {**dict.fromkeys(ATTENDED, ("held_on",)), "exhibition": ("show_opens",), "contest": ("results_on", "intake_closes")}
results = web.Slot()  # (applications) -> dict of id -> words: rooms further up know what became of theirs


@dataclass(frozen=True)
class Paper:
    title: str
    number: str
    url: str


@dataclass(frozen=True)
class Participation:
    at: datetime
    day: str
    event: str
    event_url: str
    level: str
    role: str
    work: str
    work_url: str
    result: str
    papers: tuple[Paper, ...]


def of(person: Person, visitor: Visitor) -> list[Participation]:
    """Return what a person took part in, newest first: one's own all, another's as far as it is the visitor's centre's.

    A constant number of statements.
    """
    own = visitor.person is not None and visitor.person.id == person.id
    centres = None if own else visitor.centres
    applications, papers = _applications(person, centres), _papers(person, centres)
    awards = judging.award_keys([one.id for one in applications])
    told = {key: words for found in results.collect(applications) for key, words in found.items()}
    first = _authors_first(person, applications)
    found = [
        _as_author(one, first=first[one.id], result=told.get(one.id) or _result(one, awards.get(one.id, ())), papers=papers)
        for one in applications
    ]
    found += [_as_juror(row, event, papers) for row, event in _juries(person, centres)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _applications(person: Person, centres: frozenset[int] | None) -> Sequence[Application]:
    wanted = select(Application).where(Application.id.in_(queries.of_person(person.id)), Application.state.in_(TAKES_PART))
    if centres is not None:
        wanted = wanted.where(Application.event_id.in_(select(Event.id).where(Event.centre_id.in_(centres))))
    return db.session.scalars(wanted.order_by(Application.id.desc()).limit(MOST)).all()


def _authors_first(person: Person, applications: Sequence[Application]) -> dict[int, bool]:
    """Return for each application whether the person is its first author."""
    ids = [one.id for one in applications]
    wanted = select(Author.application_id, Author.position).where(Author.person_id == person.id, Author.application_id.in_(ids))
    positions = dict(db.session.execute(wanted).all())
    return {one.id: positions.get(one.id, 0) == 0 for one in applications}


def _papers(person: Person, centres: frozenset[int] | None) -> dict[tuple[int, int | None], list[Paper]]:
    """Return the papers in force by event and application."""
    wanted = select(Certificate).where(Certificate.person_id == person.id, Certificate.state == READY)
    if centres is not None:
        wanted = wanted.where(Certificate.centre_id.in_(centres))
    found: dict[tuple[int, int | None], list[Paper]] = {}
    for paper in db.session.scalars(wanted.order_by(Certificate.id.desc()).limit(MOST)):
        url = url_for("certificates.file", certificate_id=paper.id)
        found.setdefault((paper.event_id, paper.application_id), []).append(Paper(paper.title, paper.number, url))
    return found


def _juries(person: Person, centres: frozenset[int] | None) -> Sequence[tuple[Appointment, Event]]:
    wanted = select(Appointment, Event).join(Event, Event.id == Appointment.event_id)
    wanted = wanted.where(Appointment.person_id == person.id, Appointment.role == JUROR)
    if centres is not None:
        wanted = wanted.where(Event.centre_id.in_(centres))
    return [(row, event) for row, event in db.session.execute(wanted.order_by(Appointment.id.desc()).limit(MOST)).unique()]


def _result(application: Application, awards: Sequence[str]) -> str:
    """Return what is public of the result: awards only once they are published."""
    event = application.event
    if event.released_at is not None and event.kind == "contest":
        return ", ".join(wording.say(event.rules.award(key).title) for key in awards) or _("Участие")
    return rows.state_words(application)


def _as_author(application: Application, *, first: bool, result: str, papers: dict[tuple[int, int | None], list[Paper]]) -> Participation:
    event = application.event
    dates = [at for key in DATES[event.kind] if (at := event.date(key)) is not None]
    at = event.released_at if event.kind == "contest" and event.released_at else next(iter(dates), application.created_at)
    speaks = {"speaker": _("Докладчик"), "listener": _("Слушатель")}.get(application.participation)
    return Participation(
        at=at,
        **_of_event(event, at),
        role=speaks or (_("Автор") if first else _("Соавтор")),
        work=application.title,
        work_url=url_for("applications.show", application_id=application.id),
        result=result,
        papers=tuple(papers.get((event.id, application.id), ())),
    )


def _as_juror(row: Appointment, event: Event, papers: dict[tuple[int, int | None], list[Paper]]) -> Participation:
    at = event.released_at or event.date("judging_closes") or row.since
    role = _("Председатель жюри") if row.chair else _("Член жюри")
    return Participation(
        at=at, **_of_event(event, at), role=role, work="", work_url="", result="", papers=tuple(papers.get((event.id, None), ()))
    )


def _of_event(event: Event, at: datetime) -> dict[str, str]:
    return {
        "day": wording.day(at, event.zone, year=True),
        "event": wording.say(event.title),
        "event_url": url_for("events.show", event_id=event.id),
        "level": level_words(event.kind, event.held_at),
    }


@person_page.fill
def part(person: Person, visitor: Visitor, _now: datetime) -> Markup:
    """On the methodist's page of a person: what she took part in at the visitor's centre."""
    page = render_template("certificates/participations_part.html", participations=of(person, visitor))
    return Markup(page)  # noqa: S704  (made by our own template)
