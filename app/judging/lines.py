"""A line of a list of results, by the regulation's own pattern: the same on the page for everybody, in the minutes and in letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_babel import gettext as _

from app import wording
from app.applications import answers, letters
from app.applications.models import Application
from app.events.models import Event
from app.judging import figures, lists, pages
from app.judging.models import Award, Standing
from app.wording import numerals
from workflows import placeholders


def pattern(event: Event, stage: str) -> str:
    """Return how a line of a stage's results reads, in the language at hand; empty where the regulation does not say."""
    return next((wording.say(one.line) for one in event.rules.minutes if one.stage == stage and one.line), "")


def values(
    event: Event,
    work: Application,
    standing: Standing | None,
    award: str,
    *,
    names: Mapping[int, str] | None = None,
    zone: str | None = None,
    nomination: str | None = None,
) -> dict[str, str]:
    """Return what a pattern may name. `names`: the authors' names as they may be public, full ones without it.

    `zone` and `nomination` in words, where the caller knows them already.
    """
    places = (standing.place, standing.place_to) if standing is not None else ()
    return {
        "place": "–".join(dict.fromkeys(numerals.roman(one) for one in places if one)),
        "award": award,
        "authors": ", ".join(one.person.full_name if names is None else names.get(one.person_id, "") for one in work.authors),
        "organisations": ", ".join(dict.fromkeys(organisations(work))),
        "work": work.title or _("Без названия"),
        "nomination": pages.nomination_words(event, work.nomination) if nomination is None else nomination,
        "zone": _zone(event, work) if zone is None else zone,
        "total": wording.number(Decimal(standing.shown)) if standing is not None and standing.shown else "",
        "number": letters.application_number(work),
    }


def told(how: str, known: Mapping[str, str]) -> str:
    """Return the line, or nothing: who has no place where the pattern names one, and no award, stands in none."""
    if not how or not all(known[name] for name in {"place", "award"}.intersection(placeholders.names(how))):
        return ""
    return placeholders.told(how, known)


def organisations(work: Application) -> list[str]:
    found = [one.organisation.short_name for one in work.authors if one.organisation]
    return found or ([work.organisation.short_name] if work.organisation else [])


def _zone(event: Event, work: Application) -> str:
    """Return the zone of a work: as answered, or the territory of the first author's organisation where the form does not ask."""
    asked = next((one for one in event.rules.questions() if one.key == "zone"), None)
    if asked is not None:
        return answers.in_words(asked, work.answers.get("zone"), event, event.rules)
    return next((one.organisation.territory for one in work.authors if one.organisation), "")


def read_from(event: Event, given: Sequence[Award]) -> dict[tuple[int, str], Standing]:
    """Return (work, list) -> where each awarded work stands in the list its award is read from; an award over all lists: in the
    only one. A constant number of statements."""
    if not given:
        return {}
    works = sorted({one.application_id for one in given})
    found = figures.standings_by_list(works, figures.list_names(event.id))
    stages: dict[tuple[int, str], list[Standing]] = {}
    for (work, _name), row in found.items():
        stages.setdefault((work, row.stage), []).append(row)
    for one in given:
        stage = event.rules.stage_of_award(event.rules.award(one.award))
        stood = stages.get((one.application_id, stage.key), []) if stage and not one.list else []
        if len(stood) == 1:
            found[one.application_id, ""] = stood[0]
    return found


def of_award(event: Event, award: Award, standing: Standing | None, *, names: Mapping[int, str] | None = None) -> str:
    """Return the line of one award, or nothing where the regulation has no pattern for its stage."""
    stage = event.rules.stage_of_award(event.rules.award(award.award))
    how = pattern(event, award.list.partition("/")[0] or (stage.key if stage else ""))
    return told(how, values(event, award.application, standing, lists.award_title(event, award.award), names=names))
