"""Real regulations stand as data: each can be read, is sound and makes a workflow, and no line of the service knows it."""

from pathlib import Path

import pytest

from app.events import document
from tests.regulations.cases import FILES, TOWNS, read, rules
from workflows import regulation

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = [
    file
    for folder in ("app", "workflows", "templates")
    for file in sorted((ROOT / folder).rglob("*"))
    if file.suffix in {".py", ".html", ".txt", ".yaml", ".po", ".js", ".css"} and "vendor" not in file.parts
]


@pytest.mark.parametrize("number", FILES)
def test_case_is_sound(number):
    assert [(read(number).lines.get(one.path), one.path, one.saying) for one in regulation.problems(rules(number))] == []
    assert regulation.compile(rules(number)).faults() == []


@pytest.mark.parametrize("number", FILES)
def test_case_marks_what_is_ours(number):
    assert "# наше" in FILES[number].read_text(encoding="utf-8")


@pytest.mark.parametrize("number", FILES)
def test_case_survives_writing_and_reading(number):
    data = read(number).data

    assert document.load(document.dump(data)).data == data
    assert regulation.parse(rules(number).model_dump(mode="json", by_alias=True)) == rules(number)


def test_service_knows_no_case():
    known = [name for number in FILES for name in (rules(number).key, *rules(number).title.values())]
    texts = {file: file.read_text(encoding="utf-8") for file in OURS}

    assert [(file.name, name) for file, text in texts.items() for name in (*known, *TOWNS) if name in text] == []
