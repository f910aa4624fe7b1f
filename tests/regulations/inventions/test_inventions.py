"""Three regulations nobody has: written from docs/regulation.md alone, their rules in new combinations, their results counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.events import printing, reading, tables
from app.wording.explained import explain_in
from workflows.judging.results import compute

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def words(app):
    with app.app_context():
        yield


def rules_of(name: str):
    return reading.read((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def computed(name: str, *, decisions: bool = True) -> dict[str, Any]:
    files = {one: path for one in ("entries", "marks", "decisions") if (path := HERE / name / f"{one}.csv").exists()}
    if not decisions:
        files.pop("decisions", None)
    rules = rules_of(name)
    found = tables.read(rules, "Asia/Vladivostok", files)
    results = compute(rules, found.entries, found.marks, found.jurors, found.decisions)
    assert [*found.faults, *results.faults] == []
    return printing.as_data(results, [*found.remarks, *results.remarks], files)


def rows(data: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
    """Return (entry, exact total, place, awards) of a list."""
    found = next(one for one in data["lists"] if one["list"] == name)
    return [(row["entry"], row["exact"], row["place"], [one["award"] for one in row["awards"]]) for row in found["rows"]]


def said(name: str, lang: str) -> list[str]:
    return [line for one in explain_in(rules_of(name), lang) for line in one.sentences]


# Two shores: half of each shore goes on, one of them from a village; the sum without the extremes and the hall's votes; the ballots.


def test_half_of_each_shore_goes_on_with_just_one_village():
    data = computed("two_shores")

    # North: means 9.5, 8, 6.5, 5; half of 4 is 2: the one village is n3, the other seat is n1's; n2 stays though it is better.
    assert rows(data, "hearing/shore=north") == [
        ("n1", "19/2", 1, ["shore_best"]),
        ("n2", "8", 2, ["participant"]),
        ("n3", "13/2", 3, []),
        ("n4", "5", 4, ["participant"]),
    ]
    # South: half of 3 is 1.5, rounded up 2.
    assert rows(data, "hearing/shore=south") == [
        ("s1", "19/2", 1, ["shore_best"]),
        ("s2", "15/2", 2, ["participant"]),
        ("s3", "6", 3, ["participant"]),
        ("s4", None, None, []),
    ]


def test_final_adds_the_middle_sheets_and_the_hall_and_ballots_part_the_first():
    data = computed("two_shores")

    # n1: sheets 21 22 25 28, the middle 47, hall 20 of 40 votes 2.5; s1: 19 23 24 27, 47 and 2.5; n3: 15 18 19 24, 37 and 5.
    assert rows(data, "final") == [
        ("s1", "99/2", 1, ["grand"]),
        ("n1", "99/2", 2, ["prize"]),
        ("n3", "42", 3, ["prize", "audience"]),
        ("s2", "129/4", 4, []),
    ]
    assert data["open"] == []


def test_without_ballots_the_first_two_wait_and_their_awards_with_them():
    data = computed("two_shores", decisions=False)

    assert rows(data, "final")[:3] == [("n1", "99/2", 1, []), ("s1", "99/2", 1, []), ("n3", "42", 3, ["prize", "audience"])]
    assert [(one["kind"], one["entries"], one["places"], one["award"]) for one in data["open"]] == [("tie", ["n1", "s1"], [1, 2], "grand")]


# The reading chain: capped reports, medians of each other with a duty, a weighted sum, lists by length of service, a series.


def test_chain_is_half_the_marathon_and_the_exchange():
    data = computed("reading_chain")

    # June and July count 20 each at most: r1 20 + 20; r5 has 14, below 15, and does not go on.
    assert rows(data, "marathon") == [
        ("r1", "40", 1, []),
        ("r4", "40", 1, []),
        ("r3", "26", 3, []),
        ("r2", "22", 4, []),
        ("r5", "14", 5, ["participant"]),
    ]
    # r2: sheets 19, 13 and 8 of 10 made 16 of 20: the median is 16, and 2 for three sheets of her own. r4 gave two: no points.
    assert [row[:2] for row in rows(data, "exchange")] == [("r2", "18"), ("r1", "17"), ("r3", "27/2"), ("r4", "5")]


def test_service_counted_to_the_day_of_the_regulation_parts_the_lists():
    data = computed("reading_chain")

    assert rows(data, "chain/group=young") == [("r1", "37", 1, ["winner"]), ("r3", "53/2", 2, ["laureate"])]
    assert rows(data, "chain/group=elder") == [("r2", "29", 1, ["winner"]), ("r4", "25", 2, ["laureate"])]
    young = next(one for one in data["lists"] if one["list"] == "chain/group=young")
    assert [row["series"] for row in young["rows"]] == [{"year": 11}, {"year": 6.5}]


# Open shelves: a derived nomination merged into another, places instead of points, a council's decisions, places from sheets.


def test_short_nomination_is_merged_and_places_are_added():
    data = computed("open_shelves")

    assert rows(data, "shelves/nomination=large") == [
        ("l1", "4", 1, []),
        ("m1", "6", 2, []),
        ("l2", "8", 3, []),
        ("l3", "13", 4, ["special"]),
        ("m2", "14", 5, []),
    ]
    assert [(row[0], row[2]) for row in rows(data, "shelves/nomination=small")] == [("m1", None), ("m2", None), ("m3", None)]


def test_council_lets_three_on_and_places_of_the_sheets_decide():
    data = computed("open_shelves")

    # x: 15 - 2 and 13 share the places 1 and 2; y: 18, 16.5, 17 - 1. The lowest sum leads. Half of 3 ranked, rounded up, is 2.
    assert rows(data, "final") == [("l1", "5/2", 1, ["winner"]), ("m1", "7/2", 2, ["laureate"]), ("l2", "6", 3, ["laureate"])]
    assert data["open"] == []


def test_nobody_goes_on_before_the_council_decides():
    data = computed("open_shelves", decisions=False)

    assert [(one["kind"], one["entries"]) for one in data["open"]] == [("cut", ["l1", "l2", "l3", "m1", "m2"])]
    assert {one["code"] for one in data["warnings"]} == {"marks_not_counted"}


SENTENCES = [
    (
        "two_shores",
        "Среди вышедших ровно одна работа, для которой верно: на вопрос «Сельская школа?» дан ответ «да».",
        "Among them is exactly one for which this is true: the answer to “A village school?” is yes.",
    ),
    (
        "two_shores",
        "Отбрасывают лист с наибольшим и лист с наименьшим итогом, остальные складывают.",
        "The highest and the lowest sheet are left out, and the others are added up.",
    ),
    (
        "two_shores",
        "Если итоги равны, решают по порядку: 1) большее число голосов жюри; 2) жребий.",
        "If totals are equal, these decide one after another: 1) the larger number of the jury's votes; 2) the lot.",
    ),
    (
        "reading_chain",
        "В группу «Молодые» заявка входит, если стаж не больше 3 лет на день окончания приёма.",
        "An application belongs to the group “Young” if service is at most 3 years on the last day of entries.",
    ),
    (
        "reading_chain",
        "За 3 листа, сданных в срок, участнику прибавляют 2 балла.",
        "An entrant who hands in 3 sheets in time earns 2 points.",
    ),
    (
        "reading_chain",
        "К итогу этапа прибавляют итог этапа «Марафон», умноженный на 0,5.",
        "The total of the stage “Marathon” times 0.5 is added.",
    ),
    ("reading_chain", "Места с II по III дают по 5,5 балла.", "Places 2 to 3 give 5.5 points each."),
    (
        "open_shelves",
        "Номинацию «Малые библиотеки» определяют ответы: заявка попадает в неё, если фонд меньше 5000.",
        "The nomination “Small libraries” follows from the answers: an application belongs to it if the stock is less than 5000.",
    ),
    (
        "open_shelves",
        "Если заявок в списке допущено меньше трёх, его объединяют со списком номинации «Большие библиотеки».",
        "If fewer than three applications of a list are admitted, it is merged with the list of “Large libraries”.",
    ),
    ("open_shelves", "Места, которые дали работе члены жюри, складывают.", "The places given by the jurors are added up."),
]


@pytest.mark.parametrize(("name", "russian", "english"), SENTENCES, ids=lambda one: one[:30])
def test_rules_are_said_in_both_languages(name, russian, english):
    assert russian in "\n".join(said(name, "ru"))
    assert english in "\n".join(said(name, "en"))
