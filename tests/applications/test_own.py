"""What a visitor already has at an event is offered on its announcement, before a new one."""

from __future__ import annotations

from sqlalchemy import func, select

from app.applications.models import Application
from app.database import committing, db


def _announcement(client, world, event="contest"):
    return client.get(f"/events/{world.ids[event]}").text


def test_a_draft_is_offered_to_go_on_with_and_another_may_be_begun(world, as_vera, as_oleg):
    assert "Продолжить заявку" not in _announcement(as_vera, world)
    draft = world.enter(submit=False)

    hers, his = _announcement(as_vera, world), _announcement(as_oleg, world)

    assert ("Продолжить заявку" in hers, f"/applications/{draft}/form/" in hers, "Подать ещё одну" in hers) == (True, True, True)
    assert ("Продолжить заявку" in his, f"/applications/{draft}" in his, "Подать заявку" in his) == (False, False, True)


def test_a_sent_application_is_opened_and_a_withdrawn_one_forgotten(world, as_vera):
    sent = world.enter()
    page = _announcement(as_vera, world)
    assert ("Открыть заявку" in page, f'href="/applications/{sent}"' in page) == (True, True)

    world.step(sent, "withdraw", by="vera")

    assert "Открыть заявку" not in _announcement(as_vera, world)


def test_registered_for_a_bridge_she_sees_her_registration_and_no_second_one(world, as_vera, as_oleg):
    ticket = world.enter("vera", "bridge", site="", number=1, submit=False)
    begin = f'action="/events/{world.ids["bridge"]}/applications"'

    hers, his = _announcement(as_vera, world, "bridge"), _announcement(as_oleg, world, "bridge")

    assert ("Продолжить запись" in hers, begin in hers, begin in his) == (True, False, True)
    again = as_vera.post(f"/events/{world.ids['bridge']}/applications", data={"once": "second"})
    assert again.location == f"/applications/{ticket}"
    assert db.session.scalar(select(func.count(Application.id))) == 1


def test_a_home_tells_how_far_a_draft_is(world, as_vera):
    draft = world.enter(submit=False)
    whole = as_vera.get("/").text
    with committing():
        application = db.session.get_one(Application, draft)
        application.answers = {key: value for key, value in application.answers.items() if key != "title"}

    left = as_vera.get("/").text

    assert ("Заполнено разделов: 4 из 4" in whole, 'value="4" max="4"' in whole) == (True, True)
    assert ("Заполнено разделов: 3 из 4" in left, 'value="3" max="4"' in left) == (True, True)
