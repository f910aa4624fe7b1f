"""Rules of the house that no type checker knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app import wording
from app.events import document
from app.notifications import letters
from workflows import kinds, regulation

ROOT = Path(__file__).resolve().parent.parent
OURS = [file for folder in ("app", "workflows", "migrations") for file in sorted((ROOT / folder).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PRESETS = sorted((ROOT / "workflows" / "presets").glob("*.yaml"))


def _calls(tree: ast.AST, name: str) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


def test_only_the_ground_commits():
    found = {str(file.relative_to(ROOT)) for file in OURS if _calls(ast.parse(file.read_text()), "db.session.commit")}
    assert found == {"app/database.py"}


def test_only_advance_writes_the_state_of_an_application():
    writers = set()
    for file in OURS:
        for node in ast.walk(ast.parse(file.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(ast.unparse(target) == "application.state" for target in targets):
                writers.add(str(file.relative_to(ROOT)))
    assert writers == {"app/applications/operations.py"}


def test_no_room_without_a_name_of_its_own():
    nameless = {"utils", "util", "helpers", "helper", "services", "service", "manager", "managers", "common", "misc"}
    assert [file for file in OURS if file.stem in nameless] == []


def test_every_saying_has_words():
    said = set()
    for file in OURS:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).split(".")[-1] == "Saying"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                said.add(node.args[0].value)
    assert said - set(wording.SAYINGS) == set()


def test_every_notice_has_words_in_both_languages():
    named = {notice.name for table in kinds.BY_KIND.values() for step in table().steps for notice in step.tells}
    missing = [
        f"{name}.{lang}"
        for name in named | set(letters.names())
        for lang in ("ru", "en")
        if not (letters.FOLDER / f"{name}.{lang}.txt").exists()
    ]
    assert missing == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda file: file.stem)
def test_every_preset_is_sound(preset):
    rules = regulation.parse(document.load(preset.read_text(encoding="utf-8")).data)

    assert regulation.problems(rules) == []
    assert regulation.compile(rules).faults() == []


def test_documentation_of_workflows_is_what_the_code_prints():
    assert (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8") == kinds.as_document()


def test_no_page_refers_to_a_foreign_host_or_holds_style_or_handlers():
    faults = []
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        if file.parent.name + "/" + file.name in ("certificates/paper.html", "letters/frame.html"):
            continue  # drawn on paper, read in a mail program: no page of ours
        for pattern in (r'(?:src|href)="(?:https?:)?//', r"\sstyle=", r"\son[a-z]+=\"", r"<script(?![^>]*nonce)"):
            if re.search(pattern, text):
                faults.append((file.name, pattern))
    assert faults == []


FORBIDDEN = ("workflow", "yaml", "token", "totp", "smtp", "hash", "outbox", "webhook", "offset", "seed")


def test_people_outside_administration_read_no_words_of_the_workshop():
    said = [text for words in wording.SAYINGS.values() for text in ((words,) if isinstance(words, str) else words)]
    for file in TEMPLATES:
        said += re.findall(r'_\("([^"]*)"', file.read_text(encoding="utf-8"))
    found = [
        (word, text) for text in said for word in FORBIDDEN if re.search(rf"\b{word}\b", re.sub(r"%\(\w+\)s", "", text), re.IGNORECASE)
    ]
    assert found == []


def test_nothing_refers_outside_the_project():
    outside = re.compile(r"\.\./shared|/work/|\.library")
    files = [*OURS, *TEMPLATES, *(ROOT / "docs").rglob("*.md"), ROOT / "laureat", *ROOT.glob("*.md")]
    assert [str(file) for file in files if file.exists() and outside.search(file.read_text(encoding="utf-8"))] == []


def test_presets_are_read_by_the_one_reader_of_yaml():
    readers = {str(file.relative_to(ROOT)) for file in OURS if re.search(r"^\s*(import|from) yaml", file.read_text(), re.MULTILINE)}
    assert readers == {"app/events/document.py"}


# The attacks and faults of our list that the house is promised to stand.
ATTACKS = "a1 a2 a4 a5 a6 a7 a8 a17 a18 a19 a22 a23 a26 a29 a30 a31 a33 a35 a41 a43 a44 a45"
FAULTS = "f1 f2 f3 f4 f5 f6 f7 f13 f23 f25 f26 f27 f31"


@pytest.mark.parametrize("number", f"{ATTACKS} {FAULTS}".split())
def test_every_promised_attack_and_fault_has_a_test_that_bears_its_number(number):
    named = re.compile(rf"^def test_(?:[a-z0-9]+_)*?{number}_", re.MULTILINE)
    assert [file.name for file in (ROOT / "tests").rglob("test_*.py") if named.search(file.read_text(encoding="utf-8"))] != []
