"""Appeals against published results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application, Receipt
from app.database import Moment, db
from app.people.models import Person


class Appeal(db.Model):  # type: ignore[name-defined]
    """What an applicant holds against the result, one for an application, and what was answered, with the ground."""

    __tablename__ = "appeal"
    __table_args__ = (Index("ix_appeal_event_id_id", "event_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime] = mapped_column(Moment)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))  # a letter or paper on which a methodist entered it
    outcome: Mapped[str] = mapped_column(String(12), default="")  # upheld, partly, rejected; empty: not answered yet
    ground: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    application: Mapped[Application] = relationship(lazy="joined", innerjoin="unnested")
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    receipt: Mapped[Receipt | None] = relationship()
