"""Reads a regulation's document and checks it: a regulation that can run, or all its faults with their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from app.events import document
from workflows import shape
from workflows.checker import Path, Problem, nearest, replace_with
from workflows.regulation import Regulation
from workflows.saying import Saying


@dataclass(frozen=True)
class Fault:
    """A fault of a document: its line from 1, the path of the field, what is wrong and the repair, where there is a single one."""

    line: int
    path: Path
    saying: Saying
    remedy: Saying | None = None


class Faulty(Exception):
    """The document is no regulation that can run; `faults` are all of them, by line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{one.line}: {one.saying.key}" for one in faults))
        self.faults = tuple(sorted(faults, key=lambda one: one.line))


def read(text: str) -> Regulation:
    """Return the regulation that a document writes down. Raises Faulty with every fault there is."""
    try:
        found = document.load(text)
    except document.DocumentFault as fault:
        raise Faulty([Fault(fault.line, (), fault.saying)]) from fault
    regulation, problems = shape.read(found.data)
    problems += _zone_faults(regulation)
    if regulation is None or problems:
        raise Faulty([_placed(one, found) for one in problems])
    return regulation


def _zone_faults(regulation: Regulation | None) -> list[Problem]:
    """The zones of the world are known here, where the pure core may not look."""
    if regulation is None:
        return []
    named = [(("zone",), regulation.zone), *((("beside_zones", number), zone) for number, zone in enumerate(regulation.beside_zones))]
    unknown = [(path, zone) for path, zone in named if zone is not None and zone not in available_timezones()]
    return [Problem(path, Saying("shape_zone", name=zone), replace_with(nearest(zone, available_timezones()))) for path, zone in unknown]


def _placed(problem: Problem, found: document.Document) -> Fault:
    """Return a problem with its line: that of the field, or of the nearest part around it that is written down."""
    around = next(problem.path[:end] for end in range(len(problem.path), -1, -1) if problem.path[:end] in found.lines)
    return Fault(found.lines[around], problem.path, problem.saying, problem.remedy)
