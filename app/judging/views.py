"""The pages of the jury, gathered: the juror's screens, the methodist's pages, our parts of others' pages, the jobs behind them."""

from __future__ import annotations

from app.judging import allotment, commission, correcting, deciding, entries, experts, outcome, screens, series, slots, tasks
from app.judging.blueprint import bp

__all__ = [
    "allotment",
    "bp",
    "commission",
    "correcting",
    "deciding",
    "entries",
    "experts",
    "outcome",
    "screens",
    "series",
    "slots",
    "tasks",
]
