"""Starts and keeps all processes of an installation: `python -m app.front.supervisor [web] [worker] [beat] [relay]`.

Without words it is the whole house: it takes the place for itself, brings the database up to date, starts everything
and says when the first page can be opened. With words it only keeps those parts, as one machine of several does.
Every child leads a process group of its own, so that whatever it started goes with it.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

import config
from app.front.child import Child

PARTS = ("web", "worker", "relay", "beat")
LOOK_EVERY = 0.1
HOPELESS_AFTER = 4
DEAF_GRACE = 5.0
HEAD_START = 10.0
MOST_DOUBLINGS = 4


class CannotStart(Exception):
    """Why the installation does not start, in words for whoever typed the command."""


def say(text: str) -> None:
    print(text, flush=True)


# What there is to run


def children(parts: Sequence[str], environ: Mapping[str, str], listener: socket.socket | None) -> list[Child]:
    """Return the processes of these parts, in the order in which they start."""
    made: list[Child] = []
    if "beat" in parts:
        forget_schedule(config.place(environ))
    if "web" in parts and listener is not None:
        made.append(Child("web", web_command(environ, listener.fileno()), environ, (listener.fileno(),)))
    if "worker" in parts:
        count = int(environ.get("WORKERS", "1"))
        for number in range(1, count + 1):
            # One beat is enough: the first worker carries it in a whole house.
            beat = number == 1 and "beat" in parts
            name = "worker" if count == 1 else f"worker{number}"
            made.append(Child(name, worker_command(environ, name, beat=beat), environ))
    elif "beat" in parts:
        made.append(Child("beat", _celery("beat"), environ))
    if "relay" in parts:
        made.append(Child("relay", _python("flask", "--app", "worker:flask_app", "relay"), environ))
    return made


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def _celery(*words: str) -> list[str]:
    # Celery warns of root because of pickled messages, which we refuse; whose rights we run with is for docs/operate.md.
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    return [sys.executable, *quiet, "-m", "celery", "-q", "-A", "worker", *words, "-l", "WARNING"]


def web_command(environ: Mapping[str, str], listener: int) -> list[str]:
    words = ["--bind", f"fd://{listener}", "--worker-class", "app.door.Worker", "--no-control-socket", "--log-level", "warning"]
    words += ["--workers", environ.get("WEB_PROCESSES", "1"), "--threads", environ.get("WEB_THREADS", "8")]
    words += ["--timeout", "120", "--graceful-timeout", environ.get("STOP_SECONDS", "10")]
    if Path("/dev/shm").is_dir():  # noqa: S108 (gunicorn's own sign of life; on a slow disk it would look dead)
        words += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return _python("gunicorn", *words, "app:create_app()")


def worker_command(environ: Mapping[str, str], name: str, *, beat: bool) -> list[str]:
    words = ["-P", "prefork", "-c", environ.get("WORKER_SLOTS", "2"), "-n", f"{name}-{os.getpid()}@%h"]
    return _celery("worker", *words, *(["-B"] if beat else []))


# Keeping them


@dataclass
class Supervisor:
    """Starts children again when they fall, and the workers when they have gone deaf."""

    children: list[Child]
    patience: float
    grace: float
    deafness: Callable[[float], Callable[[], bool]]
    ready: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    is_deaf: threading.Event = field(default_factory=threading.Event)
    in_vain: int = 0

    def keep(self) -> None:
        """Keep all running until told to stop, then stop all. Raises CannotStart when one never comes up."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        try:
            self._begin()
            if any(child.name.startswith("worker") for child in self.children):
                threading.Thread(target=self._listen, daemon=True).start()
            while not self.stopping.wait(LOOK_EVERY):
                self._look()
        finally:
            self.stop()

    def _begin(self) -> None:
        """Start the first alone: people wait for the page, and the others would only take its processor."""
        first, *rest = self.children
        first.run()
        for child in rest:
            child.due = time.monotonic() + HEAD_START

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.due or (not child.started and self.ready.is_set()):
                    child.run()
            elif not child.alive():
                child.fell(now)
                if child.falls >= HOPELESS_AFTER and not self.ready.is_set():
                    raise CannotStart(f"Часть «{child.name}» не запускается. Причина в строках выше.")
                say(f"{child.name:8} | упал; запускаю снова")
        if self.is_deaf.is_set():
            self.is_deaf.clear()
            self._restart_workers(now)

    def _restart_workers(self, now: float) -> None:
        # Each restart that brought nothing doubles our patience: on a slow machine a worker may need longer to come up
        # than we wait, and would be killed again and again just before its first word.
        enough = self.patience * 2 ** min(self.in_vain, MOST_DOUBLINGS)
        silent = [child for child in self.children if child.name.startswith("worker") and child.process and now - child.started > enough]
        for child in silent:
            say(f"{child.name:8} | не отзывается, а работа ждёт; запускаю заново")
            child.ask_to_stop()
            child.wait_for_end(min(DEAF_GRACE, self.grace))
            child.run()
        if silent:
            self.in_vain += 1

    def _listen(self) -> None:
        # A thread of its own: a database that hangs must not keep us from hearing TERM.
        if self.stopping.wait(min(self.patience / 2, 20)):
            return
        deaf = self.deafness(self.patience)
        while not self.stopping.wait(min(self.patience / 4, 10)):
            if deaf():
                self.is_deaf.set()
            else:
                self.in_vain = 0

    def stop(self) -> None:
        """Stop all at once, and wait for all."""
        self.stopping.set()
        for child in self.children:
            child.ask_to_stop()
        end = time.monotonic() + self.grace
        for child in self.children:
            child.wait_for_end(end - time.monotonic())


def deafness(patience: float) -> Callable[[], bool]:
    """Return the question whether work is due that nobody takes, and nothing has been heard of a worker for `patience` s.

    A broker may hold a connection on which nothing arrives any more; only what comes through it proves that it works.
    """
    from app import background, clock, create_app  # here: the children start before all rooms are loaded
    from app.database import db

    application = create_app()

    def deaf() -> bool:
        with application.app_context():
            try:
                return background.is_deaf(clock.now(), patience)
            except Exception:  # a database in trouble says nothing about the worker
                return False
            finally:
                db.session.remove()

    return deaf


# The whole house


def listen(environ: Mapping[str, str]) -> socket.socket:
    """Take the port. It stays ours while the web process starts again, so that visitors wait and are not refused."""
    host, port = environ.get("HOST", "127.0.0.1"), int(environ.get("PORT", "8000"))
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise CannotStart(
            f"Порт {port} на {host} занят или недоступен ({fault.strerror}). Выберите другой: PORT={port + 1} ./laureat run"
        ) from fault
    listener.listen(512)
    return listener


def take_place(var: Path) -> IO[str]:
    """Take VAR for this installation alone. Raises CannotStart when another one runs there."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (var / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        lock.close()
        raise CannotStart(
            f"Лауреат уже работает с данными в {var}. Остановите его или задайте другое место: VAR=… ./laureat run"
        ) from fault
    return lock


def forget_schedule(var: Path) -> None:
    """Remove beat's memory: ticks are rows with a key for each period, and a torn file would keep beat from starting."""
    for file in var.glob("beat-schedule*"):
        file.unlink(missing_ok=True)


def flask(*words: str, environ: Mapping[str, str]) -> str:
    """Run one command of the application and return what it printed. Raises CannotStart."""
    done = subprocess.run(
        _python("flask", "--app", "app", *words), cwd=config.ROOT, env=dict(environ), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotStart(f"{done.stdout}{done.stderr}\nНе удалось: flask {' '.join(words)}")
    return done.stdout


def is_up_to_date(database_url: str) -> bool:
    """Look whether the database is as the newest migration leaves it, without loading the whole application for it."""
    wanted = ScriptDirectory(str(config.ROOT / "migrations")).get_heads()
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return sorted(MigrationContext.configure(connection).get_current_heads()) == sorted(wanted)
    except SQLAlchemyError:
        return False  # then the migration itself will say what is wrong
    finally:
        engine.dispose()


def announce(environ: Mapping[str, str], ready: threading.Event, news: str) -> None:
    """Wait for the first page and say where it is."""
    host, port = environ.get("HOST", "127.0.0.1"), int(environ.get("PORT", "8000"))
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    while not ready.is_set():
        line = http.client.HTTPConnection(near, port, timeout=5)
        try:
            line.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
            if line.getresponse().status < http.client.INTERNAL_SERVER_ERROR:
                ready.set()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            line.close()
        ready.wait(0.1)
    say(f"Лауреат готов: http://{host}:{port}{news}")
    say("Остановить: Ctrl-C")


def whole_house(environ: Mapping[str, str]) -> None:
    var = config.place(environ)
    with take_place(var), listen(environ) as listener:
        if not is_up_to_date(config.from_environ(environ)["SQLALCHEMY_DATABASE_URI"]):
            flask("db", "upgrade", environ=environ)
        news = ""
        if environ.get("LAUREAT_DEMO") == "1":
            say("Готовлю пример")
            flask("demo-fill", environ=environ)
            news = "\nВойти можно на странице /demo как:\n" + flask("demo-cast", environ=environ).rstrip()
        supervisor = _supervisor(children(PARTS, environ, listener), environ)
        threading.Thread(target=announce, args=(environ, supervisor.ready, news), daemon=True).start()
        supervisor.keep()
    say("Лауреат остановлен")


def some_parts(parts: Sequence[str], environ: Mapping[str, str]) -> None:
    listener = listen(environ) if "web" in parts else None
    supervisor = _supervisor(children(parts, environ, listener), environ)
    # Whoever runs parts has a supervisor above us; we never give up on our own.
    supervisor.ready.set()
    supervisor.keep()


def _supervisor(all_children: list[Child], environ: Mapping[str, str]) -> Supervisor:
    patience, grace = float(environ.get("WATCHDOG_SECONDS", "60")), float(environ.get("STOP_SECONDS", "10"))
    return Supervisor(all_children, patience, grace, deafness)


def main(parts: Sequence[str]) -> int:
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        say(f"Нет такой части: {' '.join(unknown)}. Есть: {' '.join(PARTS)}")
        return 2
    try:
        some_parts(parts, os.environ) if parts else whole_house(os.environ)
    except (CannotStart, config.UnsafeSettings) as fault:
        say(str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
