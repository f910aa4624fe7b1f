"""What the conditions and limits of entering say about one application. They warn, ask for proof, or leave it to the methodist."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import func, select

from app import wording
from app.applications.models import Application, Author
from app.database import db
from workflows import conditions
from workflows.entering import EntryCondition, Limit, facts_of_place, left_to_people, unmet
from workflows.saying import Saying

COUNTED = ("submitted", "revision", "admitted", "closed")
UNMET = {"warn": "condition_warns", "proof": "condition_wants_proof", "methodist": "condition_left_to_methodist"}


def notes(application: Application) -> list[str]:
    """Return the sentences for who fills in: conditions not met, authors, limits passed."""
    return [wording.put(one) for one in [*_conditions(application), *_authors(application), *_limits(application)]]


def notes_for_staff(application: Application) -> list[str]:
    """Return what who checks should know besides the conditions that are left to people."""
    shown = {one.key for one in left(application)}
    said = [*_conditions(application, but=shown), *_authors(application), *_limits(application), *_place_missing(application)]
    return [wording.put(one) for one in said]


def found_of(application: Application) -> dict[str, bool]:
    """Return what people found of its conditions, the last word on each."""
    if not application.version.rules.entering.conditions:
        return {}
    return {one.condition: one.met for one in application.findings}


def is_met(application: Application, one: EntryCondition) -> bool:
    """Say whether the answers fulfil a condition, whatever a person found."""
    return one.holds is None or conditions.holds(one.holds, facts_of(application), application.event.days())


def left(application: Application) -> list[EntryCondition]:
    """Return the conditions of an application that a person checks, checked or not."""
    rules = application.version.rules.entering
    return left_to_people(rules, facts_of(application), application.event.days(), found=found_of(application))


def facts_of(application: Application) -> dict[str, object]:
    """What conditions may ask of an application: its answers, and what is known of every one."""
    organisations = {one.organisation_id for one in application.authors if one.organisation_id}
    return {
        **_place_of(application),
        **application.known_answers,
        "nomination": application.nomination,
        "authors_count": len(application.authors),
        "organisations_count": len(organisations),
        "received": application.received_at.astimezone(application.event.zone).isoformat() if application.received_at else "",
    }


def _place_of(application: Application) -> dict[str, str]:
    place = next((one.organisation for one in application.authors if one.organisation), None)
    asked = {one.key for one in application.version.rules.questions()}
    if place is None:
        return {}
    return facts_of_place(asked, territory=place.territory, city=place.city, kind=place.kind)


def _place_missing(application: Application) -> Iterator[Saying]:
    """Say that the lists are parted by something that nobody knows of the organisation."""
    known, rules = facts_of(application), application.event.rules
    asked = {one.key for one in rules.questions()}
    for key, said in (("zone", "territory_unknown"), ("territory", "territory_unknown"), ("city", "city_unknown")):
        if key in rules.parting_keys - asked and not known.get(key):
            yield Saying(said)
            return


def _conditions(application: Application, *, but: Collection[str] = ()) -> Iterator[Saying]:
    """Say which conditions are not met, those aside that a person checks by hand."""
    rules = application.version.rules.entering
    for one in unmet(rules, facts_of(application), application.event.days(), of_answered=True, found=found_of(application)):
        if not one.manual and one.key not in but:
            yield Saying(UNMET[one.unmet], message=one.message)


def _authors(application: Application) -> Iterator[Saying]:
    rule, number = application.version.rules.entering.authors, application.number or "—"
    if rule.most is not None and len(application.authors) > rule.most:
        yield Saying("entry_authors_many", entry=number, most=rule.most)
    if rule.one_organisation and int(str(facts_of(application)["organisations_count"])) > 1:
        yield Saying("entry_organisations_many", entry=number)


def _limits(application: Application) -> Iterator[Saying]:
    facts = facts_of(application)
    for limit in application.version.rules.entering.limits:
        if limit.most is None or (limit.when is not None and not conditions.holds(limit.when, facts)):
            continue
        have = _others(application, limit)
        if have >= limit.most:
            said = Saying(f"entry_limit_{limit.of}", have=have, most=limit.most)
            yield Saying("condition_left_to_methodist", message=limit.message) if limit.message else said


def _others(application: Application, limit: Limit) -> int:
    """Return how many other applications of the event count against a limit: of one of the authors, of a school, of a nomination."""
    wanted = select(func.count(Application.id.distinct())).where(
        Application.event_id == application.event_id, Application.id != application.id, Application.state.in_(COUNTED)
    )
    if limit.of == "person":
        wanted = wanted.join(Author).where(Author.person_id.in_([one.person_id for one in application.authors]))
    elif limit.of == "organisation":
        wanted = wanted.where(Application.organisation_id == application.organisation_id)
    if limit.of == "nomination" or "nomination" in limit.within:
        wanted = wanted.where(Application.nomination == application.nomination)
    return int(db.session.scalar(wanted) or 0)
