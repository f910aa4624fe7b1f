"""A long form in a real browser while the network or the session goes away: what was typed comes back, and newer text stands over older. F7 F31."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, request, request_finished
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import delete

from app import background
from app.applications import views
from app.applications.models import Application
from app.database import committing, db
from app.notifications import post
from app.people.models import SignIn

pytestmark = pytest.mark.browser
TYPED = "Первый абзац аннотации.\nВторой абзац, который никто не хочет писать ещё раз."


@pytest.fixture
def settings() -> dict[str, object]:
    return {"WTF_CSRF_ENABLED": True}


@dataclass
class Filling:
    """Vera's browser on the page «работа» of her draft."""

    page: Page
    address: str
    draft: int

    @property
    def path(self) -> str:
        return f"/applications/{self.draft}/form/work"

    def open(self) -> None:
        self.page.goto(self.address + self.path)

    def type(self) -> None:
        self.page.fill("[name=q_title]", "Читающий двор на набережной")
        self.page.fill("[name=q_annotation]", TYPED)

    def is_filled(self) -> None:
        expect(self.page.locator("[name=q_title]")).to_have_value("Читающий двор на набережной")
        expect(self.page.locator("[name=q_annotation]")).to_have_value(TYPED)

    def kept_by_the_house(self) -> tuple[str, str]:
        db.session.rollback()
        answers = db.session.get_one(Application, self.draft).answers
        return str(answers.get("title")), str(answers.get("annotation")).replace("\r\n", "\n")

    def sign_in(self) -> None:
        self.page.fill("[name=address]", "vera@example.org")
        self.page.locator("main form button:not(.visually-hidden)").first.click()
        self.page.wait_for_url(re.compile("/sign-in/code"))
        background.work_off()
        code = re.search(r"\b(\d{6})\b", post.folder_letter(post.folder_letters()[0].name).text)
        self.page.fill("[name=code]", code.group(1))
        self.page.locator("main form button:not(.visually-hidden)").first.click()


@pytest.fixture
def filling(app: Flask, address: str, world, as_vera) -> Iterator[Filling]:
    draft = world.enter(submit=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="ru-RU")
        name = app.config["SESSION_COOKIE_NAME"]
        context.add_cookies([{"name": name, "value": as_vera.get_cookie(name).value, "url": address}])
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        filling = Filling(page, address, draft)
        filling.open()
        yield filling
        browser.close()


def test_f31_text_typed_without_a_network_is_there_after_the_browser_was_closed(filling):
    filling.page.context.set_offline(True)
    filling.type()
    expect(filling.page.locator("[data-saved-text]")).to_contain_text("Нет связи")
    context = filling.page.context
    filling.page.close()
    context.set_offline(False)
    filling.page = context.new_page()
    filling.open()

    filling.is_filled()
    expect(filling.page.locator("[data-saved-text]")).to_contain_text("сохранено в")
    assert filling.kept_by_the_house() == ("Читающий двор на набережной", TYPED)


@pytest.mark.parametrize("how", ["ended elsewhere", "cookie forgotten"])
def test_f31_a_form_sent_after_the_session_is_over_comes_back_filled(filling, how):
    filling.type()
    if how == "ended elsewhere":
        with committing():
            db.session.execute(delete(SignIn))
    else:
        filling.page.context.clear_cookies()
    filling.page.locator("button[name=action][value=next]:not(.visually-hidden)").click()
    if how == "cookie forgotten":
        filling.page.get_by_role("link", name="Войти снова").click()
    filling.sign_in()

    filling.page.wait_for_url(re.compile(f"{filling.path}$"))
    filling.is_filled()
    filling.page.locator("button[name=action][value=next]:not(.visually-hidden)").click()
    filling.page.wait_for_url(re.compile(f"/applications/{filling.draft}/form/files$"))
    assert filling.kept_by_the_house() == ("Читающий двор на набережной", TYPED)


def test_f7_a_save_on_its_way_never_stands_over_what_was_pressed_after_it(app, filling, monkeypatch):
    """The server is slow with the first save of the page; the press waits for it, so the newer text is kept last."""
    begun, go_on, over, find = threading.Event(), threading.Event(), threading.Event(), views.filling.section_or_404

    def slow(application: Application, section: str) -> object:
        if request.path.endswith("/draft") and not begun.is_set():
            begun.set()
            go_on.wait(20)
        return find(application, section)

    def finished(_app: Flask, **_more: object) -> None:
        if request.path.endswith("/draft"):
            over.set()

    monkeypatch.setattr(views.filling, "section_or_404", slow)
    filling.page.fill("[name=q_title]", "Старое название")
    assert begun.wait(20)
    filling.type()
    threading.Timer(1.5, go_on.set).start()
    with request_finished.connected_to(finished, app):
        filling.page.locator("button[name=action][value=next]:not(.visually-hidden)").click()
        filling.page.wait_for_url(re.compile(f"/applications/{filling.draft}/form/files$"))
        assert over.wait(20)

    assert filling.kept_by_the_house() == ("Читающий двор на набережной", TYPED)
