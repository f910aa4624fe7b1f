"""A bridge with two sites, and a way to register for it."""

from __future__ import annotations

import pytest

from app.database import committing, db
from app.meetings import operations
from app.meetings.models import Site

LINK = "https://meet.example.org/room-of-the-bridge"


@pytest.fixture
def sites(world):
    """Ids of the sites: the hall has one seat, the other has no limit."""
    with committing():
        operations.set_meeting(world.bridge, platform="Сферум", link=LINK, moderator="Нина Сергеевна", minutes=90)
        hall = operations.add_site(
            world.bridge, title="Актовый зал", address="пр. Ленина, 10", host=world.school, responsible=world.oleg, seats=1
        )
        room = operations.add_site(world.bridge, title="Медиатека", address="ул. Советская, 25")
        return {"hall": hall.id, "room": room.id}


@pytest.fixture
def register(world, sites):
    """Return a function that registers one of the cast: as a speaker when asked to."""

    def one(who: str, site: str, *, speaks: bool = False, **more) -> int:
        return world.enter(who, "bridge", site=str(sites[site]), number=0 if speaks else 1, **more)

    return one


@pytest.fixture
def site(sites):
    return lambda name: db.session.get_one(Site, sites[name])
