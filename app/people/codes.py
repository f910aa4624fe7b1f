"""Codes and links that prove a mailbox, printed entry codes, reserve codes. Only keyed hashes of them are kept.

A six-digit code would be found from a plain hash in a second: the key lives outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update

from app.database import db
from app.people.models import SignInCode, User

SIGN_IN, INVITE, RESET, ADDRESS = "sign_in", "invite", "reset", "address"
VALID = {
    SIGN_IN: timedelta(minutes=10),
    ADDRESS: timedelta(minutes=10),
    RESET: timedelta(hours=1),
    INVITE: timedelta(days=14),
}
MOST_WRONG = 5
MOST_LIVE = 5  # letters on their way at once: more would only help who guesses

# Letters and digits that nobody takes for one another; a Cyrillic twin typed instead is understood.
ALPHABET = "ACDEFHJKLMNPRTUVWXY34679"
_TWINS = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")


@dataclass(frozen=True)
class Sent:
    """What the letter says once, and nobody knows afterwards."""

    code: str
    token: str


def keyed(kind: str, text: str) -> str:
    """Return the hash under which a secret is kept or looked for."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def make(user: User, purpose: str, *, now: datetime, about: str = "") -> Sent | None:
    """Make a code and a link for a login; None when enough of them are on their way already.

    `about` binds the code to one thing more, e.g. the new address it was sent to.
    """
    live = select(func.count(SignInCode.id)).where(*_live(user.id, purpose, now))
    if (db.session.scalar(live) or 0) >= MOST_LIVE:
        return None
    sent = Sent(f"{secrets.randbelow(10**6):06d}", secrets.token_urlsafe(24))
    db.session.add(
        SignInCode(
            user_id=user.id,
            purpose=purpose,
            code_hash=keyed("code", f"{user.id}:{purpose}:{about}:{sent.code}"),
            link_hash=keyed("link", sent.token),
            created_at=now,
            valid_until=now + VALID[purpose],
        )
    )
    return sent


def spend_code(user_id: int, purposes: tuple[str, ...], code: str, *, now: datetime, about: str = "") -> bool:
    """Spend a code; a wrong one counts against every live code of the login, and five make them worthless.

    Does the same work for a login that does not exist (id 0).
    """
    digits = "".join(letter for letter in code if letter.isdigit())
    rows = [row for purpose in purposes for row in _rows(user_id, purpose, now)]
    right = None
    for row in rows:
        if hmac.compare_digest(row.code_hash, keyed("code", f"{user_id}:{row.purpose}:{about}:{digits}")):
            right = row
    live = update(SignInCode).where(SignInCode.user_id == user_id, SignInCode.purpose.in_(purposes), SignInCode.spent_at.is_(None))
    if right is None:
        db.session.execute(live.values(wrong_tries=SignInCode.wrong_tries + 1))
        return False
    db.session.execute(live.values(spent_at=now))
    return True


def find_link(token: str, *, now: datetime) -> SignInCode | None:
    """Return the row of a link that may still be spent; wrong codes do not spoil a link."""
    row = db.session.scalar(select(SignInCode).where(SignInCode.link_hash == keyed("link", token)))
    return row if row is not None and row.spent_at is None and row.valid_until > now and row.user.active else None


def spend_link(token: str, *, now: datetime) -> SignInCode | None:
    """Spend a link once: of two who press the button, one gets the row."""
    row = find_link(token, now=now)
    if row is None:
        return None
    mine = update(SignInCode).where(SignInCode.user_id == row.user_id, SignInCode.purpose == row.purpose, SignInCode.spent_at.is_(None))
    spent = db.session.scalars(mine.values(spent_at=now).returning(SignInCode.id)).all()
    return row if row.id in spent else None


def forget_old(now: datetime) -> None:
    """Remove codes that ended more than a day ago."""
    db.session.execute(SignInCode.__table__.delete().where(SignInCode.valid_until < now - timedelta(days=1)))


def _live(user_id: int, purpose: str, now: datetime) -> tuple[object, ...]:
    return (
        SignInCode.user_id == user_id,
        SignInCode.purpose == purpose,
        SignInCode.spent_at.is_(None),
        SignInCode.valid_until > now,
    )


def _rows(user_id: int, purpose: str, now: datetime) -> list[SignInCode]:
    # The lock keeps two guesses sent at once from being counted as one on PostgreSQL.
    wanted = select(SignInCode).where(*_live(user_id, purpose, now), SignInCode.wrong_tries < MOST_WRONG).with_for_update()
    return list(db.session.scalars(wanted))


# Printed codes


def entry_code() -> str:
    """Return a code to print: four groups of four."""
    letters = [secrets.choice(ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def entry_hash(code: str) -> str:
    """Return the hash of an entry code however it was typed: case, spaces, dashes and Cyrillic twins aside."""
    plain = "".join(letter for letter in code.upper().translate(_TWINS) if letter in ALPHABET)
    return keyed("entry", plain)
