"""Every page of this room opens in both languages and is sound HTML."""

from __future__ import annotations

import html5lib
import pytest

from app.database import committing
from app.people import operations
from tests.people.test_sign_in import PASSWORD

ANYBODY = ("/sign-in", "/sign-in/password", "/sign-in/paper", "/sign-in/forgotten", "/sign-in/link/nothing")
VERA = ("/me", "/me/name", "/me/dative", "/me/place", "/me/address", "/who")
NINA = (
    "/me", "/me/password", "/me/authenticator", "/people", "/people?q=nobody", "/people/new", "/people/paste", "/people/{vera}",
    "/people/{vera}/edit", "/people/{vera}/dative", "/people/{vera}/place", "/people/{vera}/invite", "/people?organisation={school}",
    "/organisations", "/organisations?q=nothing", "/organisations/new", "/organisations/{school}/edit",
)  # fmt: skip
ADMIN = ("/people/{nina}", "/people/{vera}/appoint")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_open_and_are_sound(world, client, signed_in, language):
    with committing():
        operations.set_password(world.nina.user, PASSWORD)
    browsers = ((client, ANYBODY), (signed_in("vera"), VERA), (signed_in("nina"), NINA), (signed_in("admin"), ADMIN))
    for browser, paths in browsers:
        browser.set_cookie("language", language)
        for path in paths:
            page = browser.get(path.format(**world.ids))
            assert (path, page.status_code) == (path, 200)
            html5lib.HTMLParser(strict=True).parse(page.text)
            assert f'lang="{language}"' in page.text


def test_pages_write_nothing_when_they_are_read(world, as_nina):
    from sqlalchemy import text

    from app.database import db

    def state() -> list[int]:
        tables = ("person", "login", "organisation", "affiliation", "trace", "sign_in_code", "job", "notification")
        return [db.session.execute(text(f"select count(*) from {table}")).scalar() for table in tables]  # noqa: S608

    before = state()
    for path in NINA:
        as_nina.get(path.format(**world.ids))

    assert state() == before
