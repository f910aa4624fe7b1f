"""Plain data becomes a regulation, or faults in the words of the checker: never in those of the library that reads it."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from workflows import regulation as rules
from workflows.checker import Path, Problem, nearest, replace_with
from workflows.saying import Saying

MOST_ROUNDS = 8  # a part that was put aside may hide another fault


def read(data: Any) -> tuple[rules.Regulation | None, list[Problem]]:
    """Return the regulation that plain data describes, and every fault; with faults there may be no regulation.

    Where the shape is wrong, the wrong fields are mended or put aside and the rest is checked all the same: all faults come at once.
    """
    found: dict[Path, Problem] = {}
    for _round in range(MOST_ROUNDS):
        try:
            regulation = rules.parse(data)
        except ValidationError as fault:
            fresh = problems(fault, data)
            mended, data = _mended(fresh, data)
            renamed = {(*one.path[:-1], one.remedy.values["name"]) for one in found.values() if one.remedy is not None}
            found = {one.path: one for one in fresh if one.path not in renamed and not _follows(one, found)} | found
            if not mended:
                break
        else:
            # A part that lacks a field put aside may be at fault only for that.
            apart = set(found) | {path[:-1] for path in found if len(path) > 1}
            return regulation, [*found.values(), *(one for one in rules.problems(regulation) if not {one.path, one.path[:-1]} & apart)]
    return None, list(found.values())


def _follows(fault: Problem, found: Collection[Path]) -> bool:
    """Say whether a fault comes of what was put aside before: around it, or a field missing beside it."""
    if fault.saying.key == "shape_missing" and any(path[:-1] == fault.path[:-1] for path in found):
        return True
    return any(path[: len(fault.path)] == fault.path for path in found)


STAND_IN = {"ru": "…"}
UNKNOWN = ("shape_unknown", "shape_unknown_here", "shape_unknown_but")  # what else may stand here is told; where the field belongs
MOST_PLACES = 3  # a field known in more places than these is at home everywhere: then it is better told what may stand here


def _mended(found: Sequence[Problem], data: Any) -> tuple[bool, Any]:
    """Return whether every fault could be got out of the way, and the data without them: repaired where there is a repair,
    else left out, a stand-in for a text that may not be missing."""
    data = copy.deepcopy(data)
    mended = True
    for one in found:
        place = data
        for step in one.path[:-1]:
            place = place[step] if _has(place, step) else None
        mended = bool(one.path) and isinstance(place, (dict, list)) and _mend(one, place, data) and mended
    return mended, data


def _mend(fault: Problem, place: Any, data: Any) -> bool:
    step: Any = fault.path[-1]
    given = fault.remedy.values["name"] if fault.remedy else None
    if fault.saying.key in UNKNOWN:
        value = place.pop(step)
        if given is not None:
            place.setdefault(given, value)
    elif given is not None:
        place[step] = {"true": True, "false": False}.get(str(given), given)
    elif any("ru" in _names(one) for one in _at(fault.path, data)):
        place[step] = dict(STAND_IN)
    elif isinstance(place, dict) and step in place:
        place.pop(step)
    elif fault.saying.key == "shape_choice":
        place[step] = _choices(fault.path, data)[0]
    else:
        return False
    return True


def problems(fault: ValidationError, data: Any) -> list[Problem]:
    """Return what the library found, one fault for each place, the place as it was written."""
    errors: dict[Path, list[Mapping[str, Any]]] = {}
    for error in fault.errors(include_url=False):
        errors.setdefault(_path(error, data), []).append(error)
    # A part is also called wrong, or its list too short, because of what is wrong inside it: then only the inner fault is told.
    outer = {path[:length] for path in errors for length in range(len(path))}
    kept = {path: found for path, found in errors.items() if path not in outer}
    renamed = {one for path, found in kept.items() if found[0]["type"] == "extra_forbidden" and (one := _meant(path, data))}
    return [_problem(path, found, data) for path, found in kept.items() if not (found[0]["type"] == "missing" and path in renamed)]


def _path(error: Mapping[str, Any], data: Any) -> Path:
    """Return the place in the data: the library also names the alternatives it tried, which nobody has written."""
    path: list[str | int] = []
    for step in (one for one in error["loc"] if not (isinstance(one, str) and one.startswith("="))):
        if not _has(data, step):
            continue
        path.append(step)
        data = data[step]
    absent = error["type"] == "missing"
    return (*path, error["loc"][-1]) if absent else tuple(path)


def _has(data: Any, step: str | int) -> bool:
    return (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data))


# What the language knows at a place


@cache
def _schema() -> Mapping[str, Any]:
    return rules.Regulation.model_json_schema(by_alias=True)


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        yield from _alternatives(_schema()["$defs"][schema["$ref"].rsplit("/", 1)[-1]])
    several = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    for one in several:
        yield from _alternatives(one)
    if "$ref" not in schema and not several:
        yield schema


def _at(path: Path, data: Any) -> list[Mapping[str, Any]]:
    """Return what may stand at a place, one schema for each alternative."""
    found = list(_alternatives(_schema()))
    for step in path:
        found = [inner for one in _fitting(found, data) for inner in _inside(one, step)]
        data = data[step] if _has(data, step) else None
    return found


def _fitting(found: list[Mapping[str, Any]], data: Any) -> list[Mapping[str, Any]]:
    """Of several kinds of part keep those that share the most fields with what was written."""
    if not isinstance(data, dict) or len(found) < 2:
        return found
    shared = [len(set(one.get("properties", ())) & set(data)) for one in found]
    return [one for one, count in zip(found, shared, strict=True) if count == max(shared)]


def _inside(schema: Mapping[str, Any], step: str | int) -> Iterator[Mapping[str, Any]]:
    inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    if isinstance(inner, Mapping):
        yield from _alternatives(inner)


def _fields(path: Path, data: Any) -> list[str]:
    """Return the names of the fields that the part at a place may have."""
    place = data
    for step in path:
        place = place[step]
    return [name for one in _fitting(_at(path, data), place) for name in (*one.get("properties", ()), *_names(one))]


def _names(schema: Mapping[str, Any]) -> Sequence[str]:
    return list(schema.get("propertyNames", {}).get("enum", ()))


def _choices(path: Path, data: Any) -> list[str]:
    found: list[str] = []
    for one in _at(path, data):
        found += [str(value) for value in one.get("enum", [one["const"]] if "const" in one else [])]
    return found


def _meant(path: Path, data: Any) -> Path | None:
    """Return the field of the same part that an unknown one was meant for."""
    name = nearest(str(path[-1]), _fields(path[:-1], data))
    return None if name is None else (*path[:-1], name)


@cache
def _places() -> Mapping[str, Sequence[str]]:
    """Return field -> where the language knows it, written «part.part»; what a part holds again within itself is not followed."""
    found: dict[str, list[str]] = {}

    def follow(schema: Mapping[str, Any], parts: tuple[str, ...], seen: tuple[int, ...]) -> None:
        for one in _alternatives(schema):
            if id(one) in seen:
                continue
            inside = [*one.get("properties", {}).items(), *((None, one[more]) for more in ("items", "additionalProperties") if more in one)]
            for name, inner in inside:
                if name is not None:
                    found.setdefault(name, []).append(".".join((*parts, name)))
                if isinstance(inner, Mapping):
                    follow(inner, parts if name is None else (*parts, name), (*seen, id(one)))

    follow(_schema(), (), ())
    return {name: tuple(dict.fromkeys(places)) for name, places in found.items()}


def _unknown(path: Path, data: Any) -> Saying:
    """Return what to say of a field that resembles none of its part: where it belongs, or else what may stand here."""
    name = str(path[-1])
    around = ".".join(step for step in path[:-1] if isinstance(step, str))
    places = _places().get(name, ())
    near = [one for one in places if one.startswith(f"{around}.")] if around else []
    places = near or places
    if 0 < len(places) <= MOST_PLACES:
        return Saying("shape_unknown_but", name=name, places=tuple(places))
    return Saying("shape_unknown_here", name=name, possible=tuple(_fields(path[:-1], data)))


# The sentences

WANTED = {
    "string_type": "text", "dict_type": "words", "tuple_type": "list", "model_type": "block", "model_attributes_type": "block",
    "int_type": "whole", "int_from_float": "whole", "int_parsing": "whole", "bool_type": "yes_no", "bool_parsing": "yes_no",
    "decimal_type": "number", "decimal_parsing": "number", "finite_number": "number",
    "date_type": "day", "date_parsing": "day", "date_from_datetime_inexact": "day", "date_from_datetime_parsing": "day", "shape_day": "day",
}  # fmt: skip
SPELLED = {"yes": "true", "on": "true", "да": "true", "no": "false", "off": "false", "нет": "false"}


def _problem(path: Path, found: Sequence[Mapping[str, Any]], data: Any) -> Problem:
    """Return one fault for all that the library says about one place."""
    error, name = found[0], str(path[-1]) if path else ""
    kind, said = error["type"], error.get("ctx", {})
    wanted = [_want(one) for one in found if one["type"] in WANTED]
    if kind == "missing":
        return Problem(path, Saying("shape_missing", name=name))
    if kind == "extra_forbidden" or (error["loc"][-1:] == ("[key]",)):
        meant = _meant(path, data)
        return Problem(
            path, _unknown(path, data) if meant is None else Saying("shape_unknown", name=name), replace_with(meant and meant[-1])
        )
    if kind == "literal_error":
        possible = _choices(path, data)
        value = _plain(error["input"])
        return Problem(path, Saying("shape_choice", name=value, possible=tuple(possible)), replace_with(nearest(value, possible)))
    if kind == "string_pattern_mismatch":
        return _misspelled(path, str(error["input"]), str(said["pattern"]))
    if wanted:
        return _wanted(path, wanted, error["input"])
    return Problem(path, _limit(kind, said))


def _want(error: Mapping[str, Any]) -> str:
    return "condition" if error.get("ctx", {}).get("class_name") == "Compare" else WANTED[error["type"]]


def _wanted(path: Path, wanted: Sequence[str], value: Any) -> Problem:
    kinds = tuple(Saying(f"shape_want_{one}") for one in dict.fromkeys(wanted))
    spelled = SPELLED.get(str(value).lower()) if "yes_no" in wanted else None
    return Problem(path, Saying("shape_kind", wanted=kinds), replace_with(spelled))


BOUNDS = {
    "ge": ("number_too_small", "least"),
    "gt": ("shape_above", "least"),
    "le": ("number_too_large", "most"),
    "lt": ("shape_below", "most"),
    "decimal_places": ("shape_too_fine", "most"),
    "max_length": ("shape_too_long", "most"),
}
LENGTHS = {
    "decimal_max_digits": "shape_too_many_digits",
    "decimal_whole_digits": "shape_too_many_digits",
    "too_short": "shape_empty",
    "string_too_short": "shape_empty",
}
KEY = "^[a-z0-9_]{1,60}$"


def _misspelled(path: Path, value: str, pattern: str) -> Problem:
    if pattern == KEY:
        mended = re.sub(r"[ .-]+", "_", value.strip().lower())
        return Problem(path, Saying("shape_key", name=value), replace_with(mended if re.fullmatch(KEY, mended) else None))
    known = {"zone": "shape_zone", "at": "shape_hour"}
    return Problem(path, Saying(known.get(str(path[-1]), "shape_misspelled"), name=value))


def _limit(kind: str, said: Mapping[str, Any]) -> Saying:
    if kind.startswith("shape_"):
        return Saying(kind, **said)
    for bound, (key, value) in BOUNDS.items():
        if bound in said:
            return Saying(key, **{value: said[bound]})
    return Saying(LENGTHS.get(kind, "shape_misspelled"))


def _plain(value: Any) -> str:
    return {True: "true", False: "false", None: "~"}.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)
