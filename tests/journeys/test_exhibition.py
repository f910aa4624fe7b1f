"""An exhibition from the announcement to the exhibitor's certificate."""

from __future__ import annotations

import pytest

from app.front import demo_cast as script
from tests.journeys.conftest import agree_and_submit, begin_event, fill_and_go_on, in_city, issue_papers


@pytest.mark.live
@pytest.mark.browser
def test_exhibition_from_announcement_to_certificate(someone, manner):
    language, _scripts = manner
    title = f"Закладки {language}"
    nina, vera, visitor = someone("nina"), someone("vera"), someone("")
    dates = {
        "intake_opens": in_city(days=-1),
        "intake_closes": in_city(days=2),
        "show_opens": in_city(hours=-1),
        "show_closes": in_city(days=9),
    }
    event = begin_event(nina, "exhibition", **dates)

    vera.open(f"/events/{event}")
    vera.press(f"/events/{event}/applications")
    fill_and_go_on(vera, section="handmade", title=title, note="Закладки с узорами Приамурья.")
    picture, name = script.file_for("jpg", title, 0)
    vera.page.set_input_files("[name=q_pictures]", {"name": name, "mimeType": "image/jpeg", "buffer": picture})
    vera.page.locator("button[value=attach]").first.click()
    fill_and_go_on(vera)
    application = agree_and_submit(vera)
    nina.open(f"/applications/{application}")
    nina.press("/steps/admit")

    visitor.open(f"/events/{event}/gallery")
    visitor.sees(title)
    visitor.page.get_by_role("link", name=title).first.click()
    visitor.sees("Закладки с узорами Приамурья.")
    visitor.sees("Соколова Вера Андреевна")
    issue_papers(nina, event)
    vera.open("/my/certificates")
    vera.sees("Сертификат участника")
    assert [one.complaints for one in (nina, vera, visitor)] == [[], [], []]
