"""A methodical bridge: sites, a speaker and a listener, the link only for the registered, papers only for those present."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import agree_and_submit, fill_and_go_on, in_city, issue_papers, set_dates

LINK = "https://video.example.org/room"


def register(person, event, **answers):
    person.open(f"/events/{event}")
    person.press(f"/events/{event}/applications")
    person.page.locator("[name=q_site]").first.check()
    participation = answers.pop("participation")
    person.page.locator(f"[name=q_participation][value={participation}]").check()
    fill_and_go_on(person, **answers)
    return agree_and_submit(person)


@pytest.mark.live
@pytest.mark.browser
def test_bridge_from_announcement_to_certificates(someone, manner):
    nina, vera, oleg, visitor = someone("nina"), someone("vera"), someone("oleg"), someone("")
    nina.open("/events/new")
    nina.page.click("button[name=preset][value=bridge]")
    event = nina.number_in_path(r"/events/(\d+)/dates")
    set_dates(nina, intake_opens=in_city(days=-1), intake_closes=in_city(days=2), held_on=in_city(minutes=-20))
    nina.open(f"/events/{event}/sites")
    nina.page.locator("[name=title]").first.fill("Площадка «Центр»")
    nina.page.locator("form:has([name=title]) button:not(.visually-hidden)").last.click()
    nina.sees("Площадка «Центр»")
    nina.open(f"/events/{event}/room" if nina.page.locator(f"a[href$='/events/{event}/room']").count() else f"/events/{event}/sites")
    nina.page.locator("[name=link]").fill(LINK)
    nina.page.locator("form:has([name=link]) button:not(.visually-hidden)").last.click()
    nina.open(f"/events/{event}/desk")
    nina.press(f"/events/{event}/announce")

    talk = register(vera, event, participation="speaker", topic="Опыт школы", annotation="Пять слайдов и вопросы.")
    register(oleg, event, participation="listener")
    vera.open(f"/applications/{talk}")
    assert LINK in vera.page.content()
    visitor.open(f"/events/{event}")
    assert LINK not in visitor.page.content()

    nina.open(f"/events/{event}/attendance")
    nina.page.locator("tr", has_text="Соколова").locator("input[type=checkbox]").check()
    nina.page.locator("form:has([name=shown]) button:not(.visually-hidden)").first.click()
    issue_papers(nina, event)
    vera.open("/my/certificates")
    vera.sees("Сертификат докладчика")
    nina.open(f"/events/{event}/certificates")
    assert "Трач" not in nina.page.locator("main").inner_text()
    assert [one.complaints for one in (nina, vera, oleg, visitor)] == [[], [], [], []]
