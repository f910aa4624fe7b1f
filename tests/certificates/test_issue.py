"""Issuing: a number for every ground, once. F1 F7 F28."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event as events
from sqlalchemy import select

from app import clock, storage
from app.background import Job
from app.certificates import grounds, operations, pdf, tasks
from app.certificates.models import FAILED, READY, REQUESTED, REVOKED
from app.database import committing, db
from app.notifications.models import Notification
from tests.scale import scaled
from tests.world import DAY, NOON


def test_every_author_gets_a_paper_with_a_number_and_a_code(award, issue, papers):
    award("first", co_author=True)
    assert issue() == 2

    vera, maria = papers()
    assert [(one.recipient, one.number, one.title, one.state) for one in (vera, maria)] == [
        ("Соколова Вера Андреевна", "0001/2026", "Диплом I степени", REQUESTED),
        ("Бельды Мария Чуоевна", "0002/2026", "Диплом I степени", REQUESTED),
    ]
    assert vera.code != maria.code
    assert len(vera.code) == 10
    assert set(vera.code) <= set(operations.LETTERS)


def test_a_second_click_gives_nothing_new_and_a_later_award_does(award, issue, papers):
    award("first")
    assert (issue(), issue()) == (1, 0)

    award("participant", who="oleg", title="Вторая работа")
    assert issue() == 1
    assert [one.number for one in papers()] == ["0001/2026", "0002/2026"]
    assert len(db.session.scalars(select(Job).where(Job.kind == "certificates.draw")).all()) == 2


def test_nothing_is_issued_before_the_results_are_published(world, award, issue):
    award("first")
    with committing():
        world.contest.released_at = None

    assert issue() == 0


def test_pressed_by_many_at_once_every_number_is_given_once(app, world, award, papers):
    for number in range(4):
        award("participant", title=f"Работа {number}")

    def press(_: int) -> int:
        with app.app_context(), committing():
            return operations.issue_for(world.contest, by=world.nina, now=NOON)

    db.session.remove()
    with ThreadPoolExecutor(8) as people:
        given = sorted(people.map(press, range(8)))

    assert given == [0] * 7 + [4]
    assert sorted(one.number for one in papers()) == [f"000{number}/2026" for number in (1, 2, 3, 4)]


def test_numbers_begin_anew_each_year_of_the_calendar_there(world, award, issue, papers):
    award("first")
    clock.stop_at(NOON)
    with committing():
        # 1 January in Komsomolsk-on-Amur while London still has the old year.
        operations.issue_for(world.contest, by=world.nina, now=NOON.replace(month=12, day=31, hour=15))

    assert papers()[0].number == "0001/2027"
    assert papers()[0].issued_on.isoformat() == "2027-01-01"


def test_hundreds_of_papers_take_a_handful_of_statements(world, award, papers):
    entry = award("first")
    statements = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    many = scaled(500) * 4
    with committing():
        ground = grounds.of(world.contest)[0]
        earned = [
            grounds.Ground(f"award:{number}", ground.paper, ground.application, ground.person, author=ground.author)
            for number in range(many)
        ]
        events.listen(db.engine, "before_cursor_execute", count)
        try:
            made = operations.issue(world.contest, earned, by=world.nina, now=NOON)
        finally:
            events.remove(db.engine, "before_cursor_execute", count)

    assert made == many
    assert len({one.number for one in papers()}) == many
    assert len(statements) <= 10 + many // 400
    assert entry


def test_the_worker_draws_keeps_and_tells(award, issue, papers, work_off):
    award("first")
    issue()
    work_off()

    (paper,) = papers()
    assert (paper.state, paper.ready_at, paper.size) == (READY, NOON, len(storage.read(paper.key)))
    assert storage.read(paper.sha256).startswith(b"%PDF-")
    letter = db.session.scalars(select(Notification).where(Notification.name == "paper_ready")).one()
    assert (letter.address, letter.values["number"]) == ("vera@example.org", "0001/2026")


def test_drawn_twice_there_is_one_file_and_one_letter(award, issue, papers, work_off):
    award("first")
    issue()
    work_off()
    first = papers()[0].key
    tasks.draw(papers()[0].id)
    paper = papers()[0]
    with committing():
        paper.state = REQUESTED
    tasks.draw(papers()[0].id)

    assert (papers()[0].key, list(storage.keys()).count(first)) == (first, 1)
    assert len(db.session.scalars(select(Notification).where(Notification.name == "paper_ready")).all()) == 1


def test_a_paper_that_cannot_be_drawn_says_why_and_is_tried_again(award, issue, papers, work_off, monkeypatch):
    award("first")
    issue()
    with monkeypatch.context() as broken:
        broken.setattr(pdf, "draw", _fall)
        work_off()
        assert (papers()[0].state, papers()[0].reason) == (REQUESTED, "MemoryError: no room")
        for _ in range(8):
            clock.stop_at(clock.now() + timedelta(hours=2))
            work_off()
        assert papers()[0].state == FAILED

    paper = papers()[0]
    with committing():
        assert operations.draw_again(paper, by=paper.person, now=clock.now())
    work_off()
    assert (papers()[0].state, papers()[0].reason, papers()[0].number) == (READY, "", "0001/2026")


def _fall(_words: object) -> bytes:
    raise MemoryError("no room")


def test_a_revoked_paper_keeps_its_number_and_is_not_drawn(award, issue, papers, work_off, world):
    award("first")
    issue()
    paper = papers()[0]
    with committing():
        operations.revoke(paper, "Ошибка в фамилии", by=world.nina, now=NOON)
    work_off()

    assert (papers()[0].state, papers()[0].number, papers()[0].key) == (REVOKED, "0001/2026", None)
    assert issue() == 0


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_paper_is_revoked_without_a_reason(award, issue, papers, world, reason):
    award("first")
    issue()
    with pytest.raises(operations.Refused), committing():
        operations.revoke(papers()[0], reason, by=world.nina, now=NOON)
    assert papers()[0].state == REQUESTED


def test_in_place_of_a_revoked_paper_a_new_one_has_today_s_words(award, issue, papers, world):
    award("first")
    issue()
    paper = papers()[0]
    with committing():
        assert not operations.replace(paper, by=world.nina, now=NOON)  # the first is in force
    paper = papers()[0]
    with committing():
        operations.revoke(paper, "Сменила фамилию", by=world.nina, now=NOON)
    paper = papers()[0]
    with committing():
        world.vera.surname = "Лебедева"
        assert operations.replace(paper, by=world.nina, now=NOON + DAY)
    paper = papers()[0]
    with committing():
        assert not operations.replace(paper, by=world.nina, now=NOON + DAY)  # it has a successor

    old, new = papers()
    assert (old.recipient, old.number, old.state) == ("Соколова Вера Андреевна", "0001/2026", REVOKED)
    assert (new.recipient, new.number, new.state) == ("Лебедева Вера Андреевна", "0002/2026", REQUESTED)
    assert issue() == 0


def test_a_damaged_file_is_drawn_again_under_its_number_and_a_whole_one_never(award, issue, papers, world, work_off):
    award("first")
    issue()
    work_off()
    paper = papers()[0]
    with committing():
        assert not operations.draw_again(paper, by=world.nina, now=NOON)

    Path(storage.local_path(paper.key)).write_bytes(b"%PDF-1.7 changed")
    paper = papers()[0]
    with committing():
        assert operations.draw_again(paper, by=world.nina, now=NOON)
    work_off()
    assert (papers()[0].state, papers()[0].number, operations.is_whole(papers()[0])) == (READY, "0001/2026", True)


def test_a_text_that_fits_no_sheet_is_not_tried_again_and_again(award, issue, papers, work_off):
    award("first")
    issue()
    paper = papers()[0]
    with committing():
        paper.wording = {**paper.wording, "lines": ["слово " * 4000]}
    work_off()

    assert (papers()[0].state, papers()[0].reason) == (FAILED, tasks.TOO_LONG)
