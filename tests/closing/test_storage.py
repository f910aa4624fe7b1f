"""Terms of storage: counted from the January after the event, shown to an administrator, and nothing is deleted."""

from __future__ import annotations

import copy
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app import clock
from app.applications.models import Application
from app.closing import storage
from app.database import committing, db
from app.events import operations as events
from app.judging.models import Order
from tests.statements import statements_of
from tests.world import NOON
from workflows.parts import Storage


@pytest.fixture
def over(world):
    """A contest with two works and a draft, published today, whose regulation keeps works for a year and drafts not at all."""
    world.enter(title="Первая")
    world.enter("oleg", title="Вторая")
    world.enter("oleg", title="Черновик", submit=False)
    kept = [{"records": "works", "years": 1, "ground": {"ru": "Номенклатура дел"}}, {"records": "drafts", "years": 0}]
    with committing():
        events.rewrite(world.contest, copy.deepcopy(world.contest.version.body) | {"storage": kept}, by=world.nina, now=NOON)
    with committing():
        world.contest.approved_at = world.contest.released_at = NOON
    return world.ids["contest"]


@pytest.mark.parametrize(("years", "until"), [(0, date(2027, 1, 1)), (1, date(2028, 1, 1)), (75, date(2102, 1, 1))])
def test_years_are_counted_from_the_january_after(years, until):
    assert storage.kept_until(Storage(records="works", years=years), date(2026, 11, 23)) == until


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-12-31T23:59", []), ("2027-01-01T00:00", ["Черновики"]), ("2028-01-01T00:00", ["Черновики", "Работы"])],
)
def test_what_is_due_comes_first_and_stays(app, world, over, now, due):
    local = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Asia/Vladivostok"))
    with app.test_request_context():
        rows = storage.of({world.ids["centre"]}, local)

    assert [one.records for one in rows if one.due] == due
    assert {one.records: one.count for one in rows} == {"Работы": 2, "Черновики": 1}
    assert db.session.scalar(select(func.count(Application.id))) == 3


def test_the_page_is_the_administrators_alone(over, signed_in):
    clock.stop_at(NOON.replace(year=2027, month=2))

    assert [signed_in(who).get("/admin/storage").status_code for who in ("nina", "vera")] == [404, 404]
    page = signed_in("admin").get("/admin/storage").get_data(as_text=True)
    assert [word for word in ("Номенклатура дел", "срок вышел", "Черновики") if word not in page] == []


def test_another_centre_s_events_are_not_told(app, over):
    with app.test_request_context():
        assert storage.of({999}, NOON.replace(year=2030)) == []


@pytest.mark.stores
def test_every_kind_of_record_is_counted(app, world):
    """Two works of two schools with three consents each, minutes of the regulation, an act of the jury and an order."""
    for who in ("vera", "oleg"):
        world.enter(who, title=f"Работа: {who}")
    consents = len(world.contest.rules.consents)
    body = copy.deepcopy(world.contest.version.body)
    body["storage"] = [{"records": one, "years": 5} for one in storage.RECORDS]
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    with committing():
        row = {"event_id": world.contest.id, "day": NOON.date(), "by_id": world.nina.id, "recorded_at": NOON, "number": "1"}
        db.session.add_all([Order(**row, link="jury", kind="протокол"), Order(**row, link="centre", kind="приказ")])
        world.contest.approved_at = world.contest.released_at = NOON
    later, contest = NOON.replace(year=2027, month=3), world.ids["contest"]
    with app.test_request_context():
        before, after = (storage.of({world.ids["centre"]}, later, asked=asked) for asked in (None, contest))
        elsewhere = storage.of({world.ids["centre"]}, later, asked=contest + 1)

    told = {
        "Приказы": 1,
        "Протоколы": 1 + len(world.contest.rules.minutes),
        "Реестр документов": 0,
        "Оценочные листы": 0,
        "Работы": 2,
        "Согласия": 2 * consents,
        "Черновики": 0,
    }
    assert {one.records: one.count for one in after} == told
    assert [(one.note, one.ask) for one in after if one.note or one.ask] == [("2 организации", "")]
    assert {one.records: one.count for one in before} == {**told, "Согласия": None}
    asked = [f"/admin/storage?count={contest}#{kind}-{contest}" for kind in ("works", "consents")]
    assert [(one.note, one.ask) for one in before if one.note or one.ask] == [("", one) for one in asked]
    assert elsewhere == before


def test_what_is_dear_is_counted_at_a_press(world, over, signed_in):
    clock.stop_at(NOON.replace(year=2027, month=2))
    admin = signed_in("admin")
    pages = [admin.get(f"/admin/storage{more}").get_data(as_text=True) for more in ("", f"?count={over}", "?count=0", f"?count={10**30}")]

    assert ["Посчитать организации" in one for one in pages] == [True, False, True, True]
    assert ["2 организации" in one for one in pages] == [False, True, False, False]


def test_statements_stay_as_many_with_more_events(world, over, signed_in):
    clock.stop_at(NOON.replace(year=2027, month=2))
    admin = signed_in("admin")
    one = statements_of(lambda: admin.get("/admin/storage"))
    body = copy.deepcopy(world.contest.version.body)
    with committing():
        for event in (world.bridge, world.exhibition):
            events.rewrite(event, copy.deepcopy(event.version.body) | {"storage": body["storage"]}, by=world.nina, now=NOON)
    page = admin.get("/admin/storage").get_data(as_text=True)

    assert page.count("<tr id=") == 6
    assert statements_of(lambda: admin.get("/admin/storage")) == one
