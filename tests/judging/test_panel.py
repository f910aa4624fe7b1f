"""Who leads the jury and what a sheet weighs: changed with a ground, read by the computation, repeated in the minutes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from app.database import committing, db
from app.events.models import RegulationVersion
from app.judging import operations, panel
from app.judging.models import Assignment, Decision
from app.judging.operations import Late, Refused
from app.people.models import Appointment
from tests.judging.cast import admitted, assigned, jury, sheet, sheets_of
from tests.world import NOON

MINUTES = {"stage": "final", "title": "Протокол", "columns": [{"shows": "total", "title": "Итог"}]}


@pytest.fixture
def jurors(world):
    """Lev, the chair, and two others, where the regulation gives sheets different weights."""
    with committing():
        version = db.session.get_one(RegulationVersion, world.contest.version_id)
        stages = [
            {**one, "sources": [{**one["sources"][0], "weighted": True}]} if one.get("sources") else one for one in version.body["stages"]
        ]
        version.body = {**version.body, "stages": stages, "minutes": [MINUTES]}
    return jury(world)


def text(reply) -> str:
    return reply.get_data(as_text=True)


def weigh(world, weights, ground="Приказ № 7"):
    with committing():
        return operations.weigh(world.contest, weights, ground, by=world.nina, now=NOON)


def test_weights_change_the_total_and_stand_in_the_minutes_with_their_ground(world, jurors, as_nina):
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    by_juror = {db.session.get_one(Assignment, one).juror_id: one for one in sheets_of(work)}
    for juror, points in zip(jurors, (5, 2, 2), strict=True):
        sheet(by_juror[juror], points)
    before = operations.compute(world.contest).results.scores["final"].totals[str(work)]
    assert weigh(world, {jurors[0]: "2", jurors[1]: "1", jurors[2]: "1"}) == 1
    after = operations.compute(world.contest).results.scores["final"].totals[str(work)]

    assert (before, after) == (Fraction(5 * 5 + 2 * 5 + 2 * 5, 3), Fraction(2 * 5 * 5 + 2 * 5 + 2 * 5, 4))
    page = text(as_nina.get(f"/events/{world.contest.id}/minutes/1"))
    assert "Вес голоса в жюри, Оненко Л. П.: 2. Приказ № 7" in page
    assert "Вес голоса в жюри, Оненко Л. П.: 2" in text(as_nina.get(f"/events/{world.contest.id}/decisions"))


def test_page_offers_weights_and_keeps_what_was_typed_beside_the_fault(world, jurors, as_nina, as_vera):
    address = f"/events/{world.contest.id}/jury"
    assert "Вес голоса" in text(as_nina.get(address))
    data = {f"w_{jurors[0]}": "ноль", f"w_{jurors[1]}": "1,5", "ground": ""}
    reply = as_nina.post(f"{address}/weights", data=data)

    page = text(reply)
    assert reply.status_code == 422
    assert f'id="w_{jurors[0]}-fault"' in page
    assert 'id="weights-ground-fault"' in page
    assert ('value="ноль"' in page, 'value="1,5"' in page) == (True, True)
    assert {one.weight for one in db.session.scalars(select(Appointment).where(Appointment.role == "juror"))} == {Decimal(1)}
    assert as_vera.post(f"{address}/weights", data=data).status_code == 404

    data = {**data, f"w_{jurors[0]}": "0,5", "ground": "Приказ № 7"}
    assert "Изменён вес" in text(as_nina.post(f"{address}/weights", data=data, follow_redirects=True))
    assert {db.session.get_one(Appointment, one).weight for one in jurors} == {Decimal("0.5"), Decimal("1.5"), Decimal(1)}


def test_without_weights_in_the_regulation_nothing_is_offered_or_taken(world, as_nina):
    found = jury(world)
    assert "Вес голоса" not in text(as_nina.get(f"/events/{world.contest.id}/jury"))

    with pytest.raises(Refused) as refused:
        weigh(world, {found[0]: "2"})
    assert [said.key for said in refused.value.sayings] == ["no_weights"]
    assert db.session.get_one(Appointment, found[0]).weight == 1


@pytest.mark.parametrize("value", ["0", "-1", "1001", "1.005", "", "two"])
def test_weight_is_a_plain_number_above_zero(world, jurors, value):
    with pytest.raises(Refused) as refused:
        weigh(world, {jurors[0]: value})

    assert {key: said.key for key, said in refused.value.fields.items()} == {f"w_{jurors[0]}": "weight_wrong"}


def test_new_chair_needs_a_ground_which_is_recorded(world, jurors):
    second = db.session.get_one(Appointment, jurors[1])
    with pytest.raises(Refused), committing():
        panel.make_chair(world.contest, second, " ", by=world.nina, now=NOON)
    with committing():
        panel.make_chair(world.contest, second, "Решение жюри", by=world.nina, now=NOON)

    assert [one.id for one in db.session.scalars(select(Appointment).where(Appointment.chair))] == [jurors[1]]
    assert [(one.key, one.chair) for one in operations.compute(world.contest).given.jurors] == [
        (str(one), one == jurors[1]) for one in jurors
    ]
    kept = db.session.scalars(select(Decision)).one()
    assert (kept.kind, kept.act, kept.ground, kept.by_id) == ("chair", f"juror:{jurors[1]}", "Решение жюри", world.nina.id)


def test_nothing_changes_once_the_results_are_approved(world, jurors):
    with committing():
        world.contest.approved_at = NOON
    with pytest.raises(Late):
        weigh(world, {jurors[0]: "2"})
