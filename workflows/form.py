"""What a form asks: sections of questions. A question acts on nothing; workflows/questions.py reads the answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from workflows.conditions import Condition
from workflows.parts import Cases, Key, Part, Points, Words

FileKind = Literal["pdf", "docx", "pptx", "xlsx", "odt", "odp", "zip", "jpg", "png"]


class Option(Part):
    """One choice; `cases`: its words in other grammatical cases, for sentences on papers."""

    key: Key
    title: Words
    cases: Cases = {}


class FileRule(Part):
    """Which files a question takes: kinds by name, how many, how large each."""

    kinds: Annotated[tuple[FileKind, ...], Field(min_length=1)]
    least: Annotated[StrictInt, Field(ge=1, le=50)] = 1
    most: Annotated[StrictInt, Field(ge=1, le=50)] = 1
    max_mb: Annotated[StrictInt, Field(ge=1, le=200)] = 20


PlainKind = Literal["text", "long_text", "number", "date", "choice", "yes_no", "link"]
QuestionKind = Literal[
    "text", "long_text", "number", "date", "choice", "choices", "yes_no", "link", "files", "authors", "nomination", "site", "participation",
    "person", "organisation", "group", "table",
]  # fmt: skip
OPTION_KINDS = ("choice", "choices", "participation")
PLAIN_KINDS = ("text", "long_text", "number", "date", "choice", "yes_no", "link")
STAFF_KINDS = (*PLAIN_KINDS, "choices")  # what staff may be asked after an application came


class Cell(Part):
    """One field of a repeated group, one column of a table."""

    key: Key
    kind: PlainKind = "text"
    label: Words
    required: StrictBool = False
    max_length: Annotated[StrictInt, Field(ge=1, le=20_000)] | None = None
    least: Points | None = None
    most: Points | None = None
    options: tuple[Option, ...] = ()


class Repeat(Part):
    """How often a group is repeated, or the fixed rows of a table."""

    least: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    most: Annotated[StrictInt, Field(ge=1, le=100)] = 20
    cells: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=12)]
    rows: tuple[Option, ...] = ()


Unit = Literal["years", "months", "hours", "minutes", "pages", "people", "percent"]


class Question(Part):
    """One question of the form. `meaning` tells which answer is the title, the annotation or the topic of the work.

    `when`: asked only where it holds. `required`: yes, no, or where a condition holds. `filled_by` staff: the methodist fills it
    in after the entry came. `locks_at`: a step of the workflow or a date from which the answer stays as it is. `personal`: the
    kind of personal data it collects, which a consent has to name. `called`: how rules speak of the answer, «стаж в должности»,
    and `unit` what its number counts: «стаж в должности не меньше 3 лет».
    """

    key: Key
    kind: QuestionKind
    label: Words
    help: Words | None = None
    required: StrictBool | Condition = False
    max_length: Annotated[StrictInt, Field(ge=1, le=20_000)] | None = None
    least_length: Annotated[StrictInt, Field(ge=1, le=20_000)] | None = None
    least: Points | None = None
    most: Points | None = None
    options: tuple[Option, ...] = ()
    least_chosen: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    most_chosen: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    files: FileRule | None = None
    repeat: Repeat | None = None
    when: Condition | None = None
    shown_to: Literal["everyone", "jury", "staff"] = "staff"
    meaning: Literal["", "title", "annotation", "topic"] = ""
    filled_by: Literal["applicant", "staff"] = "applicant"
    locks_at: Key | None = None
    personal: Key | None = None
    called: Words | None = None
    unit: Unit | None = None


class Section(Part):
    key: Key
    title: Words
    note: Words | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


IMPLIED_DATA = {"authors": "name", "person": "name", "organisation": "workplace"}


def personal_data(questions: tuple[Question, ...]) -> dict[str, str]:
    """Return question key -> kind of personal data it collects, those that a kind of question implies included."""
    kinds = {one.key: one.personal or IMPLIED_DATA.get(one.kind, "") for one in questions}
    return {key: kind for key, kind in kinds.items() if kind}
