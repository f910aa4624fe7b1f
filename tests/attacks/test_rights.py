"""What is somebody else's does not exist, and a form cannot say more than it asks. A18 A22 A23 A41."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app import clock
from app.applications.models import Application, Move
from app.database import Trace, committing, db
from app.people import operations as people
from app.people import sessions
from app.people.models import Appointment, Person, User
from app.web import ADMINISTRATOR, METHODIST
from tests.attacks import stage, walk
from tests.world import DAY, NOON

MISSING = 987_654
# Oleg is a librarian of another school: what he asks for belongs to Vera, to the jury or to the centre.
FOREIGN = {
    "application": "/applications/{work}",
    "draft of another": "/applications/{work}/form/work",
    "question before a step": "/applications/{work}/steps/withdraw",
    "file": "/files/{file}",
    "paper": "/certificates/{certificate}/file",
    "revoked paper": "/certificates/{revoked}/file",
    "exhibit off the show": "/exhibits/{hidden_exhibit}",
    "small picture off the show": "/pictures/{hidden_picture}/small",
    "large picture off the show": "/pictures/{hidden_picture}/large",
    "letter": "/letters/{letter}",
    "sheet of a juror": "/assignments/{sheet}",
    "file of a juror": "/assignments/{sheet}/files/{file}",
    "list of those present": "/events/{bridge}/attendance",
    "sheet of those present": "/events/{bridge}/attendance/sheet",
    "applications of an event": "/events/{contest}/applications",
    "results before the public ones": "/events/{contest}/results",
    "papers of an event": "/events/{contest}/certificates",
    "a person": "/people/{person}",
    "register": "/certificates",
    "letter in the folder": "/admin/mail/{mail}",
}


def bare(html: str) -> str:
    """Return a page without what is new in every answer, and without the address that was asked for."""
    html = re.sub(r'nonce="[^"]*"|value="Im[^"]*"|name="csrf_token" value="[^"]*"', "", html)
    return re.sub(r"\?v=[0-9a-f]+|next=[^\"&]*|name=\"next\" value=\"[^\"]*\"", "", html)


@pytest.fixture
def ids(play, app):
    db.session.rollback()
    mail = walk.arguments(play.ids, play.cast)["name"][0]
    db.session.rollback()
    return {**play.ids, **play.cast, "letter": 1, "mail": mail}


OWN = {("lev", "sheet of a juror"), ("lev", "file of a juror")}  # Lev judges this work


@pytest.mark.parametrize(("who", "what"), [(who, what) for who in ("oleg", "lev") for what in FOREIGN if (who, what) not in OWN])
def test_a18_what_is_anothers_is_as_if_it_did_not_exist(ids, signed_in, who, what):
    client = signed_in(who)
    path = FOREIGN[what]
    missing = path.format(**{name: "no-such.eml" if name == "mail" else MISSING for name in ids})

    answer, nothing = client.get(path.format(**ids)), client.get(missing)

    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert bare(answer.text) == bare(nothing.text)
    assert {name: value for name, value in answer.headers if name not in CHANGING} == {
        name: value for name, value in nothing.headers if name not in CHANGING
    }


CHANGING = {"Content-Security-Policy", "Date", "Set-Cookie", "Content-Length"}

ACTS = {
    "draft": ("/applications/{work}/draft", {"section": "work", "q_title": "Моё"}),
    "section": ("/applications/{draft}/form/work", {"q_title": "Моё"}),
    "withdraw": ("/applications/{work}/steps/withdraw", {"reason": "Моё"}),
    "submit": ("/applications/{draft}/steps/submit", {}),
    "admit": ("/applications/{waiting}/steps/admit", {}),
    "review": ("/assignments/{sheet}/review", {"comment": "Моё"}),
    "recuse": ("/assignments/{sheet}/recuse", {"reason": "Моё"}),
    "attendance": ("/events/{bridge}/attendance", {"shown": "1", "present": "1"}),
    "consent": ("/me/consents/1/withdraw", {}),
    "place": ("/me/places/1/leave", {}),
}


@pytest.mark.parametrize("act", ACTS)
def test_a18_a_stranger_changes_nothing_of_others(app, ids, act):
    """A newcomer with a login and nothing of her own."""
    newcomer = _newcomer()
    client = app.test_client()
    with client.session_transaction() as session, committing():
        person = db.session.get_one(Person, newcomer)
        sessions.fill(session, person.user, person, now=clock.now())
    before = _everything()
    path, data = ACTS[act]

    assert client.post(path.format(**ids), data=data).status_code == 404
    assert _everything() == before


def _newcomer() -> int:
    with committing():
        person = people.add_person(surname="Чужая", given_name="Анна", now=NOON)
        people.give_login(person, "stranger@example.org", now=NOON)
        return person.id


def _everything() -> dict[str, list[tuple]]:
    """Return all rows of all tables but the sessions: each client begins one of its own."""
    tables = [table for table in db.metadata.sorted_tables if table.name != "sign_in"]
    found = {table.name: [tuple(row) for row in db.session.execute(select(table))] for table in tables}
    db.session.rollback()
    return found


# A22: more fields than the form has

EXTRA = {
    "state": "admitted", "number": "1", "applicant_id": "1", "organisation_id": "1", "event_id": "2", "version_id": "99", "id": "1",
    "revision": "1", "received_at": "2020-01-01T00:00", "entered_by_id": "1", "once": "x", "title": "Чужое", "answers": "{}",
    "role": "administrator", "roles": "administrator", "is_winner": "1", "score": "100", "award": "diploma_1", "person_id": "1",
    "user_id": "1", "centre_id": "1", "fs_uniquifier": "x", "password": "x", "active": "0", "dative_confirmed_at": "", "chair": "1",
    "q_unknown": "x", "q_state": "admitted", "total": "100", "final_at": "x", "done_at": "x", "juror_id": "1", "place": "1",
}  # fmt: skip


def _application(number: int) -> tuple:
    one = db.session.get_one(Application, number)
    fixed = (one.state, one.number, one.applicant_id, one.event_id, one.version_id, one.entered_by_id, one.received_at, one.once)
    answers = dict(one.answers)
    db.session.rollback()
    return (*fixed, answers)


def test_a22_fields_nobody_asked_for_change_nothing_of_an_application(ids, signed_in):
    oleg, draft = signed_in("oleg"), ids["draft"]
    *fixed, answers = _application(draft)
    with stage.at(NOON):
        for path in (f"/applications/{draft}/form/work", f"/applications/{draft}/draft"):
            assert oleg.post(path, data={**EXTRA, "section": "work", "q_title": "Новое имя", "action": "save"}).status_code in (200, 302)
        assert oleg.post(f"/applications/{draft}/form/consents", data=EXTRA).status_code == 302

    *after, changed = _application(draft)
    assert after == fixed
    assert changed == {**answers, "title": "Новое имя"}


def test_a22_a_new_application_is_its_starters_and_a_draft(ids, signed_in):
    with stage.at(NOON):
        number = int(signed_in("oleg").post(f"/events/{ids['exhibition']}/applications", data=EXTRA).location.split("/")[2])

    state, given, applicant, event, *_rest, _answers = _application(number)
    assert (state, given, applicant, event) == ("draft", None, ids["oleg"], ids["exhibition"])


def test_a22_a_step_moves_by_its_own_row_of_the_table(ids, signed_in):
    """The state wanted, the time and the actor are nobody's to send."""
    with stage.at(NOON):
        signed_in("nina").post(
            f"/applications/{ids['waiting']}/steps/admit", data={**EXTRA, "state": "closed", "by_id": "1", "target": "closed"}
        )

    move = db.session.scalars(select(Move).where(Move.application_id == ids["waiting"]).order_by(Move.id.desc())).first()
    assert (move.step, move.target, move.by_id, move.at) == ("admit", "admitted", ids["nina"], NOON)


def test_a22_ones_own_page_changes_only_what_it_asks(ids, signed_in):
    before = _rights(ids["vera"])

    answer = signed_in("vera").post("/me/name", data={**EXTRA, "surname": "Соколова", "given_name": "Вера", "email": "evil@example.org"})

    assert answer.status_code == 302
    assert _rights(ids["vera"]) == before


def _rights(person_id: int) -> tuple:
    person = db.session.get_one(Person, person_id)
    user = db.session.get_one(User, person.user_id)
    found = (person.id, person.email, person.user_id, user.email, user.fs_uniquifier, user.password, user.active)
    roles = [
        (one.role, one.centre_id, one.event_id, one.chair)
        for one in db.session.scalars(select(Appointment).where(Appointment.person_id == person_id))
    ]
    db.session.rollback()
    return (*found, roles)


def test_a22_a_juror_sends_marks_and_nothing_else(ids, signed_in):
    """Results are approved on the stage: also the marks themselves stay."""
    before = {name: rows for name, rows in _everything().items() if name in ("review", "mark", "assignment", "standing", "award")}

    answer = signed_in("lev").post(
        f"/assignments/{ids['sheet']}/review", data={**EXTRA, "m_novelty": "5", "m_unknown": "9", "action": "done"}
    )

    assert answer.status_code == 409
    assert {name: rows for name, rows in _everything().items() if name in before} == before


# A23: steps that are not open


@pytest.mark.parametrize(
    ("who", "what", "step"),
    [
        ("vera", "work", "submit"),
        ("vera", "work", "resubmit"),
        ("nina", "work", "admit"),
        ("nina", "work", "close"),
        ("nina", "work", "publish"),
        ("vera", "waiting", "admit"),
        ("nina", "third", "admit"),
        ("vera", "work", "withdraw"),
    ],
)
def test_a23_a_step_that_is_not_open_is_a_page_that_says_so(ids, signed_in, who, what, step):
    before = _everything()

    answer = signed_in(who).post(f"/applications/{ids[what]}/steps/{step}", data={"reason": "Хочу"})

    assert answer.status_code == 409, answer.location
    assert _everything() == before


def test_a23_after_the_deadline_a_draft_stays_a_draft(ids, signed_in):
    answer = signed_in("oleg").post(f"/applications/{ids['draft']}/steps/submit")

    assert answer.status_code == 302
    assert _application(ids["draft"])[0] == "draft"


def test_a23_results_are_approved_once_and_marks_rest(ids, signed_in):
    nina, before = signed_in("nina"), _everything()
    page = f"/events/{ids['contest']}/results"
    statuses = [
        nina.post(f"{page}/rank").status_code,
        nina.post(f"{page}/approve", data={"number": "2", "day": "2026-12-01"}).status_code,
        nina.post(f"{page}/release").status_code,
    ]

    assert statuses == [409, 409, 409]
    assert _everything() == before


# A41: rights are not taken by oneself


def test_a41_a_methodist_is_no_judge_of_her_own_work(ids, signed_in, world):
    with stage.at(NOON):
        number = world.enter("nina", event="exhibition", title="Моя работа")
        answer = signed_in("nina").post(f"/applications/{number}/steps/admit")

    assert answer.status_code == 409
    assert _application(number)[0] == "submitted"


def test_a41_nobody_judges_a_work_of_her_own(ids, signed_in, world):
    """Also not when a methodist gives it to her by hand."""
    with stage.at(NOON):
        with committing():
            world.contest.approved_at = world.contest.released_at = None  # else nothing could be given to anybody
        number = world.enter("lev", event="contest", title="Работа члена жюри")
        world.step(number, "admit")
        answer = signed_in("nina").post(f"/events/{ids['contest']}/jury/works", data={"application_id": number, "juror_id": ids["juror"]})

    assert answer.status_code in (409, 422)
    assert number not in [row[1] for row in _everything()["assignment"]]


@pytest.mark.parametrize("role", [METHODIST, ADMINISTRATOR])
def test_a41_a_methodist_makes_no_staff_and_leaves_a_trace_of_trying(ids, signed_in, role):
    page = f"/people/{ids['vera']}/appoint"
    before = _rights(ids["vera"])

    signed_in("nina").post(page, data={"role": role, "ground": "Так надо", "centre": ids["centre"]})
    signed_in("nina").post(f"/people/{ids['nina']}/appoint", data={"role": ADMINISTRATOR, "ground": "Так надо", "centre": ids["centre"]})

    assert _rights(ids["vera"]) == before
    assert ADMINISTRATOR not in [role for role, *_more in _rights(ids["nina"])[-1]]
    tried = select(func.count(Trace.id)).where(Trace.act == "appointment.refused", Trace.person_id == ids["nina"])
    assert db.session.scalar(tried) == 2


def test_a41_the_last_administrator_cannot_leave(ids, signed_in, world):
    mine = db.session.scalar(select(Appointment.id).where(Appointment.person_id == ids["admin"], Appointment.role == ADMINISTRATOR))
    others = select(Appointment).where(Appointment.role == ADMINISTRATOR, Appointment.id != mine)
    with committing():
        for one in db.session.scalars(others):
            people.dismiss(one, by=world.admin, now=stage.LATE - DAY)

    signed_in("admin").post(f"/appointments/{mine}/end")

    assert db.session.get_one(Appointment, mine).until is None
