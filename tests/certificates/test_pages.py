"""The register's pages: who may see what, downloads, revoking. A4 A18."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import delete
from sqlalchemy import event as events

from app import storage
from app.certificates.models import FAILED, READY, REQUESTED, REVOKED
from app.database import committing, db
from app.events import operations
from app.judging.models import Award
from tests.world import NOON


@pytest.fixture
def paper(drawn, papers) -> int:
    """Vera's drawn diploma."""
    drawn("first")
    return papers()[0].id


def test_vera_finds_her_diploma_and_takes_it_with_her(paper, as_vera):
    page = as_vera.get("/my/certificates").text
    assert "Диплом I степени" in page
    assert f"/certificates/{paper}/file" in page

    answer = as_vera.get(f"/certificates/{paper}/file")
    assert "Соколова Вера Андреевна" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def _but_for_marks(page: str, number: int) -> str:
    """Return the page without what differs from answer to answer: marks of the form, mark of the scripts, the address itself."""
    page = re.sub(r'(name="csrf_token" value|nonce)="[^"]*"', "", page)
    return page.replace(f"/certificates/{number}/", "/certificates/…/")


@pytest.mark.parametrize("client", ["as_oleg", "as_lev"])
def test_a_stranger_finds_no_paper_and_no_register(request, world, paper, client):
    browser, missing = request.getfixturevalue(client), paper + 999
    event = world.ids["contest"]

    answers = [browser.get(f"/certificates/{number}/file") for number in (paper, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert _but_for_marks(answers[0].text, paper) == _but_for_marks(answers[1].text, missing)
    pages = ("/certificates", f"/events/{event}/certificates", f"/events/{event}/certificates/progress", f"/certificates/{paper}/revoke")
    assert [browser.get(page).status_code for page in pages] == [404] * 4
    acts = (
        f"/events/{event}/certificates",
        f"/certificates/{paper}/again",
        f"/certificates/{paper}/revoke",
        f"/certificates/{paper}/replace",
    )
    assert [browser.post(act, data={"reason": "так"}).status_code for act in acts] == [404] * 4
    assert "Диплом I степени" not in browser.get("/my/certificates").text


def test_vera_herself_may_not_revoke_or_issue(world, paper, as_vera, papers):
    assert as_vera.post(f"/certificates/{paper}/revoke", data={"reason": "так"}).status_code == 404
    assert as_vera.post(f"/events/{world.ids['contest']}/certificates").status_code == 404
    assert papers()[0].state == READY


def test_nobody_sees_papers_without_signing_in(paper, client):
    assert client.get(f"/certificates/{paper}/file").status_code == 302


def test_nina_issues_and_sees_how_far_it_is(world, award, as_nina, papers, work_off):
    award("first", co_author=True)
    url = f"/events/{world.ids['contest']}/certificates"
    assert "Документы ещё не выданы" in as_nina.get(url).text

    assert "Готовим 2 документа." in as_nina.post(url, follow_redirects=True).text
    assert as_nina.get(f"{url}/progress").json == {"value": 0, "most": 2, "text": "Готово 0 из 2", "finished": False}
    work_off()
    assert as_nina.get(f"{url}/progress").json == {"value": 2, "most": 2, "text": "Готово 2 из 2", "finished": True}
    assert "новых нет" in as_nina.post(url, follow_redirects=True).text
    assert len(papers()) == 2


def test_before_the_results_the_page_says_what_must_happen_first(world, as_nina):
    url = f"/events/{world.ids['contest']}/certificates"

    assert "когда итоги утверждены приказом и опубликованы" in as_nina.get(url).text
    assert "когда итоги утверждены приказом и опубликованы" in as_nina.post(url, follow_redirects=True).text


def test_revoking_needs_a_reason_and_keeps_what_was_typed(paper, as_nina, papers):
    refused = as_nina.post(f"/certificates/{paper}/revoke", data={"reason": " "})
    assert refused.status_code == 422
    assert "Напишите, почему документ отменяется" in refused.text
    too_long = as_nina.post(f"/certificates/{paper}/revoke", data={"reason": "ошибка " * 100})
    assert too_long.status_code == 422
    assert "Не больше 500 знаков" in too_long.text
    assert "ошибка ошибка" in too_long.text
    assert papers()[0].state == READY

    as_nina.post(f"/certificates/{paper}/revoke", data={"reason": "Ошибка в фамилии"})
    assert (papers()[0].state, papers()[0].reason) == (REVOKED, "Ошибка в фамилии")


def test_a_revoked_paper_is_shown_as_such_and_replaced(paper, as_nina, as_vera, papers, work_off):
    as_nina.post(f"/certificates/{paper}/revoke", data={"reason": "Ошибка"})
    assert "больше не действует" in as_vera.get("/my/certificates").text

    as_nina.post(f"/certificates/{paper}/replace")
    work_off()
    assert [(one.number, one.state) for one in papers()] == [("0001/2026", REVOKED), ("0002/2026", READY)]


def test_replacing_is_offered_once_and_not_where_the_award_was_taken_away(world, paper, as_nina, papers):
    def offered() -> list[int]:
        page = as_nina.get(f"/events/{world.ids['contest']}/certificates").text
        return [one.id for one in papers() if f'action="/certificates/{one.id}/replace"' in page]

    assert offered() == []
    as_nina.post(f"/certificates/{paper}/revoke", data={"reason": "Ошибка"})
    assert offered() == [paper]
    as_nina.post(f"/certificates/{paper}/replace")
    assert offered() == []
    second = papers()[1].id
    as_nina.post(f"/certificates/{second}/revoke", data={"reason": "Решение апелляционной комиссии"})
    assert offered() == [second]
    with committing():
        db.session.execute(delete(Award))
    assert offered() == []


def test_a_failed_paper_shows_its_reason_and_is_prepared_again(world, paper, as_nina, papers):
    one = papers()[0]
    with committing():
        one.state, one.reason = FAILED, "too_long"
    page = as_nina.get(f"/events/{world.ids['contest']}/certificates?state=failed").text
    assert "too_long" not in page
    assert "Текст не помещается на лист" in page

    as_nina.post(f"/certificates/{paper}/again")
    assert papers()[0].state == REQUESTED


def test_a_damaged_file_is_never_handed_out(paper, as_vera, as_nina, papers):
    Path(storage.local_path(papers()[0].key)).write_bytes(b"%PDF-1.7 something else")

    hers = as_vera.get(f"/certificates/{paper}/file", follow_redirects=True)
    assert b"something else" not in hers.data
    assert "Напишите методисту" in hers.text
    assert "Подготовить заново" in as_nina.get(f"/certificates/{paper}/file", follow_redirects=True).text


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("Соколова", True),
        ("соко", True),
        ("1", True),
        ("0001/2026", True),
        ("0002", False),
        ("%", False),
        ("_", False),
        ("Ж'\"; --", False),
    ],
)
def test_the_register_finds_numbers_and_surnames(paper, as_nina, search, found):
    page = as_nina.get("/certificates", query_string={"search": search}).text

    assert ("Соколова Вера Андреевна" in page) == found


def test_hostile_names_are_text_everywhere(world, drawn, signed_in, papers, client):
    with committing():
        world.vera.surname = "<script>alert(1)</script>"
    drawn("first", title="\"><img src=x onerror='alert(2)'>")
    one, as_nina, as_vera = papers()[0], signed_in("nina"), signed_in("vera")
    event, code = world.ids["contest"], one.code
    pages = [as_nina.get("/certificates"), as_nina.get(f"/events/{event}/certificates"), as_nina.get(f"/certificates/{one.id}/revoke")]
    pages += [as_vera.get("/my/certificates"), client.get(f"/check/{code}"), client.post(f"/check/{code}", data={"surname": "<b>x</b>"})]

    assert [page.status_code for page in pages] == [200] * 6
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>x</b>" not in page.text


def test_the_desk_says_that_papers_wait_to_be_issued(world, award, as_nina):
    award("first")

    assert "документы ещё не выданы" in as_nina.get(f"/events/{world.ids['contest']}/desk").text


def test_the_page_of_an_application_holds_its_papers(drawn, as_vera):
    entry = drawn("first")

    assert "Диплом I степени № 0001/2026" in as_vera.get(f"/applications/{entry}").text


def test_a_long_register_comes_by_pages_with_as_many_statements(world, award, issue, as_nina, papers):
    def statements(url: str) -> int:
        seen = []

        def count(*_):
            seen.append(1)

        engine = db.engine
        events.listen(engine, "before_cursor_execute", count)
        try:
            assert as_nina.get(url).status_code == 200
        finally:
            events.remove(engine, "before_cursor_execute", count)
        return len(seen)

    award("participant", title="Работа")
    issue()
    urls = ("/certificates", f"/events/{world.ids['contest']}/certificates")
    assert [statements(url) for url in urls]  # what a process remembers for ever is asked for once
    few = [statements(url) for url in urls]
    for number in range(3):
        award("participant", title=f"Работа {number}")
    issue()
    assert len(papers()) == 4
    assert [statements(url) for url in urls] == few
    assert max(few) <= 15


def test_a_regulation_without_papers_promises_none(world, as_nina):
    event = world.ids["contest"]
    with committing():
        body = {key: value for key, value in world.contest.version.body.items() if key != "papers"}
        body["awards"] = [{key: value for key, value in one.items() if key != "paper"} for one in body["awards"]]
        operations.rewrite(world.contest, body, by=world.nina, now=NOON)

    page = as_nina.get(f"/events/{event}/certificates").text

    assert ("документы не выдают" in page, "Документы появятся" in page) == (True, False)
