"""Our parts of others' pages: what waits for a juror and a methodist, the event's desk, its announcement, an application's page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import web, wording
from app.applications import operations as applications
from app.applications import staff
from app.applications.models import Application, Move
from app.database import db
from app.events.models import Event
from app.judging import entrants, figures, jury, lists, pages, queries, stages, standings
from app.judging.models import Decision, Tally
from app.web import ENTRANT, JUROR, Part, Waits


@applications.after("admit")
def come_to_the_jury(application: Application, _move: Move, _now: datetime) -> None:
    event = application.event
    first = stages.jury_stages(event)[:1]
    if any(stages.is_for_all(event, one) for one in first):
        figures.shift_tally(event.id, works=1)
    if stages.has_results(event):
        figures.mark_stale(event.id)


@applications.after("withdraw", "reconsider")
def leave_the_jury(application: Application, move: Move, now: datetime) -> None:
    """A work that is no longer admitted is nobody's to judge, and stands in no list."""
    if move.source == "admitted" and stages.has_results(application.event):
        jury.take_away(application, key=f"move:{move.id}", now=now)


@applications.after("disqualify", "reinstate")
def leave_or_join_the_ranking(application: Application, move: Move, now: datetime) -> None:
    """The sheets of a disqualified work stay: its total is shown without a place, and all is as it was when it comes back.
    Either is a decision, and stands among those of the event."""
    told = {"event_id": application.event_id, "application_id": application.id, "kind": move.step, "ground": move.reason}
    db.session.add(Decision(**told, by_id=move.by_id, at=now))
    if move.step == "disqualify":
        jury.stand_down(application, now=now)
    figures.count_loads(application.event_id)
    if stages.has_results(application.event):
        standings.note_change(application.event_id, key=f"move:{move.id}", now=now)


@applications.after("substitute")
def leave_conflicts(application: Application, move: Move, now: datetime) -> None:
    """Who has come may be a juror, or of a juror's school: such a juror judges this work no more, and her sheet does not count.
    What the person replaced had yet to mark as an entrant is nobody's."""
    jury.stand_down(application, now=now)
    if not stages.jury_stages(application.event) or not jury.leave_conflicts(application, now=now):
        return
    figures.count_loads(application.event_id)
    standings.note_change(application.event_id, key=f"move:{move.id}", now=now)


@staff.on_change
def rank_by_what_staff_say(application: Application, now: datetime) -> None:
    """What staff fill in may decide about lists and awards: it changes only while nothing is approved, and is ranked anew."""
    if stages.has_results(application.event):
        stages.hold(application.event)
        try:
            stages.must_not_be_approved(application.event)
        except stages.Refused as refused:
            raise applications.Refused(refused.sayings[0]) from refused
        standings.note_change(application.event_id, key=f"staff:{application.id}:{now.timestamp()}", now=now)


@web.waiting.fill
def waits(who: Any, now: datetime) -> list[Waits]:
    """Works to judge, for a juror and an entrant; results to settle and to publish, for a methodist."""
    return [*_works_left(who, now, (JUROR, ENTRANT)), *_results_to_settle(who)]


@web.own_applications.fill
def works_of_others(who: Any, now: datetime) -> list[Waits]:
    """Works of others that wait for an entrant, above her own."""
    return _works_left(who, now, (ENTRANT,))


def _works_left(who: Any, now: datetime, roles: Collection[str]) -> list[Waits]:
    if not any(who.has(role) for role in roles):
        return []
    found = []
    for event, progress, role in queries.desk_events(who, roles):
        stage = stages.current(event, now, role)
        left, closes = progress.of - progress.done, stages.closes(event, stage)
        if not left or not stages.is_open(event, stage, now):
            continue
        title = ngettext("%(num)d работа ждёт вашей оценки", "%(num)d работ ждут вашей оценки", left)
        url = url_for("judging.following", event_id=event.id)
        note = wording.say(event.title)
        if role == ENTRANT and closes is not None:
            note = _("Работы других участников: %(event)s, до %(term)s", event=note, term=wording.term(closes, event.zone))
        found.append(Waits(title, note, _("Оценивать"), url, closes, (progress.done, progress.of)))
    return found


def _results_to_settle(who: Any) -> list[Waits]:
    if not getattr(who, "centres", None):
        return []
    found = []
    for event, ready, tied in figures.events_to_settle(who.centres):
        url = url_for("judging.results", event_id=event.id)
        questions = url_for("judging.undecided_questions", event_id=event.id)
        if stages.is_reviewed(event) and not tied:
            found.append(Waits(_("Утвердите итоги заново"), wording.say(event.title), _("К итогам"), url))
        elif event.approved_at is not None:
            found.append(Waits(_("Итоги утверждены, но не опубликованы"), wording.say(event.title), _("Опубликовать"), url))
        elif ready and tied:
            found.append(Waits(_("Итоги ждут решений"), wording.say(event.title), _("Решить"), questions))
        elif ready:
            found.append(Waits(_("Все листы собраны"), wording.say(event.title), _("Подвести итоги"), url))
    return found


@web.event_desk.fill
def desk_part(event: Event, _now: datetime) -> Part | list[Part] | None:
    if not stages.has_results(event):
        return None
    tally, panel = figures.tally(event.id), figures.panel(event.id)
    results = url_for("judging.results", event_id=event.id)
    peers = _entrants_part(event)
    if not stages.jury_stages(event):
        works = str(figures.listed(event.id))
        return [*peers, Part(_("Итоги"), results, works, note=_state_words(event), decisions=_decisions(event, panel, tally))]
    people = ngettext("%(num)d член жюри", "%(num)d членов жюри", panel.jurors)
    progress = (panel.done, panel.of) if panel.of else None
    board = url_for("judging.jury", event_id=event.id)
    sheets = Part(_("Листы жюри"), board, str(panel.done), of=str(panel.of) if panel.of else "", note=people, progress=progress)
    outcome = Part(
        _("Итоги"),
        results,
        str(tally.full),
        of=str(tally.works),
        note=_state_words(event) or _("работ со всеми листами"),
        decisions=_decisions(event, panel, tally),
    )
    return [sheets, *peers, outcome]


def _entrants_part(event: Event) -> list[Part]:
    """How far the entrants are who mark each other's works, and whether the works still have to be allotted."""
    if not stages.entrant_stages(event):
        return []
    url, progress = url_for("judging.allotment", event_id=event.id), entrants.progress(event.id)
    idle = event.approved_at is None and not progress.of and queries.has_works(event.id)
    waiting = (Waits(_("Раздайте работы участникам"), _("Они оценивают друг друга"), _("К раздаче"), url),) if idle else ()
    bar = (progress.done, progress.of) if progress.of else None
    return [Part(_("Взаимная оценка"), url, str(progress.done), of=str(progress.of), progress=bar, decisions=waiting)]


def _entrants_left(event: Event) -> bool:
    """Say whether entrants still mark each other, or have not been given their works."""
    progress = entrants.progress(event.id)
    return not progress.of or progress.done < progress.of


def _state_words(event: Event) -> str:
    if stages.is_reviewed(event):
        return _("идёт пересмотр итогов")
    if event.released_at is not None:
        return _("итоги опубликованы")
    return _("итоги утверждены, не опубликованы") if event.approved_at is not None else ""


def _decisions(event: Event, panel: figures.Panel, tally: Tally) -> tuple[Waits, ...]:
    """Return what the methodist is to decide now about the jury and the results."""
    board, outcome = url_for("judging.jury", event_id=event.id), url_for("judging.results", event_id=event.id)
    if stages.is_reviewed(event):
        return _reviewing(event, tally, outcome)
    if event.released_at is not None or (not tally.works and stages.jury_stages(event)):
        return ()
    if event.approved_at is not None:
        return (Waits(_("Опубликуйте итоги"), _("Приказ записан, участники ещё ничего не видят"), _("К итогам"), outcome),)
    if stages.jury_stages(event) and not panel.jurors:
        return (Waits(_("Назначьте жюри"), _("Допущенные работы ждут оценки"), _("К жюри"), board),)
    if stages.jury_stages(event) and not panel.of:
        return (Waits(_("Распределите работы"), _("Жюри назначено, работ у него ещё нет"), _("К жюри"), board),)
    return (*_lacking(event, panel, tally), *_settling(event, tally, outcome))


def _lacking(event: Event, panel: figures.Panel, tally: Tally) -> tuple[Waits, ...]:
    """Every sheet that was asked for is in, and works still lack some: those that went on to a stage wait for their jurors."""
    if not stages.jury_stages(event) or panel.done < panel.of or tally.full >= tally.works:
        return ()
    reached = {one["stage"] for one in tally.lists}
    stage = next((one for one in reversed(stages.jury_stages(event)) if one.key in reached), stages.stage_of(event))
    url = url_for("judging.jury", event_id=event.id, stage=stage.key)
    return (
        Waits(
            _("Распределите работы"),
            _("Этап «%(title)s»: работам не хватает членов жюри", title=wording.say(stage.title)),
            _("К жюри"),
            url,
        ),
    )


def _reviewing(event: Event, tally: Tally, outcome: str) -> tuple[Waits, ...]:
    if any(one["waits"] for one in tally.open):
        return _settling(event, tally, outcome)
    return (Waits(_("Утвердите итоги заново"), _("Опубликованные итоги остаются, пока нет нового решения"), _("К итогам"), outcome),)


def _settling(event: Event, tally: Tally, outcome: str) -> tuple[Waits, ...]:
    count = sum(one["waits"] for one in tally.open)
    if count:
        title = ngettext("%(num)d вопрос ждёт решения", "%(num)d вопросов ждут решения", count)
        questions = url_for("judging.undecided_questions", event_id=event.id)
        return (Waits(title, _("Решают люди, основание останется в протоколе"), _("Решить"), questions),)
    if tally.full >= tally.works and not (stages.entrant_stages(event) and _entrants_left(event)):
        return (Waits(_("Все листы собраны"), _("Можно утверждать итоги"), _("Подвести итоги"), outcome),)
    return ()


@web.event_verb.fill
def see_results(event: Event, _now: datetime) -> web.Verb | None:
    if event.released_at is None or not stages.has_results(event):
        return None
    return web.Verb(_("Посмотреть итоги"), url_for("judging.winners", event_id=event.id))


@web.application_page.fill
def application_part(application: Application, _visitor: Any, _now: datetime) -> Markup | None:
    """What an application was awarded, once everybody may know; marks and jurors are nobody's business here."""
    event = application.event
    if event.released_at is None or not stages.has_results(event):
        return None
    awards = [lists.award_title(event, one.award) for one in queries.awards_of(application.id)]
    if not awards and not stages.is_reviewed(event):
        return None
    page = {"awards": awards, "event": pages.head(event), "reviewed": stages.is_reviewed(event)}
    return Markup(render_template("judging/part_application.html", **page))  # noqa: S704  (our own template)
