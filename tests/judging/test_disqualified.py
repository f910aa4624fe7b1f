"""An admitted work is disqualified: it keeps its total, has no place, the minutes say it, and it may come back. A23."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.closing import minutes
from app.database import committing, db
from app.events import operations as events
from app.judging import figures, operations
from app.judging.models import Standing
from app.notifications.letters import Draft
from app.notifications.models import HELD, Notification
from tests.judging.cast import admitted, assigned, judge_all, jury, places
from tests.world import NOON
from workflows.machine import StepRefused

BEST, OTHER = "Читающий двор", "Ночь в библиотеке"
GROUND = "Работа взята из чужого издания"


@pytest.fixture
def works(world):
    """Two judged works of one list, 5 and 3 points in every criterion."""
    jury(world)
    found = admitted(world, BEST, OTHER)
    assigned(world)
    judge_all(world, dict(zip(found, (5, 3), strict=True)))
    refreshed(world)
    return found


def refreshed(world):
    with committing():
        return operations.refresh(world.contest)


def standing(work: int) -> Standing:
    db.session.rollback()
    return db.session.scalars(select(Standing).where(Standing.application_id == work)).one()


def awards(work: int) -> list[str]:
    return [key for key, _by in standing(work).awards]


def state(work: int) -> str:
    db.session.rollback()
    return db.session.get_one(Application, work).state


def test_a_disqualified_work_keeps_its_total_and_loses_its_place(world, works):
    before = standing(works[0])
    kept = (before.exact, before.sheets)
    assert places(world) == {BEST: 1, OTHER: 2}

    world.step(works[0], "disqualify", reason=GROUND)
    assert figures.is_stale(world.ids["contest"])
    refreshed(world)

    after = standing(works[0])
    assert (after.verdict, after.status, after.place, after.awards, (after.exact, after.sheets)) == (
        "disqualified",
        "absent",
        None,
        [],
        kept,
    )
    assert places(world) == {BEST: None, OTHER: 1}
    assert figures.tally(world.ids["contest"]).works == 1


def test_it_comes_back_with_a_ground_and_all_is_as_it_was(world, works):
    world.step(works[0], "disqualify", reason=GROUND)
    refreshed(world)
    assert figures.panel(world.ids["contest"]).done == 3  # sheets of the other work alone
    world.step(works[0], "reinstate", reason="Автор доказал авторство")
    refreshed(world)

    assert (places(world), standing(works[0]).verdict) == ({BEST: 1, OTHER: 2}, "")
    assert (figures.panel(world.ids["contest"]).done, figures.tally(world.ids["contest"]).works) == (6, 2)


@pytest.mark.parametrize(
    ("step", "who", "words", "said"),
    [
        ("disqualify", "nina", {}, "reason_missing"),
        ("disqualify", "vera", {"reason": GROUND}, "step_not_yours"),
        ("disqualify", "oleg", {"reason": GROUND}, "step_not_yours"),
        ("reinstate", "nina", {"reason": GROUND}, "step_not_from_here"),
    ],
)
def test_a23_only_a_methodist_disqualifies_and_only_with_a_ground(world, works, step, who, words, said):
    with pytest.raises(StepRefused) as refusal:
        world.step(works[0], step, by=who, **words)

    assert (refusal.value.saying.key, state(works[0])) == (said, "admitted")


def test_after_the_approval_nobody_is_disqualified_or_brought_back(world, works):
    world.step(works[0], "disqualify", reason=GROUND)
    with committing():
        operations.approve(world.contest, number="47", day=NOON.date(), by=world.nina, now=NOON)
    for work, step in zip(works, ("reinstate", "disqualify"), strict=True):
        with pytest.raises(StepRefused) as refusal:
            world.step(work, step, reason=GROUND)
        assert refusal.value.saying.key == "results_already_approved"


def test_a_decision_about_a_work_that_left_holds_nothing_up(world, works):
    with committing():
        operations.decide_award(world.contest, works[1], "third", given=True, ground="За смелость", by=world.nina, now=NOON)
    assert "third" in awards(works[1])
    world.step(works[1], "disqualify", reason=GROUND)

    assert refreshed(world).results.faults == []
    assert awards(works[1]) == []


def test_an_award_settled_upon_a_work_that_left_is_open_again(world, works):
    body = {**world.contest.version.body}
    body["awards"] = [
        *body["awards"],
        {"key": "special", "title": "Приз жюри", "by": "decision", "exclusive": False, "paper": "certificate"},
    ]
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON, ground="Решение оргкомитета")
    with committing():
        name = standing(works[0]).list
        operations.settle_award(world.contest, "special", name, [works[0]], "За смелость", by=world.nina, now=NOON)
    assert [one["award"] for one in figures.tally(world.ids["contest"]).open] == []
    world.step(works[0], "disqualify", reason=GROUND)
    refreshed(world)

    db.session.rollback()
    assert [(one["award"], one["entries"]) for one in figures.tally(world.ids["contest"]).open] == [("special", [str(works[1])])]


def test_authors_are_told_by_letters_that_wait_and_the_reason_stands_in_them(world, works):
    world.step(works[0], "disqualify", reason=GROUND)
    world.step(works[0], "reinstate", reason="Ошибка")
    letters = db.session.scalars(select(Notification).where(Notification.name.in_(("entry_disqualified", "entry_reinstated")))).all()

    assert [(one.name, one.state) for one in letters] == [("entry_disqualified", HELD), ("entry_reinstated", HELD)]
    assert f"Причина: {GROUND}" in Draft.of(letters[0]).write().text
    english = Draft("entry_reinstated", "en", letters[1].values).write()
    assert english.subject == "Application 26-001 takes part again: “The School Library: Ideas and Practice”"
    assert "The ground: Ошибка" in english.text


def test_minutes_and_the_page_of_results_say_it(app, world, works, as_nina):
    world.step(works[0], "disqualify", reason=GROUND)
    refreshed(world)

    with app.test_request_context():
        sheet = minutes.of(world.contest, 1, read_by=minutes.STAFF, now=NOON)
    assert [(what, ground) for _when, what, ground in sheet.decisions] == [("Заявка № 26-001 снята с конкурса", GROUND)]
    assert ("Снято с конкурса", "1") in sheet.statistics
    [listed] = [row for section in sheet.sections for row in section.rows if BEST in " ".join(row)]
    assert "Снята с конкурса" in listed
    page = as_nina.get(f"/events/{world.ids['contest']}/results").get_data(as_text=True)
    assert page.count("Снята с конкурса") == 2  # in its row, and among the reasons


def test_a_juror_does_not_meet_it_any_more(world, works, as_lev):
    world.step(works[0], "disqualify", reason=GROUND)
    desk = as_lev.get("/desk?show=done").get_data(as_text=True)

    assert (BEST in desk, OTHER in desk) == (False, True)


def test_the_button_asks_for_a_ground_and_the_way_tells_it(world, works, as_nina, as_vera):
    path = f"/applications/{works[0]}"
    assert "Снять с конкурса" in as_nina.get(path).get_data(as_text=True)
    assert as_nina.post(f"{path}/steps/disqualify", data={"reason": ""}).status_code == 422
    assert as_nina.post(f"{path}/steps/disqualify", data={"reason": GROUND}).status_code == 302

    assert "Вернуть в конкурс" in as_nina.get(path).get_data(as_text=True)
    own = as_vera.get(path).get_data(as_text=True)
    assert ("Снята с конкурса" in own, GROUND in own, "Вернуть в конкурс" in own) == (True, True, False)
    assert as_vera.post(f"{path}/steps/reinstate", data={"reason": "x"}).status_code == 409
