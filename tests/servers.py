"""Real servers for tests: PostgreSQL, Redis, an SMTP peer. Each on a free port, in a folder of its own, gone at the end.

`pytest_plugins = ["tests.servers"]` in conftest.py gives the session fixtures `postgres`, `redis_server`, `smtp_peer`.
A server that cannot be had is an error, never a skip.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
import pytest
from aiosmtpd.controller import Controller

BINARIES = "/usr/lib/postgresql"

Server = TypeVar("Server", "Postgres", "RedisServer", "SmtpPeer")


class NoServer(RuntimeError):
    """A server that the tests need did not start; the message says what to do."""


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], *, within: float, what: str, every: float = 0.05) -> None:
    """Wait for something to come true. Raises AssertionError, naming it, when it does not in time."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(every)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def mortal(command: list[str]) -> list[str]:
    """Return the command so that it ends with us, even if we are killed outright."""
    return ["setpriv", "--pdeathsig", "KILL", *command] if shutil.which("setpriv") else command


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, within: float = 5) -> None:
    """Stop one process: asked first, killed when it does not listen."""
    if process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def own_folder(name: str, owner: str | None = None) -> Iterator[Path]:
    # Not under pytest's own folder: that one is closed to the other user PostgreSQL must run as.
    folder = Path(tempfile.mkdtemp(prefix=f"laureat-{name}-"))
    if owner:
        shutil.chown(folder, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """A PostgreSQL cluster without durability. `database()` gives an empty database and its URL for SQLAlchemy."""

    def __init__(self, folder: Path, owner: str | None) -> None:
        self.folder, self.owner, self.port = folder, owner, free_port()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._as_owner: dict[str, Any] = {}
        if owner:
            entry = pwd.getpwnam(owner)
            self._as_owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self._run("initdb", "-D", str(folder / "data"), "-U", "laureat", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    @staticmethod
    def binaries() -> Path:
        """Return the folder of the newest installed PostgreSQL. Raises NoServer."""
        found = sorted(Path(BINARIES).glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
        on_path = shutil.which("initdb")
        if not found and not on_path:
            raise NoServer("PostgreSQL is not installed: apt-get install postgresql")
        return found[-1].parent if found else Path(str(on_path)).parent

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.binaries() / program), *words]
        done = subprocess.run(command, capture_output=True, cwd=self.folder, check=False, **self._as_owner)
        if done.returncode:
            raise NoServer(f"{program}: {done.stderr.decode(errors='replace')}")

    def start(self) -> None:
        settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
        settings |= {"unix_socket_directories": str(self.folder), "listen_addresses": "127.0.0.1", "port": str(self.port)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = mortal([str(self.binaries() / "postgres"), "-D", str(self.folder / "data"), *words])
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self._as_owner
            )
        wait_until(self._ready, within=15, what="PostgreSQL answers")

    def _ready(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self._address("postgres")).close()
            return True
        return False

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGINT)  # «fast shutdown»: does not wait for its clients
            self._process = None

    def kill(self) -> None:
        """Crash the server as a power cut would."""
        if self._process is not None:
            end(self._process, signal.SIGQUIT)
            self._process = None

    def database(self, like: str = "") -> str:
        """Create a database, empty or a copy of another one that nobody is connected to; return its URL."""
        name = f"laureat_{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {like.rsplit('/', 1)[1]}" if like else ""))
        return f"postgresql+psycopg://laureat@127.0.0.1:{self.port}/{name}"

    def forget(self, url: str) -> None:
        """Drop a database made by `database`, whoever is still connected to it."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return f"postgresql://laureat@127.0.0.1:{self.port}/{name}?connect_timeout=5"


class RedisServer:
    """A Redis server that keeps nothing on disk: started again, it is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            raise NoServer("Redis is not installed: apt-get install redis-server")
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                mortal([binary, *words]), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: self._say(b"PING") == b"+PONG", within=5, what="Redis answers")

    def flush(self) -> None:
        """Forget everything, as an emptied broker does."""
        assert self._say(b"FLUSHALL") == b"+OK"

    def stop(self) -> None:
        if self._process is not None:
            end(self._process)
            self._process = None

    def kill(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGKILL)
            self._process = None

    def _say(self, command: bytes) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(command + b"\r\n")
                return line.recv(100).strip()
        except OSError:
            return b""


class SmtpPeer:
    """A real SMTP server that answers as it is told.

    `letters` are the letters it took, oldest first. `answer("451 later", …)` gives the answers to the next letters;
    `refuse[address] = "550 no such box"` answers that recipient so for ever; `drop_after_storing(n)` takes n letters
    and hangs up before saying so. While `slow` is set, it thinks for that many seconds about every letter; `thinking` counts those.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuse: dict[str, str] = {}
        self.slow = 0.0
        self.thinking = 0
        self._answers: list[str] = []
        self._drops = 0
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def answer(self, *lines: str) -> None:
        self._answers.extend(lines)

    def drop_after_storing(self, times: int = 1) -> None:
        self._drops += times

    def clear(self) -> None:
        """Forget letters and orders: the next test finds a peer that takes everything."""
        for memory in (self.letters, self.recipients, self.refuse, self._answers):
            cast(Any, memory).clear()
        self._drops = 0
        self.slow = 0.0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802 (aiosmtpd calls it so)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 (aiosmtpd calls it so)
        if self._answers:
            told = self._answers.pop(0)
            if not told.startswith("2"):
                return told
        await self._think()
        self.letters.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default)))
        self.recipients.append(list(envelope.rcpt_tos))
        if self._drops:
            self._drops -= 1
            server.transport.abort()
        return "250 OK"

    async def _think(self) -> None:
        self.thinking += 1
        try:
            await asyncio.sleep(self.slow)  # a sender that dies meanwhile ends this too: its letter was never taken
        finally:
            self.thinking -= 1


class Servers:
    """Starts each server when it is first asked for, and ends them in turn."""

    def __init__(self) -> None:
        self._ends = ExitStack()

    @cached_property
    def postgres(self) -> Postgres:
        owner = _other_user() if os.geteuid() == 0 else None
        return self._started(Postgres(self._ends.enter_context(own_folder("postgres", owner)), owner))

    @cached_property
    def redis(self) -> RedisServer:
        return self._started(RedisServer(self._ends.enter_context(own_folder("redis"))))

    @cached_property
    def smtp(self) -> SmtpPeer:
        return self._started(SmtpPeer())

    def _started(self, server: Server) -> Server:
        self._ends.callback(server.stop)
        server.start()
        return server

    def stop(self) -> None:
        self._ends.close()


def _other_user() -> str:
    """PostgreSQL refuses to run as root: return who it shall run as."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoServer("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    all_of_them = Servers()
    try:
        yield all_of_them
    finally:
        all_of_them.stop()


@pytest.fixture(scope="session")
def postgres(servers: Servers) -> Postgres:
    return servers.postgres


@pytest.fixture(scope="session")
def redis_server(servers: Servers) -> RedisServer:
    return servers.redis


@pytest.fixture
def smtp_peer(servers: Servers) -> Iterator[SmtpPeer]:
    """The SMTP peer of the session, without the letters and orders of earlier tests."""
    peer = servers.smtp
    peer.clear()
    yield peer
    if peer._controller is None:
        peer.start()
