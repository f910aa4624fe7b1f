"""`./laureat bench`: pages of an event of 100 and of 20,000 applications, beside a bare Flask page of 50 rows in the same run.

Prints ratios; absolute milliseconds are for scale only, for machines differ and change from hour to hour.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import event as sqlalchemy_event

from bench import ceiling, jobs

ROOT = Path(__file__).resolve().parent.parent
PAGES: tuple[tuple[str, str, str], ...] = (
    ("home of a librarian", "vera", "/"),
    ("list of events", "", "/events"),
    ("announcement", "", "/events/{event}"),
    ("application", "vera", "/applications/{application}"),
    ("own applications", "vera", "/applications"),
    ("methodist's event", "nina", "/events/{event}/desk"),
    ("list of applications", "nina", "/events/{event}/applications"),
    ("search by title", "nina", "/events/{event}/applications?search=Работа+77"),
    ("filter by state", "nina", "/events/{event}/applications?state=submitted"),
    ("people", "nina", "/people"),
    ("register of papers", "nina", "/certificates"),
    ("papers of the event", "nina", "/events/{event}/certificates"),
    ("juror's desk", "lev", "/desk"),
    ("juror's work", "lev", "/assignments/{assignment}"),
)


class Server:
    """gunicorn on a database of its own."""

    def __init__(self, folder: Path, application: str, port: int) -> None:
        environ = {**os.environ, "VAR": str(folder), "PORT": str(port)}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-k",
            "gthread",
            "-w",
            "1",
            "--threads",
            "4",
            "-b",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            application,
        ]
        self.port = port
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        for _attempt in range(200):
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("the server did not start")

    def get(self, path: str, cookie: str = "") -> tuple[int, float, int]:
        """Return status, seconds and size of one answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - begun
        connection.close()
        return answer.status, took, len(body)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def prepare(folder: Path, size: int) -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
    """Fill a database and return the ids, a cookie for each of the cast, and the SQL statements of each page."""
    os.environ["VAR"] = str(folder)
    from flask_migrate import upgrade

    from app import create_app
    from app.database import db
    from app.people import operations as people
    from bench import seed

    app = create_app({"WTF_CSRF_ENABLED": False})
    with app.app_context():
        upgrade()
        ids = seed.fill(size)
        cookies, counts = {}, {}
        counting = [0]
        sqlalchemy_event.listen(db.engine, "before_cursor_execute", lambda *_: counting.__setitem__(0, counting[0] + 1))
        for name in seed.CAST:
            client = app.test_client()
            user = people.find_user(f"{name}@example.org")
            with client.session_transaction() as session:
                people.fill_session(session, user, user.persons[0])
            cookies[name] = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
        db.session.remove()
        for title, who, path in PAGES:
            client = app.test_client()
            headers = {"Cookie": cookies[who]} if who else {}
            client.get(path.format(**ids), headers=headers)
            counting[0] = 0
            client.get(path.format(**ids), headers=headers)
            # BEGIN is written by us through the driver and counted like any other statement.
            counts[title] = counting[0]
        db.engine.dispose()
    return ids, cookies, counts


def measure(server: Server, path: str, cookie: str, seconds: float) -> tuple[float, int]:
    """Return the median in milliseconds and the size of the page. Raises SystemExit for a page that is not one."""
    server.get(path, cookie)
    took, until, size = [], time.perf_counter() + seconds, 0
    while time.perf_counter() < until or len(took) < 10:
        status, seconds_taken, size = server.get(path, cookie)
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        took.append(seconds_taken)
    return statistics.median(took) * 1000, size


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--small", type=int, default=100)
    arguments.add_argument("--large", type=int, default=20_000)
    arguments.add_argument("--seconds", type=float, default=2.0, help="for each page and size")
    given = arguments.parse_args()
    from tests.servers import free_port

    with tempfile.TemporaryDirectory() as place:
        small, large, bare = Path(place) / "small", Path(place) / "large", Path(place) / "bare"
        for folder in (small, large, bare):
            folder.mkdir()
        print(f"filling {given.small} and {given.large} applications …", flush=True)
        prepared = {"small": prepare(small, given.small), "large": prepare(large, given.large)}
        ceiling.fill(bare)
        with (
            running(Server(small, "app:create_app()", free_port())) as small_server,
            running(Server(large, "app:create_app()", free_port())) as large_server,
            running(Server(bare, "bench.ceiling:create_app()", free_port())) as bare_server,
        ):
            floor, _size = measure(bare_server, "/rows", "", given.seconds)
            print(f"\nbare Flask page of 50 rows: {floor:.1f} ms (p50)\n")
            print(f"{'page':24} {'SQL':>9} {given.small:>7} {given.large:>8} ms {'ratio':>6} {'× bare':>7} {'kB':>6}")
            for title, who, path in PAGES:
                rows = {}
                for name, server in (("small", small_server), ("large", large_server)):
                    ids, cookies, counts = prepared[name]
                    rows[name] = (*measure(server, path.format(**ids), cookies.get(who, ""), given.seconds), counts[title])
                (fast, _, few), (slow, size, many) = rows["small"], rows["large"]
                print(
                    f"{title:24} {few:>4}/{many:<4} {fast:>7.1f} {slow:>8.1f}    {slow / fast:>6.2f} {slow / floor:>7.1f} {size / 1000:>6.0f}",
                    flush=True,
                )
        jobs.main(Path(place) / "jobs")


if __name__ == "__main__":
    main()
