"""A methodist brings a regulation of her own as a document: it is checked and explained, then the event runs from it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.database import db
from app.events import document, operations
from app.events.models import Event, RegulationVersion

REGULATIONS = Path(__file__).parent.parent / "regulations"
OWN = next(REGULATIONS.glob("02-*.yaml")).read_text(encoding="utf-8")
UNKNOWN = "schema: 1\nkind: contest\nkey: yard\ntitle: {ru: Двор}\ntittle: {ru: Двор}\n"


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def test_a_sound_document_is_explained_and_becomes_an_event_only_when_it_is_kept(world, as_nina):
    before = events()

    checked = as_nina.post("/events/new/document", data={"text": OWN, "act": "check"})
    assert (checked.status_code, "Так сервис понял положение" in checked.text, "data:image/svg+xml" in checked.text) == (200, True, True)
    assert events() == before

    kept = as_nina.post("/events/new/document", data={"text": OWN, "act": "keep"})
    event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (kept.status_code, kept.location, events()) == (302, f"/events/{event.id}/dates", before + 1)
    assert event.version.body == {"organiser": {"ru": world.centre.organisation.full_name}, **document.load(OWN).data}


def test_a_file_goes_before_what_is_typed(world, as_nina):
    data = {"text": UNKNOWN, "file": (io.BytesIO(b"\xef\xbb\xbf" + OWN.encode()), "own.yaml"), "act": "keep"}

    assert as_nina.post("/events/new/document", data=data).status_code == 302


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (UNKNOWN, 5, "tittle"),
        ("title: &a [1]\nother: *a\n", 1, "Ссылки внутри документа"),
        ("key: !!python/object:os.system x\n", 1, "Пометки с восклицательным"),
        ("", 0, "Вставьте положение"),
        ("x" * 300_000, 0, ""),
    ],
)
def test_every_fault_stands_on_the_page_with_its_line_and_what_was_typed_stays(world, as_nina, text, line, words):
    before = events()

    answer = as_nina.post("/events/new/document", data={"text": text, "act": "keep"})

    assert (answer.status_code, events()) == (422, before)
    assert words.casefold() in answer.text.casefold()
    assert line == 0 or f"Строка {line}" in answer.text
    assert text[:20] in answer.text.replace("&amp;", "&")


def test_a_file_in_another_encoding_is_refused_with_what_to_do(world, as_nina):
    data = {"text": "", "file": (io.BytesIO(OWN.encode("cp1251", errors="ignore")), "own.yaml"), "act": "check"}

    answer = as_nina.post("/events/new/document", data=data)

    assert (answer.status_code, "Сохраните его как UTF-8" in answer.text) == (422, True)


def test_a_preset_can_be_the_beginning_of_ones_own(world, as_nina):
    page = as_nina.get("/events/new/document?preset=contest").text

    assert operations.preset_text("contest").splitlines()[0] in page
    assert operations.preset_text("../contest") == ""


def test_a_version_taken_away_is_the_same_regulation_again(world, as_nina):
    event = world.contest
    taken = as_nina.get(f"/events/{event.id}/document/1")

    assert document.load(taken.text).data == world.contest.version.body
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert as_nina.get(f"/events/{event.id}/document/99").status_code == 404


def test_a_new_version_is_kept_with_all_that_has_come_in(world, as_nina):
    application = world.enter("vera")
    event = world.ids["contest"]
    body = {**world.contest.version.body, "title": {"ru": "Новое название"}}

    answer = as_nina.post(f"/events/{event}/document", data={"text": document.dump(body), "act": "keep"})

    assert (answer.status_code, world.contest.version.number, world.contest.title) == (302, 2, {"ru": "Новое название"})
    assert as_nina.get(f"/applications/{application}").status_code == 200


def test_a_nomination_that_applications_stand_in_stays(world, as_nina):
    world.enter("vera")
    event, body = world.ids["contest"], world.contest.version.body
    used = db.session.scalars(select(RegulationVersion.body)).first()["nominations"][0]["key"]
    text = document.dump({**body, "nominations": [{**one, "key": f"other_{one['key']}"} for one in body["nominations"]]})

    answer = as_nina.post(f"/events/{event}/document", data={"text": text, "act": "keep"})

    assert (answer.status_code, "уже есть заявки" in answer.text, used in answer.text) == (422, True, True)
    assert world.contest.version.number == 1


def test_a_stranger_s_event_cannot_be_rewritten(world, as_oleg, as_vera):
    for visitor in (as_oleg, as_vera):
        assert visitor.get(f"/events/{world.ids['contest']}/document").status_code == 404
        assert visitor.post("/events/new/document", data={"text": OWN, "act": "keep"}).status_code == 404
