"""What rules may ask of a work besides its answers."""

from __future__ import annotations

import copy

from app.applications import entering
from app.applications.models import Application
from app.database import committing, db
from app.events import operations as events
from app.judging import given, operations
from app.people.models import Organisation
from tests.judging.cast import admitted, assigned, judge_all, jury, places
from tests.world import NOON
from workflows import conditions
from workflows.conditions import Compare
from workflows.judging.given import facts_of


def test_rules_may_ask_where_the_organisation_of_the_first_author_is(world):
    number = world.enter("vera", title="Читающий двор")
    world.step(number, "admit")
    with committing():
        school = db.session.query(Organisation).filter_by(short_name="СОШ № 15").one()
        school.territory = "Ленинский округ"

    facts = facts_of(given.entry_of(db.session.get_one(Application, number)))
    asked = {"territory": "Ленинский округ", "city": "Комсомольск-на-Амуре", "organisation_kind": "school", "authors_count": 1}
    assert {key: facts[key] for key in asked} == asked
    assert all(conditions.holds(Compare(field=key, value=value), facts) for key, value in asked.items())


def by_zone(world, *questions):
    """Part the lists of the contest by zone."""
    body = copy.deepcopy(world.contest.version.body)
    body["ranking"] = {**body.get("ranking", {}), "by": ["nomination", "zone"]}
    body["form"][1]["questions"] += questions
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)


def test_the_zone_of_a_work_is_the_territory_of_its_organisation(app, world):
    by_zone(world)
    with committing():
        world.school.territory, world.other_school.territory = "Ленинский округ", "Центральный округ"
    jury(world)
    works = [*admitted(world, "Читающий двор"), *admitted(world, "Ночь в библиотеке", who="oleg")]
    assigned(world)
    judge_all(world, dict.fromkeys(works, 4))
    with committing():
        outcome = operations.refresh(world.contest)

    assert outcome.results.faults == []
    zones = [one.partition[1][1] for one in outcome.results.lists]
    assert (zones, places(world)) == (["Ленинский округ", "Центральный округ"], {"Читающий двор": 1, "Ночь в библиотеке": 1})


def test_a_question_called_zone_takes_the_place_of_the_territory(world):
    by_zone(world, {"key": "zone", "kind": "text", "label": "Зона", "required": True})
    with committing():
        world.school.territory = world.other_school.territory = "Ленинский округ"
    number = world.enter("vera", zone="Северная")
    world.step(number, "admit")
    silent = world.enter("oleg", submit=False, zone="")

    assert facts_of(given.entry_of(db.session.get_one(Application, number)))["zone"] == "Северная"
    assert entering.facts_of(db.session.get_one(Application, silent))["zone"] == ""


def test_a_methodist_is_told_when_nobody_knows_the_zone(world, as_nina, as_vera):
    by_zone(world)
    page = f"/applications/{world.enter('vera')}"
    said = "у организации заявки она не указана"
    assert (said in as_nina.get(page).get_data(as_text=True), said in as_vera.get(page).get_data(as_text=True)) == (True, False)

    with committing():
        world.school.territory = "Ленинский округ"
    assert said not in as_nina.get(page).get_data(as_text=True)
