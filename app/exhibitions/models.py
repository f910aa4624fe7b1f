"""What is shown."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.database import Moment, db


class Exhibit(db.Model):  # type: ignore[name-defined]
    """An admitted application of an exhibition as visitors see it; its pictures are re-encoded copies made by the worker."""

    __tablename__ = "exhibit"
    __table_args__ = (
        Index("ix_exhibit_event_id_section_id", "event_id", "section", "id"),
        Index("ix_exhibit_event_id_id", "event_id", "id"),
        Index("ix_exhibit_event_id_section_hidden_at", "event_id", "section", "hidden_at"),
        Index("ix_exhibit_event_id_visits_id", "event_id", "visits", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    section: Mapped[str] = mapped_column(String(60), default="")
    shown_at: Mapped[datetime] = mapped_column(Moment)
    hidden_at: Mapped[datetime | None] = mapped_column(Moment)
    hidden_reason: Mapped[str] = mapped_column(String(300), default="")
    visits: Mapped[int] = mapped_column(default=0)  # the sum of its days
    application: Mapped[Application] = relationship(lazy="joined", innerjoin="unnested")
    pictures: Mapped[list[Picture]] = relationship(order_by="Picture.position", lazy="selectin")


class Picture(db.Model):  # type: ignore[name-defined]
    """A picture of an exhibit in two sizes, made from an attachment. `state`: requested, ready, failed."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("exhibit_id", "attachment_id"), Index("ix_picture_state_exhibit_id", "state", "exhibit_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="requested")
    reason: Mapped[str] = mapped_column(String(20), default="")  # why it failed: broken, huge, missing, other
    large_key: Mapped[str | None] = mapped_column(String(64))
    small_key: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]


class Visits(db.Model):  # type: ignore[name-defined]
    """How often an exhibit was opened on a day; no visitor is remembered."""

    __tablename__ = "visits"
    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
