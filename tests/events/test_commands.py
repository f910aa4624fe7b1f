"""`flask regulation …` from the project's root: exit codes, faults by line, and no trace of an installation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

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


def left_in(folder: Path) -> list[str]:
    """Return what lies in a folder, but for what Python keeps of compiled files."""
    return sorted(one.name for one in folder.iterdir() if one.name != "__pycache__")


def test_sound_file_is_fine_and_nothing_is_made(tmp_path):
    before = left_in(ROOT)
    told = flask("check", written(tmp_path, CONTEST), environ={"VAR": str(tmp_path / "var"), "SECRET_KEY": "known"})

    assert (told.returncode, told.stdout, told.stderr) == (0, f"{tmp_path / 'small.yaml'}: ошибок нет\n", "")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "small.yaml"]
    assert left_in(ROOT) == before


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


# Hostile files: every trick is a fault with its line, whatever the file is called

SMALL = document.dump(CONTEST)


def broken(line: str, by: str) -> str:
    """Return the small contest with one line of its text replaced."""
    assert SMALL.count(f"{line}\n") == 1
    return SMALL.replace(f"{line}\n", f"{by}\n")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (broken("key: small", "key: !!python/object/apply:os.system ['true']"), 3, "document_tag"),
        (broken("key: small", "key: &a small"), 3, "document_anchor"),
        (broken("key: small", "key: *a"), 3, "document_anchor"),
        (broken("key: small", "key: __import__('os').system('true')"), 3, "shape_key"),
        (broken("key: small", f"key: {'[' * 30}{']' * 30}"), 3, "document_too_deep"),
        (broken("key: small", f"key: {'9' * 5000}"), 3, "document_number_too_long"),
        (broken("key: small", "key: small\nformula: 9**9**9"), 4, "shape_unknown"),
        (broken("    most: 5", "    most: 9**9**9"), 1 + SMALL.splitlines().index("    most: 5"), "shape_kind"),
        (broken("  - ru: за {place} место", "  - ru: '{event.__class__.__mro__}'"), 1 + SMALL.splitlines().index("  - ru: за {place} место"), "regulation_unknown_placeholder"),
        (broken("    when:", "    when: has_video == 1\n    wenn:"), 1 + SMALL.splitlines().index("    when:"), "shape_kind"),
        (broken("key: small", "key: small\nkey: other"), 4, "document_key_twice"),
        (SMALL + "#" * 300_000, 1, "document_too_large"),
        ("a: " + "[" * 200_000, 1, "document_too_deep"),
        ("", 1, "document_empty"),
        ("just a text", 1, "shape_kind"),
    ],
)  # fmt: skip
def test_a9_attack_is_a_fault_with_its_line(app, tmp_path, text, line, code):
    told = inside(app, "check", written(tmp_path, text), "--format", "json")

    assert told.exit_code == 1
    [first, *_more] = json.loads(told.stdout)["problems"]
    assert (first["line"], first["code"]) == (line, code)


HOSTILE = {
    "document_tag": SMALL.replace("key: small", "key: !!python/object/apply:os.system ['true']"),
    "document_anchor": SMALL.replace("key: small", "key: &a small"),
    "document_too_deep": SMALL + "x: " + "[" * 200_000,
    "document_too_large": SMALL + "#" * 300_000,
}


@pytest.mark.parametrize("command", ["check", "explain", "draw", "results"])
@pytest.mark.parametrize("code", HOSTILE)
def test_a9_every_command_that_takes_a_regulation_refuses_a_hostile_one(app, tmp_path, command, code):
    tables = tmp_path / "entries.csv"
    tables.write_text("entry\n")
    more = ("--entries", tables, "--marks", tables) if command == "results" else ()
    told = inside(app, command, written(tmp_path, HOSTILE[code]), *more, *(() if command == "draw" else ("--format", "json")))

    assert told.exit_code == 1
    if command == "draw":
        assert "<svg" not in told.stdout
        return
    assert [one["code"] for one in json.loads(told.stdout)["problems"]] == [code]
    assert json.loads(told.stdout)["problems"][0]["line"] > 0


def test_bytes_that_are_no_text_are_a_fault(app, tmp_path):
    file = tmp_path / "small.yaml"
    file.write_bytes(SMALL.encode("cp1251"))

    told = inside(app, "check", file, "--format", "json")
    assert told.exit_code == 1
    assert [one["code"] for one in json.loads(told.stdout)["problems"]] == ["document_not_readable"]


def test_mark_at_the_beginning_of_a_file_is_no_fault(app, tmp_path):
    file = tmp_path / "small.yaml"
    file.write_bytes(SMALL.encode("utf-8-sig"))

    assert inside(app, "check", file).exit_code == 0


# What is said


def inside(app, *words: str | Path):
    return app.test_cli_runner().invoke(args=["regulation", *map(str, words)])


def test_fault_is_told_in_the_language_asked_for_with_its_repair(app, tmp_path):
    file = written(tmp_path, changed("awards", 0, "paper", to="diplom"))
    line = 1 + file.read_text(encoding="utf-8").splitlines().index("  paper: diplom")

    assert inside(app, "check", file).stdout == f"{file}:{line}: Награда ведёт к документу «diplom», которого нет. Замените на «diploma».\n"
    english = inside(app, "check", file, "--lang", "en").stdout
    assert english.startswith(f"{file}:{line}: ")
    assert english.endswith("Replace it with “diploma”.\n")
    [problem] = json.loads(inside(app, "check", file, "--format", "json", "--lang", "en").stdout)["problems"]
    assert problem["remedy"] == "Replace it with “diploma”."


def test_several_files_are_told_one_after_another(app, tmp_path):
    good, bad = written(tmp_path, CONTEST), written(tmp_path, changed("title", to={}), "bad.yaml")
    told = inside(app, "check", good, bad)

    assert told.exit_code == 1
    assert [line.split(":")[0] for line in told.stdout.splitlines()] == [str(good), str(bad)]


def test_output_goes_into_the_file_that_was_named(app, tmp_path):
    told = inside(app, "check", written(tmp_path, CONTEST), "--format", "json", "--output", tmp_path / "told.json")

    assert (told.exit_code, told.stdout) == (0, "")
    assert json.loads((tmp_path / "told.json").read_text(encoding="utf-8")) == {"problems": []}


def test_zone_of_no_place_is_a_fault(app, tmp_path):
    told = inside(app, "check", written(tmp_path, CONTEST | {"zone": "Asia/Vladivostock"}), "--format", "json", "--lang", "en")

    [problem] = json.loads(told.stdout)["problems"]
    assert (problem["path"], problem["code"], problem["remedy"]) == ("zone", "shape_zone", "Replace it with “Asia/Vladivostok”.")


def test_zone_of_no_place_beside_the_own_one_is_a_fault(app, tmp_path):
    told = inside(app, "check", written(tmp_path, CONTEST | {"beside_zones": ["Europe/Moscow", "Europe/Moskow"]}), "--format", "json")

    assert [(one["path"], one["code"]) for one in json.loads(told.stdout)["problems"]] == [("beside_zones.1", "shape_zone")]


def test_schema_describes_every_part_and_takes_a_sound_regulation(app):
    schema = json.loads(inside(app, "schema").stdout)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(CONTEST) <= set(schema["properties"])
    assert "not" in schema["$defs"]["Not"]["properties"]  # by the names a document is written with
    assert schema["$defs"]["Source"]["description"].startswith("Who marks at a stage")
    words = schema["properties"]["title"]["anyOf"]
    assert {"type": "string"} in words


SVG = "{http://www.w3.org/2000/svg}"


def test_picture_shows_stages_cuts_and_awards(app, tmp_path):
    first = CONTEST["stages"][0] | {
        "key": "works",
        "title": {"ru": "Отбор", "en": "Selection"},
        "goes_on": [{"to": "final", "most": 10, "per": ["nomination"]}],
    }
    file = written(tmp_path, CONTEST | {"stages": [first, CONTEST["stages"][0]]})
    told = inside(app, "draw", file)

    assert told.exit_code == 0
    page = ElementTree.fromstring(told.stdout.encode())  # noqa: S314  (our own picture)
    texts = ["".join(one.itertext()) for one in page.iter(f"{SVG}text")]
    assert [one for one in texts if one in ("Приём заявок", "Отбор", "Жюри", "Награды")] == ["Приём заявок", "Отбор", "Жюри", "Награды"]
    assert "первые 10 работ, отдельно по номинациям" in texts
    assert "Лауреат, места 3–5" in texts
    english = ElementTree.fromstring(inside(app, "draw", file, "--lang", "en").stdout.encode())  # noqa: S314  (our own picture)
    told_in_english = " ".join("".join(one.itertext()) for one in english.iter(f"{SVG}text"))
    assert "the first 10 works, separately by nomination" in told_in_english
    assert "Selection" in told_in_english


def test_picture_of_any_words_is_sound_and_fetches_nothing(app, tmp_path):
    file = written(tmp_path, changed("title", to={"ru": "<script>&\"' ]]>"}))
    told = inside(app, "draw", file)

    page = ElementTree.fromstring(told.stdout.encode())  # noqa: S314  (our own picture)
    assert page.find(f"{SVG}title").text == "<script>&\"' ]]>"
    assert not [one for one in page.iter() if one.tag in (f"{SVG}script", f"{SVG}image", f"{SVG}use", f"{SVG}style")]
    assert "url(#end)" in told.stdout
    assert told.stdout.count("http") == 1  # the name of the format


def test_nothing_is_drawn_of_a_faulty_file(app, tmp_path):
    told = inside(app, "draw", written(tmp_path, changed("title", to={})))

    assert (told.exit_code, "<svg" in told.stdout) == (1, False)


def test_works_in_a_checkout_that_cannot_be_written(tmp_path):
    """The words of both languages may not have been compiled yet, and nothing can be kept."""
    checkout = tmp_path / "house"
    for part in ("app", "workflows"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "static"))
    shutil.copy(ROOT / "config.py", checkout)
    file = written(tmp_path, changed("title", to={}))
    before = sorted(checkout.rglob("*"))
    told = subprocess.run(
        [str(Path(sys.executable).with_name("flask")), "regulation", "check", str(file), "--lang", "en"],
        cwd=checkout, env={"PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert (told.returncode, told.stdout, told.stderr) == (1, f"{file}:4: The Russian text is missing.\n", "")
    assert sorted(checkout.rglob("*")) == before
