"""Another centre in one installation: an administrator adds it, runs it, and holds another's regulation there."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.events.models import Event
from app.people.models import Centre

SAID = {"name": "Краевой методический центр", "short_name": "КМЦ", "city": "Хабаровск"}


def centres() -> list[Centre]:
    db.session.rollback()
    return list(db.session.scalars(select(Centre).order_by(Centre.id)))


def test_an_administrator_adds_a_centre_and_holds_another_s_regulation_there(world, signed_in):
    as_admin = signed_in("admin")
    assert as_admin.post("/admin/centres/new", data=SAID).status_code == 302
    made = centres()[-1]
    assert (made.organisation.short_name, made.zone, made.id != world.ids["centre"]) == ("КМЦ", "Asia/Vladivostok", True)

    as_admin.post(f"/events/{world.ids['contest']}/again", data={"centre": str(made.id), "level": "regional", "up": ""})
    again = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (again.centre_id, again.regulation_id, again.held_at) == (made.id, world.contest.regulation_id, "regional")


def test_the_same_organisation_is_no_centre_twice_and_what_was_typed_stays(world, signed_in):
    as_admin = signed_in("admin")
    again = as_admin.post("/admin/centres/new", data={**SAID, "short_name": "ИМЦ"})

    assert again.status_code == 422
    assert "уже центр" in again.get_data(as_text=True)
    assert "Краевой методический центр" in again.get_data(as_text=True)
    assert [one.id for one in centres()] == [world.ids["centre"]]


def test_an_unknown_city_asks_for_the_zone(world, signed_in):
    refused = signed_in("admin").post("/admin/centres/new", data={**SAID, "city": "Нигдейск"})

    assert refused.status_code == 422
    assert "Выберите часовой пояс" in refused.get_data(as_text=True)
    assert len(centres()) == 1


def test_nobody_else_adds_centres(world, as_nina, as_vera):
    assert [one.post("/admin/centres/new", data=SAID).status_code for one in (as_nina, as_vera)] == [404, 404]
    assert len(centres()) == 1
