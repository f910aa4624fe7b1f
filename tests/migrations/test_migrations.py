"""Every migration on a database full of work: rows that the code of its time made come up whole, and what can go back goes back.

`at_0004.jsonl.gz` holds the rows of an example as the code wrote them at migration 0004, with a decided tie in it.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Config, downgrade, upgrade
from sqlalchemy import MetaData, Table, inspect, select, type_coerce

import config
from app import clock
from app.background import Job
from app.database import Base, committing, db
from app.events.models import Event, RegulationVersion
from app.front import demo
from app.front import rows as table_rows
from app.judging import operations
from app.judging.models import Standing, Tally
from tests.conftest import _settings, made

HERE = Path(__file__).parent
REFILLED = {
    ("application", "title_key"),
    ("application", "from_id"),
    ("application", "present"),
    ("exhibit", "visits"),
    ("consent", "event_id"),
}  # columns that an upgrade computes from the others

CHANGED = {"regulation_version": {"body", "sha256"}, "tally": {"stale"}, "attendance": {"present"}}  # looked at apart

Rows = list[dict[str, Any]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.stores)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'laureat.db'}"
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.database()
    yield url
    postgres.forget(url)


@pytest.fixture
def house(tmp_path: Path, address: str) -> Iterator[Flask]:
    """An application on a database without a table."""
    app = made({**_settings(tmp_path, address), "DEMO": True})
    clock.stop_at(datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    with app.app_context():
        yield app
        closed()
    clock.stop_at(None)


def without_way_back() -> list[str]:
    """Return the migrations that cannot be undone, in their order."""
    found = []
    for one in reversed(list(revisions().walk_revisions())):
        if "NotImplementedError" in Path(str(one.path)).read_text(encoding="utf-8"):
            found.append(str(one.revision))
    return found


def closed() -> None:
    """End every connection: a migration changes tables under none that is open."""
    db.session.remove()
    db.engine.dispose()


def to(revision: str) -> None:
    closed()
    current = inspect(db.engine).has_table("alembic_version")
    (downgrade if current and revision < here() else upgrade)(revision=revision)
    closed()


def here() -> str:
    with db.engine.connect() as line:
        return str(line.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def revisions() -> ScriptDirectory:
    settings = Config()
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    return ScriptDirectory.from_config(settings)


def tables() -> dict[str, Table]:
    metadata = MetaData()
    metadata.reflect(db.engine)
    return {one.name: one for one in metadata.sorted_tables if one.name != "alembic_version"}


def rows() -> dict[str, Rows]:
    """Return everything that stands in the database, as our own types read it where we have them."""
    found = {}
    with db.engine.connect() as line:
        for name, table in tables().items():
            ours = Base.metadata.tables.get(name, table)
            columns = [type_coerce(one, ours.c[one.name].type).label(one.name) if one.name in ours.c else one for one in table.c]
            wanted = select(*columns).order_by(*table.primary_key)
            found[name] = [dict(row._mapping) for row in line.execute(wanted)]
    return found


def load(file: Path) -> dict[str, Rows]:
    """Put the kept rows into the tables as they are now, as `restore` does; return them."""
    text = gzip.decompress(file.read_bytes()).decode()
    table_rows.load(db.engine, io.StringIO(text))
    kept: dict[str, Rows] = {}
    for found in map(json.loads, text.splitlines()):
        if isinstance(found, dict):
            name, columns = found["table"], found["columns"]
            kept[name] = []
        else:
            kept[name].append(dict(zip(columns, found, strict=True)))
    return kept


def same(before: Any, after: Any) -> bool:
    """Compare a value that stood in a file with one of the database."""
    if isinstance(after, datetime):
        return datetime.fromisoformat(before) == after
    return str(before) == after.isoformat() if isinstance(after, date) else before == after or str(before) == str(after)


# What migrations say anew: points as they were written, lists by their full name (0005), limits of entries (0011)


def brought_up(table: str, column: str, row: Mapping[str, Any], kept: Mapping[str, Rows]) -> Any:
    value = row[column]
    if (table, column) == ("mark", "value"):
        return f"{Decimal(value).normalize():f}"
    if column == "list" and table in ("standing", "decision"):
        stage = row.get("stage") or next(one["stage"] for one in kept["standing"] if one["event_id"] == row["event_id"])
        return stage if value == "overall" else f"{stage}/{value}"
    return value


def test_the_numbers_follow_one_another_and_each_migration_goes_back_or_says_why_not():
    found = [one.revision for one in reversed(list(revisions().walk_revisions()))]

    assert found == sorted(found)
    assert len(revisions().get_heads()) == 1
    # 0002 was drawn into the first one before anybody had run it
    assert [int(one) for one in found] == [1, *range(3, len(found) + 2)]


def test_rows_of_the_code_of_its_time_come_up_whole_and_run(house):
    to("0004")
    kept = load(HERE / "at_0004.jsonl.gz")
    to("head")

    after = rows()
    for table, old in kept.items():
        assert len(after[table]) - len(old) == (2 if table == "job" else 0), table
        for row, new in zip(old, after[table], strict=False):
            for column in row:
                assert column in CHANGED.get(table, ()) or same(brought_up(table, column, row, kept), new[column]), (
                    table,
                    column,
                    row,
                    new,
                )
    assert {one["application_id"]: bool(one["present"]) for one in kept["attendance"]} == {
        one["id"]: one["present"] for one in after["application"] if one["present"] is not None
    }
    _regulations_say_the_same(kept["regulation_version"])
    _read_by_the_code_of_today()
    _computes_the_same()


def _regulations_say_the_same(kept: Rows) -> None:
    for row in kept:
        version = db.session.get_one(RegulationVersion, row["id"])
        older, now = dict(row["body"]), dict(version.body)
        assert version.rules.most_of_a_person == older.pop("most_entries", None)
        now.pop("entering", None)
        assert now == older
        version._mark("body", version.body)
        assert not db.session.is_modified(version), "its sha256 is that of its body"
    db.session.rollback()


def _read_by_the_code_of_today() -> None:
    for mapper in Base.registry.mappers:
        for one in db.session.scalars(select(mapper.class_)).unique():
            for column in mapper.columns:
                getattr(one, column.key)
    for event in db.session.scalars(select(Event)):
        assert event.version.workflow.steps, "a regulation of an older version is not read any more"
    db.session.rollback()


def _computes_the_same() -> None:
    wanted = select(Standing.application_id, Standing.stage, Standing.list, Standing.exact, Standing.shown, Standing.place)
    wanted = wanted.order_by(Standing.application_id, Standing.stage, Standing.list)
    before = db.session.execute(wanted).all()
    for event in list(db.session.scalars(select(Event.id).where(Event.id.in_(select(Standing.event_id))))):
        with committing():
            operations.refresh(db.session.get_one(Event, event))
    assert db.session.execute(wanted).all() == before
    assert before
    asked = db.session.scalars(select(Job.payload).where(Job.kind == "judging.rank", Job.key.like("rank:%:0011:%")))
    assert [one["event_id"] for one in asked] == list(
        db.session.scalars(select(Event.id).join(Tally, Tally.event_id == Event.id).where(Event.approved_at.is_(None)))
    )


def test_a_full_database_goes_back_and_up_again_with_its_rows(house):
    to("head")
    demo.fill_now()
    before = rows()
    last = without_way_back()[-1]
    to(last)
    kept = {name: {column.name for column in table.c} for name, table in tables().items()}
    older = rows()
    to("head")

    after = rows()
    assert {name: len(older[name]) for name in kept} == {name: len(before[name]) for name in kept}
    for name, old in before.items():
        if name not in kept:
            assert after[name] == [], f"{name} came after {last}: its rows are in the backup"
            continue
        old_jobs = len(old) if name == "job" else None  # an upgrade asks for the ranking anew
        stays = {
            one for one in (old[0] if old else {}) if (one in kept[name] or (name, one) in REFILLED) and one not in CHANGED.get(name, ())
        }
        assert [{key: row[key] for key in stays} for row in after[name][:old_jobs]] == [{key: row[key] for key in stays} for row in old], (
            name
        )


def test_what_has_no_way_back_says_so_in_words_and_changes_nothing(house, caplog):
    assert without_way_back() == ["0005", "0012"], "docs/operate.md names them"
    for one in without_way_back():
        to(one)
        before = sorted(tables())

        with pytest.raises(SystemExit) as ended:
            to(str(revisions().get_revision(one).down_revision))
        closed()
        assert ended.value.code == 1
        assert "the way back is the older code with the backup made before the update" in caplog.text
        assert (here(), sorted(tables())) == (one, before)
        caplog.clear()
