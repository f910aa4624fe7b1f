"""Files under our own keys: the sha256 of the content. The only module that knows where bytes lie."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app

PIECE = 256 * 1024


class TooLarge(Exception):
    """The stream is longer than allowed; nothing was kept."""


class Damaged(Exception):
    """The file is missing or its content is not what its key says."""


@dataclass(frozen=True)
class Stored:
    key: str
    size: int


def _folder() -> Path:
    url: str = current_app.config["STORAGE_URL"]
    if not url.startswith("file://"):
        raise RuntimeError("STORAGE_URL must begin with file:// in this version")
    return Path(url.removeprefix("file://"))


def _path(key: str) -> Path:
    if len(key) != 64 or not all(letter in "0123456789abcdef" for letter in key):
        raise Damaged("not a key")
    return _folder() / key[:2] / key


def put(stream: BinaryIO, *, most: int | None = None) -> Stored:
    """Keep the bytes of a stream and return key and size. Raises TooLarge beyond `most` bytes.

    The file appears under its key only when it is whole and on disk.
    """
    folder = _folder() / "coming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as out:
            while piece := stream.read(PIECE):
                size += len(piece)
                if most is not None and size > most:
                    raise TooLarge
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        key = digest.hexdigest()
        path = _path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Stored(key, size)


def open_file(key: str) -> BinaryIO:
    """Open a kept file for reading. Raises Damaged when it is missing."""
    try:
        return _path(key).open("rb")
    except FileNotFoundError as fault:
        raise Damaged("missing") from fault


def read(key: str) -> bytes:
    """Return the whole file after checking it against its key. Raises Damaged."""
    with open_file(key) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != key:
        raise Damaged("altered")
    return content


def local_path(key: str) -> Path:
    """Return where the file lies, for programs that read files. Raises Damaged when it is missing."""
    path = _path(key)
    if not path.exists():
        raise Damaged("missing")
    return path


def keys() -> Iterator[str]:
    """All kept keys, for checks and backups."""
    for shelf in sorted(_folder().glob("[0-9a-f][0-9a-f]")):
        yield from (file.name for file in sorted(shelf.iterdir()))


def sweep(older_than: float) -> int:
    """Remove half-come files not touched since that POSIX time; return how many."""
    stale = [file for file in (_folder() / "coming").glob("*") if file.stat().st_mtime < older_than]
    for file in stale:
        file.unlink(missing_ok=True)
    return len(stale)
