"""A contest from the announcement to the diploma, in the browser over the real processes: with scripts in Russian, without in English."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.journeys.conftest import PDF, Someone, agree_and_submit, begin_event, fill_and_go_on, in_city, issue_papers

JURORS = ("lev", "gromova@example.org", "kovalev@example.org")
SURNAMES = ("Оненко", "Громова", "Ковалёв")


def apply(vera: Someone, event: int, title: str, *, scripts: bool) -> int:
    """Vera fills the form section by section, with a co-author and a file, and submits."""
    vera.open(f"/events/{event}")
    vera.press(f"/events/{event}/applications")
    for name, value in {
        "surname": "Лисина",
        "given_name": "Ольга",
        "patronymic": "Юрьевна",
        "post": "учитель",
        "school": "СОШ № 15",
    }.items():
        if (not scripts and not vera.page.locator("details[open] [name=author_surname]").count()) or (
            scripts and not vera.page.locator("[name=author_surname]").is_visible()
        ):
            vera.page.locator("details:has([name=author_surname]) summary").click()
        vera.page.fill(f"[name=author_{name}]", value)
    vera.page.click("button[value=add-author]")
    vera.sees("Лисина Ольга Юрьевна")
    fill_and_go_on(vera)
    if scripts:
        vera.page.fill("[name=q_annotation]", "Набрано и сохранено само")
        vera.page.wait_for_selector("[data-saved-text]:not(:empty)")
    fill_and_go_on(vera, nomination="event", title=title, annotation="Летняя библиотека под открытым небом.")
    vera.page.set_input_files("[name=q_file]", {"name": "работа.pdf", "mimeType": "application/pdf", "buffer": PDF})
    vera.page.click("button[value=attach]")
    vera.sees("работа.pdf")
    fill_and_go_on(vera)
    return agree_and_submit(vera)


def judge(juror: Someone, title: str) -> None:
    """A juror marks the one work: a key for each criterion, then done."""
    juror.open("/desk")
    juror.page.get_by_role("link", name=title).first.click()
    juror.page.wait_for_url("**/assignments/*")
    for group in juror.page.locator("fieldset[data-criterion]").all():
        group.locator("input").nth(4).check()
    juror.go_on_by("button[value=done]:not(.visually-hidden)")


@pytest.mark.live
@pytest.mark.browser
def test_contest_from_announcement_to_diploma(someone, manner):
    language, scripts = manner
    title = f"Читающий двор {language}"
    nina, vera = someone("nina"), someone("vera")
    dates = {
        "intake_opens": in_city(days=-1),
        "intake_closes": in_city(days=3),
        "judging_closes": in_city(days=5),
        "results_on": in_city(days=6),
    }
    event = begin_event(nina, "contest", **dates)

    application = apply(vera, event, title, scripts=scripts)
    nina.open(f"/applications/{application}")
    nina.press("/steps/admit")

    for surname in SURNAMES:
        nina.open(f"/events/{event}/jury?search={surname}")
        nina.press(
            f"/events/{event}/jury/appoint" if nina.page.locator("form[action$='/jury/appoint']").count() else f"/events/{event}/jury"
        )
    nina.open(f"/events/{event}/jury?seed=1")
    nina.page.locator("form:has(input[name=seed]) button").first.click()
    for who in JURORS:
        judge(someone(who), title)

    nina.open(f"/events/{event}/results")
    nina.page.fill("[name=number]", "47-о")
    nina.page.locator("form[action*='approve'] button:not(.visually-hidden)").last.click()
    nina.page.locator("form[action*='release'] button").first.click()
    issue_papers(nina, event)

    vera.open(f"/events/{event}/winners")
    vera.sees(title)
    vera.open("/my/certificates")
    with vera.page.expect_download() as downloading:
        vera.page.locator("a[href$='/file']").first.click()
    paper = PdfReader(io.BytesIO(downloading.value.path().read_bytes()))
    text = paper.pages[0].extract_text()
    assert "Соколова Вера Андреевна" in " ".join(text.split())
    assert title in text
    vera.open("/my/certificates")
    check = vera.page.locator("a[href*='/check/']").first.get_attribute("href")
    visitor = someone("")
    visitor.open(str(check).removeprefix(visitor.url))
    visitor.sees("Соколова Вера Андреевна")
    assert [one.complaints for one in (nina, vera, visitor)] == [[], [], []]
