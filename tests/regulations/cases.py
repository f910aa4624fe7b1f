"""The real regulations that Laureat has to run as they are written. What is ours in them is marked «наше»."""

from __future__ import annotations

from pathlib import Path

from app.events import document
from workflows import regulation

FOLDER = Path(__file__).parent
FILES = {file.stem[:2]: file for file in sorted(FOLDER.glob("*.yaml"))}
TOWNS = (
    "Нанайск", "Красноярск", "Калуг", "Ухта", "Ухты", "Волог", "Белгород", "Алексеевк", "Чернянк", "Кузбасс", "Татарстан", "Муром",
    "Саратов", "Марий Эл", "Иркутск", "Ленинградск", "Ukhta", "Krasnoyarsk", "Kaluga", "Vologda", "Belgorod", "Kuzbass", "Tatarstan",
    "Murom", "Saratov", "Irkutsk",
)  # fmt: skip


def read(number: str) -> document.Document:
    return document.load(FILES[number].read_text(encoding="utf-8"))


def rules(number: str) -> regulation.Regulation:
    return regulation.parse(read(number).data)
