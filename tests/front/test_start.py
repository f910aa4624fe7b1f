"""A centre knows its time by its city."""

from __future__ import annotations

import pytest

from app.front.forms import CITIES, zone_of


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("Комсомольск-на-Амуре", "Asia/Vladivostok"),
        ("  екатеринбург ", "Asia/Yekaterinburg"),
        ("Чита", "Asia/Chita"),
        ("Южно-Сахалинск", "Asia/Sakhalin"),
        ("Нью-Васюки", ""),
    ],
)
def test_a_city_gives_its_zone_and_an_unknown_one_none(city, zone):
    assert zone_of(city) == zone


def test_every_russian_zone_can_be_chosen():
    assert len(set(CITIES.values())) == 26
