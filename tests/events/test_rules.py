"""The rules in plain words stand on the event's page for everybody, and on the juror's page what concerns her."""

from __future__ import annotations

import re

from tests.judging.cast import admitted, assigned, jury, lev_sheet


def test_anybody_reads_the_rules_in_the_language_of_the_page(world, client):
    path = f"/events/{world.ids['contest']}"
    page = client.get(path).text

    rules = re.search(r'<details class="rules">(.*?)</details>', page, re.DOTALL).group(1)
    assert "<summary>Правила простыми словами</summary>" in rules
    assert re.findall("<h3>(.*?)</h3>", rules)[:3] == ["О мероприятии", "Кто участвует", "Номинации и группы"]  # the dates stand beside
    assert "<li>Награду «Диплом I степени» получает тот, кто занял I место." in rules
    client.set_cookie("language", "en")
    english = client.get(path).text
    assert "The rules in plain words" in english
    assert "goes to whoever takes place 1." in english


def test_juror_reads_how_works_are_judged_and_nothing_else(world, as_lev):
    jury(world)
    works = admitted(world, "Читающий двор", "Ночь в библиотеке")
    assigned(world)
    page = as_lev.get(f"/assignments/{lev_sheet(world, works[0]).id}").text

    rules = re.search(r'<details class="rules">(.*?)</details>', page, re.DOTALL).group(1)
    assert re.findall("<h3>(.*?)</h3>", rules) == ["Этап «Оценка жюри»: оценка", "Этап «Оценка жюри»: места и отбор"]
    assert "<li>Всего по критериям можно набрать не больше 30 баллов.</li>" in rules
    assert "Награду" not in rules
