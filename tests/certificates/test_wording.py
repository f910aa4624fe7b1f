"""The words of a paper: names, quotes, lines whose values are missing. A15."""

from __future__ import annotations

import copy
import io
from datetime import date

import pytest
from pypdf import PdfReader

from app.applications.models import Application
from app.certificates import grounds, pdf, wording
from app.certificates.grounds import Ground
from app.database import committing, db
from app.events import operations as events
from app.judging.models import Award, Standing
from app.people import operations as people
from tests.world import NOON


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Читающий двор", "Читающий двор"),
        ("Вечер «Белая ворона»", "Вечер „Белая ворона“"),
        ('Проект "Книга" и "чай"', "Проект „Книга“ и „чай“"),
        ("  пробелы  ", "пробелы"),
        ("«»", "„“"),
    ],
)
def test_quotes_inside_quotes_are_small_ones(typed, printed):
    assert wording.inner_quotes(typed) == printed


@pytest.mark.parametrize(
    ("template", "values", "printed"),
    [
        ("{date}, {hours} ч.", {"date": "26 ноября 2026 г.", "hours": "1,5"}, ["26 ноября 2026 г., 1,5 ч."]),
        ("{date}, {hours} ч.", {"date": "26 ноября 2026 г.", "hours": ""}, ["26 ноября 2026 г."]),
        ("Тема: «{topic}»", {"topic": ""}, []),
        ("Работа «{work}», номинация «{nomination}»", {"work": "Двор", "nomination": ""}, ["Работа «Двор»"]),
        ("Работа «{work}»", {"work": "{event} {work} {0.__class__}", "event": "тайна"}, ["Работа «{event} {work} {0.__class__}»"]),
        ("{unknown} остаётся", {}, ["{unknown} остаётся"]),
    ],
)
def test_a_line_says_only_what_has_a_value(template, values, printed):
    assert wording.filled([template], values) == printed


def words_of(world, entry: int, paper: str = "diploma_1", *, number: str = "0001/2026"):
    application = db.session.get_one(Application, entry)
    author = application.authors[0]
    ground = Ground("award:1", paper, application, person=author.person, author=author)
    return wording.of(ground, world.contest, order=None, issued_on=date(2026, 11, 23), number=number, code="ABCDEFGHJK")


def test_a_diploma_names_her_in_the_nominative_with_her_post_and_school(world):
    words = words_of(world, world.enter(title="Вечер «Белая ворона»"))

    assert (words["title"], words["degree"], words["verb"], words["name"]) == (
        "Диплом",
        "I степени",
        "награждается",
        "Соколова Вера Андреевна",
    )
    assert words["about"] == "педагог-библиотекарь, СОШ № 15"
    assert "Работа «Вечер „Белая ворона“»" in words["lines"]
    assert (words["date"], words["city"], words["ground"]) == ("23 ноября 2026 г.", "Комсомольск-на-Амуре", "")


def test_a_certificate_takes_the_dative_proposed_or_confirmed(world):
    entry = world.enter()
    assert words_of(world, entry, "certificate")["name"] == "Соколовой Вере Андреевне"

    with committing():
        people.confirm_dative(world.vera, "Соколовой Вере Андреевне-Иной", now=NOON)
    assert words_of(world, entry, "certificate")["name"] == "Соколовой Вере Андреевне-Иной"


def test_lines_that_tell_of_the_person_are_not_public(world):
    words = words_of(world, world.enter())

    assert words["public"] == words["lines"]
    personal = ["за труд, {post}", "{organisation}", "в конкурсе «{event}»"]
    assert [line for line in personal if not wording.is_personal(line)] == ["в конкурсе «{event}»"]


def judged(world, **parts):
    """A contest that says more about its awards, its nominations and its form; Vera's work stands second in it with 18.5 points."""
    body = copy.deepcopy(world.contest.version.body)
    body["awards"][1] |= parts.pop("award", {})
    body["papers"] = [one | parts if one["key"] == "diploma_2" else one for one in body["papers"]]
    for nomination in body["nominations"]:
        nomination["cases"] = {"genitive": f"номинации «{nomination['title']['ru']}»"}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    entry = world.enter()
    work = db.session.get_one(Application, entry)
    with committing():
        place = {"place": 2, "place_to": 3, "shown": "18.5", "exact": "37/2", "status": "in", "stage": "final"}
        name = f"final/nomination={work.nomination}"
        db.session.add(Standing(event_id=work.event_id, application_id=entry, list=name, **place))
        award = Award(event_id=work.event_id, application_id=entry, award="second", list=name, by="rule", recorded_at=NOON)
        db.session.add(award)
        world.contest.approved_at = world.contest.released_at = NOON
    ground = next(one for one in grounds.of(world.contest) if one.award == "second")
    return wording.of(ground, world.contest, order=None, issued_on=date(2026, 11, 23), number="0001/2026", code="ABCDEFGHJK")


def test_a_line_says_place_total_award_and_words_in_their_case(world):
    lines = [{"ru": "{place} место, {total} балла"}, {"ru": "становится {award:instrumental}"}, {"ru": "среди работ {nomination:genitive}"}]
    words = judged(world, lines=lines, award={"cases": {"instrumental": "призёром"}})

    assert words["lines"][:2] == ["II–III место, 18,5 балла", "становится призёром"]
    assert words["lines"][2].startswith("среди работ номинации «")


def test_a_paper_says_the_prize_who_gives_it_and_who_signs(world):
    said = {"prize": {"ru": "Набор книг"}, "giver": {"ru": "Мэр города"}, "signatory": {"ru": "Начальник управления образования"}}
    words = judged(world, lines=[{"ru": "за работу «{work}»"}], award=said)

    assert words["lines"][1:] == ["Приз: Набор книг", "Вручает: Мэр города"]
    assert (words["signatory_post"], words["signatory_name"]) == ("Начальник управления образования", "")


def test_an_answer_is_printed_but_is_not_public(world):
    words = judged(world, lines=[{"ru": "Кратко: {answer:annotation}"}, {"ru": "в конкурсе «{event}»"}])

    assert words["lines"][0].startswith("Кратко: ")
    assert words["public"] == words["lines"][1:]


@pytest.mark.parametrize("kind", ["diploma", "certificate", "thanks", "honorary_diploma", "statement"])
def test_every_kind_of_paper_is_drawn_on_one_sheet(world, kind):
    words = judged(world, kind=kind)
    pages = PdfReader(io.BytesIO(pdf.draw(words))).pages

    assert len(pages) == 1
    assert (pages[0].mediabox.width > pages[0].mediabox.height) == (kind == "diploma")
    assert "Соколова Вера Андреевна" in pages[0].extract_text()
