"""Reads a regulation for faults before it runs: each with the path where it stands and what a methodist reads about it.

A room for every part of a regulation; a new rule brings its check to the room of its part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.checker import awards, criteria, cuts, dates, entering, form, lists, nominations, papers, sources, stages, texts
from workflows.checker.problem import Known, Path, Problem, nearest, replace_with

if TYPE_CHECKING:
    from workflows.regulation import Regulation

__all__ = ["Path", "Problem", "nearest", "problems", "replace_with"]

ROOMS = (texts, dates, nominations, entering, form, stages, sources, criteria, lists, cuts, awards, papers)


def problems(regulation: Regulation) -> list[Problem]:
    """Return every fault in the order of the document's parts."""
    known = Known(regulation)
    return [problem for room in ROOMS for problem in room.faults(known)]
