"""Every letter of an event is known to the language, has words, a name on pages, and holds what its own words may name."""

from __future__ import annotations

import pytest
from jinja2 import Environment, meta
from sqlalchemy import select

from app import wording
from app.database import committing, db
from app.judging import operations as judging
from app.notifications import letters
from app.notifications.models import Notification
from app.notifications.views import NAMES
from tests.judging.cast import admitted, assigned, judge_all, jury
from tests.world import DAY, NOON
from workflows import kinds
from workflows.letters import LETTERS, OF_STEPS

OF_LOGINS = {"sign_in_code", "invitation", "password_reset", "address_change", "address_changed"}  # of no event: the house's own words
BESIDES = {"behalf"}  # on what paper a methodist acted: our own words name it, a regulation's cannot


def used(name: str) -> set[str]:
    texts = [(letters.FOLDER / f"{name}.{lang}.txt").read_text(encoding="utf-8") for lang in ("ru", "en")]
    found = {word for text in texts for word in meta.find_undeclared_variables(Environment(autoescape=True).parse(text))}
    return {word.removesuffix("_en") for word in found}


def test_the_letters_of_an_event_are_those_of_the_language():
    assert set(letters.names()) - OF_LOGINS == set(LETTERS)
    tables = [*(table() for table in kinds.BY_KIND.values()), kinds.substitutable(kinds.judged())]
    assert {notice.name for table in tables for step in table.steps for notice in step.tells} == set(OF_STEPS)


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_a_letter_says_nothing_that_its_own_words_could_not(name):
    assert used(name) - BESIDES - LETTERS[name] == set()


@pytest.mark.parametrize("name", sorted(set(letters.names())))
def test_every_letter_has_a_name_on_pages(name):
    assert name in NAMES
    assert name in OF_LOGINS or f"notice_{name}" in wording.SAYINGS


def test_letters_hold_all_that_the_words_of_a_regulation_may_name(world, work_off):
    jury(world)
    works = admitted(world, "Читающий двор", "Ночь в библиотеке")
    sent = world.enter("oleg", title="Квест")
    world.step(sent, "send_back", reason="Нет списка", term=NOON + DAY)
    world.step(sent, "resubmit", by="oleg")
    world.step(sent, "not_admit", reason="Не о том")
    world.step(works[1], "disqualify", reason="Чужое")
    world.step(works[1], "reinstate", reason="Своё")
    assigned(world)
    judge_all(world, dict.fromkeys(works, 4))
    world.step(works[1], "withdraw", by="vera")
    with committing():
        judging.refresh(world.contest)
        judging.approve(world.contest, number="47", day=NOON.date(), by=world.nina, now=NOON)
    with committing():
        judging.release(world.contest, by=world.nina, now=NOON)
    rows = db.session.scalars(select(Notification).where(Notification.event_id.is_not(None))).all()

    assert len({row.name for row in rows}) > 10
    assert {row.name: sorted(LETTERS[row.name] - set(row.values)) for row in rows if LETTERS[row.name] - set(row.values)} == {}
