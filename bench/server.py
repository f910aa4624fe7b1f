"""A real server on a database of its own, and somebody at a browser who asks it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.served import HEADER
from bench.worked import WORKED
from tests.servers import free_port, mortal

ROOT = Path(__file__).resolve().parent.parent
READABLE = "/?&=+%"


@dataclass(frozen=True)
class Answer:
    status: int
    took: float  # milliseconds, as the browser waits
    worked: float  # milliseconds of the server's processor
    body: bytes
    statements: int
    location: str


@dataclass
class Browser:
    """Asks one server as one person; each request has a connection of its own, as the bare page's has."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(values))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"http://127.0.0.1:{self.port}/",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.perf_counter()
        connection.request(method, quote(path, safe=READABLE), body, headers)
        answer = connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - begun) * 1000
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        connection.close()
        told = {name: answer.headers.get(name, "0") for name in (HEADER, WORKED)}
        return Answer(answer.status, took, float(told[WORKED]), content, int(told[HEADER]), answer.headers.get("Location", ""))


@contextmanager
def serving(application: str, environ: Mapping[str, str]) -> Iterator[int]:
    """Serve an application with one gunicorn process; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", "4"]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "error", application]
    settings = {**environ, "PORT": str(port)}
    process = subprocess.Popen(mortal(command), cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(Browser(port))
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(browser: Browser) -> None:
    for _attempt in range(300):
        try:
            browser.get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")
