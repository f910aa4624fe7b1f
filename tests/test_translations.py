"""Every text has English, and every plural has its three Russian forms."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "_l": None, "_n": (1, 2), "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}


def _used() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder in ("app", "templates"):
        methods = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS if pattern.startswith(folder)]
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else tuple(message))
    return found


def _catalogue(language: str) -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    file = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"
    catalogue = read_po(io.BytesIO(file.read_bytes()), locale=language)
    return {message.id: message.string for message in catalogue if message.id and not message.fuzzy}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_text_is_said_in(language):
    known = _catalogue(language)
    wanted = {text for text in _used() if language == "en" or isinstance(text, tuple)}
    missing = []
    for text in wanted:
        said = known.get(text)
        if not said or (isinstance(said, tuple) and not all(said)):
            missing.append(text)
    assert missing == []


def test_values_of_a_text_stand_in_its_translation():
    import re

    wrong = []
    for text, said in _catalogue("en").items():
        for one, other in zip((text,) if isinstance(text, str) else text, (said,) if isinstance(said, str) else said, strict=False):
            if set(re.findall(r"%\((\w+)\)", other)) - set(re.findall(r"%\((\w+)\)", one if isinstance(text, str) else " ".join(text))):
                wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_catalogue_is_sound(language):
    file = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"
    catalogue = read_po(io.BytesIO(file.read_bytes()), locale=language)
    assert [(message.id, [str(fault) for fault in faults]) for message, faults in catalogue.check()] == []


def test_no_text_hides_in_an_f_string():
    """The catalogue's reader does not look into them: such a text would stay Russian in English."""
    import re

    hidden = [
        file.name for file in (ROOT / "app").rglob("*.py") if re.search(r"""f["'][^"'\n]*\{_l?\(""", file.read_text(encoding="utf-8"))
    ]
    assert hidden == []
