"""Who was present, and who gets a paper."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.applications.models import Application
from app.certificates import grounds
from app.certificates import operations as certificates
from app.certificates.models import Certificate
from app.database import committing, db
from app.meetings import queries
from app.meetings.models import Attendance
from tests.statements import statements_of
from tests.world import DAY


@pytest.fixture
def held(world, register):
    """Vera speaks in the hall, Oleg and Lev listen in the library; the meeting has just ended."""
    entries = {"vera": register("vera", "hall", speaks=True), "oleg": register("oleg", "room"), "lev": register("lev", "room")}
    clock.stop_at(world.bridge.date("held_on") + DAY / 12)
    return entries


def _save(client, world, held, *present, shown=None, site=None):
    path = f"/events/{world.ids['bridge']}/attendance" + (f"?site={site}" if site else "")
    return client.post(path, data={"shown": [held[one] for one in shown or held], "present": [held[one] for one in present]})


def said() -> dict[int, bool]:
    wanted = select(Application.id, Application.present).where(Application.present.is_not(None))
    return dict(db.session.execute(wanted).all())


def test_one_post_saves_the_whole_list(world, held, as_nina):
    assert _save(as_nina, world, held, "vera", "oleg").status_code == 302

    assert said() == {held["vera"]: True, held["oleg"]: True, held["lev"]: False}


def test_saving_again_corrects(world, held, as_nina):
    _save(as_nina, world, held, "vera", "oleg")
    _save(as_nina, world, held, "vera", "lev")

    assert said() == {held["vera"]: True, held["oleg"]: False, held["lev"]: True}
    assert db.session.query(Attendance).count() == 3


def test_the_person_of_a_site_ticks_her_own_site_and_no_other(world, held, sites, as_oleg):
    """Oleg answers for the hall; the library is not his, nor is the whole list."""
    path = f"/events/{world.ids['bridge']}/attendance"
    assert as_oleg.get(f"{path}?site={sites['hall']}").status_code == 200
    assert as_oleg.get(f"{path}/sheet?site={sites['hall']}").status_code == 200
    assert [as_oleg.get(f"{path}{more}").status_code for more in ("", f"?site={sites['room']}", "/sheet")] == [404, 404, 404]

    _save(as_oleg, world, held, "vera", "lev", site=sites["hall"])
    assert said() == {held["vera"]: True}
    assert _save(as_oleg, world, held, "lev").status_code == 404


def test_strangers_find_no_list(world, held, sites, client, as_vera):
    path = f"/events/{world.ids['bridge']}/attendance"
    assert client.get(path).status_code == 302
    assert as_vera.get(f"{path}?site={sites['hall']}").status_code == 404
    assert _save(as_vera, world, held, "vera", site=sites["hall"]).status_code == 404


def test_nobody_is_present_before_the_day(world, held, as_nina):
    clock.stop_at(world.bridge.date("held_on") - 2 * DAY)
    answer = _save(as_nina, world, held, "vera")

    assert answer.status_code == 422
    assert db.session.query(Attendance).count() == 0


def test_a_registration_of_another_event_is_not_ticked(world, held, as_nina):
    other = world.enter("vera", "contest")
    as_nina.post(f"/events/{world.ids['bridge']}/attendance", data={"shown": [other], "present": [other]})

    assert db.session.query(Attendance).count() == 0


def test_the_list_to_sign_names_everybody_of_the_site(world, held, sites, as_nina):
    page = as_nina.get(f"/events/{world.ids['bridge']}/attendance/sheet?site={sites['room']}").text

    assert "Трач Олег Ильич" in page
    assert "Оненко Лев Павлович" in page
    assert "Соколова" not in page
    assert "Подпись" in page


def test_names_come_in_pages(world, held, sites, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 1)
    first = queries.at_site(world.ids["bridge"], sites["room"], most=1)
    second = queries.at_site(world.ids["bridge"], sites["room"], after=first.after, most=1)

    assert [one.id for one in (*first.rows, *second.rows)] == [held["lev"], held["oleg"]]
    assert second.after is None


def test_only_the_present_get_papers(world, held, as_nina):
    assert grounds.of(world.bridge) == []
    _save(as_nina, world, held, "vera", "oleg")
    with committing():
        certificates.issue_for(world.bridge, by=world.nina, now=clock.now())
        certificates.issue_for(world.bridge, by=world.nina, now=clock.now())

    papers = db.session.query(Certificate).order_by(Certificate.id).all()
    assert [(one.paper, one.recipient) for one in papers] == [("speaker", "Соколова Вера Андреевна"), ("listener", "Трач Олег Ильич")]
    assert papers[1].wording["lines"][-1] == "5 декабря 2026 г., 2 ч."
    assert "Тема: «" in papers[0].wording["lines"][1]


def test_a_registered_listener_who_speaks_gets_the_speakers_paper(world, held, as_nina):
    from app.meetings import operations

    with committing():
        operations.add_line(world.bridge, kind="talk", topic="Реплика", minutes=5, application_id=held["oleg"])
    _save(as_nina, world, held, "oleg")

    assert [(one.paper, one.application.id) for one in grounds.of(world.bridge)] == [("speaker", held["oleg"])]


def test_home_asks_to_tick_until_everybody_is_noted(world, held, as_nina, as_oleg, as_vera):
    assert "Отметьте присутствующих" in as_nina.get("/").text
    assert "Отметьте присутствующих" in as_oleg.get("/").text
    assert "Отметьте присутствующих" not in as_vera.get("/").text
    _save(as_nina, world, held, "vera")

    assert "Отметьте присутствующих" not in as_nina.get("/").text
    assert "Отметьте присутствующих" not in as_oleg.get("/").text


def test_the_desk_tells_seats_programme_and_presence(world, held, as_nina):
    page = as_nina.get(f"/events/{world.ids['bridge']}/desk").text

    assert "Места на площадках" in page
    assert "Отметьте присутствующих" in page
    assert "1 докладчик ещё не в программе" in page
    assert db.session.query(Application).count() == 3


@pytest.mark.parametrize("page", ["", "/desk", "/sites", "/programme", "/attendance", "/attendance/sheet", "home"])
def test_statements_do_not_grow_with_the_registered(world, register, as_nina, page):
    from app.meetings import operations

    path = "/" if page == "home" else f"/events/{world.ids['bridge']}{page}"
    register("vera", "hall", speaks=True)
    with committing():
        operations.add_all_speakers(world.bridge)
    clock.stop_at(world.bridge.date("held_on") + DAY / 12)
    as_nina.get(path)  # the first page of a process asks what the installation is
    one = statements_of(lambda: as_nina.get(path))
    for who in ("oleg", "lev", "admin"):
        register(who, "room", speaks=True)
    with committing():
        operations.add_all_speakers(world.bridge)

    assert statements_of(lambda: as_nina.get(path)) == one <= 20
