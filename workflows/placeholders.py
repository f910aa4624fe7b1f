"""Closed placeholders in people's texts: {work}, {nomination:genitive}, {answer:post:dative}. There is no other language in them,
and a value is never read as a placeholder again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.parts import CASES

PATTERN = re.compile(r"\{([a-z]+(?::[a-z0-9_]+){0,2})\}")
WITH_CASES = ("nomination", "award", "answer")  # what has words in other grammatical cases
ANSWER = "answer"


@dataclass(frozen=True)
class Placeholder:
    """What stands between two braces: a name, for an answer the key of its question, and the grammatical case of the words."""

    name: str
    question: str = ""
    case: str = ""


def read(written: str) -> Placeholder | None:
    """Return what a name in braces asks for, or None where it is not written as one."""
    if PATTERN.fullmatch("{" + written + "}") is None:
        return None
    name, *rest = written.split(":")
    if name == ANSWER:
        return Placeholder(name, *rest) if rest else None
    return Placeholder(name, case=rest[0] if rest else "") if len(rest) < 2 else None


def names(line: str) -> list[str]:
    """Return what stands in the braces of a line, in order."""
    return PATTERN.findall(line)


def fill(line: str, values: Mapping[str, str]) -> str:
    """Return the line with its placeholders filled in; one without a value stays as it is written."""
    return PATTERN.sub(lambda found: values.get(found[1], found[0]), line)


def told(line: str, values: Mapping[str, str]) -> str:
    """Return the line filled in. What has no value is not said: the part of the line between two commas that holds an empty
    placeholder is left out; nothing is left where all are."""
    parts = [part for part in line.split(", ") if all(values.get(name, "?") for name in names(part))]
    return fill(", ".join(parts), values)


def with_cases(name: str, title: str, cases: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a placeholder and of its cases: a case that is not known says the words as they are."""
    return {name: title, **{f"{name}:{case}": cases.get(case) or title for case in CASES}}
