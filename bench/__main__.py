"""`./laureat bench`: pages and saves of events of 100 and of 20,000 applications, beside a bare Flask page of 50 rows in the same minutes.

Prints ratios; absolute milliseconds are for scale only, for machines differ and change from hour to hour.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from bench import ceiling, jobs, results
from bench.pages import PAGES, SAVES, Page, Save
from bench.server import Answer, Browser, serving
from tests.attacks.forms import forms_of
from tests.processes import bare_environ
from tests.servers import Servers

LEAST, SAVED = 12, 30  # answers of a page however slow; saves of each kind
HEAD = f"{'':32}{'SQL':>9}{'p50 ms':>16}{'ratio':>8}{'× bare':>8}{'work ms':>16}{'ratio':>8}{'× bare':>8}{'kB':>6}"


@dataclass
class House:
    """One filled and served installation, with a browser for each of the cast."""

    ids: dict[str, list[int]]
    browsers: dict[str, Browser]

    def path(self, pattern: str, number: int = 0) -> str:
        return pattern.format(**{name: ids[number % len(ids)] for name, ids in self.ids.items()})


def filled(environ: Mapping[str, str], size: int) -> tuple[dict[str, list[int]], dict[str, dict[str, str]]]:
    """Fill the database of these settings; return the ids, and the cookies of each of the cast."""
    from flask_migrate import upgrade

    import config
    from app import clock, create_app
    from app.database import committing, db
    from app.people import operations as people
    from app.people import sessions
    from bench import seed

    app = create_app({**config.from_environ(environ), "WTF_CSRF_ENABLED": False})
    with app.app_context():
        upgrade()
        ids, cookies = seed.fill(size), {"": {}}
        for name in seed.CAST:
            client, user = app.test_client(), people.find_user(f"{name}@example.org")
            with client.session_transaction() as session, committing():
                sessions.fill(session, user, user.persons[0], now=clock.now())
            cookies[name] = {one.key: one.value for one in client._cookies.values()}
        db.session.remove()
        _settle(db.engine)
        db.engine.dispose()
    return ids, cookies


def _settle(engine: Engine) -> None:
    """Let PostgreSQL count its rows now, as it does of itself within a minute or two: else the first pages would be planned blindly."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def house(stack: ExitStack, environ: Mapping[str, str], size: int) -> House:
    """Fill an installation and serve it until the stack ends."""
    ids, cookies = filled(environ, size)
    port = stack.enter_context(serving("bench.served:create_app()", environ))
    return House(ids, {name: Browser(port, dict(known)) for name, known in cookies.items()})


def visits(small: House, large: House, bare: Browser, page: Page, seconds: float) -> list[list[Answer]]:
    """Open one page in turn in the small house, in the large one and beside them, for some seconds."""
    asked = [(one.browsers[page.who], one.path(page.path)) for one in (small, large)] + [(bare, "/rows")]
    for browser, path in asked:
        browser.get(path)  # the first of a process: templates, regulations
    found: list[list[Answer]] = [[], [], []]
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(found[0]) < LEAST:
        for (browser, path), answers in zip(asked, found, strict=True):
            answers.append(_good(browser.get(path), path, (200,)))
    return found


def saves(small: House, large: House, bare: Browser, save: Save) -> list[list[Answer]]:
    """Send one form again and again in both houses, each time as it stands on its page."""
    found: list[list[Answer]] = [[], [], []]
    for number in range(SAVED):
        for place, answers in ((small, found[0]), (large, found[1])):
            answers.append(_sent(place, save, number))
        found[2].append(bare.get("/rows"))
    return found


def _sent(place: House, save: Save, number: int) -> Answer:
    page, browser = place.path(save.page, number), place.browsers[save.who]
    shown = _good(browser.get(page), page, (200,)).body.decode()
    form = next(one for one in forms_of(shown, page) if one.action.endswith(save.action))
    to = place.path(save.to, number) if save.to else form.action
    return _good(browser.post(to, {**form.values, **save.more}), f"{save.title}: {to}", (200, 302))


def _good(answer: Answer, path: str, statuses: Sequence[int]) -> Answer:
    if answer.status not in statuses or "/sign-in" in answer.location:
        raise SystemExit(f"{path} answered {answer.status} {answer.location}")
    return answer


def line(title: str, found: list[list[Answer]]) -> str:
    """Return what is known of a page: statements, medians and ratios."""
    waited = _compared(*([one.took for one in answers] for answers in found))
    worked = _compared(*([one.worked for one in answers] for answers in found))
    few, many = (max(one.statements for one in answers) for answers in found[:2])
    size = max(len(one.body) for one in found[1]) / 1000
    return f"{title:32}{few:>5}/{many:<3}{waited}{worked}{size:>6.0f}"


def _compared(small: list[float], large: list[float], bare: list[float]) -> str:
    fast, slow, floor = statistics.median(small), statistics.median(large), statistics.median(bare)
    return f"{fast:>8.1f}{slow:>8.1f}{slow / fast:>8.2f}{slow / floor:>8.1f}"


def environs(stack: ExitStack, place: Path, store: str) -> Iterator[dict[str, str]]:
    """Yield the settings of one installation after another: SQLite, or a database of its own in one PostgreSQL."""
    servers = Servers()
    stack.callback(servers.stop)
    for name in ("small", "large"):
        folder = place / name
        folder.mkdir()
        grown = {"DATABASE_URL": servers.postgres.database(), "BROKER_URL": servers.redis.url} if store == "grown" else {}
        yield {**bare_environ(), "VAR": str(folder), **grown}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="./laureat bench", description=__doc__)
    arguments.add_argument("--small", type=int, default=100)
    arguments.add_argument("--large", type=int, default=20_000)
    arguments.add_argument("--seconds", type=float, default=1.5, help="for each page")
    arguments.add_argument("--store", choices=("default", "grown"), default="default", help="SQLite, or PostgreSQL and Redis")
    arguments.add_argument("--only", default="", help="pages and saves whose names hold this word; no jobs")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        print(f"filling {given.small} and {given.large} applications …", flush=True)
        sizes = (given.small, given.large)
        small, large = (house(stack, one, size) for one, size in zip(environs(stack, Path(place), given.store), sizes, strict=True))
        ceiling.fill(Path(place))
        bare = Browser(stack.enter_context(serving("bench.ceiling:create_app()", {**bare_environ(), "VAR": place})))
        print(f"\n{HEAD}   ({given.small} / {given.large} applications)", flush=True)
        for page in (one for one in PAGES if given.only in one.title):
            print(line(page.title, visits(small, large, bare, page, given.seconds)), flush=True)
        print(flush=True)
        for save in (one for one in SAVES if given.only in one.title):
            print(line(save.title, saves(small, large, bare, save)), flush=True)
    if not given.only:
        jobs.main()
        results.main()


if __name__ == "__main__":
    main()
