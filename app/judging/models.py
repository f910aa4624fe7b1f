"""Who judges what, the sheets, the standings, and the decisions people took. A juror is an Appointment in the role «juror»."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.database import Moment, db
from app.people.models import Appointment, Person


class Assignment(db.Model):  # type: ignore[name-defined]
    """One work for one juror at one stage."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("application_id", "juror_id", "stage"),
        Index("ix_assignment_juror_id_recused_at_done_at_id", "juror_id", "recused_at", "done_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    stage: Mapped[str] = mapped_column(String(60))
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    recused_at: Mapped[datetime | None] = mapped_column(Moment)
    recused_reason: Mapped[str] = mapped_column(String(500), default="")
    done_at: Mapped[datetime | None] = mapped_column(Moment)  # mirrors the sheet's final_at, so that lists count without the sheets
    application: Mapped[Application] = relationship(lazy="joined", innerjoin="unnested")
    juror: Mapped[Appointment] = relationship(lazy="joined", innerjoin="unnested")
    review: Mapped[Review | None] = relationship(back_populates="assignment", uselist=False, lazy="joined")


class Review(db.Model):  # type: ignore[name-defined]
    """A juror's sheet for one work: a draft until `final_at`. `total` is exact: a reduced fraction like «20/3»."""

    __tablename__ = "review"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), unique=True)
    comment: Mapped[str] = mapped_column(Text, default="")
    total: Mapped[str] = mapped_column(String(40), default="")
    final_at: Mapped[datetime | None] = mapped_column(Moment)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    revision: Mapped[int] = mapped_column(default=1)
    assignment: Mapped[Assignment] = relationship(back_populates="review")
    marks: Mapped[list[Mark]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": revision}


class Mark(db.Model):  # type: ignore[name-defined]
    """The points of one criterion on one sheet. No row: not marked, which is not a zero."""

    __tablename__ = "mark"
    __table_args__ = (UniqueConstraint("review_id", "criterion"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    criterion: Mapped[str] = mapped_column(String(60))
    value: Mapped[Decimal] = mapped_column(Numeric(12, 4))


class Standing(db.Model):  # type: ignore[name-defined]
    """Where an application stands in a list of a stage, as computed last. `exact` is a reduced fraction.

    `place` empty: not ranked, or not ranked again since its last sheet. `tied`: shares its place because nobody has decided yet.
    """

    __tablename__ = "standing"
    __table_args__ = (
        UniqueConstraint("application_id", "stage", "list"),
        Index("ix_standing_event_id_list_place", "event_id", "list", "place", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    stage: Mapped[str] = mapped_column(String(60))
    list: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(12))  # waiting, in, through, out, absent
    exact: Mapped[str] = mapped_column(String(40), default="")
    shown: Mapped[str] = mapped_column(String(20), default="")
    sheets: Mapped[int] = mapped_column(default=0)
    place: Mapped[int | None]
    place_to: Mapped[int | None]
    tied: Mapped[bool] = mapped_column(default=False)
    application: Mapped[Application] = relationship(lazy="joined", innerjoin="unnested")


class Load(db.Model):  # type: ignore[name-defined]
    """How many works a juror has and how many are done: kept with the acts, so that no page counts thousands of sheets."""

    __tablename__ = "load"
    juror_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    due: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)


class Tally(db.Model):  # type: ignore[name-defined]
    """How far the judging of an event is, as ranked last: works, works with all their sheets, equal totals that wait for people."""

    __tablename__ = "tally"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    works: Mapped[int] = mapped_column(default=0)
    full: Mapped[int] = mapped_column(default=0)
    tied: Mapped[bool] = mapped_column(default=False)


class Decision(db.Model):  # type: ignore[name-defined]
    """What people decided where the rules leave it open, with the ground. A later one of the same kind and subject replaces it."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_event_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str] = mapped_column(String(20))  # tie, award, withhold, go_on
    list: Mapped[str] = mapped_column(String(120), default="")
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    award: Mapped[str] = mapped_column(String(60), default="")
    value: Mapped[str] = mapped_column(String(60), default="")  # tie: the order among the tied, 1 first
    ground: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[Person] = relationship()


class Award(db.Model):  # type: ignore[name-defined]
    """What an application is awarded: written when the results are approved, from the rules or from a decision."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("event_id", "application_id", "award"),
        Index("ix_award_event_id_award_id", "event_id", "award", "id"),
        Index("ix_award_application_id", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    award: Mapped[str] = mapped_column(String(60))
    by: Mapped[str] = mapped_column(String(10))  # rule, decision
    ground: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship()


class Order(db.Model):  # type: ignore[name-defined]
    """The act that approves the results: kind, number, date. One per event."""

    __tablename__ = "order_act"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(40), default="приказ")
    number: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
