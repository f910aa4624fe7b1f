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

import config
from app import wording
from app.events import document, drawing, manual, printing, reading, tables
from app.events.reading import Fault, Faulty
from app.wording.explained import explain_in
from workflows.judging.given import Fault as TableFault
from workflows.judging.given import Remark
from workflows.judging.outcome import Results
from workflows.judging.results import compute
from workflows.regulation import Regulation
from workflows.saying import Saying

DEFAULT_ZONE = "Asia/Vladivostok"
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


@regulation.command("explain")
@click.argument("path", metavar="FILE", type=file)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@language
@output
def explain(path: Path, form: str, lang: str, output: Path | None) -> None:
    """Say every rule of a regulation in plain sentences."""
    with force_locale(lang):
        chapters = explain_in(read_or_exit(path, form, output), lang)
    if form == "json":
        told = [{"key": one.key, "title": one.title, "sentences": one.sentences} for one in chapters]
        say(json.dumps({"chapters": told}, ensure_ascii=False, indent=1) + "\n", output)
    else:
        say("\n".join(f"{one.title}\n" + "".join(f"  {line}\n" for line in one.sentences) for one in chapters), output)


@regulation.command("document")
@click.option("--write", is_flag=True, help="renew docs/regulation.md instead of printing it")
def document_(write: bool) -> None:
    """Print docs/regulation.md with its tables of fields and its sentences as the code has them now."""
    path = Path(config.ROOT) / "docs" / "regulation.md"
    text = manual.renewed(path.read_text(encoding="utf-8"))
    say(text, path if write else None)


@regulation.command("results")
@click.argument("path", metavar="FILE", type=file)
@click.option("--entries", type=file, required=True, help="entries.csv")
@click.option("--marks", type=file, required=True, help="marks.csv")
@click.option("--jurors", type=file, help="jurors.csv: juror, weight, chair, jury")
@click.option("--decisions", type=file, help="decisions.csv: what people decided, with the ground")
@click.option("--format", "form", type=click.Choice(["table", "json", "xlsx"]), default="table")
@language
@output
def results(path: Path, form: str, lang: str, output: Path | None, **tables_given: Path | None) -> None:
    """Compute lists, places, who goes on and awards; say what is open and what was not counted."""
    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx needs --output FILE")
    with force_locale(lang):
        rules = read_or_exit(path, form, output)
        found = tables.read(rules, rules.zone or DEFAULT_ZONE, tables_given)
        computed = compute(rules, found.entries, found.marks, found.jurors, found.decisions) if not found.faults else Results()
        faults = sorted({*found.faults, *computed.faults}, key=lambda one: (one.file, one.line))
        if faults:
            say(_table_faults(faults, tables_given, form), output)
            sys.exit(FAULTS)
        _say_results(computed, [*found.remarks, *computed.remarks], tables_given, form=form, output=output)


def _table_faults(faults: list[TableFault], files: dict[str, Path | None], form: str) -> str:
    rows = [(str(files.get(one.file) or one.file), one) for one in faults]
    if form != "json":
        return "".join(f"{name}:{one.line}: {wording.put(one.saying)}\n" for name, one in rows)
    problems = [
        {"file": name, "line": one.line, "path": one.file, "code": one.code, "message": wording.put(one.saying), "remedy": None}
        for name, one in rows
    ]
    return json.dumps({"problems": problems}, ensure_ascii=False, indent=1) + "\n"


def _say_results(computed: Results, remarks: list[Remark], files: dict[str, Path | None], *, form: str, output: Path | None) -> None:
    headings = [wording.put(Saying(f"results_heading_{one}")) for one in ("place", "entry", "total", "awards", "status")]
    if form == "json":
        say(json.dumps(printing.as_data(computed, remarks, files), ensure_ascii=False) + "\n", output)
    elif form == "table":
        say(printing.as_table(computed, remarks, headings), output)
    elif output is not None:
        output.write_bytes(printing.as_workbook(computed, remarks, headings, {"open": wording.put(Saying("results_heading_open"))}))


@regulation.command("schema")
@language
@output
def schema(lang: str, output: Path | None) -> None:  # noqa: ARG001  (every command takes it; the schema speaks as the code does)
    """Print the JSON Schema of a regulation's file."""
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Regulation.model_json_schema(by_alias=True)}
    say(json.dumps(found, ensure_ascii=False, indent=1) + "\n", output)


@regulation.command("draw")
@click.argument("path", metavar="FILE", type=file)
@language
@output
def draw(path: Path, lang: str, output: Path | None) -> None:
    """Draw the way of the event as SVG: stages, who goes on, awards."""
    with force_locale(lang):
        say(drawing.draw(read_or_exit(path, "text", output)), output)


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
        return str(path) + ": " + _("ошибок нет") + "\n"
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
