"""A bridge on both databases: the last seat, the lists, the papers. On PostgreSQL writers do not wait in a row. F7."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import clock
from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Application
from app.certificates import grounds
from app.database import committing, db
from app.meetings import operations, queries
from tests.world import DAY, NOON
from workflows.machine import StepRefused

pytestmark = pytest.mark.stores


def test_the_last_seat_goes_to_one_of_many(app, world, register):
    drafts = {who: register(who, "hall", submit=False) for who in ("vera", "oleg", "lev", "admin")}
    people = {who: world.ids[who] for who in drafts}

    def submit(who: str) -> str:
        with app.app_context():
            try:
                with committing():
                    application = db.session.get_one(Application, drafts[who])
                    person = db.session.get_one(type(application.applicant), people[who])
                    applications.advance(application, "submit", by=Actor(person), now=NOON)
            except StepRefused as refused:
                return refused.saying.key
            finally:
                db.session.remove()
            return "registered"

    db.session.remove()
    with ThreadPoolExecutor(4) as everybody:
        told = sorted(everybody.map(submit, drafts))

    assert told == ["no_seats_left", "no_seats_left", "no_seats_left", "registered"]
    assert list(queries.taken(world.ids["bridge"]).values()) == [1]


def test_lists_presence_and_papers_are_the_same(world, register, sites, as_nina):
    entries = [register("vera", "hall", speaks=True), register("oleg", "room"), register("lev", "room")]
    with committing():
        operations.add_all_speakers(world.bridge)
    bridge = world.ids["bridge"]
    clock.stop_at(world.bridge.date("held_on") + DAY / 12)
    for _ in range(2):
        as_nina.post(f"/events/{bridge}/attendance", data={"shown": entries, "present": entries[:2]})

    assert queries.together(queries.presence_by_site(bridge)) == queries.Counts(3, 3, 2)
    assert queries.noted_in({bridge, world.ids["contest"]}) == {bridge: (3, 3), world.ids["contest"]: (0, 0)}
    first = queries.at_site(bridge, sites["room"], most=1)
    assert [one.id for one in first.rows] == [entries[2]]
    assert [one.id for one in queries.at_site(bridge, sites["room"], after=first.after).rows] == [entries[1]]
    assert [(one.paper, one.application.id) for one in grounds.of(world.bridge)] == [("speaker", entries[0]), ("listener", entries[1])]
    pages = ("", "/desk", "/sites", "/programme", "/attendance", "/attendance/sheet")
    assert {as_nina.get(f"/events/{bridge}{page}").status_code for page in (*pages,)} == {200}
    assert as_nina.get("/").status_code == 200
