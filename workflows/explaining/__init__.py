"""Says every rule of a regulation: chapters of Sayings, which app/wording.py puts into Russian and English sentences.

Reads data only and never fails: a key that leads nowhere stands for itself, the checker is who complains about it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.explaining import about, asking, awarding, closing, entering, marking, placing
from workflows.explaining.chapters import Chapter
from workflows.explaining.names import Names
from workflows.regulation import Regulation
from workflows.stages import Stage

__all__ = ["FOR_JURY", "Chapter", "explain"]

FOR_JURY = ("marks/", "places/")  # the chapters that concern those who mark, by the beginning of their keys


def explain(regulation: Regulation) -> list[Chapter]:
    """Return the chapters that have something to say, in the order a printed regulation has them."""
    names = Names(regulation)
    chapters = [
        *about.chapters(regulation, names),
        *entering.chapters(regulation, names),
        *asking.chapters(regulation, names),
        *(chapter for stage in regulation.stages for chapter in _stage(stage, regulation, names)),
        *awarding.chapters(regulation, names),
        *closing.chapters(regulation, names),
    ]
    return [chapter for chapter in chapters if chapter.sentences]


def _stage(stage: Stage, regulation: Regulation, names: Names) -> Iterator[Chapter]:
    yield marking.course(stage, regulation, names)
    yield marking.marks(stage, names)
    yield placing.places(stage, regulation, names)
