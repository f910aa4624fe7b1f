"""Who took part: people, logins, organisations, who works where, who holds which role, who agreed to what."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.database import Moment, Plain, db


class Organisation(db.Model):  # type: ignore[name-defined]
    """A school or a centre. `name_key` is the short name in lower case, for finding doubles; `order_key` the same where lists
    are in order, its numbers as long as one another: school 3 stands before school 15."""

    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), index=True)
    order_key: Mapped[str] = mapped_column(String(300), index=True, default="")  # follows name_key
    kind: Mapped[str] = mapped_column(String(20), default="school")  # school, gymnasium, lyceum, kindergarten, centre, other
    city: Mapped[str] = mapped_column(String(120), default="")
    territory: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)

    @validates("name_key")
    def _in_order(self, _key: str, name: str) -> str:
        self.order_key = re.sub(r"\d+", lambda number: number[0].zfill(6), name)[:300]
        return name


class Centre(db.Model):  # type: ignore[name-defined]
    """An organisation that runs events: it holds the register, the numbers and the signatories."""

    __tablename__ = "centre"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    zone: Mapped[str] = mapped_column(String(60))
    founder: Mapped[str] = mapped_column(String(300), default="")
    signatory_name: Mapped[str] = mapped_column(String(200), default="")
    signatory_post: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin="unnested")

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Setting(db.Model):  # type: ignore[name-defined]
    """What the installation knows of itself: `mode` is «demo» or «own»."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Plain)


class Role(db.Model, RoleMixin):  # type: ignore[name-defined,misc]
    """Flask-Security wants roles; ours are appointments, so this table stays empty."""

    __tablename__ = "login_role"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class User(db.Model, UserMixin):  # type: ignore[name-defined,misc]
    """A login: one mailbox, or one printed entry code for who has no mailbox. Acts for one or several persons."""

    __tablename__ = "login"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    language: Mapped[str] = mapped_column(String(5), default="ru")
    entry_code_hash: Mapped[str | None] = mapped_column(String(128), unique=True)
    # Second step: an authenticator's secret (encrypted) and hashed reserve codes.
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[Any] = mapped_column(Plain, nullable=True)
    us_totp_secrets: Mapped[str | None] = mapped_column(Text)
    last_totp_at: Mapped[int | None]  # the time step of the last authenticator code: a code is spent once
    roles: Mapped[list[Role]] = relationship(secondary="login_roles")
    persons: Mapped[list[Person]] = relationship(back_populates="user", order_by="Person.id")


class LoginRoles(db.Model):  # type: ignore[name-defined]
    __tablename__ = "login_roles"
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("login_role.id"), primary_key=True)


class SignIn(db.Model):  # type: ignore[name-defined]
    """A browser in which a login is at work. Its cookie bears the mark; when the row is gone, the cookie opens nothing."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("login.id"), index=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(60), default="")
    began_at: Mapped[datetime] = mapped_column(Moment, index=True)


class SignInCode(db.Model):  # type: ignore[name-defined]
    """A code and a link sent in one letter; either is spent once. Only hashes are kept."""

    __tablename__ = "sign_in_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("login.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # sign_in, second, invite, reset
    code_hash: Mapped[str] = mapped_column(String(64))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime] = mapped_column(Moment)
    spent_at: Mapped[datetime | None] = mapped_column(Moment)
    wrong_tries: Mapped[int] = mapped_column(default=0)
    user: Mapped[User] = relationship()


class Person(db.Model):  # type: ignore[name-defined]
    """Took part, or may. Has a login or not; the dative is proposed by us and confirmed by people."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_surname_id", "surname", "id"), Index("ix_person_email", "email"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("login.id"), index=True)
    surname: Mapped[str] = mapped_column(String(80))
    given_name: Mapped[str] = mapped_column(String(80))
    patronymic: Mapped[str] = mapped_column(String(80), default="")
    gender: Mapped[str | None] = mapped_column(String(1))  # f, m
    dative: Mapped[str] = mapped_column(String(250), default="")
    dative_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    user: Mapped[User | None] = relationship(back_populates="persons")
    affiliations: Mapped[list[Affiliation]] = relationship(back_populates="person", order_by="Affiliation.id")
    appointments: Mapped[list[Appointment]] = relationship(back_populates="person", order_by="Appointment.id")

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @property
    def greeting(self) -> str:
        """How a letter calls her: given name and patronymic."""
        return " ".join(part for part in (self.given_name, self.patronymic) if part)

    @property
    def initials(self) -> str:
        """Surname and initials: «Соколова В. А.»"""
        return " ".join([self.surname, *(f"{part[0]}." for part in (self.given_name, self.patronymic) if part)])


class Affiliation(db.Model):  # type: ignore[name-defined]
    """Who works where, as what, from when to when. `until` empty: now."""

    __tablename__ = "affiliation"
    # Who works at a school now is counted from this index alone.
    __table_args__ = (Index("ix_affiliation_organisation_id_until_person_id", "organisation_id", "until", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    post: Mapped[str] = mapped_column(String(120), default="")
    since: Mapped[date | None]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="affiliations")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin="unnested")


class Appointment(db.Model):  # type: ignore[name-defined]
    """A person in a role: methodist or administrator of a centre, juror or chair or secretary or site host of an event, or
    entrant who marks the works of others there.

    `event_id` has no foreign key here because events live above people; the event's slice guards it. A juror has a `weight`,
    and where several juries sit side by side the key of hers.
    """

    __tablename__ = "appointment"
    __table_args__ = (UniqueConstraint("person_id", "role", "centre_id", "event_id"), Index("ix_appointment_event_id", "event_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))  # methodist, administrator, juror, entrant, site_host
    chair: Mapped[bool] = mapped_column(default=False)
    jury: Mapped[str] = mapped_column(String(60), default="")
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 2), default=Decimal(1))
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    event_id: Mapped[int | None]
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    ground: Mapped[str] = mapped_column(String(300), default="")
    person: Mapped[Person] = relationship(back_populates="appointments")


class Consent(db.Model):  # type: ignore[name-defined]
    """One person, one purpose, one document; it covers the event it was given for (`event_id`) and no other.

    `application_id` and `event_id` have no foreign key: applications and events live above people.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person_id_purpose", "person_id", "purpose"), Index("ix_consent_application_id", "application_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(20))  # processing, spreading, publication, bank
    text_key: Mapped[str] = mapped_column(String(60))
    text_version: Mapped[int]
    text_hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    given_how: Mapped[str] = mapped_column(String(20))  # form, paper, letter
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int | None]
    event_id: Mapped[int | None]
    given_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
