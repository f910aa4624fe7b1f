"""Minutes as the regulation describes them: columns, lines, figures, signatures; who reads them and when. A24."""

from __future__ import annotations

import copy
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.closing import minutes
from app.database import committing, db
from app.events import operations as events
from app.judging import figures, operations, queries
from app.judging.models import Standing
from app.notifications.models import Notification
from app.people.models import Consent
from tests.judging.cast import admitted, assigned, counting, judge_all, jury
from tests.world import NOON

TITLES = ("Читающий двор", "Ночь в библиотеке")


def text(reply) -> str:
    return reply.get_data(as_text=True).replace("\u00a0", " ")


@pytest.fixture
def judged(world):
    """Two works with three sheets each: 5 and 3 points for every criterion."""
    jury(world)
    works = admitted(world, *TITLES)
    assigned(world)
    judge_all(world, dict(zip(works, (5, 3), strict=True)))
    with committing():
        operations.refresh(world.contest)
    return works


def release(world) -> None:
    with committing():
        operations.approve(world.contest, number="47", day=NOON.date(), by=world.nina, now=NOON)
    with committing():
        operations.release(world.contest, by=world.nina, now=NOON)


def url(world, more: str = "/1") -> str:
    return f"/events/{world.ids['contest']}/minutes{more}"


def rewrite(world, **parts) -> None:
    """Other minutes than those of the usual contest."""
    body = copy.deepcopy(world.contest.version.body)
    body["minutes"][0] |= parts
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)


def read(world, read_by: str = minutes.STAFF) -> minutes.Sheet:
    db.session.rollback()
    return minutes.of(world.contest, 1, read_by=read_by, now=NOON)


@pytest.mark.usefixtures("judged")
def test_minutes_have_the_columns_of_the_regulation_in_their_order(app, world):
    with app.test_request_context():
        page = read(world)
        (section,) = [one for one in page.sections if one.rows]

    assert [heading for heading, _figures in page.columns] == [
        "№",
        "Заявка",
        "Работа",
        "Авторы",
        "Организация",
        "Баллы жюри",
        "Итог",
        "Место",
        "Решение",
    ]
    first, second = section.rows
    assert first[:5] == ["1", "26-001", "Читающий двор", "Соколова Вера Андреевна", "СОШ № 15"]
    assert first[6:] == ["25,00", "1", "Диплом I степени"]
    assert (len(first[5].split("; ")), second[7]) == (3, "2")
    assert section.lines[0] == "I место — Соколова Вера Андреевна, СОШ № 15, «Читающий двор»"


@pytest.mark.usefixtures("judged")
def test_minutes_open_with_what_came_in_and_end_with_places_to_sign(app, world):
    world.enter("oleg", title="Черновик", submit=False)
    world.enter("oleg", title="Не допущена")
    with app.test_request_context():
        page = read(world)

    assert page.statistics[:5] == [
        ("Поступило заявок", "3"),
        ("Допущено", "2"),
        ("Авторов", "2"),
        ("Организаций", "2"),
        ("Территорий", "1"),
    ]
    assert ("поступило 3, допущено 2") in [value for _name, value in page.statistics]
    assert page.signatures[0] == ("Председатель", world.lev.initials)
    assert [role for role, _name in page.signatures] == ["Председатель", "Секретарь", "Член жюри", "Член жюри"]


@pytest.mark.parametrize(("keeps", "kept"), [(["minutes"], 2), (["paper"], 1)])
def test_a_status_stands_in_the_minutes_only_where_it_keeps_its_line(app, world, judged, keeps, kept):
    body = copy.deepcopy(world.contest.version.body)
    stage = next(one for one in body["stages"] if one["key"] == "final")
    stage["statuses"] = [{"key": "weak", "title": {"ru": "Благодарность"}, "below": 20, "keeps": keeps}]
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON, ground="Протокол оргкомитета № 3")
    with committing():
        operations.refresh(world.contest)
    with app.test_request_context():
        rows = [row for section in read(world).sections for row in section.rows]

    assert [row[7] for row in rows] == ["1", "Благодарность"][:kept]
    assert len(judged) == 2


def test_decisions_stand_with_their_grounds_and_acts_with_their_numbers(app, world):
    jury(world)
    works = admitted(world, *TITLES)
    assigned(world)
    judge_all(world, dict.fromkeys(works, 4))
    with committing():
        outcome = operations.refresh(world.contest)
    item = next(one for one in outcome.results.open if one.kind == "tie")
    with committing():
        order = {work: number for number, work in enumerate(works, 1)}
        operations.decide_tie(world.contest, item.list, order, "Голосование, протокол № 2", by=world.nina, now=NOON)
    release(world)
    with app.test_request_context():
        page = read(world)

    assert {ground for _when, _what, ground in page.decisions} == {"Голосование, протокол № 2"}
    assert page.decisions[0][1] == "Равенство: заявка № 26-001 — 1-я среди равных"
    assert page.acts == ["Приказ № 47 от 23 ноября 2026 г."]


def test_a_list_with_too_few_says_it_in_the_words_of_the_regulation(app, world):
    jury(world)
    works = admitted(world, TITLES[0])
    body = copy.deepcopy(world.contest.version.body)
    least = {"count": 3, "of": "admitted", "then": "no_ranking", "words": {"ru": "Номинация не состоялась: мало заявок"}}
    body["ranking"] = {**body.get("ranking", {}), "least": least}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    assigned(world)
    judge_all(world, dict.fromkeys(works, 4))
    with committing():
        operations.refresh(world.contest)
    with app.test_request_context():
        assert [one.said for one in read(world).sections if one.rows] == ["Номинация не состоялась: мало заявок"]


@pytest.mark.usefixtures("judged")
def test_before_the_release_the_centre_alone_reads_minutes(world, as_nina, as_lev, as_vera, as_oleg, client):
    assert as_nina.get(url(world)).status_code == 200
    assert "места и решения могут измениться" in text(as_nina.get(url(world)))
    assert [one.get(url(world)).status_code for one in (as_lev, as_vera, as_oleg, client)] == [404] * 4
    assert [one.get(url(world, "/1/table")).status_code for one in (as_lev, as_vera)] == [404] * 2


@pytest.mark.usefixtures("judged")
def test_after_the_release_the_public_reads_lines_with_initials_and_the_jury_what_it_signs(world, as_lev, client):
    release(world)
    with committing():
        db.session.query(Consent).filter_by(person_id=world.ids["vera"]).update({"withdrawn_at": NOON})
    public, hers = text(client.get(url(world))), text(as_lev.get(url(world)))

    assert "I место — С. В. А., СОШ № 15, «Читающий двор»" in public
    assert [hidden for hidden in ("Соколова", "Баллы жюри", "Подписи", "26-001") if hidden in public] == []
    assert [shown for shown in ("Соколова Вера Андреевна", "Баллы жюри", "Подписи") if shown not in hers] == []
    assert f"/events/{world.ids['contest']}/minutes/1" in text(client.get(f"/events/{world.ids['contest']}"))


@pytest.mark.usefixtures("judged")
def test_where_no_line_is_described_there_is_nothing_for_the_public(world, client, as_nina):
    rewrite(world, line=None)
    release(world)

    assert client.get(url(world)).status_code == 404
    assert as_nina.get(url(world)).status_code == 200
    assert [as_nina.get(url(world, f"/{place}")).status_code for place in (0, 2, 99)] == [404] * 3


@pytest.mark.usefixtures("judged")
def test_answers_for_staff_are_not_shown_to_the_jury(app, world):
    asked = "annotation"
    body = copy.deepcopy(world.contest.version.body)
    next(one for section in body["form"] for one in section["questions"] if one["key"] == asked)["shown_to"] = "staff"
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    rewrite(
        world,
        columns=[{"shows": "answer", "question": asked, "title": {"ru": "Только для центра"}}, {"shows": "place", "title": {"ru": "М"}}],
    )
    with app.test_request_context():
        assert [[heading for heading, _figures in read(world, who).columns] for who in (minutes.STAFF, minutes.JURY, minutes.PUBLIC)] == [
            ["Только для центра", "М"],
            ["М"],
            [],
        ]


def test_a24_what_people_wrote_is_text_in_the_workbook(world, as_nina):
    jury(world)
    hostile = ['=HYPERLINK("http://evil";"x")', "@SUM(1+1)*cmd|' /C calc'!A0", "+1+cmd", "-1+1", "\t=1+1", "\r=1", "＝1+1", "|calc", "'=1"]
    works = admitted(world, *hostile)
    assigned(world)
    judge_all(world, dict(zip(works, (5, 4, 3, 2, 1, 5, 4, 3, 2), strict=True)))
    with committing():
        operations.refresh(world.contest)
    book = load_workbook(io.BytesIO(as_nina.get(url(world, "/1/table")).data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    kept = {one.strip() for one in hostile}
    assert [cell.data_type for cell in cells if cell.value in kept] == ["s"] * len(hostile)
    assert "f" not in {cell.data_type for cell in cells}
    assert {"№", "Место", "Секретарь", "Поступило заявок"} <= {cell.value for cell in cells}


LISTS = ("final/nomination=lesson", "final/nomination=event")


@pytest.fixture
def long(world) -> list[int]:
    """Seven works in two lists: three and two with places, two of the first without; the regulation names lessons first."""
    works = admitted(world, *(f"Работа {number}" for number in range(7)))
    row = {"event_id": world.ids["contest"], "stage": "final", "status": "in", "shown": "5", "exact": "5"}
    places = [(LISTS[1], 1), (LISTS[0], 2), (LISTS[0], None), (LISTS[0], 1), (LISTS[1], 2), (LISTS[0], 2), (LISTS[0], None)]
    with committing():
        for work, (name, place) in zip(works, places, strict=True):
            db.session.add(Standing(application_id=work, list=name, place=place, place_to=place, **row))
        figures.keep_tally(world.ids["contest"], lists=[{"name": name, "said": None, "status": "ranked"} for name in LISTS])
    return works


def pages_of(world, most: int) -> list[minutes.Sheet]:
    """Turn over page after page, as its pager does."""
    found, after = [], 0
    while after is not None:
        db.session.rollback()
        found.append(minutes.of(world.contest, 1, read_by=minutes.STAFF, now=NOON, after=after, most=most))
        after = found[-1].further
    return found


@pytest.mark.stores
@pytest.mark.parametrize("most", [1, 2, 3, 4, 6])
@pytest.mark.usefixtures("long")
def test_pages_of_long_minutes_have_every_row_once_in_the_order_of_the_whole(app, world, most):
    with app.test_request_context():
        (whole,) = pages_of(world, 7)
        found = pages_of(world, most)

    rows = [row for one in found for section in one.sections for row in section.rows]
    assert [row[2] for row in rows] == [f"Работа {number}" for number in (3, 1, 5, 2, 6, 0, 4)]
    assert rows == [row for section in whole.sections for row in section.rows]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5", "1", "2"]
    assert [len(one.sections) > 0 for one in found] == [True] * -(-7 // most)


@pytest.mark.usefixtures("long")
def test_a_page_of_long_minutes_has_rows_and_says_where_the_rest_stands(app, world, as_nina):
    with app.test_request_context():
        (whole,), found = pages_of(world, 7), pages_of(world, 4)

    assert (whole.whole, bool(whole.statistics), bool(whole.signatures)) == (True, True, True)
    assert [(one.whole, one.statistics, one.decisions, one.signatures) for one in found] == [(False, [], [], [])] * 2
    assert "Протокол длиннее одной страницы" in text(as_nina.get(url(world, f"/1?after={found[0].further}")))
    assert "Протокол длиннее одной страницы" not in text(as_nina.get(url(world, "/1?after=99999")))


@pytest.mark.usefixtures("world")
def test_minutes_take_the_same_statements_for_any_number_of_works(app, world):
    jury(world)
    counts = []
    for number in range(2):
        works = admitted(world, *(f"Работа {number}-{one}" for one in range(1 + 6 * number)))
        with committing():
            operations.assign(world.contest, by=world.nina, now=NOON + timedelta(hours=number), seed=3)
        judge_all(world, {one: 3 + place % 3 for place, one in enumerate(works)})
        with committing():
            operations.refresh(world.contest)
        with app.test_request_context():
            event = world.contest
            with counting() as seen:
                minutes.of(event, 1, read_by=minutes.STAFF, now=NOON)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 15


# The same line everywhere


@pytest.mark.usefixtures("judged")
def test_the_line_of_the_regulation_stands_on_the_page_of_winners_in_minutes_and_in_letters(world, client):
    rewrite(world, line={"ru": "{place} — {authors}, {organisations}: {award}", "en": "{place}: {authors}"})
    release(world)
    told = "I — Соколова Вера Андреевна, СОШ № 15: Диплом I степени"
    pages = [text(client.get(path)) for path in (url(world), f"/events/{world.ids['contest']}/winners")]
    letters = db.session.scalars(select(Notification).where(Notification.name == "results_released").order_by(Notification.id)).all()

    assert [told in page for page in pages] == [True, True]
    assert (letters[0].values["line"], letters[0].values["line_en"]) == (told, "1: Соколова Вера Андреевна")


@pytest.mark.usefixtures("judged")
def test_without_consent_the_line_for_all_has_initials_and_the_letter_the_name(world, client):
    release(world)
    with committing():
        db.session.query(Consent).filter_by(person_id=world.ids["vera"]).update({"withdrawn_at": NOON})
    page = text(client.get(f"/events/{world.ids['contest']}/winners"))

    assert "I место — С. В. А., СОШ № 15" in page
    assert "Соколова" not in page
    assert "Соколова Вера" in db.session.scalars(select(Notification.values).where(Notification.name == "results_released")).first()["line"]


# What a list says of itself


@pytest.mark.parametrize(("then", "status"), [("no_ranking", "no_ranking"), ("failed", "failed"), ("merged", "merged")])
def test_what_becomes_of_a_short_list_stands_in_the_words_of_the_regulation(app, world, then, status):
    jury(world)
    works = admitted(world, TITLES[0])
    body = copy.deepcopy(world.contest.version.body)
    words = {"ru": f"По положению: {then}", "en": f"By the rules: {then}"}
    body["ranking"] = {"least": {"count": 3, "of": "admitted", "then": then, "words": words}}
    if then == "merged":
        body["ranking"]["least"]["into"] = body["nominations"][1]["key"]
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    assigned(world)
    judge_all(world, dict.fromkeys(works, 4))
    with committing():
        operations.refresh(world.contest)
    with app.test_request_context():
        page = read(world)
        known = {one["name"]: one["status"] for one in figures.tally(world.contest.id).lists}

    assert status in known.values()
    assert words["ru"] in [one.said for one in page.sections]


@pytest.mark.usefixtures("judged")
def test_an_award_withheld_stands_in_the_minutes_with_its_ground(app, world):
    with committing():
        award = next(one.key for one in world.contest.rules.awards if one.place_from == 1)
        assert queries.awards_of(1) == []
        operations.decide_award(world.contest, 1, award, given=False, ground="Работа не достойна, протокол № 3", by=world.nina, now=NOON)
    release(world)
    with app.test_request_context():
        page = read(world)

    assert [(what, ground) for _when, what, ground in page.decisions] == [
        ("Заявке № 26-001 не присуждается: Диплом I степени", "Работа не достойна, протокол № 3")
    ]
    assert "Диплом I степени" not in [row[8] for section in page.sections for row in section.rows]


@pytest.mark.usefixtures("judged")
def test_staff_and_jury_print_the_whole_of_long_minutes_from_one_page(world, as_nina, client, monkeypatch):
    release(world)
    monkeypatch.setattr(minutes, "MOST_SHOWN", 1)
    monkeypatch.setattr(minutes.of, "__kwdefaults__", {**minutes.of.__kwdefaults__, "most": 1})
    page, whole = text(as_nina.get(url(world))), text(as_nina.get(url(world, "/1?all=1")))

    assert [title in page for title in TITLES] == [True, False]
    assert f"{url(world)}?all=1" in page
    assert [title in whole for title in TITLES] == [True, True]
    assert "Подписи" in whole
    assert "на одной странице" not in text(client.get(url(world)))
    assert [title in text(client.get(url(world, "/1?all=1"))) for title in TITLES] == [True, False]


# Who signs


def signed(app, world) -> list[tuple[str, str]]:
    db.session.rollback()
    with app.test_request_context():
        return minutes.of(world.contest, 1, read_by=minutes.STAFF, now=NOON).signatures


@pytest.mark.usefixtures("judged")
def test_the_secretary_is_the_committee_s_until_one_is_typed_with_the_act(app, world, as_nina):
    body = copy.deepcopy(world.contest.version.body)
    body["committee"] = {"title": {"ru": "оргкомитет"}, "secretary": {"ru": "Т. Н. Белых"}, "chair": {"ru": "Е. П. Кравцова"}}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    assert signed(app, world)[:2] == [("Председатель", world.lev.initials), ("Секретарь", "Т. Н. Белых")]
    form = text(as_nina.get(f"/events/{world.ids['contest']}/results"))
    assert [value for value in (f'value="{world.lev.initials}"', 'value="Т. Н. Белых"') if value not in form] == []

    data = {"number": "3", "day": "2026-11-23", "chair": "О. О. Ли", "secretary": "А. Б. Самар"}
    assert as_nina.post(f"/events/{world.ids['contest']}/results/approve", data=data).status_code == 302
    assert signed(app, world)[:2] == [("Председатель", "О. О. Ли"), ("Секретарь", "А. Б. Самар")]
    book = load_workbook(io.BytesIO(as_nina.get(url(world, "/1/table")).data))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"О. О. Ли", "А. Б. Самар"} <= cells
    assert "А. Б. Самар" in text(as_nina.get(url(world)))
