"""One person of an application is replaced by another: the number stays, the date counts, who was there before is kept. A23."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications import behalf, substitution
from app.applications.models import Application, Move, Substitution
from app.applications.operations import Refused
from app.database import committing, db
from app.events import operations as events
from app.judging import operations as judging
from app.notifications.letters import Draft
from app.notifications.models import Notification
from app.people.models import Consent, Person
from tests.judging.cast import assigned, jury, lev_sheet, sheet, sheets_of
from tests.world import DAY, NOON
from workflows.machine import StepRefused

GROUND = "Письмо школы № 15 от 23 ноября"
ALL = object()


@pytest.fixture
def entry(world):
    """Vera's submitted application, in a contest that lets a person be replaced until the end of the judging."""
    allow(world, "judging_closes")
    return world.enter()


def allow(world, until: str | None) -> None:
    body = copy.deepcopy(world.contest.version.body)
    body["entering"] = {**body.get("entering", {}), "authors": {"substitution": until} if until else {}}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)


def application(entry: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, entry)


def successor(world, *, consents=ALL, **words: str) -> substitution.Successor:
    named = {
        "surname": "Громова",
        "given_name": "Ольга",
        "patronymic": "Юрьевна",
        "post": "библиотекарь",
        "school": "СОШ № 37",
        "email": "gromova@example.org",
        **words,
    }
    agreed = [one.key for one in world.contest.rules.consents] if consents is ALL else consents
    return substitution.Successor(**named, consents=agreed)


def replace(world, entry: int, *, by: str = "nina", now=NOON, received=None, **words) -> Move:
    with committing():
        work = db.session.get_one(Application, entry)
        actor = world.actor(by)
        receipt = behalf.receive(work, ground=GROUND, received_at=received or now, by=actor.person, now=now)
        return substitution.replace(work, work.authors[0].id, successor(world, **words), ground=GROUND, by=actor.on(receipt), now=now)


def test_another_person_takes_the_place_and_the_number_stays(world, entry):
    replace(world, entry)

    work = application(entry)
    assert (work.number, work.state, work.applicant.full_name) == (1, "submitted", "Громова Ольга Юрьевна")
    assert [(one.person.full_name, one.post, one.organisation.short_name) for one in work.authors] == [
        ("Громова Ольга Юрьевна", "библиотекарь", "СОШ № 37")
    ]
    assert work.organisation.short_name == "СОШ № 37"
    [kept] = work.substitutions
    assert (kept.replaced_id, kept.successor_id, kept.post) == (world.ids["vera"], work.applicant_id, "педагог-библиотекарь")
    assert [(move.step, move.source, move.target, move.by_id, move.reason) for move in work.moves][-1:] == [
        ("substitute", "submitted", "submitted", world.ids["nina"], GROUND)
    ]
    assert [one["name"] for one in work.submissions[0].body["authors"]] == ["Соколова Вера Андреевна"]  # what was submitted stays so


def test_consents_of_the_new_person_are_asked_for_and_kept(world, entry):
    with pytest.raises(Refused) as refused:
        replace(world, entry, consents=[])
    assert refused.value.saying.key == "successor_consents_missing"
    db.session.rollback()
    assert (application(entry).applicant_id, db.session.scalar(select(func.count(Substitution.id)))) == (world.ids["vera"], 0)
    assert db.session.scalars(select(Person).where(Person.surname == "Громова")).all() == []

    required = [one.key for one in world.contest.rules.consents if one.required]
    replace(world, entry, consents=required)
    rows = db.session.scalars(select(Consent).where(Consent.person_id == application(entry).applicant_id)).all()
    assert sorted((one.text_key, one.given_how, one.given_by_id) for one in rows) == sorted(
        (key, "paper", world.ids["nina"]) for key in required
    )


@pytest.mark.parametrize(
    ("who", "until", "days", "said"),
    [
        ("vera", "judging_closes", 0, "step_not_yours"),
        ("oleg", "judging_closes", 0, "step_not_yours"),
        ("nina", "judging_closes", 25, "substitution_over"),
        ("nina", None, 0, "step_unknown"),
    ],
)
def test_a23_only_where_the_regulation_lets_it_and_until_its_date(world, who, until, days, said):
    allow(world, until)
    entry = world.enter()
    with pytest.raises(StepRefused) as refused:
        replace(world, entry, by=who, now=NOON + days * DAY)

    assert (refused.value.saying.key, application(entry).applicant_id) == (said, world.ids["vera"])


def test_the_date_is_the_end_of_its_day_and_a_letter_that_came_in_time_counts(world, entry):
    until = world.contest.date("judging_closes")
    with pytest.raises(StepRefused):
        replace(world, entry, now=until)
    replace(world, entry, now=until + DAY, received=until - timedelta(minutes=1))

    assert application(entry).applicant.surname == "Громова"


def test_nobody_becomes_author_twice(world, entry):
    with pytest.raises(Refused) as refused:
        replace(world, entry, surname="Соколова", given_name="Вера", patronymic="Андреевна", school="СОШ № 15")

    assert refused.value.saying.key == "author_twice"


def test_after_the_approval_the_papers_are_as_they_are(world, entry):
    world.step(entry, "admit")
    with committing():
        world.contest.approved_at = NOON
    with pytest.raises(StepRefused, match="results_already_approved"):
        replace(world, entry)


def test_both_get_a_letter(world, entry):
    replace(world, entry)
    letters = db.session.scalars(select(Notification).where(Notification.name == "author_replaced").order_by(Notification.id)).all()

    assert [one.address for one in letters] == ["gromova@example.org", "vera@example.org"]
    assert "Был: Соколова Вера Андреевна. Теперь: Громова Ольга Юрьевна." in Draft.of(letters[0]).write().text
    assert "Before: Соколова Вера Андреевна. Now: Громова Ольга Юрьевна." in Draft("author_replaced", "en", letters[1].values).write().text


def test_a_juror_of_the_new_person_s_school_judges_the_work_no_more(world, entry):
    world.step(entry, "admit")
    jury(world)
    assigned(world)
    sheet(lev_sheet(world, entry).id, 4)
    assert len(sheets_of(entry)) == 3

    replace(world, entry, school="ИМЦ")

    db.session.rollback()
    assert lev_sheet(world, entry).recused_at == NOON
    with committing():
        assert judging.refresh(world.contest).given.sheets == {}


def test_the_page_replaces_and_the_way_tells_it(world, entry, as_nina, as_vera):
    path = f"/applications/{entry}"
    assert f'href="{path}/substitute"' in as_nina.get(path).get_data(as_text=True)
    assert as_nina.get(f"{path}/substitute").status_code == 200
    author = str(application(entry).authors[0].id)
    typed = {
        "author": author,
        "surname": "Громова",
        "given_name": "Ольга",
        "school": "СОШ № 37",
        "ground": GROUND,
        "received_at": "2026-11-23T11:00",
    }
    reply = as_nina.post(f"{path}/substitute", data=typed)
    assert (reply.status_code, "сначала возьмите подписанное" in reply.get_data(as_text=True)) == (422, True)
    assert 'value="Громова"' in reply.get_data(as_text=True)

    ticks = {f"c_{one.key}": "y" for one in world.contest.rules.consents}
    assert as_nina.post(f"{path}/substitute", data={**typed, **ticks}).status_code == 302
    page = as_nina.get(path).get_data(as_text=True)
    assert f"Соколова Вера Андреевна → Громова Ольга. {GROUND}" in page
    assert as_vera.get(path).status_code == 404


@pytest.mark.parametrize("step", ["get", "post"])
def test_the_plain_page_of_a_step_does_not_replace_anybody(world, entry, as_nina, step):
    reply = getattr(as_nina, step)(f"/applications/{entry}/steps/substitute")

    assert (reply.status_code, db.session.scalars(select(Substitution)).all()) == (409 if step == "get" else 404, [])


@pytest.mark.parametrize("who", ["as_vera", "as_oleg", "as_lev"])
def test_a23_nobody_else_finds_the_page(world, entry, request, who):
    client = request.getfixturevalue(who)
    assert [client.get(f"/applications/{entry}/substitute").status_code, client.post(f"/applications/{entry}/substitute").status_code] == [
        404,
        404,
    ]


def test_without_the_rule_there_is_no_button_and_no_page(world, as_nina):
    entry = world.enter()
    assert "Заменить участника" not in as_nina.get(f"/applications/{entry}").get_data(as_text=True)
    assert as_nina.get(f"/applications/{entry}/substitute").status_code == 409
