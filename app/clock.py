"""The one clock. Read once at the edge of a request or a task and passed down."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

_offset = timedelta(seconds=float(os.environ.get("LAUREAT_CLOCK_OFFSET", "0")))
_fixed: datetime | None = None


def now() -> datetime:
    """Return the aware UTC time, moved by LAUREAT_CLOCK_OFFSET seconds or stopped by a test."""
    if _fixed is not None:
        return _fixed
    return datetime.now(UTC) + _offset


def stop_at(moment: datetime | None) -> None:
    """Stop the clock of this process (tests), or let it run again with None."""
    global _fixed  # noqa: PLW0603  (the one clock of the process)
    _fixed = moment
