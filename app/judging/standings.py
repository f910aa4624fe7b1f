"""The outcome of an event, computed from first to last and kept as rows: the only place that computes, and the only one that keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from app import background
from app.database import db
from app.events.models import Event
from app.judging import figures, given, why
from app.judging.models import Standing
from app.judging.stages import hold, jury_sheets
from workflows.judging import results as core
from workflows.judging import totals
from workflows.judging.given import ADMITTED, DISQUALIFIED, Entry
from workflows.judging.lists import Line, List
from workflows.judging.outcome import Open, Results
from workflows.regulation import Stage

MOST_KEPT = 200  # entries of an open question that are kept with it; a page could not show more


@dataclass(frozen=True)
class Outcome:
    """The results with what they were computed from. `members`: stage of a jury -> the entries that take part in it."""

    given: given.Given
    results: Results
    members: Mapping[str, frozenset[str]]

    def members_of(self, stage: Stage) -> frozenset[str]:
        """Return the admitted entries that stand in the lists of a stage."""
        lists = [found for found in self.results.lists if found.stage.key == stage.key]
        return frozenset(line.entry.key for found in lists for line in found.lines if line.entry.status == ADMITTED)

    def short(self, event: Event) -> list[str]:
        """Return the entries that have fewer sheets than the regulation asks for, at any stage they reached."""
        return [
            entry
            for key, entries in self.members.items()
            for entry in sorted(entries, key=int)
            if self.given.sheets.get((key, entry), 0) < jury_sheets(event.rules.stage(key))
        ]

    @property
    def waiting(self) -> list[Open]:
        """What has to be decided before anything can be approved. Equal totals on which nothing hangs hold nothing up."""
        return [one for one in self.results.open if waits(one)]


def waits(item: Open) -> bool:
    return item.kind in ("cut", "award") or (item.kind == "tie" and bool(item.award))


def compute(event: Event) -> Outcome:
    """Compute the results of an event from its rows; writes nothing. A constant number of statements, O(marks)."""
    found = given.of(event)
    results = core.compute(event.rules, found.entries, found.marks, found.jurors, found.decisions, dates=found.dates)
    return Outcome(found, results, _members(event, results))


def _members(event: Event, results: Results) -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {stage.key: set() for stage in event.rules.stages if jury_sheets(stage)}
    for found in results.lists:
        if found.stage.key in members:
            members[found.stage.key] |= {line.entry.key for line in found.lines if line.entry.status == ADMITTED}
    return {key: frozenset(entries) for key, entries in members.items()}


# Keeping


def refresh(event: Event) -> Outcome:
    """Compute, and write the standings over those kept, in the current transaction: only rows that changed. Safe to repeat."""
    hold(event)
    outcome = compute(event)
    kept = figures.standing_values(event.id)
    wanted = {(row["application_id"], row["list"]): row for row in _rows(event, outcome)}
    _write(kept, wanted)
    full = sum(
        outcome.given.sheets.get((key, entry), 0) >= jury_sheets(event.rules.stage(key))
        for key, entries in outcome.members.items()
        for entry in entries
    )
    figures.keep_tally(
        event.id,
        works=sum(map(len, outcome.members.values())),
        full=full,
        tied=bool(outcome.waiting),
        stale=False,
        lists=[_list(one) for one in outcome.results.lists],
        open=[_open(one) for one in outcome.results.open],
        faults=[why.plain(one.saying) for one in outcome.results.faults[:20]],
    )
    return outcome


def _write(kept: Mapping[tuple[int, str], Any], wanted: Mapping[tuple[int, str], dict[str, Any]]) -> None:
    gone = [row["id"] for key, row in kept.items() if key not in wanted]
    new = [row for key, row in wanted.items() if key not in kept]
    changed = [
        {**row, "id": kept[key]["id"]} for key, row in wanted.items() if key in kept and any(kept[key][name] != row[name] for name in row)
    ]
    for start in range(0, len(gone), 500):
        db.session.execute(delete(Standing).where(Standing.id.in_(gone[start : start + 500])))
    if new:
        db.session.execute(insert(Standing), new)
    if changed:
        db.session.execute(update(Standing), changed)


def _rows(event: Event, outcome: Outcome) -> Iterator[dict[str, Any]]:
    for found in outcome.results.lists:
        honours = outcome.results.awards_of(found)
        for line in found.lines:
            if line.entry.status in (ADMITTED, DISQUALIFIED):
                awards = [[one.award, one.by] for one in honours.get(line.entry.key, ())]
                yield _row(event, outcome, found, line, awards=awards)


def _row(event: Event, outcome: Outcome, found: List, line: Line, *, awards: list[list[str]]) -> dict[str, Any]:
    stage, key = found.stage, line.entry.key
    sheets = outcome.given.sheets.get((stage.key, key), 0)
    return {
        "event_id": event.id,
        "application_id": int(key),
        "stage": stage.key,
        "list": found.name,
        "status": _progress(outcome.results, stage, line.entry, enough=sheets >= jury_sheets(stage)),
        "verdict": line.status if line.status != ADMITTED else "",
        "exact": totals.written(line.total) if line.total is not None else "",
        "shown": str(totals.shown(line.total, stage.digits)) if line.total is not None else "",
        "sheets": sheets,
        "place": line.place,
        "place_to": line.place_to,
        "tied": line.tied,
        "why": [why.plain(one) for one in line.why],
        "awards": awards,
    }


def _progress(results: Results, stage: Stage, entry: Entry, *, enough: bool) -> str:
    """Return where an entry is: waiting for sheets, in, through to a later stage, out, or absent: listed, but not in the contest."""
    if entry.status != ADMITTED:
        return "absent"
    goes = [results.advances.get(rule.to, {}).get(entry.key) for rule in stage.goes_on]
    if any(goes):
        return "through"
    if not enough:
        return "waiting"
    return "out" if goes and None not in goes else "in"


def _list(found: List) -> dict[str, Any]:
    said = why.plain(found.said) if found.said is not None else None
    partition = [list(pair) for pair in found.partition]
    marked = any(line.total is not None for line in found.lines if line.entry.status == ADMITTED)
    return {"name": found.name, "stage": found.stage.key, "partition": partition, "status": found.status, "said": said, "marked": marked}


def _open(item: Open) -> dict[str, Any]:
    return {
        "id": item.id[:MOST_KEPT],
        "kind": item.kind,
        "list": item.list,
        "stage": item.stage,
        "entries": list(item.entries[:MOST_KEPT]),
        "count": len(item.entries),
        "places": list(item.places) if item.places else None,
        "award": item.award,
        "said": why.plain(item.saying),
        "waits": waits(item),
    }


# What came since


def note_change(event_id: int, *, key: str, now: datetime) -> None:
    """Let the worker rank an event again: the act that changed something does not wait for it. `key` names the change."""
    figures.mark_stale(event_id)
    background.enqueue("judging.rank", f"rank:{event_id}:{key}", now=now, event_id=event_id)


def open_items(kept: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what waits for people, out of what the tally kept."""
    return [one for one in kept if one["waits"]]
