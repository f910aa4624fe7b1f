"""One process that has to run, with everything it starts; and its lines on our output."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import config

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LIVED_WELL = 30.0


@dataclass
class Child:
    """One process that has to run; only the main thread touches it, for a child is told when the thread that bore it dies."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    inherits: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    falls: int = 0

    def run(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            _mortal(self.command),
            cwd=config.ROOT,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.inherits,
            start_new_session=True,
        )
        assert self.process.stdout is not None  # noqa: S101 (asked for above; tells the type checker)
        threading.Thread(target=_relay_lines, args=(self.name, self.process.stdout), daemon=True).start()

    def alive(self) -> bool:
        """Say whether it runs; when it has just ended, end what it left behind too."""
        if self.process is None:
            return False
        # Looked at without reaping: while the leader is a zombie its number cannot go to a stranger's group.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return True
        self._bury()
        return False

    def _bury(self) -> None:
        if self.process is not None:
            self._signal_group(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _signal_group(self, number: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def fell(self, now: float) -> None:
        """Note a fall and when to start again: at once after a good life, later and later otherwise."""
        self.falls = 1 if now - self.started > LIVED_WELL else self.falls + 1
        self.due = now + min(FIRST_PAUSE * 2 ** (self.falls - 1), LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        """Ask the leader only: celery and gunicorn finish their children's work themselves."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGTERM)  # not send_signal: that one reaps

    def wait_for_end(self, within: float) -> None:
        """Give it that long, then kill the whole group."""
        end = time.monotonic() + within
        while self.alive() and time.monotonic() < end:
            time.sleep(0.02)
        self._bury()


def _mortal(command: Sequence[str]) -> list[str]:
    """Return the command so that it is told to stop when we die without a word."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)


_printing = threading.Lock()


def _relay_lines(name: str, stream: IO[bytes]) -> None:
    prefix = f"{name:8} | ".encode()
    with stream:
        for line in stream:
            # When nobody reads us any more, the child must not be stopped by a full pipe.
            with _printing, suppress(OSError, ValueError):
                sys.stdout.buffer.write(prefix + line.rstrip(b"\n") + b"\n")
                sys.stdout.buffer.flush()
