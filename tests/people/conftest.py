"""What tests of signing in need: to read the letter, and to be several browsers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app import background, clock
from app.notifications import post
from tests import world as worlds


@pytest.fixture
def letters(app: Flask) -> Callable[[], list[str]]:
    """Return a function that lets the worker work and gives the texts of all letters, the oldest first."""

    def read() -> list[str]:
        background.work_off()
        return [post.folder_letter(one.name).text for one in reversed(post.folder_letters())]

    return read


@pytest.fixture
def code(letters: Callable[[], list[str]]) -> Callable[[], str]:
    """Return a function that gives the code of the last letter."""
    return lambda: re.search(r"\b(\d{6})\b", letters()[-1]).group(1)


@pytest.fixture
def link(letters: Callable[[], list[str]]) -> Callable[[], str]:
    """Return a function that gives the path of the link in the last letter."""
    return lambda: re.search(r"https?://[^/\s]+(/sign-in/link/\S+)", letters()[-1]).group(1)


@pytest.fixture
def later(app: Flask) -> Callable[..., None]:
    """Return a function that moves the clock on from noon."""
    return lambda delta: clock.stop_at(worlds.NOON + delta)
