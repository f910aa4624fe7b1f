"""A backup is rehearsed: made from a living installation, put back on an empty place, and compared row by row."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

import config
from app import background, create_app, storage
from app.database import Counter, Trace, committing, db
from app.front import backup, rows
from tests.processes import ROOT, bare_environ

NOON = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
PAPER = b"%PDF-1.7 a diploma"

Place = Callable[..., dict[str, str]]


@dataclass
class Told:
    code: int
    error: str


Run = Callable[..., Told]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a function that gives the environment of a new, empty installation."""

    def named(name: str, database: str | None = None) -> dict[str, str]:
        return {"VAR": str(tmp_path / name), **({"DATABASE_URL": database} if database else {})}

    return named


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.stores)])
def database(request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Return what gives the URL of a new, empty database, or None for the embedded one."""
    if request.param == "sqlite":
        return lambda: None
    return request.getfixturevalue("postgres").database


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return the command, run here in an installation's environment."""

    def command(environ: dict[str, str], *words: str) -> Told:
        for name in ("VAR", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return Told(backup.main(list(words)), capsys.readouterr().err)

    return command


def application(environ: dict[str, str]) -> Flask:
    return create_app({**config.from_environ(environ), "TESTING": True})


def live_in(environ: dict[str, str]) -> None:
    """Leave traces of a life: rows of every kind of value, a file, a secret, a letter."""
    app = application(environ)
    with app.app_context():
        flask_migrate.upgrade()
        with committing():
            vladivostok = NOON.astimezone(timezone(timedelta(hours=10)))
            db.session.add(
                Trace(
                    at=vladivostok,
                    person_id=None,
                    act="entered",
                    subject="entry:1",
                    details={"ground": "письмо «Об участии»", "none": None},
                )
            )
            db.session.add(Trace(at=NOON, person_id=7, act="seen", subject="entry:2", details={}))
            db.session.add(Counter(name="paper:1:2026", value=41))
            background.enqueue("test.unknown", "waits", now=NOON, certificate_id=3)
        storage.put(io.BytesIO(PAPER))
        db.session.remove()
        db.engine.dispose()
    letters = Path(environ["VAR"]) / "mail"
    letters.mkdir()
    (letters / "1.eml").write_text("Здравствуйте")


def contents(environ: dict[str, str]) -> dict[str, Any]:
    """Everything an installation holds, in a form that can be compared."""
    app = application(environ)
    with app.app_context():
        lines = io.StringIO()
        rows.save(db.engine, lines)
        kept = {key: storage.read(key) for key in storage.keys()}  # noqa: SIM118 (a walk over the shelves)
        db.engine.dispose()
    var = Path(environ["VAR"])
    place = {str(file.relative_to(var)): file.read_bytes() for folder in backup.KEPT for file in (var / folder).rglob("*")}
    return {"rows": lines.getvalue(), "files": kept, "place": place}


@pytest.fixture
def saved(place: Place, tmp_path: Path, run: Run) -> Path:
    """A backup of an installation on the embedded database."""
    environ = place("first")
    live_in(environ)
    assert run(environ, "save", str(tmp_path / "backup.tar.gz")).code == 0
    return tmp_path / "backup.tar.gz"


# There and back


def test_all_comes_back_on_an_empty_place(place, database, tmp_path, run):
    first, second = place("first", database()), place("second", database())
    live_in(first)

    assert run(first, "save", str(tmp_path / "backup.tar.gz")).code == 0
    assert run(second, "restore", str(tmp_path / "backup.tar.gz")).code == 0

    assert contents(second) == contents(first)
    assert (Path(second["VAR"]) / "secrets" / "secret_key").read_text() == (Path(first["VAR"]) / "secrets" / "secret_key").read_text()


@pytest.mark.stores
def test_embedded_installation_grows_into_postgresql_and_back(place, postgres, tmp_path, run):
    small, large, small_again = place("small"), place("large", postgres.database()), place("again")
    live_in(small)

    for source, target in ((small, large), (large, small_again)):
        file = tmp_path / f"{Path(target['VAR']).name}.tar.gz"
        assert run(source, "save", str(file)).code == 0
        assert run(target, "restore", str(file)).code == 0

    assert contents(large) == contents(small)
    assert contents(small_again) == contents(small)


def test_life_goes_on_after_the_restore(place, database, tmp_path, run):
    first, second = place("first", database()), place("second", database())
    live_in(first)
    run(first, "save", str(tmp_path / "backup.tar.gz"))
    run(second, "restore", str(tmp_path / "backup.tar.gz"))

    app = application(second)
    with app.app_context():
        with committing():
            new = Trace(at=NOON, person_id=None, act="opened", subject="event:1", details={})
            db.session.add(new)
            background.enqueue("test.unknown", "waits", now=NOON, certificate_id=3)
            background.enqueue("test.unknown", "new", now=NOON)
        acts = db.session.scalars(db.select(Trace.act).order_by(Trace.id)).all()
        keys = db.session.scalars(db.select(background.Job.key).order_by(background.Job.id)).all()
        db.session.remove()
        db.engine.dispose()

    assert acts == ["entered", "seen", "opened"]
    assert keys == ["waits", "new"]


def test_references_hold_after_the_restore(place, postgres, tmp_path, run):
    first, second = place("first", postgres.database()), place("second", postgres.database())
    live_in(first)
    run(first, "save", str(tmp_path / "backup.tar.gz"))
    run(second, "restore", str(tmp_path / "backup.tar.gz"))

    def references(environ: dict[str, str]) -> list[str]:
        app = application(environ)
        with app.app_context():
            asked = "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' ORDER BY 1"
            found = list(db.session.scalars(text(asked)))
            db.session.remove()
            db.engine.dispose()
        return found

    assert references(second) == references(first) != []


def test_backup_of_a_moment_while_others_write(place, database, tmp_path):
    """Two rows that are always written together are both in it or both not."""
    environ = place("first", database())
    live_in(environ)
    app = application(environ)
    pairs = 40
    with app.app_context():
        saving = subprocess.Popen(
            [sys.executable, "-m", "app.front.backup", "save", str(tmp_path / "backup.tar.gz")], cwd=ROOT, env={**bare_environ(), **environ}
        )
        written = 0
        while saving.poll() is None or written < pairs:
            with committing():
                db.session.add(Counter(name=f"pair:{written}", value=written))
                db.session.add(Trace(at=NOON, person_id=None, act="pair", subject=f"pair:{written}", details={}))
            written += 1
        db.session.remove()
        db.engine.dispose()

    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        lines = [json.loads(line) for line in archive.extractfile("rows.jsonl")]
    names = {value for line in lines if isinstance(line, list) for value in line if isinstance(value, str) and value.startswith("pair:")}
    both = [sum(name in line for line in lines if isinstance(line, list)) for name in names]
    assert saving.returncode == 0
    assert set(both) <= {2}


# What the file is


def test_backup_is_for_its_owner_alone(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_nothing_is_left_beside_the_backup(saved):
    assert sorted(file.name for file in saved.parent.iterdir()) == ["backup.tar.gz", "first"]


def test_everything_in_the_place_is_kept_or_grows_again(saved):
    known = {*backup.KEPT, *backup.GROWS_AGAIN, "files", "laureat.db", "laureat.db-wal", "laureat.db-shm"}

    assert {path.name for path in (saved.parent / "first").iterdir()} <= known


def test_earlier_backup_is_not_written_over(saved, place, run):
    before = hashlib.sha256(saved.read_bytes()).hexdigest()

    told = run(place("first"), "save", str(saved))

    assert (told.code, hashlib.sha256(saved.read_bytes()).hexdigest()) == (1, before)
    assert "Файл уже есть" in told.error


def test_empty_installation_has_nothing_to_save(place, tmp_path, run):
    told = run(place("first"), "save", str(tmp_path / "backup.tar.gz"))

    assert told.code == 1
    assert "сохранять нечего" in told.error


def test_altered_file_is_named_and_left_out(place, tmp_path, run):
    environ = place("first")
    live_in(environ)
    key = hashlib.sha256(PAPER).hexdigest()
    (tmp_path / "first" / "files" / key[:2] / key).write_bytes(PAPER + b"!")

    told = run(environ, "save", str(tmp_path / "backup.tar.gz"))

    assert told.code == 1
    assert key in told.error
    assert backup.verify(tmp_path / "backup.tar.gz").damaged == [key]


# Refusals


def test_place_that_is_not_empty_is_refused_and_untouched(saved, place, run):
    before = contents(place("first"))

    told = run(place("first"), "restore", str(saved))

    assert told.code == 1
    assert "Место не пусто" in told.error
    assert contents(place("first")) == before


@pytest.mark.stores
def test_database_that_is_not_empty_is_refused_and_untouched(saved, place, postgres, run):
    used = place("used", postgres.database())
    live_in(used)
    before = contents(used)

    told = run(place("second", used["DATABASE_URL"]), "restore", str(saved))

    assert told.code == 1
    assert "База не пуста" in told.error
    assert list(Path(place("second")["VAR"]).iterdir()) == []
    assert contents(used) == before


def altered(saved: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """Return a copy of the backup whose parts went through `change`."""
    target = saved.with_name("altered.tar.gz")
    with tarfile.open(saved) as source, tarfile.open(target, "w:gz") as out:
        for member in source:
            changed = change(member.name, source.extractfile(member).read())
            if changed is not None:
                member.name, content = changed
                member.size = len(content)
                out.addfile(member, io.BytesIO(content))
    return target


def flip_file(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content[:-1] + b"?" if name.startswith("files/") else content


def flip_rows(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b"entry:1", b"entry:9") if name == "rows.jsonl" else content


def lose_file(name: str, content: bytes) -> tuple[str, bytes] | None:
    return None if name.startswith("files/") else (name, content)


def lose_manifest(name: str, content: bytes) -> tuple[str, bytes] | None:
    return None if name == "manifest.json" else (name, content)


def climb_out(name: str, content: bytes) -> tuple[str, bytes]:
    return ("place/secrets/../../../escaped" if name.endswith("1.eml") else name), content


def newer(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b'"revision": "', b'"revision": "later-') if name == "manifest.json" else content


@pytest.mark.parametrize("change", [flip_file, flip_rows, lose_file, lose_manifest, climb_out, newer])
def test_altered_backup_is_refused_and_the_place_stays_empty(saved, place, change, run):
    second = place("second")

    told = run(second, "restore", str(altered(saved, change)))

    assert told.code == 1
    assert told.error.count("\n") <= 3, "a sentence, not a traceback"
    assert list(Path(second["VAR"]).glob("*")) == []
    assert not list(saved.parent.rglob("escaped"))


@pytest.mark.parametrize("content", [b"", b"not a backup", None])
def test_what_is_no_backup_is_refused(place, tmp_path, content, run):
    file = tmp_path / "some.tar.gz"
    if content is not None:
        file.write_bytes(content)

    assert run(place("second"), "restore", str(file)).code == 1


def test_cut_backup_is_refused(saved, place, run):
    os.truncate(saved, saved.stat().st_size - 200)

    told = run(place("second"), "restore", str(saved))

    assert told.code == 1
    assert "повреждена" in told.error


@pytest.mark.live
def test_the_two_commands(place, saved, tmp_path):
    """Here the script is typed, by somebody who stands in another folder and gives short names."""
    first, second = place("first"), place("second")

    for environ, words in ((first, ("backup", "typed.tar.gz")), (second, ("restore", "typed.tar.gz"))):
        command = [str(ROOT / "laureat"), *words]
        told = subprocess.run(command, cwd=tmp_path, env={**bare_environ(), **environ}, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr

    assert contents(second) == contents(first)
