"""A stranger's workbook: values only, in bounded time and memory, whatever unfolds in it. A25."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
from sqlalchemy import select

from app.database import db
from app.people import paste, spreadsheet
from app.people.models import Affiliation, Person
from tests.people.test_paste import HEAD, workbook

PART = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
NAMES = "<c t='inlineStr'><is><t>Фамилия</t></is></c><c t='inlineStr'><is><t>Имя</t></is></c>"


def forged(sheet: str, **parts: str) -> bytes:
    """A workbook of a library with its first sheet (and other parts) written anew."""
    out, own = io.BytesIO(), {"xl/worksheets/sheet1.xml": sheet, **{f"xl/{name}.xml": text for name, text in parts.items()}}
    with zipfile.ZipFile(io.BytesIO(workbook([["Фамилия", "Имя"]]))) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in made.namelist():
            packed.writestr(name, own.pop(name, None) or made.read(name))
        for name, text in own.items():
            packed.writestr(name, text)
    return out.getvalue()


def rows_of(cells: str) -> str:
    return f"<worksheet {PART}><sheetData><row r='1'>{NAMES}</row>{cells}</sheetData></worksheet>"


CHEAP = "<c><v>1</v></c>"
HOSTILE = {
    "a million rows": lambda: forged(rows_of(f"<row>{CHEAP}</row>" * 1_000_000)),
    "16,384 columns": lambda: forged(rows_of("<row r='2'>" + "<c t='str'><v>а</v></c>" * 16_384 + "</row>")),
    "two million cells in a row": lambda: forged(rows_of(f"<row r='2'>{CHEAP * 2_000_000}</row>")),
    "the same row again and again": lambda: forged(rows_of(f"<row r='2'>{CHEAP * 31}</row>" * 50_000)),
    "two million strings": lambda: forged(rows_of(""), sharedStrings=f"<sst {PART}>{'<si><t>а</t></si>' * 1_500_000}</sst>"),
    "a million styles": lambda: forged(rows_of(""), styles=f"<styleSheet {PART}><cellXfs>{'<xf/>' * 2_000_000}</cellXfs></styleSheet>"),
    "an element of millions of words": lambda: forged(
        rows_of("<row r='2'><c " + " ".join(f"a{number}=''" for number in range(500_000)) + "/></row>")
    ),
    "entities": lambda: forged("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + rows_of("<row><c t='str'><v>&e;</v></c></row>")),
}


TOLD = {"16,384 columns": "table_too_wide", "entities": "table_unreadable"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a25_a_small_file_that_unfolds_is_refused_before_anything_is_built_of_it(name):
    content = HOSTILE[name]()
    assert len(content) < spreadsheet.MOST_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(spreadsheet.NotATable) as refused:
            paste.read(spreadsheet.text_of(io.BytesIO(content), "list.xlsx"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert refused.value.saying.key == TOLD.get(name, "table_too_full")
    assert peak < 40 * 1024 * 1024


def test_a25_the_page_says_what_is_too_much_and_what_to_do(world, as_nina):
    content = HOSTILE["two million cells in a row"]()
    page = as_nina.post("/people/paste", data={"file": (io.BytesIO(content), "list.xlsx"), "action": "check"})

    assert page.status_code == 422
    assert "слишком много ячеек. Оставьте один лист, в нём не больше 2000 строк" in page.text


def test_a25_formulas_links_and_macros_are_not_taken_only_what_the_cells_show(world, as_nina):
    out = io.BytesIO()
    sheet = rows_of("<row r='2'><c t='str'><f>1+1</f><v>Киле</v></c><c t='inlineStr'><is><t>Мария</t></is></c></row>")
    links = "<externalLink xmlns='x'><externalBook/></externalLink>"
    with zipfile.ZipFile(io.BytesIO(forged(sheet, **{"externalLinks/externalLink1": links}))) as made, zipfile.ZipFile(out, "w") as packed:
        for name in made.namelist():
            packed.writestr(name, made.read(name))
        packed.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")

    assert spreadsheet.text_of(io.BytesIO(out.getvalue()), "list.xlsx") == "Фамилия\tИмя\nКиле\tМария\n"


def test_a25_words_that_look_like_a_formula_stay_words(world, as_nina):
    table = HEAD + "Киле\tМария\t\t=HYPERLINK(1)\t@SUM(1)\t\t+7 914\n"
    as_nina.post("/people/paste", data={"table": table, "action": "add", "checked": paste.mark_of(table)})

    db.session.rollback()
    place = db.session.scalars(select(Affiliation).join(Person).where(Person.surname == "Киле")).one()
    assert (place.organisation.short_name, place.post) == ("=HYPERLINK(1)", "@SUM(1)")
