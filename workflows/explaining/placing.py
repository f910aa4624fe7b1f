"""The lists of a stage: places, ties, the least number, statuses, and who goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.explaining.chapters import Chapter, chapter, listed, paragraph, percent, plain, points_gen
from workflows.explaining.names import Names
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import RANKED_KINDS, GoesOn, Least, Ranking, Seats, Stage, Status, TieKey


def places(stage: Stage, regulation: Regulation, names: Names) -> Chapter:
    return chapter(f"places/{stage.key}", _places(stage, regulation, names), title=stage.title)


def _places(stage: Stage, regulation: Regulation, names: Names) -> Iterator[Saying]:
    if stage.kind in RANKED_KINDS:
        for number, ranking in enumerate(regulation.lists_of(stage)):
            yield from _list(ranking, names, also="" if number == 0 else "also_")
    yield from (_status(one) for one in stage.statuses)
    yield from (paragraph(*_goes_on(one, names)) for one in stage.goes_on)


def _list(ranking: Ranking, names: Names, also: str) -> Iterator[Saying]:
    yield paragraph(
        Saying(f"{also}lists_by", keys=names.by(ranking.by)) if ranking.by else Saying(f"{also}one_list"),
        Saying("list_when", condition=names.clause(ranking.when)) if ranking.when is not None else None,
        Saying(f"places_{ranking.places}"),
    )
    yield paragraph(_ties(ranking.tie_keys, names), Saying(f"equal_{ranking.equal}{'' if ranking.tie_keys else '_bare'}"))
    if ranking.least is not None:
        yield paragraph(_least(ranking.least, names), Saying("least_words", words=ranking.least.words) if ranking.least.words else None)


def _ties(keys: Sequence[TieKey], names: Names) -> Saying | None:
    """Say what parts equal works: one rule as a sentence, several as a numbered list."""
    rules = [_tie(key, names) for key in keys]
    if len(rules) > 1:
        return Saying("tie_order", rules=tuple(Saying("tie_step", number=number, rule=rule) for number, rule in enumerate(rules, start=1)))
    return Saying("tie_first", rule=rules[0]) if rules else None


def _tie(key: TieKey, names: Names) -> Saying:
    """Say what puts one of two equal works higher."""
    if key.by in ("chair", "lot"):
        return Saying(f"tie_{key.by}")
    lower = "_lower" if key.lower else ""
    if key.by == "stage":
        return Saying(f"tie_stage{lower}", stage=names.of("stages", key.stage))
    if key.by == "field":
        return Saying(f"tie_field{lower}", field=names.question(key.field))
    if key.by in ("criterion", "source"):
        found = names.of("criteria" if key.by == "criterion" else "sources", key.criterion or key.source)
        if key.stage is not None:
            return Saying(f"tie_{key.by}_stage{lower}", **{key.by: found}, stage=names.of("stages", key.stage))
        return Saying(f"tie_{key.by}{lower}", **{key.by: found})
    return Saying(f"tie_{key.by}{lower}")


def _least(least: Least, names: Names) -> Saying:
    then = Saying("then_merged", into=names.of("nominations", least.into)) if least.then == "merged" else Saying(f"then_{least.then}")
    if least.of == "above":
        return Saying("least_above", count=least.count, above=points_gen(least.above or 0), then=then)
    return Saying(f"least_{least.of}", count=least.count, then=then)


def _status(one: Status) -> Saying:
    keeps = (
        Saying("status_keeps", things=listed(Saying(f"keeps_{thing}") for thing in one.keeps))
        if one.keeps
        else Saying("status_keeps_nothing")
    )
    bounds = []
    if one.below is not None:
        bounds.append(Saying("status_below", title=one.title, below=points_gen(one.below)))
    if one.below_share is not None:
        bounds.append(Saying("status_below", title=one.title, below=Saying("share_of_highest", share=percent(one.below_share))))
    return paragraph(*(bounds or [Saying("status_always", title=one.title)]), keeps)


# Who goes on


def _goes_on(one: GoesOn, names: Names) -> Iterator[Saying]:
    bounds = list(_cut(one))
    to = names.of("stages", one.to)
    if one.most is not None:
        yield Saying("goes_most", count=one.most, to=to)
    else:
        yield Saying("goes_some" if bounds else "goes_all", to=to)
    yield from bounds
    if one.per is not None:
        yield Saying("goes_per", keys=names.by(one.per)) if one.per else Saying("goes_one_list")
    yield from (_seats(seats, names) for seats in one.seats)
    if one.when is not None:
        yield Saying("goes_when", condition=names.clause(one.when))
    if one.most is not None or one.percent is not None:
        yield Saying(f"cut_{one.equal}")


def _cut(one: GoesOn) -> Iterator[Saying]:
    if one.percent is not None:
        said = Saying("percent", value=plain(one.percent))
        yield Saying(f"goes_percent_{one.of}", percent=said, rounding=Saying(f"rounding_{one.rounding}"))
    if one.at_least is not None:
        yield Saying("goes_at_least", points=points_gen(one.at_least))
    if one.share_of_max is not None:
        yield Saying("goes_at_least", points=Saying("share_of_highest", share=percent(one.share_of_max)))
    if one.decided:
        yield Saying("goes_decided")


def _seats(seats: Seats, names: Names) -> Saying:
    return Saying("seats_exactly" if seats.exactly else "seats_least", count=seats.count, condition=names.clause(seats.when))
