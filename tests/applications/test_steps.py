"""Steps of an application: what moves, what is told, what is refused. A23 F7."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications import operations, views
from app.applications.models import Application, Move, Submission
from app.database import committing, db
from app.notifications.models import HELD, QUEUED, Notification
from tests.world import DAY, NOON
from workflows.machine import StepRefused


def _application(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id)


def _letters() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(Notification).order_by(Notification.id))
    return [(row.name, row.address, row.state) for row in rows]


def test_submitting_moves_freezes_numbers_and_tells(world):
    entry = _application(world.enter())

    assert (entry.state, entry.number, entry.received_at) == ("submitted", 1, NOON)
    assert [(move.step, move.source, move.target, move.by_id) for move in entry.moves] == [
        ("submit", "draft", "submitted", world.ids["vera"])
    ]
    assert entry.submissions[0].body["answers"]["title"] == "Читающий двор"
    assert [author["name"] for author in entry.submissions[0].body["authors"]] == ["Соколова Вера Андреевна"]
    assert _letters() == [("entry_received", "vera@example.org", QUEUED), ("new_entry", "nina@example.org", QUEUED)]


def test_letter_is_forgotten_with_the_rollback(world):
    entry_id = world.enter(submit=False)
    with pytest.raises(ZeroDivisionError), committing():
        operations.advance(_in_session(entry_id), "submit", by=world.actor("vera"), now=NOON)
        raise ZeroDivisionError

    assert (_application(entry_id).state, _letters()) == ("draft", [])


def _in_session(entry_id: int) -> Application:
    return db.session.get_one(Application, entry_id)


def test_admitting_is_a_decision_and_its_letter_waits(world):
    entry = world.enter()
    world.step(entry, "admit")

    assert _application(entry).state == "admitted"
    assert _letters()[-1] == ("entry_admitted", "vera@example.org", HELD)


def test_sent_back_with_a_term_and_submitted_again_keeps_the_number(world):
    entry = world.enter()
    world.step(entry, "send_back", reason="Нет списка книг", term=NOON + 3 * DAY)
    assert _application(entry).revision_until == NOON + 3 * DAY

    world.step(entry, "resubmit", by="vera", now=NOON + DAY)

    again = _application(entry)
    assert (again.state, again.number, len(again.submissions), again.revision_until) == ("submitted", 1, 2, None)


@pytest.mark.parametrize(
    ("step", "who", "words", "said"),
    [
        ("admit", "vera", {}, "step_not_yours"),
        ("admit", "oleg", {}, "step_not_yours"),
        ("withdraw", "nina", {}, "step_not_yours"),
        ("submit", "vera", {}, "step_not_from_here"),
        ("close", "nina", {}, "step_not_from_here"),
        ("publish", "nina", {}, "step_unknown"),
        ("not_admit", "nina", {}, "reason_missing"),
        ("send_back", "nina", {"reason": "Так нельзя"}, "term_missing"),
        ("send_back", "nina", {"reason": "Так нельзя", "term": NOON - DAY}, "term_past"),
    ],
)
def test_a23_refused_step_changes_nothing(world, step, who, words, said):
    entry = world.enter()
    with pytest.raises(StepRefused) as refusal:
        world.step(entry, step, by=who, **words)

    assert refusal.value.saying.key == said
    assert (_application(entry).state, db.session.scalar(select(func.count(Move.id)))) == ("submitted", 1)


def test_nobody_admits_her_own_work(world):
    entry = world.enter("nina")
    with pytest.raises(StepRefused, match="step_not_yours"):
        world.step(entry, "admit", by="nina")


def test_after_the_deadline_nothing_is_submitted(world):
    entry = world.enter(submit=False)
    with pytest.raises(StepRefused, match="intake_closed"):
        world.step(entry, "submit", by="vera", now=NOON + 11 * DAY)


def test_deadline_is_the_end_of_its_day_in_the_zone_of_the_centre(world):
    entry = world.enter(submit=False)
    closes = world.contest.date("intake_closes")
    with pytest.raises(StepRefused, match="intake_closed"):
        world.step(entry, "submit", by="vera", now=closes)

    world.step(entry, "submit", by="vera", now=closes - timedelta(seconds=1))

    assert closes.astimezone(world.contest.zone).strftime("%H:%M") == "00:00"
    assert _application(entry).state == "submitted"


def test_incomplete_form_is_not_submitted(world):
    entry = world.enter(submit=False, title="Без аннотации", annotation="")
    with pytest.raises(StepRefused, match="answers_missing"):
        world.step(entry, "submit", by="vera")


def test_starting_twice_with_one_form_begins_one_application(world):
    with committing():
        first = operations.start(world.contest, world.vera, once="form-1", now=NOON).id
    with committing():
        second = operations.start(world.contest, world.vera, once="form-1", now=NOON).id

    assert (first, db.session.scalar(select(func.count(Application.id)))) == (second, 1)


def test_f7_submitting_twice_shows_the_first_result(world, as_vera):
    entry = world.enter(submit=False)

    first = as_vera.post(f"/applications/{entry}/steps/submit")
    second = as_vera.post(f"/applications/{entry}/steps/submit")

    assert (first.status_code, second.status_code, second.location) == (302, 302, first.location)
    assert db.session.scalar(select(func.count(Submission.id))) == 1
    assert [name for name, _address, _state in _letters()] == ["entry_received", "new_entry"]


def test_once_the_results_are_approved_nothing_more_comes_in(world, as_oleg):
    draft = world.enter(submit=False)
    with committing():
        world.contest.approved_at = NOON

    with pytest.raises(StepRefused, match="results_already_approved"):
        world.step(draft, "submit", by="vera")
    assert "Подать заявку" not in as_oleg.get(f"/events/{world.ids['contest']}").text


def test_f7_a_save_that_comes_after_the_submit_changes_nothing(world, as_vera, monkeypatch):
    draft, find = world.enter(submit=False), views.filling.section_or_404
    before = db.session.get_one(Application, draft).answers["title"]

    def submitted_meanwhile(application: Application, section: str) -> object:
        found = find(application, section)
        monkeypatch.undo()
        assert as_vera.post(f"/applications/{draft}/steps/submit").status_code == 302
        return found

    monkeypatch.setattr(views.filling, "section_or_404", submitted_meanwhile)
    late = as_vera.post(f"/applications/{draft}/draft", data={"section": "work", "q_title": "Поздняя правка"})

    db.session.rollback()
    application = db.session.get_one(Application, draft)
    assert (late.status_code, application.state, application.answers["title"]) == (409, "submitted", before)
