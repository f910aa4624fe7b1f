"""What a person took part in: on her own documents, and on the methodist's page about her."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.certificates import participations
from app.database import committing
from app.judging import jury
from app.meetings import operations as meetings
from app.people import access
from tests.statements import statements_of
from tests.world import DAY, NOON


@pytest.fixture
def on_a_page(app):
    """Papers and works are told with their addresses: within a request."""
    with app.test_request_context():
        yield


def _of(world, who, by=None):
    reader = getattr(world, by or who)
    return participations.of(getattr(world, who), access.visitor_for(reader.user, reader.id, NOON))


def _said(found):
    return [(one.event, one.level, one.role, one.work, one.result, [paper.number for paper in one.papers]) for one in found]


def test_an_author_sees_event_level_role_result_and_paper(on_a_page, world, drawn, papers):
    drawn("first", title="Читающий двор")

    assert _said(_of(world, "vera")) == [
        ("Школьная библиотека: идеи и практика", "городской", "Автор", "Читающий двор", "Диплом I степени", [papers()[0].number])
    ]


def test_a_result_is_not_told_before_it_is_published(on_a_page, world):
    entry = world.enter()
    world.step(entry, "admit")

    assert [(one.role, one.result, one.papers) for one in _of(world, "vera")] == [("Автор", "Допущена", ())]


def test_drafts_and_withdrawn_ones_are_no_participation(on_a_page, world):
    world.enter(submit=False)
    world.step(world.enter(title="Квест"), "withdraw", by="vera")

    assert _of(world, "vera") == []


def test_jury_and_bridge_stand_with_their_roles(on_a_page, world, now):
    with committing():
        site = meetings.add_site(world.bridge, title="Медиатека", address="ул. Советская, 25")
    ticket = world.enter("vera", "bridge", site=str(site.id), number=1)
    with committing():
        jury.appoint_juror(world.contest, world.lev, chair=True, by=world.nina, now=now)
        meetings.note_attendance(world.bridge, present={ticket}, absent=set(), by=world.nina, now=now + 12 * DAY)

    assert [(one.role, one.result) for one in _of(world, "vera")] == [("Слушатель", "Участие")]
    assert [(one.role, one.event) for one in _of(world, "lev")] == [("Председатель жюри", "Школьная библиотека: идеи и практика")]


def test_the_methodist_reads_it_on_the_page_of_the_person_and_others_do_not(world, drawn, as_nina, as_vera, as_oleg):
    drawn("first", title="Читающий двор")
    page = f"/people/{world.ids['vera']}"

    assert "Читающий двор" in as_nina.get(page).text
    assert "Читающий двор" in as_vera.get("/my/certificates").text
    assert ("Читающий двор" in as_oleg.get("/my/certificates").text, as_oleg.get(page).status_code) == (False, 404)


def test_a_methodist_of_another_centre_reads_only_her_own(on_a_page, world, drawn):
    drawn("first")
    nina = access.visitor_for(world.nina.user, world.nina.id, NOON)

    elsewhere = replace(nina, centres=frozenset({999}))

    assert (len(participations.of(world.vera, nina)), participations.of(world.vera, elsewhere)) == (1, [])


def test_the_page_asks_no_more_however_much_she_took_part_in(world, as_vera):
    world.enter(title="Работа 0")
    as_vera.get("/my/certificates")
    few = statements_of(lambda: as_vera.get("/my/certificates"))
    for number in range(1, 12):
        world.enter(title=f"Работа {number}", now=NOON)

    assert statements_of(lambda: as_vera.get("/my/certificates")) == few <= 15
