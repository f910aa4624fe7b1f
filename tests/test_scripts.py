"""What the small scripts of the pages do, in a real browser: save, keep, count, mark, send once. And axe on all parts."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, abort, render_template_string, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server
from wtforms import BooleanField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

import config

pytestmark = pytest.mark.browser

STATIC = config.ROOT / "app" / "static"
AXE = config.ROOT / "tests" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
KEY = "laureat:person-7-work"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def choices(*pairs: str) -> list[SelectChoice]:
    return [SelectChoice(one, one) for one in pairs]


class WorkForm(FlaskForm):
    title = StringField("Название", [InputRequired()], description="Как в дипломе")
    about = TextAreaField("Аннотация", [Optional()], render_kw={"data-most": 20})
    nomination = RadioField("Номинация", choices=choices("Урок", "Проект"), validate_choice=False)
    school = SelectField("Школа", choices=choices("—", "СОШ № 15"), validate_choice=False)
    files = MultipleFileField("Файлы", [Optional()])
    agree = BooleanField("Согласна")


class SheetForm(FlaskForm):
    novelty = RadioField("Новизна", choices=choices(*map(str, range(6))), validate_choice=False)
    result = RadioField("Результат", choices=choices(*map(str, range(11))), validate_choice=False)
    comment = TextAreaField("Пожелание", [Optional()])


TOP = """{% extends "base.html" %}
{% import "parts/forms.html" as f with context %}
{% import "parts/cards.html" as c with context %}
{% block main %}<h1>Проба</h1>"""
WORK = """
<form method="post" action="/sent" novalidate enctype="multipart/form-data"
  data-autosave="/draft" data-autosave-key="person-7-work">
{{ f.hidden(work, enter_value="next") }}{{ f.error_summary(work, more=faults) }}
{{ f.text(work.title) }}{{ f.area(work.about) }}{{ f.radios(work.nomination) }}{{ f.select(work.school) }}
{{ f.files(work.files) }}{{ f.consent(work.agree, document="Текст") }}
<div class="form-foot">{{ f.submit("Дальше") }}{{ f.saved("14:00") }}</div></form>"""
SHEET = """
<form method="post" action="/sent" novalidate data-marking>{{ f.hidden(sheet) }}
{{ f.marks(sheet.novelty, {"most": "5", "levels": {"4": "новое для города"}}) }}
{{ f.marks(sheet.result, {"most": "10", "weight": "0.5"}) }}{{ f.area(sheet.comment) }}
{{ f.marks_sum(0, "15", 2) }}<button class="btn btn-primary" name="done" value="1" data-marking-done>Готово</button></form>"""
PARTS = """
{{ c.waits("Допишите заявку", "7 из 9", "Продолжить", "#", tone="amber", chip="2 дня", progress=(7, 9)) }}
<h2>Карточки</h2>
<div class="grid">{{ c.event_card("Конкурс", "городской", "Идеи и практика", "Уроки", "до 27 ноября", "#", chip_tone="amber") }}</div>
<div class="figures">{{ c.figure("Листы", 61, of=78, progress=(61, 78), url="#") }}</div>
{% for tone in ("lamp", "amber", "red", "done", "information", "") %}
{{ c.chip("слово", tone, "clock") }}{{ c.notice(tone, "Предложение.") }}
{% endfor %}
{{ c.timeline([{"label": "Подана", "when": "3 ноября", "state": "done", "note": "Пояснение"},
  {"label": "Жюри", "state": "now"}, {"label": "Итоги", "state": "todo"}]) }}
{{ c.sections([{"key": "a", "title": "Автор", "url": "#", "state": "done"},
  {"key": "b", "title": "Работа", "url": "#", "state": "fault"}], "b") }}
{% call c.table("Итоги") %}
<thead><tr><th scope="col">Работа</th><th scope="col" class="num">Сумма</th></tr></thead>
<tbody><tr><td>Двор</td><td class="num" data-label="Сумма">37,67</td></tr></tbody>
{% endcall %}
{{ c.filters([{"label": "Все", "url": "#", "here": true, "count": 3},
  {"label": "Ждут", "url": "#a", "here": false, "count": 1}], "Состояние") }}
{{ c.facts([("Кому", "Вере")]) }}{{ c.file_line("план.pdf", "2 МБ", "#") }}
{{ c.pager("#", "#n") }}{{ c.empty("Пусто", "Пока", "Начать", "#", drawing="shelf") }}
<div class="stamp"><div class="stamp-within"><p class="stamp-state">Действителен</p></div></div>
<ol class="winners"><li><span class="winners-place">I</span><div><b>Двор</b><span>СОШ № 15</span></div></li></ol>
<dl class="dates"><div class="now"><dt>Приём</dt><dd>до 27 ноября</dd></div></dl>"""
PAGES = {"work": WORK, "sheet": SHEET, "parts": PARTS}


class Site:
    """A small application that shows the parts and remembers what was sent to it."""

    def __init__(self) -> None:
        self.drafts: list[dict[str, str]] = []
        self.sent: list[dict[str, str]] = []
        self.answer = 200
        self.asked = 0
        self.app = self._app()
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forget(self) -> None:
        self.drafts, self.sent, self.answer, self.asked = [], [], 200, 0

    def _app(self) -> Flask:
        app = Flask("parts", static_folder=str(STATIC), template_folder=str(config.ROOT / "templates"))
        app.secret_key = "parts"
        Babel(app, locale_selector=lambda: "ru")
        CSRFProtect(app)
        app.jinja_env.globals["url_for"] = lambda endpoint, **_values: f"/{endpoint}"
        app.context_processor(self._words)
        app.after_request(self._policy)
        app.add_url_rule("/page/<name>", view_func=self.page)
        app.add_url_rule("/draft", view_func=self.draft, methods=["POST"])
        app.add_url_rule("/sent", view_func=self.take, methods=["POST"])
        app.add_url_rule("/progress", view_func=self.progress)
        return app

    def _words(self) -> dict[str, Any]:
        person = SimpleNamespace(full_name="Соколова Вера Андреевна", initials="Соколова В. А.")
        place = SimpleNamespace(label="Мои заявки", url="/page/work", here=True, endpoint="applications.mine")
        return {
            "visitor": SimpleNamespace(signed_in=True, person=person),
            "menu": [place],
            "bottom_bar": True,
            "about_me": "СОШ № 15",
            "lang": "ru",
            "theme": request.args.get("theme", ""),
            "csp_nonce": lambda: "n",
            "asset": lambda path: f"/static/{path}?v={hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]}",
        }

    def _policy(self, response: Any) -> Any:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'nonce-n'; style-src 'self'; img-src 'self' data:; "
            "font-src 'self'; connect-src 'self'; form-action 'self'"
        )
        return response

    def page(self, name: str) -> str:
        faults = [("title", "Напишите название")] if request.args.get("fault") else []
        body = PAGES.get(name) or '{{ c.polling("/progress", 0, 2, "начинаем") }}'
        return render_template_string(TOP + body + "{% endblock %}", work=WorkForm(), sheet=SheetForm(), faults=faults)

    def draft(self) -> Any:
        if self.answer != 200:
            abort(self.answer)
        self.drafts.append(request.form.to_dict())
        return {"saved_at": "14:32", "faults": {"title": "Слишком коротко"} if request.form["title"] == "я" else {}}

    def take(self) -> str:
        time.sleep(0.3)
        self.sent.append(request.form.to_dict())
        return render_template_string(TOP + "<p>Принято</p>{% endblock %}")

    def progress(self) -> Any:
        self.asked += 1
        return {"value": self.asked, "most": 2, "text": f"готово {self.asked} из 2", "finished": self.asked >= 2}


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def site(running: Site) -> Site:
    running.forget()
    return running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    yield page
    context.close()


def open_page(page: Page, site: Site, name: str, **wanted: Any) -> list[str]:
    """Open a page of the site and return what the browser complains about, as it complains."""
    complaints: list[str] = []
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{site.url}/page/{name}?" + "&".join(f"{key}={value}" for key, value in wanted.items()))
    return complaints


# Autosave


def test_text_saves_itself_and_says_when(page: Page, site: Site):
    complaints = open_page(page, site, "work")
    page.get_by_label("Название").fill("Читающий двор")

    expect(page.locator("[data-saved-text]")).to_have_text("сохранено в 14:32")
    assert [(draft["title"], "files" in draft) for draft in site.drafts] == [("Читающий двор", False)]
    assert page.evaluate("Object.keys(localStorage)") == []
    assert complaints == []


def test_a_fault_found_while_saving_stands_beside_its_field(page: Page, site: Site):
    open_page(page, site, "work")
    page.get_by_label("Название").fill("я")

    expect(page.locator("[data-field=title] .fault")).to_have_text("Слишком коротко")
    page.get_by_label("Название").fill("Двор")
    expect(page.locator("[data-field=title] .fault")).to_have_count(0)


@pytest.mark.parametrize("changed_meanwhile", [False, True])
def test_f31_without_a_network_text_is_kept_and_brought_back(page: Page, site: Site, changed_meanwhile: bool):
    """By itself into the form as it was; where somebody wrote meanwhile, at a press."""
    page.route("**/draft", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    open_page(page, site, "work")
    page.get_by_label("Название").fill("Читающий двор")
    page.get_by_label("Проект").check()
    expect(page.locator("[data-saved-text]")).to_contain_text("Нет связи")

    page.unroute("**/draft")
    if changed_meanwhile:
        page.evaluate('key => localStorage.setItem(key, localStorage.getItem(key).replace(\'"base":{\', \'"base":{"other":1,\'))', KEY)
    open_page(page, site, "work")
    if changed_meanwhile:
        expect(page.locator("[data-saved-text]")).to_contain_text("несохранённый текст")
        expect(page.get_by_label("Название")).to_have_value("")
        page.get_by_role("button", name="Вернуть его").click()

    expect(page.get_by_label("Название")).to_have_value("Читающий двор")
    expect(page.get_by_label("Проект")).to_be_checked()
    expect(page.locator("[data-saved-text]")).to_have_text("сохранено в 14:32")
    assert site.drafts[-1]["nomination"] == "Проект"


def test_when_the_network_is_back_the_text_saves_itself(page: Page, site: Site):
    open_page(page, site, "work")
    page.context.set_offline(True)
    page.get_by_label("Название").fill("Читающий двор")
    expect(page.locator("[data-saved-text]")).to_contain_text("Нет связи")
    page.context.set_offline(False)

    expect(page.locator("[data-saved-text]")).to_have_text("сохранено в 14:32")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_lost_session_is_said_with_the_way_back(page: Page, site: Site, status: int):
    site.answer = status
    open_page(page, site, "work")
    page.get_by_label("Название").fill("Читающий двор")

    link = page.get_by_role("link", name="войти снова")
    expect(link).to_have_attribute("href", "/people.sign_in?next=%2Fpage%2Fwork")
    assert "Читающий двор" in page.evaluate("localStorage.getItem('laureat:person-7-work')")


def test_leaving_the_house_forgets_what_the_browser_kept(page: Page, site: Site):
    open_page(page, site, "work")
    page.evaluate("localStorage.setItem('laureat:person-7-work', '{}'); localStorage.setItem('other', '1')")
    page.evaluate("document.querySelector('details.me').open = true")
    page.get_by_role("button", name="Выйти").click()
    page.goto(f"{site.url}/page/parts")

    assert page.evaluate("Object.keys(localStorage)") == ["other"]


# One press, counting, faults


def test_a_double_press_sends_once(page: Page, site: Site):
    open_page(page, site, "work")
    page.get_by_label("Название").fill("Двор")
    page.get_by_role("button", name="Дальше", exact=True).dblclick()
    expect(page.get_by_text("Принято")).to_be_visible()

    assert [sent["title"] for sent in site.sent] == ["Двор"]


def test_the_counter_says_how_many_signs_are_too_many(page: Page, site: Site):
    open_page(page, site, "work")
    page.get_by_label("Аннотация").fill("а" * 18)
    expect(page.locator("#about-count")).to_have_text("осталось 2")
    page.get_by_label("Аннотация").fill("📚" * 21)

    expect(page.locator("#about-count")).to_have_text("лишних знаков: 1")


def test_faults_take_the_focus_and_lead_to_their_field(page: Page, site: Site):
    open_page(page, site, "work", fault=1)
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Напишите название").click()

    expect(page.get_by_label("Название")).to_be_focused()


# The juror's sheet


def test_a_sheet_is_filled_from_the_keyboard(page: Page, site: Site):
    complaints = open_page(page, site, "sheet")
    page.keyboard.press("4")
    expect(page.locator("[data-level-words]").first).to_have_text("4 — новое для города")
    expect(page.locator("[data-marks-left]")).to_have_text("осталось 1")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("10")

    expect(page.locator("[data-marks-sum]")).to_have_text("9")
    expect(page.locator("[data-marks-left]")).to_have_text("всё оценено")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Принято")).to_be_visible()
    assert [(sent["novelty"], sent["result"], sent["done"]) for sent in site.sent] == [("5", "10", "1")]
    assert complaints == []


def test_enter_on_an_unfinished_sheet_goes_to_what_is_missing(page: Page, site: Site):
    open_page(page, site, "sheet")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.keyboard.press("7")

    expect(page.locator("input[name=result][value='7']")).to_be_checked()
    assert site.sent == []


def test_digits_in_the_comment_are_text(page: Page, site: Site):
    open_page(page, site, "sheet")
    page.get_by_label("Пожелание").click()
    page.keyboard.type("в 5 классе\n2 урока")

    expect(page.get_by_label("Пожелание")).to_have_value("в 5 классе\n2 урока")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)


def test_a_long_run_is_followed_to_its_end(page: Page, site: Site):
    open_page(page, site, "run")
    expect(page.locator("[data-poll-text]")).to_have_text("готово 1 из 2")
    with page.expect_navigation():  # finished: the page opens again by itself
        pass

    assert site.asked >= 2


# For everybody


@pytest.mark.parametrize("name", ["work", "sheet", "parts"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_sticks_out(browser: Browser, site: Site, name: str, theme: str, width: int):
    # As high as the page: a bar at the lower edge lies under the page then, and hides nothing.
    context = browser.new_context(viewport={"width": width, "height": 5000}, bypass_csp=True)
    page = context.new_page()
    open_page(page, site, name, theme=theme, fault=1)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    sticks_out = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    context.close()

    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert sticks_out <= 0


def test_every_form_works_without_scripts(browser: Browser, site: Site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_page(page, site, "sheet")
    page.locator("#novelty-4").check()
    page.locator("#result-9").check()
    page.get_by_role("button", name="Готово").click()
    expect(page.get_by_text("Принято")).to_be_visible()
    context.close()

    assert [(sent["novelty"], sent["result"]) for sent in site.sent] == [("4", "9")]
