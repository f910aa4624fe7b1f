"""Dates of the event: needed ones, those counted from others, windows; what is known of their order must not be turned round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.checker.problem import Known, Path, Problem, reference
from workflows.parts import DateKey, Window
from workflows.saying import Saying

NEEDED: Mapping[str, tuple[str, ...]] = {
    "contest": ("intake_opens", "intake_closes", "judging_closes", "results_on"),
    "exhibition": ("intake_opens", "intake_closes", "show_opens", "show_closes"),
    "bridge": ("intake_opens", "intake_closes", "held_on"),
    "conference": ("intake_opens", "intake_closes", "held_on"),
}
IN_ORDER = (
    ("intake_opens", "intake_closes"),
    ("intake_closes", "judging_closes"),
    ("judging_closes", "results_on"),
    ("intake_closes", "results_on"),
    ("show_opens", "show_closes"),
    ("intake_opens", "held_on"),
)


def faults(known: Known) -> Iterator[Problem]:
    for key in NEEDED[known.rules.kind]:
        if key not in known.dates:
            yield Problem(("dates",), Saying("regulation_date_missing", name=key), Saying("remedy_add_date", name=key))
    for number, one in enumerate(known.rules.dates):
        yield from _date_faults(("dates", number), one, known)
    given = {one.key: number for number, one in enumerate(known.rules.dates)}
    turned: set[str] = set()
    for first, second in IN_ORDER:
        if second in given and second not in turned and is_before(second, first, known):
            yield Problem(("dates", given[second]), Saying("regulation_dates_turned", name=second, other=first))
            turned.add(second)
    yield from (Problem(("kind",), said) for said in known.steps.faults())


def _date_faults(path: Path, one: DateKey, known: Known) -> Iterator[Problem]:
    others = [key for key in known.dates if key != one.key]
    yield from reference((*path, "after"), "date", one.after, others)
    yield from reference((*path, "before"), "date", one.before, others)
    counted = one.after or one.before
    if one.after and one.before:
        yield Problem((*path, "before"), Saying("regulation_one_of_both", one="after", other="before"))
    if (one.working_days is None) == (counted is not None):
        name = "working_days" if counted else "after"
        yield Problem((*path, "working_days") if one.working_days else path, Saying("shape_missing", name=name))
    if counted and one.on is not None:
        yield Problem((*path, "on"), Saying("regulation_one_of_both", one="on", other="after" if one.after else "before"))
    if counted and one.key in _chain(one.key, known):
        yield Problem((*path, "after" if one.after else "before"), Saying("regulation_dates_circle", name=one.key))


def _anchors(known: Known) -> Mapping[str, str]:
    return {one.key: one.after or one.before or "" for one in known.rules.dates}


def _chain(key: str, known: Known) -> list[str]:
    """Return the dates that a date is counted from, through others; a circle ends where it began."""
    anchors, found = _anchors(known), []
    key = anchors.get(key, "")
    while key and key not in found:
        found.append(key)
        key = anchors.get(key, "")
    return found


def window_faults(path: Path, window: Window | None, known: Known) -> Iterator[Problem]:
    if window is None:
        return
    yield from reference((*path, "window", "opens"), "date", window.opens, known.dates)
    yield from reference((*path, "window", "closes"), "date", window.closes, known.dates)
    if is_before(window.closes, window.opens, known):
        yield Problem((*path, "window", "closes"), Saying("regulation_dates_turned", name=window.closes, other=window.opens))


def is_before(one: str, other: str, known: Known) -> bool:
    """Say whether one date is known to come before another: both are written, or proposed, or one is counted from the other."""
    dates = {date.key: date for date in known.rules.dates}
    if one not in dates or other not in dates or one == other:
        return False
    first, second = dates[one], dates[other]
    if first.on is not None and second.on is not None:
        return first.on < second.on
    if first.default_after_days is not None and second.default_after_days is not None:
        return first.default_after_days < second.default_after_days
    return _counted_after(other, one, dates) or _counted_before(one, other, dates)


def _counted_after(later: str, earlier: str, dates: Mapping[str, DateKey]) -> bool:
    seen: set[str] = set()
    while later in dates and later not in seen:
        seen.add(later)
        later = dates[later].after or ""
        if later == earlier:
            return True
    return False


def _counted_before(earlier: str, later: str, dates: Mapping[str, DateKey]) -> bool:
    seen: set[str] = set()
    while earlier in dates and earlier not in seen:
        seen.add(earlier)
        earlier = dates[earlier].before or ""
        if earlier == later:
            return True
    return False
