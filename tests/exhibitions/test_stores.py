"""An exhibition on both databases: visits counted at once, pages, papers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import background, clock
from app.certificates import grounds
from app.database import committing, db
from app.exhibitions import operations, queries

pytestmark = pytest.mark.stores


def test_visits_at_once_are_all_counted(app, world, exhibit, opened):
    shown = exhibit()
    opened()
    today = clock.now().date()

    def look(_: int) -> None:
        with app.app_context():
            with committing():
                operations.count_visit(shown, today)
            db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(look, range(24)))

    assert queries.visits_of([shown]) == {shown: 24}


def test_pages_and_papers_are_the_same(world, exhibit, opened, closed, work_off, client, as_nina):
    shown = [exhibit(), exhibit("oleg", "Плакат")]
    event = world.ids["exhibition"]
    work_off()
    opened()
    client.post(f"/exhibits/{shown[0]}/visit")

    assert {client.get(path).status_code for path in (f"/events/{event}", f"/events/{event}/gallery", f"/exhibits/{shown[1]}")} == {200}
    assert {as_nina.get(f"/events/{event}/{page}").status_code for page in ("desk", "gallery", "gallery/visits", "gallery/failed")} == {200}
    assert [one.source for one in grounds.of(world.exhibition)] == [f"exhibit:{one}" for one in shown]

    closed()
    with committing():
        background.enqueue("exhibitions.close", "now", now=clock.now())
    work_off()
    assert [one.application.state for one in queries.exhibited(event)] == ["closed", "closed"]
