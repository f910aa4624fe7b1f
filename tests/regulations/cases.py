"""The real regulations that Laureat has to run as they are written. What is ours in them is marked «наше»."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.events import document, tables
from workflows import regulation
from workflows.judging.given import Decision
from workflows.judging.outcome import Results
from workflows.judging.results import compute
from workflows.judging.totals import written

FOLDER = Path(__file__).parent
FILES = {file.stem[:2]: file for file in sorted(FOLDER.glob("*.yaml"))}
TOWNS = (
    "Нанайск", "Красноярск", "Калуг", "Ухта", "Ухты", "Волог", "Белгород", "Алексеевк", "Чернянк", "Кузбасс", "Татарстан", "Муром",
    "Саратов", "Марий Эл", "Иркутск", "Ленинградск", "Ukhta", "Krasnoyarsk", "Kaluga", "Vologda", "Belgorod", "Kuzbass", "Tatarstan",
    "Murom", "Saratov", "Irkutsk",
)  # fmt: skip


def read(number: str) -> document.Document:
    return document.load(FILES[number].read_text(encoding="utf-8"))


def rules(number: str) -> regulation.Regulation:
    return regulation.parse(read(number).data)


def expected(number: str) -> dict[str, Any]:
    """Return what was reasoned by hand; the arithmetic stands beside every number of the file."""
    return document.load((FOLDER / number / "expected.yaml").read_text(encoding="utf-8")).data


def tables_of(number: str) -> tables.Tables:
    given = {name: FOLDER / number / f"{name}.csv" for name in ("entries", "marks", "jurors", "decisions")}
    case = rules(number)
    return tables.read(case, case.zone or "Asia/Vladivostok", {name: path if path.exists() else None for name, path in given.items()})


def decisions_of(number: str) -> list[Decision]:
    return tables_of(number).decisions


def computed(number: str, *, decisions: bool = True) -> tuple[Results, list[str]]:
    """Return the results of a case and the codes of the warnings; without the recorded decisions where asked so."""
    found = tables_of(number)
    results = compute(rules(number), found.entries, found.marks, found.jurors, found.decisions if decisions else ())
    assert [*found.faults, *results.faults] == []
    return results, sorted(one.code for one in (*found.remarks, *results.remarks))


def lists_of(results: Results) -> dict[str, Any]:
    """Return the lists as expectations write them."""
    return {
        found.name: {
            "status": found.status,
            "rows": {
                line.entry.key: [line.place, line.place_to, None if line.total is None else written(line.total)] for line in found.lines
            },
        }
        for found in results.lists
    }


def going_on(results: Results, name: str, goes: bool | None) -> dict[str, list[str]]:
    """Return who of a list goes on to which stage (or does not, or waits)."""
    found = next(one for one in results.lists if one.name == name)
    keys = [line.entry.key for line in found.lines]
    stages = dict.fromkeys(rule.to for rule in found.stage.goes_on)
    chosen = {to: sorted(key for key in keys if results.advances[to].get(key, False) is goes) for to in stages}
    return {to: keys for to, keys in chosen.items() if keys}


def awards_of(results: Results) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in results.given:
        found.setdefault(one.award, []).append(one.entry)
    return {award: sorted(keys) for award, keys in found.items()}
