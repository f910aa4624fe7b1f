"""About the event itself: what it is, whose, and when."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.explaining.chapters import Chapter, chapter, listed, paragraph
from workflows.explaining.names import Names
from workflows.parts import Committee, DateKey, Feed
from workflows.regulation import Regulation
from workflows.saying import Saying


def chapters(regulation: Regulation, names: Names) -> Iterator[Chapter]:
    yield chapter("about", _about(regulation, names))
    yield chapter("dates", (_date(one, names) for one in regulation.dates))


def _about(regulation: Regulation, names: Names) -> Iterator[Saying]:
    yield Saying(f"about_{regulation.kind}", level=Saying(f"level_{regulation.level}"))
    if regulation.organiser:
        yield Saying("about_organiser", name=regulation.organiser)
    if regulation.founder:
        yield Saying("about_founder", name=regulation.founder)
    if regulation.committee:
        yield _committee(regulation.committee)
    if regulation.age_mark:
        yield Saying("about_age_mark", mark=regulation.age_mark)
    if regulation.zone:
        yield Saying("about_zone", zone=regulation.zone)
    if regulation.beside_zones:
        yield Saying("about_beside_zones", zones=listed(Saying("zone", zone=one) for one in regulation.beside_zones))
    yield Saying("about_languages", languages=listed(Saying(f"language_{one}") for one in regulation.languages))
    yield from (_feed(one, names) for one in regulation.feeds)


def _committee(committee: Committee) -> Saying:
    members = Saying("about_members", count=len(committee.members), names=listed(committee.members)) if committee.members else None
    return paragraph(
        Saying("about_committee", name=committee.title),
        Saying("about_chair", name=committee.chair) if committee.chair else None,
        Saying("about_secretary", name=committee.secretary) if committee.secretary else None,
        members,
    )


def _feed(feed: Feed, names: Names) -> Saying:
    source, target = Saying(f"level_{feed.from_level}"), Saying(f"up_{feed.to_level}")
    most = Saying(f"feed_most_{feed.per}", count=feed.most) if feed.most is not None else Saying(f"feed_all_{feed.per}")
    return paragraph(Saying("feed", source=source, target=target, award=names.of("awards", feed.award)), most)


def _date(one: DateKey, names: Names) -> Saying:
    optional = None if one.needed else Saying("date_optional", title=one.title)
    hour = Saying("date_hour", at=one.at) if one.at is not None and one.on is None else None
    return paragraph(_when(one, names), hour, optional, _usual(one))


def _usual(one: DateKey) -> Saying | None:
    if one.default_after_days is None:
        return None
    return Saying("date_usual", count=one.default_after_days) if one.default_after_days else Saying("date_usual_same")


def _when(one: DateKey, names: Names) -> Saying | None:
    if one.on is not None:
        return (
            Saying("date_on", title=one.title, day=one.on)
            if one.at is None
            else Saying("date_on_at", title=one.title, day=one.on, at=one.at)
        )
    for word, key in (("after", one.after), ("before", one.before)):
        if key is not None:
            return _beside(one, word, names.from_date(key))
    return Saying("date_set", title=one.title) if one.needed else None


def _beside(one: DateKey, word: str, other: Saying) -> Saying:
    if one.working_days is not None:
        return Saying(f"date_{word}_days", title=one.title, count=one.working_days, **{word: other})
    return Saying(f"date_comes_{word}", title=one.title, **{word: other})
