"""One example installation and one Chromium for all journeys; every person has a browser context of her own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.processes import Installation

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n0000000103 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n169\n%%EOF\n"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("example"), demo=True, environ={"WATCHDOG_SECONDS": "60", "LEASE_SECONDS": "60"})
    installation.start(within=240)
    yield installation
    installation.stop()


# Not for the session: Playwright runs once in a thread, and other modules of tests open a browser of their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "Chromium is missing: apt-get install chromium"
    root = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*root, "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@dataclass
class Someone:
    """A person at her browser: what she sees, and every complaint of the page (policy, script)."""

    page: Page
    url: str
    complaints: list[str]

    def open(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"

    def press(self, action: str, value: str = "") -> None:
        """Press the button of the form that posts to an address ending so (with that value, if given)."""
        button = f"button[value='{value}']" if value else "button:not(.visually-hidden)"
        self.page.locator(f"form[action$='{action}'] {button}").first.click()

    def go_on_by(self, button: str) -> None:
        """Press a button that leads to another page, and wait until it is there: the page's own script may send the form later."""
        before = self.page.url
        self.page.locator(button).last.click()
        self.page.wait_for_url(lambda url: url != before)

    def number_in_path(self, pattern: str) -> int:
        expect(self.page).to_have_url(re.compile(pattern))
        found = re.search(pattern, self.page.url)
        assert found, f"{self.page.url} is not like {pattern}"
        return int(found[1])

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


@pytest.fixture(params=[("ru", True), ("en", False)], ids=["ru", "en-without-scripts"])
def manner(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """The language, and whether scripts run."""
    language, scripts = request.param
    return language, scripts


@pytest.fixture
def someone(example: Installation, chromium: Browser, manner: tuple[str, bool]) -> Iterator[Callable[[str], Someone]]:
    """Return a function that gives a person at her browser: one of the cast by key, anybody by address, or nobody («»)."""
    contexts = []
    language, scripts = manner

    def come(who: str) -> Someone:
        context = chromium.new_context(locale=language, java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        person = Someone(page, example.url, [])
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        page.on("console", lambda message: person.complaints.append(message.text) if message.type == "error" else None)
        context.add_cookies([{"name": "language", "value": language, "url": example.url}])
        if "@" in who:
            enter_by_code(person, who)
        elif who:
            person.open("/demo")
            page.locator(f"form:has(input[value='{who}']) button").click()
        return person

    yield come
    for context in contexts:
        context.close()


def enter_by_code(person: Someone, address: str) -> None:
    """Sign in as a librarian or a juror does: address, letter, code."""
    person.open("/admin/mail")
    before = codes_for(person, address).count()
    person.open("/sign-in")
    person.page.fill("input[name=address]", address)
    person.press("/sign-in")
    for _attempt in range(100):
        person.open("/admin/mail")
        letter = codes_for(person, address)
        if letter.count() > before:
            break
        person.page.wait_for_timeout(200)
    code = re.search(r"\d{6}", letter.first.inner_text())
    assert code
    person.open("/sign-in/code")
    person.page.fill("input[name=code]", code[0])
    person.press("/sign-in/code")


def codes_for(person: Someone, address: str) -> Locator:
    """The letters with a code to an address, newest first, on the page of the example's mail."""
    return person.page.locator("tr", has_text=address).filter(has_text=re.compile(r"\d{6}"))


def in_city(**ahead: float) -> str:
    """Return a moment of the centre's zone as a date field wants it."""
    return (datetime.now(ZoneInfo("Asia/Vladivostok")) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def set_dates(methodist: Someone, **dates: str) -> None:
    for key, value in dates.items():
        methodist.page.fill(f"input[name=d_{key}]", value)
    methodist.page.locator("main form:has(input[name^=d_]) button[type=submit]").last.click()
    methodist.page.wait_for_url("**/desk")


def begin_event(methodist: Someone, preset: str, **dates: str) -> int:
    """Begin an event from a preset, set its dates, announce it; return its id."""
    methodist.open("/events/new")
    methodist.page.click(f"button[name=preset][value={preset}]")
    event = methodist.number_in_path(r"/events/(\d+)/dates")
    set_dates(methodist, **dates)
    methodist.press(f"/events/{event}/announce")
    return event


def fill_and_go_on(person: Someone, **answers: str) -> None:
    """Fill the fields of a section by question key and go to the next one."""
    for key, value in answers.items():
        field = person.page.locator(f"[name=q_{key}]")
        if field.first.get_attribute("type") == "radio":
            person.page.locator(f"[name=q_{key}][value='{value}']").check()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    person.go_on_by("button[name=action][value=next]:not(.visually-hidden)")


def agree_and_submit(person: Someone) -> int:
    """Give every consent, look once more, submit; return the application's id."""
    for box in person.page.locator("input[type=checkbox][name^=c_]").all():
        box.check()
    person.go_on_by("main form:has(input[name^=c_]) button:not(.visually-hidden)")
    application = person.number_in_path(r"/applications/(\d+)/form/check")
    person.press("/steps/submit")
    person.page.wait_for_url(f"**/applications/{application}")
    return application


def issue_papers(methodist: Someone, event: int) -> None:
    methodist.open(f"/events/{event}/certificates")
    methodist.press(f"/events/{event}/certificates")
    for _attempt in range(150):
        methodist.open(f"/events/{event}/certificates")
        if methodist.page.locator("a[href*='/file']").count() and not methodist.page.locator("progress[data-poll-bar]").count():
            return
        methodist.page.wait_for_timeout(400)
    raise AssertionError("the papers did not become ready")
