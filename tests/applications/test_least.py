"""Fewer applications than the regulation asks for at least: the methodist's list, the reminder, what the applicant reads."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.applications import least
from app.applications.tasks import remind_of_drafts
from app.database import committing, db
from app.notifications import letters
from app.notifications.models import NO_ADDRESS, Notification
from tests.statements import statements_of
from tests.world import DAY, NOON

TWO_OF_A_SCHOOL = {"of": "organisation", "least": 2}
WITH_WINDOW = {
    "key": "project",
    "title": {"ru": "Проект", "en": "Project"},
    "window": {"opens": "intake_opens", "closes": "judging_closes"},
}
TWO_OF_A_PERSON = {"of": "person", "least": 2}


@pytest.fixture
def asks(world) -> Callable[..., None]:
    """Return a function that sets the limits of the contest's regulation."""

    def change(*limits: dict[str, Any], **more: Any) -> None:
        with committing():
            version = world.contest.version
            body = {**copy.deepcopy(version.body), **more}
            version.body = {**body, "entering": {**body.get("entering", {}), "limits": list(limits)}}

    return change


def page(world: Any) -> str:
    return f"/events/{world.ids['contest']}/applications/fewer"


def rows(reply: Any) -> list[list[str]]:
    """Return the cells of the list, without the buttons."""
    found = re.findall(r"<tr>\s*(<td.*?)</tr>", reply.text, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in found]
    return [[" ".join(re.sub(r"<form.*|<[^>]+>", " ", cell, flags=re.DOTALL).split()) for cell in row] for row in cells]


def sent(name: str = least.LETTER) -> list[Notification]:
    db.session.rollback()
    return list(db.session.scalars(select(Notification).where(Notification.name == name).order_by(Notification.id)))


def test_the_list_tells_how_many_of_how_many_with_drafts_beside(world, asks, as_nina):
    asks(TWO_OF_A_SCHOOL)
    world.enter("vera")
    world.enter("vera", title="Квест", submit=False)
    world.enter("oleg", title="Урок")
    world.enter("oleg", title="Игра")

    assert rows(as_nina.get(page(world))) == [["СОШ № 15", "1 из 2", "1", "не было"]]


def test_a_school_with_drafts_alone_or_withdrawn_works_is_not_listed(world, asks, as_nina):
    asks(TWO_OF_A_SCHOOL)
    world.enter("vera", submit=False)
    world.step(world.enter("oleg"), "withdraw", by="oleg")

    assert "Всех достаточно" in as_nina.get(page(world)).text


def test_a_person_a_nomination_and_the_event_are_counted_too_and_nominations_with_nothing(world, asks, as_nina):
    one, two = {"of": "nomination", "least": 2}, {"of": "event", "least": 5}
    asks({"of": "person", "within": ["nomination"], "least": 2}, one, two)
    world.enter("vera", nomination="lesson")
    world.enter("oleg", nomination="lesson", title="Урок")

    found = [row[:2] for row in rows(as_nina.get(page(world)))]

    assert found == [
        ["Соколова Вера Андреевна (Библиотечный урок) Участник", "1 из 2"],
        ["Трач Олег Ильич (Библиотечный урок) Участник", "1 из 2"],
        ["Проект Номинация", "0 из 2"],
        ["Событие Номинация", "0 из 2"],
        ["Мероприятие в целом", "2 из 5"],
    ]


def test_the_desk_leads_to_it_only_where_the_regulation_asks_for_a_least(world, asks, as_nina):
    desk = f"/events/{world.ids['contest']}/desk"
    assert page(world) not in as_nina.get(desk).text
    assert as_nina.get(page(world)).status_code == 404

    asks({"of": "organisation", "most": 2}, TWO_OF_A_SCHOOL)
    world.enter("vera")

    assert page(world) in as_nina.get(desk).text


@pytest.mark.stores
def test_reminding_all_writes_to_the_applicants_below_once_a_day(world, asks, as_nina, work_off):
    asks(TWO_OF_A_SCHOOL, TWO_OF_A_PERSON)
    world.enter("vera")
    world.enter("oleg", title="Урок")
    world.enter("oleg", title="Игра")

    for _press in range(2):
        answer = as_nina.post(page(world), follow_redirects=True)
    work_off()

    assert "второе письмо в тот же день не уходит" in answer.text
    assert "Напомнить всем" not in answer.text
    assert [(one.address, one.state) for one in sent()] == [("vera@example.org", "sent")]
    written = letters.Draft.of(sent()[0]).write().text
    assert "По положению от организации СОШ № 15 нужно не меньше двух заявок, отправлено: 1." in written
    assert "По положению от участника Соколова Вера Андреевна нужно не меньше двух заявок, отправлено: 1." in written
    assert "Приём — до 3 декабря 2026 г., 23:59 по Комсомольску." in written
    assert rows(as_nina.get(page(world)))[0][3] == "23 ноября, 12:00"

    clock.stop_at(NOON + DAY)
    as_nina.post(page(world))
    assert len(sent()) == 2


def test_one_is_reminded_and_the_others_are_not(world, asks, as_nina):
    asks(TWO_OF_A_SCHOOL)
    world.enter("vera")
    world.enter("oleg", title="Урок")
    row = next(one.key for one in least.below(world.contest) if one.name == "СОШ № 37")

    assert "Напоминание ушло 1 заявителю." in as_nina.post(page(world), data={"row": row}, follow_redirects=True).text
    assert [one.address for one in sent()] == ["oleg@example.org"]


def test_who_has_no_address_is_named_and_a_closed_intake_reminds_nobody(world, asks, as_nina):
    asks(TWO_OF_A_SCHOOL)
    world.enter("vera")
    with committing():
        world.vera.email = ""

    assert "Нет адреса, сообщите сами: Соколова В. А." in as_nina.post(page(world), follow_redirects=True).text
    assert [one.state for one in sent()] == [NO_ADDRESS]

    clock.stop_at(world.contest.date("intake_closes") + DAY)
    answer = as_nina.post(page(world), follow_redirects=True)
    assert "приём закончился" in answer.text
    assert "Напомнить всем" not in answer.text
    assert len(sent()) == 1


def test_the_reminder_before_the_end_tells_how_many_and_comes_once(world, asks, work_off):
    asks(TWO_OF_A_SCHOOL)
    world.enter("vera")
    world.enter("oleg", title="Урок")
    world.enter("oleg", title="Игра", submit=False)
    for hours in (60, 54, 30, 6):
        clock.stop_at(world.contest.date("intake_closes") - hours * DAY / 24)
        remind_of_drafts()

    assert [one.address for one in sent()] == ["vera@example.org"]
    assert [one.address for one in sent("draft_unsent")] == ["oleg@example.org"]
    assert "СОШ № 37 нужно не меньше двух заявок, отправлено: 1." in letters.Draft.of(sent("draft_unsent")[0]).write().text


def test_whom_the_methodist_has_just_reminded_gets_no_second_letter_of_the_clock(world, asks, as_nina):
    asks(TWO_OF_A_SCHOOL)
    world.enter("vera")
    clock.stop_at(world.contest.date("intake_closes") - 2 * DAY)
    as_nina.post(page(world))
    clock.stop_at(world.contest.date("intake_closes") - DAY)
    remind_of_drafts()

    assert len(sent()) == 1


def test_the_applicant_reads_it_calmly_while_applications_are_taken(world, asks, as_vera):
    asks({**TWO_OF_A_SCHOOL, "message": {"ru": "От школы две работы", "en": "Two works of a school"}})
    entry = world.enter("vera")
    told = "По положению от организации СОШ № 15 нужно не меньше двух заявок, отправлено: 1. От школы две работы"
    assert told in as_vera.get(f"/applications/{entry}").text

    clock.stop_at(world.contest.date("intake_closes") + DAY)
    assert told not in as_vera.get(f"/applications/{entry}").text

    clock.stop_at(NOON)
    world.enter("vera", title="Квест")
    assert told not in as_vera.get(f"/applications/{entry}").text


def test_the_list_costs_the_same_at_any_number(world, asks, as_nina):
    asks(TWO_OF_A_SCHOOL, TWO_OF_A_PERSON)
    world.enter("vera")
    few = statements_of(lambda: as_nina.get(page(world)))
    for number in range(4):
        world.enter("oleg", title=f"Урок {number}", nomination="event")

    assert statements_of(lambda: as_nina.get(page(world))) == few <= 15


def test_a_limit_may_look_at_answers_and_count_within_them(world, asks, as_nina):
    asks({"of": "organisation", "within": ["experience"], "when": {"field": "experience", "op": "at_least", "value": 5}, "least": 2})
    world.enter("vera", experience="7")
    world.enter("vera", title="Квест", experience="9")
    world.enter("oleg", title="Урок", experience="1")

    assert [row[:2] for row in rows(as_nina.get(page(world)))] == [
        ["СОШ № 15 (7)", "1 из 2"],
        ["СОШ № 15 (9)", "1 из 2"],
    ]


def test_a_nomination_with_a_window_of_its_own_says_until_when(world, asks, as_nina):
    asks({"of": "nomination", "least": 1}, nominations=[*world.contest.version.body["nominations"][:2], WITH_WINDOW])

    assert [(row[0], row[3]) for row in rows(as_nina.get(page(world)))] == [
        ("Библиотечный урок", "3 декабря, 23:59"),
        ("Проект", "13 декабря, 23:59"),
        ("Событие", "3 декабря, 23:59"),
    ]
