"""The register of papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Moment, Plain, db
from app.events.models import Event
from app.people.models import Organisation, Person

REQUESTED, READY, FAILED, REVOKED = "requested", "ready", "failed", "revoked"


class Certificate(db.Model):  # type: ignore[name-defined]
    """One numbered paper. `ground` («centre/event/paper/source:id/recipient/edition») makes a second one of the same thing impossible.

    `wording` is the plain text as drawn, frozen when the number is taken; `key` and `sha256` belong to the file once it is ready.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        Index("ix_certificate_event_id_state", "event_id", "state"),
        Index("ix_certificate_event_id_id", "event_id", "id"),
        Index("ix_certificate_centre_id_id_recipient", "centre_id", "id", "recipient"),
        Index("ix_certificate_person_id_id", "person_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    ground: Mapped[str] = mapped_column(String(200), unique=True)
    number: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    paper: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    recipient: Mapped[str] = mapped_column(String(300))
    issued_on: Mapped[date]
    wording: Mapped[Any] = mapped_column(Plain)
    state: Mapped[str] = mapped_column(String(10), default=REQUESTED)
    reason: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    requested_at: Mapped[datetime] = mapped_column(Moment)
    ready_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    event: Mapped[Event] = relationship()
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def sha256(self) -> str | None:
        """Storage keys are the sha256 of the content."""
        return self.key
