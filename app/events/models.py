"""Regulations with their versions, the events that run from them, and the dates."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.database import Moment, Plain, db
from app.people.models import Centre
from workflows import regulation as rules
from workflows.machine import Workflow

MOST_KNOWN = 500
_known: dict[str, tuple[rules.Regulation, Workflow]] = {}


class Regulation(db.Model):  # type: ignore[name-defined]
    """The document; what it says is in its versions. One regulation serves many events."""

    __tablename__ = "regulation"
    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    preset: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)


class RegulationVersion(db.Model):  # type: ignore[name-defined]
    """One text of a regulation, never changed after it was written. `body` is what workflows.regulation.parse reads."""

    __tablename__ = "regulation_version"
    __table_args__ = (UniqueConstraint("regulation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    number: Mapped[int]
    body: Mapped[Any] = mapped_column(Plain, deferred=True)  # long, and parsed once: lists read it with no row
    sha256: Mapped[str] = mapped_column(String(64))  # of the body: what is parsed is remembered under it
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def rules(self) -> rules.Regulation:
        """The regulation as the core reads it; parsed once per process, for a version never changes."""
        return self._read()[0]

    @property
    def workflow(self) -> Workflow:
        return self._read()[1]

    def _read(self) -> tuple[rules.Regulation, Workflow]:
        known = _known.get(self.sha256)
        if known is None:
            parsed = rules.parse(self.body)
            known = _known[self.sha256] = (parsed, rules.compile(parsed))
            if len(_known) > MOST_KNOWN:
                _known.pop(next(iter(_known)))
        return known

    @validates("body")
    def _mark(self, _name: str, body: Any) -> Any:
        canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.sha256 = hashlib.sha256(canonical.encode()).hexdigest()
        return body


class Event(db.Model):  # type: ignore[name-defined]
    """One run of a regulation. Its phase is computed from schedule and recorded acts, never stored.

    `version` holds what compares applications (one per event); what an applicant was promised stays with her application.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_centre_id_id", "centre_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("regulation_version.id"))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[Any] = mapped_column(Plain)  # {ru, en}: the regulation's title, kept here for lists
    level: Mapped[str] = mapped_column(String(20), default="")  # its own, where one regulation is held at several levels
    feeds_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)  # where winners go up to
    school_year: Mapped[int]  # the year it begins in: 2026 is 2026/27
    announced_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[RegulationVersion] = relationship(lazy="joined", innerjoin="unnested")
    centre: Mapped[Centre] = relationship(lazy="joined", innerjoin="unnested")
    schedule: Mapped[list[Schedule]] = relationship(order_by="Schedule.id", lazy="selectin")

    @property
    def rules(self) -> rules.Regulation:
        return self.version.rules

    @property
    def held_at(self) -> str:
        """The level of this event: its own, else that of the regulation."""
        return self.level or self.rules.level

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the dates: the regulation's own, else the centre's."""
        return ZoneInfo(self.rules.zone) if self.rules.zone else self.centre.zone_info

    @property
    def beside_zones(self) -> list[ZoneInfo]:
        return [ZoneInfo(key) for key in self.rules.beside_zones]

    def days(self) -> dict[str, date]:
        """Return the day of every date that is set, in the zone: of a term its last day."""
        moments = {row.key: row.at for row in self.schedule}
        ends = self.rules.end_dates
        return {key: (at - timedelta(microseconds=key in ends)).astimezone(self.zone).date() for key, at in moments.items()}

    def intake(self, nomination: str = "") -> tuple[datetime | None, datetime | None]:
        """Return from when to when applications are taken: a nomination may have a window of its own."""
        window = next((one.window for one in self.rules.nominations if one.key == nomination and one.window is not None), None)
        return self.date(window.opens if window else "intake_opens"), self.date(window.closes if window else "intake_closes")

    def date(self, key: str) -> datetime | None:
        """Return the moment now in force for a date of the schedule; ends are exclusive (midnight after «по 10 марта»)."""
        return next((row.at for row in reversed(self.schedule) if row.key == key), None)


class CalendarYear(db.Model):  # type: ignore[name-defined]
    """The days off of a year that are no weekend, and the weekend days that are worked: as people entered them, ISO days."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    off: Mapped[Any] = mapped_column(Plain)
    worked: Mapped[Any] = mapped_column(Plain)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(Moment)


class Schedule(db.Model):  # type: ignore[name-defined]
    """A date set with its ground; the last row of a key is in force, older ones stay as history."""

    __tablename__ = "schedule"
    __table_args__ = (Index("ix_schedule_event_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    ground: Mapped[str] = mapped_column(String(300), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
