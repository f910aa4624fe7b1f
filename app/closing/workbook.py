"""Minutes as a workbook. What people wrote is text in it, never a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.worksheet import Worksheet

from app.closing.minutes import Section, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORBIDDEN = str.maketrans("[]:*?/\\'", "        ")


def of(sheet: Sheet) -> bytes:
    """Return the workbook: a page for every list, one for the figures, the decisions and the lines of results."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for number, section in enumerate(sheet.sections, start=1):
            page = book.add_worksheet(_name(number, section))
            page.write_string(0, 0, f"{sheet.title}. {section.title}", bold)
            page.write_string(1, 0, section.said or sheet.event.title)
            _table(
                page,
                [[heading for heading, _figures in sheet.columns], *section.rows],
                [one == "num" for _heading, one in sheet.columns],
                bold,
            )
        about = book.add_worksheet(_("Сведения"))
        for row, cells in enumerate(_about(sheet)):
            for column, text in enumerate(cells):
                about.write_string(row, column, text)
        about.autofit()
    return out.getvalue()


def _name(number: int, section: Section) -> str:
    return f"{number}. {section.title}".translate(FORBIDDEN)[:31]


def _table(page: Worksheet, rows: Sequence[Sequence[str]], figures: Sequence[bool], bold: object) -> None:
    for row, cells in enumerate(rows, start=3):
        for column, text in enumerate(cells):
            value = _number(text) if figures[column] and row > 3 else None
            if value is not None:
                page.write_number(row, column, value)
            else:
                page.write_string(row, column, text, *([bold] if row == 3 else []))
    page.autofit()


def _number(text: str) -> float | None:
    """Return a figure that stands alone in its cell, so that a spreadsheet can count with it."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _about(sheet: Sheet) -> list[tuple[str, ...]]:
    lines = [(line,) for section in sheet.sections for line in section.lines]
    signed = [(role, name) for role, name in sheet.signatures]
    return [(sheet.event.title,), (sheet.stage,), *sheet.statistics, (), *lines, (), *sheet.decisions, (), *signed]
