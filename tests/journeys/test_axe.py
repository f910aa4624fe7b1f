"""Every page of the example opens without a complaint, and axe finds nothing: wide in Russian by day, narrow in English by night."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bench.screens import SHOTS, names, signed_in
from tests.processes import Installation

AXE = (Path(__file__).resolve().parent.parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A phone is given a long screen: what the bottom bar covers before one scrolls is not a fault of the page.
LOOKS = {"ru-light-wide": ("ru", "light", 1280, 900), "en-dark-phone": ("en", "dark", 390, 5000)}


def findings(page: Page) -> list[str]:
    """Return what axe has against the page: rule and place."""
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.live
@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(example: Installation, chromium: Browser, look: str):
    language, theme, width, height = LOOKS[look]
    example.wait_idle(within=240)
    known = names(example)
    wrong: list[tuple[str, str]] = []

    def complain(error: object) -> None:
        wrong.append(("script", str(error)))

    for who in dict.fromkeys(shot.who for shot in SHOTS):
        context = chromium.new_context(
            locale=language, color_scheme=theme, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.add_cookies([{"name": "language", "value": language, "url": example.url}])
        if who:
            signed_in(context, example.url, who)
        page = context.new_page()
        page.on("pageerror", complain)
        for shot in (one for one in SHOTS if one.who == who):
            answer = page.goto(example.url + shot.path.format(**known))
            assert answer is not None
            if answer.status >= 400 and shot.name != "not-found":
                wrong.append((shot.name, str(answer.status)))
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append((shot.name, "wider than the screen"))
            wrong += [(shot.name, finding) for finding in findings(page)]
        context.close()
    assert wrong == []
