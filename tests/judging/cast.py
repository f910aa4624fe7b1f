"""A contest with admitted works and a jury, for the tests of judging."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event as events
from sqlalchemy import select

from app.applications.models import Application
from app.database import committing, db
from app.judging import operations
from app.judging.models import Assignment, Standing
from app.people import operations as people
from app.people.models import Person
from tests.world import NOON, World

ORGANISATIONS = ("Лицей № 1", "Гимназия № 45", "СОШ № 24", "СОШ № 6")


def juror(world: World, surname: str, place: str, now: Any = NOON) -> Person:
    home = people.find_or_add_organisation(place, now=now)
    return people.add_person(
        surname=surname, given_name="Анна", patronymic="Ивановна", email="", organisation=home, post="методист", now=now
    )


def jury(world: World, count: int = 3, now: Any = NOON) -> list[int]:
    """Appoint Lev as the chair and others beside him; return the appointments' ids."""
    with committing():
        persons = [world.lev, *(juror(world, f"Член{number}", ORGANISATIONS[number], now) for number in range(count - 1))]
        event = world.contest
        made = [operations.appoint_juror(event, person, chair=number == 0, by=world.nina, now=now) for number, person in enumerate(persons)]
        return [one.id for one in made]


def admitted(world: World, *titles: str, who: str = "vera", **answers: Any) -> list[int]:
    """Works of Vera (or somebody else), submitted and admitted, all in one nomination."""
    found = []
    for title in titles:
        work = world.enter(who, title=title, **answers)
        world.step(work, "admit")
        found.append(work)
    return found


def assigned(world: World, now: Any = NOON) -> None:
    with committing():
        operations.assign(world.contest, by=world.nina, now=now, seed=3)


def sheet(assignment_id: int, points: int | dict[str, str], *, final: bool = True, now: Any = NOON, comment: str = "") -> None:
    """Save a sheet by its own juror: every criterion gets the same points, or those given."""
    with committing():
        assignment = db.session.get_one(Assignment, assignment_id)
        stage = assignment.application.event.rules.stage(assignment.stage)
        marks = dict.fromkeys((one.key for one in stage.criteria), str(points)) if isinstance(points, int) else points
        operations.save_review(assignment, marks, comment, final=final, by=assignment.juror.person, now=now)


def sheets_of(work: int) -> list[int]:
    return list(db.session.scalars(select(Assignment.id).where(Assignment.application_id == work).order_by(Assignment.id)))


def judge_all(world: World, points: dict[int, int], now: Any = NOON) -> None:
    """Give every sheet of a work the same points in every criterion."""
    for work, value in points.items():
        for one in sheets_of(work):
            sheet(one, value, now=now)


def places(world: World) -> dict[str, int | None]:
    """Return title -> place as kept."""
    rows = db.session.execute(select(Application.title, Standing.place).join(Standing, Standing.application_id == Application.id))
    return dict(rows.all())


def lev_sheet(world: World, work: int) -> Assignment:
    wanted = select(Assignment).where(Assignment.application_id == work)
    return next(one for one in db.session.scalars(wanted).unique() if one.juror.person_id == world.lev.id)


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the SQL statements of what is done inside, but for the installation's mode: that one is read again by time."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM setting" not in statement:
            found.append(statement)

    events.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        events.remove(db.engine, "before_cursor_execute", note)


__all__ = ["admitted", "assigned", "counting", "judge_all", "juror", "jury", "lev_sheet", "places", "sheet", "sheets_of"]
