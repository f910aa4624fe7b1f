"""Names in the dative: the table of names met in the city, and what must not be guessed."""

from __future__ import annotations

import pytest

from app.people import dative

NAMES = {
    "Иванова Анна Петровна": "Ивановой Анне Петровне",
    "Трач Руслана Васильевна": "Трач Руслане Васильевне",
    "Трач Олег Ильич": "Трачу Олегу Ильичу",
    "Ким Елена Львовна": "Ким Елене Львовне",
    "Ким Олег Львович": "Киму Олегу Львовичу",
    "Бельды Анна Ивановна": "Бельды Анне Ивановне",
    "Бельды Иван Ильич": "Бельды Ивану Ильичу",
    "Киле Мария Ивановна": "Киле Марии Ивановне",
    "Оненко Лев Павлович": "Оненко Льву Павловичу",
    "Шевченко Пётр Ильич": "Шевченко Петру Ильичу",
    "Самар Ольга Никитична": "Самар Ольге Никитичне",
    "Самар Иван Иванович": "Самару Ивану Ивановичу",
    "Черных Наталья Олеговна": "Черных Наталье Олеговне",
    "Долгих Павел Ильич": "Долгих Павлу Ильичу",
    "Вронская Любовь Никитична": "Вронской Любови Никитичне",
    "Петрова Наталия Ивановна": "Петровой Наталии Ивановне",
    "Петрова София Ивановна": "Петровой Софии Ивановне",
    "Петрова Софья Ивановна": "Петровой Софье Ивановне",
    "Петров Илья Кузьмич": "Петрову Илье Кузьмичу",
    "Петров Никита Фомич": "Петрову Никите Фомичу",
    "Петрова-Водкина Мария Львовна": "Петровой-Водкиной Марии Львовне",
    "Соловей Мария Глебовна": "Соловей Марии Глебовне",
    "Фёдорова Алёна Игоревна": "Фёдоровой Алёне Игоревне",
    "Цой Вероника Олеговна": "Цой Веронике Олеговне",
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_the_proposal_is_what_people_write(name, expected):
    assert dative.propose(*name.split(" ")) == expected


@pytest.mark.parametrize(("name", "expected"), {"Соловей Пётр Глебович": "Соловею", "Заяц Пётр Глебович": "Заяцу"}.items())
def test_families_differ_about_some_names_so_a_person_confirms(name, expected):
    # The language allows «Соловью» and «Зайцу» too: one of the forms in use is proposed, nothing is printed unconfirmed as settled.
    assert dative.propose(*name.split(" ")).startswith(expected)


@pytest.mark.parametrize(
    ("surname", "given_name", "patronymic", "gender"),
    [("Smith", "John", "", "m"), ("Müller", "Анна", "", "f"), ("Ковалёв", "Саша", "", None), ("O'Нил", "Пётр", "Ильич", "m")],
)
def test_nothing_is_guessed(surname, given_name, patronymic, gender):
    assert dative.propose(surname, given_name, patronymic, gender) == " ".join(part for part in (surname, given_name, patronymic) if part)


def test_gender_that_was_given_is_enough_without_a_patronymic():
    assert dative.propose("Ковалёв", "Пётр", "", "m") == "Ковалёву Петру"


@pytest.mark.parametrize(
    ("patronymic", "gender"), [("Ильинична", "f"), ("Кузьмич", "m"), ("Гасан оглы", "m"), ("Гасан кызы", "f"), ("", None)]
)
def test_a_patronymic_tells_the_gender(patronymic, gender):
    assert dative.gender_of(patronymic) == gender
