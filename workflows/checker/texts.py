"""Keys that stand twice, texts that are missing in a promised language: wherever they are in the document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from workflows.checker.problem import Known, Path, Problem
from workflows.saying import Saying

NO_TEXTS = ("cases",)  # a mapping of words that are not texts in languages


def faults(known: Known) -> Iterator[Problem]:
    yield from _questions_twice(known)
    english = "en" in known.rules.languages
    for path, found in walk(known.rules):
        if isinstance(found, tuple):
            yield from _twice(path, found)
        elif not (found.get("ru") or "").strip():
            yield Problem(path, Saying("regulation_words_missing"))
        elif english and not (found.get("en") or "").strip():
            yield Problem(path, Saying("regulation_english_missing"))


@cache
def _fields(kind: type[BaseModel]) -> list[tuple[str, str]]:
    return [(name, field.alias or name) for name, field in kind.model_fields.items()]


def walk(part: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every list of keyed parts and every text with its place."""
    for name, written in _fields(type(part)):
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from walk(value, (*path, written))
        elif isinstance(value, tuple) and value:
            yield from _walk_list(value, (*path, written))
        elif isinstance(value, dict) and name not in NO_TEXTS:
            texts = value.items() if name == "levels" else [(None, value)]
            yield from (((*path, written) if key is None else (*path, written, key), text) for key, text in texts)


def _walk_list(parts: tuple[Any, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if hasattr(parts[0], "key"):
        yield path, parts
    for number, inner in enumerate(parts):
        if isinstance(inner, BaseModel):
            yield from walk(inner, (*path, number))
        elif isinstance(inner, dict):
            yield (*path, number), inner


def _twice(path: Path, parts: tuple[Any, ...]) -> Iterator[Problem]:
    if path[-1:] == ("questions",):
        return  # a question's key stands alone in the whole form, not only in its section
    seen: set[str] = set()
    for number, part in enumerate(parts):
        if part.key in seen:
            yield Problem((*path, number, "key"), Saying("regulation_key_twice", name=part.key))
        seen.add(part.key)


def _questions_twice(known: Known) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, question in known.asked:
        if question.key in seen:
            yield Problem((*path, "key"), Saying("regulation_key_twice", name=question.key))
        seen.add(question.key)
