"""Faults of what comes at the end: awards nobody can get, series, the way up, papers, minutes, letters. And how quick the check is."""

from __future__ import annotations

import copy
import time
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.small import CONTEST, changed
from tests.workflows.test_checker import CHOICE, IDLE, NUMBER, contest, faults, stage
from tests.workflows.test_checker_stages import two
from workflows import regulation as rules
from workflows import shape
from workflows.saying import Saying


def awards(*several: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return contest(
        asks=NUMBER, awards=[{"key": f"a{place}", "title": "Н", "by": "place", **one} for place, one in enumerate(several)], **parts
    )


FIRST, THIRD = {"place_from": 1}, {"place_from": 1, "place_to": 3}
NEVER = Saying("regulation_award_never_given", name="a0")


def level(**parts: Any) -> dict[str, Any]:
    return {"by": "threshold", **parts}


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (awards({**FIRST, "paper": "medal"}), (0, "paper"), Saying("regulation_unknown_paper", name="medal")),
        (awards({**FIRST, "organisation_paper": "medal", "recipient": "both"}), (0, "organisation_paper"), Saying("regulation_unknown_paper", name="medal")),
        (awards({**FIRST, "organisation_paper": "diploma"}), (0, "organisation_paper"), Saying(IDLE, name="organisation_paper")),
        (awards({"by": "speaker"}), (0, "by"), Saying("regulation_source_out_of_place")),
        (awards({}), (0, "place_from"), Saying("regulation_place_range_wrong")),
        (awards({"place_from": 3, "place_to": 2}), (0, "place_from"), Saying("regulation_place_range_wrong")),
        (awards({"by": "participant", "place_from": 3}), (0, "place_from"), Saying(IDLE, name="place_from")),
        (awards({"by": "participant", "share_of_max": "0.5"}), (0, "share_of_max"), Saying(IDLE, name="share_of_max")),
        (awards(level()), (0, "at_least"), Saying("regulation_threshold_missing")),
        (awards(level(at_least="25.5")), (0, "at_least"), Saying("regulation_above_maximum", most=Decimal(25))),
        (awards({**FIRST, "stage": "finale"}), (0, "stage"), Saying("regulation_unknown_stage", name="finale")),
        (awards({**FIRST, "source": "expert"}), (0, "source"), Saying("regulation_unknown_source", name="expert")),
        (awards({**FIRST, "criterion": "novelt"}), (0, "criterion"), Saying("regulation_unknown_criterion", name="novelt")),
        (awards({**FIRST, "criterion": "novelty", "at_least": 6}), (0, "at_least"), Saying("regulation_above_maximum", most=Decimal(5))),
        (awards({**FIRST, "lists": ["zone"]}), (0, "lists"), Saying("regulation_no_such_list", stage={"ru": "Жюри"})),
        (awards({**FIRST, "lists": ["nominaton"]}), (0, "lists", 0), Saying("regulation_unknown_list_key", name="nominaton")),
        (awards({**FIRST, "when": {"field": "town", "value": 1}}), (0, "when", "field"), Saying("regulation_unknown_question", name="town")),
        (awards(FIRST, FIRST), (1, "place_from"), NEVER),
        (awards(THIRD, {"place_from": 2}), (1, "place_from"), NEVER),
        (awards({**FIRST, "at_least": 10}, {**FIRST, "at_least": 12}), (1, "place_from"), NEVER),
        (awards(level(at_least=10), level(at_least=20)), (1, "at_least"), NEVER),
        (awards(level(share_of_max="0.5"), level(share_of_max="0.8")), (1, "share_of_max"), NEVER),
    ],
)  # fmt: skip
def test_fault_of_an_award(data, path, said):
    assert faults(data) == [(("awards", *path), said)]


@pytest.mark.parametrize(
    "several",
    [
        (FIRST, {"place_from": 2}, {"place_from": 3, "place_to": 5}),
        ({**FIRST, "at_least": 12}, {**FIRST, "at_least": 10}),
        ({**FIRST, "share_of_max": "0.9"}, FIRST),
        ({**FIRST, "exclusive": False}, FIRST),
        ({**FIRST, "choice": "may"}, FIRST),
        ({**FIRST, "when": {"field": "extra", "op": "at_least", "value": 3}}, FIRST),
        ({**FIRST, "most": 1}, FIRST),
        (level(at_least=20), level(at_least=10)),
        ({**FIRST, "over": "all"}, FIRST),
        ({"by": "decision"}, {"by": "participant"}),
    ],
)
def test_awards_that_leave_something_are_sound(several):
    assert faults(awards(*several)) == []


def test_place_beyond_the_cut():
    data = two(
        awards=[
            {"key": "tenth", "title": "Н", "by": "place", "place_from": 10},
            {"key": "more", "title": "Н", "by": "place", "place_from": 11},
        ]
    )

    assert faults(data) == [(("awards", 1, "place_from"), Saying("regulation_award_beyond_cut", most=10))]


def test_award_read_from_a_stage_without_totals():
    data = contest(stages=[{"key": "check", "kind": "check", "title": "П"}, stage()])
    data["awards"][0]["stage"] = "check"

    assert faults(data) == [(("awards", 0, "stage"), Saying("regulation_award_without_total"))]


def series(**parts: Any) -> dict[str, Any]:
    return contest(series=[{"key": "year", "title": "Год", **parts}])


POINTS = {"place_from": 1, "points": 10}


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (series(), ("series", 0, "places"), Saying("regulation_series_empty")),
        (series(places=[POINTS], stage="finale"), ("series", 0, "stage"), Saying("regulation_unknown_stage", name="finale")),
        (series(places=[POINTS], lists=["zone"]), ("series", 0, "lists"), Saying("regulation_no_such_list", stage={"ru": "Жюри"})),
        (series(places=[POINTS | {"place_to": 3}, POINTS | {"place_from": 3}]), ("series", 0, "places", 1, "place_from"), Saying("regulation_place_range_wrong")),
        (contest(feeds=[{"from_level": "municipal", "to_level": "regional", "award": "frist"}]), ("feeds", 0, "award"), Saying("regulation_unknown_award", name="frist")),
        (contest(feeds=[{"from_level": "regional", "to_level": "municipal", "award": "first"}]), ("feeds", 0, "to_level"), Saying("regulation_feed_down")),
        (contest(appeals={"allowed": True}), ("appeals", "days"), Saying("shape_missing", name="days")),
        (contest(appeals={"days": 3}), ("appeals", "days"), Saying(IDLE, name="days")),
        (contest(storage=[{"records": "works", "years": 3}, {"records": "works", "years": 5}]), ("storage", 1, "records"), Saying("regulation_records_twice")),
        (contest(letters=[{"notice": "entry_recieved", "off": True}]), ("letters", 0, "notice"), Saying("regulation_unknown_letter", name="entry_recieved")),
        (contest(letters=[{"notice": "entry_received"}]), ("letters", 0), Saying("regulation_letter_empty")),
        (contest(letters=[{"notice": "entry_received", "text": "{name}"}]), ("letters", 0, "text"), Saying("regulation_unknown_placeholder", name="name")),
        (changed("papers", 0, "lines", to=["{event.__class__}"]), ("papers", 0, "lines", 0), Saying("regulation_unknown_placeholder", name="event.__class__")),
        (changed("papers", 0, "lines", to=["за {place место"]), ("papers", 0, "lines", 0), Saying("regulation_brace_alone")),
        (changed("papers", 0, "lines", to=["{hours} ч."]), ("papers", 0, "lines", 0), Saying("regulation_placeholder_empty", name="hours")),
    ],
)  # fmt: skip
def test_fault_of_what_comes_after_the_awards(data, path, said):
    assert faults(data) == [(path, said)]


def line(text: str, **parts: Any) -> dict[str, Any]:
    """A contest with one more choice, whose diploma has this line."""
    data = contest(asks=CHOICE, **parts)
    data["papers"][0]["lines"] = [text]
    return data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{answer:extra}", None),
        ("{answer:extar}", Saying("regulation_unknown_question", name="extar")),
        ("{answer:extra:dative}", Saying("regulation_case_missing", title={"ru": "А"}, name="dative")),
        ("{answer:extra:vocative}", Saying("regulation_unknown_case", name="vocative", known="genitive, dative, accusative, instrumental, prepositional")),
        ("{answer:title:dative}", Saying("regulation_case_of_words", name="title")),
        ("{answer:file}", Saying("regulation_answer_unprinted", name="file")),
        ("{answer}", Saying("regulation_unknown_placeholder", name="answer")),
        ("{work:dative}", Saying("regulation_unknown_placeholder", name="work:dative")),
        ("{nomination:genitive}", Saying("regulation_case_missing", title={"ru": "Урок"}, name="genitive")),
        ("{award:instrumental}", Saying("regulation_case_missing", title={"ru": "Диплом I степени"}, name="instrumental")),
    ],
)  # fmt: skip
def test_a_line_of_a_paper_names_answers_and_cases_that_there_are(text, said):
    assert faults(line(text))[:1] == ([(("papers", 0, "lines", 0), said)] if said else [])


def minutes(column: dict[str, Any], **parts: Any) -> dict[str, Any]:
    check = {"key": "check", "kind": "check", "title": "П"}
    return contest(
        stages=[check, stage()], minutes=[{"stage": "final", "title": "Протокол", "columns": [{"title": "С", **column}], **parts}]
    )


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (minutes({"shows": "total"}, stage="finals"), ("stage",), Saying("regulation_unknown_stage", name="finals")),
        (minutes({"shows": "total"}, stage="check"), ("columns", 0, "shows"), Saying("regulation_column_empty")),
        (minutes({"shows": "answer"}), ("columns", 0, "question"), Saying("shape_missing", name="question")),
        (minutes({"shows": "answer", "question": "titl"}), ("columns", 0, "question"), Saying("regulation_unknown_question", name="titl")),
        (minutes({"shows": "total", "question": "title"}), ("columns", 0, "question"), Saying(IDLE, name="question")),
        (minutes({"shows": "total"}, line="{plase} — {authors}"), ("line",), Saying("regulation_unknown_placeholder", name="plase")),
    ],
)
def test_fault_of_minutes(data, path, said):
    assert faults(data) == [(("minutes", 0, *path), said)]


def test_all_faults_come_at_once():
    data = changed("stages", 0, "criteria", to=[])
    data["awards"][0]["paper"] = "medal"
    data["dates"] = []

    assert [said.key for _path, said in faults(data)] == [
        *["regulation_date_missing"] * 4,
        "regulation_criteria_missing",
        "regulation_unknown_paper",
    ]


# The largest regulation we can think of


def large() -> dict[str, Any]:
    """Return a sound regulation of 60 questions, 6 nominations, 4 stages and 40 criteria, conditions on most of them."""
    data = copy.deepcopy(CONTEST)
    keys = [f"n{number}" for number in range(6)]
    data["nominations"] = [{"key": key, "title": {"ru": key, "en": key}} for key in keys]
    asked = [{"field": "nomination", "op": "one_of", "value": keys[place : place + 2]} for place in range(5)]
    choice = {"kind": "choice", "options": [{"key": key, "title": key} for key in "abcdef"]}
    for number in range(54):
        kind = ({"kind": "long_text", "max_length": 3000}, choice, {"kind": "number", "least": 0, "most": 99})[number % 3]
        data["form"][0]["questions"].append({"key": f"q{number}", "label": f"Вопрос {number}", "when": asked[number % 5], **kind})
    criteria = [{"key": f"c{number}", "title": f"К {number}", "most": 10, "step": "0.5", "when": asked[number % 5]} for number in range(10)]
    ties = [{"by": "criterion", "criterion": "c0"}, {"by": "marks_from_top"}, {"by": "earlier"}, {"by": "chair"}]
    data["stages"] = [
        stage(
            key=f"s{number}",
            criteria=criteria,
            lists=[{"by": "nomination", "tie_keys": ties}],
            goes_on=[{"to": f"s{number + 1}", "most": 40 - number}],
        )
        for number in range(4)
    ]
    data["stages"][3]["goes_on"] = []
    return data


def test_check_and_compile_of_the_largest_are_quick():
    data = large()
    regulation, problems = shape.read(data)  # the first time builds what later ones use
    assert problems == []

    took = []
    for _time in range(5):
        began = time.perf_counter()
        regulation, problems = shape.read(data)
        assert regulation is not None
        rules.compile(regulation)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05
