"""Reads a regulation for faults before it runs: each with the path where it stands and what a methodist reads about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from workflows.awards import Award
from workflows.conditions import compares
from workflows.form import OPTION_KINDS, Question
from workflows.parts import PLACEHOLDERS
from workflows.saying import Saying
from workflows.stages import Criterion, Stage

if TYPE_CHECKING:
    from workflows.regulation import Regulation

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """A fault of a regulation. `path` leads through the data as it was written: ("form", 0, "questions", 2, "key").

    `remedy`: the repair, where there is a single one.
    """

    path: Path
    saying: Saying
    remedy: Saying | None = None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a misspelled one most likely means, or None."""
    return next(iter(get_close_matches(name, list(known), 1, 0.6)), None)


def problems(regulation: Regulation) -> list[Problem]:
    """Return every fault in the order of the document's parts."""
    return [
        *_doubles(regulation),
        *_words_missing(regulation),
        *_date_faults(regulation),
        *_form_faults(regulation),
        *_consent_faults(regulation),
        *_stage_faults(regulation),
        *_ranking_faults(regulation),
        *_award_faults(regulation),
        *_paper_faults(regulation),
    ]


# Keys and words


def _doubles(regulation: Regulation) -> Iterator[Problem]:
    lists: list[list[tuple[Path, Any]]] = [
        [((name, number), part) for number, part in enumerate(getattr(regulation, name))]
        for name in ("legal", "dates", "nominations", "form", "consents", "stages", "awards", "papers")
    ]
    asked = list(_questions(regulation))
    lists.append([*asked])
    lists += [[((*path, "options", number), one) for number, one in enumerate(question.options)] for path, question in asked]
    lists += [[(path, criterion) for path, criterion in _criteria(number, stage)] for number, stage in enumerate(regulation.stages)]
    for parts in lists:
        seen: set[str] = set()
        for path, part in parts:
            if part.key in seen:
                yield Problem((*path, "key"), Saying("regulation_key_twice", name=part.key))
            seen.add(part.key)


def _questions(regulation: Regulation) -> Iterator[tuple[Path, Question]]:
    for number, section in enumerate(regulation.form):
        for place, question in enumerate(section.questions):
            yield ("form", number, "questions", place), question


def _criteria(number: int, stage: Stage) -> Iterator[tuple[Path, Criterion]]:
    for place, criterion in enumerate(stage.criteria):
        yield ("stages", number, "criteria", place), criterion


def _words_missing(regulation: Regulation) -> Iterator[Problem]:
    for path, text in _all_words(regulation.model_dump(mode="json", by_alias=True)):
        if not (text.get("ru") or "").strip():
            yield Problem(path, Saying("regulation_words_missing"))


def _all_words(value: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Yield every text of dumped data. An empty mapping is a text without words, unless it stands for levels that are not given."""
    if isinstance(value, dict):
        if set(value) <= {"ru", "en"} and path[-1:] not in (("levels",), ("cases",)):
            yield path, value
        else:
            for key, inner in value.items():
                yield from _all_words(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _all_words(inner, (*path, number))


# Dates and the form

NEEDED_DATES: Mapping[str, tuple[str, ...]] = {
    "contest": ("intake_opens", "intake_closes", "judging_closes", "results_on"),
    "exhibition": ("intake_opens", "intake_closes", "show_opens", "show_closes"),
    "bridge": ("intake_opens", "intake_closes", "held_on"),
    "conference": ("intake_opens", "intake_closes", "held_on"),
}


def _date_faults(regulation: Regulation) -> Iterator[Problem]:
    given = {date.key for date in regulation.dates}
    for key in NEEDED_DATES[regulation.kind]:
        if key not in given:
            yield Problem(("dates",), Saying("regulation_date_missing", name=key))


def _form_faults(regulation: Regulation) -> Iterator[Problem]:
    before: dict[str, Question] = {}
    for path, question in _questions(regulation):
        yield from _question_faults(path, question)
        if question.kind == "nomination" and not regulation.nominations:
            yield Problem((*path, "kind"), Saying("regulation_nominations_missing"))
        yield from _condition_faults(path, question, before, regulation)
        before.setdefault(question.key, question)
    yield from _once_faults(regulation)
    chosen = [one for one in regulation.nominations if one.when is None]
    if len(regulation.nominations) > 1 and chosen and not any(one.kind == "nomination" for one in before.values()):
        yield Problem(("nominations",), Saying("regulation_nomination_not_asked"))


def _question_faults(path: Path, question: Question) -> Iterator[Problem]:
    if question.kind in OPTION_KINDS and len(question.options) < 2:
        yield Problem((*path, "options"), Saying("regulation_options_missing"))
    if question.kind == "files" and question.files is None:
        yield Problem((*path, "files"), Saying("regulation_file_rule_missing"))
    if question.least is not None and question.most is not None and question.least > question.most:
        yield Problem((*path, "least"), Saying("regulation_least_above_most"))
    if question.kind == "participation":
        for number, option in enumerate(question.options):
            if option.key not in ("speaker", "listener"):
                yield Problem((*path, "options", number, "key"), Saying("regulation_participation_unknown", name=option.key))


def _condition_faults(path: Path, question: Question, before: Mapping[str, Question], regulation: Regulation) -> Iterator[Problem]:
    """A condition looks only back: else what is visible would depend on the order of reading."""
    if question.when is None:
        return
    known = {one.key for one in regulation.questions()}
    nominations = {one.key for one in regulation.nominations}
    for compare in compares(question.when):
        asked = before.get(compare.field)
        if asked is None:
            key = "regulation_condition_looks_ahead" if compare.field in known else "regulation_unknown_question"
            yield Problem((*path, "when"), Saying(key, name=compare.field))
        elif compare.op in ("is", "is_not", "one_of") and asked.kind in (*OPTION_KINDS, "nomination"):
            possible = nominations if asked.kind == "nomination" else {option.key for option in asked.options}
            wanted = compare.value if isinstance(compare.value, tuple) else (compare.value,)
            for value in wanted:
                if str(value) not in possible:
                    yield Problem((*path, "when"), Saying("regulation_unknown_option", name=str(value)))


def _once_faults(regulation: Regulation) -> Iterator[Problem]:
    """Meanings, and the kinds that fill a column of the application, may be asked for once."""
    seen: set[str] = set()
    for path, question in _questions(regulation):
        for field, name in (("meaning", question.meaning), ("kind", question.kind)):
            if field == "kind" and name not in ("authors", "nomination", "site", "participation"):
                continue
            if name and f"{field}:{name}" in seen:
                yield Problem((*path, field), Saying("regulation_asked_twice", name=name))
            seen.add(f"{field}:{name}")


def _consent_faults(regulation: Regulation) -> Iterator[Problem]:
    if not any(text.purpose == "processing" and text.required for text in regulation.consents):
        yield Problem(("consents",), Saying("regulation_processing_consent_missing"))
    for number, text in enumerate(regulation.consents):
        # Nobody may be made to agree to being named in public: consent to spreading is free and separate.
        if text.purpose == "spreading" and text.required:
            yield Problem(("consents", number, "required"), Saying("regulation_spreading_consent_forced"))


# Stages, places, awards, papers

MOST_VALUES = 1001  # values of one scale: a juror chooses among them


def _stage_faults(regulation: Regulation) -> Iterator[Problem]:
    marked = [stage for stage in regulation.stages if stage.kind == "marks"]
    if regulation.kind == "contest" and not marked:
        yield Problem(("stages",), Saying("regulation_marks_missing"))
    for number, stage in enumerate(regulation.stages):
        if stage.kind == "marks" and not stage.criteria:
            yield Problem(("stages", number, "criteria"), Saying("regulation_criteria_missing"))
        for place, source in enumerate(stage.sources):
            if source.method == "trimmed" and source.sheets <= 2 * source.drop:
                yield Problem(("stages", number, "sources", place, "drop"), Saying("regulation_drop_too_many"))
        for path, criterion in _criteria(number, stage):
            if criterion.kind == "scale" and not criterion.rows:
                yield from _scale_faults(path, criterion)


def _scale_faults(path: Path, criterion: Criterion) -> Iterator[Problem]:
    if criterion.most is None or criterion.most <= criterion.least:
        yield Problem((*path, "most"), Saying("regulation_scale_empty"))
        return
    if (criterion.most - criterion.least) % criterion.step:
        yield Problem((*path, "step"), Saying("regulation_step_off_scale"))
        return
    if criterion.count > MOST_VALUES:
        yield Problem((*path, "step"), Saying("regulation_scale_too_fine", most=MOST_VALUES))
        return
    possible = {format(value.normalize(), "f") for value in criterion.values()}
    for value in criterion.levels:
        if value not in possible:
            yield Problem((*path, "levels", value), Saying("regulation_level_off_scale", name=value))


def _ranking_faults(regulation: Regulation) -> Iterator[Problem]:
    criteria = {criterion.key for stage in regulation.stages for criterion in stage.criteria}
    for number, key in enumerate(regulation.ranking.tie_keys):
        if key.by == "criterion" and key.criterion not in criteria:
            yield Problem(("ranking", "tie_keys", number), Saying("regulation_unknown_tie_key", name=str(key.criterion)))


SOURCES: Mapping[str, tuple[str, ...]] = {
    "contest": ("place", "threshold", "decision", "participant"),
    "exhibition": ("exhibitor",),
    "bridge": ("present", "speaker", "listener"),
    "conference": ("present", "speaker", "listener"),
}


def _award_faults(regulation: Regulation) -> Iterator[Problem]:
    papers = {paper.key for paper in regulation.papers}
    for number, award in enumerate(regulation.awards):
        for field, key in (("paper", award.paper), ("organisation_paper", award.organisation_paper)):
            if key is not None and key not in papers:
                yield Problem(("awards", number, field), Saying("regulation_unknown_paper", name=key))
        if award.by not in SOURCES[regulation.kind]:
            yield Problem(("awards", number, "by"), Saying("regulation_source_out_of_place"))
        if award.by == "place":
            yield from _place_faults(number, award, regulation.awards[:number])


def _place_faults(number: int, award: Award, before: tuple[Award, ...]) -> Iterator[Problem]:
    if award.place_from is None or (award.place_to is not None and award.place_to < award.place_from):
        yield Problem(("awards", number, "place_from"), Saying("regulation_place_range_wrong"))
        return
    for earlier in before:
        # The first award that fits is given: one without a threshold leaves nothing for a later one at the same places.
        # One that is only for some entries, or read from another stage, leaves the others.
        if (earlier.stage, earlier.lists) != (award.stage, award.lists) or earlier.when not in (None, award.when):
            continue
        if earlier.by == "place" and earlier.exclusive and earlier.share_of_max is None and earlier.place_from is not None:
            first, last = earlier.place_from, earlier.place_to or earlier.place_from
            if award.exclusive and first <= award.place_from and (award.place_to or award.place_from) <= last:
                yield Problem(("awards", number, "place_from"), Saying("regulation_award_never_given", name=earlier.key))


def _paper_faults(regulation: Regulation) -> Iterator[Problem]:
    for number, paper in enumerate(regulation.papers):
        for place, line in enumerate(paper.lines):
            named = sorted({name for text in line.values() for name in re.findall(r"\{([^{}]*)\}", text)})
            for name in named:
                if name not in PLACEHOLDERS:
                    yield Problem(("papers", number, "lines", place), Saying("regulation_unknown_placeholder", name=name))
