"""An exhibition with admitted exhibits, before or after its opening."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app import clock
from app.applications import operations as applications
from app.applications.models import Application
from app.database import committing, db
from app.exhibitions import queries
from tests.world import DAY


def image(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 82, 74)).save(out, kind, **save)
    return out.getvalue()


@pytest.fixture
def attach(world):
    """Return a function that puts one more file to an application, whatever its state."""

    def one(application_id: int, content: bytes, name: str, question: str = "pictures") -> None:
        with committing():
            application = db.session.get_one(Application, application_id)
            applications.attach(application, question, io.BytesIO(content), name, by=application.applicant, now=clock.now())

    return one


@pytest.fixture
def exhibit(world):
    """Return a function that enters an exhibit and admits it; gives the exhibit's id."""

    def one(who: str = "vera", title: str = "Книги войны и мира", *, before=None, **answers) -> int:
        entry = world.enter(who, "exhibition", title=title, **answers)
        if before is not None:
            before(entry)
        world.step(entry, "admit")
        return queries.exhibit_of(entry).id

    return one


@pytest.fixture
def opened(world):
    def one() -> None:
        clock.stop_at(world.exhibition.date("show_opens") + DAY)

    return one


@pytest.fixture
def closed(world):
    def one() -> None:
        clock.stop_at(world.exhibition.date("show_closes") + DAY)

    return one
