"""Our parts of others' pages: what waits for a juror and a methodist, the event's desk, its announcement, an application's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import web, wording
from app.applications import operations as applications
from app.applications.models import Application, Move
from app.events.models import Event
from app.judging import figures, jury, pages, queries, results
from app.judging.models import Tally
from app.web import Part, Waits


@applications.after("admit")
def come_to_the_jury(application: Application, _move: Move, _now: datetime) -> None:
    if application.event.rules.marking_stage is not None:
        figures.shift_tally(application.event_id, works=1)


@applications.after("withdraw", "reconsider")
def leave_the_jury(application: Application, move: Move, now: datetime) -> None:
    """A work that is no longer admitted is nobody's to judge, and stands in no list."""
    if move.source == "admitted" and application.event.rules.marking_stage is not None:
        jury.take_away(application, key=f"move:{move.id}", now=now)


@web.waiting.fill
def waits(who: Any, now: datetime) -> list[Waits]:
    """Works to judge, for a juror; results to settle and to publish, for a methodist."""
    return [*_works_left(who, now), *_results_to_settle(who)]


def _works_left(who: Any, now: datetime) -> list[Waits]:
    if not getattr(who, "juror_of", None):
        return []
    found = []
    for event, progress in queries.desk_events(who):
        left, closes = progress.of - progress.done, event.date("judging_closes")
        if not left or (closes is not None and closes <= now):
            continue
        title = ngettext("%(num)d работа ждёт вашей оценки", "%(num)d работ ждут вашей оценки", left)
        url = url_for("judging.following", event_id=event.id)
        found.append(Waits(title, wording.say(event.title), _("Оценивать"), url, closes, (progress.done, progress.of)))
    return found


def _results_to_settle(who: Any) -> list[Waits]:
    if not getattr(who, "centres", None):
        return []
    found = []
    for event, ready, tied in figures.events_to_settle(who.centres):
        url = url_for("judging.results", event_id=event.id)
        if event.approved_at is not None:
            found.append(Waits(_("Итоги утверждены, но не опубликованы"), wording.say(event.title), _("Опубликовать"), url))
        elif ready and tied:
            found.append(Waits(_("Равные суммы ждут решения жюри"), wording.say(event.title), _("Решить"), url))
        elif ready:
            found.append(Waits(_("Все листы жюри собраны"), wording.say(event.title), _("Подвести итоги"), url))
    return found


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> Part | list[Part] | None:
    if event.rules.marking_stage is None:
        return None
    tally, panel = figures.tally(event.id), figures.panel(event.id)
    people = ngettext("%(num)d член жюри", "%(num)d членов жюри", panel.jurors)
    progress = (panel.done, panel.of) if panel.of else None
    board = url_for("judging.jury", event_id=event.id)
    sheets = Part(_("Листы жюри"), board, str(panel.done), of=str(panel.of), note=people, progress=progress)
    outcome = Part(
        _("Работы со всеми листами"),
        url_for("judging.results", event_id=event.id),
        str(tally.full),
        of=str(tally.works),
        note=_state_words(event),
        decisions=_decisions(event, panel, tally),
    )
    return [sheets, outcome]


def _state_words(event: Event) -> str:
    if event.released_at is not None:
        return _("итоги опубликованы")
    return _("итоги утверждены, не опубликованы") if event.approved_at is not None else ""


def _decisions(event: Event, panel: figures.Panel, tally: Tally) -> tuple[Waits, ...]:
    """Return what the methodist is to decide now about the jury and the results."""
    board, outcome = url_for("judging.jury", event_id=event.id), url_for("judging.results", event_id=event.id)
    if event.released_at is not None or not tally.works:
        return ()
    if event.approved_at is not None:
        return (Waits(_("Опубликуйте итоги"), _("Приказ записан, участники ещё ничего не видят"), _("К итогам"), outcome),)
    if not panel.jurors:
        return (Waits(_("Назначьте жюри"), _("Допущенные работы ждут оценки"), _("К жюри"), board),)
    if not panel.of:
        return (Waits(_("Распределите работы"), _("Жюри назначено, работ у него ещё нет"), _("К жюри"), board),)
    _given, ties = results.preview(event, queries.decisions(event.id)) if tally.tied else ([], [])
    found = []
    if ties:
        title = ngettext("%(num)d равенство сумм ждёт решения", "%(num)d равенств сумм ждут решения", len(ties))
        found.append(Waits(title, _("Порядок среди равных решает жюри, основание останется в протоколе"), _("Решить"), outcome))
    if tally.full >= tally.works and not ties:
        found.append(Waits(_("Все листы собраны"), _("Можно утверждать итоги"), _("Подвести итоги"), outcome))
    return tuple(found)


@web.event_verb.fill
def see_results(event: Event, _now: datetime) -> web.Verb | None:
    if event.released_at is None or event.rules.marking_stage is None:
        return None
    return web.Verb(_("Посмотреть итоги"), url_for("judging.winners", event_id=event.id))


@web.application_page.fill
def application_part(application: Application, _visitor: Any, _now: datetime) -> Markup | None:
    """What an application was awarded, once everybody may know; marks and jurors are nobody's business here."""
    event = application.event
    if event.released_at is None or event.rules.marking_stage is None:
        return None
    awards = [wording.say(event.rules.award(one.award).title) for one in queries.awards_of(application.id)]
    if not awards:
        return None
    return Markup(render_template("judging/part_application.html", awards=awards, event=pages.head(event)))  # noqa: S704  (our own template)
