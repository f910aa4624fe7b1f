"""Halls that are counted one by one, and experts who do not come to the site: by name, typed in, added up, computed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select

from app.database import committing, db
from app.events.models import RegulationVersion
from app.judging import entering, naming, operations
from app.judging.models import Entered, Named
from app.judging.operations import Late, Refused
from tests.judging.cast import admitted, counting
from tests.world import NOON

SOURCES = [
    {"key": "experts", "by": "expert", "title": "Эксперты", "sheets": 2},
    {"key": "hall", "by": "hall", "title": "Зрители", "use": "shown", "method": "sum"},
]
FREE = {"fit": {"no_opinion": "renormalise"}}
FULL = {"novelty": "4", "method": "5", "result": "7", "fit": "3", "literacy": "2"}  # 21


@pytest.fixture
def works(world):
    """Two works at a stage that experts mark on paper and two halls vote about."""
    with committing():
        version = db.session.get_one(RegulationVersion, world.contest.version_id)
        stages = [
            {**one, "sources": SOURCES, "criteria": [{**line, **FREE.get(line["key"], {})} for line in one["criteria"]]}
            if one.get("sources")
            else one
            for one in version.body["stages"]
        ]
        version.body = {**version.body, "stages": stages}
    return admitted(world, "Читающий двор", "Ночь в библиотеке")


def name(world, source: str, text: str) -> Named:
    with committing():
        stage = world.contest.rules.stage("final")
        return naming.add_name(world.contest, stage, source, text, by=world.nina, now=NOON)


def typed_in(world, expert: int, work: int, marks: dict[str, str]) -> int:
    with committing():
        one = db.session.get_one(Named, expert)
        return naming.enter_sheets(world.contest, one, {(work, key): value for key, value in marks.items()}, by=world.nina, now=NOON)


def text(reply) -> str:
    return reply.get_data(as_text=True)


# Halls


def test_counts_of_several_halls_add_up(world, works, as_nina):
    for hall in ("Актовый зал", "Библиотека"):
        data = {"stage": "final", "source": "hall", "name_hall": hall}
        assert as_nina.post(f"/events/{world.contest.id}/entries/names", data=data).status_code == 302
    page = text(as_nina.get(f"/events/{world.contest.id}/entries?stage=final"))
    numbers = {one.who: number for number, one in enumerate(entering.columns(world.contest, "final")) if one.by == "hall"}
    assert sorted(numbers) == ["Актовый зал", "Библиотека"]
    assert all(f'<th scope="col">{hall}</th>' in page for hall in numbers)

    values = {f"v_{works[0]}_{numbers['Актовый зал']}": "12", f"v_{works[0]}_{numbers['Библиотека']}": "30"}
    assert as_nina.post(f"/events/{world.contest.id}/entries", data={"stage": "final", **values}).status_code == 302
    outcome = operations.compute(world.contest)
    assert outcome.results.faults == []
    assert outcome.results.scores["final"].sources["hall"] == {str(works[0]): 42}
    assert {(one.juror, one.value) for one in outcome.given.marks} == {("Актовый зал", "12"), ("Библиотека", "30")}


def test_count_without_a_name_stays_when_a_hall_is_named(world, works):
    columns = entering.columns(world.contest, "final")
    unnamed = next(number for number, one in enumerate(columns) if one.by == "hall")
    with committing():
        operations.enter(world.contest, "final", {(works[0], unnamed): "5"}, by=world.nina, now=NOON)
    name(world, "hall", "Актовый зал")

    assert [one.who for one in entering.columns(world.contest, "final") if one.by == "hall"] == ["", "Актовый зал"]
    assert operations.compute(world.contest).results.scores["final"].sources["hall"] == {str(works[0]): 5}


def test_name_with_values_cannot_be_removed_and_without_it_can(world, works, as_nina):
    hall = name(world, "hall", "Актовый зал").id
    number = next(number for number, one in enumerate(entering.columns(world.contest, "final")) if one.who == "Актовый зал")
    address = f"/events/{world.contest.id}/entries/names/{hall}/remove"
    for value, status in (("5", 422), ("", 302)):
        with committing():
            operations.enter(world.contest, "final", {(works[0], number): value}, by=world.nina, now=NOON)
        assert as_nina.post(address).status_code == status
    assert db.session.scalars(select(Named)).all() == []


@pytest.mark.parametrize("typed", ["", "  ", "12", "ж" * 101])
def test_name_that_says_nothing_is_told_so_beside_its_field(world, works, as_nina, typed):
    data = {"stage": "final", "source": "hall", "name_hall": typed}
    reply = as_nina.post(f"/events/{world.contest.id}/entries/names", data=data)

    assert reply.status_code == 422
    assert 'id="name-hall-fault"' in text(reply)


# Experts


def test_sheets_of_experts_count_like_sheets(world, works, as_nina, as_vera):
    first, second = name(world, "experts", "Бельды М. Ч.").id, name(world, "experts", "Самар И. П.").id
    address = f"/events/{world.contest.id}/entries/experts/{first}"
    assert as_vera.get(address).status_code == 404
    assert "Листы эксперта: Бельды М. Ч." in text(as_nina.get(address))
    data = {f"s_{works[0]}_{key}": value for key, value in FULL.items()}
    assert "Записано: 5 значений" in text(as_nina.post(address, data=data, follow_redirects=True))
    typed_in(world, second, works[0], {**FULL, "novelty": "2"})

    outcome = operations.compute(world.contest)
    assert outcome.results.faults == []
    assert outcome.results.scores["final"].totals == {str(works[0]): Fraction(21 + 19, 2)}
    assert {(one.juror, one.by) for one in outcome.given.marks} == {("Бельды М. Ч.", "expert"), ("Самар И. П.", "expert")}
    assert [one.by for one in entering.columns(world.contest, "final")] == ["hall", "import"]  # no number for all of them beside


def test_half_a_sheet_is_asked_to_be_completed_and_stays_typed(world, works, as_nina):
    expert = name(world, "experts", "Бельды М. Ч.").id
    data = {f"s_{works[0]}_{key}": value for key, value in {**FULL, "method": "", "result": "99"}.items()}
    reply = as_nina.post(f"/events/{world.contest.id}/entries/experts/{expert}", data=data)

    page = text(reply)
    assert reply.status_code == 422
    assert [f'id="s_{works[0]}_{key}-fault"' in page for key in ("method", "result", "novelty")] == [True, True, False]
    assert 'value="99"' in page
    assert db.session.scalars(select(Entered)).all() == []


def test_expert_without_an_opinion_says_so_with_a_dash(world, works):
    expert = name(world, "experts", "Бельды М. Ч.").id
    with pytest.raises(Refused) as refused:
        typed_in(world, expert, works[0], {**FULL, "fit": ""})
    assert {key: said.key for key, said in refused.value.fields.items()} == {f"{works[0]}-fit": "opinion_needed"}
    typed_in(world, expert, works[0], {**FULL, "fit": "-"})

    criteria = world.contest.rules.stage("final").criteria
    most = sum(one.highest for one in criteria)
    silent = next(one.highest for one in criteria if one.key == "fit")
    assert operations.compute(world.contest).results.scores["final"].totals == {
        str(works[0]): Fraction(18) * Fraction(most) / Fraction(most - silent)
    }


def test_sheet_is_changed_taken_back_and_closed_with_the_results(world, works):
    expert = name(world, "experts", "Бельды М. Ч.").id
    assert [typed_in(world, expert, works[0], marks) for marks in (FULL, FULL, {**FULL, "novelty": "1"})] == [5, 0, 1]
    assert typed_in(world, expert, works[0], dict.fromkeys(FULL, "")) == 5
    assert operations.compute(world.contest).results.scores["final"].totals == {}
    with committing():
        world.contest.approved_at = NOON
    with pytest.raises(Late):
        typed_in(world, expert, works[0], FULL)


def test_page_of_an_expert_costs_the_same_for_two_works_and_for_ten(world, works, as_nina):
    address = f"/events/{world.contest.id}/entries/experts/{name(world, 'experts', 'Бельды М. Ч.').id}"

    def cost() -> int:
        with counting() as statements:
            assert as_nina.get(address).status_code == 200
        return len(statements)

    cost()
    few = cost()
    admitted(world, *(f"Работа {number}" for number in range(8)))

    assert cost() == few <= 15


def test_weight_of_an_expert_is_set_with_a_ground_where_the_regulation_reads_it(world, works, as_nina):
    first, second = name(world, "experts", "Бельды М. Ч.").id, name(world, "experts", "Самар И. П.").id
    typed_in(world, first, works[0], FULL)  # 21
    typed_in(world, second, works[0], {**FULL, "result": "1"})  # 15
    address = f"/events/{world.contest.id}/entries/experts/{first}"
    assert "Вес голоса" not in text(as_nina.get(address))
    assert as_nina.post(f"{address}/weight", data={"weight": "2", "ground": "Приказ № 7"}).status_code == 422
    with committing():
        version = db.session.get_one(RegulationVersion, world.contest.version_id)
        stages = [
            {**one, "sources": [{**one["sources"][0], "weighted": True}, one["sources"][1]]} if one.get("sources") else one
            for one in version.body["stages"]
        ]
        version.body = {**version.body, "stages": stages}

    wrong = as_nina.post(f"{address}/weight", data={"weight": "два", "ground": ""})
    assert (wrong.status_code, 'id="weight-fault"' in text(wrong), 'id="weight-ground-fault"' in text(wrong)) == (422, True, True)
    assert 'value="два"' in text(wrong)
    assert as_nina.post(f"{address}/weight", data={"weight": "2", "ground": "Приказ № 7"}).status_code == 302
    assert operations.compute(world.contest).results.scores["final"].totals == {str(works[0]): Fraction(2 * 21 + 15, 3)}
    assert "Вес голоса в жюри, Бельды М. Ч.: 2" in text(as_nina.get(f"/events/{world.contest.id}/decisions"))
