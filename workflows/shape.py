"""What is wrong with the shape of a regulation's data, said as faults of the checker: never in the words of the library that reads it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from workflows.checker import Path, Problem
from workflows.saying import Saying


def problems(fault: ValidationError, data: Any) -> list[Problem]:
    """Return what the library found in plain data, one fault for each place."""
    found: dict[Path, Problem] = {}
    for error in fault.errors(include_url=False):
        path = _path(error["loc"], data)
        found.setdefault(path, Problem(path, Saying("shape_wrong", name=str(path[-1]) if path else "")))
    return list(found.values())


def _path(loc: Path, data: Any) -> Path:
    """Return the place in the data: the library also names the alternatives it tried, which nobody has written."""
    path: list[str | int] = []
    for number, step in enumerate(loc):
        inside = (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            data = data[step]
        if inside or (number == len(loc) - 1 and isinstance(data, dict)):
            path.append(step)
    return tuple(path)
