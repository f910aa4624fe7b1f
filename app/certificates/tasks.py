"""The worker's part: drawing papers."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import clock, storage
from app.background import NotNow, finishing, job
from app.certificates import operations
from app.certificates.models import FAILED, REQUESTED, Certificate
from app.database import db, reading

TOO_LONG = "too_long"


def note_failure(payload: Mapping[str, Any], reason: str, dead: bool, _now: datetime) -> None:
    operations.note_failure(int(payload["certificate_id"]), reason, dead=dead)


@job("certificates.draw", failed=note_failure)
def draw(certificate_id: int) -> None:
    """Draw a paper as its row says. Safe to run twice: a paper that is ready is not drawn again."""
    from app.certificates import pdf  # here: it takes half a second of the start of every process, and only a worker draws

    with reading():
        certificate = db.session.get_one(Certificate, certificate_id)
        words, wanted = dict(certificate.wording), certificate.state in (REQUESTED, FAILED)
    if not wanted:
        return
    try:
        paper = pdf.draw(words)  # no transaction is open while we draw and write to disk
    except pdf.TooLong as fault:
        raise NotNow(TOO_LONG, final=True) from fault
    stored = storage.put(io.BytesIO(paper))
    with finishing():
        operations.file(certificate_id, stored, now=clock.now())
