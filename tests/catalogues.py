"""Compiles the catalogues of translations when they are older than their sources."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parent.parent / "app" / "translations"


def compile_stale() -> None:
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as text:
                catalogue = read_po(text, locale=source.parent.parent.name)
            with target.open("wb") as out:
                write_mo(out, catalogue)
