"""Appeals: one for an application, within the days of the regulation, answered with a ground."""

from __future__ import annotations

import copy
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.applications.models import Application
from app.closing import appeals
from app.closing.models import Appeal
from app.database import committing, db
from app.events import operations as events
from app.front import demo_cast
from app.notifications.models import Notification
from tests.judging.cast import admitted
from tests.world import NOON


def text(reply) -> str:
    return reply.get_data(as_text=True).replace("\u00a0", " ")


@pytest.fixture
def work(world) -> int:
    """Vera's admitted work; appeals are accepted for three days after the release, which was today."""
    found = world.enter(title="Читающий двор")
    world.step(found, "admit")
    body = copy.deepcopy(world.contest.version.body) | {"appeals": {"allowed": True, "days": 3, "effect": "same_or_higher"}}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    with committing():
        world.contest.approved_at = world.contest.released_at = NOON
    return found


def filed() -> Appeal:
    db.session.rollback()
    return db.session.scalars(select(Appeal)).one()


def letters(name: str) -> list[str]:
    return list(db.session.scalars(select(Notification.address).where(Notification.name == name)))


@pytest.mark.stores
def test_a_page_of_appeals_is_fifty_those_that_wait_first(world, as_nina):
    works = admitted(world, *(f"Работа {number}" for number in range(5)))
    event = world.ids["contest"]
    with committing():
        for number, one in enumerate(works):
            answered = NOON if number < 2 else None
            db.session.add(Appeal(event_id=event, application_id=one, text="?", by_id=world.vera.id, filed_at=NOON, answered_at=answered))
    order, after = [], 0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(appeals, "PAGE", 2)
        while after is not None:
            rows, after = appeals.of_event(event, after=after)
            order += [works.index(one.application_id) for one in rows]
        assert f"/events/{event}/appeals?after=" in text(as_nina.get(f"/events/{event}/appeals"))

    assert order == [2, 3, 4, 0, 1]


def test_vera_appeals_nina_answers_and_vera_reads_it(work, as_vera, as_nina):
    assert "апелляцию можно подать до 26 ноября 2026" in text(as_vera.get(f"/applications/{work}"))
    page = as_vera.post(f"/applications/{work}/appeal", data={"text": "Балл за новизну не посчитан"}, follow_redirects=True)
    assert "ждёт ответа" in text(page)
    assert letters("appeal_filed") == ["nina@example.org"]

    one = filed().id
    assert "Балл за новизну" in text(as_nina.get(f"/appeals/{one}"))
    refused = as_nina.post(f"/appeals/{one}", data={"outcome": "partly", "ground": " "})
    assert refused.status_code == 422
    assert 'value="partly" checked' in text(refused)
    as_nina.post(f"/appeals/{one}", data={"outcome": "partly", "ground": "Комиссия, протокол № 4: балл добавлен"})

    assert (filed().outcome, letters("appeal_answered")) == ("partly", ["vera@example.org"])
    assert "Удовлетворена частично" in text(as_vera.get(f"/applications/{work}"))
    assert "Комиссия, протокол № 4" in text(as_vera.get(f"/applications/{work}"))


def test_an_appeal_is_filed_once_and_answered_once(world, work, as_vera, as_nina):
    as_vera.post(f"/applications/{work}/appeal", data={"text": "Не согласна"})
    again = as_vera.post(f"/applications/{work}/appeal", data={"text": "Ещё раз"})
    assert (again.status_code, filed().text) == (422, "Не согласна")
    assert "уже подана" in text(again)

    one = filed().id
    as_nina.post(f"/appeals/{one}", data={"outcome": "rejected", "ground": "Балл верен"})
    later = as_nina.post(f"/appeals/{one}", data={"outcome": "upheld", "ground": "Передумали"})
    assert (later.status_code, filed().outcome, filed().ground) == (422, "rejected", "Балл верен")


@pytest.mark.parametrize(("after", "status"), [(timedelta(days=3, hours=11), 302), (timedelta(days=3, hours=12), 422)])
def test_the_last_day_is_included(work, as_vera, after, status):
    """NOON is noon there: the third day after ends at midnight, twelve hours later."""
    clock.stop_at(NOON + after)

    assert as_vera.post(f"/applications/{work}/appeal", data={"text": "Не согласна"}).status_code == status


def test_an_empty_appeal_is_refused_and_a_stranger_finds_nothing(world, work, as_vera, as_oleg, as_lev, as_nina, client):
    empty = as_vera.post(f"/applications/{work}/appeal", data={"text": " \n"})
    assert empty.status_code == 422
    assert "Напишите, с чем вы не согласны" in text(empty)
    assert [one.get(f"/applications/{work}/appeal").status_code for one in (as_oleg, as_lev, as_nina)] == [404] * 3
    assert [one.post(f"/applications/{work}/appeal", data={"text": "Да"}).status_code for one in (as_oleg, as_lev, as_nina)] == [404] * 3
    assert client.get(f"/applications/{work}/appeal").status_code == 302
    assert db.session.scalars(select(Appeal)).all() == []


def test_appeals_of_the_event_are_the_methodists_alone(world, work, as_vera, as_oleg, as_nina):
    as_vera.post(f"/applications/{work}/appeal", data={"text": "Не согласна"})
    paths = (f"/events/{world.ids['contest']}/appeals", f"/appeals/{filed().id}")

    assert [as_nina.get(path).status_code for path in paths] == [200, 200]
    assert [one.get(path).status_code for one in (as_vera, as_oleg) for path in paths] == [404] * 4
    assert "1 апелляция ждёт ответа" in text(as_nina.get(f"/events/{world.ids['contest']}/desk"))
    assert [("1 апелляция ждёт ответа" in text(one.get("/"))) for one in (as_nina, as_vera)] == [True, False]


def test_nobody_answers_about_a_work_of_her_own(world):
    body = copy.deepcopy(world.contest.version.body) | {"appeals": {"allowed": True, "days": 3}}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    mine = world.enter("nina", title="Работа методиста")
    world.step(mine, "admit", by="admin")
    with committing():
        world.contest.approved_at = world.contest.released_at = NOON
    with committing():
        appeals.file(db.session.get_one(Application, mine), "Не согласна", by=world.nina, now=NOON)
    with pytest.raises(appeals.Refused) as refusal, committing():
        appeals.answer(filed(), "upheld", "Потому что", by=world.nina, now=NOON)

    assert refusal.value.faults[""].key == "appeal_own_work"


def test_where_appeals_are_forbidden_the_pages_say_so(world, as_vera, client):
    found = world.enter()
    world.step(found, "admit")
    with committing():
        world.contest.approved_at = world.contest.released_at = NOON

    pages = [f"/events/{world.ids['contest']}", f"/events/{world.ids['contest']}/winners"]
    assert ["Апелляции на итоги не принимаются" in text(client.get(page)) for page in pages] == [True, True]
    assert "Апелляции на итоги не принимаются" in text(as_vera.get(f"/applications/{found}"))
    assert as_vera.post(f"/applications/{found}/appeal", data={"text": "Да"}).status_code == 422


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (
            timedelta(),
            "Апелляцию можно подать до 26 ноября 2026 г., 23:59 по Комсомольску: на странице своей заявки или письмом организатору.",
        ),
        (timedelta(days=4), "Приём апелляций закончился 26 ноября 2026 г., 23:59 по Комсомольску."),
    ],
)
def test_the_page_of_the_winners_says_until_when_and_how(world, work, client, after, told):
    clock.stop_at(NOON + after)

    assert told in text(client.get(f"/events/{world.ids['contest']}/winners"))


def test_before_the_release_nothing_is_said_of_appeals(world, work, as_vera):
    with committing():
        world.contest.released_at = None

    assert "Апелляц" not in text(as_vera.get(f"/applications/{work}"))
    assert as_vera.post(f"/applications/{work}/appeal", data={"text": "Да"}).status_code == 422


# Entered for somebody


def entered(as_nina, work: int, at: str = "2026-11-24T09:00", **more):
    data = {"text": "Балл за новизну не посчитан", "ground": "Письмо на адрес центра", "received_at": at, **more}
    return as_nina.post(f"/applications/{work}/appeal/enter", data=data, content_type="multipart/form-data")


@pytest.mark.stores
def test_nina_enters_an_appeal_that_came_on_paper_for_vera(work, as_nina, as_vera):
    clock.stop_at(NOON + timedelta(days=2))
    scan = (io.BytesIO(demo_cast.file_for("pdf", "Апелляция", 0)[0]), "апелляция.pdf")
    assert "Внести апелляцию за участника" in text(as_nina.get(f"/applications/{work}"))
    page = text(entered(as_nina, work, scan=scan) and as_nina.get(f"/appeals/{filed().id}"))
    one = filed()

    assert (one.by_id, one.filed_at, one.receipt.about) == (one.application.applicant_id, datetime(2026, 11, 23, 23, tzinfo=UTC), "appeal")
    assert [shown for shown in ("Соколова В. А. — Письмо на адрес центра", "апелляция.pdf") if shown not in page] == []
    with as_nina.get(f"/receipts/{one.receipt_id}/file") as answer:
        assert answer.status_code == 200
    assert as_vera.get(f"/receipts/{one.receipt_id}/file").status_code == 404
    assert letters("appeal_received") == ["vera@example.org"]
    assert "ждёт ответа" in text(as_vera.get(f"/applications/{work}"))
    assert one.application.open_receipt is None  # nothing of the application is being filled in


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-26T23:59", ""),
        ("2026-11-27T00:00", "Приём апелляций закончился"),
        ("2026-11-23T11:59", "после публикации итогов"),
        ("2026-12-30T09:00", "ещё не наступило"),
    ],
)
def test_the_term_of_an_appeal_on_paper_is_counted_by_the_time_it_came(work, as_nina, at, said):
    clock.stop_at(NOON + timedelta(days=20))
    answer = entered(as_nina, work, at)

    assert (answer.status_code, db.session.scalar(select(func.count(Appeal.id)))) == ((422, 0) if said else (302, 1))
    assert said in text(answer)
    if said:
        assert "Балл за новизну не посчитан" in text(answer)


def test_the_work_of_a_paper_appeal_is_found_by_its_number(world, work, as_nina):
    url = f"/events/{world.ids['contest']}/appeals"

    assert as_nina.get(f"{url}?number=26-001").location == f"/applications/{work}/appeal/enter"
    assert "Заявки с таким номером здесь нет" in text(as_nina.get(f"{url}?number=999"))


def test_only_the_centre_enters_appeals_and_only_where_they_are_accepted(world, work, as_nina, as_vera, as_oleg, as_lev):
    assert [entered(one, work).status_code for one in (as_vera, as_oleg, as_lev)] == [404] * 3
    clock.stop_at(NOON + timedelta(days=2))
    assert [entered(as_nina, work, ground=" ").status_code, entered(as_nina, work, text=" ").status_code] == [422] * 2
    assert entered(as_nina, work).status_code == 302
    assert "уже подана" in text(entered(as_nina, work))
