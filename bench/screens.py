"""`./laureat screens`: photographs of every page of the example, wide and narrow, in both languages and themes, into VAR/screens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.processes import Installation

WIDTHS = {"wide": 1280, "phone": 390}


@dataclass(frozen=True)
class Shot:
    """One page: whose, what it is called, where it is. {names} are filled with ids from the example."""

    who: str
    name: str
    path: str


SHOTS = (
    Shot("", "welcome", "/"),
    Shot("", "demo", "/demo"),
    Shot("", "sign-in", "/sign-in"),
    Shot("", "events", "/events"),
    Shot("", "announcement", "/events/{intake}"),
    Shot("", "winners", "/events/{last}/winners"),
    Shot("", "gallery", "/events/{exhibition}/gallery"),
    Shot("", "exhibit", "/exhibits/{exhibit}"),
    Shot("", "programme", "/events/{bridge}/programme"),
    Shot("", "check", "/check/{code}"),
    Shot("", "check-empty", "/check"),
    Shot("", "not-found", "/nothing-here"),
    Shot("vera", "librarian", "/"),
    Shot("vera", "applications", "/applications"),
    Shot("vera", "application", "/applications/{application}"),
    Shot("vera", "form-authors", "/applications/{draft}/form/authors"),
    Shot("vera", "form-work", "/applications/{draft}/form/work"),
    Shot("vera", "form-files", "/applications/{draft}/form/files"),
    Shot("vera", "consents", "/applications/{draft}/form/consents"),
    Shot("vera", "check-and-submit", "/applications/{draft}/form/check"),
    Shot("vera", "papers", "/my/certificates"),
    Shot("vera", "me", "/me"),
    Shot("lev", "juror", "/desk"),
    Shot("lev", "juror-work", "/assignments/{assignment}"),
    Shot("nina", "methodist", "/"),
    Shot("nina", "events-of-centre", "/manage"),
    Shot("nina", "event", "/events/{judged}/desk"),
    Shot("nina", "event-applications", "/events/{judged}/applications"),
    Shot("nina", "event-application", "/applications/{submitted}"),
    Shot("nina", "send-back", "/applications/{submitted}/steps/send_back"),
    Shot("nina", "jury", "/events/{judged}/jury"),
    Shot("nina", "results", "/events/{judged}/results"),
    Shot("nina", "event-papers", "/events/{last}/certificates"),
    Shot("nina", "dates", "/events/{intake}/dates"),
    Shot("nina", "texts", "/events/{intake}/edit"),
    Shot("nina", "new-event", "/events/new"),
    Shot("nina", "enter", "/events/{intake}/applications/enter"),
    Shot("nina", "sites", "/events/{bridge}/sites"),
    Shot("nina", "attendance", "/events/{held}/attendance"),
    Shot("nina", "people", "/people"),
    Shot("nina", "person", "/people/{vera}"),
    Shot("nina", "schools", "/organisations"),
    Shot("nina", "paste", "/people/paste"),
    Shot("nina", "register", "/certificates"),
    Shot("nina", "letters", "/letters"),
    Shot("admin", "state", "/admin/jobs"),
    Shot("admin", "mail", "/admin/mail"),
)


def names(installation: Installation) -> dict[str, str]:
    """Return the ids that the paths ask for, looked up in the example."""

    def one(sql: str) -> str:
        rows = installation.rows(sql)
        return str(rows[0][0]) if rows else "0"

    vera = one("SELECT person.id FROM person JOIN login ON login.id = person.user_id WHERE login.email = 'vera@example.org'")
    contests = [str(row[0]) for row in installation.rows("SELECT id FROM event WHERE kind = 'contest' ORDER BY id")]
    bridges = [str(row[0]) for row in installation.rows("SELECT id FROM event WHERE kind = 'bridge' ORDER BY id")]
    return {
        "vera": vera,
        "last": contests[0],
        "intake": contests[1],
        "judged": contests[2],
        "exhibition": one("SELECT id FROM event WHERE kind = 'exhibition' ORDER BY id"),
        "exhibit": one("SELECT id FROM exhibit ORDER BY id"),
        "bridge": bridges[0],
        "held": bridges[1],
        "code": one("SELECT code FROM certificate WHERE state = 'ready' ORDER BY id"),
        "application": one(f"SELECT id FROM application WHERE applicant_id = {vera} AND event_id = {contests[2]}"),
        "draft": one(f"SELECT id FROM application WHERE applicant_id = {vera} AND state = 'draft'"),
        "submitted": one(f"SELECT id FROM application WHERE event_id = {contests[1]} AND state = 'submitted' ORDER BY id"),
        "assignment": one(
            "SELECT assignment.id FROM assignment JOIN appointment ON appointment.id = assignment.juror_id JOIN person ON person.id = appointment.person_id "
            f"JOIN application ON application.id = assignment.application_id LEFT JOIN review ON review.assignment_id = assignment.id "
            f"WHERE person.surname = 'Оненко' AND application.event_id = {contests[2]} AND review.id IS NULL ORDER BY assignment.id"
        ),
    }


def signed_in(context: BrowserContext, url: str, who: str) -> None:
    """Sign in as one of the cast through the page of the example."""
    page = context.new_page()
    page.goto(f"{url}/demo")
    page.locator(f"form:has(input[value='{who}']) button").click()
    page.close()


def contexts(browser: Browser, url: str) -> Iterator[tuple[str, str, BrowserContext]]:
    """Yield (who, what it looks like, context) for every person, width, language and theme."""
    for who in dict.fromkeys(shot.who for shot in SHOTS):
        for width, pixels in WIDTHS.items():
            for language in ("ru", "en"):
                for theme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": pixels, "height": 900}, locale=language, color_scheme=theme, reduced_motion="reduce"
                    )
                    if who:
                        signed_in(context, url, who)
                    context.add_cookies([{"name": "language", "value": language, "url": url}])
                    yield who, f"{width}-{language}-{theme}", context
                    context.close()


def main() -> None:
    target = Path(os.environ.get("VAR", "var")) / "screens"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, Installation(Path(place), demo=True) as installation, sync_playwright() as playwright:
        installation.flask("demo-fill")
        installation.wait_idle(within=180)
        known = names(installation)
        root = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*root, "--disable-gpu"])
        for who, look, context in contexts(browser, installation.url):
            page = context.new_page()
            for shot in (one for one in SHOTS if one.who == who):
                answer = page.goto(installation.url + shot.path.format(**known))
                if answer is None or (answer.status >= 400 and shot.name != "not-found"):
                    print(f"{shot.name}: {answer.status if answer else 'no answer'}", flush=True)
                page.screenshot(path=target / f"{shot.name}-{look}.png", full_page=True)
        browser.close()
    print(f"{len(list(target.glob('*.png')))} photographs in {target}")


if __name__ == "__main__":
    main()
