"""The pages of every real case open in both languages: announcement, form, desk, jury, results."""

import re

import pytest

from app.applications import operations as applications
from app.database import committing
from tests.regulations.cases import FILES
from tests.regulations.service import Case
from tests.world import NOON

# What a template or a saying leaves where nothing was filled in.
UNSAID = re.compile(r"%\([a-z_]+\)|\{\{|\bNone\b|regulation_[a-z_]+")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("number", FILES)
def test_pages_of_a_case_open(world, client, as_nina, as_vera, number, language):
    case = Case(number, world)
    case.tables.entries[2:] = []
    if number == "09":
        case.tables.entries[:] = []
    case.enter_all()
    with committing():
        mine = applications.start(case.event, world.vera, once="hers", now=NOON).id
    event, staff = f"/events/{case.id}", [f"/applications/{work}" for work in case.works.values()]
    sections = [f"/applications/{mine}/form/{one.key}" for one in case.rules.form]
    desk = [
        f"{event}/desk",
        f"{event}/applications",
        f"{event}/certificates",
        *(
            [f"{event}/jury", f"{event}/results", f"{event}/decisions", f"{event}/minutes", f"{event}/minutes/1"]
            if case.rules.kind == "contest"
            else []
        ),
    ]

    for visitor, paths in ((client, [event]), (as_vera, [event, f"/applications/{mine}", *sections]), (as_nina, [*desk, *staff])):
        for path in paths:
            page = visitor.get(path, headers={"Accept-Language": language}, follow_redirects=True)
            text = re.sub(r"<(script|style)\b.*?</\1>", "", page.text, flags=re.DOTALL)
            assert (path, page.status_code, UNSAID.findall(text)) == (path, 200, [])
