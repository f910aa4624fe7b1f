"""One letter to one person, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Moment, Plain, db
from app.people.models import Person

STATES = HELD, QUEUED, SENDING, SENT, FAILED, NO_ADDRESS = "held", "queued", "sending", "sent", "failed", "no_address"


class Notification(db.Model):  # type: ignore[name-defined]
    """What the letter may say is kept in `values`; `message_id` never changes, however often it is sent.

    `about` names what it is about («application:17») and, with name and address, makes a second letter of the same act impossible.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_event_id_state_centre_id", "event_id", "state", "centre_id"),
        Index("ix_notification_event_id_id", "event_id", "id"),
        Index("ix_notification_state_event_id_centre_id", "state", "event_id", "centre_id"),
        Index("ix_notification_person_id_id", "person_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    event_id: Mapped[int | None]  # no foreign keys upwards: events and applications live above letters
    about: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(5), default="ru")
    values: Mapped[Any] = mapped_column(Plain, default=dict)
    state: Mapped[str] = mapped_column(String(12))
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    secret: Mapped[bool] = mapped_column(default=False)  # codes and links: the text is never shown to staff and forgotten once sent
    reason: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[Person | None] = relationship()
