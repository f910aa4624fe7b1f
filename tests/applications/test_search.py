"""The methodist finds a work by any part of its title, in any case, and by its number."""

from __future__ import annotations

import pytest

from app.applications.models import Application
from app.database import committing, db

pytestmark = pytest.mark.stores


@pytest.mark.parametrize("typed", ["ёлка", "Елка  в", "В БИБЛИОТЕКЕ", "100%"])
def test_title_is_found_by_any_part_of_it_in_any_case(world, as_nina, typed):
    sent = world.enter()
    with committing():
        db.session.get_one(Application, sent).title = "Ёлка в библиотеке: 100%"

    page = as_nina.get(f"/events/{world.ids['contest']}/applications", query_string={"search": typed}).text

    assert f'href="/applications/{sent}"' in page


@pytest.mark.parametrize("typed", ["такой нет", "%", "_лка"])
def test_what_no_title_says_is_not_found(world, as_nina, typed):
    sent = world.enter()
    with committing():
        db.session.get_one(Application, sent).title = "Ёлка в библиотеке"

    page = as_nina.get(f"/events/{world.ids['contest']}/applications", query_string={"search": typed}).text

    assert f'href="/applications/{sent}"' not in page
