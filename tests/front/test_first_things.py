"""What a page is opened for is the first thing on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.wording import whole
from tests.world import NOON


def links_of_poster(client, event: int) -> list[str]:
    """Return where the buttons of an announcement lead."""
    poster = client.get(f"/events/{event}").text.split('class="poster-head"')[1].split("</header>")[0]
    return [piece.split('"')[0] for piece in poster.split('href="')[1:]]


def test_an_open_exhibition_offers_its_gallery_on_the_announcement(world, client):
    event = world.ids["exhibition"]

    before = links_of_poster(client, event)
    clock.stop_at(NOON + timedelta(days=13))

    assert (f"/events/{event}/gallery" in before, links_of_poster(client, event)) == (False, [f"/events/{event}/gallery"])


def test_what_is_open_comes_before_what_is_over(world, client):
    clock.stop_at(NOON + timedelta(days=13))  # the contest and the bridge take nothing more, the exhibition is on show

    page = client.get("/events").text
    titles = [piece.split(">")[0].split('"')[0] for piece in page.split('event-card-title"><a href="')[1:]]

    assert titles[0] == f"/events/{world.ids['exhibition']}"
    assert len(titles) == 3


def test_home_shows_the_way_of_the_newest_application_and_the_others_beside_it(world, as_vera):
    for title in ("Первая", "Вторая", "Третья"):
        world.enter("vera", "contest", title=title)

    page = as_vera.get("/").text
    beside = page.split('id="others-head"')[1].split("</section>")[0]

    assert page.count('class="timeline"') == 1
    assert ("Вторая" in beside, "Первая" in beside, "Третья" in beside) == (True, True, False)


def test_an_installation_nobody_has_begun_shows_no_menu_that_leads_back_to_it(client):
    page = client.get("/start").text

    assert ("/sign-in" in page, 'class="ways' in page, 'href="/events"' in page) == (False, False, False)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("СОШ № 15", "СОШ\u00a0№\u00a015"),
        ("МОУ «Средняя общеобразовательная школа № 15»", "МОУ «Средняя общеобразовательная школа\u00a0№\u00a015»"),
    ],
)
def test_a_number_does_not_part_from_its_school(name, shown):
    assert whole(name) == shown
