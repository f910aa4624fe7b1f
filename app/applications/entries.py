"""Applications as the rules see them: entries, with what is known of each. The same few statements for any number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import null, select

from app.applications.models import Application, Author
from app.database import db
from app.people.models import Organisation
from workflows.entering import NOTHING, Found, facts_of_place
from workflows.judging.given import Entry
from workflows.regulation import Regulation


def entries(
    rules: Regulation,
    *conditions: Any,
    statuses: Mapping[str, str],
    answered: Mapping[int, Mapping[str, Any]],
    found: Mapping[int, Found] | None = None,
    with_answers: bool = True,
) -> list[Entry]:
    """Return the applications in one of these states, in the order of their numbers. `statuses`: state -> what the rules call it;
    `answered`: what staff answered; `found`: what people found of the conditions of entering.

    Answers are long: who does not ask for them leaves them out.
    """
    columns = (Application.id, Application.nomination, Application.state, Application.received_at)
    wanted = select(*columns, Application.answers if with_answers else null()).where(*conditions, Application.state.in_(statuses))
    rows = db.session.execute(wanted.order_by(Application.number, Application.id)).all()
    people, places, facts = _authors(rules, conditions)
    return [
        Entry(
            key=str(key),
            nomination=nomination,
            status=statuses[state],
            authors=tuple(people.get(key, ())),
            organisations=tuple(places.get(key, ())),
            received=received,
            values={**facts.get(key, {}), **(answers or {}), **answered.get(key, {})},
            found=(found or {}).get(key, NOTHING),
        )
        for key, nomination, state, received, answers in rows
    ]


def _authors(
    rules: Regulation, conditions: Iterable[Any]
) -> tuple[dict[int, dict[str, None]], dict[int, dict[str, None]], dict[int, dict[str, str]]]:
    """Return work -> its authors, work -> their organisations, each once, and work -> what rules may ask of the first one of these."""
    where = (Organisation.territory, Organisation.city, Organisation.kind)
    wanted = select(Author.application_id, Author.person_id, Author.organisation_id, *where).select_from(Author).join(Application)
    wanted = wanted.outerjoin(Organisation, Author.organisation_id == Organisation.id).where(*conditions)
    people: dict[int, dict[str, None]] = {}
    places: dict[int, dict[str, None]] = {}
    facts: dict[int, dict[str, str]] = {}
    asked = {one.key for one in rules.questions()}
    for work, person, place, territory, city, kind in db.session.execute(
        wanted.order_by(Author.application_id, Author.position, Author.id)
    ):
        people.setdefault(work, {})[str(person)] = None
        if place is not None:
            places.setdefault(work, {})[str(place)] = None
            facts.setdefault(work, facts_of_place(asked, territory=territory, city=city, kind=kind))
    return people, places, facts
