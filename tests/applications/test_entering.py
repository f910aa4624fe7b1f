"""What a form asks beyond plain questions, and who may enter: groups, tables, conditions, limits, locks, endorsement."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.applications import entering, facts, operations
from app.applications.models import Application
from app.database import committing, db
from app.events.models import RegulationVersion
from tests.world import DAY, NOON
from workflows.machine import StepRefused

GROUP = {
    "key": "talks", "kind": "group", "label": "Выступления", "shown_to": "jury",
    "repeat": {"least": 1, "most": 3, "cells": [{"key": "topic", "label": "Тема", "required": True}, {"key": "year", "kind": "number", "label": "Год", "least": 2000}]},
}  # fmt: skip
TABLE = {
    "key": "plan", "kind": "table", "label": "План",
    "repeat": {"cells": [{"key": "meetings", "kind": "number", "label": "Встреч"}], "rows": [{"key": "april", "title": "Апрель"}, {"key": "may", "title": "Май"}]},
}  # fmt: skip


@pytest.fixture
def rules(world) -> Callable[[Callable[[dict[str, Any]], None]], None]:
    """Return a function that changes what the contest's regulation says."""

    def change(how: Callable[[dict[str, Any]], None]) -> None:
        with committing():
            version = db.session.scalars(select(RegulationVersion).where(RegulationVersion.id == world.contest.version_id)).one()
            body = copy.deepcopy(version.body)
            how(body)
            version.body = body

    return change


def ask(*questions: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["form"][1]["questions"].extend(copy.deepcopy(one) for one in questions)


def application(entry: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, entry)


def page(entry: int) -> str:
    return f"/applications/{entry}/form/work"


def text(reply: Any) -> str:
    return str(reply.get_data(as_text=True))


# Groups and tables


def test_rows_of_a_group_are_kept_and_one_more_is_offered(world, rules, as_vera):
    rules(ask(GROUP))
    entry = world.enter(submit=False)

    sent = {"q_talks_asked": "1", "q_talks-0-topic": "Мост", "q_talks-0-year": "2025", "q_talks-1-topic": "", "action": "save"}
    assert as_vera.post(page(entry), data=sent).status_code == 302

    assert application(entry).answers["talks"] == [{"topic": "Мост", "year": "2025"}]
    shown = text(as_vera.get(page(entry)))
    assert 'name="q_talks-0-topic" value="Мост"' in shown
    assert 'name="q_talks-1-topic" value=""' in shown
    assert "Тема: Мост; Год: 2025" in text(as_vera.get(f"/applications/{entry}"))


def test_fault_in_a_row_names_the_row_and_loses_nothing(world, rules, as_vera):
    rules(ask(GROUP))
    entry = world.enter(submit=False)

    reply = as_vera.post(page(entry), data={"q_talks_asked": "1", "q_talks-0-topic": "Мост", "q_talks-0-year": "1900", "action": "next"})

    assert reply.status_code == 422
    assert "Строка 1, «Год»: Число не может быть меньше 2000." in text(reply)
    assert 'value="1900"' in text(reply)


def test_a_partial_save_erases_no_rows(world, rules, as_vera):
    rules(ask(GROUP))
    entry = world.enter(submit=False)
    as_vera.post(page(entry), data={"q_talks_asked": "1", "q_talks-0-topic": "Мост", "action": "save"})

    as_vera.post(page(entry), data={"q_title": "Другое название", "action": "save"})

    assert application(entry).answers["talks"] == [{"topic": "Мост", "year": ""}]


def test_fixed_rows_of_a_table_keep_their_keys(world, rules, as_vera):
    rules(ask(TABLE))
    entry = world.enter(submit=False)

    as_vera.post(
        page(entry),
        data={
            "q_plan_asked": "1",
            "q_plan-0-row": "april",
            "q_plan-0-meetings": "",
            "q_plan-1-row": "may",
            "q_plan-1-meetings": "4",
            "action": "save",
        },
    )

    assert application(entry).answers["plan"] == [{"row": "may", "meetings": "4"}]
    assert "Май — Встреч: 4" in text(as_vera.get(f"/applications/{entry}"))


def test_row_of_another_table_is_not_believed(world, rules, as_vera):
    rules(ask(TABLE))
    entry = world.enter(submit=False)

    as_vera.post(
        page(entry),
        data={"q_plan_asked": "1", "q_plan-0-row": "june", "q_plan-0-meetings": "4", "q_plan-0-role": "admin", "action": "save"},
    )

    assert application(entry).answers["plan"] == [{"meetings": "4"}]


# Who may enter


def service(unmet: str, **more: Any) -> Callable[[dict[str, Any]], None]:
    condition = {
        "key": "service",
        "holds": {"field": "experience", "op": "at_least", "value": 3},
        "message": "Нужен стаж от трёх лет.",
        "unmet": unmet,
        **more,
    }

    def change(body: dict[str, Any]) -> None:
        body["entering"] = {"conditions": [condition]}

    return change


def test_unmet_condition_speaks_on_the_form_and_refuses_nobody(world, rules, as_vera, as_nina):
    rules(service("methodist"))
    entry = world.enter(submit=False)
    as_vera.post(f"/applications/{entry}/form/authors", data={"q_experience": "1", "action": "save"})

    said = "Нужен стаж от трёх лет. Решает методист: подать заявку можно."
    assert said in text(as_vera.get(f"/applications/{entry}/form/check"))
    world.step(entry, "submit", by="vera")
    assert application(entry).state == "submitted"
    page = text(as_nina.get(f"/applications/{entry}"))
    assert ("Нужен стаж от трёх лет." in page, "По ответам условие не выполнено." in page) == (True, True)
    assert "Нужен стаж от трёх лет." not in text(as_vera.get(f"/applications/{entry}"))


def test_condition_says_nothing_before_it_is_answered(world, rules, as_vera):
    rules(service("warn"))
    entry = world.enter(submit=False)

    assert "Нужен стаж" not in text(as_vera.get(f"/applications/{entry}/form/check"))


def test_proof_is_asked_for_only_where_the_condition_is_not_met(world, rules):
    rules(ask({"key": "proof", "kind": "files", "label": "Подтверждение", "files": {"kinds": ["pdf"]}}))
    rules(service("proof", proof="proof"))
    entry = world.enter(submit=False)

    def answered(years: str) -> list[str]:
        with committing():
            operations.save_answers(db.session.get_one(Application, entry), {"experience": years}, now=NOON)
        return facts.unanswered(application(entry))

    assert "proof" not in answered("5")
    assert "proof" in answered("1")


def test_limit_is_said_to_who_fills_in_and_who_checks(world, rules):
    rules(lambda body: body.update(entering={"limits": [{"of": "person", "most": 1}]}))
    world.enter()
    second = world.enter(submit=False, title="Вторая работа")

    assert entering.notes(application(second)) == [
        "Заявок этого участника уже 1, положение допускает не больше 1. Решает методист.",
    ]


def test_required_where_a_condition_holds(world, rules):
    entry = world.enter(submit=False)
    rules(ask({"key": "why", "kind": "text", "label": "Почему", "required": {"field": "experience", "op": "less_than", "value": 3}}))

    def lacks(years: str) -> bool:
        with committing():
            operations.save_answers(db.session.get_one(Application, entry), {"experience": years}, now=NOON)
        return "why" in facts.unanswered(application(entry))

    assert (lacks("1"), lacks("5")) == (True, False)


# Locks, nominations, endorsement


def test_locked_answer_stays_as_it_was_submitted(world, rules, as_vera):
    def lock(body: dict[str, Any]) -> None:
        next(one for one in body["form"][1]["questions"] if one["key"] == "nomination")["locks_at"] = "submit"

    rules(lock)
    entry = world.enter()
    world.step(entry, "send_back", reason="Проверьте название", term=NOON + DAY)

    shown = text(as_vera.get(page(entry)))
    assert "изменить уже нельзя" in shown
    assert 'name="q_nomination"' not in shown
    before = application(entry).nomination
    other = next(one.key for one in application(entry).version.rules.nominations if one.key != before)
    reply = as_vera.post(page(entry), data={"q_nomination": other, "action": "save"})
    assert (reply.status_code, application(entry).nomination) == (422, before)


def test_nomination_follows_from_an_answer(world, rules):
    def derive(body: dict[str, Any]) -> None:
        body["nominations"][0]["when"] = {"field": "experience", "op": "at_most", "value": 3}
        body["nominations"][1]["when"] = {"field": "experience", "op": "more_than", "value": 3}

    rules(derive)
    entry = world.enter(submit=False)
    first, second = (one.key for one in application(entry).version.rules.nominations[:2])

    def follows(years: str) -> str:
        with committing():
            operations.save_answers(db.session.get_one(Application, entry), {"experience": years}, now=NOON)
        return application(entry).nomination

    assert (follows("3"), follows("4")) == (first, second)


def test_nomination_may_have_an_intake_of_its_own(world, rules):
    def own_window(body: dict[str, Any]) -> None:
        body["nominations"][0]["window"] = {"opens": "intake_closes", "closes": "results_on"}

    entry = world.enter(submit=False)
    rules(own_window)
    key = application(entry).version.rules.nominations[0].key
    with committing():
        operations.save_answers(db.session.get_one(Application, entry), {"nomination": key}, now=NOON)

    with pytest.raises(StepRefused) as refusal:
        world.step(entry, "submit", by="vera")
    assert refusal.value.saying.key == "intake_not_open"


def test_required_endorsement_is_recorded_before_admission(world, rules):
    rules(lambda body: body.update(entering={"endorsement": "required"}))
    entry = world.enter()

    with pytest.raises(StepRefused) as refusal:
        world.step(entry, "admit")
    assert refusal.value.saying.key == "endorsement_missing"
    world.step(entry, "endorse", reason="Директор, письмо № 5")
    world.step(entry, "admit")

    assert application(entry).state == "admitted"
    assert [move.step for move in application(entry).moves] == ["submit", "endorse", "admit"]


def test_staff_question_is_not_asked_of_the_applicant(world, rules, as_vera):
    entry = world.enter(submit=False)
    rules(
        ask(
            {
                "key": "zone",
                "kind": "choice",
                "label": "Зона",
                "required": True,
                "filled_by": "staff",
                "options": [{"key": "north", "title": "Север"}, {"key": "south", "title": "Юг"}],
            }
        )
    )

    assert 'name="q_zone"' not in text(as_vera.get(page(entry)))
    as_vera.post(page(entry), data={"q_zone": "north", "action": "save"})
    assert "zone" not in application(entry).answers
    assert "zone" not in facts.unanswered(application(entry))
