"""Every page of Laureat: whose it is, what it is called, how one gets there. Photographs and axe go through this list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

EMPTY = "empty"  # whose pages belong to an installation that has just been made


@dataclass(frozen=True)
class Act:
    """What is typed on a page (by the fields' names) and which button is pressed then; a page of that name is waited for."""

    press: str
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shot:
    """One page: whose, what it is called, where it is, what is done there first. {names} are filled with ids from the example."""

    who: str
    name: str
    path: str
    acts: tuple[Act, ...] = ()
    shows: str = ""  # the path one ends on, where the acts lead on
    status: int = 200
    follows: bool = False  # it is found as it should be only after the page before it did its acts

    def asks_for(self) -> set[str]:
        """Return the names of what the paths leave open."""
        return {name for path in (self.path, self.shows) for _text, name, _spec, _conversion in Formatter().parse(path) if name}


# GET addresses without a page of their own: files, figures for programs, and ways that lead on.
NO_PAGE = {
    "applications.file",
    "applications.following",
    "applications.scan",
    "certificates.file",
    "certificates.progress",
    "closing.minutes_table",
    "events.version",
    "events.way",
    "exhibitions.material",
    "exhibitions.picture",
    "front.demo_progress",
    "front.health",
    "front.metrics",
    "judging.file",
    "judging.following",
    "static",
}

TROUBLES = (400, 403, 405, 409, 413, 422, 429, 500, 503)
SURE = {"current": "{password}"}
UNSOUND = """schema: 1
kind: contest
key: reading_yard
title: {{ru: "Читающий двор"}}
dates:
  - {{key: intake_opens, title: {{ru: "Приём с"}}}}
  - {{key: intake_closes, tittle: {{ru: "Приём по"}}}}
nominations:
  - {{key: lesson, title: {{ru: "Урок"}}, window: {{opens: intake_opens, closes: intake_ends}}}}
"""
OPENED = {"ground": "Решение апелляционной комиссии, протокол № 4"}
ADDRESS = {"address": "nobody@example.org"}

VISITOR = (
    Shot("", "welcome", "/"),
    Shot("", "demo", "/demo"),
    Shot("", "announcement-of-exchange", "/events/{exchange}"),
    Shot("", "events", "/events"),
    Shot("", "announcement", "/events/{intake}"),
    Shot("", "announcement-exhibition", "/events/{exhibition}"),
    Shot("", "announcement-bridge", "/events/{bridge}"),
    Shot("", "announcement-over", "/events/{last}"),
    Shot("", "winners", "/events/{last}/winners"),
    Shot("", "points-of-event", "/events/{last}/series/year"),
    Shot("", "series", "/centres/{centre}/series/year"),
    Shot("", "minutes-for-all", "/events/{last}/minutes/1"),
    Shot("", "gallery", "/events/{exhibition}/gallery"),
    Shot("", "exhibit", "/exhibits/{exhibit}"),
    Shot("", "check", "/check/{code}"),
    Shot("", "check-unknown", "/check/AAAA-BBBB-CCCC", status=404),
    Shot("", "check-empty", "/check"),
    Shot("", "not-found", "/nothing-here", status=404),
    Shot("", "letters-of-example", "/admin/mail"),
    Shot("", "letter-of-example", "/admin/mail/{letter_file}"),
    Shot("", "sign-in", "/sign-in"),
    Shot("", "sign-in-wrong", "/sign-in", (Act("/sign-in", {"address": "вера"}),), status=422),
    Shot("", "forgotten", "/sign-in/forgotten"),
    Shot("", "forgotten-sent", "/sign-in/forgotten", (Act("/sign-in/forgotten", ADDRESS),)),
    Shot("", "paper-code", "/sign-in/paper"),
    Shot("", "paper-code-wrong", "/sign-in/paper", (Act("/sign-in/paper", {"code": "нет такого"}),), status=422),
    Shot("", "link-spent", "/sign-in/link/spent"),
    Shot("", "link", "/sign-in/link/{token}"),
    Shot("", "code", "/sign-in", (Act("/sign-in", ADDRESS),), shows="/sign-in/code"),
    Shot("", "password", "/sign-in/password"),
    Shot(
        "",
        "second",
        "/sign-in/password",
        (Act("/sign-in/password", {"address": "admin@example.org", "password": "{password}"}),),
        "/sign-in/second",
    ),
    Shot("", "new-password", "/sign-in/link/{token}", (Act("/sign-in/link/{token}"),), "/sign-in/new-password"),
)

LIBRARIAN = (
    Shot("vera", "librarian", "/"),
    Shot("vera", "applications", "/applications"),
    Shot("vera", "application", "/applications/{application}"),
    Shot("vera", "application-draft", "/applications/{draft}"),
    Shot("vera", "announcement-with-draft", "/events/{intake}"),
    Shot("vera", "form-authors", "/applications/{draft}/form/authors"),
    Shot("vera", "form-work", "/applications/{draft}/form/work"),
    Shot("vera", "form-files", "/applications/{draft}/form/files"),
    Shot("vera", "consents", "/applications/{draft}/form/consents"),
    Shot("vera", "check-and-submit", "/applications/{draft}/form/check"),
    Shot("vera", "withdraw", "/applications/{application}/steps/withdraw"),
    Shot("vera", "papers", "/my/certificates"),
    Shot("vera", "appeal-forbidden", "/applications/{application}/appeal"),
    Shot("vera", "me", "/me"),
    Shot("vera", "my-name", "/me/name"),
    Shot("vera", "my-name-wrong", "/me/name", (Act("/me/name", {"surname": "", "given_name": ""}),), status=422),
    Shot("vera", "my-dative", "/me/dative"),
    Shot("vera", "my-place", "/me/place"),
    Shot("vera", "my-address", "/me/address"),
    Shot("vera", "my-address-code", "/me/address", (Act("/me/address", {"address": "new-vera@example.org"}),), "/me/address/code"),
    Shot("vera", "not-mine", "/applications/{submitted}", status=404),
    Shot("vera", "entrant-marks", "/desk"),
    Shot("vera", "entrant-marks-work", "/assignments/{peer_sheet}"),
    Shot("oleg", "who", "/who"),
    Shot("oleg", "neighbour", "/"),
)

JUROR = (
    Shot("lev", "juror-home", "/"),
    Shot("lev", "juror", "/desk"),
    Shot("lev", "juror-work", "/assignments/{assignment}"),
    Shot("lev", "juror-work-done", "/assignments/{marked}"),
    Shot("gromova", "juror-done", "/events/{judged}/judging/done"),
    Shot("lev", "applications-none", "/applications"),
    Shot("lev", "papers-none", "/my/certificates"),
)

METHODIST = (
    Shot("nina", "methodist", "/"),
    Shot("nina", "events-of-centre", "/manage"),
    Shot("nina", "new-event", "/events/new"),
    Shot("nina", "new-from-document", "/events/new/document"),
    Shot("nina", "new-from-document-read", "/events/new/document?preset=contest", (Act("/events/new/document"),)),
    Shot("nina", "new-from-document-wrong", "/events/new/document", (Act("/events/new/document", {"text": UNSOUND}),), status=422),
    Shot("nina", "event-planned", "/events/{planned}/desk"),
    Shot("nina", "event-intake", "/events/{intake}/desk"),
    Shot("nina", "event", "/events/{judged}/desk"),
    Shot("nina", "event-over", "/events/{last}/desk"),
    Shot("nina", "event-exhibition", "/events/{exhibition}/desk"),
    Shot("nina", "event-bridge", "/events/{bridge}/desk"),
    Shot("nina", "dates", "/events/{intake}/dates"),
    Shot("nina", "document", "/events/{intake}/document"),
    Shot("nina", "texts", "/events/{intake}/edit"),
    Shot("nina", "event-applications", "/events/{intake}/applications"),
    Shot("nina", "event-applications-none", "/events/{planned}/applications"),
    Shot("nina", "event-fewer", "/events/{intake}/applications/fewer"),
    Shot("nina", "event-application", "/applications/{submitted}"),
    Shot("nina", "event-application-judged", "/applications/{application}"),
    Shot("nina", "send-back", "/applications/{submitted}/steps/send_back"),
    Shot("nina", "disqualify", "/applications/{application}/steps/disqualify"),
    Shot("nina", "substitute", "/applications/{exchanged}/substitute"),
    Shot("nina", "substitute-nowhere", "/applications/{submitted}/substitute", status=409),
    Shot("nina", "on-behalf", "/applications/{submitted}/behalf/withdraw"),
    Shot("nina", "enter", "/events/{intake}/applications/enter"),
    Shot("nina", "jury", "/events/{judged}/jury"),
    Shot("nina", "jury-none", "/events/{intake}/jury"),
    Shot("nina", "allotment", "/events/{exchange}/allotment?seed=5"),
    Shot("nina", "results", "/events/{judged}/results"),
    Shot("nina", "results-released", "/events/{last}/results"),
    Shot("nina", "points-of-event-of-staff", "/events/{last}/series/year"),
    Shot("nina", "decisions", "/events/{judged}/decisions"),
    Shot("nina", "entries", "/events/{judged}/entries"),
    Shot("nina", "entries-with-experts", "/events/{exchange}/entries"),
    Shot("nina", "expert", "/events/{exchange}/entries/experts/{expert}"),
    Shot("nina", "results-of-exchange", "/events/{exchange}/results"),
    Shot("nina", "minutes-of-event", "/events/{last}/minutes"),
    Shot("nina", "minutes", "/events/{last}/minutes/1"),
    Shot("nina", "appeal", "/appeals/{appeal}"),
    Shot("nina", "appeals", "/events/{last}/appeals"),
    Shot("nina", "enter-appeal", "/applications/{over}/appeal/enter"),
    Shot("nina", "winners-up", "/events/{last}/up"),
    Shot("nina", "held-again", "/events/{last}/again"),
    Shot("nina", "event-papers", "/events/{last}/certificates"),
    Shot("nina", "event-papers-none", "/events/{intake}/certificates"),
    Shot("nina", "register", "/certificates"),
    Shot("nina", "revoke", "/certificates/{certificate}/revoke"),
    Shot("nina", "sites", "/events/{bridge}/sites"),
    Shot("nina", "site", "/events/{bridge}/sites/{site}"),
    Shot("nina", "room", "/events/{bridge}/room"),
    Shot("nina", "programme", "/events/{bridge}/programme"),
    Shot("nina", "programme-line", "/events/{bridge}/programme/{line}"),
    Shot("nina", "attendance", "/events/{held}/attendance"),
    Shot("nina", "attendance-sheet", "/events/{held}/attendance/sheet"),
    Shot("nina", "gallery-failed", "/events/{exhibition}/gallery/failed"),
    Shot("nina", "gallery-visits", "/events/{exhibition}/gallery/visits"),
    Shot("nina", "people", "/people"),
    Shot("nina", "people-none", "/people?q=щщщ"),
    Shot("nina", "person", "/people/{vera}"),
    Shot("nina", "person-new", "/people/new"),
    Shot("nina", "person-edit", "/people/{vera}/edit"),
    Shot("nina", "person-dative", "/people/{vera}/dative"),
    Shot("nina", "person-place", "/people/{vera}/place"),
    Shot("nina", "invite", "/people/{vera}/invite"),
    Shot("nina", "entry-code", "/people/{reader}", (Act("/people/{reader}/entry-code"),), "/people/{reader}/entry-code"),
    Shot("nina", "schools", "/organisations"),
    Shot("nina", "school-new", "/organisations/new"),
    Shot("nina", "school-edit", "/organisations/{school}/edit"),
    Shot("nina", "paste", "/people/paste"),
    Shot("nina", "paste-checked", "/people/paste", (Act("/people/paste", {"table": "{table}"}),), status=422),
    Shot("nina", "letters", "/letters"),
    Shot("nina", "letter", "/letters/{letter}"),
    Shot("nina", "my-password", "/me/password"),
    Shot("nina", "my-authenticator", "/me/authenticator"),
    # Results opened again, and approved anew at the end: whoever comes after finds them published.
    Shot("nina", "results-open-again", "/events/{last}/results?open=again", (Act("/events/{last}/results/reopen", OPENED),)),
    Shot("nina", "correct-sheet", "/assignments/{closed_sheet}/correct", follows=True),
    Shot(
        "nina", "results-approved-anew", "/events/{last}/results", (Act("/events/{last}/results/approve", {"number": "48"}),), follows=True
    ),
)

ADMINISTRATOR = (
    Shot("admin", "administrator", "/"),
    Shot("admin", "me-of-staff", "/me"),
    Shot("admin", "state", "/admin/jobs"),
    Shot("admin", "new-centre", "/admin/centres/new"),
    Shot("admin", "days-off", "/admin/calendar"),
    Shot("admin", "terms-of-storage", "/admin/storage"),
    Shot("admin", "appoint", "/people/{vera}/appoint"),
    Shot("admin", "centre", "/centre"),
    Shot("admin", "drop-authenticator", "/me/authenticator/drop"),
    Shot("admin", "new-reserve", "/me/reserve"),
    Shot("admin", "reserve-codes", "/me/reserve", (Act("/me/reserve", SURE),)),
)

BEGINNING = (
    Shot(EMPTY, "start", "/start"),
    Shot(EMPTY, "start-own", "/start?own=1"),
    Shot(EMPTY, "start-wrong", "/start?own=1", (Act("/start", {"city": "Нигде"}),), status=422),
    *(Shot(EMPTY, f"trouble-{code}", f"/trouble/{code}", status=code) for code in TROUBLES),
)

SHOTS = (*VISITOR, *LIBRARIAN, *JUROR, *METHODIST, *ADMINISTRATOR, *BEGINNING)


def by_turns(parts: int) -> list[list[Shot]]:
    """Deal all pages out to so many parts in turn; a page that follows another stays with it."""
    dealt: list[list[Shot]] = [[] for _part in range(parts)]
    turn = -1
    for shot in SHOTS:
        turn += not shot.follows
        dealt[turn % parts].append(shot)
    return dealt
