"""Entrants mark each other's works: who gets what, what they see, what their sheets and their duty give."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from app import web
from app.certificates.models import Certificate
from app.database import Trace, committing, db
from app.events import document
from app.events import operations as events
from app.events.models import RegulationVersion
from app.judging import entering, entrants, operations
from app.judging.models import Assignment, Review, Standing
from app.judging.operations import Late, Refused
from app.notifications.models import Notification
from app.people import access
from app.people import operations as people
from tests.judging.cast import counting, sheet
from tests.world import DAY, NOON

MARKS = {"use": "8", "joy": "6"}
MINUTES = {
    "stage": "exchange",
    "title": "Протокол взаимной оценки",
    "columns": [{"shows": one, "title": one} for one in ("number", "title", "sheets", "total", "place", "award")],
}
FORM = {f"m_{key}": value for key, value in MARKS.items()}


@pytest.fixture
def works(world):
    """Five admitted works: two of Vera's school, Oleg's, and two from elsewhere."""
    body = {**events.presets()["contest"], **document.load((Path(__file__).parent / "peers.yaml").read_text(encoding="utf-8")).data}
    circle = {"key": "circle", "kind": "text", "label": "Кого оценивает", "filled_by": "staff"}
    body["form"] = [{**body["form"][0], "questions": [*body["form"][0]["questions"], circle]}, *body["form"][1:]]
    with committing():
        event = events.begin(world.centre, "", by=world.nina, now=NOON, body=body)
        event.announced_at = NOON
        events.set_dates(
            event,
            {
                key: NOON + days * DAY
                for key, days in (("intake_opens", -10), ("intake_closes", 10), ("judging_closes", 20), ("results_on", 30))
            },
            ground="Приказ № 1",
            by=world.nina,
            now=NOON,
        )
        world.ids["contest"] = event.id
        _more_people(world)
    return {who: entered(world, who) for who in ("vera", "oleg", "anna", "ira", "zoya")}


def _more_people(world) -> None:
    for key, surname, place in (("anna", "Залова", "СОШ № 15"), ("ira", "Бельды", "Лицей № 1"), ("zoya", "Самар", "Гимназия № 45")):
        home = people.find_or_add_organisation(place, now=NOON)
        made = people.add_person(
            surname=surname,
            given_name="Анна",
            patronymic="Ивановна",
            email=f"{key}@example.org",
            organisation=home,
            post="педагог-библиотекарь",
            now=NOON,
        )
        db.session.flush()
        people.give_login(made, f"{key}@example.org", now=NOON)
        world.ids[key] = made.id


def entered(world, who: str, title: str = "", **answers: str) -> int:
    work = world.enter(who, title=title or f"Работа {who}", **answers)
    world.step(work, "admit")
    return work


def allot(world, seed: int = 7, now=NOON):
    with committing():
        event = world.contest
        return operations.allot(event, event.rules.stage("exchange"), by=world.nina, now=now, seed=seed)


def mine(work: int) -> list[int]:
    """The assignments of the entrant whose work this is."""
    return list(db.session.scalars(select(Assignment.id).where(Assignment.judge_id == work).order_by(Assignment.id)))


def text(reply) -> str:
    return reply.get_data(as_text=True)


def standing(work: int) -> Standing:
    return db.session.scalars(select(Standing).where(Standing.application_id == work, Standing.stage == "exchange")).one()


# The allotment


def test_works_are_allotted_evenly_and_never_to_their_own_school(world, works):
    plan = allot(world)

    assert (set(plan.loads.values()), plan.short) == ({2}, [])
    held = entrants.holdings(world.contest.id, "exchange")
    assert {len(mine) for mine in held.values()} == {2}
    together = {works["vera"], works["anna"]}  # one school
    for work, mine in held.items():
        judges = {one.judge for one in mine}
        assert work not in judges
        assert not (work in together and judges & together)
    noted = db.session.scalars(select(Trace).where(Trace.act == "entrants.allotted")).one()
    assert (noted.person_id, noted.details) == (world.nina.id, {"stage": "exchange", "new": 10, "moved": 0, "seed": 7})


def test_press_repeated_for_a_newcomer_takes_no_begun_work_away(world, works):
    allot(world)
    begun = mine(works["vera"])[0]
    sheet(begun, {"use": "4"}, final=False)
    before = set(db.session.scalars(select(Assignment.id)))
    newcomer = entered(world, "lev", "Работа новая")
    plan = allot(world, seed=8, now=NOON + DAY)

    assert (set(plan.loads.values()), plan.short) == ({2}, [])
    assert len(mine(newcomer)) == 2
    assert begun in set(db.session.scalars(select(Assignment.id))) & before
    assert allot(world, seed=9, now=NOON + 2 * DAY).added == []


def test_own_work_is_given_to_nobody_however_few_there_are(world, works):
    for who in ("oleg", "ira", "zoya"):
        world.step(works[who], "withdraw", by=who, reason="Передумали")
    plan = allot(world)  # Vera and Anna are of one school: nobody is left for either

    assert plan.added == []
    assert {one.work for one in plan.short} == {works["vera"], works["anna"]}


def test_who_entered_twice_never_gets_one_work_twice(world, works):
    entered(world, "vera", "Вторая работа")
    allot(world)

    rows = db.session.execute(select(Assignment.application_id, Assignment.juror_id)).all()
    assert len(rows) == len(set(rows)) == 12


def test_letter_tells_how_many_works_came_and_until_when(world, works):
    allot(world)

    letters = list(db.session.scalars(select(Notification).where(Notification.name == "works_allotted")))
    assert {one.address for one in letters} == {f"{who}@example.org" for who in works}
    assert {(one.values["count"], bool(one.values["term"])) for one in letters} == {("2", True)}
    with committing():
        assert operations.remind_entrants(world.contest, by=world.nina, now=NOON) == 5
        operations.remind_entrants(world.contest, by=world.nina, now=NOON)
    assert len(list(db.session.scalars(select(Notification).where(Notification.name == "jury_reminder")))) == 5


# What an entrant sees and does


def test_entrant_sees_on_her_own_pages_what_waits_and_until_when(world, works, as_vera):
    allot(world)

    for path in ("/", "/applications"):
        page = text(as_vera.get(path))
        assert "2 работы ждут вашей оценки" in page
        assert "Работы других участников" in page
    desk = text(as_vera.get("/desk"))
    assert "<h1>Работы на оценку</h1>" in desk
    assert "Работа vera" not in desk


def test_entrant_marks_on_the_sheet_of_a_juror_without_knowing_whose_it_is(world, works, as_vera):
    allot(world)
    first, second = mine(works["vera"])
    page = text(as_vera.get(f"/assignments/{first}"))
    author = db.session.get_one(Assignment, first).application.applicant.surname
    assert ("авторы скрыты" in page, author in page) == (True, False)

    reply = as_vera.post(f"/assignments/{first}/review", data={**FORM, "action": "done", "seen": "0"}, follow_redirects=True)
    assert reply.request.path == f"/assignments/{second}"
    reply = as_vera.post(f"/assignments/{second}/review", data={**FORM, "action": "done", "seen": "0"}, follow_redirects=True)
    assert reply.request.path == f"/events/{world.contest.id}/judging/done"
    assert set(db.session.scalars(select(Review.total))) == {"14"}
    assert "ждут вашей оценки" not in text(as_vera.get("/applications"))


def test_work_not_allotted_is_not_there_and_neither_is_her_own(world, works, as_vera, as_oleg, as_lev, as_nina):
    allot(world)
    hers, others = mine(works["vera"]), mine(works["oleg"])

    assert [as_vera.get(f"/assignments/{one}").status_code for one in others] == [404, 404]
    assert [as_vera.post(f"/assignments/{one}/review", data=FORM).status_code for one in others] == [404, 404]
    assert [client.get(f"/assignments/{hers[0]}").status_code for client in (as_oleg, as_lev, as_nina)] == [404, 404, 404]
    assert db.session.scalars(select(Assignment.id).where(Assignment.application_id == Assignment.judge_id)).all() == []
    with pytest.raises(Refused), committing():
        operations.save_review(db.session.get_one(Assignment, hers[0]), MARKS, "", final=True, by=world.oleg, now=NOON)


def test_too_late_is_too_late_for_entrants_as_well(world, works):
    allot(world)
    with pytest.raises(Late):
        sheet(mine(works["vera"])[0], MARKS, now=NOON + 21 * DAY)


def test_entrant_who_steps_back_is_replaced_by_the_next_press(world, works, as_vera):
    allot(world)
    given_back = mine(works["vera"])[0]
    work = db.session.get_one(Assignment, given_back).application_id
    as_vera.post(f"/assignments/{given_back}/recuse", data={"reason": "Вместе учились"})
    allot(world, now=NOON + DAY)

    held = [one for one in entrants.holdings(world.contest.id, "exchange")[work] if not one.recused]
    assert (len(held), works["vera"] in {one.judge for one in held}) == (2, False)


# What it gives


def test_sheets_of_entrants_count_and_a_duty_done_in_time_earns_points(world, works):
    allot(world)
    for who, points in (("vera", "9"), ("oleg", "7"), ("ira", "5")):
        for one in mine(works[who]):
            sheet(one, {"use": points, "joy": points})
    sheet(mine(works["zoya"])[0], {"use": "1", "joy": "1"})  # one of two: no duty done
    with committing():
        outcome = operations.refresh(world.contest)

    assert outcome.results.faults == []
    marks = {(one.entry, one.juror): one.value for one in outcome.given.marks if one.criterion == "use"}
    assert {one.by for one in outcome.given.marks} == {"entrant"}
    for who, earned in (("vera", 3), ("oleg", 3), ("ira", 3), ("zoya", 0), ("anna", 0)):
        key = str(works[who])
        hers = [int(value) * 2 for (entry, _judge), value in marks.items() if entry == key]
        assert outcome.results.scores["exchange"].totals.get(key) == (sum(hers) / len(hers) + earned if hers else None)
    entry = next(one for one in outcome.given.entries if one.key == str(works["vera"]))
    assert entry.values["circle"] == [str(db.session.get_one(Assignment, one).application_id) for one in mine(works["vera"])]


def test_withdrawn_work_takes_its_entrants_off_but_keeps_the_duty_they_did(world, works):
    allot(world)
    done = mine(works["vera"])
    for one in done:
        sheet(one, MARKS)
    lost = db.session.get_one(Assignment, done[0])
    work, applicant = lost.application_id, lost.application.applicant_id
    who = next(name for name, key in works.items() if key == work)
    world.step(work, "withdraw", by=who, reason="Передумала")

    assert mine(work) == []  # who withdrew judges nobody
    with committing():
        outcome = operations.refresh(world.contest)
    assert outcome.results.faults == []
    vera = outcome.results.scores["exchange"].totals
    assert applicant == getattr(world, who).id
    received = [one for one in outcome.given.marks if one.entry == str(works["vera"])]
    assert received == []
    assert str(works["vera"]) not in vera  # nobody has marked hers: no score is not zero
    assert outcome.results.scores["exchange"].stage.key == "exchange"
    book_duties = [one for one in outcome.given.marks if one.juror == str(works["vera"])]
    assert len({one.entry for one in book_duties}) == 2


def test_allotted_works_are_nothing_that_staff_type(world, works):
    assert entering.columns(world.contest, "") == []


# The methodist's page


def test_page_shows_what_a_press_would_do_and_then_who_has_what(world, works, as_nina, as_vera):
    address = f"/events/{world.contest.id}/allotment"
    assert (as_vera.get(address).status_code, as_vera.post(address).status_code) == (404, 404)
    preview = text(as_nina.get(f"{address}?seed=7"))
    assert "Добавится пар «работа — участник»: 10." in preview
    assert "Нагрузка ровная, работ у каждого: 2" in preview
    assert db.session.scalars(select(Assignment.id)).all() == []

    page = text(as_nina.post(address, data={"seed": "7"}, follow_redirects=True))
    assert "Роздано работ: 10" in page
    assert "Соколова В. А., № " in page
    desk = text(as_nina.get(f"/events/{world.contest.id}/desk"))
    assert "Взаимная оценка" in desk
    assert "Напомнили участникам: 5" in text(as_nina.post(f"{address}/remind", follow_redirects=True))


def test_event_without_entrants_who_mark_has_no_such_page(world, as_nina):
    assert as_nina.get(f"/events/{world.contest.id}/allotment").status_code == 404


def test_page_costs_the_same_for_five_works_and_for_twenty(world, works, as_nina):
    address = f"/events/{world.contest.id}/allotment"

    def cost() -> int:
        with counting() as statements:
            assert as_nina.get(address).status_code == 200
        return len(statements)

    allot(world)
    cost()
    few = cost()
    for number in range(15):
        entered(world, "oleg", f"Ещё {number}")
    allot(world, now=NOON + DAY)

    assert cost() == few


def test_english_page_is_english(world, works, as_nina):
    allot(world)
    as_nina.post("/language", data={"language": "en"})
    page = text(as_nina.get(f"/events/{world.contest.id}/allotment"))

    assert "<h1>Entrants mark each other</h1>" in page


def test_results_are_not_approved_in_silence_while_entrants_have_not_marked(world, works):
    allot(world)
    waiting = mine(works["zoya"])[0]
    for who, points in (("vera", "10"), ("oleg", "9"), ("anna", "7"), ("ira", "4"), ("zoya", "0")):
        for one in mine(works[who]):
            if one != waiting:
                sheet(one, {"use": points, "joy": points})
    order = {"number": "12", "day": NOON.date(), "by": world.nina, "now": NOON}

    with pytest.raises(Refused) as refused, committing():
        operations.approve(world.contest, **order)
    with committing():
        operations.approve(world.contest, **order, despite_missing="Решение оргкомитета, протокол № 3")

    assert ([one.key for one in refused.value.sayings], list(refused.value.fields)) == (["sheets_missing"], ["despite_missing"])
    assert world.contest.approved_at == NOON


def test_methodist_reads_how_many_sheets_of_entrants_are_missing_and_is_told_when_all_are_in(app, world, works, as_nina, work_off):
    allot(world)
    waiting = mine(works["zoya"])[0]
    for one in [one for work in works.values() for one in mine(work) if one != waiting]:
        sheet(one, {"use": "8", "joy": "8"})
    work_off()
    before, told_before = text(as_nina.get(f"/events/{world.contest.id}/results")), _waiting(app, world)
    sheet(waiting, {"use": "2", "joy": "3"})
    work_off()
    after, told_after = text(as_nina.get(f"/events/{world.contest.id}/results")), _waiting(app, world)

    assert (">Листы участников</a>" in before, "9 <span>из 10</span>" in before, 'name="despite_missing"' in before) == (True, True, True)
    assert ("10 <span>из 10</span>" in after, 'name="despite_missing"' in after) == (True, False)
    with app.test_request_context():
        tiles = {one.title: one.value for one in web.event_desk.collect(world.contest, NOON)}
    assert "Все листы собраны" not in told_before
    assert tiles["Итоги"] == "5"
    assert told_after & {"Все листы собраны", "Итоги ждут решений"}


def _waiting(app, world) -> set[str]:
    with app.test_request_context():
        return {one.title for one in web.waiting.collect(access.visitor_for(world.nina.user, world.nina.id, NOON), NOON)}


# From the allotment to the last paper


def test_event_judged_by_its_entrants_runs_to_its_papers_and_minutes(world, works, as_nina, work_off):
    with committing():
        version = db.session.get_one(RegulationVersion, world.contest.version_id)
        version.body = {**version.body, "minutes": [MINUTES]}
    event = world.contest.id
    as_nina.post(f"/events/{event}/allotment", data={"seed": "7"})
    for who, points in (("vera", "10"), ("oleg", "9"), ("anna", "7"), ("ira", "4"), ("zoya", "0")):
        for one in mine(works[who]):
            sheet(one, {"use": points, "joy": points})
    work_off()
    totals = {who: standing(work).shown for who, work in works.items()}
    best = max(works, key=lambda who: float(totals[who]))
    assert list(totals.values()).count(totals[best]) == 1  # the rules decide alone
    assert as_nina.post(f"/events/{event}/results/approve", data={"number": "12", "day": "2026-12-20"}).status_code == 302
    assert as_nina.post(f"/events/{event}/results/release").status_code == 302
    assert as_nina.post(f"/events/{event}/certificates").status_code == 302
    work_off()

    papers = db.session.execute(select(Certificate.paper, Certificate.state)).all()
    assert sorted(papers) == [*[("certificate", "ready")] * 4, ("diploma_1", "ready")]
    assert standing(works[best]).place == 1
    page = text(as_nina.get(f"/events/{event}/minutes/1")).replace("\u00a0", " ")
    for who in works:
        assert f"Работа {who}" in page
        assert f">{totals[who].replace('.', ',')}</td>" in page
    assert "Диплом I степени" in page


def test_only_who_reached_the_stage_is_marked_and_marks(world):
    """The Reading Chain: reports first, then the exchange among those who went on; the figures are those of its tables."""
    chain = Path(__file__).resolve().parents[1] / "regulations" / "inventions"
    body = document.load((chain / "reading_chain.yaml").read_text(encoding="utf-8")).data
    with committing():
        event = events.begin(world.centre, "", by=world.nina, now=NOON, body=body)
        event.announced_at = NOON
        days = {"intake_opens": -10, "intake_closes": 10, "judging_closes": 20, "results_on": 30}
        moments = {key: NOON + count * DAY for key, count in days.items()}
        events.set_dates(event, moments, ground="Приказ № 1", by=world.nina, now=NOON)
        world.ids["contest"] = event.id
        _more_people(world)
    keys = dict(zip(("r1", "r2", "r3", "r4", "r5"), ("vera", "oleg", "anna", "ira", "zoya"), strict=True))
    works = {key: entered(world, who, hired="2020-09-01") for key, who in keys.items()}
    reports = {"r1": ("20", "25"), "r2": ("10", "12"), "r3": ("18", "8"), "r4": ("20", "20"), "r5": ("7", "7")}
    values = {(works[key], month): count for key, counts in reports.items() for month, count in enumerate(counts)}
    with committing():
        operations.enter(world.contest, "marathon", values, by=world.nina, now=NOON)
    with committing():
        operations.refresh(world.contest)
    plan = allot(world)

    assert set(plan.works) == {works[key] for key in ("r1", "r2", "r3", "r4")}  # r5 has too few reports
    assert all(plan.works[work] == set(plan.works) - {work} for work in plan.works)  # four people, three sheets each
    given: dict[tuple[str, str], dict[str, str]] = {}
    with (chain / "reading_chain" / "marks.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter=";"):
            if row["stage"] == "exchange":
                given.setdefault((row["entry"], row["juror"]), {})[row["criterion"]] = row["value"]
    for (entry, judge), marks in given.items():
        wanted = select(Assignment.id).where(Assignment.application_id == works[entry], Assignment.judge_id == works[judge])
        sheet(db.session.scalars(wanted).one(), {"joy": "-", **marks})

    scores = operations.compute(world.contest).results.scores["exchange"].totals
    assert scores == {str(works["r2"]): 18, str(works["r1"]): 17, str(works["r3"]): Fraction(27, 2), str(works["r4"]): 5}
