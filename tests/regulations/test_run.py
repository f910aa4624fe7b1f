"""Every real case in the service, from the first application to the last paper."""

from collections import Counter
from datetime import timedelta

import pytest

from app import clock
from app.applications.models import Application
from app.certificates import operations as certificates
from app.certificates.models import Certificate
from app.database import committing, db
from app.judging import entering, given, standings
from tests.regulations.cases import FILES, awards_of, expected, lists_of
from tests.regulations.contest import Contest
from tests.world import NOON
from workflows.judging.given import ADMITTED

AFTER = NOON + timedelta(days=200)
CONTESTS = [number for number in FILES if expected(number)["lists"]]


@pytest.mark.parametrize("number", CONTESTS)
def test_contest_runs_to_its_last_paper(world, work_off, signed_in, client, number):
    case, wanted = Contest(number, world), expected(number)
    case.enter_all()
    case.appoint_jury()
    case.judge_all()
    _agrees(case, wanted)
    case.settle_the_rest()
    case.approve_and_release(AFTER)
    with committing():
        certificates.issue_for(case.event, by=world.nina, now=AFTER)
    clock.stop_at(AFTER)
    work_off()

    _papers_agree(case)
    _pages_open(case, signed_in("nina"), client)


def _agrees(case, wanted):
    """The service comes to the same lists, awards and questions as the hand-made expectation, and keeps the places."""
    admitted = {one.key for one in case.tables.entries if one.status == ADMITTED}
    kept = case.places()
    assert {name: kept[name] for name in wanted["lists"]} == {
        name: {key: [place, last, exact or ""] for key, (place, last, exact) in one["rows"].items() if key in admitted}
        for name, one in wanted["lists"].items()
    }
    entry = {str(work): key for key, work in case.works.items()}
    results = standings.compute(case.event).results
    found = {name: {**one, "rows": {entry[key]: row for key, row in one["rows"].items()}} for name, one in lists_of(results).items()}
    assert {name: found[name] for name in wanted["lists"]} == {
        name: {key: one[key] for key in ("status", "rows")} for name, one in wanted["lists"].items()
    }
    given = {award: sorted(entry[key] for key in keys) for award, keys in awards_of(results).items()}
    assert given == {award: sorted(keys) for award, keys in wanted["awards"].items() if keys}
    assert sorted((one.kind, one.list, sorted(entry[key] for key in one.entries)) for one in results.open) == sorted(
        (one["kind"], one["list"], sorted(one["entries"])) for one in wanted["open"]
    )


def _papers_agree(case):
    """Each award gives its papers: one to every author, one to the organisation, or both."""
    wanted: Counter[str] = Counter()
    for award, keys in awards_of(standings.compute(case.event).results).items():
        rule = case.rules.award(award)
        for key in keys:
            authors = sum(
                str(work) == key and max(len(entry.authors), 1)
                for entry, work in zip(case.tables.entries, case.works.values(), strict=True)
            )
            if rule.recipient == "organisation":
                wanted[rule.paper] += 1
            else:
                wanted[rule.paper] += authors
            if rule.recipient == "both":
                wanted[rule.organisation_paper] += 1
    rows = db.session.query(Certificate).all()
    assert Counter(row.paper for row in rows) == wanted
    assert len({row.number for row in rows}) == len(rows)
    assert {row.state for row in rows} == {"ready"}
    assert [row.wording for row in rows if "{" in "".join((*row.wording["lines"], row.wording["title"], row.wording["name"]))] == []


def _pages_open(case, as_nina, client):
    """What is published and what is signed can be read: results, winners, minutes and their tables."""
    event = f"/events/{case.id}"
    minutes = [f"{event}/minutes/{place}" for place in range(1, len(case.rules.minutes) + 1)]
    staff = [f"{event}/results", f"{event}/decisions", f"{event}/certificates", *minutes, *(f"{one}/table" for one in minutes)]
    assert [path for path in staff if as_nina.get(path).status_code != 200] == []
    assert [path for path in (event, f"{event}/winners") if client.get(path).status_code != 200] == []


def test_names_on_papers_stand_in_the_right_case(world):
    """Certificates say «вручается» and the dative; diplomas «награждается» and the nominative."""
    case = _released(world, "07")

    names = {(row.wording["verb"], row.wording["name"]) for row in db.session.query(Certificate)}
    assert {name for verb, name in names if verb == "награждается"} == {
        "Трач Руслана Васильевна",
        "Иванова Анна Петровна",
        "Ким Олег Львович",
    }
    assert {
        "Бельды Марии Чуоевне",
        "Черных Любови Никитичне",
        "Самару Ивану Павловичу",
        "Петровой-Водкиной Софии Юрьевне",
    } <= {name for verb, name in names if verb == "вручается"}
    first = db.session.query(Certificate).filter_by(paper="diploma_1").one()
    assert first.wording["lines"] == ["за I место в городском конкурсе «100 идей для школьной библиотеки»", "Разработка «Живая книга i01»"]
    assert case.rules.paper("diploma_1").recipient == "author"


def test_the_winner_has_a_diploma_and_her_library_the_equipment(world):
    _released(world, "01")

    won = {row.paper: row for row in db.session.query(Certificate).filter(Certificate.paper.in_(("diploma_winner", "equipment")))}
    assert (won["diploma_winner"].person_id is not None, won["diploma_winner"].organisation_id) == (True, None)
    assert (won["equipment"].person_id, won["equipment"].organisation_id is not None) == (None, True)
    assert won["equipment"].wording["lines"][1].startswith("Участник: ")


def test_every_school_is_told_the_day_of_its_visit(world):
    """The day of the visit differs by school and is entered by the methodist, not asked of the entrant."""
    case = Contest("12", world)
    case.enter_all()
    days = {(case.works[one.key], 0): str(one.values["visit_on"]) for one in case.tables.entries if one.values["visit_on"]}
    with committing():
        assert entering.enter(case.event, "", days, by=world.nina, now=NOON) == len(days) == 11

    assert given.entry_of(db.session.get_one(Application, case.works["h2"])).values["visit_on"] == "2024-03-19"


def _released(world, number):
    case = Contest(number, world)
    case.enter_all()
    case.appoint_jury()
    case.judge_all()
    case.settle_the_rest()
    case.approve_and_release(AFTER)
    with committing():
        certificates.issue_for(case.event, by=world.nina, now=AFTER)
    return case
