"""What comes out of the real regulations: reasoned by hand from their rules, then compared with the computation."""

import json
import re

import pytest

from tests.regulations.cases import FILES, FOLDER, awards_of, computed, decisions_of, expected, going_on, lists_of

PLACEHOLDER = re.compile(r"%\(|\{[a-z_]+\}|[a-z]+_[a-z_]+")
RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)


def _by_kind(items):
    return sorted(items, key=lambda one: (one["kind"], one["list"], one["entries"]))


def _open(results, wanted):
    """Return what is open, with the award only where the expectation tells it."""
    told = {name for one in wanted for name in one}
    rows = [
        {"kind": one.kind, "list": one.list, "entries": list(one.entries), "places": one.places and list(one.places), "award": one.award}
        for one in results.open
    ]
    return [{name: value for name, value in row.items() if name in told or name in ("kind", "list", "entries")} for row in rows]


def _agrees(results, wanted):
    found = lists_of(results)
    for name, one in wanted.get("lists", {}).items():
        assert found[name]["status"] == one["status"], name
        assert list(found[name]["rows"].items()) == list(one["rows"].items()), name
        for goes, word in ((True, "advances"), (None, "undecided")):
            if word in one:
                assert going_on(results, name, goes) == {to: sorted(keys) for to, keys in one[word].items()}, name
    given = awards_of(results)
    assert {award: given.get(award, []) for award in wanted.get("awards", {})} == {
        award: sorted(keys) for award, keys in wanted.get("awards", {}).items()
    }
    assert _by_kind(_open(results, wanted["open"])) == _by_kind(wanted["open"])


@pytest.mark.parametrize("number", FILES)
def test_case_comes_out_as_reasoned(number):
    results, warnings = computed(number)
    wanted = expected(number)

    _agrees(results, wanted)
    assert set(awards_of(results)) <= set(wanted["awards"])
    assert set(lists_of(results)) - {"municipal"} == set(wanted["lists"])
    assert warnings == sorted(wanted["warnings"])


@pytest.mark.parametrize("number", [number for number in FILES if "without_decisions" in expected(number)])
def test_case_waits_for_people_where_they_decide(number):
    results, _warnings = computed(number, decisions=False)

    _agrees(results, expected(number)["without_decisions"])


def _arguments(number):
    tables = {name: FOLDER / number / f"{name}.csv" for name in ("entries", "marks", "jurors", "decisions")}
    return [str(FILES[number]), *(word for name, path in tables.items() if path.exists() for word in (f"--{name}", str(path)))]


def test_command_finds_no_fault_in_any_case(app):
    checked = app.test_cli_runner().invoke(args=["regulation", "check", *map(str, FILES.values()), "--format", "json"])

    assert (checked.exit_code, json.loads(checked.output)) == (0, {"problems": []})


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("number", FILES)
def test_command_prints_the_same(app, number, lang):
    printed = app.test_cli_runner().invoke(args=["regulation", "results", *_arguments(number), "--format", "json", "--lang", lang])
    data = json.loads(printed.output)

    assert printed.exit_code == 0
    rows = {
        found["list"]: {row["entry"]: [row["place"], row["place_to"], row["exact"]] for row in found["rows"]} for found in data["lists"]
    }
    assert {name: rows[name] for name in expected(number)["lists"]} == {
        name: one["rows"] for name, one in expected(number)["lists"].items()
    }
    said = [one["message"] for one in (*data["open"], *data["warnings"])] + [
        why for found in data["lists"] for row in found["rows"] for why in row["why"]
    ]
    assert [
        text
        for text in map(_without_grounds(number), said)
        if not text or PLACEHOLDER.search(text) or (lang == "en" and RUSSIAN.search(text))
    ] == []


def _without_grounds(number):
    """People wrote the grounds in their own language."""
    grounds = {one.ground for one in decisions_of(number)}

    def plain(text):
        for ground in grounds:
            text = text.replace(ground, "…")
        return text

    return plain
