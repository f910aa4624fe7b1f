"""Reads catalogues of words that nobody has compiled yet: a fresh checkout may not be writable, and must speak all the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask
from flask_babel import Babel, Domain, get_domain, get_locale

import config


class Words(Domain):  # type: ignore[misc]
    """The catalogues, found by the locale itself: the library spells its name out for every word of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Translations] = {}

    def get_translations(self) -> Translations:
        locale = get_locale()
        known = self.found.get(locale.language) if locale is not None else None
        if known is None:
            known = super().get_translations()
            if locale is not None:
                self.found[locale.language] = known
        return known


def init(app: Flask, **selectors: Any) -> None:
    """Let the application speak, by the language that `locale_selector` finds."""
    Babel(app, **selectors).domain_instance = Words()


def read_uncompiled(app: Flask) -> None:
    """Give the application the words of every catalogue without a compiled file, from memory. It takes half a second for each."""
    for source in sorted(Path(config.LANGUAGE["BABEL_TRANSLATION_DIRECTORIES"]).glob("*/LC_MESSAGES/messages.po")):
        if not source.with_suffix(".mo").exists():
            with app.app_context():
                language = source.parent.parent.name
                get_domain().cache[language, "messages"] = _compiled(source, language)


def _compiled(source: Path, language: str) -> Translations:
    compiled = io.BytesIO()
    with source.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return Translations(compiled)
