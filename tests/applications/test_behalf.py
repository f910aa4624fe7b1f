"""What a methodist does for somebody: on a letter or paper, whose ground, time and scan stay with the application."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications import behalf, operations
from app.applications.models import Application, Receipt
from app.database import committing, db
from app.front import demo_cast as script
from app.notifications import letters
from app.notifications.models import Notification
from tests.world import DAY, NOON
from workflows.machine import StepRefused

CAME = "2026-11-23T11:30"  # half an hour before NOON, as the centre's clock shows it


def _sent(**more):
    return {"received_at": CAME, "ground": "Письмо от 23 ноября", **more}


def _scan(name="Письмо Соколовой.pdf"):
    content, _name = script.file_for("pdf", "Letter", 0)
    return {"scan": (io.BytesIO(content), name)}


def _one(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id)


def _letter(name: str) -> str:
    row = db.session.scalars(select(Notification).where(Notification.name == name).order_by(Notification.id.desc())).first()
    return letters.Draft.of(row).write().text


# Withdrawing


def test_withdrawn_for_somebody_tells_her_and_keeps_the_ground(world, as_nina):
    entry = world.enter()

    done = as_nina.post(f"/applications/{entry}/behalf/withdraw", data={**_sent(), **_scan()}, content_type="multipart/form-data")

    one = _one(entry)
    receipt = one.receipts[0]
    assert (done.status_code, one.state) == (302, "withdrawn")
    assert (receipt.ground, receipt.received_at, receipt.by_id, receipt.move_id, receipt.name) == (
        "Письмо от 23 ноября", NOON - timedelta(minutes=30), world.ids["nina"], one.moves[-1].id, "Письмо Соколовой.pdf",
    )  # fmt: skip
    assert "По вашему обращению методист отозвал заявку «Читающий двор» (Письмо от 23 ноября)." in _letter("entry_withdrawn")
    page = as_nina.get(f"/applications/{entry}").text
    assert ("Внесено методистом за участника" in page, "Письмо Соколовой.pdf" in page) == (True, True)


def test_the_applicant_reads_who_did_it_but_the_scan_is_for_staff_alone(world, as_nina, as_vera, as_oleg, as_lev):
    entry = world.enter()
    as_nina.post(f"/applications/{entry}/behalf/withdraw", data={**_sent(), **_scan()}, content_type="multipart/form-data")
    file = f"/receipts/{_one(entry).receipts[0].id}/file"

    hers = as_vera.get(f"/applications/{entry}").text

    assert ("Внесено методистом за участника" in hers, "Письмо Соколовой.pdf" in hers) == (True, False)
    assert [client.get(file).status_code for client in (as_vera, as_oleg, as_lev)] == [404, 404, 404]
    with as_nina.get(file) as answer:
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


@pytest.mark.parametrize("who", ["vera", "oleg", "lev"])
def test_only_a_methodist_acts_for_somebody(world, signed_in, who):
    entry = world.enter()

    answer = signed_in(who).post(f"/applications/{entry}/behalf/withdraw", data=_sent())

    assert (answer.status_code, _one(entry).state, db.session.scalar(select(func.count(Receipt.id)))) == (404, "submitted", 0)


def test_nobody_acts_for_herself_as_methodist(world, as_nina):
    entry = world.enter("nina")
    assert as_nina.post(f"/applications/{entry}/behalf/withdraw", data=_sent()).status_code == 409
    assert _one(entry).state == "submitted"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ground": ""}, "Напишите, как поступило"),
        ({"received_at": ""}, "Укажите дату и время поступления"),
        ({"received_at": "2026-11-23T12:01"}, "Это время ещё не наступило"),
        ({"scan": (io.BytesIO(b"MZ"), "letter.exe")}, "letter.exe"),
        ({"scan": (io.BytesIO(b"plain"), "letter.pdf")}, "letter.pdf"),
    ],
)
def test_a_faulty_receipt_does_nothing_and_keeps_what_was_typed(world, as_nina, given, said):
    entry = world.enter()

    answer = as_nina.post(
        f"/applications/{entry}/behalf/withdraw", data={**_sent(ground="По звонку"), **given}, content_type="multipart/form-data"
    )

    assert (answer.status_code, said in answer.text, "ground" in given or "По звонку" in answer.text) == (422, True, True)
    assert (_one(entry).state, db.session.scalar(select(func.count(Receipt.id)))) == ("submitted", 0)


# Correcting


def test_corrected_for_somebody_on_her_letter(world, as_nina):
    entry = world.enter()
    world.step(entry, "send_back", reason="Нет списка книг", term=NOON + DAY)
    assert as_nina.get(f"/applications/{entry}/form/authors").status_code == 302  # without a letter the form stays shut

    opened = as_nina.post(f"/applications/{entry}/behalf/correct", data=_sent())
    section = opened.location.rsplit("/", 1)[-1]
    as_nina.post(f"/applications/{entry}/form/{section}", data={"action": "next"})
    as_nina.post(f"/applications/{entry}/steps/resubmit")

    one = _one(entry)
    assert (one.state, len(one.submissions), one.receipts[0].move_id, one.moves[-1].by_id) == (
        "submitted", 2, one.moves[-1].id, world.ids["nina"],
    )  # fmt: skip
    assert "Заявку внёс методист за вас: Письмо от 23 ноября." in _letter("entry_received_again")


def test_without_a_letter_a_methodist_does_not_resubmit(world):
    entry = world.enter()
    world.step(entry, "send_back", reason="Нет списка книг", term=NOON + DAY)
    with pytest.raises(StepRefused, match="step_not_yours"):
        world.step(entry, "resubmit", by="nina")


def test_a_letter_in_time_counts_although_it_is_entered_late(world):
    entry = world.enter()
    world.step(entry, "send_back", reason="Нет списка книг", term=NOON + DAY)

    with pytest.raises(StepRefused, match="revision_term_over"):
        world.step(entry, "resubmit", by="vera", now=NOON + 2 * DAY)
    with committing():
        one = db.session.get_one(Application, entry)
        behalf.act(one, "resubmit", by=world.actor("nina"), ground="Письмо", received_at=NOON + DAY / 2, now=NOON + 2 * DAY)

    assert _one(entry).state == "submitted"


def test_one_letter_is_good_for_one_step(world, as_nina):
    entry = world.enter()
    as_nina.post(f"/applications/{entry}/behalf/withdraw", data=_sent())

    again = as_nina.post(f"/applications/{entry}/behalf/withdraw", data=_sent())

    assert (again.status_code, len(_one(entry).moves), len(_one(entry).receipts)) == (409, 2, 1)


# Entering


ZOYA = {
    "surname": "Гейкер", "given_name": "Зоя", "patronymic": "Ивановна", "post": "библиотекарь", "school": "СОШ № 15", "email": "", "once": "paper-1",
}  # fmt: skip


def test_entered_with_the_scan_it_counts_by_the_time_it_came(world, as_nina):
    begun = as_nina.post(
        f"/events/{world.ids['contest']}/applications/enter",
        data={**ZOYA, **_sent(), **_scan("Заявка.pdf")},
        content_type="multipart/form-data",
    )

    entry = int(begun.location.split("/")[2])
    one = _one(entry)
    assert (one.applicant.surname, one.received_at, one.entered_by_id, [row.name for row in one.receipts]) == (
        "Гейкер", NOON - timedelta(minutes=30), world.ids["nina"], ["Заявка.pdf"],
    )  # fmt: skip
    with committing():
        one = db.session.get_one(Application, entry)
        operations.save_answers(one, script.contest_answers(one.event, "Двор", 0), now=NOON)
        content, name = script.file_for("pdf", "Dvor", 0)
        for question in one.version.rules.questions():
            if question.kind == "files" and question.required:
                operations.attach(one, question.key, io.BytesIO(content), name, by=world.nina, now=NOON)
        nina = world.actor("nina").on(one.open_receipt)
        operations.give_consents(one, {text.key: True for text in one.event.rules.consents}, for_authors=True, by=nina, now=NOON)
        operations.advance(one, "submit", by=nina, now=NOON + 20 * DAY)  # long after the intake closed

    assert (_one(entry).state, _one(entry).receipts[0].move_id) == ("submitted", _one(entry).moves[0].id)


def test_the_same_paper_form_twice_is_one_application(world, as_nina):
    path = f"/events/{world.ids['contest']}/applications/enter"
    first, second = (as_nina.post(path, data={**ZOYA, **_sent()}) for _time in range(2))

    assert (first.location, db.session.scalar(select(func.count(Receipt.id)))) == (second.location, 1)


def test_registered_for_a_bridge_and_cancelled_for_somebody(world, as_nina):
    path = f"/events/{world.ids['bridge']}/applications/enter"
    begun = as_nina.post(path, data={**ZOYA, **_sent()})
    entry = int(begun.location.split("/")[2])
    with committing():
        one = db.session.get_one(Application, entry)
        operations.save_answers(one, script.bridge_answers(one.event, "", 1), now=NOON)
        nina = world.actor("nina").on(one.open_receipt)
        operations.give_consents(one, {text.key: True for text in one.event.rules.consents}, for_authors=True, by=nina, now=NOON)

    again = as_nina.post(path, data={**ZOYA, **_sent(), "once": "paper-2"})
    assert (again.status_code, "Гейкер Зоя Ивановна уже участвует" in again.text) == (422, True)

    cancelled = as_nina.post(f"/applications/{entry}/behalf/withdraw", data=_sent(ground="Позвонила 23 ноября"))
    assert (cancelled.status_code, _one(entry).state) == (302, "withdrawn")
    assert [one.ground for one in _one(entry).receipts] == ["Письмо от 23 ноября", "Позвонила 23 ноября"]
