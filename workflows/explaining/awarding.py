"""Who is awarded what, and what the places are worth in a series."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.awards import Award, Series, SeriesPoints
from workflows.explaining.chapters import Chapter, chapter, paragraph, percent, points, points_gen
from workflows.explaining.names import Names
from workflows.regulation import Regulation
from workflows.saying import Saying


def chapters(regulation: Regulation, names: Names) -> Iterator[Chapter]:
    yield chapter("awards", _awards(regulation, names))
    yield chapter("series", (said for one in regulation.series for said in _series(one, names)))


def _awards(regulation: Regulation, names: Names) -> Iterator[Saying]:
    if len([one for one in regulation.awards if one.is_exclusive]) > 1:
        yield Saying("awards_one")
    yield from (paragraph(*_award(one, names)) for one in regulation.awards)


def _award(one: Award, names: Names) -> Iterator[Saying]:
    yield _gets(one)
    yield from _read(one, names)
    yield from _limits(one)
    if one.when is not None:
        yield Saying("award_when", condition=names.clause(one.when))
    if one.participation is not None:
        yield Saying(f"award_only_{one.participation}")
    if one.choice == "may":
        yield Saying("award_may")
    if not one.exclusive:
        yield Saying("award_additional")
    yield from _given(one, names)


BECOMING = {
    "Победитель": "Победителем", "Призёр": "Призёром", "Лауреат": "Лауреатом", "Дипломант": "Дипломантом", "Финалист": "Финалистом",
}  # fmt: skip  # titles so usual that nobody should have to write their instrumental


def _gets(one: Award) -> Saying:
    instrumental = one.cases.get("instrumental") or BECOMING.get(one.title.get("ru", ""))
    if instrumental:
        # One value, two languages: the case form is Russian, other languages read the title.
        title = {**one.title, "ru": instrumental}
        return Saying("award_becomes", title=title, who=_who(one))
    return Saying("award_gets", title=one.title, who=_who(one))


def _who(one: Award) -> Saying:
    if one.by == "place":
        if one.place_from is None:
            return Saying("who_place_missing")
        if (one.place_to or one.place_from) > one.place_from:
            return Saying("who_places", roman=one.place_from, roman_to=one.place_to)
        return Saying("who_place", roman=one.place_from)
    if one.by == "threshold":
        return _threshold(one)
    return Saying(f"who_{one.by}")


def _threshold(one: Award) -> Saying:
    if one.at_least is not None:
        return Saying("who_threshold", points=points_gen(one.at_least))
    if one.share_of_max is not None:
        return Saying("who_threshold", points=Saying("share_of_highest", share=percent(one.share_of_max)))
    return Saying("who_threshold_missing")


def _read(one: Award, names: Names) -> Iterator[Saying]:
    """Say from which totals and lists the award is read."""
    if one.stage is not None:
        yield Saying("award_stage", stage=names.of("stages", one.stage))
    if one.source is not None:
        yield Saying("award_source", source=names.of("sources", one.source))
    if one.criterion is not None:
        yield Saying("award_criterion", criterion=names.of("criteria", one.criterion))
    if one.by != "threshold" and one.at_least is not None:
        yield Saying("award_points", points=points_gen(one.at_least))
    if one.share_of_max is not None and (one.by != "threshold" or one.at_least is not None):
        yield Saying("award_points", points=Saying("share_of_highest", share=percent(one.share_of_max)))
    if one.lists is not None:
        yield Saying("award_lists", keys=names.by(one.lists)) if one.lists else Saying("award_one_list")
    if one.over == "all":
        yield Saying(f"award_over_{one.fill}")


def _limits(one: Award) -> Iterator[Saying]:
    if one.most is not None:
        yield Saying("award_most", count=one.most)
    if one.share is not None:
        yield Saying(f"award_share_{one.of}", share=percent(one.share), rounding=Saying(f"rounding_{one.rounding}"))


def _given(one: Award, names: Names) -> Iterator[Saying]:
    """Say to whom it is handed, with what and by whom."""
    yield Saying(f"recipient_{one.recipient}")
    if one.prize:
        yield Saying("award_prize", prize=one.prize)
    if one.giver:
        yield Saying("award_giver", name=one.giver)
    if one.signatory:
        yield Saying("award_signatory", name=one.signatory)
    if one.paper is not None:
        yield Saying("award_paper", title=names.of("papers", one.paper))
    if one.organisation_paper is not None:
        yield Saying("award_organisation_paper", title=names.of("papers", one.organisation_paper))


def _series(one: Series, names: Names) -> Iterator[Saying]:
    yield paragraph(
        Saying("series", title=one.title),
        Saying("series_stage", stage=names.of("stages", one.stage)) if one.stage is not None else None,
        _series_lists(one, names),
    )
    yield from (_series_points(each) for each in one.places)
    if one.entered:
        yield Saying("series_entered", points=points(one.entered))
    yield Saying(f"series_recipient_{one.recipient}")


def _series_lists(one: Series, names: Names) -> Saying | None:
    if one.lists is None:
        return None
    return Saying("series_lists", keys=names.by(one.lists)) if one.lists else Saying("series_one_list")


def _series_points(one: SeriesPoints) -> Saying:
    if (one.place_to or one.place_from) > one.place_from:
        return Saying("series_places", roman=one.place_from, roman_to=one.place_to, points=points(one.points))
    return Saying("series_place", roman=one.place_from, points=points(one.points))
