"""What stands ready before the pages are looked at: ids of the example, people who sign in with all proofs, an empty installation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import Flask, abort, request
from flask_migrate import upgrade
from playwright.sync_api import Page
from sqlalchemy import delete, select
from werkzeug.serving import make_server

import config
from app import clock, create_app
from app.applications.models import Application
from app.closing.models import Appeal
from app.database import committing, db
from app.events import again
from app.events.models import Event
from app.front import demo
from app.judging import operations as judging
from app.judging import points, standings
from app.judging.models import Assignment
from app.people import codes, entering
from app.people import operations as people
from app.people.models import Appointment, Person, SignInCode, User
from bench.shots import EMPTY, Shot
from tests.processes import Installation

READY_JUROR = "gromova@example.org"
WITHOUT_MAIL = "Тихомирова"
PASSWORD = "тихий читальный зал вечером"  # noqa: S105 (of an example that is thrown away)
TABLE = "Фамилия\tИмя\tОтчество\tПочта\tОрганизация\tДолжность\nЛогинова\tИнна\tПетровна\tloginova@example.org\tСОШ № 15\tбиблиотекарь\nБез\t\t\tне почта\tСОШ № 15\t"


SHEETS_OF = (
    "SELECT assignment.id FROM assignment JOIN appointment ON appointment.id = assignment.juror_id "
    "JOIN person ON person.id = appointment.person_id JOIN application ON application.id = assignment.application_id "
    "LEFT JOIN review ON review.assignment_id = assignment.id WHERE person.surname = '{surname}' AND application.event_id = {event} "
)


def ids(installation: Installation) -> dict[str, str]:
    """Return what the paths of the pages ask for, looked up in the example."""

    def one(sql: str) -> str:
        rows = installation.rows(sql)
        return str(rows[0][0]) if rows else "0"

    def events(kind: str) -> list[str]:
        return [str(row[0]) for row in installation.rows(f"SELECT id FROM event WHERE kind = '{kind}' ORDER BY id")]

    vera = one("SELECT person.id FROM person JOIN login ON login.id = person.user_id WHERE login.email = 'vera@example.org'")
    last, intake, judged, exchange = events("contest")[:4]
    exhibition, planned = events("exhibition")[:2]
    bridge, held = events("bridge")[:2]
    return {
        **_works(one, vera, last=last, intake=intake, judged=judged),
        **_sheets(one, last=last, judged=judged, exchange=exchange),
        "vera": vera,
        "last": last,
        "centre": one("SELECT id FROM centre ORDER BY id"),
        "intake": intake,
        "judged": judged,
        "exchange": exchange,
        "exhibition": exhibition,
        "planned": planned,
        "bridge": bridge,
        "held": held,
        "password": PASSWORD,
        "table": TABLE,
        "reader": one(f"SELECT id FROM person WHERE surname = '{WITHOUT_MAIL}'"),
        "exhibit": one("SELECT id FROM exhibit ORDER BY id"),
        "code": one("SELECT code FROM certificate WHERE state = 'ready' ORDER BY id"),
        "certificate": one("SELECT id FROM certificate WHERE state = 'ready' ORDER BY id"),
        "site": one(f"SELECT id FROM site WHERE event_id = {bridge} ORDER BY id"),
        "line": one(f"SELECT id FROM session WHERE event_id = {bridge} ORDER BY id"),
        "school": one("SELECT id FROM organisation WHERE short_name = 'СОШ № 15'"),
        "letter": one("SELECT id FROM notification ORDER BY id"),
        "letter_file": min(file.name for file in (installation.var / "mail").glob("[!.]*.eml")),
    }


def _works(one: Callable[[str], str], vera: str, *, last: str, intake: str, judged: str) -> dict[str, str]:
    return {
        "application": one(f"SELECT id FROM application WHERE applicant_id = {vera} AND event_id = {judged}"),
        "over": one(f"SELECT id FROM application WHERE event_id = {last} ORDER BY id DESC"),
        "appeal": one("SELECT id FROM appeal ORDER BY id"),
        "draft": one(f"SELECT id FROM application WHERE applicant_id = {vera} AND state = 'draft'"),
        "submitted": one(f"SELECT id FROM application WHERE event_id = {intake} AND state = 'submitted' ORDER BY id"),
    }


def _sheets(one: Callable[[str], str], *, last: str, judged: str, exchange: str) -> dict[str, str]:
    his, hers = SHEETS_OF.format(event=judged, surname="Оненко"), SHEETS_OF.format(event=exchange, surname="Соколова")
    return {
        "assignment": one(f"{his} AND review.id IS NULL ORDER BY assignment.id"),
        "marked": one(f"{his} AND review.id IS NOT NULL ORDER BY assignment.id"),
        "closed_sheet": one(
            "SELECT assignment.id FROM assignment JOIN application ON application.id = assignment.application_id "
            f"WHERE application.event_id = {last} AND assignment.done_at IS NOT NULL ORDER BY assignment.id"
        ),
        "peer_sheet": one(f"{hers} AND assignment.done_at IS NULL ORDER BY assignment.id"),
        "exchanged": one(f"SELECT id FROM application WHERE event_id = {exchange} ORDER BY id"),
        "expert": one(f"SELECT id FROM named WHERE event_id = {exchange} ORDER BY id"),
    }


def inside(installation: Installation) -> Flask:
    """Return the application over the rows of a running installation."""
    return create_app(config.from_environ(installation.environ))


def prepare(app: Flask) -> None:
    """Give Nina a password, the administrator a second proof too, and Oleg a neighbour behind the same mailbox."""
    now = clock.now()
    with app.app_context(), committing():
        nina, admin, oleg = (_login(name) for name in ("nina", "admin", "oleg"))
        for login in (nina, admin):
            people.set_password(login, PASSWORD)
        admin.tf_totp_secret, admin.tf_primary_method = entering.propose_authenticator(), "authenticator"
        entering.new_reserve(admin)
        if len(oleg.persons) == 1:
            neighbour = people.add_person(surname="Белова", given_name="Ирина", patronymic="Олеговна", gender="f", now=now)
            neighbour.user_id = oleg.id
            people.add_person(surname=WITHOUT_MAIL, given_name="Мария", patronymic="Кирилловна", gender="f", now=now)
        _appeal(oleg, now)
        _ask_for_more()
        _count_for_a_series()
        _lead_up(nina.persons[0], now)
        _finish_sheets(_login(READY_JUROR.partition("@")[0]), now)


def _appeal(login: User, now: datetime) -> None:
    """Leave an appeal of the example's past contest unanswered, as a methodist finds it."""
    works = select(Application).join(Event, Event.id == Application.event_id).where(Event.released_at.is_not(None))
    work = db.session.scalars(works.order_by(Application.id)).first()
    if work is not None and db.session.scalar(select(Appeal.id)) is None:
        text = "Не посчитан балл за материалы для повторения: они приложены вторым файлом."
        db.session.add(Appeal(event_id=work.event_id, application_id=work.id, text=text, by_id=login.persons[0].id, filed_at=now))


def _ask_for_more() -> None:
    """Let the running contest ask for two works of a school at least, as some regulations do."""
    running = select(Event).where(Event.kind == "contest", Event.approved_at.is_(None)).order_by(Event.id)
    version = db.session.scalars(running).first().version
    entering = version.body.get("entering", {})
    version.body = {**version.body, "entering": {**entering, "limits": [{"of": "organisation", "least": 2}]}}


def _count_for_a_series() -> None:
    """Let the past contest count for a series, and keep its points as its approval would have."""
    event = db.session.scalars(select(Event).where(Event.kind == "contest", Event.approved_at.is_not(None)).order_by(Event.id)).first()
    places = [{"place_from": 1, "points": 10}, {"place_from": 2, "points": 7}, {"place_from": 3, "points": "5.5"}]
    title = {"ru": "Библиотека года", "en": "Library of the year"}
    year = {"key": "year", "title": title, "places": places, "entered": 1, "recipient": "organisation"}
    event.version.body = {**event.version.body, "series": [year]}
    points.keep(event, standings.compute(event).results)


def _lead_up(nina: Person, now: datetime) -> None:
    """Let winners of the past contest go up to one of the region, held by the same regulation."""
    event = db.session.scalars(select(Event).where(Event.kind == "contest", Event.approved_at.is_not(None)).order_by(Event.id)).first()
    if event.feeds_id is None:
        feed = {"from_level": event.held_at, "to_level": "regional", "award": "first", "most": 1, "per": "nomination"}
        event.version.body = {**event.version.body, "feeds": [feed]}
        event.feeds_id = again.hold_again(event, event.centre, "regional", up=None, by=nina, now=now).id


def _finish_sheets(login: User, now: datetime) -> None:
    """Give the highest marks to every work of a juror that is not marked yet."""
    rows = db.session.scalars(select(Assignment).join(Appointment).join(Person).where(Person.user_id == login.id)).all()
    for sheet in (row for row in rows if row.review is None):
        criteria = sheet.application.event.rules.stage(sheet.stage).criteria
        marks = {one.key: str(one.most) for one in criteria}
        judging.save_review(sheet, marks, "", final=True, by=sheet.juror.person, now=now)


def _login(name: str) -> User:
    return db.session.scalars(select(User).where(User.email == f"{name}@example.org")).one()


def link_token(app: Flask, name: str = "nina", purpose: str = codes.RESET) -> str:
    """Return the token of a fresh link; by default of the one that lets Nina set a new password."""
    with app.app_context(), committing():
        login = _login(name)
        db.session.execute(delete(SignInCode).where(SignInCode.user_id == login.id))  # many letters in a row are not sent
        sent = codes.make(login, purpose, now=clock.now())
        assert sent is not None
        return sent.token


@contextmanager
def beginning(place: Path) -> Iterator[str]:
    """Serve an installation nobody has begun yet, with a page for every trouble, and give its address."""
    app = create_app({**config.from_environ({"VAR": str(place)}), "PROPAGATE_EXCEPTIONS": False})
    app.before_request(_trouble)
    with app.app_context():
        upgrade()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def _trouble() -> None:
    """Answer /trouble/409 with the page for 409."""
    word, _slash, code = request.path.strip("/").partition("/")
    if word == "trouble":
        abort(int(code))


def sign_in(page: Page, url: str, who: str, app: Flask) -> None:
    """Sign in as one of the cast through the page of the example, as others by a link; visitors stay outside."""
    if who in ("", EMPTY):
        return
    if who in {one.key for one in demo.cast()}:
        page.goto(f"{url}/demo")
        page.locator(f"form:has(input[value='{who}']) button").click()
    else:
        page.goto(f"{url}/sign-in/link/{link_token(app, who, codes.SIGN_IN)}")
        page.locator("main form button").click()


def path_of(shot: Shot, known: Mapping[str, str]) -> str:
    """Return the path one stands on when the shot is taken."""
    return (shot.shows or shot.path).format(**known).partition("?")[0]


def go(page: Page, url: str, shot: Shot, known: Mapping[str, str]) -> int:
    """Open the page of a shot, do there what it says, and return the status of the last answer."""
    answer = page.goto(url + shot.path.format(**known))
    for act in shot.acts:
        form = page.locator(f"form[action$='{act.press.format(**known)}'], form:not([action])").last
        for name, value in act.typed.items():
            form.locator(f"[name={name}]").fill(value.format(**known))
        with page.expect_navigation() as going:
            form.locator("button[type=submit]:not(.visually-hidden)").last.click()
        answer = going.value
    assert answer is not None
    return answer.status
