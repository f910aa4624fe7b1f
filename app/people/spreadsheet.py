"""A stranger's spreadsheet as text: the values of its first sheet, and nothing that costs more than they do."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import count, islice
from typing import IO, BinaryIO
from xml.parsers import expat

import openpyxl

from workflows.saying import Saying

MOST_ROWS, MOST_COLUMNS = 2000, 30
MOST_BYTES, MOST_UNPACKED = 2 * 1024 * 1024, 40 * 1024 * 1024
MOST_ELEMENTS = 250_000  # in one part of a workbook: two thousand rows of forty cells need no more
LONGEST, PIECE = 1024 * 1024, 64 * 1024  # bytes: of one element with all it says of itself; read at once


class NotATable(Exception):
    """The text or the file cannot be read as a table; the Saying tells why."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


def text_of(stream: BinaryIO, name: str) -> str:
    """Return a file as tab-separated text. Raises NotATable."""
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotATable(Saying("table_too_big", megabytes=MOST_BYTES // 1024 // 1024))
    if name.lower().endswith(".xlsx"):
        return _sheet_text(content)
    if not name.lower().endswith((".csv", ".tsv", ".txt")):
        raise NotATable(Saying("table_of_other_kind"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _sheet_text(content: bytes) -> str:
    """Read the first sheet: values only, no formulas, links or macros, one row and column more than we take."""
    try:
        _must_be_modest(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        lines = [[_cell(value) for value in row] for row in islice(rows, MOST_ROWS + 2)]
        book.close()
    except NotATable:
        raise
    except Exception as fault:  # whatever is wrong inside a stranger's file, it is not a table to us
        raise NotATable(Saying("table_unreadable")) from fault
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(_without_tail(line) for line in lines if any(line))
    return out.getvalue()


def _without_tail(line: list[str]) -> list[str]:
    return line[: max(place for place, cell in enumerate(line, start=1) if cell)]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a phone typed as a number
    return "" if value is None else str(value)


# Sixty kilobytes can hold a row of two million cells: a gigabyte and a minute, once the library builds them. So the parts are
# counted first, without building anything.


def _must_be_modest(content: bytes) -> None:
    """Raises NotATable for a workbook whose parts are larger than any table we take."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise _too_full()
        for part in packed.infolist():
            with packed.open(part) as stream:
                _count(stream)


def _too_full() -> NotATable:
    return NotATable(Saying("table_too_full", most=MOST_ROWS))


def _count(stream: IO[bytes]) -> None:
    """Raises NotATable for a part with too many elements, with an element that is too long, and for a declaration of entities."""
    parser, begun, fed = expat.ParserCreate(), count(1), 0

    def element(*_what: object) -> None:
        if next(begun) > MOST_ELEMENTS:
            raise _too_full()

    def declaration(*_what: object) -> None:
        raise NotATable(Saying("table_unreadable"))

    parser.StartElementHandler, parser.StartDoctypeDeclHandler = element, declaration
    while piece := stream.read(PIECE):
        try:
            parser.Parse(piece, False)
        except expat.ExpatError:
            return  # a picture, or what the library cannot read either: it comes no further than we did
        fed += len(piece)
        if fed - parser.CurrentByteIndex > LONGEST:
            raise _too_full()
