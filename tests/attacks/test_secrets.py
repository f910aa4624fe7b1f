"""What must not be told, and what must not be started. A43 A44."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stderr

import pytest
from sqlalchemy import select

import config
from app import clock, create_app
from app.background import Job
from app.database import Trace, db
from app.front import mode
from app.notifications.models import Notification
from app.people.models import Person, SignInCode, User
from tests.attacks.conftest import housed

PERSONAL = ("Знак", "@example.org", "Соколова", "Трофимова")


def secrets_of(app) -> list[str]:
    return [str(app.config[name]) for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "TOTP_SECRET")]


@pytest.mark.parametrize("fault", [RuntimeError, KeyError])
def test_a43_an_error_page_tells_nothing_of_the_error(app, signed_in, monkeypatch, fault):
    def broken(*_args, **_more):
        raise fault("secret of the house: Соколова vera@example.org /var/lib SELECT")

    vera = signed_in("vera")
    monkeypatch.setattr("app.applications.queries.mine", broken)
    answer = vera.get("/applications")

    assert answer.status_code == 500
    for word in ("secret of the house", "Traceback", "SELECT", ".py", "Error", *secrets_of(app)):
        assert word not in answer.text, word


def test_a43_the_log_of_an_error_says_where_and_not_what(app, play, monkeypatch):
    """The words of an exception may hold a name or a row: the log has its place and its kind."""

    words = "Соколова vera@example.org"

    def broken(*_args, **_more):
        raise RuntimeError(words)

    log = io.StringIO()
    with redirect_stderr(log):
        fresh = housed(app.config["VAR"])
        with fresh.app_context():
            monkeypatch.setattr("app.events.queries.announced", broken)
            assert fresh.test_client().get("/events").status_code == 500
            db.session.remove()
            db.engine.dispose()

    assert "in broken" in log.getvalue()
    assert "RuntimeError" in log.getvalue()
    assert [word for word in PERSONAL if word in log.getvalue()] == []


@pytest.mark.parametrize(
    ("path", "status"), [("/no-such-page", 404), ("/events/987654", 404), ("/theme", 405), ("/healthz", 200), ("/metrics", 200)]
)
def test_a43_what_strangers_can_ask_holds_no_name_and_no_secret(app, client, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    assert [word for word in (*PERSONAL, *secrets_of(app), str(app.config["VAR"])) if word in answer.text] == []


def test_a43_the_log_of_signing_in_names_nobody_and_no_code(app, play):
    """Codes, addresses and links go into the letter; the log has the route and the status."""
    log = io.StringIO()
    with redirect_stderr(log):
        fresh = housed(app.config["VAR"])
        with fresh.app_context():
            client = fresh.test_client()
            client.post("/sign-in", data={"address": "vera@example.org"})
            client.post("/sign-in/code", data={"code": "123456"})
            client.post("/sign-in/password", data={"address": "vera@example.org", "password": "тихий свет над книгами"})
            client.get("/sign-in/link/a-link-of-a-letter")
            client.get("/people?q=Соколова")
            client.get("/check/SECRETCODE")
            db.session.remove()
            db.engine.dispose()

    assert '"route": "/sign-in/link/<token>"' in log.getvalue()
    hidden = ("vera@example.org", "123456", "тихий свет", "a-link-of-a-letter", "Соколова", "SECRETCODE")
    assert [word for word in hidden if word in log.getvalue()] == []


def test_a43_jobs_and_the_trail_hold_ids_and_no_names(app, play):
    jobs = [json.dumps([one.kind, one.key, one.payload, one.last_error], ensure_ascii=False) for one in db.session.scalars(select(Job))]
    trail = [json.dumps([one.act, one.subject, one.details], ensure_ascii=False) for one in db.session.scalars(select(Trace))]

    assert len(jobs) > 10
    assert len(trail) > 10
    told = [line for line in (*jobs, *trail) for word in (*PERSONAL, *secrets_of(app)) if word in line]
    assert told == []


def test_a43_codes_and_links_are_kept_as_hashes_and_forgotten_when_sent(app, client, work_off):
    client.post("/sign-in", data={"address": "vera@example.org"})
    work_off()

    letter = db.session.scalars(select(Notification).where(Notification.secret).order_by(Notification.id.desc())).first()
    assert letter.state == "sent"
    assert re.search(r"\d{6}", json.dumps(letter.values)) is None
    kept = [value for row in db.session.execute(select(SignInCode.__table__)) for value in row if isinstance(value, str)]
    assert [value for value in kept if re.fullmatch(r"\d{6}", value)] == []


def test_a43_a_letter_with_a_code_is_nobody_elses_to_read(app, client, signed_in, work_off):
    client.post("/sign-in", data={"address": "vera@example.org"})
    work_off()
    letter = db.session.scalars(select(Notification.id).where(Notification.secret).order_by(Notification.id.desc())).first()

    for who in ("nina", "admin"):
        answer = signed_in(who).get(f"/letters/{letter}")
        assert answer.status_code in (200, 404)
        assert re.search(r"\b\d{6}\b", re.sub(r"<[^>]*>", " ", answer.text)) is None


# A44


@pytest.mark.parametrize("name", ["SECRET_KEY", "PASSWORD_SALT", "TOTP_SECRET"])
@pytest.mark.parametrize("value", ["", " ", "secret", "change-me", "CHANGEME", "dev", "default", "x" * 31])
def test_a44_a_secret_that_everybody_knows_is_refused(tmp_path, name, value):
    with pytest.raises(config.UnsafeSettings, match=name):
        config.from_environ({"VAR": str(tmp_path), name: value})


@pytest.mark.parametrize("value", ["x" * 32, "change-me" * 5, "0" * 64, "secret" * 8])
def test_a44_a_long_secret_without_any_chance_in_it_is_refused(tmp_path, value):
    with pytest.raises(config.UnsafeSettings, match="SECRET_KEY"):
        config.from_environ({"VAR": str(tmp_path), "SECRET_KEY": value})


def test_a44_every_installation_makes_its_own_secrets(tmp_path):
    one, two = (config.from_environ({"VAR": str(tmp_path / name)}) for name in ("one", "two"))
    names = ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "TOTP_SECRET")

    assert len({settings[name] for settings in (one, two) for name in names}) == 6
    assert config.from_environ({"VAR": str(tmp_path / "one")}) == one
    folder = tmp_path / "one" / "secrets"
    assert [oct(file.stat().st_mode & 0o777) for file in (folder, *folder.iterdir())] == ["0o700", "0o600", "0o600", "0o600"]


@pytest.mark.parametrize("who", ["nobody", "vera", "nina", "admin"])
def test_a44_nobody_signs_in_by_a_name_outside_the_example(app, client, signed_in, who):
    visitor = client if who == "nobody" else signed_in(who)
    answers = [
        visitor.get("/demo").status_code,
        visitor.get("/demo/progress").status_code,
        visitor.post("/demo/sign-in", data={"person": "nina"}).status_code,
    ]

    assert answers == [404, 404, 404]


def test_a44_what_is_somebodys_centre_never_becomes_the_example(app, client):
    """Nor the first page again: it would make whoever comes an administrator."""
    before = db.session.query(Person).count(), db.session.query(User).count(), db.session.query(Job).count()
    begun, owned = client.post("/start/demo"), client.post("/start", data={"name": "Моё", "surname": "Чужой"})

    assert (begun.status_code, owned.status_code, owned.location) == (302, 302, "/")
    assert mode.mode() == mode.OWN
    assert (db.session.query(Person).count(), db.session.query(User).count(), db.session.query(Job).count()) == before


def test_a44_the_mail_folder_is_the_administrators(client, signed_in):
    found = {who: signed_in(who).get("/admin/mail").status_code for who in ("vera", "lev", "nina", "admin")}

    assert client.get("/admin/mail").status_code == 404
    assert found == {"vera": 404, "lev": 404, "nina": 404, "admin": 200}


def test_a44_the_example_says_that_it_is_one(tmp_path, template):
    """Its people have no password at all: they are entered by a button, or not at all."""
    import shutil

    shutil.copy(template.empty, tmp_path / "laureat.db")
    example = create_app(
        {**config.from_environ({"VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'laureat.db'}"}), "WTF_CSRF_ENABLED": False}
    )
    clock.stop_at(None)
    with example.app_context():
        client = example.test_client()
        assert client.post("/start/demo").location == "/demo"
        page = client.get("/demo")
        assert page.status_code == 200
        assert db.session.query(User).filter(User.password.is_not(None)).count() == 0
        db.session.remove()
        db.engine.dispose()
