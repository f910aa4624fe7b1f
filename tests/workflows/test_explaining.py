"""Every rule of a regulation is said in sentences: no field of the model is silent, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from app.events import document
from app.wording.explained import explain_in
from tests.workflows import small
from workflows import regulation
from workflows.explaining import explain
from workflows.parts import Part

EVERYTHING = document.load((Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")).data

# Fields without a sentence, and where they are read instead.
ELSEWHERE = {
    "Regulation": {"schema_", "key", "title", "summary", "aims", "who_may_enter", "legal"},  # on the event's page
    "LegalBlock": {"key", "title", "text"},  # on the event's page
    "ConsentText": {"short", "text"},  # beside the box on the form
    "Letter": {"subject", "text"},  # in the letter
    "Question": {"help"},  # beside the question
    "Section": {"note"},  # above the questions
    "Nomination": {"cases"},  # inside the sentences of papers
    "Option": {"cases"},  # inside the sentences of papers
}
# Keys are how parts find each other: a changed one only breaks the finding.
KEYS = {"key"}


@pytest.fixture(autouse=True)
def words(app):
    with app.app_context():
        yield


def said(data: Any, lang: str = "ru") -> list[tuple[str, ...]]:
    return [(one.title, *one.sentences) for one in explain_in(regulation.parse(data), lang)]


def model_classes() -> set[type[Part]]:
    found: set[type[Part]] = set()
    waiting: list[Any] = [regulation.Regulation]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Part) and one not in found:
            found.add(one)
            waiting += [part for field in one.model_fields.values() for part in _types_in(field.annotation)]
    return found


def _types_in(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _types_in(inner)


def instances(part: BaseModel, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], BaseModel]]:
    """Yield every part of a regulation with its path in the dumped data."""
    yield path, part
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        for place, inner in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
            if isinstance(inner, Part):
                yield from instances(inner, (*path, field.alias or name, *(() if place is None else (place,))))


def variations(annotation: Any, value: Any) -> Iterator[Any]:
    """Yield other values a field may have, in plain data."""
    for kind in dict.fromkeys(_types_in(annotation)):
        if get_origin(kind) is Literal:
            yield from (other for other in get_args(kind) if other != value)
            yield from ([other] for other in get_args(kind) if [other] != value)
    yield from _counted(value)
    if value is not None:
        yield None
        yield []
    if isinstance(value, list) and value:
        yield [*value, value[0]]
    yield from _shapes(annotation)


def _counted(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value + 2)
    elif isinstance(value, str):
        yield from ("other", "2027-05-05")
        if value.replace(".", "").isdigit():
            yield from (str(Decimal(value) + 1), str(Decimal(value) / 2))
    elif isinstance(value, dict):
        yield {}
        yield {"ru": "Другое", "en": "Other"}
        yield {"1.5": {"ru": "Другое", "en": "Other"}}
        yield {"field": "town", "op": "is", "value": "city"}


def _shapes(annotation: Any) -> Iterator[Any]:
    """Yield a value for a field that has none."""
    yield from ("intake_opens", 1, 2, "0.25", True)
    yield {"ru": "Другое", "en": "Other"}
    yield [{"ru": "Другое", "en": "Other"}]
    yield {"field": "town", "op": "is", "value": "city"}
    yield ["nomination"]
    yield from ([value] for kind in _types_in(annotation) if isinstance(kind, type) and issubclass(kind, Part) for value in _parts(kind))
    yield from (value for kind in _types_in(annotation) if isinstance(kind, type) and issubclass(kind, Part) for value in _parts(kind))


def _parts(kind: type[Part]) -> Iterator[Any]:
    for _path, part in instances(regulation.parse(EVERYTHING)):
        if type(part) is kind:
            yield part.model_dump(mode="json", by_alias=True, exclude_unset=True)


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = list(data) if isinstance(data, list) else dict(data)
    inner = copy[path[0]] if isinstance(copy, list) else copy.get(path[0])
    copy[path[0]] = changed(inner, path[1:], value)
    return copy


def silent_in(kind: type[Part], name: str) -> set[str]:
    """Return the languages in which no change of the field changes what is said."""
    field = kind.model_fields[name]
    whole = regulation.parse(EVERYTHING)
    data = whole.model_dump(mode="json", by_alias=True)
    before = explain(whole)
    silent = {"ru", "en"}
    for path, part in instances(whole):
        if type(part) is not kind:
            continue
        place = (*path, field.alias or name)
        current = part.model_dump(mode="json", by_alias=True)[field.alias or name]
        for value in variations(field.annotation, current):
            try:
                other = regulation.parse(changed(data, place, value))
            except ValidationError:
                continue
            if explain(other) != before:
                silent -= {lang for lang in silent if explain_in(other, lang) != explain_in(whole, lang)}
            if not silent:
                return silent
    return silent


@pytest.mark.parametrize("kind", sorted(model_classes(), key=lambda one: one.__name__), ids=lambda one: one.__name__)
def test_no_field_is_silent(kind):
    names = set(kind.model_fields) - KEYS - ELSEWHERE.get(kind.__name__, set())
    assert {name: silent for name in names if (silent := silent_in(kind, name))} == {}


def test_what_is_read_elsewhere_exists():
    known = {kind.__name__: set(kind.model_fields) for kind in model_classes()}
    assert [(kind, names - known[kind]) for kind, names in ELSEWHERE.items() if names - known[kind]] == []


def test_everything_is_said_in_english_without_a_russian_word():
    import re

    assert [line for chapter in said(EVERYTHING, "en") for line in chapter if re.search("[а-яё]", line, re.IGNORECASE)] == []


def test_sentences_are_whole():
    for lang in ("ru", "en"):
        lines = [line for chapter in said(EVERYTHING, lang) for line in chapter[1:]]
        assert [line for line in lines if not line.endswith((".", "».", ".”")) or "  " in line or ".." in line] == []
        assert [line for line in lines if "%(" in line or "None" in line or "Saying" in line] == []


def test_an_unsound_regulation_is_said_too():
    broken = small.changed("awards", 0, "stage", to="nowhere")
    broken["awards"][0]["paper"] = "nothing"
    broken["awards"][1]["place_from"] = None
    broken["stages"][0]["criteria"][0]["most"] = None

    assert explain(regulation.parse(broken))


CLAUSES = [
    ({"field": "service", "op": "at_least", "value": 3}, "стаж не меньше 3 лет", "service is at least 3 years"),
    ({"field": "service", "op": "less_than", "value": 1}, "стаж меньше 1 года", "service is less than 1 year"),
    ({"field": "service", "op": "more_than", "value": "2.5"}, "стаж больше 2,5 года", "service is more than 2.5 years"),
    (
        {"field": "born", "op": "years_at_most", "value": 35, "on": {"date": "intake_closes"}},
        "возраст не больше 35 лет на день окончания приёма",
        "age is at most 35 years on the last day of entries",
    ),
    (
        {"field": "hired", "op": "years_at_least", "value": 21, "on": "2027-01-01"},
        "с даты «hired» на 1 января 2027 г. прошло не меньше 21 полного года",
        "1 January 2027 is at least 21 full years after “hired”",
    ),
    ({"field": "town", "op": "one_of", "value": ["city", "village"]}, "ответ «Где школа» — «Город» или «Село»", "the answer to “Where the school is” is “City” or “Village”"),
    ({"field": "town", "op": "none_of", "value": ["city"]}, "ответ «Где школа» — не «Город»", "the answer to “Where the school is” is not “City”"),
    ({"field": "has_video", "op": "is_not", "value": True}, "на вопрос «Есть видео?» дан ответ «нет»", "the answer to “Is there a video?” is no"),
    ({"field": "nomination", "op": "is", "value": "lesson"}, "номинация заявки — «Урок»", "the nomination is “Lesson”"),
    ({"field": "zone", "op": "is", "value": "north"}, "зона заявки — «north»", "the zone is “north”"),
    ({"field": "file", "op": "answered"}, "есть ответ на вопрос «Файл»", "“File” is answered"),
    ({"field": "born", "op": "on_or_before", "value": {"date": "results_on"}}, "возраст не позже дня подведения итогов", "age is no later than the day of the results"),
    (
        {"all": [{"field": "zone", "value": "a"}, {"any": [{"field": "service", "op": "at_least", "value": 1}, {"not": {"field": "file", "op": "answered"}}]}]},
        "зона заявки — «a», а также верно хотя бы одно: стаж не меньше 1 года или нет ответа на вопрос «Файл»",
        "the zone is “a”, and also at least one of these is true: service is at least 1 year or “File” is not answered",
    ),
    (
        {"any": [{"all": [{"field": "zone", "value": "a"}, {"field": "zone", "value": "b"}]}, {"field": "zone", "value": "c"}]},
        "либо зона заявки — «a» и зона заявки — «b», либо зона заявки — «c»",
        "either the zone is “a” and the zone is “b”, or the zone is “c”",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "ru", "en"), CLAUSES, ids=lambda one: str(one)[:40])
def test_condition_is_a_clause(condition, ru, en):
    data = changed(EVERYTHING, ("groups", 0, "when"), condition)

    assert f"В группу «Молодые» заявка входит, если {ru}." in said(data)[3]
    assert f"An application belongs to the group “Young” if {en}." in said(data, "en")[3]


@pytest.mark.parametrize(
    ("count", "ru", "en"),
    [
        (1, "Каждую работу оценивает один человек.", "Each work is marked by one person."),
        (2, "Каждую работу оценивают два человека.", "Each work is marked by two people."),
        (5, "Каждую работу оценивают пять человек.", "Each work is marked by five people."),
        (21, "Каждую работу оценивает 21 человек.", "Each work is marked by 21 people."),
    ],
)
def test_numbers_stand_in_their_case(count, ru, en):
    data = small.changed("stages", 0, "sources", to=[{"sheets": count}])

    assert ru in " ".join(line for chapter in said(data) for line in chapter)
    assert en in " ".join(line for chapter in said(data, "en") for line in chapter)


CASES = sorted((Path(__file__).parents[1] / "regulations").glob("*.yaml"))


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda file: file.stem)
def test_every_real_regulation_is_said_in_whole_sentences(case, lang):
    lines = [line for chapter in said(document.load(case.read_text(encoding="utf-8")).data, lang) for line in chapter[1:]]

    assert len(lines) > 10
    assert [line for line in lines if not line.endswith((".", ".”")) or "%(" in line or "  " in line or "None" in line] == []
