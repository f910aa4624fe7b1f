"""No page is forgotten: what is photographed and given to axe is every page that the permission table knows."""

from __future__ import annotations

import pytest
from flask import Flask

from bench.shots import NO_PAGE, SHOTS, TROUBLES
from tests.permission_table import TABLE


@pytest.fixture
def stand_in() -> dict[str, str]:
    """Something in the place of every id and code a path asks for."""
    names = {"code", "token", "letter_file"}
    return {name: "word.eml" if name in names else "1" for shot in SHOTS for name in shot.asks_for()}


def test_every_page_of_the_permission_table_is_among_the_shots(app: Flask, stand_in: dict[str, str]):
    routes = app.url_map.bind("localhost")
    paths = {path.format(**stand_in).partition("?")[0] for shot in SHOTS for path in (shot.path, shot.shows) if path}
    seen = {routes.match(path)[0] for path in paths if routes.test(path, "GET")}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert pages <= set(TABLE)
    assert seen == pages - NO_PAGE
    assert pages >= NO_PAGE


def test_every_page_for_a_trouble_is_among_the_shots(app: Flask):
    templates = {name for name in app.jinja_env.list_templates() if name.startswith("errors/")}

    assert templates == {"errors/page.html", "errors/404.html", *(f"errors/{code}.html" for code in TROUBLES)}


def test_shots_have_names_of_their_own():
    names = [shot.name for shot in SHOTS]

    assert sorted(set(names)) == sorted(names)
