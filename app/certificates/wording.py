"""The words of a paper, in plain text: what is drawn is what stands here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from app import wording
from app.certificates.grounds import Ground
from app.events.models import Event
from app.judging.models import Order
from app.people import dative
from app.people.models import Person
from workflows.regulation import Paper, words

PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
PERSONAL = frozenset({"post", "organisation", "authors"})


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
    values = {**_values(ground, event, order, paper), **ground.values}
    templates = [words(text) for text in paper.lines]
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
        "lines": filled(templates, values),
        "public": filled([line for line in templates if not PERSONAL.intersection(PLACEHOLDER.findall(line))], values),
        "ground": _ground(order),
        "signatory_post": centre.signatory_post,
        "signatory_name": centre.signatory_name,
        "city": centre.organisation.city,
        "date": long_date(issued_on),
        "number": number,
        "code": code,
    }


def _organisation_name(ground: Ground) -> str:
    return ground.organisation.full_name if ground.organisation else ""


def _about(ground: Ground) -> str:
    """Return post and place of work, as they were when she took part."""
    if ground.author is None:
        return ""
    place = ground.author.organisation.short_name if ground.author.organisation else ""
    return ", ".join(part for part in (ground.author.post, place) if part)


def _ground(order: Order | None) -> str:
    return f"Основание: {order.kind} № {order.number} от {long_date(order.day)}" if order else ""


def long_date(day: date) -> str:
    """Return a date as papers have it: «26 ноября 2026 г.»"""
    return format_date(day, "d MMMM y 'г.'", locale="ru")


def _values(ground: Ground, event: Event, order: Order | None, paper: Paper) -> dict[str, str]:
    application, rules, author = ground.application, event.rules, ground.author
    nomination = next((words(one.title) for one in rules.nominations if one.key == application.nomination), "")
    held_on = event.date("held_on")
    return {
        "event": inner_quotes(wording.say(event.title, "ru")),
        "nomination": inner_quotes(nomination),
        "work": inner_quotes(application.title),
        "topic": inner_quotes(application.title),
        "post": author.post if author else "",
        "organisation": author.organisation.short_name if author and author.organisation else "",
        "year": f"{event.school_year}/{event.school_year + 1}",
        "order": order.number if order else "",
        "hours": f"{paper.hours.normalize():f}".replace(".", ",") if paper.hours else "",
        "date": long_date(held_on.astimezone(event.zone).date()) if held_on else "",
        "authors": ", ".join(one.person.full_name for one in application.authors),
        "place": event.centre.organisation.city,
    }


def filled(templates: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the lines with their closed placeholders filled in. What has no value is not said: the part of the line
    between two commas that holds an empty placeholder is left out."""
    lines = []
    for template in templates:
        parts = [part for part in template.split(", ") if all(values.get(name, "?") for name in PLACEHOLDER.findall(part))]
        if parts:
            lines.append(fill(", ".join(parts), values))
    return lines


def fill(line: str, values: Mapping[str, str]) -> str:
    """Return the line with its placeholders filled in; values are never read as placeholders again."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), line)
