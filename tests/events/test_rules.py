"""The rules in plain words stand on the event's page for everybody, and on the juror's page what concerns her."""

from __future__ import annotations

import copy
import re

from markupsafe import escape

from app.database import committing
from app.events import operations as events
from tests.judging.cast import admitted, assigned, jury, lev_sheet
from tests.world import NOON


def test_anybody_reads_the_rules_in_the_language_of_the_page(world, client):
    path = f"/events/{world.ids['contest']}"
    page = client.get(path).text

    rules = page[page.index('<details class="rules">') :]
    assert "<summary>Правила простыми словами</summary>" in rules
    chapters = re.findall('<details class="chapter"><summary>(.*?)</summary>', rules)
    assert chapters[:3] == ["О мероприятии", "Кто участвует", "Номинации и группы"]  # the dates stand beside
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


def test_a14_literal_braces_and_tricks_stand_on_the_page_as_they_were_written(world, client):
    tricks = ["{x.__class__}", "{{7*7}}", "{% for one in x %}", "%(x)s", "{0.__init__.__globals__}", "{ } {{ }}", "<b>{work}</b>"]
    body = copy.deepcopy(world.contest.version.body) | {
        "aims": [{"ru": trick} for trick in tricks],
        "who_may_enter": {"ru": " ".join(tricks)},
    }
    body["title"] = {"ru": "Множество {1, 2} и {{7*7}} %(x)s"}
    with committing():
        events.rewrite(world.contest, body, by=world.nina, now=NOON)
    page = client.get(f"/events/{world.ids['contest']}").text

    assert [trick for trick in tricks if f"<li>{escape(trick)}</li>" not in page] == []
    assert "Множество {1, 2} и {{7*7}} %(x)s" in page
