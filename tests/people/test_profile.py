"""One's own data: name, places, consents, address, password, authenticator."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.database import Trace, committing, db
from app.people import access, entering, operations, security
from app.people.models import Consent, User
from app.web import Waits, waiting
from tests.people.test_sign_in import PASSWORD, give_password, name_on, shown_by_phone


@pytest.fixture
def nina_with_password(world, signed_in):
    give_password(world.nina)
    return signed_in("nina")


def titles_waiting(person, now):
    visitor = access.visitor_for(person.user, person.id, now)
    return [one.title for one in waiting.collect(visitor, now) if isinstance(one, Waits)]


def test_she_is_asked_once_how_her_name_is_printed(app, world, as_vera, now):
    with app.test_request_context():
        assert "Подтвердите, как напечатать ваше имя" in titles_waiting(world.vera, now)
    page = as_vera.get("/me/dative")
    assert 'value="Соколовой Вере Андреевне"' in page.text
    as_vera.post("/me/dative", data={"dative": "  Соколовой   Вере Андреевне "})

    assert (world.vera.dative, world.vera.dative_confirmed_at) == ("Соколовой Вере Андреевне", now)
    with app.test_request_context():
        assert "Подтвердите, как напечатать ваше имя" not in titles_waiting(world.vera, now)


def test_a_new_name_is_confirmed_anew(world, as_vera):
    as_vera.post("/me/dative", data={"dative": "Соколовой Вере Андреевне"})
    answer = as_vera.post(
        "/me/name", data={"surname": "Трач", "given_name": "Вера", "patronymic": "Андреевна", "gender": "f", "phone": "+7 914 000-00-00"}
    )

    assert answer.location == "/me/dative"
    assert (world.vera.full_name, world.vera.dative, world.vera.phone) == ("Трач Вера Андреевна", "", "+7 914 000-00-00")
    assert 'value="Трач Вере Андреевне"' in as_vera.get("/me/dative").text


def test_a_wrong_name_is_told_beside_its_field_and_kept(world, as_vera):
    page = as_vera.post("/me/name", data={"surname": "12345", "given_name": "", "patronymic": "Х" * 81, "phone": "<b>"})

    assert page.status_code == 422
    for words in (
        "В этом поле должны быть буквы",
        "Напишите имя",
        "не больше 80 знаков",
        "В телефоне могут быть",
        'value="12345"',
        'value="&lt;b&gt;"',
    ):
        assert words in page.text
    assert world.vera.surname == "Соколова"


def test_changing_school_ends_the_former_place(world, as_vera):
    as_vera.post("/me/place", data={"organisation": "Гимназия № 9", "post": "библиотекарь", "day": "2026-09-01", "beside": "no"})
    rows = world.vera.affiliations

    assert [(row.organisation.short_name, row.since, row.until) for row in rows] == [
        ("СОШ № 15", None, date(2026, 9, 1)),
        ("Гимназия № 9", date(2026, 9, 1), None),
    ]


def test_a_second_place_leaves_the_first_and_finds_the_known_school(world, as_vera):
    as_vera.post("/me/place", data={"organisation": " сош №37 ", "post": "", "beside": "yes"})
    rows = world.vera.affiliations

    assert [(row.organisation_id, row.until) for row in rows] == [(world.school.id, None), (world.other_school.id, None)]
    as_vera.post(f"/me/places/{rows[0].id}/leave")
    # Noon of the 23rd at home; the 23rd already, whatever the clock of the machine says.
    assert world.vera.affiliations[0].until == date(2026, 11, 23)


def test_nobody_ends_a_place_of_another(world, as_oleg):
    row_id = world.vera.affiliations[0].id

    assert as_oleg.post(f"/me/places/{row_id}/leave").status_code == 404
    assert world.vera.affiliations[0].until is None


def agree(person, purpose, now):
    with committing():
        row = Consent(person_id=person.id, purpose=purpose, text_key=purpose, text_version=1, text_hash="0" * 64, text="Текст согласия",
                      given_how="form", given_by_id=person.id, event_id=1, given_at=now)  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def test_consent_to_be_shown_is_withdrawn_with_one_button(world, as_vera, now):
    consent_id = agree(world.vera, "spreading", now)
    assert access.public_names([world.vera], 1, now) == {world.vera.id: "Соколова Вера Андреевна"}
    assert access.public_names([world.vera], 2, now) == {world.vera.id: "С. В. А."}, "what was said at one event is nothing said at another"
    as_vera.post(f"/me/consents/{consent_id}/withdraw")

    assert access.public_names([world.vera], 1, now) == {world.vera.id: "С. В. А."}
    assert db.session.get_one(Consent, consent_id).withdrawn_at == now


def test_consent_to_processing_and_of_others_stays(world, as_vera, as_oleg, now):
    mine, hers = agree(world.oleg, "processing", now), agree(world.vera, "spreading", now)

    assert [as_oleg.post(f"/me/consents/{number}/withdraw").status_code for number in (mine, hers)] == [404, 404]
    assert {db.session.get_one(Consent, number).withdrawn_at for number in (mine, hers)} == {None}


# Address


def test_new_address_is_proved_by_a_code_and_the_old_one_is_warned(world, app, as_vera, signed_in, letters):
    other = signed_in("vera")
    as_vera.post("/me/address", data={"address": "Vera.New@example.org"})
    digits = re.search(r"\b(\d{6})\b", letters()[-1]).group(1)
    answer = as_vera.post("/me/address/code", data={"code": digits})

    assert (answer.location, world.vera.user.email, world.vera.email) == ("/me", "vera.new@example.org", "vera.new@example.org")
    assert (as_vera.get("/me").status_code, other.get("/me").status_code) == (200, 302)
    assert "по другому адресу" in letters()[-1]


def test_address_without_its_code_changes_nothing(world, as_vera, letters):
    as_vera.post("/me/address", data={"address": "new@example.org"})
    letters()

    assert as_vera.post("/me/address/code", data={"code": "000000"}).status_code == 422
    assert world.vera.user.email == "vera@example.org"


def test_code_for_one_address_does_not_prove_another(world, as_vera, letters):
    as_vera.post("/me/address", data={"address": "mine@example.org"})
    digits = re.search(r"\b(\d{6})\b", letters()[-1]).group(1)
    as_vera.post("/me/address", data={"address": "director@example.org"})

    assert as_vera.post("/me/address/code", data={"code": digits}).status_code == 422


def test_a_methodist_changes_her_address_with_her_password_only(world, nina_with_password, letters):
    page = nina_with_password.post("/me/address", data={"address": "thief@example.org", "current": "неверный пароль"})

    assert (page.status_code, "Пароль не подошёл" in page.text, letters()) == (422, True, [])


def test_from_a_shared_mailbox_only_she_moves(world, as_oleg, signed_in, letters, now):
    with committing():
        operations.give_login(world.oleg, "vera@example.org", now)
    client = signed_in("oleg")
    client.post("/me/address", data={"address": "oleg.own@example.org"})
    client.post("/me/address/code", data={"code": re.search(r"\b(\d{6})\b", letters()[-1]).group(1)})

    assert (world.oleg.user.email, world.vera.user.email) == ("oleg.own@example.org", "vera@example.org")


# Password and authenticator


def test_a35_old_cookie_dies_with_the_old_password(world, nina_with_password, signed_in):
    other = signed_in("nina")
    nina_with_password.post("/me/password", data={"current": PASSWORD, "password": "совсем другие слова"})

    assert (nina_with_password.get("/me").status_code, other.get("/me").status_code) == (200, 302)
    assert entering.by_password("nina@example.org", "совсем другие слова") is not None


def test_wrong_present_password_changes_nothing(world, nina_with_password):
    page = nina_with_password.post("/me/password", data={"current": "неверный", "password": "совсем другие слова"})

    assert (page.status_code, entering.by_password("nina@example.org", PASSWORD) is not None) == (422, True)


def test_librarian_has_no_password_page(as_vera):
    assert [as_vera.get(path).status_code for path in ("/me/password", "/me/authenticator", "/me/reserve", "/me/authenticator/drop")] == [
        404
    ] * 4


def test_authenticator_is_set_up_by_a_code_and_gives_reserve_codes(world, nina_with_password):
    client = nina_with_password
    page = client.get("/me/authenticator")
    assert 'src="data:image/svg+xml' in page.text
    with client.session_transaction() as session:
        secret = session["authenticator"]
    db.session.rollback()
    wrong = client.post("/me/authenticator", data={"code": "000000", "current": PASSWORD})
    assert (wrong.status_code, world.nina.user.tf_totp_secret) == (422, None)
    shown = security.authenticators().generate_totp_password(secret)
    done = client.post("/me/authenticator", data={"code": shown, "current": PASSWORD})

    codes = re.findall(r'class="entry-code">([0-9a-f-]{14})<', done.text)
    assert (done.status_code, len(codes), world.nina.user.tf_primary_method) == (200, 10, "authenticator")
    assert not set(codes) & set(world.nina.user.mf_recovery_codes)
    assert "otpauth" not in (world.nina.user.tf_totp_secret or "")


def test_authenticator_is_dropped_with_the_password_only(world, signed_in):
    user_id = give_password(world.nina, totp=True)
    client = signed_in("nina")
    assert client.post("/me/authenticator/drop", data={"current": "неверный"}).status_code == 422
    assert db.session.get_one(User, user_id).tf_totp_secret is not None
    client.post("/me/authenticator/drop", data={"current": PASSWORD})

    assert db.session.get_one(User, user_id).tf_totp_secret is None


def test_code_used_in_setting_up_does_not_sign_in(world, app, nina_with_password, later):
    nina_with_password.get("/me/authenticator")
    with nina_with_password.session_transaction() as session:
        secret = session["authenticator"]
    db.session.rollback()
    shown = security.authenticators().generate_totp_password(secret)
    nina_with_password.post("/me/authenticator", data={"code": shown, "current": PASSWORD})
    client = app.test_client()
    client.post("/sign-in/password", data={"address": "nina@example.org", "password": PASSWORD})

    assert client.post("/sign-in/second", data={"code": shown}).status_code == 422
    later(timedelta(seconds=60))
    client.post("/sign-in/second", data={"code": shown_by_phone(world.nina.user_id)})
    assert name_on(client) == "Трофимова Н. С."


def test_language_of_letters(world, as_vera, letters, client):
    as_vera.post("/me/language", data={"language": "en"})
    client.post("/sign-in", data={"address": "vera@example.org"})

    assert (world.vera.user.language, "sign-in code" in letters()[-1]) == ("en", True)


def test_trail_holds_ids_and_no_names(world, as_vera):
    as_vera.post("/me/name", data={"surname": "Трач", "given_name": "Вера", "patronymic": "", "gender": "f"})
    rows = db.session.query(Trace).filter_by(act="person.renamed").all()

    assert [(row.subject, row.person_id, row.details) for row in rows] == [(f"person:{world.vera.id}", world.vera.id, {})]
