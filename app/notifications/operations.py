"""Queueing, releasing and repeating letters. A letter is a row and a job of the transaction of the act it tells of."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from flask import current_app
from sqlalchemy import select, update

from app import background
from app.database import db, on_conflict_insert, trace
from app.notifications.models import FAILED, HELD, NO_ADDRESS, QUEUED, Notification
from app.people import letters as people_letters
from app.people.models import Person

OwnWords = Callable[[int, str], Mapping[str, str] | None]
_own_words: OwnWords = lambda _event_id, _name: {}  # noqa: E731  (replaced once by the room that knows regulations)


def worded_by(finder: OwnWords) -> OwnWords:
    """Register who knows what an event's regulation says of a letter, (event, name): words of its own, or None to leave it out."""
    global _own_words  # noqa: PLW0603  (set once while the house is put together)
    _own_words = finder
    return finder


@people_letters.carried_by
def queue(
    name: str,
    *,
    to: Person | None,
    values: Mapping[str, str],
    now: datetime,
    about: str = "",
    key: str = "",
    centre_id: int | None = None,
    event_id: int | None = None,
    held: bool = False,
    secret: bool = False,
    address: str = "",
    language: str | None = None,
) -> int | None:
    """Queue one letter to one person, in the current transaction; return its id, or None when it had been queued before, or
    when the regulation of the event leaves this letter out.

    `key` names the letter: asking twice with one key gives one letter. `held`: it waits for the methodist's release.
    `values` are plain strings; «event_en» takes the place of «event» in an English letter, and so for any other.
    """
    own = _own_words(event_id, name) if event_id is not None else {}
    if own is None:
        return None
    address = address or (to.email if to is not None else "")
    user = to.user if to is not None else None
    state = (HELD if held else QUEUED) if address else NO_ADDRESS
    row = {
        "name": name,
        "person_id": to.id if to is not None else None,
        "centre_id": centre_id,
        "event_id": event_id,
        "about": about,
        "address": address,
        "language": language or (user.language if user is not None else "ru"),
        "values": {**values, **own},
        "state": state,
        "message_id": _message_id(name, key),
        "secret": secret,
        "reason": "",
        "attempts": 0,
        "created_at": now,
    }
    insert = on_conflict_insert(Notification).values(row).on_conflict_do_nothing(index_elements=["message_id"])
    made = db.session.scalar(insert.returning(Notification.id))
    if made is not None and state == QUEUED:
        background.enqueue("notifications.send", f"letter:{made}", now=now, notification_id=made)
    return made


def _message_id(name: str, key: str) -> str:
    """Return an id that is the same for the same key, and for this installation alone: mail servers quietly drop a letter
    whose id they have seen, and the numbers of rows begin at 1 everywhere."""
    mark = hashlib.sha256(str(current_app.config["SECRET_KEY"]).encode()).hexdigest()[:8]
    own = f"{key}.{name}".replace(":", ".") if key else secrets.token_hex(16)
    return f"{own}@{mark}.laureat"


def release(event_id: int, *, by: Person, now: datetime, names: Collection[str] = ()) -> int:
    """Let the held letters of an event go, all or those of these names; return how many."""
    wanted = update(Notification).where(Notification.event_id == event_id, Notification.state == HELD)
    if names:
        wanted = wanted.where(Notification.name.in_(names))
    held = db.session.scalars(wanted.values(state=QUEUED).returning(Notification.id)).all()
    jobs = {f"letter:{notification_id}": {"notification_id": notification_id} for notification_id in held}
    background.enqueue_all("notifications.send", jobs, now=now)
    if held:
        trace("letters.released", f"event:{event_id}", by=by.id, now=now, count=len(held))
    return len(held)


def repeat(notification: Notification, *, by: Person, now: datetime) -> bool:
    """Try a failed letter again under its old Message-ID; False when it has not failed."""
    if notification.state not in (FAILED, NO_ADDRESS):
        return False
    if not notification.address and notification.person_id is not None:
        notification.address = db.session.scalar(select(Person.email).where(Person.id == notification.person_id)) or ""
    if not notification.address:
        return False
    notification.state, notification.reason = QUEUED, ""
    background.enqueue("notifications.send", f"letter:{notification.id}:{now.timestamp()}", now=now, notification_id=notification.id)
    trace("letter.repeated", f"notification:{notification.id}", by=by.id, now=now)
    return True
