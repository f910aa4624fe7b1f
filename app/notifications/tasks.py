"""The worker's part: sending letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update

from app import clock
from app.background import NotNow, finishing, job
from app.database import committing, db
from app.notifications import post
from app.notifications.letters import Draft
from app.notifications.models import FAILED, QUEUED, SENDING, SENT, Notification

log = structlog.get_logger()
# A failed letter is sent too: an administrator gave its job a new life.
TO_SEND = (QUEUED, SENDING, FAILED)
# Once an hour for four days, as mail servers do: a provider that is down over a long weekend loses no letter.
PATIENCE = 100


def note_failure(payload: Mapping[str, Any], reason: str, dead: bool, _now: datetime) -> None:
    """Write the reason where people see it; a letter that is tried again goes back to the queue."""
    changed = update(Notification).where(Notification.id == payload["notification_id"], Notification.state.in_(TO_SEND))
    db.session.execute(changed.values(state=FAILED if dead else QUEUED, reason=reason))


@job("notifications.send", failed=note_failure, lease=120, most=PATIENCE)
def send(notification_id: int) -> None:
    """Send one letter: at least once, always under the same Message-ID.

    `sending` is committed first, so that a letter with an unknown outcome can be told from one never tried.
    """
    with committing():
        notification = db.session.get_one(Notification, notification_id)
        if notification.state not in TO_SEND:
            return
        if notification.state == SENDING:
            log.warning("letter.outcome_unknown", notification=notification_id)
        notification.state, notification.attempts = SENDING, notification.attempts + 1
        draft, message_id, address = Draft.of(notification), notification.message_id, notification.address
    try:
        post.deliver(post.Letter(message_id, address, draft.write(), clock.now()))  # no transaction is open while it goes
    except post.Refused as fault:
        raise NotNow(str(fault), final=True) from fault
    except post.Unknown as fault:
        log.warning("letter.outcome_unknown", notification=notification_id)
        raise NotNow(f"{post.UNKNOWN}: {fault}") from fault
    except post.Later as fault:
        raise NotNow(str(fault)) from fault
    with finishing():
        sent = db.session.get_one(Notification, notification_id)
        sent.state, sent.sent_at, sent.reason = SENT, clock.now(), ""
        if sent.secret:
            sent.values = {}  # a code or a link is nobody's business once it has gone
