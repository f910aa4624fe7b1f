"""What a person checks of an application: conditions that a regulation leaves to people, each with result, ground, author, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app import wording
from app.applications import entering
from app.applications.models import Application, Finding
from app.applications.operations import Refused
from app.database import db
from app.people.models import Person
from workflows.entering import EntryCondition
from workflows.saying import Saying

CHECKED = ("submitted", "revision", "admitted")  # states in which somebody checks
MET, NOT_MET = "1", "0"
MOST_GROUND = 300

Typed = Mapping[str, tuple[str, str]]  # condition -> (met or not, ground)


@dataclass(frozen=True)
class Item:
    """One condition to check, as the page shows it."""

    key: str
    message: str
    by_answers: str  # what the answers say of it, where they say anything
    met: str
    ground: str
    by: str
    fault: str

    @property
    def is_open(self) -> bool:
        return not self.by


def items(application: Application, *, typed: Typed | None = None, faults: Mapping[str, Saying] | None = None) -> list[Item]:
    """Return what there is to check, with what was found, or with what was typed just now."""
    asked = left(application)
    last = {one.condition: one for one in application.findings} if asked else {}
    return [_item(application, one, last.get(one.key), (typed or {}).get(one.key), (faults or {}).get(one.key)) for one in asked]


def left(application: Application) -> list[EntryCondition]:
    return entering.left(application) if application.state in CHECKED else []


def _item(
    application: Application, one: EntryCondition, found: Finding | None, typed: tuple[str, str] | None, fault: Saying | None
) -> Item:
    met, ground = typed or ((MET if found.met else NOT_MET, found.ground) if found is not None else ("", ""))
    by = ""
    if found is not None:
        by = _("%(name)s, %(when)s", name=found.by.initials, when=wording.moment(found.at, application.event.zone, named=False))
    return Item(
        key=one.key,
        message=wording.say(one.message),
        by_answers=_("По ответам условие не выполнено.") if not one.manual and not entering.is_met(application, one) else "",
        met=met,
        ground=ground,
        by=by,
        fault=wording.put(fault) if fault is not None else "",
    )


def open_ones(application: Application) -> list[str]:
    """Return what nobody has checked yet."""
    found = entering.found_of(application)
    return [wording.say(one.message) for one in left(application) if one.key not in found]


def record(application: Application, typed: Typed, *, by: Person, now: datetime) -> dict[str, Saying]:
    """Keep what a person found; return what is wrong by condition, and then nothing is kept.

    A ground is needed where a condition is not met, and where it is taken for met though the answers say otherwise. What was found
    before and is said again changes nothing. Raises Refused where nobody checks any more.
    """
    if application.state not in CHECKED or application.event.approved_at is not None:
        raise Refused(Saying("checks_closed"))
    asked = {one.key: one for one in left(application)}
    given = {key: (met, ground.strip()) for key, (met, ground) in typed.items() if key in asked and met in (MET, NOT_MET)}
    wrong = {key: said for key, (met, ground) in given.items() if (said := _fault(application, asked[key], met, ground)) is not None}
    wrong |= {key: Saying("check_unsaid") for key, (met, ground) in typed.items() if key in asked and not met and ground.strip()}
    if wrong:
        return wrong
    last = {one.condition: (MET if one.met else NOT_MET, one.ground) for one in application.findings}
    for key, (met, ground) in given.items():
        if last.get(key) != (met, ground):
            db.session.add(Finding(application=application, condition=key, met=met == MET, ground=ground, by_id=by.id, at=now))
    db.session.flush()
    return {}


def _fault(application: Application, one: EntryCondition, met: str, ground: str) -> Saying | None:
    if len(ground) > MOST_GROUND:
        return Saying("answer_too_long", most=MOST_GROUND, have=len(ground))
    if not ground and (met == NOT_MET or not (one.manual or entering.is_met(application, one))):
        return Saying("check_ground_missing")
    return None
