"""Who signs the centre's papers is said by its administrator, and by nobody else."""

from __future__ import annotations

import pytest

from app.database import committing

SAID = {"founder": "Управление образования", "signatory_name": "И. П. Лаптева", "signatory_post": "директор"}


def test_the_administrator_says_who_signs(world, as_admin):
    answer = as_admin.post("/centre", data=SAID)

    centre = world.centre
    assert answer.status_code == 302
    assert {name: getattr(centre, name) for name in SAID} == SAID


@pytest.mark.parametrize("who", ["nina", "vera"])
def test_nobody_else_does(world, signed_in, who):
    assert signed_in(who).post("/centre", data=SAID).status_code == 404
    assert world.centre.signatory_name == "Е. П. Кравцова"


def test_a_post_without_a_name_is_refused_beside_its_field(world, as_admin):
    answer = as_admin.post("/centre", data={**SAID, "signatory_name": " "})

    assert (answer.status_code, "Напишите имя того, кто подписывает" in answer.text) == (422, True)


def test_the_page_of_an_event_asks_until_it_is_said(world, as_nina):
    asked, desk = "Не указано, кто подписывает документы центра", f"/events/{world.ids['contest']}/desk"
    assert asked not in as_nina.get(desk).text
    with committing():
        world.centre.signatory_name = ""

    assert asked in as_nina.get(desk).text
