"""Names in the dative: «вручается Ивановой Анне Петровне». We propose, the person confirms, the confirmed form is printed.

Where the language leaves it open (Заяц, Соловей: families decline them differently) the proposal is one of the forms in use.
"""

from __future__ import annotations

import re
from functools import cache

from pytrovich.enums import Case, Gender, NamePart
from pytrovich.maker import PetrovichDeclinationMaker

_CYRILLIC = re.compile(r"[А-Яа-яЁё]+(?:[-\s][А-Яа-яЁё]+)*")
_GENDERS = {"f": Gender.FEMALE, "m": Gender.MALE}
_PARTS = (NamePart.LASTNAME, NamePart.FIRSTNAME, NamePart.MIDDLENAME)


@cache
def _maker() -> PetrovichDeclinationMaker:
    return PetrovichDeclinationMaker()


def gender_of(patronymic: str) -> str | None:
    """Return the gender a Russian patronymic tells, or None: without one it is asked for, never guessed."""
    last = patronymic.strip().casefold()
    if last.endswith(("вна", "чна", "шна", "кызы", "гызы")):
        return "f"
    return "m" if last.endswith(("вич", "ьич", "мич", "кич", "тич", "оглы", "улы")) else None


def propose(surname: str, given_name: str, patronymic: str = "", gender: str | None = None) -> str:
    """Return our proposal for the full name in the dative.

    The name as it is, when the gender is unknown or a part is not written in Russian letters: no guess.
    """
    parts = (surname.strip(), given_name.strip(), patronymic.strip())
    known = _GENDERS.get(gender or gender_of(patronymic) or "")
    shown = [part for part in parts if part]
    if known is None or not all(_CYRILLIC.fullmatch(part) for part in shown):
        return " ".join(shown)
    return " ".join(_decline(part, kind, known) for part, kind in zip(parts, _PARTS, strict=True) if part)


def _decline(part: str, kind: NamePart, gender: Gender) -> str:
    return str(_maker().make(kind, gender, Case.DATIVE, part))
