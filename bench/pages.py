"""What is measured: every list, queue, search, desk, home and form, and the saves; by whom, at which address.

{names} of an address are filled with ids of `seed.fill`; a save is sent from the form that stands on its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Page:
    title: str
    who: str
    path: str


@dataclass(frozen=True)
class Save:
    """`action` names the form on the page, `to` where a script would send it instead; `more` is typed over what stands there."""

    title: str
    who: str
    page: str
    action: str
    to: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


PAGES = (
    Page("first page of a visitor", "", "/"),
    Page("home of a librarian", "vera", "/"),
    Page("home of a juror", "lev", "/"),
    Page("home of a methodist", "nina", "/"),
    Page("list of events", "", "/events"),
    Page("announcement of a contest", "", "/events/{contest}"),
    Page("announcement of an exhibition", "", "/events/{exhibition}"),
    Page("announcement of a bridge", "", "/events/{bridge}"),
    Page("announcement, signed in", "vera", "/events/{bridge}"),
    Page("winners", "", "/events/{past}/winners"),
    Page("gallery", "", "/events/{exhibition}/gallery"),
    Page("section of the gallery", "", "/events/{exhibition}/gallery?section=posters"),
    Page("exhibit", "", "/exhibits/{exhibit}"),
    Page("check of a paper", "", "/check/BENCH00001"),
    Page("own applications", "vera", "/applications"),
    Page("own application", "vera", "/applications/{mine}"),
    Page("own registration", "vera", "/applications/{registered}"),
    Page("own papers", "vera", "/my/certificates"),
    Page("own data", "vera", "/me"),
    Page("form: authors", "vera", "/applications/{draft}/form/authors"),
    Page("form: work", "vera", "/applications/{draft}/form/work"),
    Page("form: files", "vera", "/applications/{draft}/form/files"),
    Page("form: consents", "vera", "/applications/{draft}/form/consents"),
    Page("form: check", "vera", "/applications/{draft}/form/check"),
    Page("juror's desk", "lev", "/desk"),
    Page("juror's desk, done", "lev", "/desk?done=1"),
    Page("juror's work", "lev", "/assignments/{sheet}"),
    Page("events of the centre", "nina", "/manage"),
    Page("desk of a contest", "nina", "/events/{contest}/desk"),
    Page("desk of a past contest", "nina", "/events/{past}/desk"),
    Page("desk of an exhibition", "nina", "/events/{exhibition}/desk"),
    Page("desk of a bridge", "nina", "/events/{bridge}/desk"),
    Page("texts of an event", "nina", "/events/{contest}/edit"),
    Page("dates of an event", "nina", "/events/{contest}/dates"),
    Page("applications", "nina", "/events/{contest}/applications"),
    Page("applications, further on", "nina", "/events/{contest}/applications?before={work}"),
    Page("applications to check", "nina", "/events/{contest}/applications?state=submitted"),
    Page("applications of a nomination", "nina", "/events/{contest}/applications?nomination=lesson"),
    Page("search by title, a page", "nina", "/events/{contest}/applications?search=Работа"),
    Page("search by title, one", "nina", "/events/{contest}/applications?search=Работа+{last}"),
    Page("search by number", "nina", "/events/{contest}/applications?search=26-077"),
    Page("search without a find", "nina", "/events/{contest}/applications?search=такой+нет"),
    Page("application", "nina", "/applications/{work}"),
    Page("jury", "nina", "/events/{contest}/jury"),
    Page("results", "nina", "/events/{contest}/results"),
    Page("results, further on", "nina", "/events/{past}/results?list=final/nomination%3Dlesson&place=10&after=0"),
    Page("results of a past contest", "nina", "/events/{past}/results"),
    Page("decisions", "nina", "/events/{contest}/decisions"),
    Page("values to enter", "nina", "/events/{contest}/entries"),
    Page("minutes", "nina", "/events/{contest}/minutes/1"),
    Page("minutes of a past contest", "nina", "/events/{past}/minutes/1"),
    Page("minutes, the last rows", "nina", "/events/{past}/minutes/1?after={standing}"),
    Page("list of results, last rows", "", "/events/{past}/minutes/1?after={standing}"),
    Page("appeals", "nina", "/events/{past}/appeals"),
    Page("appeal", "nina", "/appeals/{appeal}"),
    Page("winners that go up", "nina", "/events/{past}/up"),
    Page("terms of storage", "nina", "/admin/storage"),
    Page("terms of storage, all counted", "nina", "/admin/storage?count={past}"),
    Page("sites of a bridge", "nina", "/events/{bridge}/sites"),
    Page("programme of a bridge", "nina", "/events/{bridge}/programme"),
    Page("attendance", "nina", "/events/{bridge}/attendance"),
    Page("attendance at a site", "nina", "/events/{bridge}/attendance?site={site}"),
    Page("list to sign, a hundred", "nina", "/events/{bridge}/attendance/sheet?after={hundred}"),
    Page("list to sign, three hundred", "nina", "/events/{bridge}/attendance/sheet"),
    Page("visits of an exhibition", "nina", "/events/{exhibition}/gallery/visits"),
    Page("papers of an event", "nina", "/events/{past}/certificates"),
    Page("register of papers", "nina", "/certificates"),
    Page("search in the register, a page", "nina", "/certificates?search=Участник"),
    Page("search in the register, one", "nina", "/certificates?search=Участник{last}"),
    Page("search in the register, a number", "nina", "/certificates?search=777777"),
    Page("people", "nina", "/people"),
    Page("search for a person", "nina", "/people?search=Участник{last}"),
    Page("person", "nina", "/people/{person}"),
    Page("schools", "nina", "/organisations"),
    Page("letters", "nina", "/letters"),
    Page("letters of an event", "nina", "/letters?event={contest}"),
    Page("letter", "nina", "/letters/{letter}"),
    Page("state of the works", "nina", "/admin/jobs"),
)

SAVES = (
    Save("autosave of a draft", "vera", "/applications/{draft}/form/work", "/form/work", "/applications/{draft}/draft", {"section": "work"}),
    Save("section of a form", "vera", "/applications/{draft}/form/work", "/form/work", more={"action": "next"}),
    Save("submit", "vera", "/applications/{ready}/form/check", "/steps/submit"),
    Save("admit", "nina", "/applications/{waiting}", "/steps/admit"),
    Save("autosave of a sheet", "lev", "/assignments/{sheet}", "/review", "/assignments/{sheet}/draft", {"m_novelty": "3"}),
    Save("sheet", "lev", "/assignments/{sheet}", "/review", more={
        "m_novelty": "3", "m_method": "4", "m_result": "4", "m_fit": "2", "m_literacy": "2", "action": "done",
    }),
    Save("attendance", "nina", "/events/{bridge}/attendance", "/attendance"),
)  # fmt: skip
