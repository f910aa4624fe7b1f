"""The hostile stage in a real browser: no dialog, no script of others, nothing the policy had to report. A1 A4 A5 A6 A8 A45."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.applications.models import Application
from app.database import committing, db
from tests.attacks.stage import PAYLOAD

pytestmark = pytest.mark.browser

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "Chromium is missing: apt-get install chromium"
    root = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*root, "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def settings() -> dict[str, object]:
    return {"WTF_CSRF_ENABLED": True}


@dataclass
class Watched:
    """A page, and everything that must not have happened on it."""

    page: Page
    url: str
    alarms: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path, wait_until="load")


WATCH = """
addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI));
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => console.error("dialog: " + name);
"""


@pytest.fixture
def watch(app: Flask, address: str, chromium: Browser, signed_in: Callable) -> Iterator[Callable[[str], Watched]]:
    """Return a function that opens a browser for one of the cast."""
    contexts: list[BrowserContext] = []

    def open_for(who: str) -> Watched:
        context = chromium.new_context(accept_downloads=True)
        contexts.append(context)
        if who != "nobody":
            name = app.config["SESSION_COOKIE_NAME"]
            cookie = signed_in(who).get_cookie(name)
            context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
        context.add_init_script(WATCH)
        watched = Watched(context.new_page(), address)
        watched.page.on("dialog", lambda dialog: (watched.alarms.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        watched.page.on("pageerror", lambda fault: watched.alarms.append(f"error: {fault}"))
        watched.page.on("console", lambda said: said.type == "error" and "status of" not in said.text and watched.alarms.append(said.text))
        return watched

    yield open_for
    for context in contexts:
        context.close()


PAGES = {
    "nobody": ["/", "/events", "/events/{contest}", "/events/{contest}/winners", "/events/{exhibition}/gallery", "/exhibits/{exhibit}", "/events/{bridge}"],
    "vera": ["/", "/me", "/applications", "/applications/{second}", "/applications/{work}/steps/withdraw", "/my/certificates", "/who"],
    "oleg": ["/applications/{draft}/form/authors", "/applications/{draft}/form/work", "/applications/{draft}/form/files", "/applications/{draft}/form/check"],
    "lev": ["/desk", "/assignments/{sheet}"],
    "nina": [
        "/manage", "/events/{contest}/desk", "/events/{contest}/applications", "/applications/{work}", "/applications/{waiting}/steps/send_back",
        "/events/{contest}/jury?search=Знак", "/events/{contest}/results", "/events/{contest}/certificates", "/certificates/{revoked}/revoke",
        "/events/{bridge}/programme", "/events/{bridge}/sites", "/events/{bridge}/attendance", "/people?q=Знак", "/people/{person}", "/letters",
        "/letters/1", "/events/{contest}/edit",
    ],
    "admin": ["/admin/jobs", "/admin/mail"],
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_a4_no_script_of_others_runs_on_any_page(watch, play, who):
    visit = watch(who)
    for path in PAGES[who]:
        visit.go(path.format(**play.ids, **play.cast))
        assert visit.page.locator("main, body").first.is_visible()
        assert visit.page.evaluate("document.querySelectorAll('img[src=x], svg[onload], [onerror], [onclick]').length") == 0, path
        assert visit.alarms == [], path


def test_a5_what_scripts_of_ours_write_is_text(watch, play):
    """The counter, the saved line, a kept draft that comes back, the fault beside a field: all with hostile words."""
    visit = watch("oleg")
    form = f"/applications/{play.ids['draft']}/form/work"
    visit.go(form)
    visit.page.fill("[name=q_title]", f"Снова {PAYLOAD}")
    visit.page.locator("[data-saved-text]").first.wait_for()
    visit.page.wait_for_timeout(1800)
    visit.go(form)

    assert visit.page.input_value("[name=q_title]") == f"Снова {PAYLOAD}"
    assert visit.alarms == []


def test_a6_the_page_of_a_conflict_shows_words_as_words(watch, play, world):
    """A step from a stale tab: the page with the new state, with hostile titles on it."""
    nina = watch("nina")
    nina.go(f"/applications/{play.ids['waiting']}")
    with committing():
        db.session.get_one(Application, play.ids["waiting"]).state = "withdrawn"
    nina.page.locator("form[action$='/steps/admit'] button").first.click()
    nina.page.wait_for_load_state()

    assert nina.page.locator("main").is_visible()
    assert nina.page.locator("form[action$='/steps/admit']").count() == 0
    assert nina.alarms == []


def test_a8_an_injected_script_does_not_run(watch):
    """Were a page to let hostile markup through, the policy is the second wall: inline, handler, foreign host and eval stay shut."""
    visit = watch("nobody")
    visit.go("/")
    visit.page.evaluate(
        """() => {
          const add = (html) => document.body.insertAdjacentHTML("beforeend", html);
          const script = document.createElement("script"); script.textContent = "window.broken = 1"; document.body.append(script);
          const far = document.createElement("script"); far.src = "http://localhost:9/evil.js"; document.body.append(far);
          add('<img src="x" onerror="window.broken = 2">');
          add('<a id="evil" href="javascript:window.broken = 3">x</a>'); document.getElementById("evil").click();
          add('<iframe srcdoc="<script>parent.broken = 4</scr' + 'ipt>"></iframe>');
        }"""
    )
    visit.page.wait_for_timeout(300)
    blocked = " ".join(visit.alarms)

    assert visit.page.evaluate("window.broken") is None
    assert "script-src" in blocked
    assert "localhost:9" in blocked


def test_a1_a_link_to_what_a_person_sent_is_a_download(watch, play, address):
    """Also when it is opened as an address: nothing of it is shown or run."""
    vera = watch("vera")
    vera.go(f"/applications/{play.ids['work']}")
    with vera.page.expect_download() as came:
        vera.page.locator(f"a[href='/files/{play.ids['file']}']").first.click()

    assert came.value.suggested_filename.endswith(".pdf")
    assert vera.page.url == f"{address}/applications/{play.ids['work']}"
    assert vera.alarms == []


def test_a45_no_page_can_be_framed_or_reached_through_an_opener(watch, play, address):
    nobody = watch("nobody")
    nobody.go("/check")
    framed = nobody.page.evaluate(
        """async (url) => {
          const frame = document.createElement("iframe"); frame.src = url; document.body.append(frame);
          await new Promise((go) => setTimeout(go, 800));
          try { return frame.contentDocument ? frame.contentDocument.title : ""; } catch { return ""; }
        }""",
        f"{address}/events",
    )
    assert framed == ""

    visitor = watch("nobody")
    visitor.go(f"/events/{play.cast['contest']}")
    assert visitor.page.evaluate("window.opener") is None


def test_a45_a_private_address_is_not_told_to_other_hosts(watch, play):
    """A link that leads away carries no referrer: its address may hold a number or a code."""
    visit = watch("vera")
    asked: list[str | None] = []
    visit.page.route("https://example.org/**", lambda route: (asked.append(route.request.headers.get("referer")), route.abort()))
    visit.page.context.route("https://example.org/**", lambda route: (asked.append(route.request.headers.get("referer")), route.abort()))
    visit.go(f"/applications/{play.ids['work']}")
    link = visit.page.locator("a[href^='https://example.org']").first
    assert "noreferrer" in (link.get_attribute("rel") or "")
    link.click()
    visit.page.wait_for_timeout(500)

    assert asked
    assert set(asked) == {None}
