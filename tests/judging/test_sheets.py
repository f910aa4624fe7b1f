"""A juror's sheet: whose it is, what it takes, what it keeps, when it is too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.database import Trace, committing, db
from app.judging import figures, operations
from app.judging.models import Assignment, Mark, Review, Standing
from app.judging.operations import Late, Refused
from tests.judging.cast import admitted, assigned, jury, lev_sheet, sheet
from tests.world import DAY, NOON


@pytest.fixture
def lev(world):
    """Lev's sheet for Vera's work."""
    jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    return lev_sheet(world, work).id


def marks_of(assignment_id: int) -> dict[str, str]:
    rows = select(Mark.criterion, Mark.value).join(Review).where(Review.assignment_id == assignment_id)
    return dict(db.session.execute(rows).all())


def test_draft_keeps_partial_marks_and_counts_nowhere(world, lev):
    sheet(lev, {"novelty": "4"}, final=False)

    assignment = db.session.get_one(Assignment, lev)
    assert marks_of(lev) == {"novelty": "4"}
    assert (assignment.done_at, assignment.review.final_at) == (None, None)
    assert db.session.scalar(select(func.count(Standing.id))) == 0


def test_finished_sheet_has_its_exact_total_and_is_ranked_by_the_worker(world, lev, work_off):
    sheet(lev, {"novelty": "4", "method": "5", "result": "7", "fit": "3", "literacy": "2"}, comment="Хорошо")

    review = db.session.scalars(select(Review)).one()
    assert (review.total, review.final_at, review.comment) == ("21", NOON, "Хорошо")
    assert figures.is_stale(world.contest.id)
    db.session.rollback()
    work_off()
    db.session.expire_all()
    standing = db.session.scalars(select(Standing)).one()
    assert (standing.exact, standing.shown, standing.sheets, standing.status, standing.place) == ("21", "21.00", 1, "waiting", 1)
    assert not figures.is_stale(world.contest.id)


def test_finishing_twice_is_one_sheet(world, lev):
    sheet(lev, 4)
    sheet(lev, 4)

    assert db.session.scalar(select(func.count(Review.id))) == 1
    assert db.session.scalar(select(func.count(Trace.id)).where(Trace.act == "sheet.changed")) == 0


@pytest.mark.parametrize(
    ("marks", "wrong"),
    [
        ({"novelty": "6"}, {"novelty": "mark_out_of_scale"}),
        ({"novelty": "-1"}, {"novelty": "mark_out_of_scale"}),
        ({"novelty": "NaN"}, {"novelty": "mark_not_a_number"}),
        ({"novelty": "2.5"}, {"novelty": "mark_off_step"}),
        ({"unheard_of": "2"}, {"unheard_of": "choice_unknown"}),
    ],
)
def test_mark_outside_the_scale_is_refused_and_changes_nothing(world, lev, marks, wrong):
    with pytest.raises(Refused) as refused:
        sheet(lev, marks, final=False)

    assert {key: said.key for key, said in refused.value.fields.items()} == wrong
    assert marks_of(lev) == {}


def test_finishing_needs_every_criterion(world, lev):
    with pytest.raises(Refused) as refused:
        sheet(lev, {"novelty": "4", "method": "5"})

    assert {key: said.key for key, said in refused.value.fields.items()} == dict.fromkeys(("result", "fit", "literacy"), "mark_needed")
    assert db.session.scalar(select(func.count(Review.id))) == 0


def test_finished_sheet_changes_with_a_trace_but_never_becomes_incomplete(world, lev):
    sheet(lev, 4)
    sheet(lev, {"novelty": "5"}, final=False)

    review = db.session.scalars(select(Review)).one()
    assert review.total == "21"
    assert review.final_at is not None
    assert db.session.scalars(select(Trace.details).where(Trace.act == "sheet.changed")).all() == [{"before": "20"}]

    with pytest.raises(Refused), committing():
        assignment = db.session.get_one(Assignment, lev)
        operations.save_review(assignment, {"novelty": None}, "", final=False, by=world.lev, now=NOON)
    assert marks_of(lev)["novelty"] == "5"


def test_nobody_else_saves_her_sheet(world, lev):
    with pytest.raises(Refused) as refused, committing():
        operations.save_review(db.session.get_one(Assignment, lev), {"novelty": "5"}, "", final=False, by=world.oleg, now=NOON)

    assert [said.key for said in refused.value.sayings] == ["step_not_yours"]


def test_term_of_judging_ends_the_sheet(world, lev):
    closes = world.contest.date("judging_closes")
    sheet(lev, {"novelty": "4"}, final=False, now=closes - timedelta(seconds=1))

    with pytest.raises(Late) as late:
        sheet(lev, 4, now=closes)
    assert [said.key for said in late.value.sayings] == ["judging_closed"]
    assert marks_of(lev) == {"novelty": "4"}


def test_older_tab_does_not_undo_a_newer_sheet(world, lev):
    sheet(lev, {"novelty": "5"}, final=False)

    with pytest.raises(Late), committing():
        operations.save_review(db.session.get_one(Assignment, lev), {"novelty": "1"}, "", final=False, by=world.lev, now=NOON, seen=0)
    assert marks_of(lev) == {"novelty": "5"}


def test_form_sent_while_it_saves_itself_is_no_conflict(world, lev):
    sheet(lev, {"novelty": "5"}, final=False, comment="Хоро")

    every = dict.fromkeys(("novelty", "method", "result", "fit", "literacy"), "5")
    with committing():
        operations.save_review(db.session.get_one(Assignment, lev), every, "Хорошо", final=True, by=world.lev, now=NOON, seen=0)
    assert db.session.scalars(select(Review.total)).one() == "25"


def test_recusing_needs_a_reason_and_no_finished_sheet(world, lev):
    with pytest.raises(Refused) as refused, committing():
        operations.recuse(db.session.get_one(Assignment, lev), "  ", by=world.lev, now=NOON)
    assert refused.value.fields["reason"].key == "recuse_reason_missing"

    sheet(lev, 3)
    with pytest.raises(Refused) as refused, committing():
        operations.recuse(db.session.get_one(Assignment, lev), "Знаю автора", by=world.lev, now=NOON)
    assert [said.key for said in refused.value.sayings] == ["sheet_finished"]


def test_judging_fact_closes_the_way_back_of_an_application(world, lev):
    work = db.session.get_one(Assignment, lev).application_id
    sheet(lev, {"novelty": "1"}, final=False)

    with pytest.raises(Exception, match="jury_began"):
        world.step(work, "reconsider", reason="Ошибка проверки")


def test_withdrawn_work_leaves_the_jury_and_the_lists(world, lev, work_off):
    work = db.session.get_one(Assignment, lev).application_id
    sheet(lev, 4)
    world.step(work, "withdraw", by="vera", now=NOON + DAY)

    assert db.session.scalar(select(func.count(Standing.id))) == 0
    assert db.session.scalars(select(Assignment.recused_at)).all() == [NOON + DAY]
