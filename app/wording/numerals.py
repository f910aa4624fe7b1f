"""Small numbers as words, in the cases that sentences need, and Roman numerals of places."""

from __future__ import annotations

from flask_babel import get_locale

ENGLISH = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
GENITIVE = ("нуля", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти", "десяти")
NOMINATIVE = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять")
FEMININE = {("gen", 1): "одной", ("nom", 1): "одна", ("nom", 2): "две"}


def forms(count: int) -> dict[str, str]:
    """Return what a sentence may say for a count: `gen`, `nom` and their feminine forms; digits above ten."""
    if not 0 <= count < len(ENGLISH):
        return dict.fromkeys(("gen", "gen_f", "nom", "nom_f"), str(count))
    if not str(get_locale() or "ru").startswith("ru"):
        return dict.fromkeys(("gen", "gen_f", "nom", "nom_f"), ENGLISH[count])
    said = {"gen": GENITIVE[count], "nom": NOMINATIVE[count]}
    return said | {f"{case}_f": FEMININE.get((case, count), word) for case, word in said.items()}


STEPS = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(place: int) -> str:
    """Return a place as the language writes it: «III место», “place 3”. Beyond the hundreds digits are read more easily."""
    return roman_signs(place) if str(get_locale() or "ru").startswith("ru") else str(place)


def roman_signs(place: int) -> str:
    """Return a place in Roman signs, whatever the language of the page: papers are printed in Russian."""
    if not 0 < place < 400:
        return str(place)
    said = ""
    for value, sign in STEPS:
        count, place = divmod(place, value)
        said += sign * count
    return said
