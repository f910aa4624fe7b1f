"""`flask regulation results`: tables in, lists, awards and open questions out; every fault of a table with its line."""

import io
import json

import pytest
from openpyxl import load_workbook

from tests.events.test_commands import flask, written
from tests.workflows.small import changed

STAGE = {
    "key": "final",
    "kind": "marks",
    "title": {"ru": "Жюри"},
    "criteria": [
        {"key": "novelty", "title": {"ru": "Новизна"}, "most": 5, "step": 0.5},
        {"key": "result", "title": {"ru": "Результат"}, "most": 10},
    ],
}
ENTRIES = "entry,nomination,status,authors,organisations\na,lesson,,Вера|Нина,school1\nb,lesson,,Лев,school2\nc,project,,Олег,school1\nd,project,withdrawn,Пётр,school3\n"
MARKS = (
    "stage;entry;juror;criterion;value\n"
    "final;a;lev;novelty;4,5\nfinal;a;lev;result;9\nfinal;a;nina;novelty;5\nfinal;a;nina;result;8\n"
    "final;b;lev;novelty;3\nfinal;b;lev;result;3\nfinal;c;lev;novelty;2\nfinal;c;lev;result;2\n"
)


@pytest.fixture
def results(tmp_path):
    """Write a regulation and its tables, run the command, return what it told."""
    regulation = written(tmp_path, changed("stages", to=[STAGE]))

    def told(*more, entries=ENTRIES, marks=MARKS, **tables):
        files = {"entries": entries, "marks": marks, **tables}
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        options = [part for name in files for part in (f"--{name}", tmp_path / f"{name}.csv")]
        return flask("results", regulation, *options, *more)

    return told


def as_json(told, code=0):
    assert (told.returncode, told.stderr) == (code, "")
    return json.loads(told.stdout)


def test_result_has_the_declared_shape(results):
    found = as_json(results("--format", "json"))

    assert list(found) == ["schema", "lists", "open", "warnings"]
    assert (found["schema"], found["open"], found["warnings"]) == (1, [], [])
    first = found["lists"][0]
    assert {key: first[key] for key in first if key != "rows"} == {
        "list": "final/nomination=lesson", "stage": "final", "nomination": "lesson", "zone": None, "group": None,
        "partition": {"nomination": "lesson"}, "status": "ranked",
    }  # fmt: skip
    assert first["rows"][0] == {
        "entry": "a", "status": "admitted", "total": "13.25", "exact": "53/4", "place": 1, "place_to": 1,
        "stages": {"final": {"total": "13.25", "exact": "53/4", "sheets": 2}}, "advances": {},
        "awards": [{"award": "first", "by": "rule", "ground": ""}], "why": ["Среднее 2 листов: 13,50; 13,00."],
    }  # fmt: skip


def test_rows_stand_by_place_and_the_unranked_last(results):
    found = as_json(results("--format", "json"))

    assert [[(row["entry"], row["place"], row["total"]) for row in one["rows"]] for one in found["lists"]] == [
        [("a", 1, "13.25"), ("b", 2, "6.00")],
        [("c", 1, "4.00"), ("d", None, None)],
    ]
    assert [row["exact"] for row in found["lists"][1]["rows"]] == ["4", None]


def test_a_count_with_evidence_is_what_was_accepted_and_no_item_stands_in_the_result(tmp_path):
    talks = {"key": "talks", "title": {"ru": "Выступления"}, "kind": "count", "price": 2, "most": 10, "evidence": "file"}
    regulation = written(tmp_path, changed("stages", to=[STAGE | {"criteria": [talks]}]))
    (tmp_path / "entries.csv").write_text("entry,nomination\na,lesson\nb,lesson\n")
    (tmp_path / "marks.csv").write_text("stage,entry,juror,criterion,value\nfinal,a,lev,talks,2\nfinal,b,lev,talks,3\n")
    words = ("--entries", tmp_path / "entries.csv", "--marks", tmp_path / "marks.csv", "--format", "json")
    found = as_json(flask("results", regulation, *words))

    assert [(row["entry"], row["exact"]) for row in found["lists"][0]["rows"]] == [("b", "6"), ("a", "4")]
    assert "evidence" not in json.dumps(found)
    (tmp_path / "marks.csv").write_text("stage,entry,juror,criterion,value\nfinal,a,lev,talks,1.5\n")
    assert [one["line"] for one in as_json(flask("results", regulation, *words), code=1)["problems"]] == [2]


def test_open_tie_is_an_item_and_the_exit_code_is_still_zero(results):
    marks = MARKS.replace(
        "final;b;lev;novelty;3\nfinal;b;lev;result;3\n",
        "final;b;lev;novelty;4,5\nfinal;b;lev;result;9\nfinal;b;nina;novelty;5\nfinal;b;nina;result;8\n",
    )

    found = as_json(results("--format", "json", "--lang", "en", marks=marks))

    assert found["open"] == [
        {
            "id": "tie:final/nomination=lesson:a,b", "kind": "tie", "list": "final/nomination=lesson", "stage": "final", "entries": ["a", "b"],
            "places": [1, 2], "award": "first", "message": "2 entries with equal totals at places 1–2: decide which is higher.",
        },
    ]  # fmt: skip
    assert [(row["place"], row["place_to"], row["awards"]) for row in found["lists"][0]["rows"]] == [(1, 2, []), (1, 2, [])]


def test_decisions_settle_what_was_open(results):
    marks = MARKS.replace(
        "final;b;lev;novelty;3\nfinal;b;lev;result;3\n",
        "final;b;lev;novelty;4,5\nfinal;b;lev;result;9\nfinal;b;nina;novelty;5\nfinal;b;nina;result;8\n",
    )
    decisions = "kind,list,stage,entry,award,value,ground\ntie,final/nomination=lesson,,b,,1,Протокол 2\ntie,final/nomination=lesson,,a,,2,Протокол 2\n"

    found = as_json(results("--format", "json", marks=marks, decisions=decisions))

    assert found["open"] == []
    assert [(row["entry"], row["place"], [one["award"] for one in row["awards"]]) for row in found["lists"][0]["rows"]] == [
        ("b", 1, ["first"]), ("a", 2, ["second"]),
    ]  # fmt: skip


def test_all_faults_are_told_with_their_file_and_line(results, tmp_path):
    entries = ENTRIES + "a,lesson,,Вера,school1\ne,lessons,,Вера,school1\n"
    marks = MARKS + "final;a;lev;novelty;4\nfinal;zzz;lev;novelty;4\nfinal;b;nina;novelty;6\nfinal;b;nina;beauty;1\n"

    found = as_json(results("--format", "json", entries=entries, marks=marks), code=1)

    assert list(found) == ["problems"]
    assert [(one["file"], one["line"], one["code"]) for one in found["problems"]] == [
        (str(tmp_path / "entries.csv"), 6, "double"),
        (str(tmp_path / "entries.csv"), 7, "nomination"),
        (str(tmp_path / "marks.csv"), 10, "double"),
        (str(tmp_path / "marks.csv"), 11, "entry"),
        (str(tmp_path / "marks.csv"), 12, "value"),
        (str(tmp_path / "marks.csv"), 13, "criterion"),
    ]


def test_faults_of_the_regulation_come_first(results, tmp_path):
    written(tmp_path, changed("stages", to=[STAGE, STAGE]))

    assert next(one["code"] for one in as_json(results("--format", "json"), code=1)["problems"]) == "regulation_key_twice"


def test_unknown_column_and_marks_that_do_not_count_are_warned_about(results):
    found = as_json(
        results("--format", "json", entries=ENTRIES.replace("organisations\n", "organisations,mood\n"), marks=MARKS + "final;d;lev;;9\n")
    )

    assert [(one["code"], one["line"]) for one in found["warnings"]] == [("unknown_column", 1), ("marks_not_counted", 10)]


def test_a_column_tells_what_people_found_of_a_condition(tmp_path):
    condition = {"key": "genuine", "manual": True, "message": {"ru": "Справка настоящая"}}
    regulation = written(tmp_path, {**changed("stages", to=[STAGE]), "entering": {"conditions": [condition]}})
    table, marks = tmp_path / "entries.csv", tmp_path / "marks.csv"
    marks.write_text("stage,entry,juror,criterion,value\n")
    told = []
    for third in ("", "да"):
        table.write_text(f"entry,nomination,genuine\na,lesson,1\nb,lesson,0\nc,lesson,{third}\n")
        told.append(flask("results", regulation, "--entries", table, "--marks", marks, "--format", "json"))

    assert [(one["code"], one["line"]) for one in as_json(told[0])["warnings"]] == [("condition", 3)]
    assert [(one["code"], one["line"]) for one in as_json(told[1], 1)["problems"]] == [("genuine", 4)]


def test_mark_of_order_and_missing_cells_are_taken(results):
    plain = as_json(results("--format", "json"))

    assert as_json(results("--format", "json", entries="\ufeff" + ENTRIES, marks="\ufeff" + MARKS)) == plain


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ("key,nomination\na,lesson\n", "column"),
        ("entry,entry,nomination\na,b,lesson\n", "column"),
        ("entry,nomination\na,lesson,extra,more\n", "columns"),
        ("entry,nomination,received\na,lesson,вчера\n", "received"),
        ("entry,nomination\n,lesson\n", "entry"),
        (b"entry,nomination\n\xff\xfe,lesson\n", "encoding"),
    ],
)
def test_table_that_cannot_be_read_says_why(results, entries, code):
    found = as_json(results("--format", "json", entries=entries, marks="stage,entry,juror,criterion,value\n"), code=1)

    assert [one["code"] for one in found["problems"]] == [code]


def test_table_for_people_and_a_workbook(results, tmp_path):
    told = results("--lang", "en")
    assert told.returncode == 0
    assert told.stdout.splitlines()[:3] == [
        "final/nomination=lesson (ranked)",
        "Place  Application  Result  Awards  Status",
        "1      a            13.25   first   admitted",
    ]

    assert results("--format", "xlsx").returncode == 2
    assert results("--format", "xlsx", "--output", tmp_path / "out.xlsx").returncode == 0
    book = load_workbook(io.BytesIO((tmp_path / "out.xlsx").read_bytes()))
    assert [cell.value for cell in book.worksheets[0][4]] == ["1", "a", "13.25", "first", "admitted"]


def test_a24_formulas_in_keys_are_text_in_a_workbook(results, tmp_path):
    entries = ENTRIES.replace("\nc,", "\n=1+1,")
    marks = MARKS.replace(";c;", ";=1+1;")

    assert results("--format", "xlsx", "--output", tmp_path / "out.xlsx", entries=entries, marks=marks).returncode == 0
    book = load_workbook(io.BytesIO((tmp_path / "out.xlsx").read_bytes()))
    assert (book.worksheets[1]["B4"].value, book.worksheets[1]["B4"].data_type) == ("=1+1", "s")
