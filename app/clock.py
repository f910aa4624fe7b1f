"""The one clock. Read once at the edge of a request or a task and passed down."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta(seconds=float(os.environ.get("LAUREAT_CLOCK_OFFSET", "0")))
_fixed: datetime | None = None
_door = threading.local()


def now() -> datetime:
    """Return the aware UTC time, moved by LAUREAT_CLOCK_OFFSET seconds or stopped by a test."""
    if _fixed is not None:
        return _fixed
    return datetime.now(UTC) + _offset


def stop_at(moment: datetime | None) -> None:
    """Stop the clock of this process (tests), or let it run again with None."""
    global _fixed  # noqa: PLW0603  (the one clock of the process)
    _fixed = moment


@contextmanager
def request_came(moment: datetime | None) -> Iterator[None]:
    """While a thread serves a request: when that came to the web server, if it had to wait for the thread."""
    _door.came = moment
    try:
        yield
    finally:
        _door.came = None


def came() -> datetime:
    """Return when the request that this thread serves came to the web server; now, where nobody has noted it."""
    return getattr(_door, "came", None) or now()
