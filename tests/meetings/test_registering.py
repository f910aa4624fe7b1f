"""Sites, seats and the link of a bridge."""

from __future__ import annotations

import pytest

from app import background
from app.applications import forms
from app.applications.models import Application
from app.database import committing, db
from app.meetings import operations, queries
from app.notifications.models import Notification
from tests.meetings.conftest import LINK
from tests.world import DAY, NOON
from workflows.machine import StepRefused


def test_registering_takes_a_seat(world, register, sites):
    register("vera", "hall")

    assert queries.taken(world.bridge.id) == {sites["hall"]: 1}
    assert forms.notes_of(world.bridge.rules.question("site"), world.bridge) == {str(sites["hall"]): "мест нет"}


def test_a_full_site_takes_nobody_else(world, register):
    register("vera", "hall")

    with pytest.raises(StepRefused) as refused:
        register("oleg", "hall")

    assert refused.value.saying.key == "no_seats_left"
    states = db.session.query(Application.state).order_by(Application.id).all()
    assert states == [("admitted",)]


def test_the_last_seat_is_given_once_even_when_both_saw_it_free(world, register, monkeypatch):
    """The need read before the other's commit is not the last word: the seat is counted again under the lock."""
    register("vera", "hall")
    monkeypatch.setattr("app.applications.facts._givers", {})

    with pytest.raises(StepRefused) as refused:
        register("oleg", "hall")

    assert refused.value.saying.key == "no_seats_left"


def test_a_cancelled_registration_frees_the_seat(world, register):
    entry = register("vera", "hall")
    world.step(entry, "withdraw", by="vera")

    register("oleg", "hall")

    assert list(queries.taken(world.bridge.id).values()) == [1]


def test_a_person_registers_once(world, register):
    register("vera", "room")

    with pytest.raises(StepRefused) as refused:
        register("vera", "hall", title="Вторая запись")

    assert refused.value.saying.key == "already_registered"


def test_a_site_of_nowhere_is_refused(world, register):
    with pytest.raises(StepRefused) as refused:
        world.enter("vera", "bridge", site="999", number=1)

    assert refused.value.saying.key == "site_unknown"


def test_the_form_offers_sites_with_their_free_seats(world, sites, as_vera):
    begun = as_vera.post(f"/events/{world.ids['bridge']}/applications", data={"once": "1"})
    page = as_vera.get(begun.location).text

    assert "Актовый зал, пр. Ленина, 10" in page
    assert "свободно 1 место" in page


def test_the_link_is_for_the_registered_alone(world, register, client, as_vera, as_oleg, as_lev, as_nina):
    entry = register("vera", "hall")
    bridge = world.ids["bridge"]

    assert LINK in as_vera.get(f"/applications/{entry}").text
    assert LINK in as_nina.get(f"/applications/{entry}").text
    assert [one.get(f"/applications/{entry}").status_code for one in (as_oleg, as_lev)] == [404, 404]
    for visitor in (client, as_oleg, as_vera):
        assert LINK not in visitor.get(f"/events/{bridge}").text


def test_the_link_is_gone_with_the_registration(world, register, as_vera):
    entry = register("vera", "hall")
    world.step(entry, "withdraw", by="vera")

    assert LINK not in as_vera.get(f"/applications/{entry}").text


def test_a_draft_shows_no_link(world, register, as_vera):
    entry = register("vera", "hall", submit=False)

    assert LINK not in as_vera.get(f"/applications/{entry}").text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//host.example", "https://", 'https://a.example/"onclick', "ftp://a.example"]
)
def test_a4_only_an_address_of_the_web_is_a_link(world, sites, as_nina, link):
    answer = as_nina.post(f"/events/{world.ids['bridge']}/room", data={"link": link, "minutes": "90", "platform": "x"})

    assert answer.status_code == 422
    assert queries.meeting_of(world.ids["bridge"]).link == LINK


def test_the_letter_does_not_carry_the_link(world, register, work_off):
    register("vera", "hall")
    letters = db.session.query(Notification).all()

    assert [one.name for one in letters] == ["registered"]
    assert LINK not in str(letters[0].values)


def test_the_reminder_goes_once_to_each(world, register, work_off):
    from app import clock

    register("vera", "hall")
    clock.stop_at(world.bridge.date("held_on") - DAY / 2)
    for _ in range(2):
        with committing():
            background.enqueue("meetings.remind", f"again:{_}", now=clock.now())
        work_off()

    told = db.session.query(Notification).filter_by(name="bridge_soon").all()
    assert [(one.person_id, one.state) for one in told] == [(world.ids["vera"], "sent")]
    assert LINK not in str(told[0].values)


def test_registrations_close_after_the_meeting(world, register, work_off):
    from app import clock

    entry = register("vera", "hall")
    clock.stop_at(world.bridge.date("held_on") + 3 * DAY)
    with committing():
        background.enqueue("meetings.close", "now", now=clock.now())
    work_off()

    assert db.session.get_one(Application, entry).state == "closed"


def test_a_site_somebody_chose_stays(world, register, site, sites, as_nina):
    register("vera", "hall")
    path = f"/events/{world.ids['bridge']}/sites"
    as_nina.post(f"{path}/{sites['hall']}/remove")
    as_nina.post(f"{path}/{sites['room']}/remove")

    assert [one.id for one in operations.sites_of(world.bridge)] == [sites["hall"]]


def test_seats_are_not_fewer_than_people(world, register, sites, as_nina):
    register("vera", "room")
    register("oleg", "room")
    form = {"title": "Медиатека", "seats": "1"}

    answer = as_nina.post(f"/events/{world.ids['bridge']}/sites/{sites['room']}", data=form)

    assert answer.status_code == 422
    assert "мест не может быть меньше" in answer.text


def test_the_methodist_adds_moves_and_changes_sites(world, sites, site, as_nina):
    path = f"/events/{world.ids['bridge']}/sites"
    form = {"title": "Лицей", "address": "ул. Мира, 1", "host": "Лицей № 1", "responsible": "Соколова Вера Андреевна", "seats": "12"}
    assert as_nina.post(path, data=form).status_code == 302
    new = operations.sites_of(world.bridge)[-1]
    as_nina.post(f"{path}/{new.id}/move", data={"way": "up"})
    as_nina.post(f"{path}/{sites['hall']}", data={"title": "Большой зал", "address": "", "host": "", "responsible": "", "seats": ""})

    found = [(one.title, one.seats, one.responsible.surname if one.responsible else None) for one in operations.sites_of(world.bridge)]
    assert found == [("Большой зал", None, None), ("Лицей", 12, "Соколова"), ("Медиатека", None, None)]


def test_a_responsible_nobody_knows_is_said_beside_the_field(world, as_nina):
    answer = as_nina.post(f"/events/{world.ids['bridge']}/sites", data={"title": "Зал", "responsible": "Никто Никакой"})

    assert answer.status_code == 422
    assert "Такого человека нет" in answer.text
    assert operations.sites_of(world.bridge) == []


@pytest.mark.parametrize("page", ["sites", "room", "programme"])
def test_others_find_no_pages_of_the_methodist(world, sites, as_vera, as_nina, page):
    assert as_vera.get(f"/events/{world.ids['bridge']}/{page}").status_code == 404
    assert as_nina.get(f"/events/{world.ids['bridge']}/{page}").status_code == 200
    assert as_nina.get(f"/events/{world.ids['contest']}/{page}").status_code == 404


def test_home_tells_of_the_meeting_of_today(world, register, as_vera, as_oleg):
    from app import clock

    register("vera", "hall")
    clock.stop_at(world.bridge.date("held_on") - DAY / 12)

    assert "Встреча сегодня" in as_vera.get("/").text
    assert "Встреча сегодня" not in as_oleg.get("/").text
    assert clock.now() > NOON
