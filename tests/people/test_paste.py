"""People and schools from a pasted table. A hostile file is only a file that cannot be read: A25, and tests/people/test_spreadsheet.py."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from sqlalchemy import func, select

from app.database import committing, db
from app.notifications.models import Notification
from app.people import operations, paste, spreadsheet
from app.people.models import Organisation, Person

HEAD = "Фамилия\tИмя\tОтчество\tШкола\tДолжность\tE-mail\tТелефон\n"
KILE = "Киле\tМария\tИвановна\tГимназия № 9\tбиблиотекарь\tkile@example.org\t+7 914 000-00-00\n"


def keys(row):
    return [one.key for one in row.faults], [one.key for one in row.notes]


def people():
    return db.session.scalar(select(func.count(Person.id)))


def test_columns_are_known_by_their_headings_in_any_order(world):
    sheet = paste.check("E-mail;Ф.И.О.;Место работы;Класс\nk@example.org;Киле Мария Ивановна;Лицей № 1;5\n")

    assert sheet.rows[0].values | {"post": "", "phone": "", "city": ""} == {
        "surname": "Киле", "given_name": "Мария", "patronymic": "Ивановна", "organisation": "Лицей № 1", "email": "k@example.org",
        "post": "", "phone": "", "city": "",
    }  # fmt: skip
    assert sheet.ignored == ["Класс"]


def test_faults_are_told_row_by_row(world):
    lines = [
        "\tМария\t\t\t\t\t",
        "Киле\t\t\t\t\t\t",
        "Киле\tМария\t\t\t\tне адрес\t",
        "К1ле\tМария\t\t\t\t\t",
        f"{'Ы' * 81}\tМария\t\t\t\t\t",
    ]
    sheet = paste.check(HEAD + "\n".join(lines))

    assert [keys(row)[0] for row in sheet.rows] == [
        ["row_without_surname"], ["row_without_name"], ["row_bad_address"], ["row_name_has_signs"], ["row_too_long"],
    ]  # fmt: skip


def test_repeats_and_who_is_known_are_noted_and_not_added(world):
    vera = "соколова".capitalize() + "\tВера\tАндреевна\tсош №15\t\t\t\n"
    sheet = paste.check(HEAD + KILE + KILE + vera)

    assert [(keys(row)[1], row.skipped) for row in sheet.rows] == [
        (["row_new_organisation"], False), (["row_repeats"], True), (["row_person_is_known"], True),
    ]  # fmt: skip


def test_namesake_at_another_school_is_another_person(world):
    sheet = paste.check(HEAD + "Соколова\tВера\tАндреевна\tЛицей № 1\t\t\t\n")

    assert [row.skipped for row in sheet.rows] == [False]


def test_preview_adds_nobody_and_the_button_adds_all(world, as_nina):
    before = people()
    preview = as_nina.post("/people/paste", data={"table": HEAD + KILE, "action": "check"})
    assert (preview.status_code, people()) == (200, before)
    assert "Будет добавлен 1 человек, 1 новая организация." in preview.text
    for _ in range(2):
        as_nina.post("/people/paste", data={"table": HEAD + KILE, "action": "add", "checked": paste.mark_of(HEAD + KILE)})

    person = db.session.scalars(select(Person).where(Person.surname == "Киле")).one()
    place = person.affiliations[0]
    assert (person.gender, person.email, place.post, place.organisation.kind) == ("f", "kile@example.org", "библиотекарь", "gymnasium")
    assert people() == before + 1


def test_what_was_changed_after_the_check_is_shown_before_it_is_added(world, as_nina):
    before = people()
    page = as_nina.post("/people/paste", data={"table": HEAD + KILE, "action": "add", "checked": paste.mark_of(HEAD)})

    assert ("Будет добавлен 1 человек" in page.text, people()) == (True, before)


def test_with_one_fault_nobody_is_added_and_the_text_is_kept(world, as_nina):
    before = people()
    page = as_nina.post("/people/paste", data={"table": HEAD + KILE + "Бельды\t\t\t\t\t\t\n", "action": "add"})

    assert (page.status_code, people()) == (422, before)
    assert "Пока ничего не добавлено" in page.text
    assert "Бельды\t\t\t" in page.text


def test_known_school_gets_the_newcomer(world):
    with committing():
        paste.add(
            HEAD + "Киле\tМария\t\tСОШ №15\t\t\t\nБельды\tАнна\t\tНовая школа\t\t\t\nПак\tИнна\t\tновая школа\t\t\t\n",
            by=world.nina,
            now=world.vera.created_at,
        )

    assert db.session.scalar(select(func.count(Organisation.id))) == 4
    assert {person.affiliations[0].organisation_id for person in db.session.scalars(select(Person).where(Person.surname == "Киле"))} == {
        world.school.id
    }


@pytest.mark.parametrize(
    ("text", "key"),
    [("", "table_empty"), ("Киле\tМария\n", "table_without_headings"), (HEAD + KILE * (paste.MOST_ROWS + 1), "table_too_long")],
)
def test_what_is_no_table_says_so(text, key):
    with pytest.raises(spreadsheet.NotATable) as refused:
        paste.read(text)
    assert refused.value.saying.key == key


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_by_its_values(world, as_nina):
    content = workbook([["Фамилия", "Имя", "Телефон"], ["Киле", "Мария", 79140000000.0], [None, None, None], ["Бельды", "Анна", "=1+1"]])
    page = as_nina.post("/people/paste", data={"file": (io.BytesIO(content), "Список.XLSX"), "action": "check"})

    assert page.status_code == 200
    assert "79140000000" in page.text
    assert "=1+1" not in page.text


def test_a_file_of_excel_in_the_old_alphabet_is_read(world):
    assert "Киле" in spreadsheet.text_of(io.BytesIO("Фамилия;Имя\nКиле;Мария\n".encode("cp1251")), "list.csv")


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<" * (45 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.xlsx", b"not a zip", "table_unreadable"),
        ("a.xlsx", bomb(), "table_too_full"),
        ("a.exe", b"MZ", "table_of_other_kind"),
    ],
)
def test_a25_a_hostile_file_is_refused_with_a_sentence(world, as_nina, name, content, key):
    with pytest.raises(spreadsheet.NotATable) as refused:
        spreadsheet.text_of(io.BytesIO(content), name)
    page = as_nina.post("/people/paste", data={"file": (io.BytesIO(content), name), "action": "check"})

    assert (refused.value.saying.key, page.status_code) == (key, 422)


def test_a_file_of_more_than_two_megabytes_is_not_read():
    with pytest.raises(spreadsheet.NotATable) as refused:
        spreadsheet.text_of(io.BytesIO(b"x" * (spreadsheet.MOST_BYTES + 1)), "a.csv")
    assert refused.value.saying.key == "table_too_big"


def test_two_thousand_rows_are_checked_with_few_statements(world, as_nina):
    from tests.people.test_register import counted

    text = HEAD + "".join(
        f"Жук{chr(1072 + n % 32)}{chr(1072 + n // 32 % 32)}{chr(1072 + n // 1024)}\tАнна\tИвановна\tСОШ № {n % 60}\t\t\t\n"
        for n in range(2000)
    )
    with counted() as said:
        page = as_nina.post("/people/paste", data={"table": text, "action": "check"})

    assert page.status_code == 200
    assert len(said) < 40
    assert re.search(r"Будет добавлено 2000 человек", page.text)


def test_invisible_signs_do_not_make_a_second_person(world):
    with committing():
        operations.add_person(surname="Киле", given_name="Мария", organisation=world.school, now=world.vera.created_at)
    sheet = paste.check(HEAD + "Ки\u200bле\tМария\u00ad\t\tСОШ № 15\t\t\t\n")

    assert [row.skipped for row in sheet.rows] == [True]


def test_everybody_with_an_address_is_invited_by_one_letter_to_it(world, as_nina, now):
    table = (
        HEAD + KILE + "Бельды\tАнна\t\tГимназия № 9\tбиблиотекарь\tkile@example.org\t\nХоджер\tНадежда\t\tГимназия № 9\tбиблиотекарь\t\t\n"
    )
    given = {"table": table, "action": "add", "checked": paste.mark_of(table), "invite": "y"}

    assert as_nina.post("/people/paste", data=given).location == "/people"

    letters = db.session.scalars(select(Notification.address).where(Notification.name == "invitation")).all()
    assert letters == ["kile@example.org"]
    assert sorted(person.surname for person in operations.find_user("kile@example.org").persons) == ["Бельды", "Киле"]


def test_without_the_tick_nobody_is_written_to(world, as_nina, now):
    table = HEAD + KILE
    as_nina.post("/people/paste", data={"table": table, "action": "add", "checked": paste.mark_of(table)})

    assert db.session.scalar(select(func.count(Notification.id))) == 0
