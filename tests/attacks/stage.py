"""A whole house full of hostile text: every form is filled in as people fill it in, through its own page.

Played once a session; each test gets a copy. What was typed where is remembered, so that a test can ask for all of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app import background, clock
from app.applications.models import Application, Attachment
from app.closing.models import Appeal
from app.database import committing, db
from app.front import demo_cast
from app.judging.models import Assignment
from app.people.models import Appointment, Person
from tests import world as worlds
from tests.attacks.forms import forms_of, parsed, send

PAYLOAD = "\"'><img src=x onerror=alert(1)></script><svg onload=alert(2)>{{7*7}}"
LINK = 'https://example.org/"><img/src=x/onerror=alert(3)>'
MEETING = "https://meet.example.org/?onload=alert(5)//"
FILE_NAME = "знак'><img src=x onerror=alert(4)>&quot;"
LATE = worlds.NOON + 13 * worlds.DAY  # intake is over, the exhibition is open, the bridge was yesterday
Files = Mapping[str, tuple[bytes, str]]
FEWER = [
    {"of": one, "within": ["nomination"] if one == "organisation" else [], "least": 9} for one in ("organisation", "person", "nomination")
]
YEAR = [{"key": "year", "title": "Год", "places": [{"place_from": 1, "points": 5}], "entered": 1}]
FEEDS = [{"from_level": "municipal", "to_level": "regional", "award": "first", "most": 1}]


def _with_entrants(body: dict[str, Any]) -> dict[str, Any]:
    """Let entrants mark each other's works beside the jury, and experts on paper; what they say is only shown."""
    circle = {"key": "circle", "kind": "text", "label": "Кого оценивает", "filled_by": "staff"}
    peers = {"key": "peers", "by": "entrant", "allotted": "circle", "use": "shown", "sheets": 1}
    experts = {"key": "experts", "by": "expert", "use": "shown", "sheets": 1}
    stages = [{**one, "sources": [*one["sources"], peers, experts]} if one.get("sources") else one for one in body["stages"]]
    first, *rest = body["form"]
    return {**body, "stages": stages, "form": [{**first, "questions": [*first["questions"], circle]}, *rest]}


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """Leave something to people: a condition to check, a field to fill in, a person to replace, a school to remind of more."""
    genuine = {"key": "genuine", "manual": True, "message": "Справка настоящая"}
    remark = {"key": "remark", "kind": "long_text", "label": "Заметка", "filled_by": "staff", "shown_to": "everyone"}
    entering = {**body.get("entering", {}), "authors": {"substitution": "judging_closes"}, "conditions": [genuine], "limits": FEWER}
    first, *rest = body["form"]
    return {**body, "entering": entering, "form": [{**first, "questions": [*first["questions"], remark]}, *rest]}


@dataclass
class Play:
    """What is on the stage: ids by name, and each hostile word with the page and the field it was typed into."""

    ids: dict[str, int] = field(default_factory=dict)
    cast: dict[str, int] = field(default_factory=dict)
    typed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Play:
        return cls(**json.loads(file.read_text(encoding="utf-8")))


class Stage:
    """The hands of the cast."""

    def __init__(self, world: worlds.World, signed_in: Callable[[str], FlaskClient]) -> None:
        self.world, self.as_one = world, {name: signed_in(name) for name in ("vera", "lev", "nina", "oleg", "admin")}
        self.play = Play(cast=dict(world.ids))
        self._numbers = count(1)

    def hostile(self, page: str, calm: tuple[str, ...]) -> Callable[[str, int], str | None]:
        """Return what to type on a page: a word of its own for each field, and the payload after it; None leaves a field as it is."""

        def text(name: str, longest: int) -> str | None:
            if name.startswith(calm):
                return None
            word = f"Знак{next(self._numbers)}э"
            self.play.typed[word] = (page, name)
            return f"{word}{PAYLOAD}"[:longest]

        return text

    def fill(self, who: str, page: str, *, calm: tuple[str, ...] = (), **more: Any) -> Any:
        """Fill a form with hostile text; the fields whose names begin as one in `calm` keep what they hold."""
        return send(self.as_one[who], page, text=self.hostile(page, calm), **more)

    # People

    def people(self) -> None:
        for who in ("vera", "oleg", "nina", "lev", "admin"):
            self.fill(who, "/me/name", calm=("phone",))
            self.fill(who, "/me/dative")
        for who in ("vera", "oleg"):
            self.fill(who, "/me/place")
        self.fill("nina", "/organisations/new")
        self.fill("nina", "/people/new", calm=("phone",))
        made = db.session.scalars(select(Person.id).order_by(Person.id.desc())).first()
        self.play.ids["person"] = made
        self.fill("nina", f"/people/{made}/edit", calm=("phone",))
        self.fill("nina", f"/people/{made}/dative")
        self.fill("nina", f"/people/{made}/place")
        self.fill("nina", f"/people/{made}/invite", more={"address": "guest@example.org"})
        self.fill("admin", f"/people/{made}/appoint")
        self.play.ids["organisation"] = self.world.school.id

    # A contest: entered, sent back, withdrawn, on paper, judged, awarded

    def enter(self, who: str, event: str, files: Files, *, calm: tuple[str, ...] = (), more: Mapping[str, Any] | None = None) -> int:
        """Fill in an application section by section; return its id."""
        event_id = self.world.ids[event]
        client = self.as_one[who]
        button = next(one for one in forms_of(client.get(f"/events/{event_id}").text, "/") if one.action.endswith("/applications"))
        page = client.post(button.action, data=button.values).location
        number = int(page.split("/")[2])
        while not page.endswith("/check"):
            page = self._section(who, page, files, calm, more or {})
        return number

    def _section(self, who: str, page: str, files: Files, calm: tuple[str, ...], more: Mapping[str, Any]) -> str:
        shown = self.as_one[who].get(page).text
        form = next(one for one in forms_of(shown, page) if one.action == page)
        extra: dict[str, Any] = {name: value for name, value in more.items() if name in form.values}
        extra |= {name: "on" for name in _boxes(shown) if name.startswith(("c_", "for_authors"))}
        if "q_video" in form.values:
            extra |= {"q_has_video": "1", "q_video": LINK}
        extra |= {f"q_{name}": (io.BytesIO(content), title) for name, (content, title) in files.items() if f"q_{name}" in form.files}
        return str(self.fill(who, page, calm=calm, more={**extra, "action": "next"}).location)

    def step(self, who: str, number: int, name: str, *, ask: bool = False, **words: Any) -> None:
        page = f"/applications/{number}/steps/{name}"
        answer = self.fill(who, page, more=words) if ask else self.as_one[who].post(page)
        assert answer.location == f"/applications/{number}", (
            name,
            answer.status_code,
            _missing(self.as_one[who].get(answer.location or page).text),
        )

    def contest(self) -> None:
        event = self.world.ids["contest"]
        with committing():
            self.world.contest.feeds_id = self.world.ids["exhibition"]  # an event of the next level stands there too
            version = self.world.contest.version
            version.body = _with_entrants(
                _checked({**version.body, "appeals": {"allowed": True, "days": 5}, "feeds": FEEDS, "series": YEAR})
            )
        self.fill("nina", f"/events/{event}/edit")
        self.fill("nina", f"/events/{event}/dates", more={"d_results_on": "2026-12-24T12:00"})
        files = {"file": (demo_cast.file_for("pdf", "work", 0)[0], f"{FILE_NAME}.pdf")}
        ids = self.play.ids
        for name in ("work", "second", "third"):
            ids[name] = self.enter("vera", "contest", files, more={"q_experience": "7"}, calm=() if name == "work" else ("author_",))
            self.step("vera", ids[name], "submit")
        ids["draft"] = self.enter("oleg", "contest", files, calm=("author_",))
        self.step("nina", ids["second"], "send_back", ask=True, term="2026-11-30T12:00")
        self.step("vera", ids["second"], "resubmit")
        self.step("nina", ids["work"], "admit")
        self.step("nina", ids["second"], "admit")
        self.step("nina", ids["third"], "not_admit", ask=True)
        self.check(files)
        self.fill("nina", f"/events/{event}/applications/enter", more={"received_at": "2026-11-23T09:00", "email": "paper@example.org"})
        ids["paper"] = db.session.scalars(select(Application.id).order_by(Application.id.desc())).first()
        ids["file"] = self.file_of(ids["work"])
        ids["draft_file"] = self.file_of(ids["draft"])

    def check(self, files: Files) -> None:
        """An application that stays submitted: what people check of it, what staff fill in, another person in its author's place."""
        left = self.play.ids["left"] = self.enter("oleg", "contest", files, calm=("author_",))
        self.step("oleg", left, "submit")
        page = f"/applications/{left}"
        self.fill("nina", page, to=f"{page}/checks", more={"met_genuine": "0"})
        self.fill("nina", page, to=f"{page}/staff")
        application = db.session.get_one(Application, left)
        agreed = {f"c_{one.key}": "y" for one in application.version.rules.consents}
        typed = {"author": str(application.authors[0].id), "received_at": "2026-11-23T09:00", "email": "next@example.org", **agreed}
        self.fill("nina", f"{page}/substitute", more=typed)

    def file_of(self, number: int) -> int:
        return db.session.scalars(select(Attachment.id).where(Attachment.application_id == number)).first() or 0

    def judging(self) -> None:
        event, nina = self.world.ids["contest"], self.as_one["nina"]
        assert nina.post(f"/events/{event}/jury/appoint", data={"person_id": self.world.lev.id, "chair": "1"}).status_code == 302
        juror = db.session.scalar(select(Appointment.id).where(Appointment.role == "juror"))
        for name in ("work", "second"):
            given = {"application_id": self.play.ids[name], "juror_id": juror}
            assert nina.post(f"/events/{event}/jury/works", data=given).status_code == 302
        sheets = {one.application_id: one.id for one in db.session.scalars(select(Assignment)).unique()}
        self.fill("nina", f"/events/{event}/entries?stage=final", to=f"/events/{event}/entries/names", more={"source": "experts"})
        mine, other = sheets[self.play.ids["work"]], sheets[self.play.ids["second"]]
        self.play.ids |= {"juror": juror, "sheet": mine, "recused": other}
        marks = dict.fromkeys(_radios(self.as_one["lev"].get(f"/assignments/{mine}").text, "m_"), "1")
        self.fill("lev", f"/assignments/{mine}", to=f"/assignments/{mine}/review", more={**marks, "action": "done"})
        self.fill("lev", f"/assignments/{other}", to=f"/assignments/{other}/recuse")
        page = f"/events/{event}/results"
        number = db.session.get_one(Application, self.play.ids["second"]).number
        decisions = f"/events/{event}/decisions"
        self.fill("nina", decisions, to=f"{decisions}/award", more={"number": str(number)})
        self.fill("nina", page, to=f"{page}/approve", more={"number": "14 <b>«Знак»</b>", "day": "2026-11-23"})
        assert nina.post(f"{page}/release").status_code == 302
        self.fill("vera", f"/applications/{self.play.ids['work']}/appeal")

    def papers(self) -> None:
        event = self.world.ids["contest"]
        assert self.as_one["nina"].post(f"/events/{event}/certificates").status_code == 302
        background.work_off()
        from app.certificates.models import Certificate

        rows = list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
        ready = [one.id for one in rows if one.state == "ready"]
        assert len(ready) >= 2, [(one.state, one.reason) for one in rows]
        self.play.ids |= {"certificate": ready[0], "revoked": ready[-1]}
        self.fill("nina", f"/certificates/{ready[-1]}/revoke")

    def review(self) -> None:
        """The appeal is upheld, the results are opened again, a sheet is changed, and they are approved anew."""
        event, sheet = self.world.ids["contest"], self.play.ids["sheet"]
        appeal = db.session.scalars(select(Appeal.id)).one()
        self.fill("nina", f"/appeals/{appeal}", more={"outcome": "upheld"})
        assert self.as_one["nina"].post(f"/appeals/{appeal}/reopen").status_code == 302
        marks = dict.fromkeys(_radios(self.as_one["nina"].get(f"/assignments/{sheet}/correct").text, "m_"), "2")
        self.fill("nina", f"/assignments/{sheet}/correct", more=marks)
        page = f"/events/{event}/results"
        self.fill("nina", page, to=f"{page}/approve", more={"number": "15 <b>«Знак»</b>", "day": "2026-11-24"})

    # An exhibition and a bridge

    def exhibition(self) -> None:
        picture = (demo_cast.file_for("jpg", "work", 0)[0], f"{FILE_NAME}.jpg")
        files = {"pictures": picture, "materials": (demo_cast.file_for("pdf", "work", 0)[0], f"{FILE_NAME}.pdf")}
        ids, event = self.play.ids, self.world.ids["exhibition"]
        self.fill("nina", f"/events/{event}/edit")
        for name in ("shown", "hidden", "waiting"):
            ids[name] = self.enter("vera", "exhibition", files, calm=("author_",))
            self.step("vera", ids[name], "submit")
        self.step("nina", ids["shown"], "admit")
        self.step("nina", ids["hidden"], "admit")
        background.work_off()
        from app.exhibitions import queries

        shown, hidden = queries.exhibit_of(ids["shown"]), queries.exhibit_of(ids["hidden"])
        ids |= {"exhibit": shown.id, "hidden_exhibit": hidden.id, "picture": shown.pictures[0].id, "hidden_picture": hidden.pictures[0].id}
        ids["material"] = db.session.scalars(
            select(Attachment.id).where(Attachment.application_id == ids["shown"], Attachment.question == "materials")
        ).first()
        self.fill("nina", f"/exhibits/{hidden.id}", to=f"/exhibits/{hidden.id}/hide")

    def bridge(self) -> None:
        event, ids = self.world.ids["bridge"], self.play.ids
        self.fill("nina", f"/events/{event}/edit")
        self.fill("nina", f"/events/{event}/room", calm=("minutes",), more={"link": MEETING, "minutes": "90"})
        self.fill("nina", f"/events/{event}/sites", calm=("responsible", "seats"), more={"seats": "30"})
        self.fill("nina", f"/events/{event}/programme", calm=("minutes",))
        ids["talk"] = self.enter("vera", "bridge", {}, more={"q_participation": "speaker", "q_minutes": "5"})
        self.step("vera", ids["talk"], "submit")
        assert self.as_one["nina"].post(f"/events/{event}/programme/speakers").status_code == 302
        from app.meetings.models import Session, Site

        ids["site"] = db.session.scalars(select(Site.id)).first()
        ids["line"] = db.session.scalars(select(Session.id)).first()

    def perform(self) -> Play:
        for act in (self.people, self.bridge, self.contest, self.judging, self.papers, self.review, self.exhibition):
            act()
            db.session.rollback()
        background.work_off()
        return self.play


def _missing(html: str) -> str:
    """Return what the page says is missing, for the message of a play that stumbled."""
    return " ".join("".join(one.itertext()) for one in parsed(html).iter() if one.get("class") in ("summary", "summary-within"))


def _boxes(html: str) -> set[str]:
    return {one.get("name", "") for one in parsed(html).iter("input") if one.get("type") == "checkbox"}


def _radios(html: str, begins: str) -> set[str]:
    return {one.get("name", "") for one in parsed(html).iter("input") if one.get("name", "").startswith(begins)}


@contextmanager
def at(moment: Any) -> Any:
    """Do something at another time."""
    clock.stop_at(moment)
    try:
        yield
    finally:
        clock.stop_at(LATE)
