"""What comes out of the real regulations: reasoned by hand from their rules, then compared with the computation."""

import pytest

from tests.regulations.cases import FILES, awards_of, computed, expected, going_on, lists_of


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
