"""Sessions: a row for every browser that signed in. The cookie names the row, so a copied cookie ends with its session."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from flask import request, session
from flask_login import login_user, logout_user
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.people import security
from app.people.models import Affiliation, Person, SignIn, User

LONGEST = timedelta(days=90)  # then one signs in anew, however often the browser was used
COOKIE = "_user_id"  # where Flask-Login looks for who is signed in

# The first name that a browser mentions is its own: the later ones are those it wants to pass for.
BROWSERS = {
    "YaBrowser": "Yandex Browser",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrom": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS": "macOS", "Linux": "Linux"}


def begin(user: User, person: Person | None, *, now: datetime) -> None:
    """Begin a new session for a login, and for a person when it is known which one. The browser's former session ends."""
    end_here()
    login_user(user)
    session[COOKIE] = _open(user, browser_of(request.user_agent.string), now)
    if person is not None:
        session["person_id"] = person.id


def fill(cookie: MutableMapping[str, Any], user: User, person: Person, *, now: datetime) -> None:
    """Write into a cookie what signing in writes, for clients of tests and programs. Call it in `committing`."""
    cookie[COOKIE] = _open(user, "", now)
    cookie["_fresh"] = True
    cookie["person_id"] = person.id


def _open(user: User, browser: str, now: datetime) -> str:
    mark = security.new_mark()
    db.session.execute(insert(SignIn).values(user_id=user.id, mark=mark, browser=browser, began_at=now))
    return mark


def user_of(mark: str, now: datetime) -> User | None:
    """Return the login whose session a cookie names, with its people, their places and appointments: one statement.

    None when the session has ended.
    """
    people = joinedload(User.persons)
    wanted = select(User).join(SignIn, SignIn.user_id == User.id).where(SignIn.mark == mark, SignIn.began_at > now - LONGEST)
    wanted = wanted.where(User.active).options(
        joinedload(User.roles),
        people.joinedload(Person.affiliations).joinedload(Affiliation.organisation),
        people.joinedload(Person.appointments),
    )
    return db.session.scalars(wanted).unique().one_or_none()


def end_here() -> None:
    """End the session of this browser, and every copy of its cookie."""
    db.session.execute(delete(SignIn).where(SignIn.mark == here()))
    logout_user()
    session.clear()


def here() -> str:
    """Return the mark of this browser's session."""
    return str(session.get(COOKIE, ""))


def end(user: User, session_id: int) -> bool:
    """End one session of a login; False when it has none such."""
    ended = delete(SignIn).where(SignIn.id == session_id, SignIn.user_id == user.id)
    return bool(db.session.execute(ended).rowcount)


def end_all(user: User) -> None:
    """End all sessions of a login; who is half-way through signing in begins anew as well."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    user.fs_uniquifier = security.new_mark()


def of(user: User, now: datetime) -> list[SignIn]:
    """Return the open sessions of a login, the newest first."""
    wanted = select(SignIn).where(SignIn.user_id == user.id, SignIn.began_at > now - LONGEST)
    return list(db.session.scalars(wanted.order_by(SignIn.began_at.desc(), SignIn.id.desc())))


def forget_old(now: datetime) -> None:
    """Remove the rows that open nothing any more."""
    db.session.execute(delete(SignIn).where(SignIn.began_at <= now - LONGEST))


def browser_of(says: str) -> str:
    """Return the kind of a browser as people call it, e.g. «Firefox, Windows»; empty when it does not say."""
    found = (next((name for word, name in kinds.items() if word in says), "") for kinds in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)
