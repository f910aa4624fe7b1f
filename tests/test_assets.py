"""What pages are made of: vendored files as they came, nothing from elsewhere, colours that can be read, fields that can be heard."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template, render_template_string
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

import config
from tests.world import World

STATIC = config.ROOT / "app" / "static"
TEMPLATES = config.ROOT / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
FOREIGN = re.compile(
    r"""(?:src|href|action|poster|data-[\w-]+)\s*=\s*["'](?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""",
    re.IGNORECASE,
)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def parse(text: str) -> Any:
    return html5lib.parse(text, namespaceHTMLElements=False)


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def having(page: Any, attribute: str, tag: str | None = None) -> list[Any]:
    return [one for one in page.iter(tag) if isinstance(one.tag, str) and one.get(attribute) is not None]


def called(page: Any, name: str) -> Any:
    return next(one for one in having(page, "id") if one.get("id") == name)


# Files


def test_vendored_files_are_listed_and_unchanged():
    text = (STATIC / "vendor" / "VENDORED.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\S+)` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE))
    folders = (STATIC / "vendor", STATIC / "fonts", config.ROOT / "tests" / "vendor")
    found = {str(file.relative_to(config.ROOT)): sha256(file) for folder in folders for file in folder.rglob("*") if file.is_file()}
    found.pop("app/static/vendor/VENDORED.md")

    assert found == listed


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.name)
def test_a_sheet_points_only_at_files_that_are_there_under_their_own_sum(sheet: Path):
    for path, version in re.findall(r"url\([\"']?(?!data:)([^\"')?]+)(?:\?v=(\w+))?", sheet.read_text(encoding="utf-8")):
        file = (sheet.parent / path).resolve()
        assert file.is_relative_to(STATIC)
        assert version == sha256(file)[:12], f"{path}: the page preloads it under another address"


@pytest.mark.parametrize("file", [*SHEETS, *sorted((STATIC / "js").glob("*.js")), *PAGES], ids=lambda file: file.name)
def test_nothing_comes_from_a_foreign_host(file: Path):
    assert FOREIGN.findall(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_a_template_needs_nothing_that_the_policy_forbids(file: Path):
    if file.parts[-2] in ("letters", "certificates") and file.name in ("frame.html", "paper.html"):
        return  # a letter and a printed paper are no pages of the site
    text = file.read_text(encoding="utf-8")

    assert re.findall(r"<[^>{]*\s(?:style|on[a-z]+)\s*=", text) == []
    assert "<style" not in text
    assert re.findall(r"<script(?![^>]*nonce=)[^>]*>", text) == []
    assert "javascript:" not in text


def test_every_drawing_that_a_template_names_exists():
    named, signs = set(), set()
    for file in PAGES:
        text = file.read_text(encoding="utf-8")
        named |= set(re.findall(r"""drawing=["'](\w+)["']""", text)) | set(re.findall(r"""set picture = ["'](\w+)["']""", text))
        signs |= set(re.findall(r"""\bicon\(["'](\w+)["']""", text))
    drawn = set(re.findall(r'^  "(\w+)":', (TEMPLATES / "parts" / "drawings.html").read_text(encoding="utf-8"), re.MULTILINE))
    shapes = set(re.findall(r'^  "(\w+)":', (TEMPLATES / "parts" / "icons.html").read_text(encoding="utf-8"), re.MULTILINE))

    assert named <= drawn
    assert signs <= shapes


# Colours


def tokens(name: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (STATIC / "css" / name).read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *(
        (text, ground, 4.5)
        for text in ("ink", "soft")
        for ground in ("paper", "card", "well", "lamp-tint", "amber-tint", "red-tint", "green-tint", "blue-tint")
    ),
    *((text, ground, 4.5) for text in ("lamp", "amber", "red", "green", "blue") for ground in ("paper", "card")),
    *((tone, f"{tone}-tint", 4.5) for tone in ("lamp", "amber", "red", "green", "blue")),
    ("on-lamp", "lamp", 4.5),
    ("on-lamp", "lamp-deep", 4.5),
    *(("field-line", ground, 3.0) for ground in ("paper", "card")),
    *(("lamp", ground, 3.0) for ground in ("line", "well")),
]


@pytest.mark.parametrize("theme", ["tokens.css", "dark.css"])
def test_colours_can_be_told_apart(theme: str):
    colours = {**tokens("tokens.css"), **tokens(theme)}
    faint = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text, ground, least in PAIRS
        if contrast(colours[text], colours[ground]) < least
    }

    assert faint == {}


def test_the_dark_sheet_changes_every_colour():
    assert set(tokens("dark.css")) == set(tokens("tokens.css"))


# The page around


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("theme", ["", "light", "dark"])
def test_a_page_says_its_language_and_theme_and_all_it_loads_is_ours(client: FlaskClient, world: World, language: str, theme: str):
    client.set_cookie("language", language)
    client.set_cookie("theme", theme)
    answer = client.get("/no-such-page", headers={"Accept": "text/html"})
    page = parse(answer.get_data(as_text=True))

    assert answer.status_code == 404
    assert (page.get("lang"), page.get("data-bs-theme") or "") == (language, theme)
    dark = [link.get("media") for link in page.iter("link") if "dark.css" in link.get("href")]
    assert dark == {"": ["screen and (prefers-color-scheme: dark)"], "light": [], "dark": ["screen"]}[theme]
    for address in [*(link.get("href") for link in page.iter("link")), *(script.get("src") for script in page.iter("script"))]:
        assert address.startswith("/static/"), address
        with client.get(address) as loaded:
            assert (loaded.status_code, "immutable" in loaded.headers["Cache-Control"]) == (200, True)


def test_scripts_bear_the_nonce_of_the_policy(client: FlaskClient, world: World):
    answer = client.get("/no-such-page", headers={"Accept": "text/html"})
    scripts = list(parse(answer.get_data(as_text=True)).iter("script"))

    assert scripts
    assert {f"'nonce-{script.get('nonce')}'" in answer.headers["Content-Security-Policy"] for script in scripts} == {True}


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_every_error_page_has_one_sentence_and_a_way_on(app: Flask, world: World, code: int):
    with app.test_request_context("/anything"):
        main = next(parse(render_template(f"errors/{code}.html")).iter("main"))

    assert len(list(main.iter("h1"))) == 1
    assert len([link for link in main.iter("a") if link.get("class") == "btn btn-primary" and link.get("href")]) == 1


# Fields


class WorkForm(FlaskForm):
    title = StringField("Название", [InputRequired("Напишите название")], description="Как в дипломе")
    about = TextAreaField("Аннотация", [Optional()], render_kw={"data-most": 300})
    asked = StringField("Школа", [Optional()], render_kw={"data-required": "1"})
    nomination = RadioField("Номинация", choices=[SelectChoice("a", "Урок"), SelectChoice("b", "Проект")])
    topics = SelectMultipleField(
        "Темы",
        [Optional()],
        choices=[SelectChoice("1", "Чтение")],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )


def drawn(source: str, **values: object) -> Any:
    text = '{% import "parts/forms.html" as f with context %}{% import "parts/cards.html" as c with context %}<main>' + source + "</main>"
    return next(parse(render_template_string(text, **values)).iter("main"))


@pytest.fixture
def form(app: Flask, world: World) -> Iterator[WorkForm]:
    with app.test_request_context("/", method="POST", data={"title": "<b>", "nomination": "b", "topics": "1"}):
        yield WorkForm()


def test_a_field_is_tied_to_its_label_hint_and_fault(form: WorkForm):
    form.title.errors = ["Слишком коротко"]
    page = drawn("{{ f.text(form.title, autocomplete='off') }}", form=form)
    field = next(page.iter("input"))

    assert [label.get("for") for label in page.iter("label")] == [field.get("id")]
    assert [words(called(page, one)) for one in field.get("aria-describedby").split()] == ["Как в дипломе", "Ошибка: Слишком коротко"]
    assert (field.get("aria-invalid"), field.get("value"), field.get("autocomplete")) == ("true", "<b>", "off")
    assert "необязательно" not in words(page)


def test_only_a_field_that_may_be_left_empty_says_so(form: WorkForm):
    page = drawn("{{ f.area(form.about) }}{{ f.text(form.asked) }}{{ f.text(form.title, required=false) }}", form=form)

    assert [words(label) for label in page.iter("label")] == ["Аннотация необязательно", "Школа", "Название необязательно"]


def test_a_counter_names_its_field_and_cuts_nothing_off(form: WorkForm):
    page = drawn("{{ f.area(form.about) }}", form=form)
    area, line = next(page.iter("textarea")), having(page, "data-counter-for")[0]

    assert (line.get("data-counter-for"), area.get("data-most"), area.get("maxlength")) == (area.get("id"), "300", None)
    assert line.get("id") in area.get("aria-describedby")


def test_radio_buttons_are_a_named_group_with_the_chosen_one(form: WorkForm):
    page = drawn("{{ f.radios(form.nomination, notes={'a': 'Одно занятие'}) }}", form=form)
    lesson, project = page.iter("input")

    assert words(next(page.iter("legend"))) == "Номинация"
    assert (project.get("value"), project.get("checked") is not None, lesson.get("checked")) == ("b", True, None)
    assert words(called(page, lesson.get("aria-describedby"))) == "Одно занятие"


def test_several_answers_are_sent_with_the_word_that_they_were_asked(form: WorkForm):
    page = drawn("{{ f.checkboxes(form.topics) }}", form=form)
    sent = [(one.get("type"), one.get("name"), one.get("value")) for one in page.iter("input")]

    assert sent == [("checkbox", "topics", "1"), ("hidden", "topics_asked", "1")]


def test_the_summary_leads_to_fields_that_are_there(form: WorkForm):
    form.title.errors, form.nomination.errors, form.topics.errors = ["Напишите название"], ["Выберите номинацию"], ["Выберите тему"]
    page = drawn(
        "{{ f.error_summary(form) }}{{ f.text(form.title) }}{{ f.radios(form.nomination) }}{{ f.checkboxes(form.topics) }}", form=form
    )
    targets = [link.get("href") for link in having(page, "data-takes-focus")[0].iter("a")]

    assert targets == ["#title", "#nomination-0", "#topics-0"]
    assert {called(page, target[1:]).tag for target in targets} == {"input"}


def test_marks_are_keys_with_the_words_of_the_level(form: WorkForm):
    page = drawn("{{ f.marks(form.nomination, {'most': '5', 'levels': {'b': 'новое для города'}}) }}", form=form)

    assert words(having(page, "data-level-words")[0]) == "b — новое для города"
    assert [(one.get("value"), one.get("data-level")) for one in page.iter("input")] == [("a", None), ("b", "новое для города")]


def test_parts_show_text_as_text(form: WorkForm):
    hostile = '"><script>alert(1)</script>'
    calls = (
        "{{ c.waits(t, t, t, '#', chip=t) }}{{ c.event_card(t, t, t, t, t, '#') }}{{ c.figure(t, t, of=t, note=t) }}"
        "{{ c.empty(t, t) }}{{ c.chip(t) }}{{ c.notice('red', t) }}{{ c.facts([(t, t)]) }}{{ c.file_line(t, t, '#') }}"
        "{{ c.timeline([{'label': t, 'when': t, 'state': 'now', 'note': t}]) }}"
        "{{ c.sections([{'key': t, 'title': t, 'url': '#', 'state': 'todo'}], t) }}"
        "{{ c.polling('#', 1, 2, t) }}{{ c.progress(1, 2, t) }}"
    )
    page = drawn(calls, t=hostile)

    assert list(page.iter("script")) == []
    assert words(page).count(hostile) >= 20


def test_the_way_of_an_application_is_told_to_those_who_listen(form: WorkForm):
    stops = [{"label": "Подана", "when": "3 ноября", "state": "done"}, {"label": "Жюри", "when": "", "state": "now"}]
    lines = list(drawn("{{ c.timeline(stops) }}", stops=stops).iter("li"))

    assert [words(line) for line in lines] == ["Подана, 3 ноября (сделано)", "Жюри (сейчас)"]
    assert [line.get("aria-current") for line in lines] == [None, "step"]


def test_the_frame_hides_nothing_that_a_page_was_given(app: Flask, world: World):
    names = ("here", "icon", "lamp", "places", "place", "notice", "value", "label", "tone", "text")
    shown = (
        "{% extends 'base.html' %}{% block main %}<p id='given'>" + " ".join(f"{{{{ {name} }}}}" for name in names) + "</p>{% endblock %}"
    )
    with app.test_request_context("/"):
        page = parse(render_template_string(shown, **dict.fromkeys(names, "mine")))

    assert words(called(page, "given")) == " ".join(["mine"] * len(names))
