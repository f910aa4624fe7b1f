"""How large the loads of a run are: a twentieth in `./laureat test`, full in `./laureat soak`."""

from __future__ import annotations

import os

FULL = os.environ.get("LAUREAT_SCALE") == "full"


def scaled(n: int) -> int:
    """Return the load of this run for a full load of `n`, never less than one."""
    return n if FULL else max(1, n // 20)
