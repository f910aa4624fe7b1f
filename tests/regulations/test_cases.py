"""Real regulations stand as data: each can be read, is sound and makes a workflow, and no line of the service knows it."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.events import document
from tests.regulations.cases import FILES, TOWNS, read, rules
from workflows import entering, questions, regulation

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = [
    file
    for folder in ("app", "workflows", "templates")
    for file in sorted((ROOT / folder).rglob("*"))
    if file.suffix in {".py", ".html", ".txt", ".yaml", ".po", ".js", ".css"} and "vendor" not in file.parts
]


@pytest.mark.parametrize("number", FILES)
def test_case_is_sound(number):
    assert [(read(number).lines.get(one.path), one.path, one.saying) for one in regulation.problems(rules(number))] == []
    assert regulation.compile(rules(number)).faults() == []


@pytest.mark.parametrize("number", FILES)
def test_case_marks_what_is_ours(number):
    assert "# наше" in FILES[number].read_text(encoding="utf-8")


@pytest.mark.parametrize("number", FILES)
def test_case_survives_writing_and_reading(number):
    data = read(number).data

    assert document.load(document.dump(data)).data == data
    assert regulation.parse(rules(number).model_dump(mode="json", by_alias=True)) == rules(number)


def test_service_knows_no_case():
    known = [name for number in FILES for name in (rules(number).key, *rules(number).title.values())]
    texts = {file: file.read_text(encoding="utf-8") for file in OURS}

    assert [(file.name, name) for file, text in texts.items() for name in (*known, *TOWNS) if name in text] == []


# What is odd in each, found in the data


def test_a_person_wins_and_her_organisation_gets_the_prize():
    krai = rules("01")

    assert [(one.key, one.recipient, one.exclusive) for one in krai.awards[:2]] == [
        ("winner", "author", True),
        ("equipment", "organisation", False),
    ]
    assert [krai.paper(one.paper).recipient for one in krai.awards[:2]] == ["author", "organisation"]
    assert all(one.when is not None for one in krai.nominations)


def test_a_nomination_with_two_works_gives_no_places():
    least = rules("02").ranking.least

    assert least is not None
    assert (least.count, least.then) == (3, "no_ranking")
    assert rules("02").feeds[0].to_level == "national"


def test_dates_are_set_by_an_order_and_counted_in_working_days():
    dates = {one.key: one for one in rules("04").dates}

    assert [one.on for one in dates.values()] == [None] * 7
    assert (dates["order_on"].before, dates["order_on"].working_days) == ("intake_opens", 10)
    assert (dates["results_on"].after, dates["results_on"].working_days) == ("judging_closes", 7)


def test_the_experience_bank_has_a_consent_of_its_own():
    assert [one.purpose for one in rules("05").consents] == ["processing", "spreading", "bank"]
    assert [one.act for one in rules("05").approval] == ["minutes", "resolution"]


def test_one_regulation_feeds_winners_upward():
    assert [(one.from_level, one.to_level, one.most) for one in rules("06").feeds] == [
        ("municipal", "regional", 1),
        ("regional", "national", 1),
    ]


def test_a_library_and_its_authors_are_awarded_together():
    projects = rules("08")

    assert projects.entering.applicant == ("organisation",)
    for award in projects.awards:
        assert award.recipient == "both"
        assert [projects.paper(key).recipient for key in (award.paper, award.organisation_paper)] == ["author", "organisation"]


def test_a_listener_joins_at_a_site_or_by_link():
    def asked(**answers):
        return [one.key for one in questions.visible(rules("09"), answers)]

    assert asked(participation="listener", joins="by_link") == ["participation", "joins"]
    assert asked(participation="listener", joins="at_site") == ["participation", "joins", "site"]
    assert asked(participation="speaker") == ["participation", "site", "topic", "annotation", "slides"]


def test_the_first_place_has_an_honorary_diploma():
    republic = rules("11")

    assert [republic.paper(one.paper).kind for one in republic.awards[:2]] == ["honorary_diploma", "diploma"]


def test_a_library_that_got_federal_money_is_left_to_the_methodist():
    review = rules("12")
    funded = {"nomination": "best_library", "federal_money": "1", "books": "9900"}

    assert [(one.key, one.unmet) for one in entering.unmet(review.entering, funded, {})] == [("no_federal_money", "methodist")]
    assert entering.unmet(review.entering, {**funded, "federal_money": "0"}, {}) == []
    assert review.question("visit_on").filled_by == "staff"
    assert review.stage("visit").mode == "visit"


def test_zones_part_a_stage_and_one_of_each_goes_on():
    zonal = rules("13").stage("zonal")

    assert [one.by for one in zonal.lists] == [("nomination", "zone")]
    assert [(one.most, one.per) for one in zonal.goes_on] == [(1, ("nomination", "zone"))]


def test_a_conference_is_told_in_two_zones():
    conference = rules("14")
    held = next(one for one in conference.dates if one.key == "held_on")
    local = datetime.combine(held.on, time.fromisoformat(held.at), ZoneInfo(conference.zone))

    assert [local.astimezone(ZoneInfo(zone)).strftime("%H:%M") for zone in conference.beside_zones] == ["08:00"]
