"""Faults of the processes and servers while people work: what they were told is true afterwards. F2 F3 F4 F6 F13 F23 F27."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from app import clock
from app.applications.models import Application, Attachment, Submission
from app.background import DONE, Job
from app.database import committing, db
from app.notifications import operations as notifications
from app.notifications.models import SENT, Notification
from app.people.models import Person
from tests import world as worlds
from tests.chaos.caller import Caller
from tests.inside import inside
from tests.processes import Installation
from tests.scale import scaled
from tests.servers import Servers, wait_until

pytestmark = pytest.mark.live
DRAFTS = max(4, scaled(60))
SLOTS = 2


@dataclass
class House:
    """An installation for all tests of this module, with the cast in it; every test leaves it well."""

    installation: Installation
    servers: Servers
    ids: dict[str, int]

    @classmethod
    def peopled(cls, installation: Installation, servers: Servers) -> House:
        with inside(installation):
            return cls(installation, servers, worlds.build(clock.now()).ids)


@dataclass
class Scene:
    """An installation with fresh drafts of Vera's, Vera herself, and the servers of the installation."""

    installation: Installation
    servers: Servers
    vera: Caller
    drafts: list[int]
    person: int


def _scene(house: House) -> Iterator[Scene]:
    wait_until(house.installation.is_well, within=60, what="the house is well", every=0.5)
    with inside(house.installation) as app:
        now, world = clock.now(), worlds.World(dict(house.ids))
        drafts = [world.enter(submit=False, title=f"Работа {number}", now=now) for number in range(DRAFTS)]
        yield Scene(house.installation, house.servers, Caller.of(app, world, "vera", house.installation.port), drafts, world.ids["vera"])


@pytest.fixture(scope="module")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Installation(tmp_path_factory.mktemp("small")) as installation:
        yield House.peopled(installation, Servers())


@pytest.fixture(scope="module")
def grown_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """PostgreSQL, Redis and a mail server of its own, to be hurt."""
    servers = Servers()
    try:
        urls = {"database_url": servers.postgres.database(), "broker_url": servers.redis.url, "smtp_url": servers.smtp.url}
        with Installation(tmp_path_factory.mktemp("grown"), **urls, environ={"WORKER_SLOTS": str(SLOTS)}) as installation:
            yield House.peopled(installation, servers)
    finally:
        servers.stop()


@pytest.fixture
def small(small_house: House) -> Iterator[Scene]:
    yield from _scene(small_house)


@pytest.fixture
def grown(grown_house: House) -> Iterator[Scene]:
    grown_house.servers.smtp.clear()
    yield from _scene(grown_house)


def queue_letters(scene: Scene, count: int) -> list[int]:
    """Write letters to Vera and their jobs; return their ids."""
    with committing():
        vera, now = db.session.get_one(Person, scene.person), clock.now()
        keys = [f"chaos:{now.timestamp()}:{number}" for number in range(count)]
        return [int(notifications.queue("entry_admitted", to=vera, values={}, key=key, now=now) or 0) for key in keys]


def jobs_of(letters: list[int]) -> list[tuple[str, int]]:
    """Return state and attempts of the jobs of letters."""
    db.session.rollback()
    wanted = select(Job.state, Job.attempts).where(Job.key.in_([f"letter:{letter}" for letter in letters]))
    return [(state, attempts) for state, attempts in db.session.execute(wanted)]


def _states(scene: Scene) -> dict[int, str]:
    db.session.rollback()
    rows = db.session.execute(select(Application.id, Application.state).where(Application.id.in_(scene.drafts)))
    return {application: state for application, state in rows}  # noqa: C416  (rows are not pairs to mypy)


def _told_is_true(scene: Scene, told: dict[int, int]) -> None:
    """Whoever was told «подана» has one submission and one letter; nobody has two; nothing hangs."""
    states = _states(scene)
    assert {one for one, status in told.items() if status == 302} <= {one for one, state in states.items() if state == "submitted"}
    counted = select(Submission.application_id, func.count()).where(Submission.application_id.in_(scene.drafts))
    counted = counted.group_by(Submission.application_id)
    assert dict(db.session.execute(counted).all()) == {one: 1 for one, state in states.items() if state == "submitted"}  # type: ignore[arg-type]
    scene.installation.wait_idle(within=120)
    db.session.rollback()
    about = [f"application:{draft}" for draft in scene.drafts]
    received = select(Notification).where(Notification.name == "entry_received", Notification.about.in_(about))
    letters = db.session.scalars(received).all()
    submitted = [state for state in states.values() if state == "submitted"]
    assert [letter.state for letter in letters] == [SENT] * len(submitted)


@pytest.mark.stores
def test_f3_while_redis_is_down_every_submit_succeeds_at_once(grown):
    token = grown.vera.token(f"/applications/{grown.drafts[0]}/form/check")
    grown.servers.redis.stop()

    begun = time.monotonic()
    told = {draft: grown.vera.submit(draft, token) for draft in grown.drafts}
    each = (time.monotonic() - begun) / len(told)

    grown.servers.redis.start()
    assert set(told.values()) == {302}
    assert each < 3, "a web request waited for Redis"
    _told_is_true(grown, told)


@pytest.mark.stores
def test_f4_redis_dies_while_all_slots_are_busy_for_long_and_work_goes_on(grown):
    """Every slot is in the middle of a letter that takes seconds: the worker hears nothing of the broker meanwhile."""
    peer, redis = grown.servers.smtp, grown.servers.redis
    held, later = max(2 * SLOTS, scaled(20)), 6
    peer.slow = 5.0
    letters = queue_letters(grown, held)
    wait_until(lambda: peer.thinking == SLOTS, within=60, what="every slot holds a letter")
    redis.kill()
    time.sleep(1)
    redis.start()
    grown.installation.wait_idle(within=90 + 5 * held)
    assert len(peer.letters) == held

    # A slot goes on to the next job by itself; only work that comes when all slots rest needs the broker.
    peer.slow = 0.0
    letters += queue_letters(grown, later)
    wait_until(lambda: len(peer.letters) == held + later, within=90, what="letters go that were queued after Redis came back")
    grown.installation.wait_idle(within=60)
    assert len({letter["Message-ID"] for letter in peer.letters}) == len(peer.letters) == held + later
    assert jobs_of(letters) == [(DONE, 1)] * (held + later)


@pytest.mark.stores
def test_f2_a_prefork_child_dies_at_work_and_its_job_is_done_within_seconds(grown):
    """The lease would hold the job for two minutes; it names its process, so the relay sees that nobody holds it."""
    peer = grown.servers.smtp
    peer.slow = 600.0
    letters = queue_letters(grown, 1)
    wait_until(lambda: peer.thinking == 1, within=60, what="a child holds the letter")
    db.session.rollback()
    holder = str(db.session.scalar(select(Job.lease_owner).where(Job.key == f"letter:{letters[0]}")))
    peer.slow = 0.0
    begun = time.monotonic()
    os.kill(int(holder.split(".")[1]), signal.SIGKILL)

    grown.installation.wait_idle(within=60)
    assert time.monotonic() - begun < 60, "only the end of the lease brought the job back"
    assert jobs_of(letters) == [(DONE, 2)]
    assert len(peer.letters) == 1


@pytest.mark.stores
def test_f6_database_restarts_under_load_and_no_half_change_is_left(grown):
    token = grown.vera.token(f"/applications/{grown.drafts[0]}/form/check")
    told: dict[int, int] = {}

    def work() -> None:
        for draft in grown.drafts:
            told[draft] = grown.vera.submit(draft, token)
            time.sleep(0.2)

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.5)
    db.session.remove()
    db.engine.dispose()  # our own look at the database is not what is tested
    grown.servers.postgres.stop()
    time.sleep(1)
    grown.servers.postgres.start()
    worker.join(120)

    assert set(told.values()) <= {302, 503, 0}, grown.installation.log()[-6000:]
    wait_until(grown.installation.is_well, within=60, what="everything is well again", every=0.5)
    again = {draft: grown.vera.submit(draft, token) for draft, status in told.items() if status != 302}
    _told_is_true(grown, {**told, **again})
    assert set(_states(grown).values()) == {"submitted"}


def test_f13_upload_cut_at_90_per_cent_leaves_no_trace(small):
    draft = small.drafts[0]
    before = db.session.scalar(select(func.count(Attachment.id)))
    token = small.vera.token(f"/applications/{draft}/form/files")
    boundary = "cut"
    fields = {"csrf_token": token, "section": "files", "action": "attach"}
    head = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="q_file"; filename="work.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    size = 5_000_000
    with socket.create_connection(("127.0.0.1", small.installation.port)) as line:
        request = f"POST /applications/{draft}/form/files HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {small.vera.cookie}\r\n"
        request += f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {len(head) + size}\r\n\r\n"
        line.sendall(request.encode() + head.encode() + b"%PDF-1.4\n" + b"x" * int(size * 0.9))
    time.sleep(1)

    db.session.rollback()
    assert db.session.scalar(select(func.count(Attachment.id))) == before
    assert db.session.get_one(Application, draft).title == "Работа 0"
    assert list((small.installation.var / "files" / "coming").glob("*")) == []


def test_f23_web_process_dies_in_the_middle_and_what_was_told_is_true(small):
    token = small.vera.token(f"/applications/{small.drafts[0]}/form/check")
    told: dict[int, int] = {}

    def work() -> None:
        for draft in small.drafts:
            told[draft] = small.vera.submit(draft, token)

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.2)
    small.installation.kill("web")
    worker.join(120)
    wait_until(small.installation.is_well, within=60, what="the web process is back", every=0.5)

    _told_is_true(small, told)


def test_f23_a_web_process_told_to_stop_ends_what_it_began(small):
    """A rolling restart: the request that waits for the database when TERM comes is answered all the same."""
    token = small.vera.token(f"/applications/{small.drafts[0]}/form/check")
    db.session.rollback()
    told: dict[int, int] = {}
    blocker = sqlite3.connect(small.installation.var / "laureat.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    asking = threading.Thread(target=lambda: told.update({small.drafts[0]: small.vera.submit(small.drafts[0], token)}))
    asking.start()
    time.sleep(1)
    before = small.installation.leaders("web")
    for web in before:
        os.kill(web, signal.SIGTERM)
    time.sleep(1)
    blocker.execute("ROLLBACK")
    blocker.close()
    asking.join(60)

    assert told == {small.drafts[0]: 302}
    wait_until(lambda: small.installation.leaders("web") not in ([], before), within=60, what="a new web process")
    wait_until(small.installation.is_well, within=60, what="everything is well again", every=0.5)
    _told_is_true(small, told)


def test_f27_a_blocked_writer_waits_and_is_not_refused(small):
    token = small.vera.token(f"/applications/{small.drafts[0]}/form/check")
    db.session.rollback()
    seconds = max(3, scaled(20))
    blocker = sqlite3.connect(small.installation.var / "laureat.db", isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN IMMEDIATE")
    threading.Timer(seconds, lambda: blocker.execute("ROLLBACK")).start()

    begun = time.monotonic()
    status = small.vera.submit(small.drafts[0], token)

    assert status == 302
    assert time.monotonic() - begun >= seconds - 1
    blocker.close()
    _told_is_true(small, {small.drafts[0]: status})
