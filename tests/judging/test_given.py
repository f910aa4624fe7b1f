"""What rules may ask of a work besides its answers."""

from __future__ import annotations

from app.applications.models import Application
from app.database import committing, db
from app.judging import given
from app.people.models import Organisation
from workflows import conditions
from workflows.conditions import Compare
from workflows.judging.book import facts_of


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
