"""People and schools from a pasted table: read, checked row by row, and added all at once or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from app.database import db, trace
from app.people import access, dative, operations, queries
from app.people.models import Affiliation, Organisation, Person
from app.people.operations import name_key, plain
from app.people.spreadsheet import MOST_COLUMNS, MOST_ROWS, NotATable
from workflows.saying import Saying

LIMITS = {"surname": 80, "given_name": 80, "patronymic": 80, "organisation": 120, "post": 120, "email": 254, "phone": 40, "city": 120}

# How people head their columns, without spaces and signs.
HEADINGS = {
    "фамилия": "surname", "имя": "given_name", "отчество": "patronymic", "фио": "name", "фамилияимяотчество": "name",
    "участник": "name", "сотрудник": "name", "школа": "organisation", "организация": "organisation", "оо": "organisation",
    "оу": "organisation", "учреждение": "organisation", "местоработы": "organisation", "образовательнаяорганизация": "organisation",
    "наименованиеоо": "organisation", "должность": "post",
    "email": "email", "почта": "email", "электроннаяпочта": "email", "эпочта": "email", "адрес": "email",
    "адресэлектроннойпочты": "email", "mail": "email", "телефон": "phone", "контактныйтелефон": "phone", "тел": "phone",
    "город": "city", "населённыйпункт": "city", "населенныйпункт": "city",
    "surname": "surname", "lastname": "surname", "firstname": "given_name", "givenname": "given_name", "patronymic": "patronymic",
    "middlename": "patronymic", "name": "name", "fullname": "name", "school": "organisation", "organisation": "organisation",
    "organization": "organisation", "post": "post", "position": "post", "address": "email", "phone": "phone", "city": "city",
}  # fmt: skip
TITLES = ("surname", "given_name", "patronymic", "organisation", "post", "email", "phone")


@dataclass
class Row:
    """One line of the table. Faults must be mended; notes say what will happen."""

    number: int
    values: dict[str, str]
    faults: list[Saying] = field(default_factory=list)
    notes: list[Saying] = field(default_factory=list)
    skipped: bool = False
    new_organisation: bool = False

    @property
    def name(self) -> tuple[str, str, str]:
        return self.values["surname"], self.values["given_name"], self.values["patronymic"]

    @property
    def place(self) -> str:
        return name_key(self.values["organisation"])


@dataclass(frozen=True)
class Sheet:
    """A checked table."""

    rows: Sequence[Row]
    ignored: Sequence[str] = ()  # headings of columns that nobody understood

    @property
    def faulty(self) -> int:
        return sum(bool(row.faults) for row in self.rows)

    @property
    def fresh(self) -> list[Row]:
        return [row for row in self.rows if not row.skipped and not row.faults]

    @property
    def new_organisations(self) -> int:
        return len({row.place for row in self.fresh if row.new_organisation})


# Reading


def read(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """Return the rows by column, and the headings nobody understood. Raises NotATable."""
    lines = [line for line in _split(text) if any(cell.strip() for cell in line)]
    if not lines:
        raise NotATable(Saying("table_empty"))
    if len(lines) > MOST_ROWS + 1:
        raise NotATable(Saying("table_too_long", most=MOST_ROWS))
    if any(cell.strip() for line in lines for cell in line[MOST_COLUMNS:]):
        raise NotATable(Saying("table_too_wide", most=MOST_COLUMNS))
    columns = [HEADINGS.get(re.sub(r"[\W_\d]", "", heading.casefold())) for heading in lines[0][:MOST_COLUMNS]]
    if not {"surname", "name"} & set(columns):
        raise NotATable(Saying("table_without_headings"))
    ignored = [heading.strip() for heading, column in zip(lines[0], columns, strict=False) if column is None and heading.strip()]
    return [_values(columns, line) for line in lines[1:]], ignored


def _split(text: str) -> Iterable[list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    head = text.lstrip("\n").partition("\n")[0]
    sign = max("\t;,", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=sign))
    except csv.Error as fault:
        raise NotATable(Saying("table_unreadable")) from fault


def _values(columns: Sequence[str | None], line: Sequence[str]) -> dict[str, str]:
    values = dict.fromkeys(LIMITS, "")
    for column, cell in zip(columns, line, strict=False):
        words = plain(cell)
        if column == "name":
            parts = words.split(" ", 2)
            values.update(zip(("surname", "given_name", "patronymic"), parts, strict=False))
        elif column is not None and words:
            values[column] = words
    values["email"] = values["email"].lower()
    return values


def mark_of(text: str) -> str:
    """Return by what a page knows again the text it has shown, however the browser ends its lines."""
    return hashlib.sha256("\n".join(text.split("\r\n")).encode()).hexdigest()


# Checking


def check(text: str) -> Sheet:
    """Return the table with what is wrong and what is known, row by row. Raises NotATable."""
    lines, ignored = read(text)
    rows = [Row(number, values) for number, values in enumerate(lines, start=2)]
    for row in rows:
        row.faults.extend(_faults(row.values))
    _find_repeats(rows)
    _find_known(rows)
    return Sheet(rows, ignored)


def _faults(values: dict[str, str]) -> Iterable[Saying]:
    if not values["surname"]:
        yield Saying("row_without_surname")
    if not values["given_name"]:
        yield Saying("row_without_name")
    for key in ("surname", "given_name", "patronymic"):
        if re.search(r"[\d@<>{}=]", values[key]):
            yield Saying("row_name_has_signs", value=values[key])
    if values["email"]:
        try:
            validate_email(values["email"], check_deliverability=False)
        except EmailNotValidError:
            yield Saying("row_bad_address", value=values["email"])
    for key, limit in LIMITS.items():
        if len(values[key]) > limit:
            yield Saying("row_too_long", value=values[key][:40], most=limit)


def _find_repeats(rows: Sequence[Row]) -> None:
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        if row.faults:
            continue
        before = first.setdefault((*(part.casefold() for part in row.name), row.place), row.number)
        if before != row.number:
            row.skipped = True
            row.notes.append(Saying("row_repeats", number=before))


def _find_known(rows: Sequence[Row]) -> None:
    sound = [row for row in rows if not row.faults]
    known_places = queries.organisations_by_key({row.place for row in sound if row.place})
    known_people = queries.people_by_name({row.name[:2] for row in sound})
    known_addresses = queries.people_by_address({row.values["email"] for row in sound if row.values["email"]})
    for row in sound:
        if row.skipped:
            continue
        double = _double(row, known_people.get(row.name[:2], []))
        if double is not None:
            row.skipped = True
            row.notes.append(Saying("row_person_is_known", name=double.full_name))
            continue
        row.new_organisation = bool(row.place) and row.place not in known_places
        if row.new_organisation:
            row.notes.append(Saying("row_new_organisation", name=row.values["organisation"]))
        holder = known_addresses.get(row.values["email"])
        if holder is not None:
            row.notes.append(Saying("row_address_is_known", name=holder.full_name))


def _double(row: Row, called_so: Sequence[Person]) -> Person | None:
    """Return who is the same person: the name fits, and the place or the address does, or none is given."""
    for person in called_so:
        if person.patronymic.casefold() != row.values["patronymic"].casefold():
            continue
        place = access.place_of(person)
        same_place = place is not None and place.organisation.name_key == row.place
        same_address = bool(row.values["email"]) and person.email == row.values["email"]
        if same_place or same_address or not row.place:
            return person
    return None


# Adding


def add(text: str, *, invite: bool = False, by: Person, now: datetime) -> Sheet:
    """Add everybody of a table without faults, in the transaction at hand; with faults nobody is added.

    Asking twice is safe: who was added is known the second time.
    """
    sheet = check(text)
    if sheet.faulty:
        return sheet
    places = queries.organisations_by_key({row.place for row in sheet.fresh if row.place})
    added: list[Person] = []
    for row in sheet.fresh:
        if row.place and row.place not in places:
            places[row.place] = _organisation(row, now)
        added.append(_person(row, places.get(row.place), now))
    db.session.add_all(added)
    db.session.flush()
    if invite:
        _invite(added, by=by, now=now)
    trace("people.pasted", "people", by=by.id, now=now, count=len(sheet.fresh), organisations=sheet.new_organisations)
    return sheet


def _invite(people: Iterable[Person], *, by: Person, now: datetime) -> None:
    """Send one letter to each address; whoever shares it comes in by the same one."""
    written: set[str] = set()
    for person in people:
        if person.email and person.email not in written:
            operations.invite(person, person.email, by=by, now=now)
        elif person.email:
            operations.give_login(person, person.email, now)
        written.add(person.email)


def _organisation(row: Row, now: datetime) -> Organisation:
    name = row.values["organisation"]
    made = Organisation(full_name=name, short_name=name, name_key=row.place, kind=_kind(name), city=row.values["city"], created_at=now)
    db.session.add(made)
    return made


def _kind(name: str) -> str:
    words = name.casefold()
    kinds = (("гимназ", "gymnasium"), ("лице", "lyceum"), ("детский сад", "kindergarten"), ("доу", "kindergarten"), ("центр", "centre"))
    return next((kind for part, kind in kinds if part in words), "school")


def _person(row: Row, place: Organisation | None, now: datetime) -> Person:
    values = row.values
    person = Person(
        **{key: values[key] for key in ("surname", "given_name", "patronymic", "email", "phone")},
        gender=dative.gender_of(values["patronymic"]),
        created_at=now,
    )
    if place is not None:
        person.affiliations.append(Affiliation(organisation=place, post=values["post"]))
    return person
