"""Standings, ties, decisions, approval, release."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from app.applications.models import Application
from app.database import committing, db
from app.judging import approvals, figures, operations
from app.judging.models import Award, Decision, Order, Standing
from app.judging.operations import Late, Refused
from app.notifications.models import HELD, Notification
from tests.judging.cast import admitted, assigned, judge_all, jury, places, sheet, sheets_of
from tests.world import DAY, NOON

FOUR = ("Читающий двор", "Ночь в библиотеке", "Книга на ладони", "Библиоквест")


@pytest.fixture
def works(world):
    """Four admitted works of one nomination with a jury of three and nothing marked yet."""
    jury(world)
    found = admitted(world, *FOUR)
    assigned(world)
    return found


def ranked(world: Any) -> Any:
    with committing():
        return operations.refresh(world.contest)


def approve(world: Any, **more: Any) -> int:
    with committing():
        return operations.approve(world.contest, number="47", day=NOON.date(), by=world.nina, now=NOON, **more)


def awards() -> dict[str, list[str]]:
    rows = db.session.execute(select(Application.title, Award.award).join(Award, Award.application_id == Application.id).order_by(Award.id))
    found: dict[str, list[str]] = {}
    for title, award in rows:
        found.setdefault(title, []).append(award)
    return found


def list_name(work: int) -> str:
    return f"final/nomination={db.session.get_one(Application, work).nomination}"


def test_places_follow_the_exact_means(world, works):
    judge_all(world, dict(zip(works, (2, 5, 3, 4), strict=True)))
    ranked(world)

    assert places(world) == dict(zip(FOUR, (4, 1, 3, 2), strict=True))


def test_mean_is_taken_over_the_sheets_there_are_and_is_exact(world, works):
    first = sheets_of(works[0])
    sheet(first[0], 1)
    sheet(first[1], 1)
    sheet(first[2], {"novelty": "1", "method": "1", "result": "1", "fit": "1", "literacy": "2"})
    sheet(sheets_of(works[1])[0], 1)
    ranked(world)

    rows = {row.application_id: (row.exact, row.shown, row.sheets, row.status) for row in db.session.scalars(select(Standing))}
    assert rows[works[0]] == ("16/3", "5.33", 3, "in")
    assert rows[works[1]] == ("5", "5.00", 1, "waiting")
    assert rows[works[2]] == ("", "", 0, "waiting")


def test_ranking_again_changes_no_row(world, works):
    judge_all(world, dict(zip(works, (2, 5, 3, 4), strict=True)))
    ranked(world)
    before = sorted(db.session.execute(select(Standing.id, Standing.application_id, Standing.place, Standing.exact)).all())
    ranked(world)

    assert sorted(db.session.execute(select(Standing.id, Standing.application_id, Standing.place, Standing.exact)).all()) == before


def test_tie_at_an_awarded_place_is_shown_and_waits(world, works):
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    found = ranked(world)

    assert [(item.entries, item.places) for item in found.waiting] == [((str(works[0]), str(works[1])), (1, 2))]
    assert [title for title, place in places(world).items() if place == 1] == list(FOUR[:2])
    with pytest.raises(Refused) as refused:
        approve(world)
    assert [said.key for said in refused.value.sayings] == ["questions_open"]
    assert (awards(), world.contest.approved_at) == ({}, None)


def decide(world: Any, order: dict[int, int], ground: str = "Голосование жюри, протокол № 2", by: str = "nina") -> None:
    with committing():
        operations.decide_tie(world.contest, list_name(next(iter(order))), order, ground, by=getattr(world, by), now=NOON)


def test_decision_with_its_ground_resolves_the_tie(world, works):
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    decide(world, {works[0]: 2, works[1]: 1})

    assert places(world) == dict(zip(FOUR, (2, 1, 4, 3), strict=True))
    approve(world)
    assert awards() == {FOUR[1]: ["first"], FOUR[0]: ["second"], FOUR[3]: ["third"], FOUR[2]: ["participant"]}
    grounds = db.session.scalars(select(Award.ground).where(Award.award.in_(("first", "second")))).all()
    assert set(grounds) == {"Голосование жюри, протокол № 2"}


def test_decision_may_leave_the_place_shared(world, works):
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    decide(world, {works[0]: 1, works[1]: 1})
    approve(world)

    assert awards() == {FOUR[0]: ["first"], FOUR[1]: ["first"], FOUR[3]: ["third"], FOUR[2]: ["participant"]}


def test_tie_needs_a_ground_and_must_still_be_there(world, works):
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    with pytest.raises(Refused) as refused:
        decide(world, {works[0]: 1, works[1]: 2}, ground=" ")
    assert refused.value.fields["ground"].key == "ground_missing"
    with pytest.raises(Late) as late:
        decide(world, {works[0]: 1, works[2]: 2})
    assert [said.key for said in late.value.sayings] == ["tie_gone"]
    assert db.session.scalar(select(func.count(Decision.id))) == 0


def test_decision_speaks_only_of_the_tie_it_was_made_for(world, works):
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    decide(world, {works[0]: 2, works[1]: 1})
    judge_all(world, {works[3]: 5}, now=NOON + DAY)

    assert [item.entries for item in ranked(world).waiting] == [tuple(map(str, (works[0], works[1], works[3])))]


def test_methodist_does_not_decide_about_her_own_work(world, works):
    world.ids["nina"], world.ids["vera"] = world.ids["vera"], world.ids["nina"]
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))

    with pytest.raises(Refused) as refused:
        decide(world, {works[0]: 1, works[1]: 2})
    assert [said.key for said in refused.value.sayings] == ["decides_own_work"]
    judge_all(world, {works[0]: 4, works[3]: 2}, now=NOON + DAY)
    with pytest.raises(Refused) as refused:
        approve(world)
    assert [said.key for said in refused.value.sayings] == ["approves_own_work"]


def test_award_is_withheld_or_added_by_a_decision(world, works):
    judge_all(world, dict(zip(works, (5, 4, 3, 2), strict=True)))
    for work, award, given in ((works[0], "first", False), (works[3], "third", True)):
        with committing():
            operations.decide_award(world.contest, work, award, given=given, ground="Протокол № 2", by=world.nina, now=NOON)
    approve(world)

    assert awards() == {FOUR[3]: ["third"], FOUR[1]: ["second"], FOUR[2]: ["third"], FOUR[0]: ["participant"]}
    assert db.session.scalars(select(Award.by).where(Award.application_id == works[3])).one() == "decision"


def test_missing_sheets_stop_the_approval_until_a_ground_is_recorded(world, works):
    judge_all(world, dict(zip(works[:3], (5, 4, 3), strict=True)))
    sheet(sheets_of(works[3])[0], 2)
    with pytest.raises(Refused) as refused:
        approve(world)
    assert [(said.key, said.values) for said in refused.value.sayings] == [("sheets_missing", {"count": 1})]

    approve(world, despite_missing="Член жюри заболел, решение комиссии")
    assert [(one.kind, one.ground) for one in db.session.scalars(select(Decision))] == [("go_on", "Член жюри заболел, решение комиссии")]


def test_nothing_is_approved_before_anything_is_judged(world, works):
    with pytest.raises(Refused) as refused:
        approve(world, despite_missing="Так решили")
    assert [said.key for said in refused.value.sayings] == ["nothing_judged"]


def test_approving_twice_is_approved_once(world, works):
    judge_all(world, dict(zip(works, (5, 4, 3, 2), strict=True)))
    approve(world)
    with pytest.raises(Late) as late:
        approve(world)

    assert [said.key for said in late.value.sayings] == ["results_already_approved"]
    assert db.session.scalar(select(func.count(Order.id))) == 1
    assert len(db.session.scalars(select(Award.id)).all()) == 4
    with pytest.raises(Late):
        sheet(sheets_of(works[0])[0], 1)


def test_release_closes_the_applications_tells_the_authors_and_lets_letters_go(world, works, work_off):
    judge_all(world, dict(zip(works, (5, 4, 3, 2), strict=True)))
    approve(world)
    assert db.session.scalar(select(func.count(Notification.id)).where(Notification.state == HELD)) == 4
    with committing():
        assert operations.release(world.contest, by=world.nina, now=NOON)
    with committing():
        assert not operations.release(world.contest, by=world.nina, now=NOON)

    assert set(db.session.scalars(select(Application.state))) == {"closed"}
    told = [one.values["award"] for one in db.session.scalars(select(Notification).where(Notification.name == "results_released"))]
    assert sorted(told) == ["Диплом I степени", "Диплом II степени", "Диплом III степени", "Сертификат участника"]
    assert db.session.scalar(select(func.count(Notification.id)).where(Notification.state == HELD)) == 0


def test_release_needs_the_approval(world, works):
    with pytest.raises(Refused) as refused, committing():
        operations.release(world.contest, by=world.nina, now=NOON)
    assert [said.key for said in refused.value.sayings] == ["results_not_approved"]


def test_many_applications_are_closed_by_the_worker(world, works, work_off, monkeypatch):
    monkeypatch.setattr(approvals, "CHUNK", 1)
    judge_all(world, dict(zip(works, (5, 4, 3, 2), strict=True)))
    approve(world)
    with committing():
        operations.release(world.contest, by=world.nina, now=NOON)
    assert figures.letters_held(world.contest.id) == 0
    assert sorted(db.session.scalars(select(Application.state))) == ["admitted"] * 3 + ["closed"]
    db.session.rollback()
    work_off()

    assert set(db.session.scalars(select(Application.state))) == {"closed"}
    assert len(db.session.scalars(select(Notification.id).where(Notification.name == "results_released")).all()) == 4
