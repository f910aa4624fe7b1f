"""Conditions wherever they stand: what they ask must exist, be of the right kind and be answerable; and they must be able to hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from workflows.checker import samples
from workflows.checker.problem import Known, Path, Problem, nearest, reference, replace_with
from workflows.conditions import (
    DATE_OPERATORS,
    NUMBER_OPERATORS,
    YEAR_OPERATORS,
    All,
    Any_,
    Compare,
    Condition,
    EventDate,
    Not,
    number,
)
from workflows.form import OPTION_KINDS, Question
from workflows.saying import Saying

NEGATIVE = ("is_not", "none_of", "not_answered")
KIND_OF = {**dict.fromkeys(NUMBER_OPERATORS, "number"), **dict.fromkeys((*DATE_OPERATORS, *YEAR_OPERATORS), "date")}


def faults(path: Path, condition: Condition | None, known: Known, *, and_: Condition | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a condition about entries. `and_`: what holds anyway where it is asked."""
    if condition is None:
        return
    found = [problem for place, compare in placed(condition, path) for problem in _compare_faults(place, compare, known, known.answers)]
    yield from found
    yield from hidden_faults(path, condition, known)
    both = condition if and_ is None else All(all=(and_, condition))
    if not found and not samples.can_hold(both, known):
        yield Problem(path, Saying("regulation_condition_never"))


def form_faults(path: Path, condition: Condition, known: Known, before: Mapping[str, Question]) -> Iterator[Problem]:
    """Yield what is wrong with a condition of the form. It looks only back: else what is visible would depend on the order of
    reading; and not at what staff fill in after the entry came."""
    found: list[Problem] = []
    for place, compare in placed(condition, path):
        field = (*place, "field")
        if compare.field in known.questions and compare.field not in before:
            found.append(Problem(field, Saying("regulation_condition_looks_ahead", name=compare.field)))
        elif compare.field in before and before[compare.field].filled_by == "staff":
            found.append(Problem(field, Saying("regulation_condition_on_staff", name=compare.field)))
        else:
            found += _compare_faults(place, compare, known, list(before))
    yield from found
    if not found:
        yield from hidden_faults(path, condition, known)
        if not samples.can_hold(condition, known):
            yield Problem(path, Saying("regulation_condition_never"))


def placed(condition: Condition, path: Path) -> Iterator[tuple[Path, Compare]]:
    """Yield the single comparisons of a condition with their places."""
    if isinstance(condition, Compare):
        yield path, condition
    elif isinstance(condition, Not):
        yield from placed(condition.not_, (*path, "not"))
    else:
        name, parts = ("all", condition.all) if isinstance(condition, All) else ("any", condition.any)
        for number_, one in enumerate(parts):
            yield from placed(one, (*path, name, number_))


def _compare_faults(path: Path, compare: Compare, known: Known, fields: Collection[str]) -> Iterator[Problem]:
    if compare.field not in fields:
        yield from reference((*path, "field"), "question", compare.field, fields)
        return
    for name, value in (("value", compare.value), ("on", compare.on)):
        if isinstance(value, EventDate):
            yield from reference((*path, name, "date"), "date", value.date, known.dates)
    kind, wanted = known.kind_of(compare.field), KIND_OF.get(compare.op)
    if wanted is not None and kind != wanted:
        yield Problem((*path, "op"), Saying(f"regulation_not_a_{wanted}", name=compare.field, op=compare.op))
    elif compare.op in ("is", "is_not", "one_of", "none_of"):
        yield from _value_faults((*path, "value"), compare, kind, known)


def _value_faults(path: Path, compare: Compare, kind: str, known: Known) -> Iterator[Problem]:
    several = isinstance(compare.value, tuple)
    for place, value in enumerate(compare.values):
        at = (*path, place) if several else path
        if kind in (*OPTION_KINDS, "nomination"):
            possible = known.options_of(compare.field)
            if str(value) not in possible:
                yield Problem(at, Saying("regulation_unknown_option", name=str(value)), replace_with(nearest(str(value), possible)))
        elif kind == "yes_no" and plain(value) not in ("0", "1"):
            yield Problem(at, Saying("regulation_not_yes_no", name=str(value)), replace_with(YES_NO.get(str(value).lower())))
        elif kind == "number" and number(value) is None:
            yield Problem(at, Saying("regulation_not_a_number", name=compare.field, op=compare.op))


YES_NO = {"yes": "true", "да": "true", "on": "true", "no": "false", "нет": "false", "off": "false"}


def plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def hidden_faults(path: Path, condition: Condition, known: Known) -> Iterator[Problem]:
    """Yield the comparisons that hold just because their question is hidden: «is not» of an answer nobody was asked for."""
    for place, compare, beside in _with_beside(condition, path, ()):
        asked = known.questions.get(compare.field)
        if compare.op in NEGATIVE and asked is not None and asked.when is not None and not _guarded(asked.when, beside):
            yield Problem((*place, "field"), Saying("regulation_hidden_used", name=compare.field))


def _with_beside(condition: Condition, path: Path, beside: tuple[Condition, ...]) -> Iterator[tuple[Path, Compare, tuple[Condition, ...]]]:
    """Yield the comparisons with all that must hold together with them."""
    if isinstance(condition, Compare):
        yield path, condition, beside
    elif isinstance(condition, All):
        for place, one in enumerate(condition.all):
            yield from _with_beside(one, (*path, "all", place), (*beside, *condition.all))
    elif isinstance(condition, Any_):
        for place, one in enumerate(condition.any):
            yield from _with_beside(one, (*path, "any", place), beside)


def _guarded(shown: Condition, beside: Collection[Condition]) -> bool:
    """Say whether a condition beside repeats the one that shows the question."""
    return shown in beside or (isinstance(shown, All) and all(one in beside for one in shown.all))
