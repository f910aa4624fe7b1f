"""The bridge and the conference in the service: registering, sites, programme, presence, the last paper."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.certificates import operations as certificates
from app.certificates.models import Certificate
from app.database import committing, db
from app.events import operations as events
from app.meetings import operations as meetings
from tests.regulations.cases import read
from tests.regulations.service import Case
from tests.world import NOON


@pytest.mark.parametrize(("number", "sites"), [("09", ("alfa", "beta")), ("14", ())])
def test_meeting_runs_to_its_last_paper(world, work_off, number, sites):
    case = Case(number, world)
    with committing():
        ids = {key: str(meetings.add_site(case.event, title=key, host=world.school).id) for key in sites}
    for one in case.tables.entries:
        if sites:
            one.values["site"] = ids[one.values["site"]]
    case.enter_all()
    with committing():
        meetings.add_greeting(case.event, topic="Правовая основа сети", guest="Руководитель первого центра", minutes=10)
        assert meetings.add_all_speakers(case.event) == 4
    on_the_day = case.event.date("held_on") + timedelta(hours=2)
    works = list(case.works.values())
    with committing():
        meetings.note_attendance(case.event, present=works[:-1], absent=works[-1:], by=world.nina, now=on_the_day)
        certificates.issue_for(case.event, by=world.nina, now=on_the_day)
    clock.stop_at(on_the_day)
    work_off()

    papers = db.session.query(Certificate).order_by(Certificate.id).all()
    assert Counter(row.paper for row in papers) == {"speaker": 4, "listener": 7}
    assert {row.state for row in papers} == {"ready"}
    spoke = next(row for row in papers if row.paper == "speaker")
    assert (spoke.wording["name"], spoke.wording["lines"][1]) == ("Ивановой Анне Петровне", "Тема: «topic_1»")


def test_conference_is_announced_in_two_zones(world, client):
    with committing():
        conference = events.begin(world.centre, "", by=world.nina, now=NOON, body=read("14").data)
        events.announce(conference, by=world.nina, now=NOON)
    page = client.get(f"/events/{conference.id}").text

    assert conference.date("held_on") == datetime(2022, 4, 27, 5, 0, tzinfo=UTC)
    assert "27 апреля 2022 г., 13:00" in page
    assert "(08:00 по Москве)" in page


def test_a_listener_by_link_takes_no_seat(world):
    case = Case("09", world)
    case.tables.entries[:] = case.tables.entries[4:6]
    case.enter_all(joins="by_link")

    assert meetings.queries.presence_by_site(case.id)[None].registered == 2
