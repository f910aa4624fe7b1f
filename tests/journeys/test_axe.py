"""Every page opens without a complaint and fits its screen, and axe finds nothing: wide in Russian by day or on a phone in English
by night, page by page in turn; at full size every page in all four looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from bench import scenery
from bench.shots import EMPTY, SHOTS, Shot, by_turns
from tests.processes import Installation
from tests.scale import FULL

AXE = (Path(__file__).resolve().parent.parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = {"ru-light-wide": ("ru", "light", 1280, 900), "en-dark-phone": ("en", "dark", 390, 844)}
if FULL:
    LOOKS |= {"ru-dark-phone": ("ru", "dark", 390, 844), "en-light-wide": ("en", "light", 1280, 900)}


@pytest.fixture(scope="module")
def inside(example: Installation) -> Flask:
    """The application over the rows of the example, with people who sign in with every proof."""
    example.wait_idle(within=240)
    app = scenery.inside(example)
    scenery.prepare(app)
    return app


@pytest.fixture(scope="module")
def urls(example: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with scenery.beginning(tmp_path_factory.mktemp("empty")) as empty:
        yield {"": example.url, EMPTY: empty}


def complaints(page: Page) -> list[str]:
    """Return what is wrong with the page at hand: wider than the screen, or rule and place of what axe has against it.

    It is looked at from its end: what a bar covers there is covered for good, what it covers before scrolls out from under it.
    """
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false, iframes: false})", TAGS
    )
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    heads = page.locator("h1").count()
    told = [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]
    return told + ["wider than the screen"] * wide + [f"{heads} main headings"] * (heads != 1)


def look_through(page: Page, url: str, shots: list[Shot], known: dict[str, str]) -> list[tuple[str, str]]:
    """Open one page after the other and return what is wrong, with the page's name."""
    wrong: list[tuple[str, str]] = []
    for shot in shots:
        status = scenery.go(page, url, shot, known)
        here = urlsplit(page.url).path
        if (status, here) != (shot.status, scenery.path_of(shot, known)):
            wrong.append((shot.name, f"{status} at {here}"))
        wrong += [(shot.name, one) for one in complaints(page)]
    return wrong


@pytest.mark.live
@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(example: Installation, inside: Flask, urls: dict[str, str], chromium: Browser, look: str):
    language, theme, width, height = LOOKS[look]
    known = {**scenery.ids(example), "token": scenery.link_token(inside)}
    wrong: list[tuple[str, str]] = []

    def complain(error: object) -> None:
        wrong.append(("script", str(error)))

    shots = SHOTS if FULL else by_turns(len(LOOKS))[list(LOOKS).index(look)]
    for who in dict.fromkeys(shot.who for shot in shots):
        url = urls.get(who, example.url)
        context = chromium.new_context(
            locale=language, color_scheme=theme, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.add_init_script(script=AXE)
        context.add_cookies([{"name": "language", "value": language, "url": url}])
        page = context.new_page()
        page.on("pageerror", complain)
        scenery.sign_in(page, url, who, inside)
        wrong += look_through(page, url, [shot for shot in shots if shot.who == who], known)
        context.close()
    assert not wrong, "\n".join(f"{name}: {what}" for name, what in wrong)
