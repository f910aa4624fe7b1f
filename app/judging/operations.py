"""What the jury and the methodist do: appoint, assign, mark, decide, approve, release, open again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm.attributes import flag_modified

from app import wording
from app.applications import facts
from app.database import db, trace
from app.events.models import Event
from app.judging import decisions, evidence, figures, given, queries, reopening, sheets
from app.judging.allotting import allot, remind_entrants
from app.judging.approvals import approve, release, settle_for_example
from app.judging.decisions import decide_advance, decide_award, decide_tie, decide_votes, settle_award
from app.judging.entering import enter, has_total
from app.judging.jury import add_work, appoint_juror, assign, dismiss_juror, plan, recuse, remind, unassign
from app.judging.models import Assignment, Mark, Review
from app.judging.panel import make_chair, weigh, weigh_expert
from app.judging.reopening import reopen
from app.judging.stages import Late, Refused, hold, must_be_open, source_of
from app.judging.standings import compute, note_change, refresh
from app.people.models import Person
from workflows.judging import totals
from workflows.regulation import Stage
from workflows.saying import Saying

__all__ = [
    "Late",
    "Refused",
    "add_work",
    "allot",
    "appoint_juror",
    "approve",
    "assign",
    "compute",
    "correct_sheet",
    "decide_advance",
    "decide_award",
    "decide_tie",
    "decide_votes",
    "dismiss_juror",
    "enter",
    "make_chair",
    "plan",
    "recuse",
    "refresh",
    "release",
    "remind",
    "remind_entrants",
    "reopen",
    "save_review",
    "settle_award",
    "settle_for_example",
    "unassign",
    "weigh",
    "weigh_expert",
]  # fmt: skip

REVIEW_MOST = 5000
Marks = Mapping[str, str | None]


@facts.gives("jury_began", lambda rules: rules.marking_stage is not None)
def jury_began(application_ids: Collection[int]) -> Mapping[int, bool]:
    return queries.begun(list(application_ids))


def save_review(
    assignment: Assignment, marks: Marks, comment: str, *, final: bool, by: Person, now: datetime, seen: int | None = None
) -> Review:
    """Keep a juror's sheet; `final` when it is complete and done. Marks are as written, by line; None is taken back.

    Raises Refused with a Saying by criterion, and then changes nothing. Saving the same sheet twice is one sheet. A finished
    sheet may be changed, complete and with a trace, until the judging is over. `seen` is the revision that the form was made
    from (0: no sheet yet): Late when another tab has changed the sheet since.
    """
    event = assignment.application.event
    stage = event.rules.stage(assignment.stage)
    _must_be_hers(assignment, by)
    if final or assignment.done_at is not None:
        hold(event)
        db.session.expire(assignment, ["review"])
    must_be_open(event, stage, now)
    review = assignment.review
    before = _marks_of(review)
    kept = {key: value for key, value in {**before, **marks}.items() if value is not None}
    comment = comment.strip()
    finished = final or (review is not None and review.final_at is not None)
    if review is not None and kept == before and comment == review.comment and finished == (review.final_at is not None):
        return review
    if review is not None and seen is not None and seen != review.revision and _overwrites(before, review.comment, marks, comment):
        raise Late(Saying("sheet_changed_elsewhere"))
    if finished and assignment.done_at is None and has_total(assignment.application_id, assignment.stage):
        raise Late(Saying("total_stands_for_sheets"))
    total = _must_be_right(assignment, stage, kept, comment, finished)
    return _write(assignment, kept, comment, total=total, finished=finished, by=by, now=now)


def _overwrites(before: Mapping[str, str], comment_before: str, marks: Marks, comment: str) -> bool:
    """Say whether a form made before the last save would undo some of it. Going on from what that save kept is no conflict:
    the page saves itself while she types, and its answer may still be on the way when she presses the button."""
    return any(key in marks and marks[key] != value for key, value in before.items()) or not comment.startswith(comment_before)


def _must_be_hers(assignment: Assignment, by: Person) -> None:
    if assignment.juror.person_id != by.id or assignment.recused_at is not None:
        raise Refused(Saying("step_not_yours"))
    if assignment.application.state != "admitted":
        raise Late(Saying("work_not_admitted"))


def correct_sheet(assignment: Assignment, marks: Marks, ground: str, *, by: Person, now: datetime) -> Review:
    """Change marks of a finished sheet by a recorded decision, after approved results were opened again; the places follow.

    Raises Late while the results are approved, Refused without a ground, with wrong marks, and where the regulation says that
    an appeal never takes points away and this would; then changes nothing.
    """
    event, work = assignment.application.event, assignment.application_id
    stage = event.rules.stage(assignment.stage)
    hold(event)
    db.session.expire(assignment, ["review"])
    review = assignment.review
    if not reopening.is_open_again(event):
        raise Late(Saying("results_not_open_again"))
    decisions.may_speak(ground, [work], by)
    if review is None or review.final_at is None:
        raise Refused(Saying("sheet_not_finished"))
    had, before = review.total, _marks_of(review)
    kept = {key: value for key, value in {**before, **marks}.items() if value is not None}
    if kept == before:
        raise Refused(Saying("sheet_same"))
    total = _must_be_right(assignment, stage, kept, review.comment, finished=True)
    _must_not_lower(event, stage, work, Fraction(had), Fraction(total))
    _write(assignment, kept, review.comment, total=total, finished=True, by=by, now=now)
    told = " → ".join(_figure(Fraction(one), stage) for one in (had, total))
    decisions.note(event, decisions.SHEET, ground, work=work, by=by, now=now, value=told, stage=stage.key)
    refresh(event)
    return review


def _must_not_lower(event: Event, stage: Stage, work: int, had: Fraction, total: Fraction) -> None:
    if event.rules.appeals.effect != "same_or_higher" or reopening.opened_for(work) is None:
        return
    lower_is_better = stage.kind == "places" or stage.best == "lowest"
    if total > had if lower_is_better else total < had:
        raise Refused(Saying("appeal_never_lowers", had=wording.number(Decimal(_figure(had, stage)))))


def _figure(total: Fraction, stage: Stage) -> str:
    return str(totals.shown(total, 0 if total.denominator == 1 else stage.digits))


def _marks_of(review: Review | None) -> dict[str, str]:
    return {mark.criterion: mark.value for mark in review.marks} if review else {}


def _must_be_right(assignment: Assignment, stage: Stage, kept: Mapping[str, str], comment: str, finished: bool) -> str:
    """Return the exact total of a complete sheet as it is kept. Raises Refused with what is wrong, by line."""
    entry = given.marked_entry(assignment.application, stage)
    found = sheets.read(assignment.application.event.rules, stage, entry, source_of(stage, assignment.juror), kept)
    wrong = dict(found.wrong)
    if finished:
        wrong |= found.missing
        wrong |= _place_twice(assignment, stage, kept)
    wrong |= {path: said for path, said in evidence.too_many(stage, assignment.application_id, kept).items() if path not in wrong}
    if len(comment) > REVIEW_MOST:
        wrong["comment"] = Saying("answer_too_long", most=REVIEW_MOST, have=len(comment))
    if wrong:
        raise Refused(fields=wrong)
    if finished and set(kept.values()) == {sheets.NO_OPINION}:
        raise Refused(Saying("no_opinion_on_anything"))
    return totals.written(found.total) if finished and found.total is not None else ""


def _place_twice(assignment: Assignment, stage: Stage, kept: Mapping[str, str]) -> dict[str, Saying]:
    """Two works of one list cannot have the same place from one juror."""
    if stage.kind != "places" or not kept.get(sheets.BARE):
        return {}
    same = queries.placed_so(assignment, kept[sheets.BARE])
    by = assignment.application.event.rules.lists_of(stage)[0].by
    entry = given.entry_of(assignment.application) if same else None
    twice = [one.number for one in same if entry is not None and given.listed_together(entry, given.entry_of(one), by)]
    return {sheets.BARE: Saying("place_given_already", number=twice[0])} if twice else {}


def _write(
    assignment: Assignment, kept: Mapping[str, str], comment: str, *, total: str, finished: bool, by: Person, now: datetime
) -> Review:
    review = assignment.review
    if review is None:
        review = assignment.review = Review(saved_at=now, marks=[])
        db.session.add(review)
    elif review.final_at is not None:
        trace("sheet.changed", f"assignment:{assignment.id}", by=by.id, now=now, before=review.total)
    review.comment, review.saved_at = comment, now
    flag_modified(review, "saved_at")  # marks are rows of their own: the sheet's revision must grow with them all the same
    _set_marks(review, kept)
    if finished:
        if assignment.done_at is None:
            figures.one_more_done(assignment.juror_id)
        review.final_at = assignment.done_at = now
        review.total = total
    db.session.flush()
    if finished:
        note_change(assignment.application.event_id, key=f"{review.id}:{review.revision}", now=now)
    return review


def _set_marks(review: Review, kept: Mapping[str, str]) -> None:
    known = {mark.criterion: mark for mark in review.marks}
    for key, value in kept.items():
        if key in known:
            known[key].value = value
        else:
            review.marks.append(Mark(criterion=key, value=value))
    for key, mark in known.items():
        if key not in kept:
            review.marks.remove(mark)
