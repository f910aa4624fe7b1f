"""`flask regulation …` from the project's root: exit codes, faults by line, and no trace of an installation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.events import document
from tests.processes import ROOT
from tests.workflows.small import CONTEST, changed


def written(folder: Path, data, name: str = "small.yaml") -> Path:
    """Return a regulation's file with this data, or this text, in it."""
    file = folder / name
    file.write_text(data if isinstance(data, str) else document.dump(data), encoding="utf-8")
    return file


def flask(*words: str | Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would from the project's root, with an empty environment."""
    command = [str(Path(sys.executable).with_name("flask")), "regulation", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environ or {}, capture_output=True, text=True, encoding="utf-8", check=False)


def test_sound_file_is_fine_and_nothing_is_made(tmp_path):
    before = sorted(ROOT.iterdir())
    told = flask("check", written(tmp_path, CONTEST), environ={"VAR": str(tmp_path / "var"), "SECRET_KEY": "known"})

    assert (told.returncode, told.stdout, told.stderr) == (0, f"{tmp_path / 'small.yaml'}: ошибок нет\n", "")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "small.yaml"]
    assert sorted(ROOT.iterdir()) == before


def test_faults_are_told_by_line_with_exit_code_one(tmp_path):
    data = changed("awards", 0, "paper", to="medal")
    data["dates"] = data["dates"][:3]
    file = written(tmp_path, data)
    line = 1 + file.read_text(encoding="utf-8").splitlines().index("  paper: medal")
    told = flask("check", file, "--format", "json", "--lang", "en")

    assert told.returncode == 1
    found = json.loads(told.stdout)
    assert list(found) == ["problems"]
    assert [(one["line"], one["path"], one["code"]) for one in found["problems"]] == [
        (9, "dates", "regulation_date_missing"),
        (line, "awards.0.paper", "regulation_unknown_paper"),
    ]
    assert [one["file"] for one in found["problems"]] == [str(file)] * 2


def test_wrong_use_is_exit_code_two(tmp_path):
    assert flask("check").returncode == 2
    assert flask("check", tmp_path / "nothing.yaml").returncode == 2
    assert flask("check", tmp_path).returncode == 2
    assert flask("check", written(tmp_path, CONTEST), "--lang", "de").returncode == 2


def test_explanation_says_the_rules_in_the_language_asked_for(tmp_path):
    file = written(tmp_path, CONTEST)
    russian, english = flask("explain", file), flask("explain", file, "--lang", "en")

    assert (russian.returncode, russian.stderr, english.returncode, english.stderr) == (0, "", 0, "")
    assert "Награды\n  Одна заявка получает не больше одной основной награды" in russian.stdout
    assert "  Награду «Диплом I степени» получает тот, кто занял I место." in russian.stdout
    assert "  The award “Диплом I степени” goes to whoever takes place 1." in english.stdout


def test_explanation_may_go_to_a_file_and_be_read_by_a_program(tmp_path):
    told = flask("explain", written(tmp_path, CONTEST), "--format", "json", "--output", tmp_path / "rules.json")

    assert (told.returncode, told.stdout) == (0, "")
    chapters = json.loads((tmp_path / "rules.json").read_text(encoding="utf-8"))["chapters"]
    assert chapters[0] == {"key": "about", "title": "О мероприятии", "sentences": chapters[0]["sentences"]}
    assert "awards" in [one["key"] for one in chapters]


def test_unsound_file_is_not_explained(tmp_path):
    file = written(tmp_path, changed("awards", 0, "paper", to="medal"))

    assert flask("explain", file, "--lang", "en").stdout == flask("check", file, "--lang", "en").stdout
    assert flask("explain", file).returncode == 1
