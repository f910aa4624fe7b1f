"""A librarian enters a work and a juror marks one with the keyboard alone; where the focus stands is seen at every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FileChooser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bench import scenery
from tests.journeys.conftest import PDF
from tests.processes import Installation

MOST = 60  # Tabs to reach anything on a page: more would be a labour

# What has the focus: is its ring to be seen (its own, its label's, or that of the whole card), and does nothing lie over it?
FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const ring = style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const near = [getComputedStyle(one), getComputedStyle(one, "::after")];
    if (one.nextElementSibling) near.push(getComputedStyle(one.nextElementSibling));
    const middle = [box.left + box.width / 2, box.top + Math.min(box.height, window.innerHeight) / 2];
    const on_top = document.elementFromPoint(...middle);
    const free = on_top && (one.contains(on_top) || on_top.contains(one) || (one.labels && [...one.labels].some(label => label.contains(on_top))));
    return {what: one.outerHTML.slice(0, 120), ring: near.some(ring), free: Boolean(free)};
}"""


@dataclass
class Hands:
    """Hands that have a keyboard only."""

    page: Page

    def tab(self, key: str = "Tab") -> None:
        """Go on by one, and see where the focus stands then."""
        self.page.keyboard.press(key)
        focus = self.page.evaluate(FOCUS)
        assert focus["ring"], f"nobody sees that the focus is on {focus['what']}"
        assert focus["free"], f"something lies over {focus['what']}"

    def has(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def to(self, selector: str, key: str = "Tab") -> None:
        """Go on until something like this has the focus."""
        for _step in range(MOST):
            self.tab(key)
            if self.has(selector):
                return
        raise AssertionError(f"{selector} is not reached with {MOST} times {key} on {self.page.url}")

    def skip_to_content(self) -> None:
        """The first stop of every page leads past the menus."""
        self.tab()
        assert self.has(".skip"), self.page.locator("main").inner_text()
        self.page.keyboard.press("Enter")
        assert self.has("main")

    def enter(self, key: str = "Enter") -> None:
        """Press what has the focus, and stand in the content of the page that comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        if not self.page.url.endswith("#main"):  # a form that was sent from the content leads back into the content
            self.skip_to_content()

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def attach(self, selector: str, name: str) -> None:
        self.to(selector)
        try:
            chooser = self._chooser()
        except PlaywrightTimeout:  # a browser on a busy machine may swallow the key: whoever sees nothing happen presses again
            chooser = self._chooser()
        chooser.set_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})

    def _chooser(self) -> FileChooser:
        with self.page.expect_file_chooser(timeout=8000) as choosing:
            self.page.keyboard.press("Space")
        return choosing.value

    def come_as(self, who: str, url: str) -> None:
        self.page.goto(f"{url}/demo")
        self.skip_to_content()
        self.to(f"input[value='{who}'] ~ button")
        self.enter()


@pytest.fixture(params=[("ru", 1280, 900), ("en", 390, 844)], ids=["ru-wide", "en-phone"])
def hands(request: pytest.FixtureRequest, example: Installation, chromium: Browser) -> Iterator[Hands]:
    language, width, height = request.param
    context = chromium.new_context(locale=language, viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": "language", "value": language, "url": example.url}])
    context.set_default_timeout(20_000)
    yield Hands(context.new_page())
    context.close()


@pytest.mark.live
@pytest.mark.browser
def test_a_librarian_enters_a_work_with_the_keyboard_alone(example: Installation, hands: Hands):
    known, title = scenery.ids(example), "Клавиши и книги"
    before = example.rows("SELECT count(*) FROM application WHERE title = :title AND state = 'submitted'", title=title)[0][0]

    hands.come_as("oleg", example.url)
    hands.page.goto(f"{example.url}/events/{known['intake']}")  # her home shows the newest few, and other journeys announce events
    hands.skip_to_content()
    hands.to("form[action$='/applications'] button")
    hands.enter()  # the section of authors asks nothing more
    hands.to("button[value=next]:not(.visually-hidden)")
    hands.enter()
    hands.to("input[name=q_nomination]")
    hands.page.keyboard.press("Space")
    hands.tab("ArrowDown")
    hands.write("[name=q_title]", title)
    hands.write("[name=q_annotation]", "Набрано без мыши.")
    hands.to("button[value=next]:not(.visually-hidden)")
    hands.enter()
    hands.attach("input[name=q_file]", "работа.pdf")
    hands.to("button[value=attach]")
    hands.enter("Space")
    hands.to("button[value=next]:not(.visually-hidden)")
    hands.enter()
    for consent in ("processing", "spreading"):
        hands.to(f"input[type=checkbox][name=c_{consent}]")
        hands.page.keyboard.press("Space")
    hands.to("main form button:not(.visually-hidden)")
    hands.enter()
    hands.to("form[action$='/steps/submit'] button")
    hands.enter()

    after = example.rows("SELECT count(*) FROM application WHERE title = :title AND state = 'submitted'", title=title)[0][0]
    assert after == before + 1


@pytest.mark.live
@pytest.mark.browser
def test_a_juror_marks_a_work_with_the_keyboard_alone(example: Installation, hands: Hands):
    sheets = "SELECT count(*) FROM review WHERE comment = 'Без мыши' AND final_at IS NOT NULL"
    before = example.rows(sheets)[0][0]

    hands.come_as("lev", example.url)
    hands.to("a.btn[href*='/judging/'], a.btn[href*='/assignments/'], a.btn[href$='/desk']")
    hands.enter()
    hands.to("a.btn[href*='/judging/'], a.btn[href*='/assignments/'], input[type=radio]")
    if not hands.has("input"):
        hands.enter()
        hands.to("input[type=radio]")
    criteria = hands.page.locator("fieldset[data-criterion]").count()
    hands.page.keyboard.press("Space")
    hands.tab("ArrowRight")
    for _criterion in range(criteria - 1):
        hands.to("fieldset[data-criterion] input[type=radio]")
        hands.page.keyboard.press("4")
    hands.write("textarea[name=comment]", "Без мыши")
    hands.to("[data-marking-done]")
    hands.to("textarea[name=comment]", "Shift+Tab")
    hands.to("[data-marking-done]")
    hands.enter()

    assert example.rows(sheets)[0][0] == before + 1
