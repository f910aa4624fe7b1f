"""Who judges what, what is still to be judged, where works stand. Reads of a juror start from the juror."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app.applications import letters
from app.applications.models import Application, Author
from app.database import db
from app.events.models import Event
from app.judging.models import Assignment, Award, Decision, Entered, Load, Mark, Named, Order, Review, Standing
from app.people.access import Visitor
from app.people.models import Affiliation, Appointment, Person
from app.web import ENTRANT, JUROR

PAGE = 50
MARKERS = (JUROR, ENTRANT)  # who fills in sheets on the site
# In lists the event is known and the applicant is not shown: neither is read again with every row.
LEAN = (lazyload(Application.event), lazyload(Application.applicant))
JUDGED = ("admitted", "closed")
# Everybody who gets a letter about a work.
PEOPLE = (
    selectinload(Application.authors).joinedload(Author.person).joinedload(Person.user),
    joinedload(Application.applicant).joinedload(Person.user),
)


@dataclass(frozen=True)
class Progress:
    done: int
    of: int


# The jury


def jurors_of(event_id: int, now: datetime) -> list[Appointment]:
    """Return the jury in force, the chair first."""
    wanted = select(Appointment).where(Appointment.event_id == event_id, Appointment.role == JUROR)
    wanted = wanted.where(or_(Appointment.until.is_(None), Appointment.until > now)).options(joinedload(Appointment.person))
    return list(db.session.scalars(wanted.order_by(Appointment.chair.desc(), Appointment.id)))


def juror_or_404(event_id: int, juror_id: int, now: datetime) -> Appointment:
    found = next((juror for juror in jurors_of(event_id, now) if juror.id == juror_id), None)
    if found is None:
        abort(404)
    return found


def panel_names(acts: Collection[str]) -> dict[str, str]:
    """Return «juror:7» and «expert:7» -> the name, also of those who left the jury; other acts have none."""
    ids: dict[str, set[int]] = {"juror": set(), "expert": set()}
    for kind, _colon, number in (one.partition(":") for one in acts):
        if kind in ids:
            ids[kind].add(int(number))
    found: dict[str, str] = {}
    if ids["juror"]:
        wanted = select(Appointment).where(Appointment.id.in_(ids["juror"])).options(joinedload(Appointment.person))
        found = {f"juror:{one.id}": one.person.initials for one in db.session.scalars(wanted)}
    if ids["expert"]:
        rows = db.session.execute(select(Named.id, Named.name).where(Named.id.in_(ids["expert"])))
        found |= {f"expert:{key}": name for key, name in rows}
    return found


def workplace_names(person_ids: Collection[int]) -> dict[int, str]:
    wanted = select(Affiliation).where(Affiliation.person_id.in_(person_ids), Affiliation.until.is_(None)).order_by(Affiliation.id)
    return {row.person_id: row.organisation.short_name for row in db.session.scalars(wanted)}


def people_found(search: str, *, most: int = 20) -> list[Person]:
    """Return people whose surname begins so, for appointing one of them."""
    words = search.split()
    if not words:
        return []
    # SQLite compares Cyrillic letters as they are: try the word as typed and with a capital.
    begins = or_(*(Person.surname.startswith(word, autoescape=True) for word in {words[0], words[0].capitalize()}))
    return list(db.session.scalars(select(Person).where(begins).order_by(Person.surname, Person.id).limit(most)))


# A juror's own works


def _hers(visitor: Visitor) -> Select[tuple[Assignment]]:
    """Return the works this person judges now, as a juror or as an entrant."""
    jurors = [row.id for row in visitor.appointments if row.role in MARKERS]
    return (
        select(Assignment)
        .join(Application, Assignment.application_id == Application.id)
        .join(Event, Application.event_id == Event.id)
        .where(Assignment.juror_id.in_(jurors), Assignment.recused_at.is_(None), Application.state.in_(JUDGED))
    )


def desk(visitor: Visitor, *, done: bool, after: int = 0) -> tuple[list[Assignment], int | None]:
    """Return a page of the juror's works, and after which id the next page begins.

    Those to judge come in their order, those judged latest first.
    """
    wanted = _hers(visitor).where(Event.approved_at.is_(None)).options(joinedload(Assignment.review).lazyload(Review.marks))
    if done:
        wanted = wanted.where(Assignment.done_at.is_not(None)).order_by(Assignment.done_at.desc(), Assignment.id.desc())
        if after:
            last = select(Assignment.done_at).where(Assignment.id == after).scalar_subquery()
            wanted = wanted.where(or_(Assignment.done_at < last, and_(Assignment.done_at == last, Assignment.id < after)))
    else:
        wanted = wanted.where(Assignment.done_at.is_(None), Assignment.id > after).order_by(Assignment.id)
    rows = list(db.session.scalars(wanted.limit(PAGE + 1)).unique())
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def desk_progress(visitor: Visitor) -> dict[int, Progress]:
    """Return event id -> how many of her works are done, for events not yet approved: one statement."""
    jurors = [row.id for row in visitor.appointments if row.role in MARKERS]
    kept = select(Load.event_id, Load.done, Load.due).join(Event, Event.id == Load.event_id)
    rows = db.session.execute(kept.where(Load.juror_id.in_(jurors), Event.approved_at.is_(None)))
    return {event: Progress(done, due) for event, done, due in rows}


def desk_events(visitor: Visitor, roles: Collection[str] = MARKERS) -> list[tuple[Event, Progress, str]]:
    """Return the events this person judges in these roles, not yet approved, the newest first: how many of her works are done,
    and as whom."""
    mine = {row.id: row.role for row in visitor.appointments if row.role in roles}
    wanted = select(Event, Load.done, Load.due, Load.juror_id).join(Load, Load.event_id == Event.id)
    wanted = wanted.where(Load.juror_id.in_(mine), Event.approved_at.is_(None)).order_by(Event.id.desc())
    return [(event, Progress(done, due), mine[juror]) for event, done, due, juror in db.session.execute(wanted)]


def assignment_or_404(assignment_id: int, visitor: Visitor, *, whole: bool = False) -> Assignment:
    """Return an assignment of this very juror, not stepped back from; anything else does not exist.

    `whole`: with what the page of the work shows.
    """
    wanted = _hers(visitor).where(Assignment.id == assignment_id)
    if whole:
        work = joinedload(Assignment.application)
        wanted = wanted.options(work.joinedload(Application.version), work.selectinload(Application.attachments))
        wanted = wanted.options(work.selectinload(Application.authors)).execution_options(populate_existing=True)
    found = db.session.scalars(wanted).unique().one_or_none()
    if found is None:
        abort(404)
    return found


def next_unjudged(visitor: Visitor, event_id: int, stages: Collection[str], after: int = 0) -> int | None:
    """Return the juror's next work of an event without a finished sheet at one of these stages, going round from `after`."""
    left = _hers(visitor).where(Application.event_id == event_id, Assignment.done_at.is_(None), Assignment.id != after)
    left = left.where(Assignment.stage.in_(stages))
    ids = left.with_only_columns(Assignment.id).order_by(Assignment.id <= after, Assignment.id)
    return db.session.scalar(ids.limit(1))


def number_within(assignment: Assignment) -> int:
    """Return which of the juror's works of the event this is, from 1; a juror is appointed to one event."""
    mine = select(func.count(Assignment.id)).where(Assignment.juror_id == assignment.juror_id, Assignment.id <= assignment.id)
    return db.session.scalar(mine.where(Assignment.recused_at.is_(None))) or 1


def placed_so(assignment: Assignment, place: str) -> list[Application]:
    """Return other works of the same stage to which the same juror has given this place."""
    wanted = select(Application).join(Assignment, Assignment.application_id == Application.id)
    wanted = wanted.join(Review, Review.assignment_id == Assignment.id).join(Mark, Mark.review_id == Review.id)
    hers = (Assignment.juror_id == assignment.juror_id, Assignment.stage == assignment.stage, Assignment.id != assignment.id)
    counts = (Review.final_at.is_not(None), Assignment.recused_at.is_(None), Mark.criterion == "", Mark.value == place)
    return list(db.session.scalars(wanted.where(*hers, *counts, Application.state == "admitted")))


def finished_works(stage: str, application_ids: Collection[int]) -> frozenset[int]:
    """Return which of these works have a finished sheet at a stage."""
    wanted = select(Assignment.application_id).where(Assignment.stage == stage, Assignment.application_id.in_(application_ids))
    counts = (Assignment.done_at.is_not(None), Assignment.recused_at.is_(None))
    return frozenset(db.session.scalars(wanted.where(*counts))) if application_ids else frozenset()


def judges(person_id: int, application_id: int) -> bool:
    """Say whether this person judges this work now."""
    wanted = select(Assignment.id).join(Appointment, Assignment.juror_id == Appointment.id)
    wanted = wanted.where(Assignment.application_id == application_id, Appointment.person_id == person_id)
    return db.session.scalar(wanted.where(Assignment.recused_at.is_(None), Appointment.until.is_(None)).limit(1)) is not None


def begun(application_ids: Sequence[int]) -> dict[int, bool]:
    """Return for which applications a juror has begun a sheet."""
    wanted = select(Assignment.application_id).join(Review, Review.assignment_id == Assignment.id)
    return dict.fromkeys(db.session.scalars(wanted.where(Assignment.application_id.in_(application_ids)).distinct()), True)


# Who judges whom, for the methodist


def progress_by_juror(event_id: int) -> dict[int, Progress]:
    """Return appointment id -> sheets done and due."""
    rows = db.session.execute(select(Load.juror_id, Load.done, Load.due).where(Load.event_id == event_id))
    return {juror: Progress(done, due) for juror, done, due in rows}


def unfinished_of(juror_id: int) -> list[Assignment]:
    wanted = select(Assignment).where(Assignment.juror_id == juror_id, Assignment.done_at.is_(None), Assignment.recused_at.is_(None))
    return list(db.session.scalars(wanted).unique())


def works_page(event_id: int, *, stage: str = "", after: int = 0) -> tuple[list[Application], int | None]:
    """Return a page of admitted works, all or those that reached a stage."""
    wanted = select(Application).where(Application.event_id == event_id, Application.state.in_(JUDGED), Application.id > after)
    if stage:
        reached = select(Standing.application_id).where(Standing.event_id == event_id, Standing.stage == stage)
        wanted = wanted.where(Application.id.in_(reached))
    wanted = wanted.options(joinedload(Application.organisation), *LEAN)
    rows = list(db.session.scalars(wanted.order_by(Application.id).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def assignments_of(application_ids: Collection[int], stage: str = "") -> dict[int, list[Assignment]]:
    """Return work -> its assignments, of all stages or one, with the sheets' states, without marks: one statement."""
    wanted = select(Assignment).where(Assignment.application_id.in_(application_ids)).order_by(Assignment.id)
    if stage:
        wanted = wanted.where(Assignment.stage == stage)
    wanted = wanted.options(joinedload(Assignment.review).lazyload(Review.marks), lazyload(Assignment.application))
    found: dict[int, list[Assignment]] = {}
    for one in db.session.scalars(wanted).unique():
        found.setdefault(one.application_id, []).append(one)
    return found


def assignment_of_event_or_404(assignment_id: int, event_id: int) -> Assignment:
    found = db.session.get(Assignment, assignment_id)
    if found is None or found.application.event_id != event_id:
        abort(404)
    return found


def recusals(event_id: int, role: str = JUROR, *, most: int = PAGE) -> list[Assignment]:
    """Return who stepped back from what, jurors or entrants, the latest first."""
    wanted = select(Assignment).join(Appointment, Assignment.juror_id == Appointment.id)
    wanted = wanted.where(Appointment.event_id == event_id, Appointment.role == role, Assignment.recused_at.is_not(None))
    wanted = wanted.options(lazyload(Assignment.review), joinedload(Assignment.application).options(*LEAN))
    return list(db.session.scalars(wanted.order_by(Assignment.recused_at.desc()).limit(most)))


# Results


def works_by_id(application_ids: Collection[int]) -> dict[int, Application]:
    if not application_ids:
        return {}
    wanted = select(Application).where(Application.id.in_(application_ids)).options(joinedload(Application.organisation), *LEAN)
    return {one.id: one for one in db.session.scalars(wanted)}


def decisions(event_id: int) -> list[Decision]:
    wanted = select(Decision).where(Decision.event_id == event_id).order_by(Decision.id).options(joinedload(Decision.by))
    return list(db.session.scalars(wanted))


def awards(event_id: int) -> list[Award]:
    wanted = select(Award).where(Award.event_id == event_id).order_by(Award.id)
    wanted = wanted.options(
        joinedload(Award.application).selectinload(Application.authors), joinedload(Award.application).joinedload(Application.organisation)
    )
    return list(db.session.scalars(wanted).unique())


def awards_with(event_id: int, keys: Collection[str], *, after: int = 0, most: int = 10 * PAGE) -> list[Award]:
    """Return awards of some kinds with works and authors, for the public page."""
    wanted = select(Award).where(Award.event_id == event_id, Award.award.in_(keys), Award.id > after).order_by(Award.id).limit(most)
    wanted = wanted.options(joinedload(Award.application).options(selectinload(Application.authors), *LEAN))
    return list(db.session.scalars(wanted).unique())


def awards_of(application_id: int) -> list[Award]:
    return list(db.session.scalars(select(Award).where(Award.application_id == application_id).order_by(Award.id)))


def awards_among(application_ids: Collection[int]) -> list[Award]:
    return list(db.session.scalars(select(Award).where(Award.application_id.in_(application_ids)).order_by(Award.id)))


def award_keys(application_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    wanted = select(Award.application_id, Award.award).where(Award.application_id.in_(application_ids)).order_by(Award.id)
    for work, award in db.session.execute(wanted):
        found.setdefault(work, []).append(award)
    return found


def orders_of(event_id: int) -> list[Order]:
    """Return the acts that approve the results as they are, in their order: one, or one of each body in the chain."""
    return list(db.session.scalars(select(Order).where(Order.event_id == event_id, Order.reopened_at.is_(None)).order_by(Order.id)))


def order_of(event_id: int, *, former: bool = False) -> Order | None:
    """Return the act that made the results final, the last of the chain; `former`: of the results before they were opened again."""
    wanted = select(Order).where(Order.event_id == event_id, Order.reopened_at.is_not(None) if former else Order.reopened_at.is_(None))
    return db.session.scalar(wanted.order_by(Order.id.desc()).limit(1))


def still_admitted(event_id: int, most: int) -> list[Application]:
    """Return applications that a published event has not closed yet."""
    wanted = select(Application).where(Application.event_id == event_id, Application.state == "admitted")
    wanted = wanted.options(joinedload(Application.version), selectinload(Application.attachments), *PEOPLE)
    return list(db.session.scalars(wanted.order_by(Application.id).limit(most)).unique())


def to_be_told(application_ids: Collection[int]) -> list[Application]:
    """Return works with everybody who gets a letter about them."""
    wanted = select(Application).where(Application.id.in_(application_ids)).options(*PEOPLE)
    return list(db.session.scalars(wanted.order_by(Application.id)).unique())


def has_marks(event_id: int) -> bool:
    """Say whether anything has been marked or entered for a stage of an event."""
    sheet = select(Review.id).join(Assignment, Review.assignment_id == Assignment.id)
    sheet = sheet.join(Application, Assignment.application_id == Application.id)
    entered = select(Entered.id).where(Entered.event_id == event_id)
    found = (db.session.scalar(one.limit(1)) for one in (sheet.where(Application.event_id == event_id), entered))
    return any(one is not None for one in found)


def works_by_number(event_id: int, numbers: Collection[int]) -> list[Application]:
    wanted = select(Application).where(Application.event_id == event_id, Application.number.in_(numbers), Application.state.in_(JUDGED))
    return list(db.session.scalars(wanted.options(*LEAN)))


def waiting_for_entrants(event_id: int) -> set[str]:
    """Return the works, by the key the computation has for them, that other entrants were given and have not marked."""
    wanted = select(Assignment.application_id).join(Application, Assignment.application_id == Application.id).distinct()
    open_ones = (Assignment.judge_id.is_not(None), Assignment.done_at.is_(None), Assignment.recused_at.is_(None))
    return {str(one) for one in db.session.scalars(wanted.where(Application.event_id == event_id, *open_ones))}


def numbers_of(event: Event, works: Collection[int]) -> dict[str, str]:
    """Return the number people know of works, by the key the computation has for them."""
    if not works:
        return {}
    found = db.session.scalars(select(Application).where(Application.event_id == event.id, Application.id.in_(works)).options(*LEAN))
    return {str(one.id): f"№ {letters.application_number(one)}" for one in found}


def names_of_jurors(jurors: Collection[int]) -> dict[str, str]:
    """Return the surname and initials of jurors, by the key the computation has for them."""
    if not jurors:
        return {}
    wanted = select(Appointment.id, Person).join(Person, Person.id == Appointment.person_id).where(Appointment.id.in_(jurors))
    return {str(key): person.initials for key, person in db.session.execute(wanted)}


def entered_totals(event_id: int, stage: str) -> frozenset[int]:
    """Return the works for which a total was entered that stands for all sheets of a stage."""
    wanted = select(Entered.application_id).where(Entered.event_id == event_id, Entered.stage == stage, Entered.source == "imported")
    return frozenset(db.session.scalars(wanted))


def has_works(event_id: int) -> bool:
    """Say whether anything is admitted to an event."""
    return (
        db.session.scalar(select(Application.id).where(Application.event_id == event_id, Application.state == "admitted").limit(1))
        is not None
    )
