"""The words of a paper: names, quotes, lines whose values are missing. A15."""

from __future__ import annotations

from datetime import date

import pytest

from app.applications.models import Application
from app.certificates import wording
from app.certificates.grounds import Ground
from app.database import committing, db
from app.people import operations as people
from tests.world import NOON


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Читающий двор", "Читающий двор"),
        ("Вечер «Белая ворона»", "Вечер „Белая ворона“"),
        ('Проект "Книга" и "чай"', "Проект „Книга“ и „чай“"),
        ("  пробелы  ", "пробелы"),
        ("«»", "„“"),
    ],
)
def test_quotes_inside_quotes_are_small_ones(typed, printed):
    assert wording.inner_quotes(typed) == printed


@pytest.mark.parametrize(
    ("template", "values", "printed"),
    [
        ("{date}, {hours} ч.", {"date": "26 ноября 2026 г.", "hours": "1,5"}, ["26 ноября 2026 г., 1,5 ч."]),
        ("{date}, {hours} ч.", {"date": "26 ноября 2026 г.", "hours": ""}, ["26 ноября 2026 г."]),
        ("Тема: «{topic}»", {"topic": ""}, []),
        ("Работа «{work}», номинация «{nomination}»", {"work": "Двор", "nomination": ""}, ["Работа «Двор»"]),
        ("Работа «{work}»", {"work": "{event} {work} {0.__class__}", "event": "тайна"}, ["Работа «{event} {work} {0.__class__}»"]),
        ("{unknown} остаётся", {}, ["{unknown} остаётся"]),
    ],
)
def test_a_line_says_only_what_has_a_value(template, values, printed):
    assert wording.filled([template], values) == printed


def words_of(world, entry: int, paper: str = "diploma_1", *, number: str = "0001/2026"):
    application = db.session.get_one(Application, entry)
    author = application.authors[0]
    ground = Ground("award:1", paper, application, person=author.person, author=author)
    return wording.of(ground, world.contest, order=None, issued_on=date(2026, 11, 23), number=number, code="ABCDEFGHJK")


def test_a_diploma_names_her_in_the_nominative_with_her_post_and_school(world):
    words = words_of(world, world.enter(title="Вечер «Белая ворона»"))

    assert (words["title"], words["degree"], words["verb"], words["name"]) == (
        "Диплом",
        "I степени",
        "награждается",
        "Соколова Вера Андреевна",
    )
    assert words["about"] == "педагог-библиотекарь, СОШ № 15"
    assert "Работа «Вечер „Белая ворона“»" in words["lines"]
    assert (words["date"], words["city"], words["ground"]) == ("23 ноября 2026 г.", "Комсомольск-на-Амуре", "")


def test_a_certificate_takes_the_dative_proposed_or_confirmed(world):
    entry = world.enter()
    assert words_of(world, entry, "certificate")["name"] == "Соколовой Вере Андреевне"

    with committing():
        people.confirm_dative(world.vera, "Соколовой Вере Андреевне-Иной", now=NOON)
    assert words_of(world, entry, "certificate")["name"] == "Соколовой Вере Андреевне-Иной"


def test_lines_that_tell_of_the_person_are_not_public(world):
    words = words_of(world, world.enter())

    assert words["public"] == words["lines"]
    personal = ["за труд, {post}", "{organisation}", "в конкурсе «{event}»"]
    assert [line for line in personal if not wording.PERSONAL.intersection(wording.PLACEHOLDER.findall(line))] == ["в конкурсе «{event}»"]
