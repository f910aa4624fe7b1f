"""A stage opens: jurors with works and entrants who have something to do are told once, by the dates in force."""

from __future__ import annotations

from sqlalchemy import select

from app import background, clock
from app.database import committing, db
from app.events import operations as events
from app.judging import opening, passage
from app.judging.tasks import open_stages
from app.notifications.letters import Draft
from app.notifications.models import Notification
from tests.judging import test_stages
from tests.judging.cast import sheet
from tests.judging.test_stages import FINAL, FINAL_CLOSES, FINAL_OPENS, FULL, at_the_final, sheet_of
from tests.world import DAY, NOON
from workflows import regulation
from workflows.regulation import Stage

works = test_stages.works  # five works in an event of two stages


def beat(now, times: int = 1) -> None:
    clock.stop_at(now)
    for _time in range(times):
        open_stages()
        background.work_off()
    db.session.rollback()


def told(name: str) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Notification).where(Notification.name == name).order_by(Notification.id))
    return [(row.about, row.values["stage"]) for row in rows]


def in_person(world) -> None:
    """Let the final be held in person."""
    body = dict(world.contest.version.body)
    body["stages"] = [{**one, "mode": "in_person"} if one["key"] == "final" else one for one in body["stages"]]
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON, ground="Решение оргкомитета")


def tell_passage(world, *, send: bool) -> None:
    stage = world.contest.rules.stage("papers")
    with committing():
        passage.tell(world.contest, stage, by=world.nina, now=NOON)
    background.work_off()
    if send:
        with committing():
            passage.send(world.contest, by=world.nina, now=NOON)


def test_jurors_with_works_are_told_once_when_the_window_begins(world, works, now):
    at_the_final(world, works)
    beat(FINAL_OPENS - DAY, 2)
    assert told(opening.JUDGING) == []

    beat(FINAL_OPENS, 3)
    beat(FINAL)

    assert told(opening.JUDGING) == [(f"event:{world.ids['contest']}", "Очный этап")]
    letter = db.session.scalars(select(Notification).where(Notification.name == opening.JUDGING)).one()
    assert letter.values["count"] == "2"
    assert "Работ, которые ждут вашей оценки: 2." in Draft.of(letter).write().text


def test_a_juror_who_has_judged_all_is_not_bothered(world, works, now):
    at_the_final(world, works)
    clock.stop_at(FINAL)
    for work in works[:2]:
        sheet(sheet_of(work, "final"), FULL, now=FINAL)
    beat(FINAL)

    assert told(opening.JUDGING) == []


def test_entrants_are_told_only_of_a_stage_that_asks_something_of_them(world, works, now):
    at_the_final(world, works)
    tell_passage(world, send=True)
    beat(FINAL_OPENS)
    assert told(opening.OPENED) == []
    assert [opening.asks_entrants(Stage(key="s", title="С", **one)) for one in ({"kind": "marks"}, {"kind": "attendance"})] == [False, True]


def test_entrants_who_went_on_are_told_after_the_passage_and_nobody_else(world, works, now, as_nina):
    in_person(world)
    at_the_final(world, works)
    beat(FINAL_OPENS)
    assert told(opening.OPENED) == []  # the methodist has told nobody yet who goes on

    tell_passage(world, send=False)
    beat(FINAL_OPENS + DAY)
    assert told(opening.OPENED) == []

    assert as_nina.post(f"/events/{world.ids['contest']}/results/passage/send").status_code == 302
    background.work_off()
    beat(FINAL_OPENS + 2 * DAY, 2)
    assert told(opening.OPENED) == [(f"application:{work}", "Очный этап") for work in works[:2]]
    letter = db.session.scalars(select(Notification).where(Notification.name == opening.OPENED)).first()
    assert "Этап длится до" in Draft.of(letter).write().text
    assert Draft(letter.name, "en", letter.values).write().subject.startswith("Stage “Очный этап” is open")


def test_a_moved_date_counts_as_it_stands(world, works, now):
    at_the_final(world, works)
    with committing():
        later = {"final_opens": FINAL_OPENS + 3 * DAY}
        events.set_dates(world.contest, later, ground="Приказ № 2", by=world.nina, now=NOON)
    beat(FINAL_OPENS + DAY)
    assert told(opening.JUDGING) == []

    beat(FINAL_OPENS + 3 * DAY)
    assert len(told(opening.JUDGING)) == 1


def test_a_stage_that_has_closed_or_was_approved_is_no_news(world, works, now):
    at_the_final(world, works)
    beat(FINAL_CLOSES)
    with committing():
        world.contest.approved_at = FINAL
    beat(FINAL)

    assert told(opening.JUDGING) == []


def test_a_regulation_may_word_it_or_leave_it_out(world, works, now):
    at_the_final(world, works)
    body = {**world.contest.version.body, "letters": [{"notice": "judging_opened", "text": "«{stage}» до {term}, работ {count}."}]}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    beat(FINAL_OPENS)

    letter = db.session.scalars(select(Notification).where(Notification.name == opening.JUDGING)).one()
    assert Draft.of(letter).write().text.startswith("«Очный этап» до ")


def test_a_word_that_a_letter_does_not_hold_is_a_fault_of_the_regulation(world):
    body = {**world.contest.version.body, "letters": [{"notice": "judging_opened", "text": "{work}"}]}
    assert [one.saying.key for one in regulation.problems(regulation.parse(body))] == ["regulation_unknown_placeholder"]


def test_jurors_with_works_left_are_told_when_their_end_moves_and_nobody_else(world, works, now):
    at_the_final(world, works)
    later = FINAL_CLOSES + 2 * DAY
    with committing():
        events.set_dates(world.contest, {"final_closes": later}, ground="Приказ № 5", by=world.nina, now=NOON)
        events.set_dates(
            world.contest, {"intake_closes": world.contest.date("intake_closes") + DAY}, ground="Просьба", by=world.nina, now=NOON
        )
    background.work_off()
    background.work_off()

    rows = db.session.scalars(select(Notification).where(Notification.name == opening.MOVED)).all()

    assert [(row.person.surname, row.values["stage"], row.values["count"]) for row in rows] == [("Залова", "Очный этап", "2")]


def test_an_end_that_moves_into_the_past_is_no_news_for_jurors(world, works, now):
    at_the_final(world, works)
    with committing():
        events.set_dates(world.contest, {"final_closes": NOON + 21 * DAY}, ground="Приказ № 5", by=world.nina, now=NOON)
    clock.stop_at(NOON + 22 * DAY)
    background.work_off()

    assert told(opening.MOVED) == []
