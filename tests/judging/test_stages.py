"""An event with two stages: juries of their own, who goes on, marks of every kind, the chain that approves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import committing, db
from app.events import document
from app.events import operations as events
from app.judging import entering, evidence, figures, jury, operations, passage, stages
from app.judging.models import Assignment, Award, Decision, Order, Standing
from app.judging.operations import Late, Refused
from app.notifications.models import HELD, QUEUED, Notification
from app.people.models import Appointment
from tests.judging.cast import counting, juror, sheet
from tests.world import DAY, NOON

FIVE = ("Читающий двор", "Ночь в библиотеке", "Книга на ладони", "Библиоквест", "Полка друзей")
FINAL_OPENS, FINAL_CLOSES = NOON + 20 * DAY, NOON + 25 * DAY
FINAL = FINAL_OPENS + DAY
FULL = {"speech": "high", "in_time": "1", "partners": "7", "answers.first": "4", "answers.second": "4"}


@pytest.fixture
def works(world):
    """Five admitted works of one nomination in an event of two stages, each with a jury of one."""
    body = {**events.presets()["contest"], **document.load((Path(__file__).parent / "stages.yaml").read_text(encoding="utf-8")).data}
    body["dates"] = [*body["dates"], *({"key": key, "title": "Финал", "needed": False} for key in ("final_opens", "final_closes"))]
    with committing():
        event = events.begin(world.centre, "", by=world.nina, now=NOON, body=body)
        for key, at in (("final_opens", FINAL_OPENS), ("final_closes", FINAL_CLOSES)):
            events._set(event, key, at, by=world.nina, now=NOON, ground="")
        event.announced_at = NOON
        world.ids["contest"] = event.id
    found = []
    for title in FIVE:
        found.append(world.enter("vera", title=title))
        world.step(found[-1], "admit")
    with committing():
        operations.appoint_juror(world.contest, world.lev, chair=True, by=world.nina, now=NOON, jury="readers")
        other = juror(world, "Залова", "Лицей № 1")
        operations.appoint_juror(world.contest, other, chair=False, by=world.nina, now=NOON, jury="hall")
        operations.assign(world.contest, by=world.nina, now=NOON, stage_key="papers")
    return found


def sheet_of(work: int, stage: str) -> int:
    return db.session.scalars(select(Assignment.id).where(Assignment.application_id == work, Assignment.stage == stage)).one()


def first_stage(works: list[int], points: tuple[int, ...]) -> None:
    for work, value in zip(works, points, strict=True):
        sheet(sheet_of(work, "papers"), {"idea": str(value)})


def refreshed(world: Any) -> Any:
    with committing():
        return operations.refresh(world.contest)


def standing(work: int, stage: str) -> Standing:
    return db.session.scalars(select(Standing).where(Standing.application_id == work, Standing.stage == stage)).one()


def at_the_final(world: Any, works: list[int], points: tuple[int, ...] = (9, 8, 7, 3, 1)) -> None:
    first_stage(works, points)
    refreshed(world)
    with committing():
        operations.assign(world.contest, by=world.nina, now=FINAL, stage_key="final")


def test_each_stage_is_drawn_among_its_own_jury(world, works):
    at_the_final(world, works)

    rows = select(Assignment.stage, Appointment.jury, func.count()).join(Appointment, Assignment.juror_id == Appointment.id)
    assert sorted(db.session.execute(rows.group_by(Assignment.stage, Appointment.jury)).all()) == [
        ("final", "hall", 2),
        ("papers", "readers", 5),
    ]


def test_only_who_went_on_reaches_the_final_and_a_low_total_gives_its_status(world, works):
    at_the_final(world, works)

    assert [standing(work, "papers").status for work in works] == ["through", "through", "out", "out", "out"]
    assert set(db.session.scalars(select(Standing.application_id).where(Standing.stage == "final"))) == set(works[:2])
    assert (standing(works[4], "papers").verdict, standing(works[4], "papers").place) == ("weak", None)
    with pytest.raises(Refused) as refused, committing():
        hall = db.session.scalars(select(Appointment).where(Appointment.jury == "hall")).one()
        jury.add_work(
            world.contest,
            db.session.get(Assignment, sheet_of(works[3], "papers")).application,
            hall,
            by=world.nina,
            now=FINAL,
            stage_key="final",
        )
    assert [said.key for said in refused.value.sayings] == ["work_not_at_stage"]


def test_equal_totals_at_the_cut_wait_and_a_recorded_decision_lets_on(world, works):
    first_stage(works, (9, 7, 7, 3, 1))
    waiting = refreshed(world).waiting
    assert [(one.kind, one.entries) for one in waiting if one.kind == "cut"] == [("cut", (str(works[1]), str(works[2])))]

    name = standing(works[1], "papers").list
    with committing():
        operations.decide_advance(world.contest, name, {works[1]: False, works[2]: True}, "Протокол № 1", by=world.nina, now=NOON)
    assert [standing(work, "papers").status for work in works[:3]] == ["through", "out", "through"]
    with pytest.raises(Late), committing():
        operations.decide_advance(world.contest, name, {works[1]: True, works[2]: True}, "Протокол № 2", by=world.nina, now=NOON)


def test_the_desk_leads_to_the_jury_of_the_stage_that_works_went_on_to(world, works, as_nina):
    board = f"/events/{world.ids['contest']}/jury?stage=final"
    before = as_nina.get(f"/events/{world.ids['contest']}/desk").text
    first_stage(works, (9, 8, 7, 3, 1))
    refreshed(world)
    reached = as_nina.get(f"/events/{world.ids['contest']}/desk").text
    with committing():
        operations.assign(world.contest, by=world.nina, now=FINAL, stage_key="final")
    drawn = as_nina.get(f"/events/{world.ids['contest']}/desk").text

    assert [f'href="{board}"' in page for page in (before, reached, drawn)] == [False, True, False]


def test_a_refused_decision_keeps_what_was_chosen(world, works, as_nina):
    first_stage(works, (9, 7, 7, 3, 1))
    refreshed(world)
    event, name = world.ids["contest"], standing(works[1], "papers").list
    data = {"list_name": name, "question": "1", f"goes_{works[1]}": "0", f"goes_{works[2]}": "1", "ground": ""}

    refused = as_nina.post(f"/events/{event}/decisions/advance", data=data)
    chosen = re.findall(r'name="goes_(\d+)" value="(\d)" checked', refused.text)

    assert (refused.status_code, chosen) == (422, [(str(works[1]), "0"), (str(works[2]), "1")])
    assert as_nina.post(f"/events/{event}/decisions/advance", data={**data, "ground": "Протокол № 1"}).status_code == 302


def test_final_takes_marks_only_inside_its_window(world, works):
    at_the_final(world, works)
    mine = sheet_of(works[0], "final")
    for now, key in ((NOON, "judging_not_open"), (FINAL_CLOSES, "judging_closed")):
        with pytest.raises(Late) as late:
            sheet(mine, FULL, now=now)
        assert [said.key for said in late.value.sayings] == [key]

    sheet(mine, FULL, now=FINAL)
    assert [stages.is_open(world.contest, world.contest.rules.stage("final"), now) for now in (NOON, FINAL, FINAL_CLOSES)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("marks", "total"),
    [
        (FULL, "15"),  # 5 + 2 + 3 at most + 5 at most
        ({**FULL, "late": "2"}, "13"),
        ({**FULL, "speech": "low", "in_time": "0", "partners": "0"}, "6"),
    ],
)
def test_every_kind_of_mark_counts_as_the_regulation_says(world, works, marks, total):
    at_the_final(world, works)
    mine = sheet_of(works[0], "final")
    sheet(mine, marks, now=FINAL)

    assert db.session.get_one(Assignment, mine).review.total == total
    refreshed(world)
    assert standing(works[0], "final").exact == str(int(total) + 9)  # what the first stage carries in


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"speech": "middling"}, {"speech": "mark_level_unknown"}),
        ({"in_time": "2"}, {"in_time": "mark_not_yes_or_no"}),
        ({"partners": "1.5"}, {"partners": "mark_not_a_count"}),
        ({"answers.first": "5"}, {"answers.first": "mark_out_of_scale"}),
        ({"answers": "5"}, {"answers": "choice_unknown"}),
        ({"answers.second": None}, {"answers.second": "mark_needed"}),
    ],
)
def test_every_kind_of_mark_is_checked_in_its_line(world, works, change, wrong):
    at_the_final(world, works)
    marks = {key: value for key, value in {**FULL, **change}.items() if value is not None}
    with pytest.raises(Refused) as refused:
        sheet(sheet_of(works[0], "final"), marks, now=FINAL)

    assert {key: said.key for key, said in refused.value.fields.items()} == wrong


def finished(world: Any, works: list[int]) -> None:
    at_the_final(world, works)
    sheet(sheet_of(works[0], "final"), FULL, now=FINAL)
    sheet(sheet_of(works[1], "final"), {**FULL, "speech": "low"}, now=FINAL)
    refreshed(world)


def approve(world: Any, number: str) -> int:
    with committing():
        return operations.approve(world.contest, number=number, day=FINAL.date(), by=world.nina, now=FINAL)


def awarded() -> list[tuple[int, str, str]]:
    return sorted(db.session.execute(select(Award.application_id, Award.award, Award.by)).all())


def test_free_award_waits_until_somebody_gets_it_or_nobody_does(world, works):
    finished(world, works)
    with pytest.raises(Refused) as refused:
        approve(world, "1")
    assert [(said.key, said.values) for said in refused.value.sayings] == [("questions_open", {"count": 1})]

    name = standing(works[0], "final").list
    for chosen in ([], [works[1]]):
        with committing():
            operations.settle_award(world.contest, "special", name, chosen, "Протокол № 3", by=world.nina, now=FINAL)
        assert refreshed(world).waiting == []
    approve(world, "1")
    approve(world, "47")

    assert [one for one in awarded() if one[1] != "participant"] == [(works[0], "first", "rule"), (works[1], "special", "decision")]
    assert [work for work, award, _by in awarded() if award == "participant"] == works[1:]


def test_two_bodies_approve_and_only_the_second_may_depart(world, works):
    finished(world, works)
    name = standing(works[0], "final").list
    with committing():
        operations.settle_award(world.contest, "special", name, [], "Протокол № 3", by=world.nina, now=FINAL)

    def depart() -> None:
        with committing():
            operations.decide_award(world.contest, works[1], "first", given=True, ground="Решение управления", by=world.nina, now=FINAL)

    with pytest.raises(Refused) as refused:
        depart()
    assert [said.key for said in refused.value.sayings] == ["nobody_may_depart"]
    assert (approve(world, "1"), world.contest.approved_at) == (0, None)
    with pytest.raises(Late):
        sheet(sheet_of(works[0], "final"), {**FULL, "late": "3"}, now=FINAL)
    depart()
    assert approve(world, "47") > 0

    assert [(one.link, one.kind, one.number) for one in db.session.scalars(select(Order).order_by(Order.id))] == [
        ("jury", "протокол", "1"),
        ("board", "приказ", "47"),
    ]
    assert [(work, by) for work, award, by in awarded() if award == "first"] == [(works[0], "rule"), (works[1], "decision")]
    with pytest.raises(Late):
        approve(world, "48")


def test_counted_votes_are_shown_beside_the_total_and_recorded_ballots_part_a_tie(world, works):
    at_the_final(world, works, (9, 9, 7, 3, 1))
    for work in works[:2]:
        sheet(sheet_of(work, "final"), FULL, now=FINAL)
    with committing():
        operations.enter(world.contest, "final", {(works[0], 0): "12", (works[1], 0): "31"}, by=world.nina, now=FINAL)
    outcome = refreshed(world)
    assert outcome.results.scores["final"].sources["public"] == {str(works[0]): 12, str(works[1]): 31}

    name = standing(works[0], "final").list
    with committing():
        operations.decide_votes(world.contest, name, {works[0]: 2, works[1]: 5}, "Счётная комиссия", by=world.nina, now=FINAL)
    assert [standing(work, "final").place for work in works[:2]] == [2, 1]


def test_entered_values_are_checked_kept_changed_and_taken_back(world, works):
    at_the_final(world, works)
    with pytest.raises(Refused) as refused, committing():
        operations.enter(world.contest, "final", {(works[0], 0): "many"}, by=world.nina, now=FINAL)
    assert {key: said.key for key, said in refused.value.fields.items()} == {f"{works[0]}-0": "mark_not_a_count"}

    for value, changed in (("12", 1), ("12", 0), ("13", 1), ("", 1)):
        with committing():
            assert operations.enter(world.contest, "final", {(works[0], 0): value}, by=world.nina, now=FINAL) == changed
    assert figures.is_stale(world.contest.id)


def test_pages_of_a_two_stage_event_open_and_save(world, works, as_nina, as_lev):
    finished(world, works)
    event = world.contest.id
    for path in (
        "results",
        "results?list=papers/nomination=x",
        "decisions",
        "jury?stage=papers",
        "jury?stage=final",
        "entries?stage=final",
        "desk",
    ):
        assert as_nina.get(f"/events/{event}/{path}").status_code == 200, path
    page = as_nina.get(f"/events/{event}/decisions").get_data(as_text=True)
    assert "Награда «Приз зала»" in page
    data = {"list_name": standing(works[0], "final").list, "award": "special", "work": str(works[0]), "question": "1", "ground": ""}
    assert as_nina.post(f"/events/{event}/decisions/settle", data=data).status_code == 422
    assert as_nina.post(f"/events/{event}/decisions/settle", data={**data, "ground": "Протокол № 3"}).status_code == 302
    assert db.session.scalar(select(func.count(Decision.id))) == 2
    pasted = {"stage": "final", "text": f"{1}\t12\n2\tмного\n99\t3"}
    checked = as_nina.post(f"/events/{event}/entries/paste", data={**pasted, "confirmed": "1"})
    assert checked.status_code == 422
    assert "Допущенной заявки с таким номером нет" in checked.get_data(as_text=True)
    assert as_nina.post(f"/events/{event}/entries/paste", data={"stage": "final", "text": "1\t12", "confirmed": "1"}).status_code == 302
    saved = as_nina.post(f"/events/{event}/entries", data={"stage": "final", f"v_{works[0]}_0": "14"})
    assert saved.status_code == 302
    assert as_lev.get(f"/assignments/{sheet_of(works[0], 'papers')}").status_code == 200


def test_a25_more_lines_than_are_read_at_once_are_refused_and_formulas_are_faults(world, works, as_nina):
    at_the_final(world, works)
    path = f"/events/{world.contest.id}/entries/paste"
    many = "\n".join(f"{number}\t1" for number in range(2002))

    for text in (many, "1\t" + "9" * 400_001):
        refused = as_nina.post(path, data={"stage": "final", "text": text, "confirmed": "1"})
        assert refused.status_code == 422
        assert "В таблице больше 2000 строк. Разделите её на части." in refused.text
        assert text[-2000:] in refused.text
    for hostile in ("=1+1", "=HYPERLINK(1)", "@SUM(1)", "1e9999", "９", "NaN"):
        answer = as_nina.post(path, data={"stage": "final", "text": f"1\t{hostile}", "confirmed": "1"})
        assert answer.status_code == 422, hostile
    assert entering.kept_values(world.contest, "final", set(works)) == {}


def letters() -> list[tuple[str, str]]:
    rows = select(Notification.name, Notification.state).where(Notification.name.in_((passage.PASSED, passage.NOT_PASSED)))
    return sorted(db.session.execute(rows).all())


def tell(world: Any) -> int:
    with committing():
        return passage.tell(world.contest, world.contest.rules.stage("papers"), by=world.nina, now=NOON)


def test_who_went_on_is_told_by_letters_that_wait_for_the_methodist(world, works, work_off, monkeypatch):
    monkeypatch.setattr(passage, "CHUNK", 2)
    first_stage(works, (9, 7, 7, 3, 1))
    refreshed(world)
    with pytest.raises(Refused) as refused:
        tell(world)
    assert [said.key for said in refused.value.sayings] == ["passage_open"]
    name = standing(works[1], "papers").list
    with committing():
        operations.decide_advance(world.contest, name, {works[1]: False, works[2]: True}, "Протокол № 1", by=world.nina, now=NOON)

    assert tell(world) == 5
    assert tell(world) == 5
    db.session.rollback()
    work_off()
    assert letters() == [(passage.NOT_PASSED, HELD)] * 3 + [(passage.PASSED, HELD)] * 2
    with committing():
        assert passage.send(world.contest, by=world.nina, now=FINAL) == 5
    assert {state for _name, state in letters()} == {QUEUED}


def changed(world: Any, **parts: Any) -> dict[str, Any]:
    return {**world.contest.version.body, **parts}


def rewrite(world: Any, ground: str = "", **parts: Any) -> None:
    with committing():
        events.rewrite(world.contest, changed(world, **parts), by=world.nina, now=NOON, ground=ground)


def test_first_mark_locks_what_compares_and_a_recorded_decision_opens_it(world, works):
    once = {"by": ["nomination"], "places": "dense", "equal": "wait", "tie_keys": [{"by": "vote"}]}
    rewrite(world, ranking={**once, "places": "shared"})
    sheet(sheet_of(works[0], "papers"), {"idea": "5"}, final=False)
    with pytest.raises(events.Refused) as refused:
        rewrite(world, ranking=once)
    assert {key: said.key for key, said in refused.value.faults.items()} == {"ground": "comparison_locked"}
    assert world.contest.rules.ranking.places == "shared"

    rewrite(world, title={"ru": "Новое имя"})
    rewrite(world, ranking=once, ground="Решение оргкомитета")
    assert world.contest.rules.ranking.places == "dense"
    assert [(one.kind, one.ground) for one in db.session.scalars(select(Decision))] == [("rules", "Решение оргкомитета")]
    with pytest.raises(events.Refused):
        rewrite(world, kind="exhibition")


def test_total_that_stands_for_sheets_and_sheets_exclude_each_other(world, works):
    first, second = works[:2]
    sheet(sheet_of(first, "papers"), {"idea": "9"})
    with pytest.raises(Refused) as refused, committing():
        operations.enter(world.contest, "papers", {(first, 0): "8"}, by=world.nina, now=NOON)
    assert {key: said.key for key, said in refused.value.fields.items()} == {f"{first}-0": "total_beside_sheets"}

    with committing():
        assert operations.enter(world.contest, "papers", {(second, 0): "8"}, by=world.nina, now=NOON) == 1
    with pytest.raises(Late) as late:
        sheet(sheet_of(second, "papers"), {"idea": "9"})
    assert [said.key for said in late.value.sayings] == ["total_stands_for_sheets"]
    refreshed(world)
    assert (standing(first, "papers").exact, standing(second, "papers").exact) == ("9", "8")


def test_juror_counts_no_more_than_the_evidence_that_was_accepted(world, works, as_nina):
    at_the_final(world, works)
    mine, event = sheet_of(works[0], "final"), world.contest.id
    base = {"stage": "final"}
    for text in ("https://example.org/1", "https://example.org/2", "https://example.org/2"):
        answer = as_nina.post(f"/events/{event}/entries/evidence", data={**base, "work": works[0], "line": "partners", "text": text})
        assert answer.status_code == 302
    assert (
        as_nina.post(f"/events/{event}/entries/evidence", data={**base, "work": works[0], "line": "partners", "text": " "}).status_code
        == 422
    )
    first, second = evidence.of("final", [works[0]])[works[0], "partners"]
    for item, accepted in ((first.id, "1"), (second.id, "1"), (second.id, "0")):
        assert as_nina.post(f"/events/{event}/entries/evidence", data={**base, "item": item, "accepted": accepted}).status_code == 302
    assert "не засчитано" in as_nina.get(f"/events/{event}/entries?stage=final").get_data(as_text=True)

    with pytest.raises(Refused) as refused:
        sheet(mine, FULL, now=FINAL)
    assert {key: (said.key, said.values) for key, said in refused.value.fields.items()} == {"partners": ("more_than_accepted", {"most": 1})}
    sheet(mine, {**FULL, "partners": "1"}, now=FINAL)
    assert db.session.get_one(Assignment, mine).review.total == "13"
    assert refreshed(world).results.faults == []


@pytest.mark.parametrize("page", ["decisions", "entries?stage=papers", "results?list=papers", "jury?stage=papers"])
def test_pages_cost_the_same_for_few_works_and_for_many(world, works, as_nina, page):
    first_stage(works, (7, 7, 7, 7, 7))
    refreshed(world)
    path = f"/events/{world.contest.id}/{page}"
    as_nina.get(path)
    with counting() as few:
        assert as_nina.get(path).status_code == 200
    for number in range(8):
        work = world.enter("vera", title=f"Ещё работа {number}")
        world.step(work, "admit")
    with committing():
        operations.assign(world.contest, by=world.nina, now=NOON, stage_key="papers")
    refreshed(world)
    with counting() as many:
        assert as_nina.get(path).status_code == 200
    assert len(many) == len(few)
