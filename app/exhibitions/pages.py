"""What the pages of an exhibition show, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.applications.answers import in_words
from app.applications.models import Application, Attachment, Author
from app.events.models import Event
from app.exhibitions import queries
from app.exhibitions.models import Exhibit, Picture
from app.people import access
from workflows import questions

FAILURES = {
    "broken": _l("файл не открывается как снимок"),
    "huge": _l("снимок слишком большой, его нужно уменьшить"),
    "missing": _l("файл не найден в хранилище"),
    "other": _l("снимок не удалось обработать"),
}
CHART_DAYS = 60


@dataclass(frozen=True)
class Shot:
    """A picture as a page needs it; without addresses while its copies are not ready."""

    id: int
    small: str
    large: str
    width: int
    height: int
    note: str  # why there is no picture, for staff
    failed: bool


@dataclass(frozen=True)
class Caption:
    id: int
    title: str
    section: str
    authors: tuple[str, ...]
    picture: Shot | None
    url: str
    hidden: str  # the reason, when it was taken off


def agreeing(event: Event, exhibits: Iterable[Exhibit], now: datetime) -> frozenset[int]:
    """Return the authors who let themselves be named, of a whole list in one query."""
    return access.consenting({author.person_id for one in exhibits for author in one.application.authors}, event.id, now)


def caption(exhibit: Exhibit, event: Event, agreed: Collection[int]) -> Caption:
    application = exhibit.application
    # The first picture is the main one; when it failed, the first that did not.
    ready = [one for one in exhibit.pictures if one.state == queries.READY]
    main = (ready or exhibit.pictures or [None])[0]
    return Caption(
        id=exhibit.id,
        title=application.title,
        section=section_title(event, exhibit.section),
        authors=tuple(author_line(author, agreed) for author in application.authors),
        picture=shot(main) if main is not None else None,
        url=url_for("exhibitions.exhibit", exhibit_id=exhibit.id),
        hidden=exhibit.hidden_reason if exhibit.hidden_at else "",
    )


def author_line(author: Author, agreed: Collection[int]) -> str:
    """Name, post and school; without consent initials and nothing else."""
    name = access.public_name(author.person, agreed)
    if not access.may_show(author.person, agreed):
        return name
    place = author.organisation.short_name if author.organisation else ""
    return ", ".join(part for part in (name, author.post, place) if part)


def section_title(event: Event, key: str) -> str:
    return next((wording.say(one.title) for one in event.rules.nominations if one.key == key), "")


def shot(picture: Picture) -> Shot:
    ready = picture.state == queries.READY
    failed = picture.state == queries.FAILED
    note = str(FAILURES.get(picture.reason, FAILURES["other"])) if failed else "" if ready else _("снимок готовится")
    return Shot(
        id=picture.id,
        small=url_for("exhibitions.picture", picture_id=picture.id, size="small") if ready else "",
        large=url_for("exhibitions.picture", picture_id=picture.id, size="large") if ready else "",
        width=picture.width or 0,
        height=picture.height or 0,
        note=note,
        failed=failed,
    )


# The gallery


@dataclass(frozen=True)
class Chip:
    label: str
    url: str
    here: bool
    count: int


@dataclass(frozen=True)
class Gallery:
    event_id: int
    title: str
    summary: str
    url: str
    desk_url: str
    season: str
    term: str
    captions: list[Caption]
    chips: list[Chip]
    older_url: str


def gallery(event: Event, page: queries.Page, counts: Mapping[str, int], *, section: str, now: datetime) -> Gallery:
    agreed = agreeing(event, page.rows, now)
    return Gallery(
        event_id=event.id,
        title=wording.say(event.title),
        summary=wording.say(event.rules.summary),
        url=url_for("events.show", event_id=event.id),
        desk_url=url_for("events.desk", event_id=event.id),
        season=queries.season(event, now),
        term=term(event, now),
        captions=[caption(one, event, agreed) for one in page.rows],
        chips=_chips(event, counts, section),
        older_url=url_for("exhibitions.gallery", event_id=event.id, section=section or None, after=page.after) if page.after else "",
    )


def term(event: Event, now: datetime) -> str:
    """Return the sentence about the exhibition's time."""
    opens, closes = event.date("show_opens"), event.date("show_closes")
    season = queries.season(event, now)
    if season == queries.AHEAD:
        return _("Выставка откроется %(when)s.", when=wording.moment(opens, event.zone)) if opens else _("Выставка ещё не открыта.")
    if season == queries.ARCHIVE:
        return _("Выставка завершена, работы остаются для чтения.")
    return _("Выставка открыта до %(term)s.", term=wording.term(closes, event.zone)) if closes else ""


def _chips(event: Event, counts: Mapping[str, int], chosen: str) -> list[Chip]:
    """Return the sections that have something to show, and the whole."""
    url = url_for("exhibitions.gallery", event_id=event.id)
    whole = Chip(_("Вся выставка"), url, not chosen, sum(counts.values()))
    sections = [
        Chip(wording.say(one.title), url_for("exhibitions.gallery", event_id=event.id, section=one.key), one.key == chosen, counts[one.key])
        for one in event.rules.nominations
        if counts.get(one.key)
    ]
    return [whole, *sections] if len(sections) > 1 else []


# One exhibit


@dataclass(frozen=True)
class Show:
    caption: Caption
    shots: list[Shot]
    card: list[tuple[str, str, bool]]  # label, text, is a link
    materials: list[tuple[str, str, str]]  # name, size, url
    before_url: str
    after_url: str
    gallery_url: str
    gallery_title: str
    term: str
    application_url: str
    visits: int


def show(exhibit: Exhibit, *, staff: bool, now: datetime) -> Show:
    event, application = exhibit.application.event, exhibit.application
    before, after = queries.neighbours(exhibit, staff=staff)
    return Show(
        caption=caption(exhibit, event, agreeing(event, [exhibit], now)),
        shots=[shot(one) for one in exhibit.pictures],
        card=_card(application),
        materials=[_material(exhibit, one) for one in queries.materials(application)],
        before_url=url_for("exhibitions.exhibit", exhibit_id=before) if before else "",
        after_url=url_for("exhibitions.exhibit", exhibit_id=after) if after else "",
        gallery_url=url_for("exhibitions.gallery", event_id=event.id),
        gallery_title=wording.say(event.title),
        term=term(event, now),
        application_url=url_for("applications.show", application_id=application.id) if staff else "",
        visits=queries.visits_of([exhibit.id]).get(exhibit.id, 0) if staff else 0,
    )


def _card(application: Application) -> list[tuple[str, str, bool]]:
    """Return the answers that are everybody's; title and section stand above them already."""
    found = []
    for question in questions.visible(application.version.rules, application.answers):
        if question.shown_to != "everyone" or question.kind in ("files", "authors", "nomination") or question.meaning == "title":
            continue
        words = in_words(question, application.known_answers.get(question.key), application.event, application.version.rules)
        if words:
            found.append((wording.say(question.label), words, question.kind == "link"))
    return found


def _material(exhibit: Exhibit, file: Attachment) -> tuple[str, str, str]:
    return file.name, wording.size(file.size), url_for("exhibitions.material", exhibit_id=exhibit.id, attachment_id=file.id)


# Visits


@dataclass(frozen=True)
class Bar:
    day: str
    count: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    width: int
    height: int
    bar: float
    most: int
    total: int


def chart(counts: Mapping[date, int], today: date) -> Chart:
    """Return the last sixty days at most, from the first visited day to today, as bars of an SVG."""
    first = max(min(counts, default=today), today - timedelta(days=CHART_DAYS - 1))
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    most = max(counts.values(), default=0)
    width, height = 720, 160
    step = min(width / len(days), 28)  # a week is not seven towers
    bars = []
    for number, day in enumerate(days):
        count = counts.get(day, 0)
        tall = round(height * count / most, 1) if most else 0.0
        bars.append(Bar(wording.day(day), count, round(number * step, 1), round(height - tall, 1), tall))
    return Chart(bars, width, height, round(step * 0.7, 1), most, sum(counts.values()))
