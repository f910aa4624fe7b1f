"""Signing in, step by step: what a browser has proved so far is kept in its session until it is enough.

A mailbox is enough for a librarian or a juror. Staff need a password and a second thing: an authenticator or a reserve
code where one is set up, else a code from the mailbox. A printed entry code is enough for who has no mailbox.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session
from sqlalchemy import func, select

from app import background
from app.database import db, trace
from app.people import access, codes, security, sessions
from app.people.models import Person, User

MAIL, PASSWORD, SECOND, PAPER = "mail", "password", "second", "paper"
NEW_PASSWORD = "new_password"  # noqa: S105  (the name of a step)
PATIENCE = timedelta(minutes=20)
_KEY = "entering"


@dataclass(frozen=True)
class Entering:
    """A login that somebody is proving to be hers, and what was proved."""

    user: User
    proved: frozenset[str]


def ask(address: str, purpose: str, *, now: datetime) -> None:
    """Have a letter with a code sent, if the address is known; the same row is written if it is not."""
    user_id = db.session.scalar(select(User.id).where(User.email == _plain(address))) or 0
    # Who is in the register and was never invited comes in by the address she is written to: the worker sees to it.
    written_to = select(func.min(Person.id)).where(Person.email == _plain(address), Person.user_id.is_(None))
    person_id = db.session.scalar(written_to) or 0
    ids = {"user_id": user_id, "person_id": person_id}
    background.enqueue("people.send_code", f"code:{secrets.token_hex(12)}", now=now, **ids, purpose=purpose)
    session["asked"] = _plain(address)


def asked() -> str:
    """Return the address this browser asked for, known or not."""
    return str(session.get("asked", ""))


def current(now: datetime) -> Entering | None:
    """Return who is entering in this browser, or None when nobody is or it took too long."""
    kept = session.get(_KEY)
    if not kept or kept["until"] < now.timestamp():
        return None
    user = db.session.get(User, kept["login"])
    # A mark that changed meanwhile (new password, all sessions ended) ends a half-made entry too.
    if user is None or not user.active or user.fs_uniquifier != kept["mark"]:
        return None
    return Entering(user, frozenset(kept["proved"]))


def prove(user: User, what: str, *, now: datetime) -> Entering:
    """Add what was proved just now; for another login than before it begins anew."""
    before = current(now)
    proved = before.proved if before is not None and before.user.id == user.id else frozenset()
    entering = Entering(user, proved | {what})
    session[_KEY] = {
        "login": user.id,
        "mark": user.fs_uniquifier,
        "proved": sorted(entering.proved),
        "until": (now + PATIENCE).timestamp(),
    }
    return entering


def missing(entering: Entering, now: datetime) -> str | None:
    """Return what must be proved next, or None when it is enough."""
    user, proved = entering.user, entering.proved
    if not access.has_staff(user.id, now):
        return None if proved & {MAIL, PAPER} else MAIL
    if not user.password:
        return NEW_PASSWORD if MAIL in proved else MAIL
    if PASSWORD not in proved:
        return PASSWORD
    second = SECOND if user.tf_totp_secret else MAIL
    return None if second in proved else second


def enter(user: User, *, now: datetime) -> None:
    """Begin the session: nothing of the browser's former one is kept."""
    user.confirmed_at = user.confirmed_at or now
    persons = user.persons
    sessions.begin(user, persons[0] if len(persons) == 1 else None, now=now)
    trace("login.entered", f"login:{user.id}", by=persons[0].id if len(persons) == 1 else None, now=now)


# Proofs


def by_code(address: str, code: str, *, now: datetime) -> User | None:
    """Spend a code from a letter; None when it does not fit, and nobody learns why."""
    user = db.session.scalar(select(User).where(User.email == _plain(address)))
    right = codes.spend_code(user.id if user is not None else 0, (codes.SIGN_IN,), code, now=now)
    return user if right and user is not None and user.active else None


def by_link(token: str, *, now: datetime) -> tuple[User, str] | None:
    """Spend a link; return the login and what the link was for."""
    row = codes.spend_link(token, now=now)
    return (row.user, row.purpose) if row is not None else None


def by_password(address: str, password: str) -> User | None:
    user = db.session.scalar(select(User).where(User.email == _plain(address)))
    right = security.password_is(user, password)
    return user if right and user is not None and user.active else None


def by_paper(code: str) -> User | None:
    wanted = select(User).where(User.entry_code_hash == codes.entry_hash(code))
    user = db.session.scalar(wanted)
    return user if user is not None and user.active else None


def by_authenticator(user: User, code: str) -> bool:
    """Check a code of the authenticator or spend a reserve code; either is good once."""
    locked = db.session.scalars(select(User).where(User.id == user.id).with_for_update().execution_options(populate_existing=True)).one()
    digits = "".join(letter for letter in code if letter.isdigit())
    plain = code.strip().lower()
    if locked.tf_totp_secret and len(digits) == len(plain.replace(" ", "")) == 6:
        return security.authenticators().verify_totp(digits, locked.tf_totp_secret, locked, window=security.WINDOW)
    return spend_reserve(locked, plain)


# The authenticator and reserve codes


def propose_authenticator() -> str:
    """Return an encrypted secret to be set up; it is kept by `confirm_authenticator` only."""
    return security.authenticators().generate_totp_secret()


def confirm_authenticator(user: User, secret: str, code: str) -> bool:
    """Keep the authenticator if its code fits: from now on it is asked for at every sign-in."""
    digits = "".join(letter for letter in code if letter.isdigit())
    user.last_totp_at = None
    if not security.authenticators().verify_totp(digits, secret, user, window=security.WINDOW):
        return False
    user.tf_totp_secret, user.tf_primary_method = secret, "authenticator"
    return True


def drop_authenticator(user: User) -> None:
    user.tf_totp_secret = user.tf_primary_method = user.last_totp_at = None
    user.mf_recovery_codes = None


def new_reserve(user: User) -> list[str]:
    """Return fresh reserve codes to print; the former ones are worth nothing."""
    fresh = security.authenticators().generate_recovery_codes(security.RESERVE_CODES)
    user.mf_recovery_codes = [codes.keyed("reserve", f"{user.id}:{_letters(code)}") for code in fresh]
    return list(fresh)


def spend_reserve(user: User, code: str) -> bool:
    kept = list(user.mf_recovery_codes or ())
    wanted = codes.keyed("reserve", f"{user.id}:{_letters(code)}")
    if wanted not in kept:
        return False
    kept.remove(wanted)
    user.mf_recovery_codes = kept
    return True


def _letters(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def _plain(address: str) -> str:
    return address.strip().lower()
