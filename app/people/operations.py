"""What may be done with people, logins, organisations and appointments."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask import current_app
from flask_security.utils import hash_password
from sqlalchemy import or_, select

from app.database import db, trace
from app.people import access, codes, letters, security, sessions
from app.people.models import Affiliation, Appointment, Centre, Consent, Organisation, Person, User
from app.web import ADMINISTRATOR, Slot
from workflows.saying import Saying


class Refused(Exception):
    """The act is not possible; the Saying tells the person why and what to do."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


# Invisible and direction-turning characters: two names that look the same must be the same.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(text: str) -> str:
    """Return a line as it is kept: no invisible characters, no runs of spaces."""
    return " ".join(_INVISIBLE.sub("", text).split())


# Organisations


def name_key(name: str) -> str:
    """Return the name as doubles are compared: lower case, single spaces, «№» and quotes aside."""
    plain = re.sub(r"\bn\b", " ", name.casefold().replace("ё", "е"))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())[:120]


def find_organisation(short_name: str) -> Organisation | None:
    wanted = select(Organisation).where(Organisation.name_key == name_key(short_name)).order_by(Organisation.id)
    return db.session.scalars(wanted.limit(1)).first()


def find_or_add_organisation(short_name: str, *, full_name: str = "", city: str = "", kind: str = "school", now: datetime) -> Organisation:
    """Return the organisation of that name, or a new one."""
    known = find_organisation(short_name)
    if known is not None:
        return known
    short_name = plain(short_name)[:120]
    made = Organisation(
        full_name=full_name or short_name, short_name=short_name, name_key=name_key(short_name), kind=kind, city=city, created_at=now
    )
    db.session.add(made)
    db.session.flush()
    return made


# People


def add_person(
    *,
    surname: str,
    given_name: str,
    patronymic: str = "",
    gender: str | None = None,
    email: str = "",
    phone: str = "",
    organisation: Organisation | None = None,
    post: str = "",
    now: datetime,
) -> Person:
    """Add a person, working at an organisation if one is given."""
    person = Person(
        surname=surname,
        given_name=given_name,
        patronymic=patronymic,
        gender=gender,
        email=email.strip().lower(),
        phone=phone,
        created_at=now,
    )
    db.session.add(person)
    if organisation is not None:
        person.affiliations.append(Affiliation(organisation=organisation, post=post, since=None))
    db.session.flush()
    return person


renamed = Slot()  # (person): rooms further up keep the name beside what they put in its order


def rename(person: Person, *, surname: str, given_name: str, patronymic: str, gender: str | None, by: Person, now: datetime) -> None:
    """Change a name; a changed name has no confirmed dative. Papers already issued stay as they are."""
    fresh = (surname, given_name, patronymic, gender)
    if fresh == (person.surname, person.given_name, person.patronymic, person.gender):
        return
    person.surname, person.given_name, person.patronymic, person.gender = fresh
    person.dative, person.dative_confirmed_at = "", None
    trace("person.renamed", f"person:{person.id}", by=by.id, now=now)
    renamed.collect(person)


def confirm_dative(person: Person, dative: str, *, now: datetime) -> None:
    """Keep the form in which the name is printed after «вручается»."""
    person.dative = " ".join(dative.split())[:250]
    person.dative_confirmed_at = now


def move_to(person: Person, organisation: Organisation, post: str, *, day: date, beside: bool = False) -> None:
    """Note that a person works somewhere from a day on; the former places stay with their end, unless it is a place beside them."""
    for row in person.affiliations:
        if row.until is None and not beside:
            row.until = day
    person.affiliations.append(Affiliation(organisation=organisation, post=post, since=day))


def leave(affiliation: Affiliation, *, day: date) -> None:
    """Note that a person works there no longer; asking twice changes nothing."""
    if affiliation.until is None:
        affiliation.until = day


def rename_organisation(
    organisation: Organisation, *, short_name: str, full_name: str, kind: str, city: str, by: Person, now: datetime
) -> None:
    """Correct an organisation. Raises Refused when another one is called the same."""
    key = name_key(short_name)
    double = select(Organisation.id).where(Organisation.name_key == key, Organisation.id != organisation.id)
    if db.session.scalar(double.limit(1)) is not None:
        raise Refused(Saying("organisation_is_known", name=short_name))
    organisation.short_name, organisation.name_key = short_name, key
    organisation.full_name, organisation.kind, organisation.city = full_name or short_name, kind, city
    trace("organisation.changed", f"organisation:{organisation.id}", by=by.id, now=now)


def withdraw_consent(consent: Consent, *, by: Person, now: datetime) -> None:
    """End a consent from now on; asking twice changes nothing. Consent to processing is ended by a letter to the centre."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now
        trace("consent.withdrawn", f"consent:{consent.id}", by=by.id, now=now, purpose=consent.purpose)


# Logins


def find_user(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def give_login(person: Person, email: str, now: datetime) -> User:
    """Let a person sign in by that address; several persons may share a mailbox."""
    address = email.strip().lower()
    user, former = find_user(address), person.user
    if user is None and former is not None and former.email is None:
        user, former.email = former, address
    elif user is None:
        user = _new_user(address, now)
    user.entry_code_hash = None  # who has a mailbox needs no printed code
    person.user = user
    person.email = person.email or address
    db.session.flush()
    return user


def sign_papers_as(centre: Centre, *, founder: str, signatory_name: str, signatory_post: str, by: Person, now: datetime) -> None:
    """Say how the centre stands on its papers from now on; papers issued keep their words."""
    centre.founder, centre.signatory_name, centre.signatory_post = founder, signatory_name, signatory_post
    trace("centre.changed", f"centre:{centre.id}", by=by.id, now=now)


def let_in(address: str, *, now: datetime) -> User | None:
    """Return the login of an address, with everybody of the register who is written to there and had none yet.

    Whoever reads the letters of a mailbox may come in by it; staff, and who shares a mailbox with staff, must be invited.
    """
    user = find_user(address)
    if user is not None and access.has_staff(user.id, now):
        return user
    unknown = select(Person).where(Person.email == address.strip().lower(), Person.user_id.is_(None)).order_by(Person.id)
    for person in db.session.scalars(unknown).all():
        if not access.is_staff(person.id, now):
            user = give_login(person, address, now)
            trace("person.let_in", f"person:{person.id}", by=None, now=now)
    return user


def _new_user(address: str | None, now: datetime) -> User:
    user = User(email=address, fs_uniquifier=security.new_mark(), created_at=now, active=True)
    db.session.add(user)
    return user


def invite(person: Person, email: str, *, by: Person, now: datetime) -> None:
    """Give a person a login and send a letter with a link. Raises Refused for staff, unless an administrator asks."""
    _keep_off_staff(person, by, now)
    user = give_login(person, email, now)
    person.email = email.strip().lower()
    sent = codes.make(user, codes.INVITE, now=now)
    if sent is None:
        raise Refused(Saying("too_many_letters"))
    letters.queue("invitation", user, now=now, link=letters.link(sent.token))
    trace("person.invited", f"person:{person.id}", by=by.id, now=now)


def print_entry_code(person: Person, *, by: Person, now: datetime) -> str:
    """Return a new entry code for a person without a mailbox; the former one is worth nothing. It is shown once.

    Raises Refused for staff, and for a person who signs in by a letter.
    """
    if access.is_staff(person.id, now):
        raise Refused(Saying("staff_needs_address"))
    if person.user is not None and person.user.email is not None:
        raise Refused(Saying("signs_in_by_letter"))
    if person.user is None:
        person.user = _new_user(None, now)
    code = codes.entry_code()
    person.user.entry_code_hash = codes.entry_hash(code)
    sessions.end_all(person.user)
    trace("entry_code.printed", f"person:{person.id}", by=by.id, now=now)
    return code


def change_address(user: User, person: Person, address: str, *, now: datetime) -> User:
    """Let a person sign in by another mailbox, which she has proved to be hers; return the login she has now.

    A login of one person takes the new address. From a mailbox shared by several only this person moves; so does
    everybody to a mailbox that is a login already. All sessions of the login end.
    """
    former, known = user.email, find_user(address)
    if known is None and len(user.persons) == 1:
        user.email, target = address, user
    else:
        target = known or _new_user(address, now)
        person.user = target
    person.email = address
    sessions.end_all(user)
    db.session.flush()
    if former and former != address:
        letters.queue("address_changed", user, now=now, address=former, link=current_app.config["BASE_URL"])
    trace("login.address_changed", f"login:{target.id}", by=person.id, now=now)
    return target


def _keep_off_staff(person: Person, by: Person, now: datetime) -> None:
    """A mailbox opens the account: of staff only an administrator may change it. Raises Refused."""
    if person.user_id is not None and access.is_staff(person.id, now) and not access.is_administrator(by.id, now):
        raise Refused(Saying("only_administrator"))


def set_password(user: User, password: str) -> None:
    """Set a password and end every session of the login: an old cookie is worth nothing afterwards."""
    user.password = hash_password(password)
    sessions.end_all(user)


# Appointments


def appoint(
    person: Person,
    role: str,
    centre_id: int,
    *,
    event_id: int | None = None,
    chair: bool = False,
    by: Person,
    now: datetime,
    ground: str = "",
) -> Appointment:
    """Give a person a role; asking twice gives the appointment there is, in force again if it had ended.

    Raises Refused for a methodist or administrator who could not sign in by a mailbox.
    """
    wanted = select(Appointment).where(Appointment.person_id == person.id, Appointment.role == role, Appointment.centre_id == centre_id)
    wanted = wanted.where(Appointment.event_id == event_id if event_id is not None else Appointment.event_id.is_(None))
    known = db.session.scalar(wanted)
    if role in access.STAFF:
        _open_only_with_password(person, now)
    if known is None:
        known = Appointment(person=person, role=role, centre_id=centre_id, event_id=event_id, since=now, ground=ground)
        db.session.add(known)
    known.chair, known.until = chair, None
    db.session.flush()
    trace("appointment.given", f"appointment:{known.id}", by=by.id, now=now, role=role)
    return known


def dismiss(appointment: Appointment, *, by: Person, now: datetime) -> None:
    """End an appointment. Raises Refused for the last administrator."""
    if appointment.role == ADMINISTRATOR and _administrators(now) <= 1:
        raise Refused(Saying("last_administrator"))
    appointment.until = now
    if appointment.role in access.STAFF and appointment.person.user is not None:
        sessions.end_all(appointment.person.user)
    trace("appointment.ended", f"appointment:{appointment.id}", by=by.id, now=now, role=appointment.role)


def _open_only_with_password(person: Person, now: datetime) -> None:
    """A session begun by a mailbox alone must not gain the rights of staff: it ends. Raises Refused."""
    if person.user is None or person.user.email is None:
        raise Refused(Saying("staff_needs_address"))
    if not access.has_staff(person.user.id, now):
        sessions.end_all(person.user)


def _administrators(now: datetime) -> int:
    # Locked: two administrators who dismiss one another at once must not both succeed on PostgreSQL.
    in_force = or_(Appointment.until.is_(None), Appointment.until > now)
    return len(db.session.scalars(select(Appointment.id).where(Appointment.role == ADMINISTRATOR, in_force).with_for_update()).all())
