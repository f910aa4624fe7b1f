"""A regulation's own words for a letter: they take the place of ours, are filled once, and may leave a letter out. A14 A15."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from sqlalchemy import select

from app.background import Job
from app.database import committing, db
from app.events import operations as events
from app.notifications.letters import Draft
from app.notifications.models import Notification
from tests.world import NOON


@pytest.fixture
def says(world):
    """Let the regulation of the contest say something about its letters."""

    def say(**letter: Any) -> None:
        body = copy.deepcopy(world.contest.version.body)
        body["letters"] = [{"notice": "entry_received", **letter}]
        with committing():
            events.rewrite(world.contest, body, by=world.nina, now=NOON)

    return say


def written(name: str = "entry_received", language: str = "ru"):
    letter = db.session.scalars(select(Notification).where(Notification.name == name)).one()
    draft = Draft.of(letter)
    return Draft(draft.name, language, draft.values).write()


def test_the_regulation_s_words_take_the_place_of_ours(world, says):
    says(
        subject={"ru": "Ваша заявка № {number}", "en": "Your application {number}"},
        text={"ru": "Уважаемая {greeting}!\n\nРабота «{work}» у нас.\n\n{centre}", "en": "Dear {greeting},\n\nWe have “{work}”."},
    )
    world.enter(title="Читающий двор")

    assert (written().subject, written().text) == (
        "Ваша заявка № 26-001",
        "Уважаемая Вера Андреевна!\n\nРабота «Читающий двор» у нас.\n\nИМЦ\n",
    )
    assert written(language="en").subject == "Your application 26-001"
    assert "We have “Читающий двор”." in written(language="en").text


def test_what_is_not_said_stays_as_it_was_and_other_letters_too(world, says):
    says(subject={"ru": "Получили"})
    world.enter()

    assert written().subject == "Получили"
    assert "Следить за заявкой можно здесь" in written().text
    assert written("new_entry").subject.startswith("Новая заявка")


def test_a15_values_are_never_filled_again(world, says):
    says(text={"ru": "Работа: {work}. <b>"})
    world.enter(title="{greeting} {{ 7 * 7 }} {link}")

    assert written().text == "Работа: {greeting} {{ 7 * 7 }} {link}. <b>\n"


def test_a_subject_stays_one_line(world, says):
    says(subject={"ru": "Заявка:\n{work}\nBcc: all@example.org"})
    world.enter(title="Двор")

    assert written().subject == "Заявка: Двор Bcc: all@example.org"


def test_a_letter_left_out_is_not_queued_and_the_step_is_taken(world, says):
    says(off=True)
    world.enter()

    names = db.session.scalars(select(Notification.name)).all()
    assert "entry_received" not in names
    assert "new_entry" in names
    assert len(db.session.scalars(select(Job).where(Job.kind == "notifications.send")).all()) == len(names)


def test_letters_of_other_events_keep_our_words(world, says):
    says(text={"ru": "Своё"})
    world.enter(event="exhibition")

    assert "Своё" not in written().text
