"""What a computation comes to: lists, numbers, who goes on, awards, and what waits for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from workflows.awards import Award
from workflows.judging.awarding import Given
from workflows.judging.given import Fault, Remark
from workflows.judging.lists import List
from workflows.judging.scoring import Scores
from workflows.parts import Words
from workflows.saying import Saying


@dataclass(frozen=True)
class Open:
    """What waits for people. `kind`: tie, cut, award, quorum; `award`: what hangs on it, empty where nothing does."""

    id: str
    kind: str
    list: str
    stage: str
    entries: tuple[str, ...]
    places: tuple[int, int] | None
    award: str
    saying: Saying


@dataclass
class Results:
    """Everything that follows from the marks. Faults: nothing was computed beyond them."""

    lists: list[List] = field(default_factory=list)
    scores: dict[str, Scores] = field(default_factory=dict)
    kept: dict[str, Scores] = field(default_factory=dict)  # of entries not admitted: shown, and compared with nobody
    advances: dict[str, dict[str, bool | None]] = field(default_factory=dict)  # stage gone on to -> entry -> goes
    given: list[Given] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    series: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)  # stage -> the entries that take part in it
    remarks: list[Remark] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _placed: dict[str, list[Given]] = field(default_factory=dict)

    def awards_of(self, found: List) -> Mapping[str, list[Given]]:
        """Return the awards that stand in the rows of a list: entry -> awards."""
        rows: dict[str, list[Given]] = {}
        for one in self._placed.get(found.name, ()):
            rows.setdefault(one.entry, []).append(one)
        return rows

    def place_awards(self) -> None:
        """Work out in whose rows each award stands: the list it was read from; over all lists, the one without partition, or every row."""
        names = {found.name for found in self.lists}
        standing: dict[str, list[List]] = {}
        for found in self.lists:
            for line in found.lines:
                standing.setdefault(line.entry.key, []).append(found)
        self._placed = {}
        for one in self.given:
            for name in _rows_of(one, names, standing.get(one.entry, ())):
                self._placed.setdefault(name, []).append(one)


def _rows_of(one: Given, names: Collection[str], standing: Sequence[List]) -> list[str]:
    """Return the lists whose rows hold an award. An entry that did not reach its stage has it where it stands last."""
    having = {found.name for found in standing}
    if not one.over_all and one.list in having:
        return [one.list]
    if one.over_all and one.stage in names and one.stage in having:
        return [one.stage]
    here = [found.name for found in standing if found.stage.key == one.stage]
    return here or [found.name for found in standing if found.stage.key == standing[-1].stage.key]


def open_item(
    kind: str,
    name: str,
    stage: str,
    keys: tuple[str, ...],
    places: tuple[int, int] | None,
    *,
    award: Award | None = None,
    saying: Saying | None = None,
    saying_to: Words | None = None,
) -> Open:
    ident = ":".join([kind, *([award.key] if award else []), name or stage, ",".join(keys)])
    values: dict[str, object] = {"count": len(keys), "place": places[0] if places else 0, "place_to": places[1] if places else 0}
    if award is not None:
        values["title"] = award.title
    if saying_to is not None:
        values["title"] = saying_to
    said = saying or Saying(f"open_{kind}" + ("" if places or kind != "cut" else "_decided"), **values)
    return Open(ident, kind, name, stage, keys, places, award.key if award else "", said)
