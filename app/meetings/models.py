"""Bridges and their kin: sites, programme, the room's link, who was present."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.database import Moment, db
from app.people.models import Organisation, Person


class Meeting(db.Model):  # type: ignore[name-defined]
    """What an event that meets has besides its regulation. The link is shown to the registered only."""

    __tablename__ = "meeting"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    platform: Mapped[str] = mapped_column(String(120), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    moderator: Mapped[str] = mapped_column(String(300), default="")
    minutes: Mapped[int] = mapped_column(default=90)


class Site(db.Model):  # type: ignore[name-defined]
    """One of the places linked by video. `seats` empty: no limit."""

    __tablename__ = "site"
    __table_args__ = (Index("ix_site_event_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    host_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seats: Mapped[int | None]
    host: Mapped[Organisation | None] = relationship()
    responsible: Mapped[Person | None] = relationship()


class Session(db.Model):  # type: ignore[name-defined]
    """One line of the programme. The speaker is a registered application, or a guest named in words."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_event_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(20))  # greeting, talk, master_class, discussion
    topic: Mapped[str] = mapped_column(String(300))
    minutes: Mapped[int] = mapped_column(default=10)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    guest: Mapped[str] = mapped_column(Text, default="")
    site: Mapped[Site | None] = relationship()
    application: Mapped[Application | None] = relationship()


class Attendance(db.Model):  # type: ignore[name-defined]
    """Who noted, and when, whether the people of a registration were present: what was said is `Application.present`."""

    __tablename__ = "attendance"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship()
