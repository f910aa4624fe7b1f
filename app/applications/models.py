"""Applications, their authors, what was submitted and what happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.database import Moment, Plain, db
from app.events.models import Event, RegulationVersion
from app.people.models import Organisation, Person


def text_key(text: str) -> str:
    """Return a title or a name as searches and lists compare it: no case, «ё» as «е», single spaces.

    SQLite knows the case of Latin letters only.
    """
    return " ".join(text.casefold().replace("ё", "е").split())[:300]


class Application(db.Model):  # type: ignore[name-defined]
    """One entry to one event. `state` is written by operations.advance alone; `revision` refuses the second of two concurrent acts.

    `answers` are the answers of the draft by question key; title, nomination, participation and site_id mirror answers for lists.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        Index("ix_application_event_id_state_id", "event_id", "state", "id"),
        Index("ix_application_event_id_id_title_key", "event_id", "id", "title_key", "state", "entered_by_id"),  # a search reads this alone
        # Who is registered, in the order of names: an index that has all that is asked, so that a page is read and no more.
        Index("ix_application_event_id_name_key_id", "event_id", "name_key", "id", "state", "site_id"),
        Index("ix_application_event_id_nomination_id", "event_id", "nomination", "id"),
        Index("ix_application_event_id_participation_id", "event_id", "participation", "id"),
        Index("ix_application_event_id_site_id_state_present", "event_id", "site_id", "state", "present"),  # who is where, and was there
        Index("ix_application_applicant_id_id", "applicant_id", "id"),
        Index("ix_application_event_id_from_id", "event_id", "from_id"),  # the few that were sent up to an event
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("regulation_version.id"))  # what the applicant was promised
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[int | None]  # given at the first submit, counted within the event
    state: Mapped[str] = mapped_column(String(20), default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    answers: Mapped[Any] = mapped_column(Plain, default=dict)
    title: Mapped[str] = mapped_column(String(300), default="")
    title_key: Mapped[str] = mapped_column(String(300), default="")  # how a search finds the title
    name_key: Mapped[str] = mapped_column(String(300), default="")  # where lists by name put the applicant; follows her name
    nomination: Mapped[str] = mapped_column(String(60), default="")
    participation: Mapped[str] = mapped_column(String(20), default="")
    site_id: Mapped[int | None]  # sites live above applications: no foreign key
    present: Mapped[bool | None]  # whether its people were present; None: nobody has said yet; written by meetings alone
    revision_until: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime | None] = mapped_column(Moment)  # when it came in: at submit, or typed for a paper
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # the methodist who entered it for somebody
    entered_ground: Mapped[str] = mapped_column(String(300), default="")
    once: Mapped[str | None] = mapped_column(String(64), unique=True)  # the form that created it: a double click creates one
    from_id: Mapped[int | None]  # the work of an event below that it was made of; no foreign key, as SQLite adds none afterwards
    created_at: Mapped[datetime] = mapped_column(Moment)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    event: Mapped[Event] = relationship(lazy="joined", innerjoin="unnested")
    version: Mapped[RegulationVersion] = relationship()
    applicant: Mapped[Person] = relationship(foreign_keys=[applicant_id], lazy="joined", innerjoin="unnested")
    organisation: Mapped[Organisation | None] = relationship()
    authors: Mapped[list[Author]] = relationship(back_populates="application", order_by="Author.position", cascade="all, delete-orphan")
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="application",
        order_by="Attachment.id",
        primaryjoin="and_(Attachment.application_id == Application.id, Attachment.removed_at.is_(None))",
    )
    moves: Mapped[list[Move]] = relationship(back_populates="application", order_by="Move.id")
    submissions: Mapped[list[Submission]] = relationship(back_populates="application", order_by="Submission.id")
    receipts: Mapped[list[Receipt]] = relationship(back_populates="application", order_by="Receipt.id")
    staff_answers: Mapped[list[StaffAnswer]] = relationship(back_populates="application", order_by="StaffAnswer.id")
    substitutions: Mapped[list[Substitution]] = relationship(back_populates="application", order_by="Substitution.id")
    findings: Mapped[list[Finding]] = relationship(back_populates="application", order_by="Finding.id")

    __mapper_args__ = {"version_id_col": revision}

    @validates("title")
    def _keep_key(self, _name: str, title: str) -> str:
        self.title_key = text_key(title)
        return title

    @validates("applicant")
    def _keep_name(self, _name: str, person: Person) -> Person:
        self.name_key = text_key(person.full_name)
        return person

    @property
    def known_answers(self) -> dict[str, Any]:
        """What is answered: by the applicant, and by staff where the form asks them."""
        if not any(one.filled_by == "staff" for one in self.version.rules.questions()):
            return dict(self.answers)
        return {**self.answers, **{one.question: one.value for one in self.staff_answers}}

    @property
    def open_receipt(self) -> Receipt | None:
        """What came for the applicant and is still being filled in by a methodist."""
        return next((one for one in reversed(self.receipts) if one.move_id is None and not one.about), None)


class Author(db.Model):  # type: ignore[name-defined]
    """A person as author, with post and organisation as they were: names as printed on the papers of this event."""

    __tablename__ = "author"
    __table_args__ = (Index("ix_author_application_id", "application_id"), Index("ix_author_person_id", "person_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    position: Mapped[int] = mapped_column(default=0)
    post: Mapped[str] = mapped_column(String(120), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    application: Mapped[Application] = relationship(back_populates="authors")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin="unnested")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


class Attachment(db.Model):  # type: ignore[name-defined]
    """A file given as an answer. `key` is the sha256 under which storage keeps it; a removed one leaves the lists only."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_application_id", "application_id"), Index("ix_attachment_key", "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    question: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(255))
    key: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(120))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="attachments")


class Submission(db.Model):  # type: ignore[name-defined]
    """Answers, authors and files frozen at a submit: append-only. `sha256` is of the canonical JSON of `body`."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("application_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("regulation_version.id"))
    body: Mapped[Any] = mapped_column(Plain)  # {answers, authors, files, consents}
    sha256: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="submissions")


class Move(db.Model):  # type: ignore[name-defined]
    """One step taken. `by_id` empty: the clock."""

    __tablename__ = "move"
    __table_args__ = (Index("ix_move_application_id", "application_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    step: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    term: Mapped[datetime | None] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="moves")
    by: Mapped[Person | None] = relationship()
    substitution: Mapped[Substitution | None] = relationship(viewonly=True, uselist=False)  # where the step replaced a person


class Receipt(db.Model):  # type: ignore[name-defined]
    """A letter or paper on which a methodist acts for the applicant: its ground, when it came, its scan if there is one.

    `move_id` is the step it led to, empty while what it asks for is being filled in; `about`: what it is for if no step of the
    application, «appeal». The scan is for staff alone.
    """

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_application_id", "application_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    move_id: Mapped[int | None] = mapped_column(ForeignKey("move.id"), unique=True)
    about: Mapped[str] = mapped_column(String(12), default="")
    ground: Mapped[str] = mapped_column(String(300))
    received_at: Mapped[datetime] = mapped_column(Moment)
    name: Mapped[str] = mapped_column(String(255), default="")
    key: Mapped[str | None] = mapped_column(String(64))  # the sha256 under which storage keeps the scan
    size: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="receipts")
    by: Mapped[Person] = relationship()


class StaffAnswer(db.Model):  # type: ignore[name-defined]
    """The answer to a question that staff fill in after an application came: the last one; what stood before is in the trace."""

    __tablename__ = "staff_answer"
    __table_args__ = (UniqueConstraint("application_id", "question"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    question: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(Plain)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="staff_answers")
    by: Mapped[Person] = relationship(lazy="joined", innerjoin="unnested")


class Finding(db.Model):  # type: ignore[name-defined]
    """What a person found of a condition of entering: met or not, on what ground. Append-only; the last one of a condition holds."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_application_id", "application_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    condition: Mapped[str] = mapped_column(String(60))
    met: Mapped[bool]
    ground: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="findings")
    by: Mapped[Person] = relationship(lazy="joined", innerjoin="unnested")


class Substitution(db.Model):  # type: ignore[name-defined]
    """One person replaced by another in an application, with post and organisation as they were; who, when and why are its move's."""

    __tablename__ = "substitution"
    __table_args__ = (Index("ix_substitution_application_id", "application_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    move_id: Mapped[int | None] = mapped_column(ForeignKey("move.id"), unique=True)
    replaced_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    post: Mapped[str] = mapped_column(String(120), default="")  # of the person replaced
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    application: Mapped[Application] = relationship(back_populates="substitutions")
    replaced: Mapped[Person] = relationship(foreign_keys=[replaced_id], lazy="joined", innerjoin="unnested")
    successor: Mapped[Person] = relationship(foreign_keys=[successor_id], lazy="joined", innerjoin="unnested")
