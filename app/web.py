"""The web edge: who may open a page, headers, forms in any language of the house, files on their way out."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, wraps
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, cast
from urllib.parse import quote, urlsplit

from flask import Flask, Request, Response, abort, current_app, flash, g, has_request_context, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.local import LocalProxy
from werkzeug.routing import BaseConverter, ValidationError

from app import clock

P = ParamSpec("P")

LANGUAGES = ("ru", "en")
THEMES = ("", "light", "dark")
ANYONE, PERSON, JUROR, METHODIST, ADMINISTRATOR = "anyone", "person", "juror", "methodist", "administrator"
ENTRANT = "entrant"  # who entered, and marks the works of others
MOST_NUMBER = 2**31 - 1  # of a row: what both databases can hold
GRACE = timedelta(minutes=15)  # how long the sending of one form may go on and still count from its beginning
USER = "user"  # signed in, but has not said yet for whom
ROLES = (ANYONE, USER, PERSON, ENTRANT, JUROR, METHODIST, ADMINISTRATOR)

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, headers_enabled=False)


@dataclass(frozen=True)
class Visitor:
    """Who stands at the door: a login, the person it acts for, and the roles that person has now."""

    user: Any = None
    person: Any = None
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def signed_in(self) -> bool:
        return self.user is not None

    def has(self, *roles: str) -> bool:
        return ANYONE in roles or bool(self.roles.intersection(roles))


NOBODY = Visitor()
_identify: Callable[[], Visitor] = lambda: NOBODY  # noqa: E731  (replaced once by the slice that knows people)


def identify_by(finder: Callable[[], Visitor]) -> Callable[[], Visitor]:
    """Register who tells the visitor of a request; asked once per request, when somebody first wants to know."""
    global _identify  # noqa: PLW0603  (set once while the house is put together)
    _identify = finder
    return finder


def _visitor() -> Visitor:
    if not has_request_context():
        return NOBODY
    if "visitor" not in g:
        g.visitor = _identify()
    return cast(Visitor, g.visitor)


visitor: Visitor = cast(Visitor, LocalProxy(_visitor))

_declared: dict[str, tuple[str, ...]] = {}


def open_to(*roles: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Say who may open a page. A stranger is asked to sign in; somebody with other roles finds nothing (404)."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"no such role: {unknown}")

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if visitor.has(*roles):
                return view(*args, **kwargs)
            if not visitor.signed_in or (visitor.person is None and USER not in roles):
                return ask_to_sign_in()
            return abort(404)

        guarded.open_to = roles  # type: ignore[attr-defined]
        return guarded

    return guard


def declare(endpoint: str, *roles: str) -> None:
    """Say who may open a route whose view is not ours (static files)."""
    _declared[endpoint] = roles


def permissions(app: Flask) -> dict[str, tuple[str, ...]]:
    """Return endpoint -> roles for every route. Raises LookupError for a route that nobody declared."""
    table: dict[str, tuple[str, ...]] = {}
    for endpoint, view in app.view_functions.items():
        roles = _declared.get(endpoint) or getattr(view, "open_to", None)
        if roles is None:
            raise LookupError(f"route without a declared role: {endpoint}")
        table[endpoint] = roles
    return table


class Slot:
    """A place on a page that rooms further up fill without the page knowing them."""

    def __init__(self) -> None:
        self._fills: list[Callable[..., Any]] = []

    def fill(self, give: Callable[..., Any]) -> Callable[..., Any]:
        self._fills.append(give)
        return give

    def collect(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Return what every room gives, in the order of the ladder; a list counts as several, None as nothing."""
        found: list[Any] = []
        for give in self._fills:
            given = give(*args, **kwargs)
            found.extend(given if isinstance(given, list) else [] if given is None else [given])
        return found


@dataclass(frozen=True)
class Waits:
    """Something that waits for a person: one verb on one button, with the term if there is one."""

    title: str
    note: str
    verb: str
    url: str
    until: datetime | None = None
    progress: tuple[int, int] | None = None  # done, of


@dataclass(frozen=True)
class Verb:
    """A way on: what one does, and where."""

    label: str
    url: str


@dataclass(frozen=True)
class Part:
    """A room's part of the methodist's page of an event: a figure, a way in, and what needs a decision."""

    title: str
    url: str
    value: str
    of: str = ""
    note: str = ""
    progress: tuple[int, int] | None = None
    decisions: tuple[Waits, ...] = ()


@dataclass(frozen=True)
class Own:
    """What a visitor already has at an event: one line each, with a verb. `enough`: the regulation lets her begin no more."""

    lines: tuple[Waits, ...]
    enough: bool


waiting = Slot()  # (visitor, now) -> list[Waits]: what waits for me, on every home
event_verb = Slot()  # (event, now) -> Verb | None: what is to be seen, on the announcement itself
event_public = Slot()  # (event, visitor, now) -> Markup | None: below the announcement
event_results = Slot()  # (event, visitor, now) -> Markup | None: below the published results
event_own = Slot()  # (event, visitor) -> Own | None: what the visitor has there already, above the announcement
event_desk = Slot()  # (event, now) -> Part | None: the methodist's page of an event
own_applications = Slot()  # (visitor, now) -> list[Waits]: above «Мои заявки», what comes with them
application_page = Slot()  # (application, visitor, now) -> Markup | None: beside the way of an application


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a stranger to the sign-in page, and back to this page after it; a program gets 401."""
    if request.accept_mimetypes.best == "application/json":
        return {"error": "sign_in"}, 401
    target = "people.who" if visitor.signed_in else "people.sign_in"
    here = request.full_path.rstrip("?") if request.method == "GET" else came_from()
    return redirect(url_for(target, next=here))


def came_from() -> str | None:
    """Return the path of our page on which the sent form stood; None when the browser does not say."""
    before, own = request.referrer or "", request.host_url
    return f"/{before.removeprefix(own)}" if before.startswith(own) else None


def safe_next(default: str) -> str:
    """Return where `next` points if that is a plain path of ours, else the default. Tabs, backslashes and hosts are no path."""
    wanted = request.values.get("next", "")
    plain = wanted.isprintable() and not any(letter in wanted for letter in "\\\t\r\n ")
    if not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return default
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or "//" in wanted or "%2f%2f" in wanted.lower() or "%5c" in wanted.lower():
        return default
    return wanted


def tell(text: str, tone: str = "done") -> None:
    """Show a sentence on the next page: done, information, amber or red."""
    flash(text, tone)


def arrived() -> datetime:
    """Return the moment by which terms are kept: when this form began to be sent, and never more than GRACE before its end.

    Whoever begins in time is in time, though a large file may end after the term; nobody gains more by sending slowly. All
    that is decided about one request is decided for this moment, however long it waits for the database.
    """
    len(request.form)  # read to its end: only then is it known when that came
    return max(cast(datetime, g.begun), clock.now() - GRACE)


def _begins() -> None:
    """Note when this request came to the server, though it waited there for a free thread.

    A proxy that keeps a form until it has the whole of it says how long that took.
    """
    g.begun = clock.came()
    if current_app.config["PROXIES"]:
        spent = request.headers.get("X-Sending-Seconds", "")
        if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", spent):
            g.begun -= timedelta(seconds=float(spent))


def nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast(str, g.nonce)


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """Return the URL of a static file with the hash of its content, so that it may be cached for ever."""
    file = Path(cast(str, current_app.static_folder)) / path
    return url_for("static", filename=path, v=_digest(file))


def send_file_of_people(stream: BinaryIO, name: str, *, size: int, media_type: str = "application/octet-stream") -> Response:
    """Send what a person uploaded: always as a download, in a sandbox, never guessed at by the browser."""
    response = Response(iter(lambda: stream.read(256 * 1024), b""), mimetype=media_type)
    response.call_on_close(stream.close)
    fallback = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").strip() or "file"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _headers(response: Response) -> Response:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and request.args.get("v"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint != "static":
        headers.setdefault("Cache-Control", "private, no-store")
        response.vary.add("Cookie")
    return response


def language() -> str:
    """Return the language of this request: chosen before, else what the browser asks for, else Russian."""
    chosen = request.cookies.get("language") if has_request_context() else None
    if chosen in LANGUAGES:
        return cast(str, chosen)
    if has_request_context() and request.accept_languages:
        return request.accept_languages.best_match(LANGUAGES) or "ru"
    return "ru"


def current_language() -> str:
    return str(get_locale() or "ru")[:2]


def remember(response: Any, name: str, value: str) -> Any:
    """Keep a choice of this browser (language, theme) for a year."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(name, value, max_age=365 * 24 * 3600, secure=secure, httponly=True, samesite="Lax")
    return response


class FormRequest(Request):
    """A request to a house whose doors take forms: no JSON is read, by us or by a library, however deeply it is nested."""

    @property
    def is_json(self) -> bool:
        return False


class RowNumber(BaseConverter):
    """The number of a row in a path: digits as everybody types them, and no more than a row can have."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MOST_NUMBER:
            raise ValidationError
        return number


def init(app: Flask) -> None:
    """Put the edge around an application."""
    app.request_class = FormRequest
    app.url_map.converters["int"] = RowNumber

    app.before_request(_begins)

    @app.before_request
    def large_only_with_files() -> None:
        # Before anything reads the form: one without files is read as a whole, so its own limit holds for all of it.
        if request.mimetype != "multipart/form-data":
            request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]

    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_headers)
    declare("static", ANYONE)

    @app.before_request
    def one_visit() -> None:
        session.permanent = True

    @app.context_processor
    def words_for_every_page() -> dict[str, Any]:
        return {
            "visitor": visitor,
            "csp_nonce": nonce,
            "asset": asset,
            "lang": current_language(),
            "theme": request.cookies.get("theme", "") if request.cookies.get("theme", "") in THEMES else "",
            "demo_mode": current_app.config["DEMO"],
            "_": gettext,
        }
