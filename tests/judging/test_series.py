"""Points of a series: kept when results are approved, read by everybody once they are published, added up over the events of a centre."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.applications.models import Application, Author
from app.database import committing, db
from app.events.models import Event
from app.judging import operations, points, reopening, tasks
from app.judging.models import SeriesPoints
from app.people import operations as people
from app.people.models import Consent
from tests.judging.cast import admitted, assigned, judge_all, jury, sheets_of
from tests.statements import statements_of
from tests.world import NOON

LATER = NOON + timedelta(hours=2)
YEAR = {
    "key": "year",
    "title": {"ru": "Библиотека года", "en": "Library of the year"},
    "places": [{"place_from": 1, "points": 10}, {"place_from": 2, "points": "5.5"}],
    "entered": 1,
    "recipient": "organisation",
}


def counts_for_the_year(world: Any, **more: Any) -> None:
    with committing():
        version = world.contest.version
        version.body = {**copy.deepcopy(version.body), "series": [{**YEAR, **more}]}


@pytest.fixture
def works(world) -> list[int]:
    """Three works that are judged: Vera's the best, then two of Oleg's; nothing is approved."""
    counts_for_the_year(world)
    jury(world)
    found = [*admitted(world, "Первая"), *admitted(world, "Вторая", "Третья", who="oleg")]
    assigned(world)
    judge_all(world, dict(zip(found, (5, 3, 2), strict=True)))
    return found


def approve(world: Any, number: str = "47", now: Any = NOON) -> None:
    with committing():
        operations.approve(world.contest, number=number, day=now.date(), by=world.nina, now=now)


def release(world: Any) -> None:
    with committing():
        operations.release(world.contest, by=world.nina, now=NOON)


def earned(world: Any, who: str, amount: float, *, released: bool) -> None:
    """Another event of the centre, the exhibition, has approved results and points of one work."""
    work = world.enter(who, "exhibition")
    with committing():
        event = world.exhibition
        event.approved_at, event.released_at = NOON, NOON if released else None
        db.session.add(SeriesPoints(series="year", event_id=event.id, application_id=work, units=int(amount * points.UNITS)))


def kept() -> dict[str, float]:
    db.session.rollback()
    rows = db.session.execute(select(Application.title, SeriesPoints.units).join(Application).order_by(SeriesPoints.units.desc()))
    return {row.title: row.units / points.UNITS for row in rows}


def rows(reply: Any) -> list[list[str]]:
    found = re.findall(r"<tr>\s*(<td.*?)</tr>", reply.text, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in found]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).replace("\u00a0", " ").split()) for cell in row] for row in cells]


def of_event(world: Any) -> str:
    return f"/events/{world.ids['contest']}/series/year"


def of_series(world: Any) -> str:
    return f"/centres/{world.ids['centre']}/series/year"


def test_points_are_kept_with_the_approval_and_read_by_everybody_once_published(world, works, as_nina, client):
    assert "Баллы появятся, когда итоги утверждены" in as_nina.get(f"/events/{world.ids['contest']}/results").text
    assert as_nina.get(of_event(world)).status_code == 404

    approve(world)

    assert kept() == {"Первая": 11, "Вторая": 6.5, "Третья": 1}
    assert [(row[0].partition(" ")[0], row[1], row[3]) for row in rows(as_nina.get(of_event(world)))] == [
        ("Первая", "Соколова Вера Андреевна", "11"),
        ("Вторая", "Трач Олег Ильич", "6,5"),
        ("Третья", "Трач Олег Ильич", "1"),
    ]
    assert [row[1:] for row in rows(as_nina.get(of_series(world)))] == [["СОШ № 15", "11", "11"], ["СОШ № 37", "7,5", "7,5"]]
    assert (client.get(of_event(world)).status_code, client.get(of_series(world)).status_code) == (404, 404)

    release(world)
    with committing():
        db.session.execute(update(Consent).where(Consent.person_id == world.oleg.id).values(withdrawn_at=NOON))

    assert of_series(world) in client.get(f"/events/{world.ids['contest']}/winners").text
    assert [row[1] for row in rows(client.get(of_event(world)))] == ["Соколова Вера Андреевна", "Т. О. И.", "Т. О. И."]
    assert [row[1:] for row in rows(client.get(of_series(world)))] == [["СОШ № 15", "11", "11"], ["СОШ № 37", "7,5", "7,5"]]


@pytest.mark.stores
def test_points_add_up_over_the_events_and_equal_sums_share_a_place(world, works, as_nina, client):
    approve(world)
    release(world)
    earned(world, "oleg", 3.5, released=False)

    assert rows(client.get(of_series(world))) == [["1", "СОШ № 15", "11", "11"], ["2", "СОШ № 37", "7,5", "7,5"]]
    assert rows(as_nina.get(of_series(world))) == [["1", "СОШ № 15", "11", "", "11"], ["1", "СОШ № 37", "7,5", "3,5", "11"]]
    assert "не опубликовано" in as_nina.get(of_series(world)).text


def test_authors_gather_points_where_the_series_is_theirs_and_each_co_author_has_all(world, works, client):
    counts_for_the_year(world, recipient="author")
    with committing():
        db.session.add(Author(application_id=works[0], person_id=world.oleg.id, position=1, organisation_id=world.school.id))
    approve(world)
    release(world)

    assert rows(client.get(of_series(world))) == [
        ["1", "Трач Олег Ильич", "18,5", "18,5"],
        ["2", "Соколова Вера Андреевна", "11", "11"],
    ]


def test_who_agreed_to_be_named_at_one_event_is_not_named_for_her_points_at_another(world, works, client):
    counts_for_the_year(world, recipient="author")
    approve(world)
    release(world)
    earned(world, "vera", 2, released=True)
    here = (Consent.person_id == world.vera.id, Consent.purpose == "spreading", Consent.event_id == world.ids["exhibition"])
    assert rows(client.get(of_series(world)))[0][1] == "Соколова Вера Андреевна"
    with committing():
        db.session.execute(update(Consent).where(*here).values(withdrawn_at=NOON))

    assert rows(client.get(of_series(world)))[0][1] == "С. В. А."
    assert rows(client.get(of_event(world)))[0][1] == "Соколова Вера Андреевна"


def test_two_authors_of_one_school_earn_it_the_points_once(world, works, client):
    with committing():
        db.session.add(Author(application_id=works[0], person_id=world.lev.id, position=1, organisation_id=world.school.id))
    approve(world)
    release(world)

    assert rows(client.get(of_series(world)))[0] == ["1", "СОШ № 15", "11", "11"]


def test_results_approved_anew_give_new_points_and_until_then_the_former_ones_stand(world, works, client):
    approve(world)
    release(world)
    with committing():
        reopening.reopen(world.contest, "Апелляция удовлетворена", by=world.nina, now=LATER, work=works[1])
    with committing():
        for one in sheets_of(works[1]):
            sheet = db.session.get_one(operations.Assignment, one)
            marks = {mark.criterion: "5" for mark in sheet.review.marks}
            operations.correct_sheet(sheet, marks, "Протокол № 4", by=world.nina, now=LATER)
    with committing():
        for one in sheets_of(works[0]):
            sheet = db.session.get_one(operations.Assignment, one)
            marks = {mark.criterion: "4" for mark in sheet.review.marks}
            operations.correct_sheet(sheet, marks, "Протокол № 4", by=world.nina, now=LATER)
    assert kept() == {"Первая": 11, "Вторая": 6.5, "Третья": 1}
    assert "Итоги пересматриваются" in client.get(of_event(world)).text

    approve(world, "48", LATER)

    assert kept() == {"Вторая": 11, "Первая": 6.5, "Третья": 1}
    assert [row[0] for row in rows(client.get(of_event(world)))] == ["Вторая", "Первая", "Третья"]


def test_an_event_without_the_series_has_no_such_page(world, works, client, as_nina):
    approve(world)
    release(world)

    assert client.get(f"/events/{world.ids['contest']}/series/other").status_code == 404
    assert client.get(f"/centres/{world.ids['centre']}/series/other").status_code == 404
    assert client.get(f"/centres/{world.ids['centre'] + 1}/series/year").status_code == 404
    assert "Зачёт серии" not in as_nina.get(f"/events/{world.ids['exhibition']}/desk").text


def test_events_of_several_school_years_can_be_told_apart(world, works, client):
    approve(world)
    release(world)
    earned(world, "oleg", 3.5, released=True)
    with committing():
        world.exhibition.school_year -= 1

    year = world.contest.school_year
    assert rows(client.get(f"{of_series(world)}?year={year - 1}")) == [["1", "СОШ № 37", "3,5", "3,5"]]
    assert [row[-1] for row in rows(client.get(of_series(world)))] == ["11", "11"]


def test_results_approved_before_points_were_kept_get_theirs_from_the_worker(world, works):
    approve(world)
    with committing():
        db.session.execute(delete(SeriesPoints))

    tasks.keep_points(world.ids["contest"])

    assert kept() == {"Первая": 11, "Вторая": 6.5, "Третья": 1}


def test_pages_cost_the_same_at_any_number_and_go_on_after_fifty(world, works, client):
    approve(world)
    release(world)
    few = [statements_of(lambda page=page: client.get(page)) for page in (of_event(world), of_series(world))]
    with committing():
        event: Event = world.contest
        for number in range(60):
            place = people.find_or_add_organisation(f"СОШ № {200 + number}", now=NOON)
            person = people.add_person(surname=f"Автор{number}", given_name="Анна", patronymic="", gender="f", now=NOON)
            times = {"created_at": NOON, "saved_at": NOON}
            work = Application(
                event=event, version=event.version, applicant=person, state="closed", number=100 + number, title="Ещё", **times
            )
            work.authors = [Author(person=person, organisation=place)]
            db.session.add(work)
            db.session.flush()
            db.session.add(SeriesPoints(series="year", event_id=event.id, application_id=work.id, units=points.UNITS // 2))

    assert [statements_of(lambda page=page: client.get(page)) for page in (of_event(world), of_series(world))] == few
    assert max(few) <= 15
    assert [len(rows(client.get(of_series(world) + more))) for more in ("", "?page=2")] == [50, 12]
    assert rows(client.get(of_series(world)))[2][:2] == ["3", "СОШ № 200"]
    assert rows(client.get(f"{of_series(world)}?page=2"))[-1][:2] == ["3", "СОШ № 259"]
