"""A long export while others write, on both databases. F27."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from app.closing import minutes
from app.database import committing, db
from app.judging import operations
from app.judging.models import Review, Standing
from tests.judging.cast import admitted, assigned, judge_all, jury

pytestmark = pytest.mark.stores


@pytest.fixture
def ranked(world) -> list[int]:
    jury(world)
    works = admitted(world, "Читающий двор", "Ночь в библиотеке", "Книга на ладони")
    assigned(world)
    judge_all(world, dict(zip(works, (5, 4, 3), strict=True)))
    with committing():
        operations.refresh(world.contest)
    return works


def exported(world: Any, client: Any) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(client.get(f"/events/{world.ids['contest']}/minutes/1/table").data))
    return [tuple(cell.value for cell in row) for sheet in book for row in sheet.iter_rows() if row[0].value is not None]


@pytest.mark.parametrize("between", ["sheet_totals", "_signatures"])
def test_f27_an_export_shows_one_moment_though_all_is_changed_while_it_is_made(app, world, ranked, as_nina, monkeypatch, between):
    before = exported(world, as_nina)
    place = minutes.queries if between == "sheet_totals" else minutes
    read = getattr(place, between)
    changed: list[bool] = []

    def change() -> None:
        with app.app_context():
            with committing():
                db.session.execute(update(Review).values(total="1"))
                db.session.execute(update(Standing).values(exact="1", shown="1.00", place=1, place_to=3))
                world_event = db.session.get_one(type(world.contest), world.ids["contest"])
                world_event.centre.signatory_name = "И. О. Другой"
            db.session.remove()
            changed.append(True)

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        if not changed:
            with ThreadPoolExecutor(1) as other:
                other.submit(change).result(60)
        return read(*args, **kwargs)

    monkeypatch.setattr(place, between, meanwhile)
    assert exported(world, as_nina) == before
    assert changed
    assert exported(world, as_nina) != before
