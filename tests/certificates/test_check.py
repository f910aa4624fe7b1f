"""The public check: valid, revoked, not found; names only with consent. A38."""

from __future__ import annotations

import pytest

from app.certificates import operations
from app.database import committing, db
from app.people.models import Consent
from tests.world import NOON


@pytest.fixture
def code(drawn, papers) -> str:
    drawn("first", title="Читающий двор")
    return papers()[0].code


def silence(world) -> None:
    """Vera takes back her consent to spreading."""
    with committing():
        db.session.query(Consent).filter_by(person_id=world.ids["vera"]).update({"withdrawn_at": NOON})


def test_a_genuine_paper_repeats_every_printed_fact(code, client):
    page = client.get(f"/check/{code}").text

    for fact in (
        "Подлинный",
        "Диплом I степени",
        "Соколова Вера Андреевна",
        "педагог-библиотекарь, СОШ № 15",
        "Читающий двор",
        "0001/2026",
    ):
        assert fact in page
    for fact in ("приказ № 214 от 23 ноября 2026 г.", "Информационно-методический центр", "Е. П. Кравцова", "23 ноября 2026 г."):
        assert fact in page


def test_without_consent_there_are_initials_and_no_school(world, code, client):
    silence(world)
    page = client.get(f"/check/{code}").text

    assert "С. В. А." in page
    assert "Читающий двор" in page
    for hidden in ("Соколова", "Вера Андреевна", "СОШ № 15", "педагог-библиотекарь"):
        assert hidden not in page


@pytest.mark.parametrize(("typed", "same"), [("Соколова", True), (" соколова ", True), ("Соколовой", False), ("Лебедева", False)])
def test_a_typed_surname_is_confirmed_or_not(world, code, client, typed, same):
    silence(world)
    page = client.post(f"/check/{code}", data={"surname": typed}).text

    assert ("Да, документ выдан человеку" in page, "не совпадает с реестром" in page) == (same, not same)


def test_a_revoked_paper_is_said_to_be_revoked_and_its_reason_is_not_told(world, code, client, papers):
    one = papers()[0]
    with committing():
        operations.revoke(one, "Секретная причина", by=world.nina, now=NOON)
    page = client.get(f"/check/{code}").text

    assert "Отменён" in page
    assert "23 ноября 2026 г." in page
    assert "Подлинный" not in page
    assert "Секретная причина" not in page


def test_one_other_letter_is_another_code(code, client):
    other = code[:-1] + ("2" if code[-1] != "2" else "3")
    answer = client.get(f"/check/{other}")

    assert answer.status_code == 404
    assert "Не найден" in answer.text


@pytest.mark.parametrize("write", [str.lower, lambda code: f"{code[:5]}-{code[5:]}", lambda code: f" {code[:5]} {code[5:]} "])
def test_a_code_is_read_as_people_copy_it(code, client, write):
    answer = client.get("/check", query_string={"code": write(code)}, follow_redirects=True)

    assert "Подлинный" in answer.text


@pytest.mark.parametrize("code_", ["<script>alert(1)</script>", "%00", "' OR 1=1 --", "A" * 500, "💣", "%F0%28"])
def test_a_hostile_code_is_only_not_found(app, world, client, code_):
    answer = client.get("/check", query_string={"code": code_}, follow_redirects=True)

    assert answer.status_code in (200, 404)
    assert "<script>alert" not in answer.text


class TestGuessing:
    @pytest.fixture
    def settings(self):
        return {"RATELIMIT_ENABLED": True}

    def test_guessing_surnames_is_slowed_down(self, world, code, client):
        silence(world)
        answers = [client.post(f"/check/{code}", data={"surname": f"Имя{number}"}).status_code for number in range(14)]

        assert answers[:10] == [200] * 10
        assert answers[10:] == [429] * 4

    @pytest.mark.usefixtures("world")
    def test_guessing_codes_is_slowed_down(self, client):
        answers = {client.get(f"/check/CODE{number}").status_code for number in range(70)}

        assert answers == {404, 429}
