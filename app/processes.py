"""Names for processes that nobody else will ever bear, and whether the bearer of one is known to be dead."""

from __future__ import annotations

import os
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path

PROC = Path("/proc")


def name_holder() -> str:
    """Return a new name for something this process holds: machine, process, its start, and a part of chance; 38 characters at most.

    Where the system does not tell all of that, the name is chance alone and its bearer is never known to be dead.
    """
    try:
        pid = os.getpid()
        return f"{_machine()}.{pid}.{_own_start(pid)}.{secrets.token_hex(4)}"
    except (OSError, ValueError, IndexError):
        return secrets.token_hex(12)


def is_dead(holder: str) -> bool:
    """Say whether the process that took this name ran on this machine and is gone. In doubt: no."""
    machine, pid, started, _ = (*holder.split("."), "", "", "")[:4]
    try:
        if not started or machine != _machine():
            return False
        return _started(int(pid)) != int(started)
    except FileNotFoundError:
        return True
    except (OSError, ValueError, IndexError):
        return False


@cache
def _machine() -> str:
    # A container has process numbers of its own, and every machine's first namespace bears the same number.
    boot, space = (PROC / "sys/kernel/random/boot_id").read_text(), (PROC / "self/ns/pid").readlink()
    return sha256(f"{boot}{space}".encode()).hexdigest()[:8]


@cache
def _own_start(pid: int) -> int:
    """Return when this process started: read once, for it never changes; a fork has another number."""
    return _started(pid)


def _started(pid: int) -> int:
    """Return when a process started, in ticks since the machine did. Raises FileNotFoundError when there is none, or a corpse only."""
    state, *more = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    if state in "ZX":
        raise FileNotFoundError(pid)
    return int(more[18])
