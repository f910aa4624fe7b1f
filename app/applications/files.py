"""What a file must be to be taken and kept: allowed kind, and extension, signature and content agree."""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image
from pypdf import PdfReader

from app import storage
from workflows.regulation import FileRule
from workflows.saying import Saying

MOST_PIXELS = 60_000_000
MOST_UNPACKED = 500 * 1024 * 1024
MOST_PACKED_FILES = 5000


class NotTaken(Exception):
    """The file is not taken; the Saying tells why and what to do."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


@dataclass(frozen=True)
class Kind:
    name: str
    media_type: str
    extensions: tuple[str, ...]
    signature: bytes
    parses: Callable[[BinaryIO], bool]


def plain_name(name: str) -> str:
    """Return a name that is only a name: no folders, no control or direction marks, at most 150 characters."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    stem = re.sub(r'[<>:"|?*]', "_", stem)[: 150 - len(suffix) - 1] or "file"
    return f"{stem}.{suffix[:10]}" if suffix else stem


def examine(stream: BinaryIO, name: str, rule: FileRule) -> Kind:
    """Return what the file is. Raises NotTaken when it is not of an allowed kind through and through."""
    stream.seek(0, 2)
    size = stream.tell()
    if size == 0:
        raise NotTaken(Saying("file_empty", name=name))
    if size > rule.max_mb * 1024 * 1024:
        raise NotTaken(Saying("file_too_large", name=name, most=rule.max_mb))
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    kind = next((KINDS[one] for one in rule.kinds if one in KINDS and suffix in KINDS[one].extensions), None)
    if kind is None:
        raise NotTaken(Saying("file_kind_not_allowed", name=name, kinds=", ".join(kind.upper() for kind in rule.kinds)))
    stream.seek(0)
    if not stream.read(len(kind.signature)) == kind.signature or not _parses(kind, stream):
        raise NotTaken(Saying("file_not_what_it_says", name=name, kind=kind.name))
    return kind


@dataclass(frozen=True)
class Kept:
    """A file in storage: the name it has there is the sha256 of its content."""

    name: str
    key: str
    size: int
    media_type: str


def keep(stream: BinaryIO, name: str, rule: FileRule) -> Kept:
    """Examine a file and put it into storage. Raises NotTaken, and then nothing is kept."""
    name = plain_name(name)
    kind = examine(stream, name, rule)
    stream.seek(0)
    try:
        stored = storage.put(stream, most=rule.max_mb * 1024 * 1024)
    except storage.TooLarge as fault:
        raise NotTaken(Saying("file_too_large", name=name, most=rule.max_mb)) from fault
    return Kept(name, stored.key, stored.size, kind.media_type)


def _parses(kind: Kind, stream: BinaryIO) -> bool:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return kind.parses(stream)
    except Exception:  # a parser's complaint, whatever its class, means the same: not such a file
        return False


def _pdf(stream: BinaryIO) -> bool:
    return len(PdfReader(stream, strict=False).pages) > 0


def _image(name: str) -> Callable[[BinaryIO], bool]:
    def parses(stream: BinaryIO) -> bool:
        with Image.open(stream, formats=[name]) as image:
            if image.width * image.height > MOST_PIXELS:
                return False
            image.verify()
        return True

    return parses


def _packed(*needed: str) -> Callable[[BinaryIO], bool]:
    def parses(stream: BinaryIO) -> bool:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            small = len(members) <= MOST_PACKED_FILES and sum(member.file_size for member in members) <= MOST_UNPACKED
            tidy = not any(name.startswith("/") or ".." in PurePosixPath(name).parts for name in names)
            return small and tidy and bool(members) and all(part in names for part in needed)

    return parses


_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "pdf": Kind("PDF", "application/pdf", ("pdf",), b"%PDF-", _pdf),
    "docx": Kind("DOCX", f"{_OFFICE}wordprocessingml.document", ("docx",), _ZIP, _packed("[Content_Types].xml", "word/document.xml")),
    "pptx": Kind("PPTX", f"{_OFFICE}presentationml.presentation", ("pptx",), _ZIP, _packed("[Content_Types].xml", "ppt/presentation.xml")),
    "xlsx": Kind("XLSX", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), _ZIP, _packed("[Content_Types].xml", "xl/workbook.xml")),
    "odt": Kind("ODT", "application/vnd.oasis.opendocument.text", ("odt",), _ZIP, _packed("mimetype", "content.xml")),
    "odp": Kind("ODP", "application/vnd.oasis.opendocument.presentation", ("odp",), _ZIP, _packed("mimetype", "content.xml")),
    "zip": Kind("ZIP", "application/zip", ("zip",), _ZIP, _packed()),
    "jpg": Kind("JPEG", "image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff", _image("JPEG")),
    "png": Kind("PNG", "image/png", ("png",), b"\x89PNG\r\n\x1a\n", _image("PNG")),
}
