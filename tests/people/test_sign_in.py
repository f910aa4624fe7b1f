"""Signing in: by a letter, by a password and a second thing, by a code on paper. A33, A35."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import committing, db
from app.people import codes, entering, operations, security, sessions
from app.people.models import SignIn, SignInCode, User
from app.web import METHODIST

PASSWORD = "тихий свет над книгами"


def ask(client, address="vera@example.org"):
    return client.post("/sign-in", data={"address": address})


def name_on(client):
    """The name at the top of the page tells who is inside."""
    page = client.get("/me")
    return None if page.status_code != 200 else re.search(r'class="who">\s*([^<·]+)', page.text).group(1).strip()


def give_password(person, *, totp=False):
    with committing():
        user = db.session.get_one(User, person.user_id)
        operations.set_password(user, PASSWORD)
        if totp:
            user.tf_totp_secret = security.authenticators().generate_totp_secret()
        return user.id


def shown_by_phone(user_id):
    """What the authenticator on the phone shows now."""
    return security.authenticators().generate_totp_password(db.session.get_one(User, user_id).tf_totp_secret)


# A librarian


def test_a_librarian_signs_in_by_the_code_from_a_letter(world, client, code):
    asked = ask(client, " Vera@Example.org ")
    entered = client.post(asked.location, data={"code": code()})

    assert (asked.status_code, entered.status_code, entered.location) == (302, 302, "/")
    assert name_on(client) == "Соколова В. А."


def test_code_may_be_typed_with_a_space(world, client, code):
    ask(client)
    digits = code()
    client.post("/sign-in/code", data={"code": f"{digits[:3]} {digits[3:]}"})

    assert name_on(client) == "Соколова В. А."


def test_opening_the_link_spends_nothing_and_the_button_spends_it_once(world, app, client, link):
    ask(client)
    path = link()
    opened = [app.test_client().get(path) for _ in range(3)]

    assert [page.status_code for page in opened] == [200, 200, 200]
    assert "vera@example.org" in opened[-1].text
    assert client.post(path).status_code == 302
    assert name_on(client) == "Соколова В. А."
    again = app.test_client().post(path)
    assert (again.status_code, "больше не действует" in again.text) == (422, True)


def test_code_is_good_for_ten_minutes(world, client, code, later):
    ask(client)
    digits = code()
    later(timedelta(minutes=10, seconds=1))

    assert client.post("/sign-in/code", data={"code": digits}).status_code == 422
    assert name_on(client) is None


def test_five_wrong_codes_make_the_right_one_worthless_but_not_the_link(world, client, letters):
    ask(client)
    letter = letters()[-1]
    digits = re.search(r"\b(\d{6})\b", letter).group(1)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(5):
        client.post("/sign-in/code", data={"code": wrong})

    assert client.post("/sign-in/code", data={"code": digits}).status_code == 422
    client.post(re.search(r"(/sign-in/link/\S+)", letter).group(1))
    assert name_on(client) == "Соколова В. А."


def test_code_is_spent_once(world, app, client, code):
    ask(client)
    digits = code()
    client.post("/sign-in/code", data={"code": digits})
    other = app.test_client()
    ask(other)

    assert other.post("/sign-in/code", data={"code": digits}).status_code == 422


def test_code_of_one_address_opens_no_other(world, app, client, code):
    ask(client, "oleg@example.org")
    digits = code()
    other = app.test_client()
    ask(other, "vera@example.org")

    assert other.post("/sign-in/code", data={"code": digits}).status_code == 422


def test_only_hashes_are_kept(world, client, letters):
    ask(client)
    letter = letters()[-1]
    digits = re.search(r"\b(\d{6})\b", letter).group(1)
    token = re.search(r"/sign-in/link/(\S+)", letter).group(1)
    row = db.session.scalars(select(SignInCode)).one()

    assert digits not in f"{row.code_hash}{row.link_hash}"
    assert token not in row.link_hash
    assert (
        db.session.connection().exec_driver_sql('select count(*) from notification where "values" like ?', (f"%{digits}%",)).scalar() == 0
    )


def test_she_goes_on_to_the_page_she_wanted(world, client, code):
    wanted = client.get("/applications")
    asked = client.post(wanted.location, data={"address": "vera@example.org"})
    entered = client.post(asked.location, data={"code": code()})

    assert entered.location == "/applications"


@pytest.mark.parametrize(
    "hostile",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/%2f%2fevil.example",
        "/\t/evil.example",
        "///evil",
    ],
)
def test_a31_nobody_is_sent_away_after_signing_in(world, client, code, hostile):
    client.post("/sign-in", query_string={"next": hostile}, data={"address": "vera@example.org"})
    entered = client.post("/sign-in/code", query_string={"next": hostile}, data={"code": code()})

    assert entered.location == "/"


# Nobody learns who exists


def page_of(answer):
    """A page without what differs at every opening: nonces, tokens and the typed address."""
    text = re.sub(r'nonce="[^"]+"|value="[^"]{60,}"|(ghos|vera)\w*@example\.org', "", answer.text)
    return answer.status_code, answer.headers.get("Location"), text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {}),
        ("/sign-in/forgotten", {}),
        ("/sign-in/password", {"password": "неверный, но длинный"}),
    ],
)
def test_a33_answers_do_not_tell_who_exists(world, app, path, data):
    known = app.test_client().post(path, data={"address": "vera@example.org", **data})
    unknown = app.test_client().post(path, data={"address": "ghos@example.org", **data})

    assert page_of(known) == page_of(unknown)


def test_a33_wrong_codes_do_not_tell_who_exists(world, app, work_off):
    pages = []
    for address in ("vera@example.org", "ghos@example.org"):
        client = app.test_client()
        ask(client, address)
        work_off()
        pages.append(page_of(client.post("/sign-in/code", data={"code": "000000"})))

    assert pages[0] == pages[1]


def test_a33_the_same_rows_are_written_for_everybody(world, client):
    def jobs():
        return db.session.connection().exec_driver_sql("select count(*) from job where kind = 'people.send_code'").scalar()

    ask(client, "vera@example.org")
    known = jobs()
    db.session.rollback()
    ask(client, "ghost@example.org")

    assert (known, jobs()) == (1, 2)


def test_unknown_address_gets_no_letter(world, client, letters):
    ask(client, "ghost@example.org")

    assert letters() == []


def test_a33_wrong_password_costs_the_same_hash_for_everybody(world, client, monkeypatch):
    done = []
    monkeypatch.setattr(security, "hash_password", lambda _given: done.append("hash") or "x")
    monkeypatch.setattr(security, "verify_password", lambda _given, _kept: done.append("hash") or False)
    give_password(world.nina)
    done.clear()
    for address in ("nina@example.org", "vera@example.org", "ghost@example.org"):
        client.post("/sign-in/password", data={"address": address, "password": "неверный, но длинный"})

    assert done == ["hash", "hash", "hash"]


# A methodist


def test_a_methodist_needs_her_password_after_the_code(world, client, code):
    give_password(world.nina)
    ask(client, "nina@example.org")
    first = client.post("/sign-in/code", data={"code": code()})

    assert (first.location, name_on(client)) == ("/sign-in/password", None)
    second = client.post(first.location, data={"address": "nina@example.org", "password": PASSWORD})
    assert (second.location, name_on(client)) == ("/", "Трофимова Н. С.")


def test_password_first_then_the_code(world, client, code):
    give_password(world.nina)
    first = client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})

    assert (first.location, name_on(client)) == ("/sign-in/code", None)
    client.post("/sign-in/code", data={"code": code()})
    assert name_on(client) == "Трофимова Н. С."


def test_password_of_one_and_code_of_another_open_nothing(world, client, code):
    give_password(world.nina)
    give_password(world.admin)
    client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})
    ask(client, "admin@example.org")
    entered = client.post("/sign-in/code", data={"code": code()})

    assert (entered.location, name_on(client)) == ("/sign-in/password", None)


def test_new_methodist_sets_a_password_first(world, client, code):
    ask(client, "nina@example.org")
    first = client.post("/sign-in/code", data={"code": code()})
    assert first.location == "/sign-in/new-password"
    weak = client.post(first.location, data={"password": "Трофимова12"})
    assert (weak.status_code, name_on(client)) == (422, None)
    client.post(first.location, data={"password": PASSWORD})

    assert name_on(client) == "Трофимова Н. С."


def test_authenticator_takes_the_place_of_the_letter(world, client, letters):
    user_id = give_password(world.nina, totp=True)
    first = client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})
    assert (first.location, letters()) == ("/sign-in/second", [])
    client.post(first.location, data={"code": shown_by_phone(user_id)})

    assert name_on(client) == "Трофимова Н. С."


def test_a_letter_and_a_password_are_not_enough_with_an_authenticator(world, client, code):
    give_password(world.nina, totp=True)
    ask(client, "nina@example.org")
    client.post("/sign-in/code", data={"code": code()})
    entered = client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})

    assert (entered.location, name_on(client)) == ("/sign-in/second", None)


def test_a35_code_of_the_authenticator_is_spent_once(world, app, later):
    user_id = give_password(world.nina, totp=True)
    shown = shown_by_phone(user_id)
    answers = []
    for _ in range(2):
        client = app.test_client()
        client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})
        answers.append(client.post("/sign-in/second", data={"code": shown}).status_code)

    assert answers == [302, 422]


def test_reserve_code_opens_once(world, app):
    user_id = give_password(world.nina, totp=True)
    with committing():
        reserve = entering.new_reserve(db.session.get_one(User, user_id))
    answers = []
    for given in (reserve[0], reserve[0], reserve[1].upper().replace("-", " ")):
        client = app.test_client()
        client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})
        answers.append(client.post("/sign-in/second", data={"code": given}).status_code)

    assert answers == [302, 422, 302]
    assert len(db.session.get_one(User, user_id).mf_recovery_codes) == len(reserve) - 2


def test_forgotten_password_is_set_anew_by_a_link_and_ends_all_sessions(world, app, as_nina, client, link):
    give_password(world.nina)
    before = app.test_client()
    with before.session_transaction() as session, committing():
        sessions.fill(session, world.nina.user, world.nina, now=clock.now())
    db.session.rollback()
    assert before.get("/me").status_code == 200
    client.post("/sign-in/forgotten", data={"address": "nina@example.org"})
    path = link()
    assert client.post(path).location == "/sign-in/new-password"
    client.post("/sign-in/new-password", data={"password": "другой долгий пароль"})

    assert name_on(client) == "Трофимова Н. С."
    assert before.get("/me").status_code == 302
    assert entering.by_password("nina@example.org", PASSWORD) is None


def test_a_librarian_who_forgot_a_password_she_never_had_gets_a_code(world, client, letters):
    client.post("/sign-in/forgotten", data={"address": "vera@example.org"})

    assert "код для входа" in letters()[-1]


def test_new_password_page_is_closed_without_a_letter(world, client):
    give_password(world.nina)
    client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})

    assert client.get("/sign-in/new-password").location == "/sign-in"


# Several people, and people without a mailbox


@pytest.fixture
def shared(world):
    """Oleg uses Vera's mailbox too."""
    with committing():
        operations.give_login(world.oleg, "vera@example.org", worlds_now())


def worlds_now():
    from tests.world import NOON

    return NOON


def test_several_people_behind_one_mailbox_choose_who_they_are(world, shared, client, code):
    ask(client)
    entered = client.post("/sign-in/code", data={"code": code()})
    assert (entered.location, client.get("/me").location.split("?")[0]) == ("/who", "/who")
    page = client.get("/who")
    assert "Трач Олег Ильич" in page.text
    client.post("/who", data={"person": world.oleg.id})

    assert name_on(client) == "Трач О. И."


def test_nobody_chooses_a_person_of_another_mailbox(world, shared, client, code):
    ask(client)
    client.post("/sign-in/code", data={"code": code()})
    client.post("/who", data={"person": world.nina.id})

    assert name_on(client) is None


def test_a_mailbox_shared_with_staff_needs_the_password(world, client, code):
    with committing():
        operations.give_login(world.oleg, "nina@example.org", worlds_now())
    give_password(world.nina)
    ask(client, "nina@example.org")

    assert client.post("/sign-in/code", data={"code": code()}).location == "/sign-in/password"


def test_printed_code_opens_however_it_is_typed(world, app, now):
    with committing():
        person = operations.add_person(surname="Киле", given_name="Мария", now=now)
        code = operations.print_entry_code(person, by=world.nina, now=now)
    typed = [code, code.lower(), code.replace("-", " "), code.translate(str.maketrans("ACEHKMPTX", "АСЕНКМРТХ"))]
    for given in typed:
        client = app.test_client()
        client.post("/sign-in/paper", data={"code": given})
        assert name_on(client) == "Киле М."


def test_new_printed_code_ends_the_old_one(world, app, client, now):
    with committing():
        person = operations.add_person(surname="Киле", given_name="Мария", now=now)
        old = operations.print_entry_code(person, by=world.nina, now=now)
        operations.print_entry_code(person, by=world.nina, now=now)

    assert client.post("/sign-in/paper", data={"code": old}).status_code == 422


# Sessions


def test_a35_nothing_of_the_former_session_is_kept(world, client, code):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["person_id"] = world.nina.id
    db.session.rollback()
    ask(client)
    client.post("/sign-in/code", data={"code": code()})

    with client.session_transaction() as session:
        assert ("planted" in session, session["person_id"]) == (False, world.vera.id)


@pytest.mark.parametrize("settings", [{"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_NAME": "__Host-laureat"}])
def test_a35_cookie_cannot_be_read_or_sent_from_elsewhere(world, client, code):
    client.post("/sign-in", data={"address": "vera@example.org"}, base_url="https://localhost")
    entered = client.post("/sign-in/code", data={"code": code()}, base_url="https://localhost")
    cookie = next(one for one in entered.headers.getlist("Set-Cookie") if "laureat" in one)

    assert cookie.startswith("__Host-laureat=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_a35_ending_all_sessions_ends_the_others(world, as_vera, signed_in):
    other = signed_in("vera")
    as_vera.post("/me/sessions/end")

    assert (as_vera.get("/me").status_code, other.get("/me").status_code) == (200, 302)


def test_a35_new_rights_need_a_new_session(world, as_vera, now):
    with committing():
        operations.appoint(world.vera, METHODIST, world.centre.id, by=world.admin, now=now, ground="Приказ № 9")

    assert as_vera.get("/people").status_code == 302


def test_a35_signing_out_ends_the_session_of_this_browser(as_vera):
    as_vera.post("/sign-out")

    assert as_vera.get("/me").status_code == 302


@pytest.mark.parametrize("path", ["/sign-out", "/me/sessions/end", "/me/sessions/{id}/end"])
def test_a35_a_copied_cookie_ends_with_its_session(world, app, as_vera, path):
    copied = app.test_client()
    with as_vera.session_transaction() as session, copied.session_transaction() as copy:
        copy.update(session)
    session_id = db.session.scalars(select(SignIn.id)).one()
    assert copied.get("/me").status_code == 200
    as_vera.post(path.format(id=session_id))

    assert copied.get("/me").status_code == 302


def test_a35_one_session_is_ended_from_another_and_only_ones_own(world, as_vera, as_oleg, signed_in):
    other = signed_in("vera")
    mine, forgotten = db.session.scalars(select(SignIn.id).where(SignIn.user_id == world.vera.user_id).order_by(SignIn.id))

    assert as_oleg.post(f"/me/sessions/{forgotten}/end").status_code == 404
    assert other.get("/me").status_code == 200
    assert as_vera.post(f"/me/sessions/{forgotten}/end").status_code == 302
    assert (as_vera.get("/me").status_code, other.get("/me").status_code) == (200, 302)
    assert db.session.scalars(select(SignIn.id).where(SignIn.user_id == world.vera.user_id)).all() == [mine]


def test_open_sessions_are_shown_with_their_browsers(world, client, code):
    ask(client)
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0"}
    client.post("/sign-in/code", data={"code": code()}, headers=firefox)
    page = client.get("/me").get_data(as_text=True)

    assert "Firefox, Windows" in page
    assert "этот браузер" in page
    assert "23 ноября" in page


@pytest.mark.parametrize(
    ("says", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 YaBrowser/23.1 Safari/537.36",
            "Yandex Browser, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Version/16.0 Safari/604.1", "Safari, iPhone"),
        ("<script>", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(says, name):
    assert sessions.browser_of(says) == name


def test_a35_a_session_ends_after_its_longest_time_and_is_forgotten(world, as_vera, later, work_off):
    later(sessions.LONGEST + timedelta(minutes=1))
    assert as_vera.get("/me").status_code == 302

    with committing():
        sessions.forget_old(clock.now())
    assert db.session.scalars(select(SignIn)).all() == []


def test_switched_off_login_is_nobody(world, as_vera, client, letters):
    with committing():
        world.vera.user.active = False

    ask(client)
    assert (as_vera.get("/me").status_code, letters()) == (302, [])


# Limits


@pytest.mark.parametrize("settings", [{"RATELIMIT_ENABLED": True}])
def test_letters_to_one_address_are_limited_known_or_not(world, app):
    for address in ("vera@example.org", "ghost@example.org"):
        answers = [ask(app.test_client(), address).status_code for _ in range(7)]
        assert answers == [302] * 6 + [429]


@pytest.mark.parametrize("settings", [{"RATELIMIT_ENABLED": True}])
def test_another_field_of_the_form_does_not_move_the_limit(world, client):
    ask(client)
    answers = [
        client.post("/sign-in/code", data={"code": "000000", "address": f"x{number}@example.org"}).status_code for number in range(31)
    ]

    assert answers == [422] * 30 + [429]


def test_no_more_than_five_letters_are_on_their_way(world, client, letters):
    for _ in range(8):
        ask(client)

    assert len(letters()) == codes.MOST_LIVE


def test_old_codes_are_forgotten(world, client, letters, later, work_off):
    ask(client)
    letters()
    later(timedelta(days=2))
    from app.people import tasks

    tasks.forget_codes()

    assert db.session.scalars(select(SignInCode)).all() == []
