"""The methodist's pages about the jury and the results, and what the public reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import web
from app.applications.models import Application
from app.database import Trace, committing, db
from app.judging import operations
from app.judging.models import Assignment, Award, Decision, Order
from app.people import access
from app.people.models import Appointment, Consent
from tests.judging.cast import admitted, assigned, counting, judge_all, juror, jury, lev_sheet, sheets_of
from tests.world import DAY, NOON

FOUR = ("Читающий двор", "Ночь в библиотеке", "Книга на ладони", "Библиоквест")
ORDER = {"number": "47", "day": "2026-11-20"}


def text(reply) -> str:
    return reply.get_data(as_text=True).replace("\u00a0", " ")  # a name that does not break is the same name


@pytest.fixture
def works(world):
    jury(world)
    found = admitted(world, *FOUR)
    assigned(world)
    return found


@pytest.fixture
def settled(world, works):
    """Everything is judged and no two are equal."""
    judge_all(world, dict(zip(works, (5, 4, 3, 2), strict=True)))
    with committing():
        operations.refresh(world.contest)
    return works


def released(world) -> None:
    for act in ("approve", "release"):
        with committing():
            if act == "approve":
                operations.approve(world.contest, number="47", day=NOON.date(), by=world.nina, now=NOON)
            else:
                operations.release(world.contest, by=world.nina, now=NOON)


# Rights


def test_pages_of_the_jury_are_the_methodists_alone(world, works, as_nina, as_vera, as_lev, as_oleg, client):
    event = world.contest.id
    for page in ("jury", "results"):
        assert as_nina.get(f"/events/{event}/{page}").status_code == 200
        assert [one.get(f"/events/{event}/{page}").status_code for one in (as_vera, as_lev, as_oleg)] == [404, 404, 404]
        assert client.get(f"/events/{event}/{page}").status_code == 302
    assert [as_nina.get(f"/events/{world.exhibition.id}/{page}").status_code for page in ("jury", "results", "winners")] == [404, 404, 404]
    for path in ("results/approve", "results/release", "jury/assign", "results/tie", "results/award", "results/rank", "jury/appoint"):
        assert as_vera.post(f"/events/{event}/{path}", data=ORDER).status_code == 404
    assert world.contest.approved_at is None


def test_methodist_of_another_centre_finds_nothing(world, works, as_nina):
    with committing():
        appointment = db.session.scalars(select(Appointment).where(Appointment.person_id == world.nina.id)).one()
        appointment.until = NOON - DAY

    assert as_nina.get(f"/events/{world.contest.id}/results").status_code == 404


# The jury


def test_methodist_finds_a_person_and_appoints_her(world, as_nina):
    event = world.contest.id
    assert "Трач Олег Ильич" in text(as_nina.get(f"/events/{event}/jury?search=трач"))
    as_nina.post(f"/events/{event}/jury/appoint", data={"person_id": world.oleg.id, "chair": "1"})

    rows = db.session.scalars(select(Appointment).where(Appointment.event_id == event)).all()
    assert [(row.person_id, row.chair) for row in rows] == [(world.oleg.id, True)]
    assert "председатель" in text(as_nina.get(f"/events/{event}/jury"))


def test_preview_shows_loads_and_conflicts_and_applies_as_shown(world, as_nina):
    event = world.contest.id
    jury(world)
    with committing():
        operations.appoint_juror(world.contest, juror(world, "Коллегина", "СОШ № 15"), chair=False, by=world.nina, now=NOON)
    admitted(world, *FOUR)
    page = text(as_nina.get(f"/events/{event}/jury?seed=77"))

    assert "жребий № 77" in page
    assert "одна организация с автором — 4" in page
    assert db.session.scalar(select(func.count(Assignment.id))) == 0
    as_nina.post(f"/events/{event}/jury/assign", data={"seed": "77"})
    assert db.session.scalar(select(func.count(Assignment.id))) == 12


def test_preview_names_the_works_that_lack_jurors(world, as_nina):
    jury(world, 2)
    admitted(world, FOUR[0])

    page = text(as_nina.get(f"/events/{world.contest.id}/jury?seed=5"))
    assert "1 работе не хватит членов жюри" in page
    assert "«Читающий двор»: не хватает 1" in page


def test_conflict_by_hand_is_refused_with_its_reason(world, works, as_nina):
    with committing():
        seat = operations.appoint_juror(world.contest, juror(world, "Коллегина", "СОШ № 15"), chair=False, by=world.nina, now=NOON).id
    reply = as_nina.post(f"/events/{world.contest.id}/jury/works", data={"application_id": works[0], "juror_id": seat})

    assert reply.status_code == 422
    assert "работают в одной организации" in text(reply)


def test_acts_on_the_jury_by_pressing(world, works, as_nina):
    event, one = world.contest.id, sheets_of(works[0])[0]
    assert as_nina.post(f"/events/{event}/jury/works/{one}/remove").status_code == 302
    assert one not in sheets_of(works[0])
    seat = lev_sheet(world, works[1]).juror_id
    assert as_nina.post(f"/events/{event}/jury/{seat}/remind").status_code == 302
    other = db.session.scalars(select(Appointment.id).where(Appointment.event_id == event, Appointment.id != seat)).first()
    assert as_nina.post(f"/events/{event}/jury/{other}/chair").status_code == 422  # not without a ground
    assert as_nina.post(f"/events/{event}/jury/{other}/chair", data={"ground": "Приказ № 5"}).status_code == 302
    assert as_nina.post(f"/events/{event}/jury/{seat}/dismiss").status_code == 302
    assert as_nina.post(f"/events/{event}/jury/{seat}/remind").status_code == 404
    assert as_nina.post(f"/events/{world.bridge.id}/jury/works/{one}/remove").status_code == 404


# Results


def test_tie_is_shown_and_decided_on_the_page(world, works, as_nina):
    event = world.contest.id
    judge_all(world, dict(zip(works, (5, 5, 3, 4), strict=True)))
    as_nina.post(f"/events/{event}/results/rank")
    assert "1 вопрос ждёт решения" in text(as_nina.get(f"/events/{event}/results"))
    page = text(as_nina.get(f"/events/{event}/decisions"))
    assert "Равные суммы, места 1–2" in page
    name = f"final/nomination={db.session.get_one(Application, works[0]).nomination}"

    data = {"list_name": name, "question": "1", f"place_{works[0]}": "2", f"place_{works[1]}": "1", "ground": ""}
    refused = as_nina.post(f"/events/{event}/decisions/tie", data=data)
    assert refused.status_code == 422
    assert "Напишите основание" in text(refused)
    assert f'name="place_{works[0]}" value="2"' in text(refused)
    unclear = as_nina.post(f"/events/{event}/decisions/tie", data={**data, f"place_{works[0]}": "7", "ground": "Протокол № 2"})
    assert (unclear.status_code, "Поставьте каждой работе" in text(unclear), "Протокол № 2" in text(unclear)) == (422, True, True)
    as_nina.post(f"/events/{event}/decisions/tie", data={**data, "ground": "Протокол № 2"})

    page = text(as_nina.get(f"/events/{event}/decisions"))
    assert "Равные суммы, места" not in page
    assert "Протокол № 2" in page
    assert as_nina.post(f"/events/{event}/decisions/tie", data={**data, "ground": "Протокол № 3"}).status_code == 409


def test_award_is_decided_by_the_number_people_know(world, settled, as_nina):
    event = world.contest.id
    data = {"number": "26-004", "award": "third", "given": "1", "ground": "Протокол № 2"}
    assert as_nina.post(f"/events/{event}/decisions/award", data={**data, "number": "26-999"}).status_code == 422
    assert as_nina.post(f"/events/{event}/decisions/award", data={**data, "award": "unheard"}).status_code == 422
    assert as_nina.post(f"/events/{event}/decisions/award", data={**data, "ground": ""}).status_code == 422
    assert as_nina.post(f"/events/{event}/decisions/award", data=data).status_code == 302

    assert [(one.kind, one.application_id, one.award) for one in db.session.scalars(select(Decision))] == [("award", settled[3], "third")]


def test_approving_asks_for_number_and_date_and_keeps_what_was_typed(world, settled, as_nina):
    event = world.contest.id
    reply = as_nina.post(f"/events/{event}/results/approve", data={"number": "", "day": "2026-11-20"})
    assert (reply.status_code, "Укажите номер документа" in text(reply), "2026-11-20" in text(reply)) == (422, True, True)
    assert as_nina.post(f"/events/{event}/results/approve", data=ORDER).status_code == 302
    again = as_nina.post(f"/events/{event}/results/approve", data={**ORDER, "number": "48"})

    assert again.status_code == 409
    assert "уже утверждены" in text(again)
    assert "Приказ № 47 от 20 ноября 2026 г." in text(again)
    assert db.session.scalars(select(Order.number)).all() == ["47"]


def test_missing_sheets_are_said_beside_the_field_that_answers_them(world, works, as_nina):
    judge_all(world, dict(zip(works[:3], (5, 4, 3), strict=True)))
    reply = as_nina.post(f"/events/{world.contest.id}/results/approve", data=ORDER)

    assert reply.status_code == 422
    assert "не хватает листов" in text(reply)
    assert 'name="despite_missing"' in text(reply)


def test_approving_ones_own_work_is_refused_and_leaves_a_trace(world, settled, signed_in):
    with committing():
        work = db.session.get_one(Application, settled[0])
        work.applicant_id = world.nina.id
    reply = signed_in("nina").post(f"/events/{world.contest.id}/results/approve", data=ORDER)

    assert reply.status_code == 422
    assert "утверждает другой методист" in text(reply)
    assert db.session.scalar(select(func.count(Trace.id)).where(Trace.act == "own_work.refused")) == 1


def test_second_release_is_409_and_publishes_nothing_twice(world, settled, as_nina):
    event = world.contest.id
    assert as_nina.post(f"/events/{event}/results/release").status_code == 422
    as_nina.post(f"/events/{event}/results/approve", data=ORDER)
    assert as_nina.post(f"/events/{event}/results/release").status_code == 302
    again = as_nina.post(f"/events/{event}/results/release")

    assert again.status_code == 409
    assert "уже опубликованы" in text(again)
    assert db.session.scalar(select(func.count(Trace.id)).where(Trace.act == "results.released")) == 1


# What others see, and when


def test_results_are_nobodys_before_the_release(world, settled, as_vera, client, as_nina):
    event = world.contest.id
    as_nina.post(f"/events/{event}/results/approve", data=ORDER)

    assert [one.get(f"/events/{event}/winners").status_code for one in (client, as_vera, as_nina)] == [404, 404, 404]
    assert "Диплом" not in text(as_vera.get(f"/applications/{settled[0]}"))
    assert "Итоги подведены" not in text(client.get(f"/events/{event}"))


def test_applicant_sees_her_award_and_never_the_marks(world, settled, as_vera):
    released(world)
    page = text(as_vera.get(f"/applications/{settled[0]}"))

    assert "Диплом I степени" in page
    assert "25" not in page.split("Итог", 1)[1].split("</section>")[0]
    assert "Оненко" not in page


def test_public_names_are_full_only_where_people_agreed(world, settled, client):
    released(world)
    agreed = text(client.get(f"/events/{world.contest.id}/winners"))
    assert ("Соколова Вера Андреевна" in agreed, "СОШ № 15" in agreed, "Читающий двор" in agreed) == (True, True, True)
    with committing():
        for consent in db.session.scalars(select(Consent).where(Consent.purpose == access.SPREADING)):
            consent.withdrawn_at = NOON - timedelta(minutes=1)

    silent = text(client.get(f"/events/{world.contest.id}/winners"))
    assert ("Соколова" in silent, "С. В. А." in silent) == (False, True)


def test_announcement_leads_to_the_winners(world, settled, client):
    released(world)

    assert f"/events/{world.contest.id}/winners" in text(client.get(f"/events/{world.contest.id}"))


# What waits


def test_what_waits_for_a_juror_and_for_the_methodist(app, world, works):
    with app.test_request_context():
        lev, nina = (access.visitor_for(one.user, one.id, NOON) for one in (world.lev, world.nina))
        assert "4 работы ждут вашей оценки" in [one.title for one in web.waiting.collect(lev, NOON)]
        judge_all(world, dict(zip(works, (5, 5, 3, 2), strict=True)))
        with committing():
            operations.refresh(world.contest)
        assert "Итоги ждут решений" in [one.title for one in web.waiting.collect(nina, NOON)]
        parts = [part.title for part in web.event_desk.collect(world.contest, NOON)]
        assert "Листы жюри" in parts
        judge_all(world, {works[1]: 4}, now=NOON + DAY)
        with committing():
            operations.refresh(world.contest)
        assert "Все листы собраны" in [one.title for one in web.waiting.collect(nina, NOON)]


# Cost


def test_pages_cost_the_same_for_four_works_and_for_thirty(world, works, as_nina, client):
    event = world.contest.id
    judge_all(world, dict(zip(works, (5, 5, 3, 2), strict=True)))
    with committing():
        operations.refresh(world.contest)

    def cost() -> dict[str, int]:
        found = {}
        for page in ("jury", "results", "desk"):
            with counting() as statements:
                assert as_nina.get(f"/events/{event}/{page}").status_code == 200
            found[page] = len(statements)
        return found

    cost()  # what a process reads once is read
    few = cost()
    more = admitted(world, *[f"Работа {number}" for number in range(26)])
    assigned(world)
    judge_all(world, dict.fromkeys(more[:8], 1))
    with committing():
        operations.refresh(world.contest)

    many = cost()
    assert many == few
    assert max(few.values()) <= 15


def test_winners_cost_the_same_for_four_works_and_for_thirty(world, works, client):
    more = admitted(world, *[f"Работа {number}" for number in range(26)])
    assigned(world)
    judge_all(
        world, {work: 5 if number == 0 else 4 if number == 1 else 3 if number == 2 else 2 for number, work in enumerate((*works, *more))}
    )
    released(world)
    with counting() as statements:
        page = text(client.get(f"/events/{world.contest.id}/winners"))

    assert page.count("winners-place") == 3
    assert len(statements) <= 15
    assert db.session.scalar(select(func.count(Award.id))) == 30
