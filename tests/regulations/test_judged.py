"""Every real contest in the service: kept places are those reasoned by hand, approval, release, the last paper."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.certificates import operations as certificates
from app.certificates.models import Certificate
from app.database import committing, db
from app.judging import operations, stages
from tests.regulations.cases import FILES, computed, rules
from tests.regulations.judged import Judged
from tests.world import NOON
from workflows.judging.given import ADMITTED
from workflows.judging.results import compute
from workflows.judging.totals import written

CONTESTS = [number for number in FILES if rules(number).kind == "contest"]


@pytest.mark.parametrize("number", CONTESTS)
def test_case_runs_in_the_service_to_its_last_paper(world, number, work_off):
    case = Judged(number, world)
    case.judge_all()
    expected, _warnings = computed(number)

    assert case.places() == {
        found.name: {
            line.entry.key: (line.place, line.place_to, written(line.total) if line.total is not None else "")
            for line in found.lines
            if line.entry.status == ADMITTED
        }
        for found in expected.lists
    }
    decided = case.settle()
    expected = compute(rules(number), case.tables.entries, case.tables.marks, case.tables.jurors, [*case.tables.decisions, *decided])
    for _link in stages.chain(case.event):
        with committing():
            operations.approve(case.event, number="7", day=NOON.date(), by=world.nina, now=NOON, despite_missing="Решение оргкомитета")
    assert case.awards() == sorted((one.entry, one.award) for one in expected.given)

    with committing():
        assert operations.release(case.event, by=world.nina, now=NOON)
        certificates.issue_for(case.event, by=world.nina, now=NOON)
    with_papers = [one for one in expected.given if rules(number).award(one.award).paper is not None]
    assert db.session.scalar(select(func.count(Certificate.id)).where(Certificate.event_id == case.id)) >= len(with_papers) > 0
