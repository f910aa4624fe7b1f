"""«No opinion» is chosen, never taken from a line that nobody touched; what is chosen is kept and counts nowhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import committing, db
from app.events.models import RegulationVersion
from app.judging import operations
from app.judging.models import Assignment, Mark, Review
from app.judging.operations import Refused
from tests.judging.cast import admitted, assigned, jury, lev_sheet, sheet

ASKED = "Поставьте балл или выберите «Не могу судить»: строку без ответа мы не считаем отказом от оценки."
KNOWN = {"m_novelty": "4", "m_method": "5", "m_result": "7"}
CHANGES = {
    "fit": {"no_opinion": "renormalise"},
    "literacy": {"no_opinion": "renormalise", "most": 100, "levels": {}},  # typed: too long for keys
}


@pytest.fixture
def lev(world):
    """Lev's sheet for Vera's work; of two criteria he may have no opinion: «fit» by keys, «literacy» typed."""
    with committing():
        version = db.session.get_one(RegulationVersion, world.contest.version_id)
        version.body = {**version.body, "stages": [_changed(one) for one in version.body["stages"]]}
    jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    return lev_sheet(world, work).id


def _changed(stage):
    return {**stage, "criteria": [{**one, **CHANGES.get(one["key"], {})} for one in stage.get("criteria", ())]}


def text(reply) -> str:
    return reply.get_data(as_text=True)


def kept(assignment_id: int) -> dict[str, str]:
    rows = select(Mark.criterion, Mark.value).join(Review).where(Review.assignment_id == assignment_id)
    return dict(db.session.execute(rows).all())


def test_untouched_line_is_asked_for_beside_it_and_everything_is_kept(world, lev, as_lev):
    reply = as_lev.post(f"/assignments/{lev}/review", data={**KNOWN, "m_literacy": "", "comment": "Живо", "seen": "0"})

    page = text(reply)
    assert reply.status_code == 422
    assert [f'id="m_{key}-fault"' in page for key in ("fit", "literacy", "result")] == [True, True, False]
    assert ASKED in page
    assert 'id="m_fit-4"' in page
    assert 'name="m_result" value="7" checked' in page
    assert "Живо" in page
    assert kept(lev) == {}


def test_saved_draft_does_not_choose_for_the_juror(world, lev, as_lev):
    as_lev.post(f"/assignments/{lev}/review", data={**KNOWN, "action": "later", "seen": "0"})

    page = text(as_lev.get(f"/assignments/{lev}"))
    assert 'name="m_fit" value="-" checked' not in page
    assert "осталось 2" in page
    assert as_lev.post(f"/assignments/{lev}/review", data={**KNOWN, "m_literacy": "", "seen": "1"}).status_code == 422


def test_chosen_no_opinion_is_kept_and_the_others_make_up_for_it(world, lev, as_lev):
    data = {**KNOWN, "m_fit": "-", "m_literacy": "", "n_literacy": "1", "seen": "0"}
    assert as_lev.post(f"/assignments/{lev}/review", data=data).status_code == 302

    assert kept(lev) == {"novelty": "4", "method": "5", "result": "7", "fit": "-", "literacy": "-"}
    assert db.session.get_one(Assignment, lev).review.total == "100"  # 16 of 20 points, out of 125 in all
    page = text(as_lev.get(f"/assignments/{lev}"))
    assert 'name="m_fit" value="-" checked' in page
    assert 'name="n_literacy" value="1" data-no-opinion checked' in page
    outcome = operations.compute(world.contest)
    assert sorted(mark.criterion for mark in outcome.given.marks) == ["method", "novelty", "result"]
    assert outcome.results.faults == []


def test_mark_and_refusal_together_are_a_contradiction(world, lev, as_lev):
    data = {**KNOWN, "m_fit": "-", "m_literacy": "55", "n_literacy": "1", "seen": "0"}
    reply = as_lev.post(f"/assignments/{lev}/review", data=data)

    assert (reply.status_code, "Здесь и балл, и отказ от оценки" in text(reply)) == (422, True)
    assert 'value="55"' in text(reply)
    assert kept(lev) == {}


def test_no_opinion_is_only_where_the_regulation_allows_it(world, lev):
    with pytest.raises(Refused) as refused:
        sheet(lev, {"novelty": "-", "method": "5", "result": "7", "fit": "3", "literacy": "50"})

    assert {key: said.key for key, said in refused.value.fields.items()} == {"novelty": "choice_unknown"}


def test_sheet_without_a_single_mark_is_no_sheet(world, lev):
    with committing():
        version = db.session.get_one(RegulationVersion, world.contest.version_id)
        stages = [
            {**one, "criteria": [{**line, "no_opinion": "renormalise"} for line in one.get("criteria", ())]}
            for one in version.body["stages"]
        ]
        version.body = {**version.body, "stages": stages}
    with pytest.raises(Refused) as refused:
        sheet(lev, dict.fromkeys(("novelty", "method", "result", "fit", "literacy"), "-"))

    assert [said.key for said in refused.value.sayings] == ["no_opinion_on_anything"]
