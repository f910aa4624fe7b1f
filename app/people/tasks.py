"""The worker's part: letters that sign-in pages ask for, so that a page takes the same time whoever is asked about."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.background import every, finishing, job
from app.database import db
from app.people import access, codes, letters, operations, sessions
from app.people.models import Person, User


@job("people.send_code")
def send_code(user_id: int, purpose: str, person_id: int = 0) -> None:
    """Send a code and a link; for nobody (0) there is nothing to send, and nobody learns of it."""
    now = clock.now()
    with finishing():
        user = db.session.get(User, user_id) if user_id else None
        person = db.session.get(Person, person_id) if person_id else None
        if person is not None and person.email:
            user = operations.let_in(person.email, now=now)
        if user is None or not user.active or not user.email:
            return
        if purpose == codes.RESET and not access.has_staff(user.id, now):
            purpose = codes.SIGN_IN  # who is not staff signs in without a password: the code is what she needs
        sent = codes.make(user, purpose, now=now)
        if sent is not None:
            name = "password_reset" if purpose == codes.RESET else "sign_in_code"
            letters.queue(name, user, now=now, code=sent.code, link=letters.link(sent.token))


@every(timedelta(days=1), "people.forget_codes")
def forget_codes() -> None:
    with finishing():
        codes.forget_old(clock.now())


@every(timedelta(days=1), "people.forget_sessions")
def forget_sessions() -> None:
    with finishing():
        sessions.forget_old(clock.now())
