"""How long a regulation takes to check, and how long results take: 10,000 entries × 3 stages × 5 jurors × 6 criteria = 900,000 marks."""

from __future__ import annotations

import csv
import itertools
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ENTRIES, STAGES, JURORS, CRITERIA = 10_000, 3, 5, 6
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    print("\nregulations and results", flush=True)
    print(f"  largest real case, check and compile: {_check_ms():.1f} ms")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder)
        print(f"  {ENTRIES * STAGES * JURORS * CRITERIA:,} marks in memory: {_in_memory(folder):.1f} s of one core", flush=True)
        took, megabytes = _from_csv(folder)
        print(f"  from CSV to JSON by the command: {took:.1f} s, {megabytes:.0f} MB at most", flush=True)


def _check_ms() -> float:
    from app.events import document
    from workflows import regulation

    cases = [document.load(path.read_text(encoding="utf-8")).data for path in sorted((ROOT / "tests" / "regulations").glob("*.yaml"))]
    rules = max((regulation.parse(data) for data in cases), key=lambda one: len(one.model_dump_json()))
    begun = time.perf_counter()
    for _again in range(10):
        regulation.problems(rules)
        regulation.compile(rules)
    return (time.perf_counter() - begun) * 100


def _write(folder: Path) -> None:
    from app.events import document
    from tests.workflows.small import CONTEST

    chance = random.Random(1)
    criteria = [{"key": f"c{number}", "title": f"Критерий {number}", "most": 10, "step": 0.5} for number in range(CRITERIA)]
    stages: list[dict[str, Any]] = [
        {"key": f"s{number}", "title": f"Этап {number}", "kind": "marks", "criteria": criteria, "sources": [{"sheets": JURORS}]}
        for number in range(STAGES)
    ]
    for before, stage in itertools.pairwise(stages):
        stage["adds"] = [{"stage": before["key"]}]
    ranking = {"by": ["nomination"], "tie_keys": [{"by": "criterion", "criterion": "c0"}, {"by": "highest_marks"}]}
    (folder / "regulation.yaml").write_text(document.dump({**CONTEST, "stages": stages, "ranking": ranking}), encoding="utf-8")
    with (folder / "entries.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("entry", "nomination"))
        rows.writerows((f"e{number}", chance.choice(("lesson", "project"))) for number in range(ENTRIES))
    with (folder / "marks.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("stage", "entry", "juror", "criterion", "value"))
        for stage in stages:
            for entry in range(ENTRIES):
                for juror in range(JURORS):
                    rows.writerows((stage["key"], f"e{entry}", f"j{juror}", one["key"], chance.randint(0, 20) / 2) for one in criteria)


def _in_memory(folder: Path) -> float:
    from app.events import reading, tables
    from workflows.judging.results import compute

    rules = reading.read((folder / "regulation.yaml").read_text(encoding="utf-8"))
    found = tables.read(rules, "Asia/Vladivostok", {name: folder / f"{name}.csv" for name in ("entries", "marks")})
    begun = time.process_time()
    computed = compute(rules, found.entries, found.marks)
    took = time.process_time() - begun
    assert not computed.faults
    return took


def _from_csv(folder: Path) -> tuple[float, float]:
    """Return the seconds of user and system time of the whole process, and its memory at the most in MB."""
    flask = str(Path(sys.executable).with_name("flask"))
    command = [flask, "regulation", "results", str(folder / "regulation.yaml"), "--format", "json", "--output", str(folder / "out.json")]
    command += ["--entries", str(folder / "entries.csv"), "--marks", str(folder / "marks.csv")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


if __name__ == "__main__":
    main()
