"""A small sound regulation as plain data, for tests that change one thing in it."""

import copy
from typing import Any

CONTEST: dict[str, Any] = {
    "schema": 1,
    "kind": "contest",
    "key": "small",
    "title": {"ru": "Малый конкурс", "en": "A small contest"},
    "summary": {"ru": "Проба"},
    "dates": [{"key": key, "title": {"ru": key}} for key in ("intake_opens", "intake_closes", "judging_closes", "results_on")],
    "nominations": [{"key": "lesson", "title": {"ru": "Урок"}}, {"key": "project", "title": {"ru": "Проект"}}],
    "form": [
        {
            "key": "work",
            "title": {"ru": "Работа"},
            "questions": [
                {"key": "authors", "kind": "authors", "label": {"ru": "Авторы"}, "required": True},
                {"key": "nomination", "kind": "nomination", "label": {"ru": "Номинация"}, "required": True},
                {"key": "title", "kind": "text", "meaning": "title", "label": {"ru": "Название"}, "required": True, "max_length": 20},
                {"key": "has_video", "kind": "yes_no", "label": {"ru": "Есть видео?"}},
                {
                    "key": "video",
                    "kind": "link",
                    "label": {"ru": "Видео"},
                    "required": True,
                    "when": {"field": "has_video", "value": True},
                },
                {"key": "file", "kind": "files", "label": {"ru": "Файл"}, "required": True, "files": {"kinds": ["pdf"]}},
            ],
        }
    ],
    "consents": [
        {"key": "processing", "purpose": "processing", "required": True, "title": {"ru": "Обработка"}, "text": {"ru": "Согласна."}},
        {"key": "spreading", "purpose": "spreading", "title": {"ru": "Распространение"}, "text": {"ru": "Согласна."}},
    ],
    "stages": [
        {
            "key": "final",
            "kind": "marks",
            "title": {"ru": "Жюри"},
            "criteria": [
                {"key": "novelty", "title": {"ru": "Новизна"}, "most": 5},
                {"key": "result", "title": {"ru": "Результат"}, "most": 10, "step": "0.5", "weight": 2},
            ],
        }
    ],
    "awards": [
        {"key": "first", "title": {"ru": "Диплом I степени"}, "by": "place", "place_from": 1, "paper": "diploma"},
        {"key": "second", "title": {"ru": "Диплом II степени"}, "by": "place", "place_from": 2, "paper": "diploma"},
        {"key": "laureate", "title": {"ru": "Лауреат"}, "by": "place", "place_from": 3, "place_to": 5, "paper": "diploma"},
        {"key": "participant", "title": {"ru": "Сертификат"}, "by": "participant", "paper": "certificate"},
    ],
    "papers": [
        {
            "key": "diploma",
            "kind": "diploma",
            "title": {"ru": "Диплом"},
            "verb": {"ru": "награждается"},
            "lines": [{"ru": "за {place} место"}],
        },
        {"key": "certificate", "kind": "certificate", "title": {"ru": "Сертификат"}, "verb": {"ru": "вручается"}, "name_case": "dative"},
    ],
}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """Return the small contest with one place of it changed."""
    data = copy.deepcopy(CONTEST)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return data


def added(*path: str | int, item: Any) -> dict[str, Any]:
    """Return the small contest with one more item in one of its lists."""
    data = copy.deepcopy(CONTEST)
    place: Any = data
    for step in path:
        place = place[step]
    place.append(item)
    return data
