"""Who may enter, as remarks: nobody is refused by the machine."""

from datetime import date

from tests.workflows.judging.table import rules
from workflows.judging.admission import remarks
from workflows.judging.given import Entry


def said(entering, *given, dates=None):
    return [(one.code, one.line, one.saying.key) for one in remarks(rules({}, entering=entering), given, dates or {})]


def test_condition_that_is_not_met_is_said_at_the_line_of_the_entry():
    condition = {"key": "service", "holds": {"field": "service", "op": "at_least", "value": 3}, "message": "Нужен стаж от 3 лет"}
    entering = {"conditions": [condition]}

    assert said(entering, Entry("a", values={"service": "3"}, line=2), Entry("b", values={"service": "2"}, line=3)) == [
        ("condition", 3, "entry_condition_unmet"),
    ]


def test_what_a_person_found_counts_before_the_answers_and_by_hand_nothing_is_said_until_then():
    asked = {"key": "service", "holds": {"field": "service", "op": "at_least", "value": 3}, "message": "Нужен стаж от 3 лет"}
    entering = {"conditions": [asked, {"key": "genuine", "manual": True, "message": "Справка настоящая"}]}
    given = [
        Entry("a", values={"service": "2"}, line=2),
        Entry("b", values={"service": "2"}, found={"service": True}, line=3),
        Entry("c", values={"service": "3"}, found={"service": False, "genuine": True}, line=4),
        Entry("d", values={"service": "3"}, found={"genuine": False}, line=5),
    ]

    assert said(entering, *given) == [("condition", line, "entry_condition_unmet") for line in (2, 4, 5)]


def test_age_is_counted_in_full_years_to_a_date_of_the_event():
    holds = {"field": "born", "op": "years_at_most", "value": 35, "on": {"date": "intake_closes"}}
    entering = {"conditions": [{"key": "young", "holds": holds, "message": "До 35 лет"}]}
    given = [Entry("a", values={"born": "1990-03-11"}, line=2), Entry("b", values={"born": "1990-03-10"}, line=3)]

    assert said(entering, *given, dates={"intake_closes": date(2026, 3, 9)}) == []
    assert said(entering, *given, dates={"intake_closes": date(2026, 3, 10)}) == [("condition", 3, "entry_condition_unmet")]
    assert len(said(entering, *given, dates={"intake_closes": date(2026, 3, 11)})) == 2


def test_condition_of_a_nomination_concerns_its_entries_only():
    condition = {
        "key": "new",
        "when": {"field": "nomination", "value": "project"},
        "holds": {"field": "won", "op": "is_not", "value": "1"},
        "message": "Не победитель",
    }
    given = [Entry("a", "lesson", values={"won": "1"}, line=2), Entry("b", "project", values={"won": "1"}, line=3)]

    assert said({"conditions": [condition]}, *given) == [("condition", 3, "entry_condition_unmet")]


def test_limits_of_a_person_within_a_nomination_and_least_of_an_organisation():
    entering = {"limits": [{"of": "person", "within": ["nomination"], "most": 1}, {"of": "organisation", "least": 2}]}
    given = [
        Entry("a", "lesson", authors=("vera",), organisations=("s1",), line=2),
        Entry("b", "project", authors=("vera",), organisations=("s1",), line=3),
        Entry("c", "lesson", authors=("oleg", "vera"), organisations=("s2",), line=4),
    ]

    assert said(entering, *given) == [("limit", 4, "entry_over_person"), ("least", 4, "entry_below_organisation")]


def test_authors_of_one_organisation_and_how_many():
    entering = {"authors": {"least": 2, "most": 2, "one_organisation": True}}
    given = [
        Entry("a", authors=("x",), line=2),
        Entry("b", authors=("x", "y", "z"), organisations=("s1", "s2"), line=3),
        Entry("c", "lesson", "withdrawn", authors=("x",), line=4),
    ]

    assert said(entering, *given) == [
        ("least", 2, "entry_authors_few"), ("limit", 3, "entry_authors_many"), ("condition", 3, "entry_organisations_many"),
    ]  # fmt: skip
