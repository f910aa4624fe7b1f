"""The words of a paper, in plain text: what is drawn is what stands here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import force_locale

from app import wording
from app.applications import answers
from app.certificates.grounds import Ground
from app.events.models import Event
from app.judging.models import Order
from app.people import dative
from app.people.models import Centre, Person
from workflows import placeholders
from workflows.awards import Award
from workflows.parts import Nomination
from workflows.regulation import Paper, words

PERSONAL = frozenset({"post", "organisation", "authors", "answer"})


def inner_quotes(text: str) -> str:
    """Return a title for use inside «ёлочки»: its own quotes become „лапки“."""
    text = re.sub(r"«([^»]*)»", r"„\1“", text.strip())
    return re.sub(r'"([^"]*)"', r"„\1“", text)


def recipient_name(person: Person, paper: Paper) -> str:
    """Return the name in the case the paper asks for: the confirmed dative, else our proposal."""
    if paper.name_case == "nominative":
        return person.full_name
    return person.dative or dative.propose(person.surname, person.given_name, person.patronymic, person.gender)


def of(ground: Ground, event: Event, *, order: Order | None, issued_on: date, number: str, code: str) -> dict[str, Any]:
    """Return everything that is printed, frozen on the register's row. `public` are the lines that tell nothing of the person."""
    rules, paper, centre = event.rules, event.rules.paper(ground.paper), event.centre
    award = rules.award(ground.award) if ground.award else None
    values = {**_values(ground, event, order, paper), **_award_values(award), **ground.values}
    templates = [words(text) for text in paper.lines]
    given = _given(award)
    return {
        "kind": paper.kind,
        "issuer": centre.organisation.full_name,
        "founder": centre.founder or words(rules.founder),
        "title": words(paper.title),
        "degree": words(paper.degree),
        "verb": words(paper.verb),
        "name": recipient_name(ground.person, paper) if ground.person else _organisation_name(ground),
        "surname": ground.person.surname if ground.person else "",  # not printed: the check page compares it with a typed one
        "about": _about(ground),
        "lines": [*filled(templates, values), *given],
        "public": [*filled([line for line in templates if not is_personal(line)], values), *given],
        "ground": _ground(order),
        **_signatory(award, centre),
        "city": centre.organisation.city,
        "date": long_date(issued_on),
        "number": number,
        "code": code,
    }


def is_personal(line: str) -> bool:
    """Say whether a line tells something of the person that is not public by itself."""
    return any(name.partition(":")[0] in PERSONAL for name in placeholders.names(line))


def _signatory(award: Award | None, centre: Centre) -> dict[str, str]:
    """Return who signs: whom the award names, else the head of the centre."""
    if award is not None and award.signatory:
        return {"signatory_post": words(award.signatory), "signatory_name": ""}
    return {"signatory_post": centre.signatory_post, "signatory_name": centre.signatory_name}


def _given(award: Award | None) -> list[str]:
    """Return what comes with the award, and from whom."""
    if award is None:
        return []
    told = (("Приз", words(award.prize)), ("Вручает", words(award.giver)))
    return [f"{name}: {text}" for name, text in told if text]


def _award_values(award: Award | None) -> dict[str, str]:
    return placeholders.with_cases("award", words(award.title), award.cases) if award is not None else {}


def _answers(ground: Ground, event: Event) -> dict[str, str]:
    """Return the answers that a line may name by the key of their question, a chosen one also in its cases."""
    rules, given = ground.application.version.rules, ground.application.known_answers
    found: dict[str, str] = {}
    with force_locale("ru"):
        for question in rules.questions():
            told = inner_quotes(answers.in_words(question, given.get(question.key), event, rules))
            chosen = next((one for one in question.options if one.key == given.get(question.key)), None)
            found |= placeholders.with_cases(f"answer:{question.key}", told, chosen.cases if chosen else {})
    return found


def _organisation_name(ground: Ground) -> str:
    return ground.organisation.full_name if ground.organisation else ""


def _about(ground: Ground) -> str:
    """Return post and place of work, as they were when she took part."""
    if ground.author is None:
        return ""
    return ", ".join(part for part in (ground.author.post, _place_of(ground)) if part)


def _place_of(ground: Ground) -> str:
    """Return where the author works, or the organisation that entered."""
    place = ground.author.organisation if ground.author else ground.organisation or ground.application.organisation
    return place.short_name if place else ""


def _ground(order: Order | None) -> str:
    return f"Основание: {order.kind} № {order.number} от {long_date(order.day)}" if order else ""


def long_date(day: date) -> str:
    """Return a date as papers have it: «26 ноября 2026 г.»"""
    return format_date(day, "d MMMM y 'г.'", locale="ru")


def _values(ground: Ground, event: Event, order: Order | None, paper: Paper) -> dict[str, str]:
    application, rules, author = ground.application, event.rules, ground.author
    nomination = next((one for one in rules.nominations if one.key == application.nomination), None)
    held_on = event.date("held_on")
    return {
        "event": inner_quotes(wording.say(event.title, "ru")),
        **_nomination(nomination),
        "work": inner_quotes(application.title),
        "topic": inner_quotes(application.title),
        "post": author.post if author else "",
        "organisation": _place_of(ground),
        "year": f"{event.school_year}/{event.school_year + 1}",
        "order": order.number if order else "",
        "hours": f"{paper.hours.normalize():f}".replace(".", ",") if paper.hours else "",
        "date": long_date(held_on.astimezone(event.zone).date()) if held_on else "",
        "authors": ", ".join(one.person.full_name for one in application.authors),
        **_answers(ground, event),
    }


def _nomination(nomination: Nomination | None) -> dict[str, str]:
    if nomination is None:
        return placeholders.with_cases("nomination", "", {})
    return placeholders.with_cases("nomination", inner_quotes(words(nomination.title)), nomination.cases)


def filled(templates: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the lines with their closed placeholders filled in; a line of which nothing is left is not printed."""
    return [line for template in templates if (line := placeholders.told(template, values))]
