"""`flask regulation …`: what can be done with a regulation's file. No database, settings or network; nothing is written unasked."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _

from app import wording
from app.events import document, reading
from app.events.reading import Fault, Faulty
from workflows.regulation import Regulation

FAULTS = 1  # the exit code; 2 is click's, for a wrong use

file = click.Path(exists=True, dir_okay=False, path_type=Path)


def language(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--lang", type=click.Choice(["ru", "en"]), default="ru", help="language of what is printed")(command)


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    path = click.Path(dir_okay=False, writable=True, path_type=Path)
    return click.option("--output", type=path, help="write there instead of printing")(command)


def init(app: Flask) -> None:
    app.cli.add_command(regulation)


@click.group("regulation")
def regulation() -> None:
    """Check and show a regulation's file."""


@regulation.command("check")
@click.argument("files", metavar="FILE…", type=file, nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@language
@output
def check(files: tuple[Path, ...], form: str, lang: str, output: Path | None) -> None:
    """Print every fault of the files with its line and repair."""
    with force_locale(lang):
        found = {path: faults_of(path) for path in files}
        if form == "json":
            say(as_json(found), output)
        else:
            say("".join(as_text(path, faults) for path, faults in found.items()), output)
    sys.exit(FAULTS if any(found.values()) else 0)


def faults_of(path: Path) -> tuple[Fault, ...]:
    try:
        reading.read(text_of(path))
    except Faulty as faulty:
        return faulty.faults
    return ()


def read_or_exit(path: Path, form: str, output: Path | None) -> Regulation:
    """Return the regulation of a file; with faults print them, in JSON nothing but them, and end the command."""
    try:
        return reading.read(text_of(path))
    except Faulty as faulty:
        say(as_json({path: faulty.faults}) if form == "json" else as_text(path, faulty.faults), output)
        sys.exit(FAULTS)


def text_of(path: Path) -> str:
    """Return the text of a file, no more than shows that it is too large; bytes that are no UTF-8 become signs no document may hold."""
    with path.open("rb") as source:
        return source.read(document.MOST_BYTES + 1).decode("utf-8-sig", errors="surrogateescape")


def as_text(path: Path, faults: tuple[Fault, ...]) -> str:
    if not faults:
        return f"{path}: {_('ошибок нет')}\n"
    return "".join(f"{path}:{one.line}: {' '.join(_said(one))}\n" for one in faults)


def _said(fault: Fault) -> list[str]:
    return [wording.put(one) for one in (fault.saying, fault.remedy) if one is not None]


def as_json(found: dict[Path, tuple[Fault, ...]]) -> str:
    problems = [
        {
            "file": str(path),
            "line": one.line,
            "path": ".".join(map(str, one.path)),
            "code": one.saying.key,
            "message": wording.put(one.saying),
            "remedy": wording.put(one.remedy) if one.remedy else None,
        }
        for path, faults in found.items()
        for one in faults
    ]
    return json.dumps({"problems": problems}, ensure_ascii=False, indent=1) + "\n"


def say(text: str, output: Path | None) -> None:
    """Print a text, or write it to the file that was asked for."""
    if output is None:
        sys.stdout.buffer.write(text.encode())  # UTF-8 whatever the terminal's locale is: an empty environment has none
        sys.stdout.flush()
    else:
        output.write_text(text, encoding="utf-8")
