"""What is on show, when, and for whom."""

from __future__ import annotations

import pytest

from app import background, clock
from app.applications.models import Application
from app.certificates import grounds
from app.certificates import operations as certificates
from app.certificates.models import Certificate
from app.database import committing, db
from app.exhibitions.models import Exhibit, Picture, Visits
from app.people.models import Consent
from tests.statements import statements_of


def _gallery(client, world, more=""):
    return client.get(f"/events/{world.ids['exhibition']}/gallery{more}")


def test_admitting_makes_an_exhibit_with_its_pictures(world, exhibit):
    shown = db.session.get_one(Exhibit, exhibit())

    assert (shown.application.title, shown.section, len(shown.pictures)) == ("Книги войны и мира", shown.application.nomination, 1)
    assert db.session.query(background.Job).filter_by(kind="exhibitions.picture").count() == 1


def test_a_contest_makes_no_exhibit(world):
    world.step(world.enter("vera", "contest"), "admit")

    assert db.session.query(Exhibit).count() == 0


def test_admitting_again_keeps_one_exhibit(world, exhibit):
    shown = db.session.get_one(Exhibit, exhibit())
    entry = shown.application_id
    world.step(entry, "reconsider", reason="Ошибка раздела")
    world.step(entry, "admit")

    assert [one.id for one in db.session.query(Exhibit)] == [shown.id]
    assert db.session.query(Picture).count() == 1


def test_before_the_opening_only_staff_sees_it(world, exhibit, work_off, client, as_vera, as_nina):
    shown = exhibit()
    work_off()
    picture = db.session.query(Picture).one().id

    for visitor in (client, as_vera):
        page = _gallery(visitor, world)
        assert (page.status_code, "Книги войны и мира" in page.text, "Выставка откроется" in page.text) == (200, False, True)
        assert visitor.get(f"/exhibits/{shown}").status_code == 404
        assert visitor.get(f"/pictures/{picture}/large").status_code == 404
        assert visitor.post(f"/exhibits/{shown}/visit").status_code == 404
    assert "Книги войны и мира" in _gallery(as_nina, world).text
    assert [as_nina.get(f"/{path}").status_code for path in (f"exhibits/{shown}", f"pictures/{picture}/large")] == [200, 200]


def test_it_opens_by_itself_with_true_captions(world, exhibit, opened, client):
    shown = exhibit()
    opened()

    page = _gallery(client, world).text
    assert "Книги войны и мира" in page
    assert "Соколова Вера Андреевна, педагог-библиотекарь, СОШ\u00a0№\u00a015" in page
    assert client.get(f"/exhibits/{shown}").status_code == 200


def test_who_did_not_agree_is_shown_by_initials(world, exhibit, opened, client):
    shown = exhibit()
    with committing():
        db.session.query(Consent).filter_by(purpose="spreading").delete()
    opened()

    for page in (
        _gallery(client, world).text,
        client.get(f"/exhibits/{shown}").text,
        client.get(f"/events/{world.ids['exhibition']}").text,
    ):
        told = page.replace("\u00a0", " ")
        assert "С. В. А." in told
        assert "Соколова" not in told
        assert "СОШ № 15" not in told


def test_afterwards_it_stays_as_an_archive(world, exhibit, closed, client):
    shown = exhibit()
    closed()

    assert "Выставка завершена, работы остаются для чтения" in _gallery(client, world).text
    assert client.get(f"/exhibits/{shown}").status_code == 200


def test_the_clock_closes_the_applications_and_the_archive_stays(world, exhibit, closed, work_off, client):
    shown = exhibit()
    closed()
    with committing():
        background.enqueue("exhibitions.close", "now", now=clock.now())
    work_off()

    assert [one.state for one in db.session.query(Application)] == ["closed"]
    assert client.get(f"/exhibits/{shown}").status_code == 200


def test_a_hidden_exhibit_is_nowhere_for_visitors(world, exhibit, opened, work_off, client, as_vera, as_nina):
    shown = exhibit()
    work_off()
    opened()
    picture = db.session.query(Picture).one().id
    answer = as_nina.post(f"/exhibits/{shown}/hide", data={"reason": "На снимке лица детей"})
    assert answer.status_code == 302

    for visitor in (client, as_vera):
        assert "Книги войны и мира" not in _gallery(visitor, world).text
        assert [visitor.get(path).status_code for path in (f"/exhibits/{shown}", f"/pictures/{picture}/small")] == [404, 404]
    assert "На снимке лица детей" in _gallery(as_nina, world).text
    entry = db.session.get_one(Exhibit, shown).application_id
    assert "На снимке лица детей" in as_vera.get(f"/applications/{entry}").text

    as_nina.post(f"/exhibits/{shown}/show")
    assert client.get(f"/exhibits/{shown}").status_code == 200


def test_hiding_needs_a_reason_and_a_methodist(exhibit, opened, as_vera, as_nina):
    shown = exhibit()
    opened()

    assert as_vera.post(f"/exhibits/{shown}/hide", data={"reason": "просто так"}).status_code == 404
    assert as_nina.post(f"/exhibits/{shown}/hide", data={"reason": "  "}).status_code == 422
    assert db.session.get_one(Exhibit, shown).hidden_at is None


def test_a_withdrawn_work_leaves_the_show(world, exhibit, opened, client):
    shown = exhibit()
    opened()
    world.step(db.session.get_one(Exhibit, shown).application_id, "withdraw", by="vera", now=clock.now())

    assert client.get(f"/exhibits/{shown}").status_code == 404
    assert "Книги войны и мира" not in _gallery(client, world).text


@pytest.fixture
def with_material(exhibit, attach, opened):
    from app.front import demo_cast as script

    content, name = script.file_for("pdf", "Сценарий", 0)
    shown = exhibit(before=lambda entry: attach(entry, content, name, "materials"))
    opened()
    return shown


def _material(shown: int) -> str:
    files = db.session.get_one(Exhibit, shown).application.attachments
    return f"/exhibits/{shown}/files/{next(one.id for one in files if one.question == 'materials')}"


def test_materials_are_read_with_consent(with_material, client):
    answer = client.get(_material(with_material), buffered=True)

    assert "Сценарий.pdf" in client.get(f"/exhibits/{with_material}").text
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"%PDF")


def test_without_consent_nobody_reads_materials(with_material, client):
    with committing():
        db.session.query(Consent).filter_by(purpose="publication").update({"withdrawn_at": clock.now()})

    assert "Сценарий.pdf" not in client.get(f"/exhibits/{with_material}").text
    assert client.get(_material(with_material)).status_code == 404


def test_the_original_picture_is_no_material(with_material, client):
    files = db.session.get_one(Exhibit, with_material).application.attachments
    original = next(one.id for one in files if one.question == "pictures")

    assert client.get(f"/exhibits/{with_material}/files/{original}").status_code == 404


def test_looking_counts_and_reading_does_not(world, exhibit, opened, client, as_nina):
    shown = exhibit()
    opened()
    client.get(f"/exhibits/{shown}")
    assert db.session.query(Visits).count() == 0
    for _ in range(3):
        assert client.post(f"/exhibits/{shown}/visit").status_code == 204
    as_nina.post(f"/exhibits/{shown}/visit")

    day = clock.now().astimezone(world.exhibition.zone).date()
    assert [(one.exhibit_id, one.day, one.count) for one in db.session.query(Visits)] == [(shown, day, 3)]
    page = as_nina.get(f"/events/{world.ids['exhibition']}/gallery/visits").text
    assert "3 просмотра" in page or "3 просмотров" in page
    assert "<svg" in page


def test_visits_are_for_the_methodist(world, exhibit, as_vera):
    assert as_vera.get(f"/events/{world.ids['exhibition']}/gallery/visits").status_code == 404


def test_every_author_of_what_is_shown_gets_a_paper(world, exhibit, opened, as_nina):
    exhibit()
    hidden = exhibit("oleg", "Плакат")
    as_nina.post(f"/exhibits/{hidden}/hide", data={"reason": "Снимок не тот"})
    with committing():
        certificates.issue_for(world.exhibition, by=world.nina, now=clock.now())
        certificates.issue_for(world.exhibition, by=world.nina, now=clock.now())

    assert [(one.paper, one.recipient) for one in db.session.query(Certificate)] == [("certificate", "Соколова Вера Андреевна")]
    assert grounds.of(world.contest) == []


def test_the_gallery_pages_by_key_and_filters_by_section(world, exhibit, opened, client, monkeypatch):
    from app.exhibitions import queries

    first, second, third = exhibit(title="Первая"), exhibit("oleg", "Вторая"), exhibit("lev", "Третья")
    with committing():
        db.session.get_one(Exhibit, second).section = "posters"
    monkeypatch.setattr(queries, "PAGE", 2)
    opened()

    page = _gallery(client, world).text
    assert ["Первая" in page, "Вторая" in page, "Третья" in page] == [True, True, False]
    assert "Третья" in _gallery(client, world, f"?after={second}").text
    page = _gallery(client, world, "?section=posters").text
    assert ["Первая" in page, "Вторая" in page, "Третья" in page] == [False, True, False]
    page = client.get(f"/exhibits/{second}").text
    assert f'href="/exhibits/{first}" rel="prev"' in page
    assert f'href="/exhibits/{third}" rel="next"' in page


@pytest.mark.parametrize("page", ["gallery", "", "gallery/visits", "desk"])
def test_statements_do_not_grow_with_the_exhibits(world, exhibit, opened, work_off, as_nina, page):
    path = f"/events/{world.ids['exhibition']}/{page}".rstrip("/")
    exhibit()
    work_off()
    opened()
    as_nina.get(path)  # the first page of a process asks what the installation is
    one = statements_of(lambda: as_nina.get(path))
    clock.stop_at(world.exhibition.date("intake_opens"))
    for who in ("oleg", "lev", "admin"):
        exhibit(who, f"Работа {who}", now=clock.now())
    work_off()
    opened()

    assert statements_of(lambda: as_nina.get(path)) == one <= 25


def test_a4_hostile_text_is_shown_as_text(world, exhibit, opened, client, as_nina):
    hostile = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    shown = exhibit(title=hostile)
    opened()
    as_nina.post(f"/exhibits/{shown}/hide", data={"reason": hostile})
    pages = [as_nina.get(path).text for path in (f"/exhibits/{shown}", f"/events/{world.ids['exhibition']}/gallery")]
    as_nina.post(f"/exhibits/{shown}/show")
    pages += [client.get(path).text for path in (f"/exhibits/{shown}", f"/events/{world.ids['exhibition']}")]

    for page in pages:
        assert "<img src=x" not in page
        assert "<script>alert" not in page
