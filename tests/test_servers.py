"""The servers that other tests lean on do what those tests believe of them."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import psycopg
import pytest
import redis


def letter(to: str = "vera@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "laureat@example.org", to, "Заявка принята"
    message.set_content("Здравствуйте.")
    return message


def send(peer, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", peer.port, timeout=5) as line:
        line.send_message(message)


def test_every_database_is_empty_and_one_s_own(postgres):
    first, second = postgres.database(), postgres.database()

    with psycopg.connect(first.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE book (title text)")
    with psycopg.connect(second.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()

    assert tables == (0,)


def test_redis_comes_back_empty_at_the_same_place(redis_server):
    def value() -> bytes | None:
        with redis.Redis.from_url(redis_server.url) as line:
            return line.get("work")

    with redis.Redis.from_url(redis_server.url) as line:
        line.set("work", "4711")
    kept = value()
    redis_server.kill()
    redis_server.start()

    assert (kept, value()) == (b"4711", None)


def test_peer_takes_a_letter(smtp_peer):
    send(smtp_peer, letter())

    assert [(taken["Subject"], taken.get_content().strip()) for taken in smtp_peer.letters] == [("Заявка принята", "Здравствуйте.")]
    assert smtp_peer.recipients == [["vera@example.org"]]


@pytest.mark.parametrize(("told", "code"), [("451 greylisted", 451), ("452 mailbox full", 452), ("550 no such box", 550)])
def test_peer_refuses_as_told_and_only_once(smtp_peer, told, code):
    smtp_peer.answer(told)

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(smtp_peer, letter())
    send(smtp_peer, letter())

    assert refusal.value.smtp_code == code
    assert len(smtp_peer.letters) == 1


def test_peer_refuses_one_recipient_for_ever(smtp_peer):
    smtp_peer.refuse["vera@example.org"] = "550 no such box"

    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(smtp_peer, letter())
    send(smtp_peer, letter("lev@example.org"))

    assert smtp_peer.recipients == [["lev@example.org"]]


def test_peer_keeps_the_letter_and_hangs_up(smtp_peer):
    smtp_peer.drop_after_storing()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_peer, letter())

    assert len(smtp_peer.letters) == 1


def test_stopped_peer_refuses_the_connection(smtp_peer):
    smtp_peer.stop()

    with pytest.raises(OSError, match="refused"):
        send(smtp_peer, letter())
