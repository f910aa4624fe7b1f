"""The juror's three screens: whose they are, what they show, what they keep."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.applications.models import Application, Attachment
from app.database import committing, db
from app.events.models import RegulationVersion
from app.judging.models import Assignment, Mark, Review
from tests.judging.cast import admitted, assigned, counting, jury, lev_sheet, sheet, sheets_of
from tests.world import NOON

EVERY = {"m_novelty": "4", "m_method": "5", "m_result": "7", "m_fit": "3", "m_literacy": "2"}


@pytest.fixture
def works(world):
    jury(world)
    found = admitted(world, "Читающий двор", "Ночь в библиотеке")
    assigned(world)
    return found


@pytest.fixture
def lev(world, works):
    return lev_sheet(world, works[0]).id


def text(reply) -> str:
    return reply.get_data(as_text=True)


def test_desk_is_for_jurors_alone(world, works, as_lev, as_vera, as_nina, client):
    assert "Ночь в библиотеке" in text(as_lev.get("/desk"))
    assert [as_vera.get("/desk").status_code, as_nina.get("/desk").status_code] == [404, 404]
    assert client.get("/desk").status_code == 302


def test_work_is_there_for_its_juror_alone(world, works, lev, as_lev, as_vera, as_nina, as_oleg):
    assert as_lev.get(f"/assignments/{lev}").status_code == 200
    others = [one for one in sheets_of(works[0]) if one != lev]
    assert [as_lev.get(f"/assignments/{one}").status_code for one in others] == [404, 404]
    assert [one.get(f"/assignments/{lev}").status_code for one in (as_vera, as_nina, as_oleg)] == [404, 404, 404]
    assert as_lev.post(f"/assignments/{others[0]}/review", data=EVERY).status_code == 404
    assert db.session.scalar(select(func.count(Review.id))) == 0


def test_blind_page_tells_no_name_no_school_and_no_file_name_of_theirs(world, works, lev, as_lev):
    with committing():
        file = db.session.scalars(select(Attachment).where(Attachment.application_id == works[0])).first()
        file.name = "Соколова_Вера_СОШ_15.pdf"
        attachment = file.id
    page = text(as_lev.get(f"/assignments/{lev}"))
    for secret in ("Соколова", "Вера Андреевна", "СОШ № 15", "Соколова_Вера", "vera@example.org"):
        assert secret not in page

    reply = as_lev.get(f"/assignments/{lev}/files/{attachment}")
    assert reply.status_code == 200
    reply.close()
    assert "%D0%A1%D0%BE%D0%BA%D0%BE%D0%BB" not in reply.headers["Content-Disposition"]  # «Сокол»
    assert as_lev.get(f"/files/{attachment}").status_code == 404
    assert as_lev.get(f"/applications/{works[0]}").status_code == 404


def test_file_of_another_work_is_not_there(world, works, lev, as_lev):
    other = db.session.scalars(select(Attachment.id).where(Attachment.application_id == works[1])).first()

    assert as_lev.get(f"/assignments/{lev}/files/{other}").status_code == 404


def test_open_stage_shows_the_authors(world, works, lev, as_lev):
    with committing():
        version = db.session.scalars(select(RegulationVersion).where(RegulationVersion.id == world.contest.version_id)).one()
        body = dict(version.body)
        body["stages"] = [
            {**stage, "sources": [{**stage["sources"][0], "blind": False}]} if stage["kind"] == "marks" else stage
            for stage in body["stages"]
        ]
        version.body = body

    assert "Соколова Вера Андреевна" in text(as_lev.get(f"/assignments/{lev}"))


def test_done_leads_to_the_next_work_and_then_to_the_end(world, works, lev, as_lev):
    second = lev_sheet(world, works[1]).id
    reply = as_lev.post(f"/assignments/{lev}/review", data={**EVERY, "action": "done", "seen": "0"}, follow_redirects=True)
    assert reply.request.path == f"/assignments/{second}"
    reply = as_lev.post(f"/assignments/{second}/review", data={**EVERY, "action": "done", "seen": "0"}, follow_redirects=True)

    assert reply.request.path == f"/events/{world.contest.id}/judging/done"
    assert "Всё оценено" in text(reply)
    assert set(db.session.scalars(select(Review.total))) == {"21"}


def test_fault_stands_beside_its_field_and_all_is_kept(world, lev, as_lev):
    reply = as_lev.post(f"/assignments/{lev}/review", data={**EVERY, "m_result": "11", "comment": "Очень живо", "seen": "0"})

    page = text(reply)
    assert reply.status_code == 422
    assert "Балл — от 0 до 10." in page
    assert "Очень живо" in page
    assert 'id="m_novelty-4" name="m_novelty" value="4" checked' in page
    assert db.session.scalar(select(func.count(Review.id))) == 0


def test_missing_mark_is_asked_for_and_nothing_is_lost(world, lev, as_lev):
    given = {key: value for key, value in EVERY.items() if key != "m_fit"}
    reply = as_lev.post(f"/assignments/{lev}/review", data={**given, "seen": "0"})

    assert reply.status_code == 422
    assert text(reply).count("Поставьте балл.") >= 1
    assert 'name="m_result" value="7" checked' in text(reply)


def test_later_keeps_what_there_is(world, lev, as_lev):
    reply = as_lev.post(f"/assignments/{lev}/review", data={"m_novelty": "4", "comment": "", "action": "later", "seen": "0"})

    assert reply.location == "/desk"
    assert dict(db.session.execute(select(Mark.criterion, Mark.value)).all()) == {"novelty": "4"}


def test_page_saves_itself_and_says_which_revision_it_now_has(world, lev, as_lev):
    first = as_lev.post(f"/assignments/{lev}/draft", data={"m_novelty": "4", "seen": "0"})
    second = as_lev.post(f"/assignments/{lev}/draft", data={"m_novelty": "5", "seen": first.json["fields"]["seen"]})

    assert (first.json["saved_at"], second.status_code) == ("12:00", 200)
    assert int(second.json["fields"]["seen"]) == int(first.json["fields"]["seen"]) + 1
    stale = as_lev.post(f"/assignments/{lev}/draft", data={"m_novelty": "1", "seen": "1"})
    assert stale.status_code == 409
    assert db.session.scalars(select(Mark.value)).one() == "5"


def test_stale_tab_is_told_and_keeps_its_marks(world, lev, as_lev):
    sheet(lev, 5)
    reply = as_lev.post(f"/assignments/{lev}/review", data={**EVERY, "seen": "0"})

    assert reply.status_code == 409
    assert "изменили в другом окне" in text(reply)
    assert 'name="m_result" value="7" checked' in text(reply)
    assert db.session.scalars(select(Review.total)).one() == "25"


def test_too_late_is_409_with_the_reason_and_the_row_unchanged(world, lev, as_lev):
    sheet(lev, {"novelty": "1"}, final=False)
    clock.stop_at(world.contest.date("judging_closes"))
    reply = as_lev.post(f"/assignments/{lev}/review", data={**EVERY, "seen": "1"})

    assert reply.status_code == 409
    assert "Оценка закончилась" in text(reply)
    assert db.session.scalars(select(Mark.value)).all() == ["1"]


def test_recusing_takes_the_work_away_and_keeps_the_reason(world, lev, as_lev):
    empty = as_lev.post(f"/assignments/{lev}/recuse", data={"reason": ""})
    assert (empty.status_code, "её увидит только методист" in text(empty)) == (422, True)
    as_lev.post(f"/assignments/{lev}/recuse", data={"reason": "Знаю автора"})

    assert db.session.get_one(Assignment, lev).recused_reason == "Знаю автора"
    assert as_lev.get(f"/assignments/{lev}").status_code == 404


def test_hostile_words_are_shown_as_words(world, lev, as_lev):
    as_lev.post(f"/assignments/{lev}/review", data={"comment": "<script>alert(1)</script>\x00", "action": "later", "seen": "0"})

    page = text(as_lev.get(f"/assignments/{lev}"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_desk_and_work_cost_the_same_for_two_works_and_for_thirty(world, works, lev, as_lev):
    def cost() -> list[int]:
        found = []
        for path in ("/desk", f"/assignments/{lev}"):
            with counting() as statements:
                assert as_lev.get(path).status_code == 200
            found.append(len(statements))
        return found

    cost()  # what a process reads once is read
    few = cost()
    titles = [f"Работа {number}" for number in range(28)]
    admitted(world, *titles)
    assigned(world)
    assert db.session.scalar(select(func.count(Application.id))) == 30

    assert cost() == few
    assert max(few) <= 15


def test_a_save_costs_at_most_25_statements(world, lev, as_lev):
    with counting() as statements:
        as_lev.post(f"/assignments/{lev}/review", data={**EVERY, "action": "done", "seen": "0"})

    assert len(statements) <= 25
    assert db.session.get_one(Assignment, lev).done_at == NOON


def test_long_list_of_judged_works_is_read_page_by_page_latest_first(world, as_lev, monkeypatch):
    monkeypatch.setattr("app.judging.queries.PAGE", 2)
    jury(world)
    works = admitted(world, *[f"Работа {number}" for number in range(5)])
    assigned(world)
    mine = [lev_sheet(world, work).id for work in works]
    for number, one in enumerate(mine):
        sheet(one, 3, now=NOON + timedelta(minutes=number // 2))
    seen, path = [], "/desk?show=done"
    while path:
        page = text(as_lev.get(path))
        seen += re.findall(r'href="/assignments/(\d+)"', page)
        path = next(iter(re.findall(r'href="(/desk\?after=\d+&amp;show=done)"', page)), "").replace("&amp;", "&")

    assert [int(one) for one in seen] == [mine[4], mine[3], mine[2], mine[1], mine[0]]
