"""The pages of a series: what the works of one event earned for it, and who has how many points over all events of the centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, wording
from app.applications import letters
from app.events import queries as events
from app.events.models import Event
from app.judging import pages, points
from app.judging.blueprint import bp
from app.judging.models import SeriesPoints
from app.people import access
from app.people.models import Person
from app.web import ANYONE, open_to, visitor

MOST_COLUMNS = 6  # events that have a column of their own: the latest; the others stand together before them


@dataclass(frozen=True)
class Link:
    """A series on the page of an event's results. `works`: how many earned points, `url` leads to them."""

    title: str
    works: int
    url: str
    all_url: str


def links(event: Event) -> list[Link]:
    """Return the series an event counts for; without addresses before its results are approved."""
    if not event.rules.series:
        return []
    found = points.counts(event.id)
    return [
        Link(
            wording.say(one.title),
            found.get(one.key, 0),
            url_for("judging.event_points", event_id=event.id, series=one.key) if one.key in found else "",
            url_for("judging.series_sums", centre_id=event.centre_id, series=one.key) if one.key in found else "",
        )
        for one in event.rules.series
    ]


# One event


@dataclass(frozen=True)
class EarnedLine:
    title: str
    number: str
    url: str  # of the work, for staff
    authors: str
    organisation: str
    points: str


@dataclass(frozen=True)
class EventPoints:
    series: str
    event: pages.EventHead
    title: str
    back: tuple[str, str]
    all_url: str
    rows: list[EarnedLine]
    of_staff: bool
    reviewed: bool
    number: int
    more: bool


@bp.get("/events/<int:event_id>/series/<series>")
@open_to(ANYONE)
def event_points(event_id: int, series: str) -> ResponseReturnValue:
    """What each work earned: for everybody once the results are published, for staff once they are approved."""
    event = events.one_or_404(event_id, visitor)
    of_staff = _of_staff(event.centre_id)
    told = event.released_at is not None or (of_staff and event.approved_at is not None)
    title = next((wording.say(one.title) for one in event.rules.series if one.key == series), None)
    if not told or title is None:
        abort(404)
    number = max(1, request.args.get("page", 1, type=int))
    rows, more = points.of_event(event.id, series, number=number)
    back = (_("Итоги"), url_for("judging.results" if of_staff else "judging.winners", event_id=event.id))
    page = EventPoints(
        series=series,
        event=pages.head(event),
        title=title,
        back=back,
        all_url=url_for("judging.series_sums", centre_id=event.centre_id, series=series),
        rows=_earned_lines(event, rows, of_staff=of_staff, now=clock.now()),
        of_staff=of_staff,
        reviewed=event.approved_at is None,
        number=number,
        more=more,
    )
    return render_template("judging/event_points.html", page=page)


def _of_staff(centre_id: int) -> bool:
    return visitor.person is not None and visitor.is_methodist_of(centre_id)  # type: ignore[attr-defined]


def _earned_lines(event: Event, rows: Sequence[SeriesPoints], *, of_staff: bool, now: datetime) -> list[EarnedLine]:
    people = [author.person for one in rows for author in one.application.authors]
    names = _in_full(people) if of_staff else access.public_names(people, event.id, now)
    return [
        EarnedLine(
            title=one.application.title or _("Без названия"),
            number=letters.application_number(one.application),
            url=url_for("applications.show", application_id=one.application_id) if of_staff else "",
            authors=", ".join(names[author.person_id] for author in one.application.authors),
            organisation=", ".join(
                dict.fromkeys(author.organisation.short_name for author in one.application.authors if author.organisation)
            ),
            points=wording.number(points.shown(one.units)),
        )
        for one in rows
    ]


def _in_full(people: Sequence[Person]) -> Mapping[int, str]:
    return {one.id: one.full_name for one in people}


# All events of a centre


@dataclass(frozen=True)
class Column:
    """An event of the series. `published`: everybody reads it; else staff alone."""

    id: int
    title: str
    year: str
    url: str
    published: bool


@dataclass(frozen=True)
class SumLine:
    place: int
    name: str
    earlier: str
    cells: list[str]
    total: str


@dataclass(frozen=True)
class SeriesPage:
    title: str
    centre: str
    of_people: bool
    columns: list[Column]
    earlier: int  # how many events stand together before the columns
    years: list[tuple[str, str, bool]]  # words, address, whether it is this page
    rows: list[SumLine]
    of_staff: bool
    number: int
    newer_url: str
    older_url: str


@bp.get("/centres/<int:centre_id>/series/<series>")
@open_to(ANYONE)
def series_sums(centre_id: int, series: str) -> ResponseReturnValue:
    """Who has how many points: everybody reads what is published, staff what is approved too."""
    of_staff = _of_staff(centre_id)
    known = points.events_of(centre_id, series, public=not of_staff)
    rule = points.rule_of(known, series)
    if rule is None:
        abort(404)
    year = request.args.get("year", type=int)
    chosen = [one for one in known if year in (None, one.school_year)]
    number = max(1, request.args.get("page", 1, type=int))
    found, more = points.sums([one.id for one in chosen], series, recipient=rule.recipient, number=number)
    page = SeriesPage(
        title=wording.say(rule.title),
        centre=known[-1].centre.organisation.short_name,
        of_people=rule.recipient == "author",
        columns=[_column(one, series) for one in chosen[-MOST_COLUMNS:]],
        earlier=len(chosen[:-MOST_COLUMNS]),
        years=_years(known, centre_id, series, year),
        rows=_sum_lines(found, [one.id for one in chosen[-MOST_COLUMNS:]], rule.recipient, of_staff=of_staff, now=clock.now()),
        of_staff=of_staff,
        number=number,
        newer_url=_url(centre_id, series, year, number - 1) if number > 1 else "",
        older_url=_url(centre_id, series, year, number + 1) if more else "",
    )
    return render_template("judging/series.html", page=page)


def _url(centre_id: int, series: str, year: int | None, number: int = 1) -> str:
    return url_for("judging.series_sums", centre_id=centre_id, series=series, year=year, page=number if number > 1 else None)


def _column(event: Event, series: str) -> Column:
    url = url_for("judging.event_points", event_id=event.id, series=series)
    return Column(event.id, wording.say(event.title), _school_year(event.school_year), url, event.released_at is not None)


def _school_year(begins: int) -> str:
    return f"{begins}/{(begins + 1) % 100:02d}"


def _years(known: Sequence[Event], centre_id: int, series: str, here: int | None) -> list[tuple[str, str, bool]]:
    """Return what the events may be chosen by, where they are of several school years."""
    years = sorted({one.school_year for one in known}, reverse=True)
    if len(years) < 2:
        return []
    chosen = [(_school_year(one), _url(centre_id, series, one), one == here) for one in years]
    return [(_("За все годы"), _url(centre_id, series, None), here is None), *chosen]


def _sum_lines(found: Sequence[points.Sum], columns: Sequence[int], recipient: str, *, of_staff: bool, now: datetime) -> list[SumLine]:
    ids = [one.whose for one in found]
    if recipient == "organisation":
        names: Mapping[int, str] = points.organisations(ids)
    else:
        people = points.people(ids)
        names = _in_full(people) if of_staff else _public_names(people, found, now)
    return [
        SumLine(
            place=one.place,
            name=names[one.whose],
            earlier=_written(one.units - sum(one.earned.get(key, 0) for key in columns)),
            cells=[_written(one.earned.get(key, 0)) for key in columns],
            total=wording.number(points.shown(one.units)),
        )
        for one in found
    ]


def _public_names(people: Sequence[Person], found: Sequence[points.Sum], now: datetime) -> Mapping[int, str]:
    """Name in full those who agreed to it at every event whose points stand in their line."""
    earned = {one.whose: frozenset(one.earned) for one in found}
    agreed = access.agreements(set(earned), set().union(*earned.values()), now)
    willing = [one for one, events_of in earned.items() if all((one, event) in agreed for event in events_of)]
    return {one.id: access.public_name(one, willing) for one in people}


def _written(units: int) -> str:
    """Return points as the language writes them; nothing where there are none: on a phone such a line is left out."""
    return wording.number(points.shown(units)) if units else ""
