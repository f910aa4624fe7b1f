"""Every page that can be opened by GET, with the ids of the stage, for whom the table says it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import BuildError, Rule

from app import web
from app.applications.models import Application, Attachment, Receipt
from app.certificates.models import Certificate
from app.closing.models import Appeal
from app.database import db
from app.exhibitions.models import Picture
from app.judging.models import Assignment, Named
from app.meetings.models import Session, Site
from app.notifications import post
from app.notifications.models import Notification
from app.people.models import Organisation, Person
from tests.attacks.forms import parsed
from tests.permission_table import TABLE

VIEWERS = {  # who looks at what is open to a role
    web.ANYONE: ("nobody", "vera", "nina"),
    web.USER: ("vera",),
    web.PERSON: ("vera", "oleg", "nina"),
    web.ENTRANT: ("oleg",),
    web.JUROR: ("lev",),
    web.METHODIST: ("nina",),
    web.ADMINISTRATOR: ("admin",),
}
ROWS = {
    "appeal_id": Appeal,
    "application_id": Application,
    "attachment_id": Attachment,
    "assignment_id": Assignment,
    "certificate_id": Certificate,
    "line_id": Session,
    "name_id": Named,
    "notification_id": Notification,
    "organisation_id": Organisation,
    "person_id": Person,
    "picture_id": Picture,
    "receipt_id": Receipt,
    "site_id": Site,
}
MOST = 12  # values of one argument: the newest rows


@dataclass
class Seen:
    """One answer: who opened what."""

    who: str
    endpoint: str
    path: str
    status: int
    headers: Any
    body: bytes = field(repr=False)
    statements: int = 0

    @cached_property
    def elements(self) -> list[Element]:
        """What a browser would make of the page."""
        return [one for one in parsed(self.body.decode()).iter() if isinstance(one.tag, str)]

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")


def arguments(play_ids: dict[str, int], cast: dict[str, int]) -> dict[str, list[Any]]:
    """Return the values each argument of a route can have on the stage."""
    found: dict[str, list[Any]] = {
        name: list(db.session.scalars(select(model.id).order_by(model.id.desc()).limit(MOST))) for name, model in ROWS.items()
    }
    found |= {
        "event_id": [cast["contest"], cast["exhibition"], cast["bridge"]],
        "exhibit_id": [play_ids["exhibit"], play_ids["hidden_exhibit"]],
        "code": [*db.session.scalars(select(Certificate.code)), "ABCDEFGHJK"],
        "name": [letter.name for letter in post.folder_letters(MOST)],
        "series": ["year"],
        "centre_id": [cast["centre"]],
        "section": ["authors", "work", "files", "card", "pictures", "registration", "consents", "check"],
        "step": ["withdraw", "send_back", "not_admit", "admit", "disqualify"],
        "number": [1, 2],
        "act": ["correct", "submit", "withdraw"],
        "size": ["small", "large"],
        "token": ["no-such-token"],
        "place": [0, 1],
    }
    return found


def paths(app: Flask, values: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Yield (endpoint, path) for every route that answers GET, but for the files that are the same for everybody."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.endpoint):
            if "GET" in (rule.methods or ()) and rule.endpoint != "static":
                yield from ((rule.endpoint, path) for path in _built(adapter, rule, values))


def _built(adapter: Any, rule: Rule, values: dict[str, list[Any]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    missing = [name for name in names if name not in values]
    assert not missing, f"{rule}: the walk does not know {missing}"
    for chosen in product(*(values[name] for name in names)):
        try:
            yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))
        except BuildError as fault:
            raise AssertionError(f"{rule} cannot be built") from fault


def viewers(endpoint: str) -> list[str]:
    more = ("admin",) if endpoint in ("front.mail", "front.mail_letter") else ()  # open to all in the example, else to her alone
    return list(dict.fromkeys((*(who for role in TABLE[endpoint] for who in VIEWERS[role]), *more)))


def counts() -> dict[str, int]:
    """Return how many rows every table has."""
    found = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in db.metadata.sorted_tables}
    db.session.rollback()
    return found
