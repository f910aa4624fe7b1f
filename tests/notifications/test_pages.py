"""The methodist's pages about letters. A16 A18."""

from __future__ import annotations

import pytest

from app.database import committing, db
from app.notifications import operations
from app.notifications.models import FAILED, HELD, QUEUED, SENT, Notification
from tests.world import NOON


@pytest.fixture
def held(world) -> int:
    """A decision about Vera's work that waits for release."""
    world.step(world.enter(), "admit")
    return db.session.query(Notification).filter_by(state=HELD).one().id


def letter(notification_id: int) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, notification_id)


def fail(notification_id: int, reason: str = "550 no such box") -> None:
    with committing():
        one = db.session.get_one(Notification, notification_id)
        one.state, one.reason = FAILED, reason


def test_nina_sees_what_waits_and_lets_it_go(world, held, as_nina):
    page = as_nina.get("/letters").text
    assert "Ждут вашего слова" in page
    assert "Отправить" in page

    answer = as_nina.post(f"/events/{world.ids['contest']}/letters/release", follow_redirects=True)
    assert "Отправляем 1 письмо." in answer.text
    assert letter(held).state == QUEUED

    again = as_nina.post(f"/events/{world.ids['contest']}/letters/release", follow_redirects=True)
    assert "возможно, их уже отправили" in again.text


def test_a_letter_is_shown_as_it_goes_out(held, as_nina):
    page = as_nina.get(f"/letters/{held}").text

    assert "Здравствуйте, Вера Андреевна." in page
    assert "Ждёт отправки" in page


def test_the_text_of_a_letter_is_text(world, as_nina):
    with committing():
        made = operations.queue(
            "new_entry",
            to=world.vera,
            values={"greeting": "<script>alert(1)</script>", "event": "<b>X</b>", "centre": ""},
            centre_id=world.ids["centre"],
            now=NOON,
        )
    page = as_nina.get(f"/letters/{made}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_codes_are_not_shown_to_anybody(world, as_admin, as_nina):
    with committing():
        values = {"code": "123456", "greeting": "Вера", "centre": "ИМЦ"}
        made = operations.queue("sign_in_code", to=world.vera, values=values, secret=True, now=NOON)

    assert "123456" not in as_admin.get(f"/letters/{made}").text
    assert as_nina.get(f"/letters/{made}").status_code == 404


def test_a_failed_letter_says_why_and_is_repeated(held, as_nina):
    fail(held)
    page = as_nina.get(f"/letters/{held}").text
    assert "Почтовый сервер ответил: 550 no such box" in page

    assert "Письмо снова в очереди." in as_nina.post(f"/letters/{held}/repeat", follow_redirects=True).text
    assert letter(held).state == QUEUED


def test_a_letter_is_sent_on_once_the_address_is_known(world, held, as_nina):
    with committing():
        one = db.session.get_one(Notification, held)
        one.state, one.address, world.vera.email = "no_address", "", ""
    assert "не указан адрес" in as_nina.post(f"/letters/{held}/repeat", follow_redirects=True).text

    with committing():
        world.vera.email = "new@example.org"
    as_nina.post(f"/letters/{held}/repeat")
    assert (letter(held).state, letter(held).address) == (QUEUED, "new@example.org")


def test_the_desk_says_which_letters_wait_and_which_were_lost(world, held, as_nina):
    assert "1 письмо ждёт вашего слова" in as_nina.get(f"/events/{world.ids['contest']}/desk").text
    fail(held)
    assert "1 письмо не дошло" in as_nina.get(f"/events/{world.ids['contest']}/desk").text


@pytest.mark.parametrize("client", ["as_vera", "as_lev", "as_oleg"])
def test_letters_are_the_methodist_s_alone(request, world, held, client):
    browser = request.getfixturevalue(client)

    assert browser.get("/letters").status_code == 404
    assert browser.get(f"/letters/{held}").status_code == 404
    assert browser.post(f"/letters/{held}/repeat").status_code == 404
    assert browser.post(f"/events/{world.ids['contest']}/letters/release").status_code == 404
    assert letter(held).state == HELD


def test_nothing_is_released_for_an_event_of_another_centre(world, held, as_nina):
    with committing():
        db.session.query(Notification).update({"centre_id": None})

    assert as_nina.post(f"/events/{world.ids['contest']}/letters/release").status_code == 404
    assert letter(held).state == HELD


def test_the_mail_folder_shows_letters_with_links_to_ourselves_only(app, world, as_admin, work_off):
    with committing():
        values = {
            "reason": "http://evil.example/x",
            "greeting": "Вера",
            "centre": "",
            "event": "",
            "link": f"{app.config['BASE_URL']}/applications/1",
        }
        operations.queue("revision_asked", to=world.vera, values=values, now=NOON)
    work_off()
    assert db.session.query(Notification).one().state == SENT
    db.session.rollback()

    page = as_admin.get("/admin/mail").text
    name = page.split('href="/admin/mail/')[1].split('"')[0]
    shown = as_admin.get(f"/admin/mail/{name}").text
    assert f'<a href="{app.config["BASE_URL"]}/applications/1"' in shown
    assert 'href="http://evil' not in shown


def test_letters_of_a_large_event_come_by_pages(world, as_nina):
    with committing():
        for number in range(60):
            operations.queue("new_entry", to=world.vera, values={}, centre_id=world.ids["centre"], key=f"n:{number}", now=NOON)
    first = as_nina.get("/letters")
    older = first.text.split("before=")[1].split('"')[0].split("&")[0]

    assert first.text.count('href="/letters/') == 50
    assert as_nina.get(f"/letters?before={older}").text.count('href="/letters/') == 10
