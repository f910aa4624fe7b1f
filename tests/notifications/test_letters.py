"""Letters are rows of the transaction; their words are whole in both languages; what people typed stays what it is. A15 A16."""

from __future__ import annotations

import re

import pytest
from jinja2 import meta
from sqlalchemy import select

from app.background import Job
from app.database import committing, db
from app.notifications import letters, operations
from app.notifications.letters import Draft
from app.notifications.models import FAILED, HELD, NO_ADDRESS, QUEUED, Notification
from tests.world import NOON

VALUES = {
    "greeting": "Вера Андреевна",
    "work": "Читающий двор",
    "number": "26-014",
    "event": "Идеи и практика",
    "event_en": "Ideas and Practice",
    "reason": "Приложите план занятия.\n\nИ подпишите файл.",
    "term": "27 ноября 2026 г., 23:59",
    "centre": "ИМЦ",
    "link": "http://127.0.0.1:8000/applications/17",
    "check": "http://127.0.0.1:8000/check/ABCDEFGHJK",
    "code": "123456",
    "count": "7",
    "award": "Диплом I степени",
    "paper": "Диплом",
    "what": "приём заявок",
}


def queue(world, name="entry_received", **more) -> int | None:
    with committing():
        return operations.queue(name, **{"to": world.vera, "values": VALUES, "now": NOON, **more})


def stored(notification_id: int | None) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, notification_id)


def jobs() -> list[str]:
    return list(db.session.scalars(select(Job.key).where(Job.kind == "notifications.send").order_by(Job.id)))


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", letters.names())
def test_every_letter_is_whole(app, name, language):
    asked = meta.find_undeclared_variables(app.jinja_env.parse((letters.FOLDER / f"{name}.{language}.txt").read_text(encoding="utf-8")))
    words = letters.write(name, language, {**dict.fromkeys(asked, "26-014"), **VALUES})

    assert words.language == language
    assert words.subject
    assert "\n" not in words.subject
    assert not re.search(r"[{}]|None|\s[,.]|«»|“”", words.subject + words.text)
    assert [value for value in ("Вера Андреевна", "ИМЦ") if value not in words.text] == []
    own = re.sub("|".join(map(re.escape, sorted(VALUES.values(), key=len, reverse=True))), "", words.text)
    assert bool(re.search("[а-яё]{4}", own)) == (language == "ru")


def test_a_letter_without_a_name_still_greets(app):
    assert "Здравствуйте, коллега." in letters.write("invitation", "ru", {**VALUES, "greeting": ""}).text


def test_an_english_letter_has_the_english_title(app):
    assert "“Ideas and Practice”" in letters.write("entry_received", "en", VALUES).subject


def test_a_letter_speaks_the_language_of_its_reader_and_not_of_who_pressed_the_button(world, as_nina):
    entry = world.enter()
    with committing():
        world.vera.user.language = "en"
    as_nina.set_cookie("language", "ru")
    as_nina.post(f"/applications/{entry}/steps/send_back", data={"reason": "Please add a plan", "term": "2026-11-27T23:59"})

    asked = db.session.query(Notification).filter_by(name="revision_asked").one()
    assert Draft.of(asked).write().subject.startswith("Please correct application 26-001 by 27 November 2026")


def test_values_are_printed_and_never_run(app):
    hostile = {**VALUES, "greeting": "{{ 7*7 }}", "work": "{% for x in y %} %(x)s {person.email}"}
    words = letters.write("entry_received", "ru", hostile)

    assert "Здравствуйте, {{ 7*7 }}." in words.text
    assert "{% for x in y %} %(x)s {person.email}" in words.text


def test_a_name_adds_no_lines_and_no_markup(app):
    hostile = {**VALUES, "event": "Конкурс\r\nBcc: all@example.org", "work": "<img src=x onerror=alert(1)>"}
    words = letters.write("entry_received", "ru", hostile)

    assert words.subject == "Заявка № 26-014 получена: «Конкурс Bcc: all@example.org»"
    assert "<img" not in words.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in words.html


def test_a_reason_keeps_its_paragraphs(app):
    assert "Приложите план занятия.\n\nИ подпишите файл." in letters.write("revision_asked", "ru", VALUES).text


def test_a_letter_is_a_row_and_a_job_of_the_same_transaction(world):
    letter = stored(queue(world))

    assert (letter.state, letter.address, letter.language) == (QUEUED, "vera@example.org", "ru")
    assert jobs() == [f"letter:{letter.id}"]


def test_a_key_gives_one_letter(world):
    first, second = queue(world, key="move:1:2"), queue(world, key="move:1:2")

    assert (second, jobs()) == (None, [f"letter:{first}"])


def test_two_installations_never_use_one_message_id(world, app):
    first = stored(queue(world, key="move:1:2")).message_id
    app.config["SECRET_KEY"] = "x" * 40
    second = stored(queue(world, key="move:1:2")).message_id

    assert first != second


def test_a_person_without_an_address_leaves_a_visible_row(world):
    with committing():
        world.vera.email = ""
    letter = stored(queue(world))

    assert (letter.state, jobs()) == (NO_ADDRESS, [])


def test_held_letters_wait_for_the_release_and_go_once(world, now):
    for number in range(3):
        queue(world, held=True, event_id=world.ids["contest"], key=f"held:{number}")
    queue(world, held=True, event_id=world.ids["bridge"])
    assert jobs() == []

    with committing():
        first = operations.release(world.ids["contest"], by=world.nina, now=now)
    with committing():
        second = operations.release(world.ids["contest"], by=world.nina, now=now)

    assert (first, second, len(jobs())) == (3, 0, 3)
    assert sorted(row.state for row in db.session.scalars(select(Notification))) == [HELD, QUEUED, QUEUED, QUEUED]


def test_a_failed_letter_is_repeated_under_its_old_message_id(world, now):
    letter = stored(queue(world))
    message_id = letter.message_id
    with committing():
        letter.state, letter.reason = FAILED, "550 no such box"
    with committing():
        assert operations.repeat(letter, by=world.nina, now=now)

    assert (stored(letter.id).state, stored(letter.id).message_id, len(jobs())) == (QUEUED, message_id, 2)


def test_a_letter_that_has_gone_is_not_repeated(world, now):
    letter = stored(queue(world))
    with committing():
        assert not operations.repeat(letter, by=world.nina, now=now)
