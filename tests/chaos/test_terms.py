"""The term decides by the moment at which the sending of a form began, whatever form it is and whatever takes long. F10."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy import select

from app import clock, web
from app.applications.models import Application, Attachment
from app.closing.models import Appeal
from app.database import committing, db
from app.door import Worker
from app.events import operations as events
from app.judging.models import Assignment, Review
from tests.judging.cast import admitted, assigned, jury, sheets_of
from tests.world import DAY, NOON

INSTANT = timedelta(microseconds=1)
CLOSES = NOON + 10 * DAY


@dataclass
class Act:
    """One form: who sends it where, until when it is taken, and whether it was taken."""

    sender: FlaskClient
    path: str
    fields: dict[str, str]
    ends: datetime
    taken: Callable[[], bool]
    file: str = ""


class Slow(io.BytesIO):
    """A form on its way: when the last of it has come, the clock shows another time."""

    def __init__(self, body: bytes, ends: datetime) -> None:
        super().__init__(body)
        self._ends = ends

    def readinto(self, buffer: bytearray) -> int:
        got = super().readinto(buffer)
        if self.tell() == len(self.getvalue()):
            clock.stop_at(self._ends)
        return got


def send(act: Act, begins: datetime, ends: datetime | None = None) -> int:
    """Send the form so that it begins and ends at these moments."""
    clock.stop_at(begins)
    body, kind = urlencode(act.fields).encode(), "application/x-www-form-urlencoded"
    if act.file:
        body, kind = _multipart(act), "multipart/form-data; boundary=edge"
    sent = act.sender.post(act.path, input_stream=Slow(body, ends or begins), content_type=kind, content_length=len(body))
    return int(sent.status_code)


def _multipart(act: Act) -> bytes:
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in act.fields.items()]
    head = f'--edge\r\nContent-Disposition: form-data; name="{act.file}"; filename="work.png"\r\nContent-Type: image/png\r\n\r\n'
    return "".join(parts).encode() + head.encode() + PICTURE + b"\r\n--edge--\r\n"


def _picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()


PICTURE = _picture()


def state_of(work: int) -> str:
    db.session.rollback()
    return str(db.session.get_one(Application, work).state)


def submit(world, client) -> Act:
    draft = world.enter(submit=False)
    return Act(
        client("vera"),
        f"/applications/{draft}/steps/submit",
        {"reason": ""},
        world.contest.date("intake_closes"),
        lambda: state_of(draft) == "submitted",
    )


def begin(world, client) -> Act:
    own = select(Application.id).where(Application.applicant_id == world.ids["oleg"])
    path = f"/events/{world.ids['contest']}/applications"
    return Act(client("oleg"), path, {"once": "one"}, world.contest.date("intake_closes"), lambda: bool(db.session.scalars(own).all()))


def resubmit(world, client) -> Act:
    work = world.enter()
    world.step(work, "send_back", reason="Приложите план", term=NOON + 3 * DAY)
    return Act(
        client("vera"), f"/applications/{work}/steps/resubmit", {"reason": ""}, NOON + 3 * DAY, lambda: state_of(work) == "submitted"
    )


def later_works(world, client) -> Act:
    """The work itself is handed in while entries are corrected, and stays as it is from a date of its own."""
    body = copy.deepcopy(world.contest.version.body)
    body["dates"].append({"key": "works_close", "title": "Работы принимаются"})
    body["form"][-1]["questions"].append(
        {"key": "plan", "kind": "files", "label": "План", "files": {"kinds": ["png"], "most": 3}, "locks_at": "works_close"}
    )
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
        events._set(world.contest, "works_close", NOON + 5 * DAY, by=world.nina, now=NOON, ground="")
    work = world.enter()
    world.step(work, "send_back", reason="Приложите план", term=NOON + 30 * DAY)
    section = body["form"][-1]["key"]
    wanted = select(Attachment.id).where(Attachment.application_id == work, Attachment.question == "plan")
    path = f"/applications/{work}/form/{section}"
    return Act(client("vera"), path, {"action": "attach"}, NOON + 5 * DAY, lambda: bool(db.session.scalars(wanted).all()), "q_plan")


def sheet(world, client) -> Act:
    jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    return _sheet_of(world, client, work, world.contest.date("judging_closes"))


def sheet_in_the_window_of_a_stage(world, client) -> Act:
    body = copy.deepcopy(world.contest.version.body)
    body["dates"].append({"key": "reading_closes", "title": "Читают работы"})
    stage = next(one for one in body["stages"] if one["kind"] == "marks")
    stage["window"] = {"opens": "intake_opens", "closes": "reading_closes"}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
        events._set(world.contest, "reading_closes", NOON + 4 * DAY, by=world.nina, now=NOON, ground="")
    jury(world)
    work = admitted(world, "Читающий двор")[0]
    assigned(world)
    return _sheet_of(world, client, work, NOON + 4 * DAY)


def _sheet_of(world, client, work: int, ends: datetime) -> Act:
    db.session.rollback()
    hers = next(one for one in sheets_of(work) if db.session.get_one(Assignment, one).juror.person_id == world.ids["lev"])
    assignment = db.session.get_one(Assignment, hers)
    stage = assignment.application.event.rules.stage(assignment.stage)
    fields = {f"m_{one.key}": "3" for one in stage.criteria} | {"action": "done", "comment": "", "seen": "0"}
    wanted = select(Review.final_at).where(Review.assignment_id == hers)
    return Act(client("lev"), f"/assignments/{hers}/review", fields, ends, lambda: db.session.scalar(wanted) is not None)


def appeal(world, client) -> Act:
    work = admitted(world, "Читающий двор")[0]
    body = copy.deepcopy(world.contest.version.body) | {"appeals": {"allowed": True, "days": 3, "effect": "same_or_higher"}}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    with committing():
        world.contest.approved_at = world.contest.released_at = NOON
    ends = NOON.replace(hour=14) + 3 * DAY  # midnight in Komsomolsk after the third day
    wanted = select(Appeal.id)
    return Act(
        client("vera"), f"/applications/{work}/appeal", {"text": "Балл не посчитан"}, ends, lambda: bool(db.session.scalars(wanted).all())
    )


ACTS = (submit, begin, resubmit, later_works, sheet, sheet_in_the_window_of_a_stage, appeal)


@pytest.fixture(params=ACTS, ids=lambda one: one.__name__)
def act(request, world, signed_in) -> Act:
    made = request.param(world, signed_in)
    db.session.rollback()
    assert not made.taken()
    return made


def test_f10_a_form_sent_in_the_last_instant_of_the_term_is_taken(act):
    assert send(act, act.ends - INSTANT) in (200, 302)

    db.session.rollback()
    assert act.taken()


def test_f10_a_form_sent_in_the_first_instant_after_the_term_is_not_and_changes_nothing(act):
    send(act, act.ends)

    db.session.rollback()
    assert not act.taken()


def test_f10_a_form_begun_in_time_is_taken_though_its_end_comes_after_the_term(act):
    send(act, act.ends - INSTANT, act.ends + web.GRACE - 2 * INSTANT)

    db.session.rollback()
    assert act.taken()


def test_f10_sending_slowly_gains_no_more_than_the_grace(act):
    send(act, act.ends - INSTANT, act.ends + web.GRACE)

    db.session.rollback()
    assert not act.taken()


@pytest.mark.parametrize(("proxies", "state"), [(1, "submitted"), (0, "draft")])
def test_f10_what_a_proxy_held_back_counts_from_when_it_came_and_nobody_else_may_say_so(world, as_vera, app, proxies, state):
    draft = world.enter(submit=False)
    app.config["PROXIES"] = proxies
    clock.stop_at(world.contest.date("intake_closes") + timedelta(seconds=30))

    as_vera.post(f"/applications/{draft}/steps/submit", headers={"X-Sending-Seconds": "30.001"})
    assert state_of(draft) == state


class Connection:
    """What the web server has in its hand: a form that came at a moment, or nothing yet."""

    def __init__(self, came, *, brought: bool) -> None:
        self.came, self.brought = came, brought

    def wait_for_data(self, timeout: float) -> bool:
        assert timeout == 0
        return self.brought


@pytest.mark.parametrize(("brought", "state"), [(True, "submitted"), (False, "draft")])
def test_f10_a_form_that_waits_for_a_free_thread_counts_from_when_it_came(world, as_vera, monkeypatch, brought, state):
    draft, ends = world.enter(submit=False), world.contest.date("intake_closes")
    serves = lambda _worker, _conn: as_vera.post(f"/applications/{draft}/steps/submit")  # noqa: E731
    monkeypatch.setattr(ThreadWorker, "handle", serves)
    clock.stop_at(ends + timedelta(seconds=3))

    Worker.handle(Worker.__new__(Worker), Connection(ends - INSTANT, brought=brought))

    assert state_of(draft) == state
    assert clock.came() == clock.now()
