"""Requests no browser of ours would send: broken, huge, many, without a token. A29 A30."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from tests.attacks import walk

BOUNDARY = "a29"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
QUICK = 5.0  # seconds on a busy machine; each takes a few milliseconds on a quiet one


def part(name: str, value: bytes = b"x", more: str = "") -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


BODIES: dict[str, tuple[str, bytes]] = {
    "10^5 parts": (MULTIPART, b"".join(part(f"q{one}") for one in range(100_000)) + f"--{BOUNDARY}--".encode()),
    "a field of 3 MB": (MULTIPART, part("q_title", b"x" * 3_000_000) + f"--{BOUNDARY}--".encode()),
    "a form of 3 MB": ("application/x-www-form-urlencoded", b"q_title=" + b"x" * 3_000_000),
    "no boundary": ("multipart/form-data", part("q_title")),
    "empty boundary": ("multipart/form-data; boundary=", part("q_title")),
    "headers without an end": (MULTIPART, f"--{BOUNDARY}\r\n".encode() + b"X: y\r\n" * 50_000),
    "one endless header": (MULTIPART, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode() + b"x" * 1_500_000),
    "a file that is a folder": (MULTIPART, part("q_file", b"%PDF-", '; filename="../../x.pdf"') + f"--{BOUNDARY}--".encode()),
    "cut off": (MULTIPART, part("q_title", b"x" * 1000)[:-400]),
    "not text": ("application/x-www-form-urlencoded", b"q_title=%ff%fe%00&section=work"),
    "json": ("application/json", b"[" * 100_000),
    "plain text": ("text/plain", b'{"section": "work"}'),
    "huge numbers": ("application/x-www-form-urlencoded", b"section=work&site_id=" + b"9" * 10_000 + b"&q_experience=1e999999999"),
}


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("door", ["/sign-in", "/applications/{draft}/draft", "/applications/{draft}/form/files"])
def test_a29_a_broken_request_is_answered_quickly(signed_in, client, play, case, door):
    """4xx, or the page again: never an error of ours, and nothing of another section is touched."""
    kind, body = BODIES[case]
    sender = client if door == "/sign-in" else signed_in("oleg")
    begun = time.monotonic()

    answer = sender.post(door.format(**play.ids), data=body, content_type=kind)

    assert time.monotonic() - begun < QUICK
    assert answer.status_code < 500, answer.status_code
    if case in ("10^5 parts", "a field of 3 MB", "a form of 3 MB"):
        assert answer.status_code == 413


def test_a29_a_gigabyte_is_refused_before_it_is_read(signed_in, play):
    """The declared size is enough to say no."""
    answer = signed_in("oleg").post(
        f"/applications/{play.ids['draft']}/form/files",
        content_type=MULTIPART,
        data=part("q_title"),
        environ_overrides={"CONTENT_LENGTH": str(2**30)},
    )
    assert answer.status_code == 413


NUMBERS = ["0", "-1", "9" * 30, "1e5", "１", "%00", "1%20or%201=1", "' or 1=1--"]


@pytest.mark.parametrize(
    "path",
    [
        "/events/{}",
        "/applications/{}",
        "/files/{}",
        "/exhibits/{}",
        "/pictures/{}/small",
        "/people/{}",
        "/certificates/{}/file",
        "/letters/{}",
    ],
)
def test_a29_a_number_no_row_has_is_not_found(signed_in, path):
    nina = signed_in("nina")
    assert {number: nina.get(path.format(number)).status_code for number in NUMBERS} == dict.fromkeys(NUMBERS, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/events?before={}", "/applications?before={}", "/people?after={}", "/people?organisation={}", "/letters?before={}&event={}",
        "/events/1/applications?before={}&search={}&state={}", "/events/1/jury?after={}&seed={}", "/events/1/results?after={}&place={}",
        "/events/2/gallery?after={}&section={}", "/events/3/attendance?site={}&after={}", "/certificates?before={}", "/check?code={}",
    ],
)  # fmt: skip
def test_a29_a_number_in_a_question_is_never_an_error_of_ours(signed_in, path):
    nina = signed_in("nina")
    statuses = {number: nina.get(path.replace("{}", number)).status_code for number in NUMBERS}
    assert {number: status for number, status in statuses.items() if status >= 500} == {}


# A30


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"WTF_CSRF_ENABLED": True} if "a30" in request.node.name else {}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables but the sessions: each client begins one of its own."""
    tables = [table for table in db.metadata.sorted_tables if table.name != "sign_in"]
    found = {table.name: [tuple(row) for row in db.session.execute(select(table))] for table in tables}
    db.session.rollback()
    return found


def posts(app: Flask, play: Any) -> list[str]:
    """One path for every route that takes POST."""
    values = {
        **walk.arguments(play.ids, play.cast),
        **{name: [1] for name in ("job_id", "juror_id", "affiliation_id", "appointment_id", "consent_id", "session_id")},
    }
    db.session.rollback()
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return sorted(adapter.build(rule.endpoint, {name: values[name][0] for name in rule.arguments}, method="POST") for rule in rules)


def token_of(client: FlaskClient, page: str = "/events") -> str:
    found = re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


@pytest.mark.parametrize("who", ["vera", "lev", "nina", "admin"])
def test_a30_without_a_token_nothing_is_done(app, play, signed_in, who):
    """No token, a token of another's session, and one that was made up: each is refused on every route, and nothing changes."""
    client, before = signed_in(who), everything()
    foreign = token_of(signed_in("oleg"))
    wrong = []
    for path in posts(app, play):
        for given in ({}, {"csrf_token": foreign}, {"csrf_token": "made-up"}):
            answer = client.post(path, data={**given, "reason": "Хочу", "action": "done"})
            if answer.status_code != 400:
                wrong.append((path, answer.status_code))

    assert wrong == []
    assert everything() == before
    assert client.get("/me").status_code == 200, "a refused sign-out ended the session"


def test_a30_a_stranger_without_a_token_signs_nobody_in_or_up(app, play, client):
    before = everything()
    statuses = {path: client.post(path, data={"address": "vera@example.org", "person": "nina"}).status_code for path in posts(app, play)}

    assert {path for path, status in statuses.items() if status != 400} == set()
    assert everything() == before


def test_a30_another_type_of_body_opens_no_way_round(signed_in, play):
    """A form of another site can send text/plain; a token inside is not read from it."""
    vera = signed_in("vera")
    body = f'{{"csrf_token": "{token_of(vera)}"}}'
    for kind in ("text/plain", "application/json"):
        assert vera.post("/me/sessions/end", data=body, content_type=kind).status_code == 400


def test_a30_with_the_token_of_the_page_it_is_done(signed_in):
    """The refusals above are about the token and nothing else."""
    vera = signed_in("vera")
    assert vera.post("/language", data={"csrf_token": token_of(vera), "language": "en"}).status_code == 302


def test_a30_a_get_to_what_changes_something_changes_nothing(app, play, signed_in):
    before = everything()
    for who in ("vera", "lev", "nina", "admin"):
        client = signed_in(who)
        answers = {path: client.get(path, query_string={"reason": "Хочу", "confirm": "1"}).status_code for path in posts(app, play)}
        assert {path for path, status in answers.items() if status not in (200, 302, 404, 405, 409)} == set()
    assert everything() == before
