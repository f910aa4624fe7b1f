"""The programme: times, speakers, names."""

from __future__ import annotations

import pytest

from app.database import committing, db
from app.meetings import operations, pages
from app.people.models import Consent
from tests.world import NOON


def _lines(world, *, staff=True):
    return pages.lines(world.bridge, staff=staff, now=NOON)


@pytest.fixture
def programme(world, register):
    speech = register("vera", "hall", speaks=True)
    with committing():
        operations.add_greeting(world.bridge, topic="Приветствие", guest="Е. П. Кравцова", minutes=15)
        operations.add_all_speakers(world.bridge)
    return speech


def test_times_follow_from_the_beginning_and_the_minutes(world, programme):
    assert [(one.begins, one.kind, one.minutes) for one in _lines(world)] == [
        ("15:00", "Приветствие", 15),
        ("15:15", "Выступление", _lines(world)[1].minutes),
    ]


def test_a_speaker_is_added_once(world, programme):
    with committing():
        assert operations.add_all_speakers(world.bridge) == 0

    assert len(_lines(world)) == 2


def test_lines_change_places(world, programme, as_nina):
    second = _lines(world)[1]
    as_nina.post(f"/events/{world.ids['bridge']}/programme/{second.id}/move", data={"way": "up"})

    assert (_lines(world)[0].id, _lines(world)[0].begins) == (second.id, "15:00")


def test_the_methodist_writes_changes_and_removes_a_line(world, sites, as_nina):
    path = f"/events/{world.ids['bridge']}/programme"
    form = {
        "kind": "discussion",
        "topic": "Вопросы и ответы",
        "minutes": "20",
        "site_id": str(sites["hall"]),
        "guest": "",
        "application_id": "",
    }
    assert as_nina.post(path, data=form).status_code == 302
    line = _lines(world)[0]
    assert as_nina.get(f"{path}/{line.id}").status_code == 200
    assert as_nina.post(f"{path}/{line.id}", data={**form, "topic": "Обсуждение"}).status_code == 302
    assert [(one.topic, one.minutes, one.site) for one in _lines(world)] == [("Обсуждение", 20, "Актовый зал")]

    as_nina.post(f"{path}/{line.id}/remove")
    assert _lines(world) == []


def test_a_line_has_a_speaker_or_a_guest(world, programme, as_nina):
    form = {"kind": "talk", "topic": "Опыт", "minutes": "10", "site_id": "", "guest": "Гость", "application_id": str(programme)}
    answer = as_nina.post(f"/events/{world.ids['bridge']}/programme", data=form)

    assert answer.status_code == 422
    assert "не обоих сразу" in answer.text


def test_the_public_reads_names_of_those_who_agreed(world, programme, client):
    page = client.get(f"/events/{world.ids['bridge']}").text.replace("\u00a0", " ")
    assert "Соколова Вера Андреевна, педагог-библиотекарь, СОШ № 15" in page

    with committing():
        db.session.query(Consent).filter_by(purpose="spreading").delete()
    page = client.get(f"/events/{world.ids['bridge']}").text.replace("\u00a0", " ")
    assert "Соколова" not in page
    assert "СОШ № 15, " not in page
    assert "С. В. А." in page


def test_a_speaker_who_cancelled_is_named_no_more(world, programme, client):
    world.step(programme, "withdraw", by="vera")

    page = client.get(f"/events/{world.ids['bridge']}").text
    assert "Соколова" not in page
    assert "докладчик отменил запись" in page


def test_a4_hostile_text_is_shown_as_text(world, sites, as_nina, client):
    hostile = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    path = f"/events/{world.ids['bridge']}"
    as_nina.post(
        f"{path}/programme", data={"kind": "talk", "topic": hostile, "minutes": "5", "guest": hostile, "site_id": "", "application_id": ""}
    )
    as_nina.post(f"{path}/sites", data={"title": hostile, "address": hostile})

    for page in (
        client.get(path).text,
        as_nina.get(f"{path}/programme").text,
        as_nina.get(f"{path}/sites").text,
        as_nina.get(f"{path}/attendance").text,
    ):
        assert "<img src=x" not in page
        assert "<script>alert" not in page
