"""Everything an installation holds in one file, and back: `python -m app.front.backup save|restore FILE`.

The file is a tar.gz: rows.jsonl (one consistent moment of the database), files/ under their sha256, place/ (keys and
letters out of VAR), and last of all manifest.json with the sha256 of every part. It holds the keys: keep it as safe.
Rows come before files, and files are kept before the rows that name them, so no row lacks its file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from alembic import command
from alembic.util import CommandError
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

import config
from app import clock, create_app, storage
from app.database import db, migrate, migrate_ready
from app.front import rows

FORMAT = 1
ROWS, MANIFEST, FILES, PLACE = "rows.jsonl", "manifest.json", "files/", "place/"
# Of what lies in VAR: kept beside database and files, and what grows again by itself.
KEPT = ("secrets", "mail")
GROWS_AGAIN = ("broker", "lock", "beat-schedule", "restoring", "demo", "screens", "bench")
STAGING = "restoring"
PIECE = 1024 * 1024
ALLOWED = re.compile(rf"{ROWS}|{FILES}[0-9a-f]{{64}}|{PLACE}({'|'.join(KEPT)})(/[^/\0]+)+")


class Refused(Exception):
    """Why the backup was not made or not put back, in words for whoever asked."""


@dataclass
class Manifest:
    """What a backup says of itself. `parts`: sha256 by name; `damaged`: files whose content no longer was what its key says."""

    made_at: str
    database: str
    revision: str
    counts: dict[str, int]
    parts: dict[str, str] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    format: int = FORMAT

    def as_json(self) -> bytes:
        return json.dumps(self.__dict__, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        try:
            data: dict[str, Any] = json.loads(text)
            if data.get("format") != FORMAT:
                raise Refused("Копия сделана другой версией Лауреата: этот вид копий здесь неизвестен.")
            return cls(**data)
        except (ValueError, TypeError) as fault:
            raise Refused("Это не копия Лауреата, или она повреждена: нет описи.") from fault

    def summary(self) -> str:
        files = sum(name.startswith(FILES) for name in self.parts)
        return f"строк в базе: {sum(self.counts.values())}, файлов: {files}, сделана {self.made_at}"


# Saving


def save(app: Flask, file: Path, now: datetime) -> Manifest:
    """Write the backup; the file appears under its name only when it is whole and has been read back."""
    if file.exists():
        raise Refused(f"Файл уже есть: {file}. Назовите другой, чтобы не потерять прежнюю копию.")
    if not file.parent.is_dir():
        raise Refused(f"Нет папки {file.parent}.")
    part = file.with_name(f".{file.name}.part")
    try:
        with app.app_context(), _written_for_us_alone(part) as out:
            try:
                if not migrate_ready():
                    raise Refused("База пуста или недоступна: сохранять нечего.")
                manifest = _write(out, app.config["VAR"], now)
            finally:
                db.session.remove()
                db.engine.dispose()
            out.flush()
            os.fsync(out.fileno())
        verify(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _written_for_us_alone(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _write(out: IO[bytes], var: Path, now: datetime) -> Manifest:
    manifest = Manifest(now.isoformat(timespec="seconds"), db.engine.dialect.name, rows.revision(db.engine), {})
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as archive:
        with tempfile.TemporaryFile(dir=var) as lines:
            text = io.TextIOWrapper(lines, encoding="utf-8", write_through=True)
            manifest.counts = rows.save(db.engine, text)
            manifest.parts[ROWS] = _add(archive, ROWS, lines, now)
            text.detach()
        for key in storage.keys():  # noqa: SIM118 (a walk over the shelves, not a dictionary)
            with storage.open_file(key) as content:
                if hashlib.file_digest(content, "sha256").hexdigest() == key:
                    manifest.parts[FILES + key] = _add(archive, FILES + key, content, now)
                else:
                    manifest.damaged.append(key)
        for path in _of_place(var):
            name = PLACE + path.relative_to(var).as_posix()
            with path.open("rb") as content:
                manifest.parts[name] = _add(archive, name, content, now)
        _add(archive, MANIFEST, io.BytesIO(manifest.as_json()), now)
    return manifest


def _of_place(var: Path) -> Iterator[Path]:
    for name in KEPT:
        yield from sorted(
            path for path in (var / name).rglob("*") if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        )


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], now: datetime) -> str:
    """Put the whole content into the archive and return its sha256."""
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = content.seek(0, io.SEEK_END), 0o600, int(now.timestamp())
    content.seek(0)
    hashing = _Hashing(content)
    archive.addfile(member, hashing)  # type: ignore[arg-type]  # it only reads
    return hashing.digest.hexdigest()


class _Hashing:
    """A file that sums up what is read from it."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.content.read(size)
        self.digest.update(piece)
        return piece


# Reading


def verify(file: Path) -> Manifest:
    """Read a backup from first to last and return what it says of itself. Raises Refused for the least difference."""
    try:
        found, last = _sums(file)
    except FileNotFoundError as fault:
        raise Refused(f"Нет файла {file}.") from fault
    except (tarfile.TarError, zlib.error, EOFError, OSError) as fault:
        raise Refused(f"Это не копия Лауреата, или она повреждена: {fault}") from fault
    manifest = Manifest.from_json(last)
    altered = sorted(name for name in manifest.parts.keys() | found.keys() if manifest.parts.get(name) != found.get(name))
    altered += [name for name, digest in found.items() if name.startswith(FILES) and name != FILES + digest]
    if altered:
        raise Refused(f"Копия повреждена: {altered[0]} (всего частей: {len(altered)}).")
    return manifest


def _sums(file: Path) -> tuple[dict[str, str], bytes]:
    """Return the sha256 of every part by name, and the text of the manifest."""
    found: dict[str, str] = {}
    manifest = b""
    with _parts(file) as parts:
        for name, content in parts:
            if name == MANIFEST:
                manifest = content.read()
            elif name in found or not ALLOWED.fullmatch(name) or ".." in name.split("/"):
                raise Refused(f"В копии лежит чужое: {name}. Ничего не восстановлено.")
            else:
                found[name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # it only reads
    return found, manifest


@contextmanager
def _parts(file: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Open a backup and give its parts in turn; only plain files are parts."""

    def one_by_one(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is None:
                raise Refused(f"В копии лежит чужое: {member.name}. Ничего не восстановлено.")
            yield member.name, content

    with tarfile.open(file, mode="r:gz") as archive:
        yield one_by_one(archive)


# Restoring


def restore(file: Path) -> Manifest:
    """Put a backup into the empty place that the environment names. Raises Refused, and then leaves the place empty.

    The whole backup is checked first. Everything for VAR comes into a folder beside its place and is moved at the end.
    """
    manifest = verify(file)
    var = config.place(os.environ)
    staging = _empty_place(var)
    try:
        _extract_place(file, staging)
        # The application makes its secrets where they are missing, so it may only start on those of the backup.
        os.environ["VAR"] = str(staging)
        app = create_app()
        with app.app_context():
            try:
                _fill(file, manifest)
            finally:
                db.session.remove()
                db.engine.dispose()
        for path in list(staging.iterdir()):
            path.rename(var / path.name)
    finally:
        os.environ["VAR"] = str(var)
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _empty_place(var: Path) -> Path:
    """Return a fresh folder inside VAR. Raises Refused when VAR holds anything."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(var / STAGING, ignore_errors=True)  # of a restore that was cut off
    if any(var.iterdir()):
        raise Refused(f"Место не пусто: {var}. Восстановление ничего не заменяет; задайте пустое: VAR=… ./laureat restore ФАЙЛ")
    (var / STAGING).mkdir(mode=0o700)
    return var / STAGING


def _extract_place(file: Path, staging: Path) -> None:
    with _parts(file) as parts:
        for name, content in parts:
            if name.startswith(PLACE):
                path = staging / name.removeprefix(PLACE)
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _written_for_us_alone(path) as out:
                    shutil.copyfileobj(content, out, PIECE)


def _fill(file: Path, manifest: Manifest) -> None:
    if not rows.is_empty(db.engine):
        raise Refused("База не пуста. Восстановление ничего не заменяет; задайте пустую в DATABASE_URL.")
    if any(storage.keys()):
        raise Refused("В хранилище уже есть файлы. Восстановление ничего не заменяет; задайте пустое в STORAGE_URL.")
    try:
        _upgrade(manifest.revision)
        with _parts(file) as parts:
            for name, content in parts:
                if name == ROWS:
                    rows.load(db.engine, io.TextIOWrapper(content, encoding="utf-8"))
                elif name.startswith(FILES):
                    storage.put(content)  # type: ignore[arg-type]  # it only reads
        _upgrade("head")
    except BaseException:
        rows.clear(db.engine)
        raise
    missing = {name.removeprefix(FILES) for name in manifest.parts if name.startswith(FILES)} - set(storage.keys())
    if missing:
        raise Refused(f"Не все файлы встали на место: {len(missing)}.")


def _upgrade(revision: str) -> None:
    # Not flask_migrate.upgrade: that one ends the program instead of saying what is wrong.
    command.upgrade(migrate.get_config(), revision)


# The command


def _save_command(file: Path) -> int:
    manifest = save(create_app(), file, clock.now())
    print(f"Копия готова: {file} ({manifest.summary()}). В ней ключи и личные данные: храните её под замком.")
    if manifest.damaged:
        print(f"Повреждены и не вошли в копию: {', '.join(manifest.damaged)}", file=sys.stderr)
        return 1
    return 0


def _restore_command(file: Path) -> int:
    manifest = restore(file)
    print(f"Восстановлено в {config.place(os.environ)} ({manifest.summary()}).")
    print("Письма и бумаги, которые ждали в момент копии, пойдут в работу после запуска.")
    return 0


COMMANDS: dict[str, Callable[[Path], int]] = {"save": _save_command, "restore": _restore_command}


def main(words: list[str]) -> int:
    if len(words) != 2 or words[0] not in COMMANDS:
        print("python -m app.front.backup save|restore ФАЙЛ", file=sys.stderr)
        return 2
    try:
        return COMMANDS[words[0]](Path(words[1]).absolute())
    except (Refused, config.UnsafeSettings) as fault:
        print(fault, file=sys.stderr)
    except CommandError as fault:
        print(f"Копия сделана более новой версией Лауреата, обновите эту: {fault}", file=sys.stderr)
    except (OSError, SQLAlchemyError) as fault:
        print(f"Не получилось: {fault}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
