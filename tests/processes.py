"""The real processes of an installation, started and hurt by tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.servers import free_port, mortal, wait_until

ROOT = Path(__file__).resolve().parent.parent
PARTS = {"web": "gunicorn", "worker": "worker -P prefork", "relay": "relay", "beat": "worker beat"}


def bare_environ() -> dict[str, str]:
    """The environment of a fresh shell: nothing of the caller's settings gets into an installation under test."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}


def processes() -> dict[int, tuple[int, str]]:
    """Return parent and command line of every living process by number."""
    found: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended while we looked
        if state != "Z":
            found[int(folder.name)] = (int(parent), words)
    return found


def descendants(pid: int) -> dict[int, str]:
    """Return the command lines of all processes below one, by number."""
    all_of_them = processes()
    below: dict[int, str] = {}
    generation = {pid}
    while generation:
        generation = {child for child, (parent, _) in all_of_them.items() if parent in generation}
        below.update({child: all_of_them[child][1] for child in generation})
    return below


class Installation:
    """One installation under its real supervisor, with short leases so that a killed worker's jobs come back soon.

    `environ` adds settings. As a context manager it starts, waits until all parts are well, and leaves nothing behind.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        broker_url: str | None = None,
        smtp_url: str | None = None,
        demo: bool = False,
        webs: int = 1,
        workers: int = 1,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.var, self.port = folder, folder / "var", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url or f"sqlite:///{self.var / 'laureat.db'}"
        self.broker_url = broker_url
        settings = {"VAR": str(self.var), "PORT": str(self.port), "DATABASE_URL": self.database_url}
        settings |= {"LEASE_SECONDS": "5", "WATCHDOG_SECONDS": "10", "STOP_SECONDS": "5"}
        settings |= {"WEB_PROCESSES": str(webs), "WORKERS": str(workers)}
        given = {"BROKER_URL": broker_url, "SMTP_URL": smtp_url, "LAUREAT_DEMO": "1" if demo else None}
        settings |= {name: value for name, value in given.items() if value is not None}
        self.environ = {**bare_environ(), **settings, **(environ or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self._engine: Engine | None = None

    def __enter__(self) -> Installation:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Life

    def start(self, within: float = 60) -> None:
        self.launch()
        try:
            wait_until(self.is_well, within=within, what=f"the installation is well\n{self.log()}")
        except BaseException:
            self.stop()
            raise AssertionError(f"the installation did not come up:\n{self.log()}") from None

    def launch(self) -> None:
        """Start the supervisor and wait for nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = mortal([sys.executable, "-m", "app.front.supervisor"])
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self, within: float = 20) -> int | None:
        """Stop as Ctrl-C does and return the exit code; whatever is left then is killed."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        if self.process is None:
            return None
        family = descendants(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process = None
            kill_leftovers(family)

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def health(self, patience: float = 5) -> dict[str, Any]:
        """Return what /healthz says, or {} when nobody answers within that many seconds."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=patience) as reply:  # noqa: S310 (our own loopback address)
                return dict(json.load(reply))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return {}
        except (OSError, ValueError):
            return {}

    def is_well(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"the supervisor ended with {self.process.returncode}:\n{self.log()}")
        return self.health().get("status") == "ok"

    def flask(self, *words: str) -> str:
        """Run a command of the application in this installation and return what it prints."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=True).stdout

    # Hurting it

    def leaders(self, part: str) -> list[int]:
        """Return the numbers of the leading processes of a part: web, worker, relay, beat."""
        assert self.process is not None
        ours = {pid: words for pid, (parent, words) in processes().items() if parent == self.process.pid}
        return sorted(pid for pid, words in ours.items() if PARTS[part] in words)

    def kill(self, part: str) -> None:
        """SIGKILL a part with all its children, as the kernel does when memory runs out."""
        for pid in self.leaders(part):
            os.killpg(pid, signal.SIGKILL)

    def kill_worker(self) -> None:
        self.kill("worker")

    def kill_a_slot(self) -> int:
        """SIGKILL one prefork child of a worker and return its number."""
        slots = [pid for leader in self.leaders("worker") for pid in descendants(leader)]
        os.kill(slots[-1], signal.SIGKILL)
        return slots[-1]

    def suspend(self, part: str) -> None:
        """Stop a part in its tracks: it lives, and hears nothing. Not in the middle of a write: SQLite would wait for it."""
        for _attempt in range(100):
            for pid in self.leaders(part):
                os.killpg(pid, signal.SIGSTOP)
            if not self._is_locked():
                return
            self.resume(part)
            time.sleep(0.05)
        raise AssertionError(f"{part} writes without end")

    def _is_locked(self) -> bool:
        if not self.database_url.startswith("sqlite"):
            return False
        line = sqlite3.connect(self.database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=1)
        try:
            line.execute("BEGIN IMMEDIATE")
            line.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            line.close()
        return False

    def resume(self, part: str) -> None:
        for pid in self.leaders(part):
            os.killpg(pid, signal.SIGCONT)

    def wipe_broker(self) -> None:
        """Make the broker forget every message."""
        if self.broker_url and self.broker_url.startswith("redis"):
            with redis.Redis.from_url(self.broker_url) as line:
                line.flushall()
            return
        for message in (self.var / "broker").glob("*"):
            shutil.rmtree(message, ignore_errors=True) if message.is_dir() else message.unlink(missing_ok=True)

    # Looking at it

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """Read from its database, past the application."""
        if self._engine is None:
            self._engine = create_engine(self.database_url, poolclass=NullPool)
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]

    def write(self, sql: str, **values: object) -> None:
        if self._engine is None:
            self._engine = create_engine(self.database_url, poolclass=NullPool)
        with self._engine.begin() as connection:
            connection.execute(text(sql), values)

    def jobs(self) -> dict[str, int]:
        """Return the number of jobs by state."""
        return {str(state): int(number) for state, number in self.rows("SELECT state, count(*) FROM job GROUP BY state")}

    def waiting(self) -> list[tuple[Any, ...]]:
        """Return the jobs that run or are due within five minutes (later ones wait for their day): kind, state, attempts, due, error."""
        soon = datetime.now(UTC) + timedelta(minutes=5)
        limit = soon.replace(tzinfo=None).isoformat(sep=" ") if self.database_url.startswith("sqlite") else soon
        return self.rows(
            "SELECT kind, state, attempts, due_at, last_error FROM job "
            "WHERE state = 'running' OR (state = 'pending' AND due_at <= :limit) ORDER BY due_at LIMIT 20",
            limit=limit,
        )

    def wait_idle(self, within: float = 60) -> None:
        """Wait until no job is waiting. Raises AssertionError that tells which ones still are."""
        end = time.monotonic() + within
        while waiting := self.waiting():
            if time.monotonic() > end:
                rows = "\n".join(map(str, waiting))
                raise AssertionError(f"not within {within:g} s; still waiting are\n{rows}\n{self.log()[-3000:]}")
            time.sleep(0.3)


def kill_leftovers(family: Mapping[int, str]) -> None:
    """Kill those of a family that are still there; a number given to another program meanwhile is left alone."""
    now = processes()
    for pid, words in family.items():
        if pid in now and now[pid][1] == words:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
