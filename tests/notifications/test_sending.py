"""What becomes of a letter at the mail server. A16 A43 F14 F15 F16."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from sqlalchemy import select

from app import background, clock
from app.background import DEAD, DONE, PENDING, Job
from app.database import committing, db
from app.notifications import operations, post, tasks
from app.notifications.letters import Words
from app.notifications.models import FAILED, QUEUED, SENT, Notification
from tests.world import NOON


@pytest.fixture
def by_smtp(app, smtp_peer):
    app.config["SMTP_URL"] = smtp_peer.url
    return smtp_peer


def queue(world, **more) -> int:
    values = {
        "greeting": "Вера Андреевна",
        "number": "26-014",
        "work": "Двор",
        "event": "Идеи и практика",
        "centre": "ИМЦ",
        "link": "http://x/1",
    }
    with committing():
        made = operations.queue("entry_received", **{"to": world.vera, "values": values, "now": NOON, **more})
    assert made is not None
    return made


def letter(notification_id: int) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, notification_id)


def job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.kind == "notifications.send").order_by(Job.id.desc())).first()


def later(hours: float = 2) -> None:
    clock.stop_at(clock.now() + timedelta(hours=hours))


def test_a_letter_goes_out_and_says_so(world, by_smtp, work_off):
    sent = queue(world)
    work_off()

    assert (letter(sent).state, letter(sent).sent_at, letter(sent).attempts, job().state) == (SENT, NOON, 1, DONE)
    message = by_smtp.letters[0]
    assert by_smtp.recipients == [["vera@example.org"]]
    assert message["Subject"] == "Заявка № 26-014 получена: «Идеи и практика»"
    assert message["Message-ID"] == f"<{letter(sent).message_id}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON
    assert "Здравствуйте, Вера Андреевна." in message.get_body(("plain",)).get_content()
    assert '<a href="http://x/1"' in message.get_body(("html",)).get_content()


@pytest.mark.parametrize("answer", ["451 greylisted, try later", "452 mailbox full"])
def test_a_letter_put_off_is_tried_again(world, by_smtp, work_off, answer):
    by_smtp.answer(answer)
    sent = queue(world)
    work_off()

    assert (letter(sent).state, letter(sent).reason, job().state) == (QUEUED, answer, PENDING)
    assert job().due_at > NOON

    later()
    work_off()
    assert (letter(sent).state, letter(sent).reason, len(by_smtp.letters)) == (SENT, "", 1)


def test_a_refused_address_is_final_and_others_are_not_affected(world, by_smtp, work_off):
    by_smtp.refuse["vera@example.org"] = "550 no such box"
    refused, fine = queue(world), queue(world, to=world.oleg)
    work_off()

    assert (letter(refused).state, letter(refused).reason) == (FAILED, "550 no such box")
    assert letter(fine).state == SENT
    assert {row.state for row in db.session.scalars(select(Job).where(Job.kind == "notifications.send"))} == {DEAD, DONE}


def test_a_letter_that_may_have_arrived_goes_again_under_the_same_message_id(world, by_smtp, work_off):
    by_smtp.drop_after_storing()
    sent = queue(world)
    work_off()
    assert letter(sent).state == QUEUED
    assert letter(sent).reason.startswith(post.UNKNOWN)

    later()
    work_off()
    assert letter(sent).state == SENT
    assert len(by_smtp.letters) == 2
    assert len({message["Message-ID"] for message in by_smtp.letters}) == 1


def test_letters_wait_while_the_mail_server_is_down_and_all_go_later(world, by_smtp, work_off):
    by_smtp.stop()
    ids = [queue(world, key=f"one:{number}") for number in range(3)]
    work_off()
    assert [letter(one).state for one in ids] == [QUEUED] * 3
    assert letter(ids[0]).reason.startswith(post.NO_CONNECTION)

    by_smtp.start()
    later()
    work_off()
    assert [letter(one).state for one in ids] == [SENT] * 3
    assert len(by_smtp.letters) == 3


def test_a_weekend_without_a_mail_server_loses_no_letter_and_a_week_is_given_up_visibly(world, app, work_off):
    app.config["SMTP_URL"] = "smtp://127.0.0.1:9"
    sent = queue(world)
    for _hour in range(72):
        later(1)
        work_off()
    assert (letter(sent).state, job().state) == (QUEUED, PENDING)

    for _hour in range(72):
        later(1)
        work_off()
    assert (letter(sent).state, job().state) == (FAILED, DEAD)


def test_a_server_that_wants_another_password_is_not_the_letter_s_fault(world, app, by_smtp, work_off):
    app.config["SMTP_URL"] = by_smtp.url.replace("//", "//laureat:wrong@")
    sent = queue(world)
    work_off()

    assert letter(sent).state == QUEUED
    assert "wrong" not in letter(sent).reason


def test_a_wrong_setting_is_not_the_letter_s_fault_and_answers_go_where_we_say(world, app, by_smtp, work_off):
    sender = app.config["MAIL_FROM"]
    app.config.update(MAIL_FROM="nobody", MAIL_REPLY_TO="ИМЦ <imc@example.org>")
    sent = queue(world)
    work_off()
    assert (letter(sent).state, letter(sent).reason) == (QUEUED, f"{post.SET_UP}: MAIL_FROM")

    app.config["MAIL_FROM"] = sender
    later()
    work_off()
    assert by_smtp.letters[0]["Reply-To"].addresses[0].addr_spec == "imc@example.org"


@pytest.mark.parametrize("address", ["vera@example.org, oleg@example.org", "vera@example.org\r\nBcc: oleg@example.org", "<a@b>", "нет"])
def test_only_one_plain_address_is_written_to(world, by_smtp, work_off, address):
    sent = queue(world, address=address)
    work_off()

    assert (letter(sent).state, letter(sent).reason, by_smtp.letters) == (FAILED, post.BAD_ADDRESS, [])


def test_a_domain_in_russian_letters_is_reached(world, by_smtp, work_off):
    sent = queue(world, address="vera@школа.рф")
    work_off()

    assert letter(sent).state == SENT
    assert by_smtp.recipients[0][0].startswith("vera@xn--")


def test_a_name_brings_no_header_of_its_own(world, by_smtp, work_off):
    queue(
        world, values={"event": "X\r\nBcc: oleg@example.org", "greeting": "A\nTo: oleg@example.org", "centre": "", "link": "", "number": ""}
    )
    work_off()

    message = by_smtp.letters[0]
    assert (message["Bcc"], message["To"], by_smtp.recipients) == (None, "vera@example.org", [["vera@example.org"]])


@pytest.mark.parametrize(
    "subject",
    [
        "Готов документ № 0002/2026: Сертификат участника",
        "123456 — код для входа",
        "Application 26-014 received",
        "Очень длинная тема: " + "слово word " * 15,
    ],
)
def test_a_subject_keeps_every_space(app, subject):
    subject = subject.strip()
    letter = post.Letter("1@laureat", "vera@example.org", Words("ru", subject, "Текст\n"), NOON)
    message = message_from_bytes(post.compose(letter, letter.address).as_bytes(), policy=policy.default)

    assert message["Subject"] == subject


def test_the_sender_may_have_a_long_name(app):
    app.config["MAIL_FROM"] = "Информационно-методический центр 2 города Комсомольска-на-Амуре <imc@example.org>"
    letter = post.Letter("1@laureat", "vera@example.org", Words("ru", "Тема", "Текст\n"), NOON)
    raw = message_from_bytes(post.compose(letter, letter.address).as_bytes())["From"].replace("\r\n", "")

    # Read by RFC 2047: Python's newer reader adds spaces of its own inside long names.
    assert str(make_header(decode_header(raw))) == app.config["MAIL_FROM"]


def test_a_code_is_forgotten_once_it_has_gone(world, by_smtp, work_off):
    with committing():
        made = operations.queue(
            "sign_in_code", to=world.vera, values={"code": "123456", "link": "http://x", "centre": ""}, secret=True, now=NOON
        )
    work_off()

    assert "123456" in by_smtp.letters[0].get_body(("plain",)).get_content()
    assert letter(made).values == {}
    assert "123456" not in str(db.session.execute(select(Job.payload)).all())


def test_an_administrator_s_retry_of_a_dead_job_sends_the_letter(world, by_smtp, work_off):
    by_smtp.refuse["vera@example.org"] = "550 not yet"
    sent = queue(world)
    work_off()
    by_smtp.refuse.clear()
    with committing():
        assert background.again(job().id, now=NOON)
    work_off()

    assert letter(sent).state == SENT


def test_sending_twice_is_sending_once(world, by_smtp, work_off):
    sent = queue(world)
    work_off()
    tasks.send(sent)

    assert len(by_smtp.letters) == 1


def test_without_a_mail_server_letters_lie_in_a_folder(world, app, work_off):
    sent = queue(world)
    work_off()

    files = list((app.config["VAR"] / "mail").glob("*.eml"))
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert (letter(sent).state, len(files), message["To"]) == (SENT, 1, "vera@example.org")

    (shown,) = post.folder_letters()
    assert (shown.address, shown.subject, shown.when) == ("vera@example.org", message["Subject"], NOON)
    assert "Здравствуйте, Вера Андреевна." in post.folder_letter(shown.name).text


@pytest.mark.parametrize("name", ["../../laureat.db", "..", ".hidden.eml", "a/b.eml", "no-such.eml", "x\x00.eml"])
def test_no_other_file_is_read_as_a_letter(app, name):
    assert post.folder_letter(name) is None
