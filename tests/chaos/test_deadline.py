"""Two hundred people press the button around the second in which the term ends, at several processes at once. F10."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.applications.models import Application, Move
from app.database import committing, db
from app.events import operations as events
from app.judging import operations as judging
from app.judging.models import Assignment, Review
from app.notifications.models import Notification
from tests import world as worlds
from tests.chaos.caller import Caller
from tests.inside import inside
from tests.judging.cast import assigned
from tests.processes import Installation
from tests.scale import FULL, scaled
from tests.servers import Servers

pytestmark = pytest.mark.live
COUNT = max(12, scaled(200))
WEBS = 3 if FULL else 2
AROUND = timedelta(seconds=2)
WAY = timedelta(seconds=1)  # from the button to the process that reads it, when all press at once


@dataclass
class Scene:
    """Several web processes, drafts of Vera's that wait for the button, sheets of Lev's on works of hers."""

    installation: Installation
    world: worlds.World
    vera: Caller
    lev: Caller
    drafts: list[int]
    sheets: list[int]

    def ends(self, key: str, seconds: float) -> datetime:
        """Move a date of the contest to so many seconds from now."""
        ends = clock.now() + timedelta(seconds=seconds)
        with committing():
            events._set(self.world.contest, key, ends, by=self.world.nina, now=clock.now(), ground="")
        return ends


@pytest.fixture(scope="module", params=["small", pytest.param("grown", marks=pytest.mark.stores)])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Scene]:
    """On SQLite, or on PostgreSQL with Redis."""
    urls = {}
    if request.param == "grown":
        urls = {"database_url": servers.postgres.database(), "broker_url": servers.redis.url}
    environ = {"RATELIMIT_URL": servers.redis.url}
    with Installation(tmp_path_factory.mktemp("deadline"), webs=WEBS, environ=environ, **urls) as running, inside(running) as app:
        world = worlds.build(clock.now())
        works = [world.enter(title=f"Работа {number}", now=clock.now()) for number in range(COUNT)]
        for work in works:
            world.step(work, "admit", now=clock.now())
        with committing():
            judging.appoint_juror(world.contest, world.lev, chair=True, by=world.nina, now=clock.now())
        assigned(world, now=clock.now())
        sheets = list(db.session.scalars(select(Assignment.id).order_by(Assignment.id)))
        drafts = [world.enter(submit=False, title=f"Черновик {number}", now=clock.now()) for number in range(COUNT)]
        vera, lev = (Caller.of(app, world, who, running.port) for who in ("vera", "lev"))
        yield Scene(running, world, vera, lev, drafts, sheets)


@dataclass
class Press:
    """One press of a button: what for, when it is due, and between which moments its answer came."""

    subject: int
    due: datetime
    sent: datetime | None = None

    def go(self, caller: Caller, path: str, fields: dict[str, str]) -> int:
        time.sleep(max(0.0, (self.due - clock.now()).total_seconds()))
        self.sent = clock.now()
        return caller.ask("POST", path.format(self.subject), **fields)[0]


def presses(subjects: list[int], ends: datetime) -> list[Press]:
    """Spread evenly over the seconds around the end."""
    step = 2 * AROUND / len(subjects)
    return [Press(one, ends - AROUND + number * step) for number, one in enumerate(subjects)]


def press_all(all_of_them: list[Press], caller: Caller, path: str, fields: dict[str, str]) -> list[int]:
    with ThreadPoolExecutor(len(all_of_them)) as pool:
        return list(pool.map(lambda one: one.go(Caller(caller.port, caller.cookie), path, fields), all_of_them))


def keeps_the_rule(pressed: list[Press], taken: dict[int, datetime], ends: datetime) -> None:
    """Taken is what began in time, all of it, and nothing else; each process has decided so."""
    assert all(moment < ends for moment in taken.values())
    in_time = {one.subject for one in pressed if one.sent is not None and one.sent < ends - WAY}
    late = {one.subject for one in pressed if one.sent is not None and one.sent >= ends}
    assert in_time, "the machine was too slow to press in time"
    assert late, "nobody was late"
    assert in_time - taken.keys() == set()
    assert late & taken.keys() == set()


def test_f10_submits_around_the_second_of_the_deadline(scene):
    token = scene.vera.token(f"/applications/{scene.drafts[0]}/form/check")
    ends = scene.ends("intake_closes", 4)

    pressed = presses(scene.drafts, ends)
    answers = press_all(pressed, scene.vera, "/applications/{}/steps/submit", {"csrf_token": token})

    assert set(answers) == {302}
    submits = select(Move.application_id, Move.at).where(Move.step == "submit", Move.application_id.in_(scene.drafts))
    taken = {work: at for work, at in db.session.execute(submits)}  # noqa: C416  (rows are not pairs to mypy)
    keeps_the_rule(pressed, taken, ends)
    wanted = select(Application.id, Application.state, Application.number, Application.received_at)
    rows = db.session.execute(wanted.where(Application.id.in_(scene.drafts))).all()
    assert {row.id for row in rows if row.state == "submitted"} == taken.keys()
    assert sorted(row.number for row in rows if row.number) == list(range(COUNT + 1, COUNT + len(taken) + 1))
    assert {row.id: row.received_at for row in rows if row.received_at} == taken
    scene.installation.wait_idle(within=120)
    db.session.rollback()
    abouts = [f"application:{draft}" for draft in scene.drafts]
    told = select(Notification.about).where(Notification.name == "entry_received", Notification.about.in_(abouts))
    assert sorted(db.session.scalars(told)) == sorted(f"application:{work}" for work in taken)


def test_f10_sheets_around_the_second_in_which_judging_ends(scene):
    marks = {f"m_{one.key}": "3" for one in scene.world.contest.rules.marking_stage.criteria}
    token = scene.lev.token(f"/assignments/{scene.sheets[0]}")
    ends = scene.ends("judging_closes", 4)

    pressed = presses(scene.sheets, ends)
    fields = {**marks, "csrf_token": token, "action": "done", "seen": "0"}
    answers = press_all(pressed, scene.lev, "/assignments/{}/review", fields)

    taken = {sheet: at for sheet, at in db.session.execute(select(Review.assignment_id, Review.final_at))}  # noqa: C416  (as above)
    keeps_the_rule(pressed, taken, ends)
    assert sorted(set(answers)) == [302, 409]
    assert answers.count(302) == len(taken)
