"""What the jury and the methodist do: appoint, assign, mark, decide, approve, release."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from app.applications import facts
from app.database import db, trace
from app.judging import evidence, figures, given, queries, sheets
from app.judging.allotting import allot, remind_entrants
from app.judging.approvals import approve, release, settle_for_example
from app.judging.decisions import decide_advance, decide_award, decide_tie, decide_votes, settle_award
from app.judging.entering import enter, has_total
from app.judging.jury import add_work, appoint_juror, assign, dismiss_juror, make_chair, plan, recuse, remind, unassign
from app.judging.models import Assignment, Mark, Review
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
    "save_review",
    "settle_award",
    "settle_for_example",
    "unassign",
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
