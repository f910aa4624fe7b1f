"""Fields that staff fill in: on the application's page, with author and time, used by rules, shown to whom the regulation says. A23."""

from __future__ import annotations

import copy
import re

import pytest
from sqlalchemy import select

from app.applications import entering, staff
from app.applications.models import Application, StaffAnswer
from app.applications.operations import Refused
from app.database import Trace, committing, db
from app.events import operations as events
from app.judging import figures, given
from tests.world import DAY, NOON

FIELDS = (
    {"key": "level", "kind": "choice", "label": "Уровень", "filled_by": "staff", "options": [{"key": "city", "title": "Город"}, {"key": "village", "title": "Село"}]},
    {"key": "visit", "kind": "date", "label": "День выезда", "filled_by": "staff", "shown_to": "everyone"},
    {"key": "remark", "kind": "long_text", "label": "Заметка", "filled_by": "staff"},
    {"key": "shelves", "kind": "choices", "label": "Что проверено", "filled_by": "staff", "options": [{"key": "fund", "title": "Фонд"}, {"key": "hall", "title": "Зал"}]},
)  # fmt: skip
FAR = {"key": "far", "holds": {"field": "level", "value": "city"}, "message": "Только для города."}


@pytest.fixture
def entry(world):
    body = copy.deepcopy(world.contest.version.body)
    body["form"][1]["questions"] += FIELDS
    body["entering"] = {**body.get("entering", {}), "conditions": [FAR]}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    return world.enter()


def application(entry: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, entry)


def keep(world, entry: int, *, now=NOON, **answers):
    with committing():
        return staff.keep(application(entry), answers, by=world.nina, now=now)


def test_an_answer_is_kept_with_author_and_time_and_the_one_before_in_the_trace(world, entry):
    assert keep(world, entry, level="village", visit="2026-12-01", shelves=["fund", "hall"]) == {}
    assert keep(world, entry, level="city", visit="2026-12-01", now=NOON + DAY) == {}

    rows = {one.question: (one.value, one.by_id, one.at) for one in application(entry).staff_answers}
    nina = world.ids["nina"]
    assert rows == {
        "level": ("city", nina, NOON + DAY),
        "visit": ("2026-12-01", nina, NOON),
        "shelves": (["fund", "hall"], nina, NOON),
    }
    [changed] = db.session.scalars(select(Trace).where(Trace.act == "staff_answer.changed"))
    assert changed.details == {"question": "level", "before": "village"}
    keep(world, entry, level="")
    assert "level" not in application(entry).known_answers


def test_a_wrong_answer_keeps_nothing_and_says_it_beside_its_field(world, entry, as_nina):
    reply = as_nina.post(f"/applications/{entry}/staff", data={"q_level": "moon", "q_visit": "завтра", "q_remark": "Позвонить"})
    page = reply.get_data(as_text=True)

    assert (reply.status_code, application(entry).staff_answers) == (422, [])
    assert ('id="q_visit-fault"' in page, "Позвонить</textarea>" in page) == (True, True)


def test_rules_use_it(world, entry):
    keep(world, entry, level="village")
    assert entering.notes(application(entry)) == ["Только для города. Подать заявку можно."]
    world.step(entry, "admit")

    assert given.entry_of(application(entry)).values["level"] == "village"
    keep(world, entry, level="city", now=NOON + DAY)
    assert figures.is_stale(world.ids["contest"])
    assert entering.notes(application(entry)) == []


def test_the_applicant_sees_only_what_the_regulation_shows(world, entry, as_nina, as_vera):
    keep(world, entry, level="village", visit="2026-12-01", remark="Не спешить")
    path = f"/applications/{entry}"
    own, of_staff = (one.get(path).get_data(as_text=True) for one in (as_vera, as_nina))

    assert ["День выезда" in own, "Уровень" in own, "Не спешить" in own, "Заполняет методист" in own] == [True, False, False, False]
    assert ["Не спешить" in of_staff, "Заполняет методист" in of_staff, "Заметка: Трофимова Н. С." in of_staff] == [True, True, True]


def test_the_page_saves_and_takes_back(world, entry, as_nina):
    url = f"/applications/{entry}/staff"
    assert as_nina.post(url, data={"q_level": "city", "q_shelves": ["fund"], "q_shelves_asked": "1", "q_remark": ""}).status_code == 302
    assert application(entry).known_answers["shelves"] == ["fund"]
    assert as_nina.post(url, data={"q_shelves_asked": "1"}).status_code == 302
    assert {one.question for one in application(entry).staff_answers} == {"level"}


@pytest.mark.parametrize("who", ["as_vera", "as_oleg", "as_lev"])
def test_a23_nobody_else_fills_it_in(world, entry, request, who):
    reply = request.getfixturevalue(who).post(f"/applications/{entry}/staff", data={"q_level": "city"})

    assert (reply.status_code, db.session.scalars(select(StaffAnswer)).all()) == (404, [])


def test_an_applicant_cannot_answer_for_staff_in_her_form(world, entry, as_vera):
    draft = world.enter(title="Другая", submit=False)
    as_vera.post(f"/applications/{draft}/form/work", data={"q_level": "city", "q_title": "Другая", "action": "save"})

    assert "level" not in application(draft).known_answers


def test_after_the_approval_nothing_changes(world, entry):
    world.step(entry, "admit")
    with committing():
        world.contest.approved_at = NOON
    with pytest.raises(Refused) as refused:
        keep(world, entry, level="city")

    assert (refused.value.saying.key, application(entry).staff_answers) == ("staff_answers_closed", [])


def test_the_common_page_of_the_event_shows_and_keeps_the_same(world, entry, as_nina):
    keep(world, entry, level="village")
    world.step(entry, "admit")
    page = f"/events/{world.ids['contest']}/entries"
    assert 'value="village"' in as_nina.get(f"{page}?stage=-").get_data(as_text=True)

    assert as_nina.post(page, data={"stage": "-", f"v_{entry}_0": "city"}).status_code == 302
    assert application(entry).known_answers["level"] == "city"


def test_a_dot_can_be_taken_back_where_no_answer_is_needed(world, entry, as_nina):
    page = as_nina.get(f"/applications/{entry}").text
    offered = re.findall(r'name="q_level"[^>]*value="([^"]*)"', page)
    assert offered == ["city", "village", ""]

    keep(world, entry, level="city")
    as_nina.post(f"/applications/{entry}/staff", data={"q_level": "", "q_visit": "", "q_remark": ""})
    assert list(application(entry).staff_answers) == []
