"""One regulation for several events: held again, at another level and by another centre; winners go up within quotas."""

from __future__ import annotations

import copy

import flask_migrate
import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.closing import appeals, feeding, queries
from app.database import committing, db
from app.events import again
from app.events import operations as events
from app.events.models import Event
from app.judging.models import Award, Standing
from app.notifications.models import Notification
from app.people import operations as people
from app.people.models import Centre
from app.web import METHODIST
from tests.statements import statements_of
from tests.world import DAY, NOON

FEED = {"from_level": "municipal", "to_level": "regional", "award": "first", "most": 1}


@pytest.fixture
def region(world) -> int:
    """The city's contest is published; the same regulation is held for the region by another centre, which Oleg runs."""
    body = copy.deepcopy(world.contest.version.body)
    body["feeds"] = [FEED]
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    with committing():
        home = people.find_or_add_organisation("Краевой центр", full_name="Краевой центр", kind="centre", now=NOON)
        centre = Centre(organisation=home, zone="Asia/Vladivostok")
        db.session.add(centre)
        db.session.flush()
        people.appoint(world.oleg, METHODIST, centre.id, by=world.admin, now=NOON - DAY)
        made = again.hold_again(world.contest, centre, "regional", up=None, by=world.oleg, now=NOON)
        events.announce(made, by=world.oleg, now=NOON)
        world.contest.feeds_id = made.id
        return made.id


def won(world, *places: int) -> list[int]:
    """Works that hold the first award with these places, published."""
    found = []
    for number in range(len(places)):
        work = world.enter(title=f"Работа {number}")
        world.step(work, "admit")
        found.append(work)
    with committing():
        for work, place in zip(found, places, strict=True):
            row = {"event_id": world.ids["contest"], "application_id": work}
            db.session.add(Standing(**row, stage="final", list="final", status="in", place=place, place_to=place))
            db.session.add(Award(**row, award="first", list="final", by="rule", recorded_at=NOON))
        world.contest.approved_at = world.contest.released_at = NOON
    return found


def sent(world, region: int, *works: int) -> int:
    with committing():
        return feeding.send(world.contest, db.session.get_one(Event, region), set(works), by=world.nina, now=NOON)


def drafts(region: int) -> list[Application]:
    db.session.rollback()
    return list(db.session.scalars(select(Application).where(Application.event_id == region)))


def test_held_again_it_is_the_same_regulation_a_year_later(world, as_nina):
    event, before = world.contest, world.contest.date("intake_opens")
    answer = as_nina.post(f"/events/{event.id}/again", data={"centre": str(world.ids["centre"]), "level": "municipal", "up": ""})
    made = db.session.scalars(select(Event).order_by(Event.id.desc())).first()

    assert answer.status_code == 302
    assert (made.regulation_id, made.version_id, made.announced_at) == (world.contest.regulation_id, world.contest.version_id, None)
    assert (made.date("intake_opens") - before).days == 365
    assert [one.key for one in made.rules.dates if made.date(one.key) is None] == []


def test_another_centre_holds_it_at_its_own_level(world, region):
    made = db.session.get_one(Event, region)

    assert (made.held_at, world.contest.held_at) == ("regional", "municipal")
    assert (made.regulation_id, made.centre_id != world.contest.centre_id) == (world.contest.regulation_id, True)


def test_winners_go_up_only_to_a_higher_level_of_the_same_regulation(world, region):
    for up, level in ((db.session.get_one(Event, region), "regional"), (world.exhibition, "school")):
        with pytest.raises(events.Refused) as refusal, committing():
            again.hold_again(world.contest, world.centre, level, up=up, by=world.nina, now=NOON)
        assert refusal.value.faults["up"].key == "level_not_above"


def test_only_a_methodist_of_the_chosen_centre_holds_it_there(world, region, as_nina, as_vera):
    other = db.session.get_one(Event, region).centre_id
    refused = as_nina.post(f"/events/{world.ids['contest']}/again", data={"centre": str(other), "level": "regional", "up": ""})

    assert refused.status_code == 422
    assert as_vera.get(f"/events/{world.ids['contest']}/again").status_code == 404


def test_the_best_goes_up_as_a_draft_with_everything_in_it(world, region, as_nina):
    first, second = won(world, 1, 2)
    page = as_nina.get(f"/events/{world.ids['contest']}/up").get_data(as_text=True)
    assert "Работа 0" in page
    assert [one.inside for one in feeding.quotas(world.contest, db.session.get_one(Event, region))[0].risers] == [True, False]
    assert drafts(region) == []

    as_nina.post(f"/events/{world.ids['contest']}/up", data={"work": [str(first)]})
    (draft,) = drafts(region)
    assert (draft.state, draft.applicant_id, draft.title) == ("draft", world.ids["vera"], "Работа 0")
    assert [one.person_id for one in draft.authors] == [world.ids["vera"]]
    source = db.session.get_one(Application, first)
    assert sorted(one.key for one in draft.attachments) == sorted(one.key for one in source.attachments)
    letter = db.session.scalars(select(Notification).where(Notification.name == "went_up")).one()
    assert (letter.address, letter.values["link"].endswith(f"/applications/{draft.id}")) == ("vera@example.org", True)
    assert second


def test_the_quota_holds_and_nobody_goes_up_twice(world, region):
    first, second = won(world, 1, 2)
    for works in ((first, second), ()):
        with pytest.raises(appeals.Refused):
            sent(world, region, *works)
    assert sent(world, region, first) == 1
    for works in ((first,), (second,)):
        with pytest.raises(appeals.Refused):
            sent(world, region, *works)
    assert len(drafts(region)) == 1


def test_equal_places_across_the_quota_wait_for_people(world, region):
    first, second = won(world, 1, 1)
    (quota,) = feeding.quotas(world.contest, db.session.get_one(Event, region))

    assert [(one.inside, one.tied) for one in quota.risers] == [(False, True), (False, True)]
    assert sent(world, region, second) == 1
    assert first


def test_before_the_release_nobody_goes_up(world, region, as_nina, as_oleg, as_vera):
    won(world, 1)
    with committing():
        world.contest.released_at = None

    assert feeding.quotas(world.contest, db.session.get_one(Event, region)) == []
    url = f"/events/{world.ids['contest']}/up"
    assert [one.get(url).status_code for one in (as_nina, as_oleg, as_vera)] == [200, 404, 404]
    assert as_vera.post(url, data={"work": ["1"]}).status_code == 404


def test_the_higher_event_sees_where_the_work_came_from(world, region, as_oleg, as_vera):
    (first,) = won(world, 1)
    sent(world, region, first)
    (draft,) = drafts(region)
    title = world.contest.rules.award("first").title["ru"]

    page = as_vera.get(f"/applications/{draft.id}").get_data(as_text=True)
    assert [words for words in ("Откуда работа", title) if words not in page] == []
    assert f"/events/{world.ids['contest']}/winners" in page
    assert "Откуда работа" not in as_vera.get(f"/applications/{first}").get_data(as_text=True)


def test_a_work_with_the_award_in_two_lists_takes_one_seat(world, region):
    first, _second = won(world, 2, 3)
    with committing():
        row = {"event_id": world.ids["contest"], "application_id": first}
        db.session.add(Standing(**row, stage="final", list="final/group=young", status="in", place=1, place_to=1))
        db.session.add(Award(**row, award="first", list="final/group=young", by="rule", recorded_at=NOON))
    (quota,) = feeding.quotas(world.contest, db.session.get_one(Event, region))

    assert [(one.work, one.place, one.inside) for one in quota.risers] == [(first, "1", True), (_second, "3", False)]
    assert sent(world, region, first) == 1


@pytest.mark.stores
def test_who_lost_the_award_after_a_review_is_named(world, region, as_nina):
    (first,) = won(world, 1)
    sent(world, region, first)
    with committing():
        db.session.query(Award).delete()
    page = as_nina.get(f"/events/{world.ids['contest']}/up").get_data(as_text=True)

    assert "награды после пересмотра итогов больше нет: № 26-001" in page
    assert "ни у кого нет" in page


@pytest.mark.stores
def test_what_was_sent_up_is_told_of_its_own_event_alone(world, region):
    """Two works went up from the city's contest, one from an exhibition; one of the two is awarded nothing any more."""
    first, second = won(world, 1, 2)
    other = world.enter("oleg", "exhibition")
    with committing():
        for work in (first, second, other):
            row = {"event_id": region, "version_id": world.contest.version_id, "applicant_id": world.ids["vera"], "from_id": work}
            db.session.add(Application(**row, created_at=NOON, saved_at=NOON))
        db.session.query(Award).filter_by(application_id=second).delete()
    up = db.session.get_one(Event, region)

    assert sorted(queries.sent_from(world.contest.id, region)) == [first, second]
    assert sorted(queries.sent_from(world.exhibition.id, region)) == [other]
    assert queries.sent_from(world.contest.id, world.bridge.id) == {}
    assert feeding.sent_in_vain(world.contest, up) == ["26-002"]
    assert [(one.work, one.sent) for one in feeding.quotas(world.contest, up)[0].risers] == [(first, True)]


@pytest.mark.stores
@pytest.mark.usefixtures("app")
def test_a_way_down_and_up_again_knows_where_works_came_from(world, region):
    (first,) = won(world, 1)
    sent(world, region, first)
    db.session.remove()
    flask_migrate.downgrade(revision="0018")
    flask_migrate.upgrade()

    assert {one.event_id: one.from_id for one in db.session.scalars(select(Application))} == {world.ids["contest"]: None, region: first}


def test_the_page_asks_as_much_with_many_sent_up(world, region, as_nina):
    works = won(world, 1, 2, 3)
    page = f"/events/{world.ids['contest']}/up"
    sent(world, region, works[0])
    before = statements_of(lambda: as_nina.get(page))
    with committing():
        world.contest.version.body = {**world.contest.version.body, "feeds": [{**FEED, "most": 3}]}
    sent(world, region, *works[1:])

    assert len(drafts(region)) == 3
    assert statements_of(lambda: as_nina.get(page)) == before <= 15


def test_while_results_are_open_again_nobody_goes_up(world, region, as_nina):
    won(world, 1)
    with committing():
        world.contest.approved_at = None

    assert feeding.quotas(world.contest, db.session.get_one(Event, region)) == []
    assert "Итоги пересматриваются" in as_nina.get(f"/events/{world.ids['contest']}/up").get_data(as_text=True)
