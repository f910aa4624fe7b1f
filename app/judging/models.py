"""Who judges what, the sheets, the standings, and the decisions people took. A juror is an Appointment in the role «juror», or
«entrant» where entrants mark each other's works."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.database import Moment, Plain, db
from app.people.models import Appointment, Person


def nothing() -> list[Any]:
    return []


class Assignment(db.Model):  # type: ignore[name-defined]
    """One work for one juror at one stage. `judge_id`: the application in whose name an entrant marks it; none for the jury."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("application_id", "juror_id", "stage"),
        Index("ix_assignment_juror_id_recused_at_done_at_id", "juror_id", "recused_at", "done_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    stage: Mapped[str] = mapped_column(String(60))
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    recused_at: Mapped[datetime | None] = mapped_column(Moment)
    recused_reason: Mapped[str] = mapped_column(String(500), default="")
    done_at: Mapped[datetime | None] = mapped_column(Moment)  # mirrors the sheet's final_at, so that lists count without the sheets
    application: Mapped[Application] = relationship(foreign_keys=[application_id], lazy="joined", innerjoin="unnested")
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
    """The mark of one criterion, or of one of its rows («criterion.row»), as it was given: points, a level's key, 0 or 1, a count.

    `criterion` is empty on a sheet without criteria: a place, a vote. No row: not marked, which is not a zero. «-»: the juror chose
    to have no opinion, or to leave a bonus out; such a row counts nowhere.
    """

    __tablename__ = "mark"
    __table_args__ = (UniqueConstraint("review_id", "criterion"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    criterion: Mapped[str] = mapped_column(String(130))
    value: Mapped[str] = mapped_column(String(60))


class Entered(db.Model):  # type: ignore[name-defined]
    """What somebody of the staff entered at a stage: an imported total, votes counted, a place, a report, presence, an item judged.

    `source` is the key of the stage's source, `who` the hall, the expert, the judging entry or the item it speaks of. A
    later value takes the place of an earlier one, with a trace.
    """

    __tablename__ = "entered"
    __table_args__ = (UniqueConstraint("application_id", "stage", "source", "who", "criterion"), Index("ix_entered_event_id", "event_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    stage: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    who: Mapped[str] = mapped_column(String(200), default="")
    criterion: Mapped[str] = mapped_column(String(130), default="")
    value: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[Person] = relationship()


class Named(db.Model):  # type: ignore[name-defined]
    """A hall that is counted, or an expert without account, at a stage: what is entered for it bears its name (`Entered.who`)."""

    __tablename__ = "named"
    __table_args__ = (UniqueConstraint("event_id", "stage", "source", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    stage: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 2), default=Decimal(1))  # of an expert's sheets, where the regulation reads one
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Standing(db.Model):  # type: ignore[name-defined]
    """Where an application stands in a list of a stage, as computed last. `exact` is a reduced fraction.

    `place` empty: not ranked. `tied`: equal, and nobody has decided yet; the place is then a range. `verdict`: the status that the
    total gave it, or «disqualified». `why`: the reasons as plain data; `awards`: what it would be awarded now, [key, «rule» or «decision»].
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
    list: Mapped[str] = mapped_column(String(250))
    status: Mapped[str] = mapped_column(String(12))  # waiting, in, through, out, absent
    verdict: Mapped[str] = mapped_column(String(60), default="")
    exact: Mapped[str] = mapped_column(String(40), default="")
    shown: Mapped[str] = mapped_column(String(20), default="")
    sheets: Mapped[int] = mapped_column(default=0)
    place: Mapped[int | None]
    place_to: Mapped[int | None]
    tied: Mapped[bool] = mapped_column(default=False)
    why: Mapped[Any] = mapped_column(Plain, default=nothing)
    awards: Mapped[Any] = mapped_column(Plain, default=nothing)
    application: Mapped[Application] = relationship(lazy="joined", innerjoin="unnested")


class Load(db.Model):  # type: ignore[name-defined]
    """How many works a juror has and how many are done: kept with the acts, so that no page counts thousands of sheets."""

    __tablename__ = "load"
    juror_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    due: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)


class Tally(db.Model):  # type: ignore[name-defined]
    """How far the judging of an event is, as ranked last: works, works with all their sheets, whether something waits for people.

    `lists`, `open` and `faults` are plain data for the pages. `stale`: something came since the last ranking.
    """

    __tablename__ = "tally"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    works: Mapped[int] = mapped_column(default=0)
    full: Mapped[int] = mapped_column(default=0)
    tied: Mapped[bool] = mapped_column(default=False)
    stale: Mapped[bool] = mapped_column(default=False)
    lists: Mapped[Any] = mapped_column(Plain, default=nothing)
    open: Mapped[Any] = mapped_column(Plain, default=nothing)
    faults: Mapped[Any] = mapped_column(Plain, default=nothing)


class Decision(db.Model):  # type: ignore[name-defined]
    """What people decided where the rules leave it open, with the ground. A later one of the same kind and subject replaces it.

    `act` binds what was decided together: an order of tied works holds for exactly these. Of a chair and a weight it names the
    juror, «juror:7», or the expert, «expert:7».
    """

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_event_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    # tie, vote, advance, award, withhold, chair, weight; go_on, rules, reopen, sheet, disqualify, reinstate
    kind: Mapped[str] = mapped_column(String(20))
    list: Mapped[str] = mapped_column(String(250), default="")
    stage: Mapped[str] = mapped_column(String(60), default="")
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    award: Mapped[str] = mapped_column(String(60), default="")
    value: Mapped[str] = mapped_column(
        String(60), default=""
    )  # tie: the order among the tied, 1 first; vote: ballots; advance: 1, 0; sheet: «24 → 26»
    act: Mapped[str] = mapped_column(String(40), default="")
    ground: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[Person] = relationship()


class Award(db.Model):  # type: ignore[name-defined]
    """What an application is awarded: written when the results are approved, from the rules or from a decision.

    `list`: the list it was read from, empty for an award over all lists.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("event_id", "application_id", "award", "list"),
        Index("ix_award_event_id_award_id", "event_id", "award", "id"),
        Index("ix_award_application_id", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    award: Mapped[str] = mapped_column(String(60))
    list: Mapped[str] = mapped_column(String(250), default="")
    by: Mapped[str] = mapped_column(String(10))  # rule, decision
    ground: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship()


class SeriesPoints(db.Model):  # type: ignore[name-defined]
    """What a work earned for a series at its event: written when the results are approved, over what stood there before.

    `units`: ten-thousandths of a point, no regulation writes finer; so sums are exact, and equal ones are equal.
    """

    __tablename__ = "series_points"
    __table_args__ = (UniqueConstraint("series", "event_id", "application_id"), Index("ix_series_points_event_id", "event_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    units: Mapped[int] = mapped_column(BigInteger)
    application: Mapped[Application] = relationship()


class Order(db.Model):  # type: ignore[name-defined]
    """One link of the chain that approves the results: kind, number, date. `link` is its key in the regulation, empty where
    a single order is enough; the last link makes the results final. `reopened_at`: when the results were opened again, and the
    act became a former one. `chair` and `secretary`: who signed, as typed with the act."""

    __tablename__ = "order_act"
    __table_args__ = (
        Index(
            "uq_order_act_event_id_link_in_force",
            "event_id",
            "link",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    link: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(40), default="приказ")
    number: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    chair: Mapped[str] = mapped_column(String(200), default="")
    secretary: Mapped[str] = mapped_column(String(200), default="")
    reopened_at: Mapped[datetime | None] = mapped_column(Moment)
