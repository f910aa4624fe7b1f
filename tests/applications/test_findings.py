"""Conditions that a regulation leaves to people are checked on the application's page: result, ground, author, time. A23."""

from __future__ import annotations

import copy

import pytest
from sqlalchemy import select

from app.applications import checking
from app.applications.models import Application, Finding
from app.database import committing, db
from app.events import operations as events
from app.judging import given
from app.judging.operations import compute
from tests.world import DAY, NOON

STEADY = {
    "key": "steady",
    "manual": True,
    "message": {"ru": "Справка с места работы настоящая.", "en": "The certificate of employment is genuine."},
}
SERVICE = {
    "key": "service",
    "holds": {"field": "years", "op": "at_least", "value": 3},
    "message": "Стаж не меньше трёх лет.",
    "unmet": "methodist",
}
YEARS = {"key": "years", "kind": "number", "label": "Стаж"}


@pytest.fixture
def entry(world):
    """An application of one year of service, in a contest with a condition for people and one of three years."""
    body = copy.deepcopy(world.contest.version.body)
    body["entering"] = {**body.get("entering", {}), "conditions": [STEADY, SERVICE]}
    body["form"][1]["questions"].append(YEARS)
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    return world.enter(years="1")


def application(entry: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, entry)


def record(world, entry: int, *, now=NOON, **typed: tuple[str, str]):
    with committing():
        return checking.record(application(entry), typed, by=world.nina, now=now)


def remarks(world) -> list[tuple[str, object]]:
    db.session.rollback()
    return [(one.code, one.saying.values["message"]) for one in compute(world.contest).results.remarks if one.code == "condition"]


def test_what_is_left_to_people_stands_on_the_page_until_it_is_checked(world, entry, as_nina, as_vera):
    page = as_nina.get(f"/applications/{entry}").get_data(as_text=True)

    assert [(one in page) for one in ("Справка с места работы настоящая.", "По ответам условие не выполнено.")] == [True, True]
    assert page.count("не проверено") == 2
    assert "Справка с места работы" not in as_vera.get(f"/applications/{entry}").get_data(as_text=True)


def test_a_result_is_kept_with_ground_author_and_time_and_a_later_one_replaces_it(world, entry):
    assert record(world, entry, steady=("1", "")) == {}
    assert record(world, entry, steady=("0", "Печать чужая"), now=NOON + DAY) == {}
    assert record(world, entry, steady=("0", "Печать чужая"), now=NOON + 2 * DAY) == {}

    rows = [(one.condition, one.met, one.ground, one.by_id, one.at) for one in application(entry).findings]
    nina = world.ids["nina"]
    assert rows == [("steady", True, "", nina, NOON), ("steady", False, "Печать чужая", nina, NOON + DAY)]
    assert checking.open_ones(application(entry)) == ["Стаж не меньше трёх лет."]


def test_against_the_answers_and_for_what_is_not_met_a_ground_is_needed(world, entry):
    wrong = record(world, entry, steady=("0", " "), service=("1", ""))
    unsaid = record(world, entry, steady=("", "Видела справку"))

    assert {key: said.key for key, said in wrong.items()} == {"steady": "check_ground_missing", "service": "check_ground_missing"}
    assert ({key: said.key for key, said in unsaid.items()}, application(entry).findings) == ({"steady": "check_unsaid"}, [])


def test_the_results_know_what_people_found(world, entry):
    world.step(entry, "admit")
    assert remarks(world) == [("condition", {"ru": SERVICE["message"]})]

    record(world, entry, steady=("0", "Печать чужая"), service=("1", "Стаж подтверждён приказом"))

    assert given.entry_of(application(entry)).found == {"steady": False, "service": True}
    assert remarks(world) == [("condition", STEADY["message"])]


def test_open_checks_are_shown_before_admitting_and_hold_nobody_up(world, entry, as_nina):
    asked = as_nina.get(f"/applications/{entry}/steps/admit").get_data(as_text=True)
    assert [one in asked for one in ("Ещё не проверено", "Справка с места работы настоящая.", "Стаж не меньше трёх лет.")] == [True] * 3
    assert f'href="/applications/{entry}/steps/admit"' in as_nina.get(f"/applications/{entry}").get_data(as_text=True)

    record(world, entry, steady=("1", ""), service=("1", "Приказ № 5"))
    assert f'action="/applications/{entry}/steps/admit"' in as_nina.get(f"/applications/{entry}").get_data(as_text=True)
    assert as_nina.post(f"/applications/{entry}/steps/admit").status_code == 302
    assert application(entry).state == "admitted"


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(world, entry, as_nina):
    sent = {"met_steady": "0", "ground_steady": "", "met_service": "1", "ground_service": "Приказ № 5"}
    reply = as_nina.post(f"/applications/{entry}/checks", data=sent)
    page = reply.get_data(as_text=True)

    assert (reply.status_code, application(entry).findings) == (422, [])
    assert [one in page for one in ("почему вы решили так", 'value="Приказ № 5"', 'value="0" checked')] == [True] * 3
    assert as_nina.post(f"/applications/{entry}/checks", data={**sent, "ground_steady": "Печать чужая"}).status_code == 302
    assert "Трофимова Н. С." in as_nina.get(f"/applications/{entry}").get_data(as_text=True)


@pytest.mark.parametrize(("who", "status"), [("as_vera", 404), ("as_oleg", 404), ("as_lev", 404)])
def test_a23_nobody_else_checks(world, entry, request, who, status):
    reply = request.getfixturevalue(who).post(f"/applications/{entry}/checks", data={"met_steady": "1"})

    assert (reply.status_code, db.session.scalars(select(Finding)).all()) == (status, [])


def test_a_methodist_does_not_check_her_own_application(world, entry, as_nina):
    own = world.enter("nina", years="1")

    assert as_nina.post(f"/applications/{own}/checks", data={"met_steady": "1"}).status_code == 404
    assert "Справка с места работы" not in as_nina.get(f"/applications/{own}").get_data(as_text=True)


def test_after_the_approval_a_check_changes_nothing(world, entry, as_nina):
    world.step(entry, "admit")
    with committing():
        world.contest.approved_at = NOON
    reply = as_nina.post(f"/applications/{entry}/checks", data={"met_steady": "1"}, follow_redirects=True)

    assert ("Проверка закончена" in reply.get_data(as_text=True), application(entry).findings) == (True, [])
