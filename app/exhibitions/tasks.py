"""The worker's part of exhibitions: copies of pictures, and the end of a show."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app import clock, storage
from app.applications import operations as applications
from app.applications.actors import Actor
from app.applications.models import Attachment
from app.background import NotNow, every, finishing, job
from app.database import db, reading
from app.exhibitions import operations, pictures, queries
from app.exhibitions.models import Picture

AT_ONCE = 200


def note_failure(payload: Mapping[str, Any], reason: str, dead: bool, _now: datetime) -> None:
    """Say so on the picture once it is given up; while it is tried again it only waits."""
    if dead:
        operations.note_failure(int(payload["picture_id"]), reason)


@job("exhibitions.picture", failed=note_failure, lasting=False)
def draw(picture_id: int) -> None:
    """Make both copies of a picture. Safe to run twice: the same pixels lie under the same keys."""
    with reading():
        picture = db.session.get(Picture, picture_id)
        attachment = db.session.get(Attachment, picture.attachment_id) if picture is not None else None
        key = attachment.key if attachment is not None else None
    if key is None:
        return
    try:
        with storage.open_file(key) as file:
            made = pictures.copies(file)  # no transaction is open while we draw
    except storage.Damaged as fault:
        raise NotNow("missing") from fault
    except pictures.NotAPicture as fault:
        raise NotNow(str(fault), final=True) from fault
    large, small = storage.put(io.BytesIO(made.large)), storage.put(io.BytesIO(made.small))
    with finishing():
        operations.keep_copies(picture_id, large=large.key, small=small.key, width=made.width, height=made.height)


@every(timedelta(hours=1), "exhibitions.close")
def close() -> None:
    """Close the applications of exhibitions whose term is over: they become an archive."""
    now = clock.now()
    with finishing():
        for application in queries.to_close(now, AT_ONCE):
            applications.advance(application, "close", by=Actor.clock(), now=now)
