"""What is kept beside the rows so that lists stay fast is true after every act, and after a way down and up again."""

from __future__ import annotations

import flask_migrate
import pytest
from sqlalchemy import func, select

from app import clock
from app.applications import queries as applications
from app.applications.models import Application, text_key
from app.database import committing, count_each, db
from app.meetings import operations
from app.meetings import queries as meetings
from app.meetings.models import Attendance
from app.people import operations as people
from app.people import queries as register
from app.people.models import Person
from tests.world import DAY, NOON

pytestmark = pytest.mark.stores


@pytest.fixture
def bridge(world) -> int:
    """Vera, Oleg and Lev are registered at one site."""
    with committing():
        site = operations.add_site(world.bridge, title="Медиатека", address="ул. Советская, 25").id
    for who in ("vera", "oleg", "lev"):
        world.enter(who, "bridge", site=str(site), number=1)
    return world.ids["bridge"]


def call(person: Person, surname: str, given_name: str = "Анна") -> None:
    with committing():
        people.rename(person, surname=surname, given_name=given_name, patronymic="", gender="f", by=person, now=NOON)


def names(event_id: int) -> list[str]:
    db.session.rollback()
    return [one.applicant.full_name for one in meetings.at_site(event_id, None).rows]


def assert_keys_are_true() -> None:
    db.session.rollback()
    rows = db.session.execute(
        select(Application.name_key, Application.title_key, Application.title, Person).join(Application.applicant)
    ).all()
    assert rows
    assert [(name, title) for name, title, _title, _person in rows] == [
        (text_key(person.full_name), text_key(title)) for _name, _key, title, person in rows
    ]


def test_lists_by_name_follow_a_change_of_the_name(world, bridge):
    call(world.vera, "Яблокова")
    call(world.oleg, "Ёлкина")
    call(world.lev, "Жукова")
    assert names(bridge) == ["Ёлкина Анна", "Жукова Анна", "Яблокова Анна"]

    call(world.vera, "абрикосова")
    assert names(bridge) == ["абрикосова Анна", "Ёлкина Анна", "Жукова Анна"]
    assert_keys_are_true()


def test_pages_by_name_have_everybody_once_namesakes_too(world, bridge):
    for person in (world.vera, world.oleg, world.lev):
        call(person, "Соколова")
    found, page = [], meetings.at_site(bridge, None, most=1)
    while page.after is not None:
        found += [one.id for one in page.rows]
        page = meetings.at_site(bridge, None, after=page.after, most=1)
    found += [one.id for one in page.rows]

    assert len(found) == len(set(found)) == 3


def test_who_cancels_stands_in_the_list_no_more(world, bridge):
    hers = next(one.id for one in meetings.at_site(bridge, None).rows if one.applicant_id == world.ids["vera"])
    before = names(bridge)
    world.step(hers, "withdraw", by="vera")

    assert names(bridge) == [one for one in before if one != world.vera.full_name]


@pytest.mark.usefixtures("app")
def test_a_way_down_and_up_again_leaves_the_keys_true(world, bridge):
    call(world.vera, "Ёжикова-Ночная")
    db.session.remove()
    flask_migrate.downgrade(revision="0012")
    flask_migrate.upgrade()

    assert_keys_are_true()
    assert len(names(bridge)) == 3


def test_states_are_counted_as_they_are(world, bridge):
    world.enter("oleg", title="Черновик", submit=False)
    world.step(world.enter("vera", title="Допущена"), "admit")
    counted = select(Application.state, func.count()).group_by(Application.state)

    for event in (bridge, world.ids["contest"], world.ids["exhibition"]):
        assert applications.count_by_state(event) == dict(db.session.execute(counted.where(Application.event_id == event)).all())
    assert count_each(Application.state, ("no such",), Application.event_id == bridge) == {}


def test_a_person_with_two_posts_is_one_of_a_school(world):
    school = world.school.id
    before = register.people_at([school])[school]
    with committing():
        people.move_to(world.vera, world.school, "учитель", day=NOON.date(), beside=True)
        people.move_to(world.nina, world.school, "методист", day=NOON.date())

    assert register.people_at([school])[school] == before + 1


def test_who_was_noted_and_cancelled_is_counted_no_more(world, bridge, as_nina):
    rows = meetings.at_site(bridge, None).rows
    entries, first = [one.id for one in rows], rows[0].applicant_id
    clock.stop_at(world.bridge.date("held_on") + DAY / 12)
    as_nina.post(f"/events/{bridge}/attendance", data={"shown": entries[:2], "present": entries[:1]})
    assert meetings.noted_in({bridge}) == {bridge: (2, 3)}

    world.step(entries[0], "withdraw", by=next(name for name in ("vera", "oleg", "lev") if world.ids[name] == first))
    assert meetings.noted_in({bridge}) == {bridge: (1, 2)}
    assert meetings.together(meetings.presence_by_site(bridge)) == meetings.Counts(2, 1, 0)


@pytest.mark.usefixtures("app")
def test_presence_is_the_same_after_a_way_down_and_up_again(world, bridge, as_nina):
    entries = [one.id for one in meetings.at_site(bridge, None).rows]
    clock.stop_at(world.bridge.date("held_on") + DAY / 12)
    as_nina.post(f"/events/{bridge}/attendance", data={"shown": entries[:2], "present": entries[:1]})
    before = meetings.presence_by_site(bridge)
    db.session.remove()
    flask_migrate.downgrade(revision="0020")
    flask_migrate.upgrade()

    assert meetings.presence_by_site(bridge) == before
    assert [(one.registered, one.noted, one.present) for one in before.values()] == [(3, 2, 1)]
    assert [db.session.get_one(Application, one).present for one in entries] == [True, False, None]


def test_presence_is_counted_for_each_site_and_for_who_has_none(world):
    """Vera, who was there, and Oleg in the hall, Lev by the link; a draft and one who cancelled are nowhere."""
    with committing():
        hall = operations.add_site(world.bridge, title="Зал", address="").id
    states = {"vera": ("admitted", hall, True), "oleg": ("closed", hall, None), "lev": ("admitted", None, False)}
    states |= {"nina": ("draft", hall, None), "admin": ("withdrawn", hall, True)}
    row = {"event_id": world.ids["bridge"], "version_id": world.bridge.version_id, "created_at": NOON, "saved_at": NOON}
    with committing():
        for who, (state, site, present) in states.items():
            db.session.add(Application(**row, applicant_id=world.ids[who], state=state, site_id=site, present=present))
    counts = meetings.Counts

    assert meetings.presence_by_site(world.ids["bridge"]) == {hall: counts(2, 1, 1), None: counts(1, 1, 0)}
    assert meetings.presence_in({world.ids["bridge"], world.ids["contest"]}) == {
        world.ids["bridge"]: {hall: counts(2, 1, 1), None: counts(1, 1, 0)}
    }


def test_only_a_changed_word_has_a_new_author(world, bridge, as_nina):
    entries = [one.id for one in meetings.at_site(bridge, None).rows]
    clock.stop_at(world.bridge.date("held_on") + DAY / 12)
    as_nina.post(f"/events/{bridge}/attendance", data={"shown": entries, "present": entries[:2]})
    with committing():
        operations.note_attendance(world.bridge, present=entries[:1], absent=entries[1:], by=world.lev, now=clock.now())

    assert [db.session.get_one(Attendance, one).by_id for one in entries] == [world.ids[who] for who in ("nina", "lev", "nina")]
