"""An upheld appeal has its effect: results opened again by a recorded act, a sheet changed with its ground, approved anew, letters sent."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import background, clock
from app.certificates import operations as papers
from app.certificates.models import REVOKED, Certificate
from app.closing import appeals, minutes
from app.closing.models import Appeal
from app.database import committing, db
from app.events import operations as events
from app.judging import operations, queries
from app.judging.models import Award, Decision, Order
from app.notifications.models import Notification
from tests.judging.cast import admitted, assigned, judge_all, jury, places, sheets_of
from tests.world import NOON

GROUND = "Апелляционная комиссия, протокол № 4: балл за новизну поднят"
LATER = NOON + timedelta(hours=2)


def text(reply) -> str:
    return reply.get_data(as_text=True).replace("\u00a0", " ")


@pytest.fixture
def works(world) -> list[int]:
    """Two works published with 4 and 3 points for every criterion; papers are issued; the author of the second appeals."""
    body = copy.deepcopy(world.contest.version.body) | {"appeals": {"allowed": True, "days": 3, "effect": "same_or_higher"}}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    jury(world)
    found = [*admitted(world, "Первая"), *admitted(world, "Вторая", who="oleg")]
    assigned(world)
    judge_all(world, dict(zip(found, (4, 3), strict=True)))
    with committing():
        operations.approve(world.contest, number="47", day=NOON.date(), by=world.nina, now=NOON)
    with committing():
        operations.release(world.contest, by=world.nina, now=NOON)
    with committing():
        papers.issue_for(world.contest, by=world.nina, now=NOON)
    return found


@pytest.fixture
def appeal(world, works) -> int:
    with committing():
        work = db.session.get_one(operations.Assignment, sheets_of(works[1])[0]).application
        made = appeals.file(work, "Балл за новизну не посчитан", by=world.oleg, now=NOON)
        return made.id


def upheld(as_nina, appeal: int) -> None:
    as_nina.post(f"/appeals/{appeal}", data={"outcome": "upheld", "ground": GROUND})
    assert as_nina.post(f"/appeals/{appeal}/reopen").status_code == 302


def marks(points: int, world) -> dict[str, str]:
    stage = world.contest.rules.stage("final")
    return {f"m_{one.key}": str(points) for one in stage.criteria} | {"ground": GROUND}


def corrected(as_nina, world, work: int, points: int) -> None:
    for one in sheets_of(work):
        assert as_nina.post(f"/assignments/{one}/correct", data=marks(points, world)).status_code == 302


def approved_anew(as_nina, world) -> None:
    reply = as_nina.post(f"/events/{world.ids['contest']}/results/approve", data={"number": "48", "day": "2026-11-26"})
    assert reply.status_code == 302
    db.session.rollback()


def awards(world) -> dict[int, list[str]]:
    db.session.rollback()
    return {work: [one.award for one in queries.awards_of(work)] for work in world}


@pytest.mark.stores
def test_an_upheld_appeal_ends_in_new_results_and_letters(world, works, appeal, as_nina, as_oleg, client):
    before = awards(works)
    upheld(as_nina, appeal)
    page = text(as_nina.get(f"/appeals/{appeal}"))
    assert [
        words for words in ("Итоги открыты заново", "Изменить лист:", "Утвердите итоги заново", "Приказ № 47") if words not in page
    ] == []
    corrected(as_nina, world, works[1], 5)

    assert places(world) == {"Первая": 2, "Вторая": 1}
    assert awards(works) == before  # nothing that was published changed
    public = text(client.get(f"/events/{world.ids['contest']}/winners"))
    assert "Итоги пересматриваются" in public
    assert "Приказ № 47" in public

    approved_anew(as_nina, world)
    assert awards(works) == {works[0]: before[works[1]], works[1]: before[works[0]]}
    assert "Приказ № 48" in text(client.get(f"/events/{world.ids['contest']}/winners"))
    assert "утверждены заново: Приказ № 48" in text(as_oleg.get(f"/applications/{works[1]}"))
    assert "утверждены заново: Приказ № 48" in text(as_nina.get(f"/appeals/{appeal}"))


def test_everybody_whose_award_changes_gets_a_letter_once(world, works, appeal, as_nina):
    upheld(as_nina, appeal)
    corrected(as_nina, world, works[1], 5)
    approved_anew(as_nina, world)
    background.work_off()

    letters = db.session.scalars(select(Notification).where(Notification.name == "results_revised").order_by(Notification.address)).all()
    assert [(one.address, one.values["act"]) for one in letters] == [
        ("oleg@example.org", "Приказ № 48 от 26 ноября 2026 г."),
        ("vera@example.org", "Приказ № 48 от 26 ноября 2026 г."),
    ]
    assert letters[0].values["award"] == "Диплом I степени"


def test_papers_of_awards_taken_back_are_cancelled_and_the_others_stand(world, works, appeal, as_nina):
    upheld(as_nina, appeal)
    corrected(as_nina, world, works[1], 5)
    approved_anew(as_nina, world)

    found = {one.application_id: (one.state == REVOKED, one.reason) for one in db.session.scalars(select(Certificate))}
    assert found == dict.fromkeys(works, (True, "Итоги пересмотрены: приказ № 48"))
    with committing():
        assert papers.issue_for(world.contest, by=world.nina, now=LATER) == 2


def test_where_nothing_changes_awards_and_papers_keep_their_rows(world, works, appeal, as_nina):
    before = [one.id for one in db.session.scalars(select(Award).order_by(Award.id))]
    upheld(as_nina, appeal)
    with committing():
        assert papers.issue_for(world.contest, by=world.nina, now=LATER) == 0
    approved_anew(as_nina, world)
    background.work_off()

    assert [one.id for one in db.session.scalars(select(Award).order_by(Award.id))] == before
    assert {one.state == REVOKED for one in db.session.scalars(select(Certificate))} == {False}
    assert list(db.session.scalars(select(Notification.address).where(Notification.name == "results_revised"))) == ["oleg@example.org"]


def test_a_mark_never_falls_where_the_regulation_says_so(world, works, appeal, as_nina):
    upheld(as_nina, appeal)
    one = sheets_of(works[1])[0]
    refused = as_nina.post(f"/assignments/{one}/correct", data=marks(2, world))

    assert refused.status_code == 422
    assert "балл не снижается: в этом листе было 15" in text(refused)
    assert GROUND in text(refused)  # what was typed stays
    assert as_nina.post(f"/assignments/{one}/correct", data=marks(5, world) | {"ground": " "}).status_code == 422
    assert as_nina.post(f"/assignments/{one}/correct", data=marks(3, world)).status_code == 422  # nothing changed
    assert db.session.scalars(select(Decision).where(Decision.kind == "sheet")).all() == []


def test_where_it_may_fall_it_falls(world, works, appeal, as_nina):
    body = copy.deepcopy(world.contest.version.body) | {"appeals": {"allowed": True, "days": 3, "effect": "any"}}
    upheld(as_nina, appeal)
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON, ground="Протокол")
    assert as_nina.post(f"/assignments/{sheets_of(works[1])[0]}/correct", data=marks(2, world)).status_code == 302


def test_nothing_is_opened_without_a_yes_and_no_sheet_changes_before(world, works, appeal, as_nina, as_oleg, as_lev):
    one = sheets_of(works[1])[0]
    assert as_nina.post(f"/appeals/{appeal}/reopen").status_code == 422
    assert as_nina.get(f"/assignments/{one}/correct").location == f"/events/{world.ids['contest']}/results?open=again"
    as_nina.post(f"/assignments/{one}/correct", data=marks(5, world))
    as_nina.post(f"/appeals/{appeal}", data={"outcome": "rejected", "ground": "Балл верен"})
    assert as_nina.post(f"/appeals/{appeal}/reopen").status_code == 422
    assert "Что дальше" not in text(as_nina.get(f"/appeals/{appeal}"))

    db.session.rollback()
    assert world.contest.approved_at == NOON
    assert {places(world)["Первая"], db.session.get_one(operations.Assignment, one).review.total} == {1, "15"}
    paths = (f"/appeals/{appeal}/reopen", f"/events/{world.ids['contest']}/results/reopen", f"/assignments/{one}/correct")
    assert [who.post(path, data={"ground": GROUND}).status_code for who in (as_oleg, as_lev) for path in paths] == [404] * 6


def test_minutes_name_the_former_act_and_what_was_decided_and_show_nothing_new_to_others(app, world, works, appeal, as_nina, client):
    upheld(as_nina, appeal)
    corrected(as_nina, world, works[1], 5)
    url = f"/events/{world.ids['contest']}/minutes/1"
    assert "Вторая" not in text(client.get(url))
    assert "Итоги пересматриваются" in text(client.get(url))
    approved_anew(as_nina, world)

    assert "Вторая" in text(client.get(url))
    with app.test_request_context():
        page = minutes.of(world.contest, 1, read_by=minutes.STAFF, now=LATER)
    assert page.acts[0].startswith("Приказ № 47 от 23 ноября 2026 г. (итоги открыты заново")
    assert page.acts[1] == "Приказ № 48 от 26 ноября 2026 г."
    assert page.decisions[0][1:] == ("Итоги открыты заново: заявка № 26-002", GROUND)
    assert [what for _when, what, _ground in page.decisions[1:]] == ["Заявка № 26-002, Оценка жюри: сумма листа изменена, 15 → 25"] * 3


def test_the_methodist_opens_approved_results_with_a_ground_and_nobody_her_own(world, works, as_nina):
    url = f"/events/{world.ids['contest']}/results"
    refused = as_nina.post(f"{url}/reopen", data={"ground": " "})
    assert refused.status_code == 422
    assert "Напишите основание" in text(refused)
    assert as_nina.post(f"{url}/reopen", data={"ground": "Опечатка в протоколе"}).status_code == 302
    assert as_nina.post(f"{url}/reopen", data={"ground": "Ещё раз"}).status_code == 409
    page = text(as_nina.get(url))

    assert "Открыты заново: прежнее решение — Приказ № 47" in page
    assert "Новые итоги сразу заменят опубликованные" in page
    assert ["Утвердите итоги заново" in text(as_nina.get(path)) for path in (f"/events/{world.ids['contest']}/desk", "/")] == [True, True]
    assert [one.number for one in db.session.scalars(select(Order)) if one.reopened_at] == ["47"]


def test_two_appeals_are_carried_out_in_one_review(world, works, appeal, as_nina):
    with committing():
        work = db.session.get_one(Appeal, appeal).application.event
        first = db.session.get_one(operations.Assignment, sheets_of(works[0])[0]).application
        other = appeals.file(first, "И у меня", by=world.vera, now=NOON).id
        assert work.id == first.event_id
    upheld(as_nina, appeal)
    upheld(as_nina, other)

    assert [one.application_id for one in db.session.scalars(select(Decision).where(Decision.kind == "reopen"))] == [works[1], works[0]]
    approved_anew(as_nina, world)
    background.work_off()
    assert len(db.session.scalars(select(Notification).where(Notification.name == "results_revised")).all()) == 2


def test_papers_of_new_awards_wait_on_the_desk_until_they_are_issued(world, works, appeal, as_nina):
    upheld(as_nina, appeal)
    corrected(as_nina, world, works[1], 5)
    desk, waits = f"/events/{world.ids['contest']}/desk", "новые документы ещё не выданы"
    assert waits not in text(as_nina.get(desk))
    clock.stop_at(LATER)
    approved_anew(as_nina, world)
    assert waits in text(as_nina.get(desk))
    assert "Готово 0 из 0" in text(as_nina.get(f"/events/{world.ids['contest']}/certificates"))  # both were cancelled

    assert as_nina.post(f"/events/{world.ids['contest']}/certificates").status_code == 302
    assert waits not in text(as_nina.get(desk))
