"""`./laureat screens`: photographs of every page of the example, wide and narrow, in both languages and themes, into VAR/screens."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from bench import scenery
from bench.shots import EMPTY, SHOTS, Shot
from tests.processes import Installation

WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
LANGUAGES = ("ru", "en")
THEMES = ("light", "dark")


class Camera:
    """Photographs pages: each is opened once in a language, and shown in both widths and themes."""

    def __init__(self, browser: Browser, urls: dict[str, str], app: Flask, known: dict[str, str], target: Path) -> None:
        self.browser, self.urls, self.app, self.known, self.target = browser, urls, app, known, target

    def round(self, who: str, language: str, shots: Sequence[Shot]) -> None:
        """Photograph the pages of one person in one language."""
        url = self.urls.get(who, self.urls[""])
        context = self.browser.new_context(locale=language, reduced_motion="reduce")
        context.add_cookies([{"name": "language", "value": language, "url": url}])
        page = context.new_page()
        scenery.sign_in(page, url, who, self.app)
        known = {**self.known, "token": scenery.link_token(self.app)}
        for shot in shots:
            page.set_viewport_size({"width": 1280, "height": 900})
            status = scenery.go(page, url, shot, known)
            if status != shot.status:
                print(f"{shot.name}: {status} instead of {shot.status}", flush=True)
            for width, (across, least) in WIDTHS.items():
                self._show_whole(page, across, least)
                for theme in THEMES:
                    page.emulate_media(color_scheme=theme)
                    page.screenshot(path=self.target / f"{shot.name}-{width}-{language}-{theme}.png")
        context.close()

    def _show_whole(self, page: Page, across: int, least: int) -> None:
        """Make the window as long as the page: what sticks to its edge stands at the end, every picture is loaded."""
        page.set_viewport_size({"width": across, "height": least})
        page.set_viewport_size({"width": across, "height": max(least, page.evaluate("document.documentElement.scrollHeight"))})
        page.wait_for_load_state("networkidle")


def main(wanted: Sequence[str]) -> None:
    """Photograph every page, or only those whose names are given."""
    target = Path(os.environ.get("VAR", "var")) / "screens"
    target.mkdir(parents=True, exist_ok=True)
    chosen = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    root = [] if os.geteuid() else ["--no-sandbox"]
    with (
        tempfile.TemporaryDirectory() as place,
        Installation(Path(place) / "example", demo=True) as example,
        scenery.beginning(Path(place) / "empty") as empty,
        sync_playwright() as playwright,
    ):
        example.flask("demo-fill")
        example.wait_idle(within=180)
        app = scenery.inside(example)
        scenery.prepare(app)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*root, "--disable-gpu"])
        camera = Camera(browser, {"": example.url, EMPTY: empty}, app, scenery.ids(example), target)
        for who in dict.fromkeys(shot.who for shot in chosen):
            for language in LANGUAGES:
                camera.round(who, language, [shot for shot in chosen if shot.who == who])
        browser.close()
    print(f"{len(chosen) * 8} photographs in {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
