"""docs/regulation.md kept true: its tables of fields come from the model, its printed sentences from its own examples.

A block ```yaml complete is a whole regulation; the first is the base of the others: ```yaml with replaces top parts of the base,
```yaml at PATH one place, ```yaml add to PATH appends to a list. A block ```text after an example holds the sentences that the
example adds. A table after <!-- fields: Part --> lists the fields of that part; its last column is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, StrictBool
from pydantic.fields import FieldInfo

from app.events import document, reading
from app.wording.explained import explain_in
from workflows import conditions, parts, regulation
from workflows.parts import Part
from workflows.regulation import Regulation

BLOCK = re.compile(r"^```(yaml [^\n]+)\n(.*?)^```\n(?:\n```text( ru)?\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^<!-- fields: (\w+) -->\n((?:\|[^\n]*\n)*)", re.MULTILINE)
ENDLESS = 100_000  # a bound that only keeps numbers countable needs no words
HEAD = "| field | values | default | says |\n|---|---|---|---|\n"


def renewed(text: str) -> str:
    """Return the document with its tables of fields and its printed sentences as the code has them now."""
    base = next(examples(text)).data
    text = BLOCK.sub(lambda found: _with_sentences(found, base), text)
    return TABLE.sub(lambda found: _table(found[1], found[2]), text)


@dataclass(frozen=True)
class Example:
    """An example of the document, completed to a whole regulation. `where`: what stands after «yaml» on its first line."""

    where: str
    data: dict[str, Any]

    @property
    def regulation(self) -> Regulation:
        """Raises reading.Faulty for an example that is no sound regulation."""
        return reading.read(document.dump(self.data))


def examples(text: str) -> Iterator[Example]:
    base: dict[str, Any] = {}
    for found in BLOCK.finditer(text):
        example = _completed(found[1].removeprefix("yaml "), document.load(found[2]).data, base)
        base = base or example.data
        yield example


def _completed(where: str, given: Any, base: dict[str, Any]) -> Example:
    if where == "complete":
        return Example(where, given)
    if where == "with":
        return Example(where, {**base, **given})
    data = deepcopy(base)
    *way, last = [int(one) if one.isdigit() else one for one in re.findall(r"\w+", where.removeprefix("add to ").removeprefix("at "))]
    place: Any = data
    for step in way:
        place = place[step]
    if where.startswith("add to "):
        place[last] = [*(place.get(last) or []), *given]
    else:
        place[last] = given
    return Example(where, data)


def _with_sentences(found: re.Match[str], base: dict[str, Any]) -> str:
    """Return the example with the sentences it adds to those of the base, in Russian and English."""
    if found[4] is None:
        return found[0]
    example = _completed(found[1].removeprefix("yaml "), document.load(found[2]).data, base)
    whole = example.data is base or example.where == "complete"
    known = {} if whole else {lang: set(sentences(Example("", base), lang)) for lang in ("ru", "en")}
    lines = [
        line for lang in (("ru",) if found[3] else ("ru", "en")) for line in sentences(example, lang) if line not in known.get(lang, ())
    ]
    head = found[0][: found.start(4) - found.start(0)]
    return head + "".join(f"{line}\n" for line in dict.fromkeys(lines)) + "```\n"


def sentences(example: Example, lang: str) -> list[str]:
    return [line for one in explain_in(example.regulation, lang) for line in one.sentences]


# Tables of fields


def classes() -> dict[str, type[Part]]:
    """Return every part of the model by its name."""
    found: dict[str, type[Part]] = {}
    waiting: list[Any] = [Regulation]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Part) and one.__name__ not in found:
            found[one.__name__] = one
            waiting += [inner for field in one.model_fields.values() for inner in _inside(field.annotation)]
    return found


def _inside(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _inside(inner)


def _table(name: str, old: str) -> str:
    """Return the table of a part's fields; what is said of each stays as it was written."""
    said = {row[0].strip(" `"): row[-1].strip() for row in (line.strip("|").split("|") for line in old.splitlines()) if len(row) >= 4}
    rows = [
        f"| `{field.alias or key}` | {values_of(field)} | {default_of(field)} | {said.get(field.alias or key, '')} |\n"
        for key, field in classes()[name].model_fields.items()
    ]
    return f"<!-- fields: {name} -->\n{HEAD}{''.join(rows)}"


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if value in (None, "", ()) or value == {} or isinstance(value, BaseModel):
        return "—"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


KNOWN: tuple[tuple[Any, str], ...] = (
    (parts.Words, "text"),
    (parts.Key, "key"),
    (parts.Day, "day"),
    (parts.Zone, "zone like `Asia/Vladivostok`"),
    (parts.Share, "share, up to 1"),
    (conditions.Condition, "condition"),
)


def values_of(field: FieldInfo) -> str:
    """Return what a field may hold, in words: its annotation with the bounds that pydantic took apart put together again."""
    annotation = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation  # type: ignore[valid-type]
    return _values(annotation)


def _values(annotation: Any) -> str:  # noqa: PLR0911  (one answer a kind of annotation)
    for known, name in KNOWN:
        if annotation == known:
            return name
    if annotation is StrictBool:
        return "`true`, `false`"
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner if one != "")
    if origin is Annotated:
        return _bounded(inner[0], inner[1:])
    if origin is tuple:
        return f"list of {_values(inner[0])}"
    if origin is dict:
        return f"{_values(inner[0])}: {_values(inner[1])}"
    if inner:
        return " or ".join(dict.fromkeys(_values(one) for one in inner if one is not type(None)))
    return _plain(annotation)


def _bounded(kind: Any, bounds: tuple[Any, ...]) -> str:
    """Return «whole number, 1 to 50»; a list and a text have bounds of their own that need no words here."""
    bounds = tuple(inner for one in bounds for inner in (one.metadata if isinstance(one, FieldInfo) else (one,)))
    pattern = next((str(one.pattern) for one in bounds if getattr(one, "pattern", None)), "")
    if pattern:
        return "key" if "a-z0-9_" in pattern else "hour like `15:00`" if ":" in pattern else "zone like `Asia/Vladivostok`"
    bounds = tuple(one for one in bounds if getattr(one, "le", None) != ENDLESS and getattr(one, "ge", None) != -ENDLESS)
    low = next((f"at least {one.ge}" for one in bounds if isinstance(one, Ge)), "")
    low = low or next((f"more than {one.gt}" for one in bounds if isinstance(one, Gt)), "")
    high = next((f"at most {one.le}" for one in bounds if isinstance(one, Le)), "")
    said = _values(kind)
    return ", ".join([said, *(one for one in (low, high) if one)]) if kind in (int, Decimal) else said


def _plain(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, Part):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return {int: "whole number", Decimal: "number", str: "word", bool: "`true`, `false`"}.get(kind, "value")


def undocumented(text: str) -> list[str]:
    """Return the fields that the document does not explain, and those that no example of it uses."""
    tables = {found[1]: found[2] for found in TABLE.finditer(text)}
    used = _used(text)
    faults = []
    for name, kind in sorted(classes().items()):
        for key, field in kind.model_fields.items():
            row = re.search(rf"^\| `{field.alias or key}` \|.*\|\s*(\S[^|]*)\|$", tables.get(name, ""), re.MULTILINE)
            if row is None:
                faults.append(f"{name}.{key}: not explained")
            if (name, key) not in used:
                faults.append(f"{name}.{key}: in no example")
    return faults


def _used(text: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for example in examples(text):
        waiting: list[Any] = [regulation.parse(example.data)]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Part):
                found |= {(type(one).__name__, key) for key in one.model_fields_set}
                waiting += [getattr(one, key) for key in one.model_fields_set]
            elif isinstance(one, tuple):
                waiting += one
    return found
