"""One table says who may open what; the routes, the decorators and the answers agree with it. A19 A30."""

from __future__ import annotations

import pytest

from app import web
from bench.shots import NO_PAGE, SHOTS, TROUBLES
from tests.permission_table import TABLE


def test_every_route_stands_in_the_table_exactly_once(app):
    assert web.permissions(app) == TABLE


def test_every_route_that_changes_something_refuses_get(app):
    """A route with POST and GET only asks on GET; one without GET answers 405 (or its guard speaks first)."""
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        assert not {"PUT", "DELETE", "PATCH"} & rule.methods, rule


@pytest.fixture
def stand_in() -> dict[str, str]:
    """Something in the place of every id and code a path asks for."""
    names = {"code", "token", "letter_file"}
    return {name: "word.eml" if name in names else "1" for shot in SHOTS for name in shot.asks_for()}


def test_every_page_of_the_permission_table_is_among_the_shots(app, stand_in: dict[str, str]):
    routes = app.url_map.bind("localhost")
    paths = {path.format(**stand_in).partition("?")[0] for shot in SHOTS for path in (shot.path, shot.shows) if path}
    seen = {routes.match(path)[0] for path in paths if routes.test(path, "GET")}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert pages <= set(TABLE)
    assert seen == pages - NO_PAGE
    assert pages >= NO_PAGE


def test_every_page_for_a_trouble_is_among_the_shots(app):
    templates = {name for name in app.jinja_env.list_templates() if name.startswith("errors/")}

    assert templates == {"errors/page.html", "errors/404.html", *(f"errors/{code}.html" for code in TROUBLES)}


def test_shots_have_names_of_their_own():
    names = [shot.name for shot in SHOTS]

    assert sorted(set(names)) == sorted(names)


ROLES = {
    "nobody": {web.ANYONE},
    "vera": {web.ANYONE, web.USER, web.PERSON},
    "oleg": {web.ANYONE, web.USER, web.PERSON},
    "nina": {web.ANYONE, web.USER, web.PERSON, web.METHODIST},
    "admin": {web.ANYONE, web.USER, web.PERSON, web.ADMINISTRATOR},
}


@pytest.mark.parametrize("who", ROLES)
def test_a19_every_route_for_every_role_and_method(app, world, client, signed_in, who):
    """Who lacks the role never gets a page or an effect: a stranger is asked to sign in, others find nothing."""
    visitor = client if who == "nobody" else signed_in(who)
    wrong = []
    for rule in app.url_map.iter_rules():
        may = bool(ROLES[who] & set(TABLE[rule.endpoint]))
        if may:
            continue
        path = "".join(part if not is_argument else "1" for is_argument, part in rule._trace).split("|", 1)[-1]
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            answer = visitor.open(path, method=method)
            asked = who == "nobody" and answer.status_code in (302, 401) and "/sign-in" in (answer.location or "/sign-in")
            if answer.status_code != 404 and not asked:
                wrong.append((method, path, answer.status_code))
    assert wrong == []
