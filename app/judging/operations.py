"""What the jury and the methodist do: appoint, assign, mark, decide, approve, release."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm.attributes import flag_modified

from app.applications import facts
from app.database import db, trace
from app.judging import figures, queries
from app.judging.jury import add_work, appoint_juror, assign, dismiss_juror, make_chair, plan, recuse, remind, unassign
from app.judging.models import Assignment, Mark, Review
from app.judging.results import (
    approve,
    compute,
    decide_award,
    decide_tie,
    note_sheet,
    refresh_standings,
    release,
    settle_for_example,
    standings,
)
from app.judging.stages import Late, Refused, hold, must_be_open, stage_of
from app.people.models import Person
from workflows.judging import sheets, totals
from workflows.regulation import Stage
from workflows.saying import Saying

__all__ = [
    "Late", "Refused", "add_work", "appoint_juror", "approve", "assign", "compute", "decide_award", "decide_tie", "dismiss_juror",
    "make_chair", "plan", "recuse", "refresh_standings", "release", "remind", "save_review", "settle_for_example", "stage_of",
    "standings", "unassign",
]  # fmt: skip

REVIEW_MOST = 5000
Marks = Mapping[str, Decimal | None]


@facts.gives("jury_began", lambda rules: rules.marking_stage is not None)
def jury_began(application_ids: Collection[int]) -> Mapping[int, bool]:
    return queries.begun(list(application_ids))


def save_review(
    assignment: Assignment, marks: Marks, comment: str, *, final: bool, by: Person, now: datetime, seen: int | None = None
) -> Review:
    """Keep a juror's sheet; `final` when it is complete and done. A mark of None is taken back.

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
    must_be_open(event, now)
    review = assignment.review
    before = _marks_of(review)
    kept = {key: value for key, value in {**before, **marks}.items() if value is not None}
    comment = comment.strip()
    finished = final or (review is not None and review.final_at is not None)
    if review is not None and kept == before and comment == review.comment and finished == (review.final_at is not None):
        return review
    if review is not None and seen is not None and seen != review.revision and _overwrites(before, review.comment, marks, comment):
        raise Late(Saying("sheet_changed_elsewhere"))
    _must_be_right(stage, kept, comment, finished)
    return _write(assignment, stage, kept, comment, finished=finished, by=by, now=now)


def _overwrites(before: Mapping[str, Decimal], comment_before: str, marks: Marks, comment: str) -> bool:
    """Say whether a form made before the last save would undo some of it. Going on from what that save kept is no conflict:
    the page saves itself while she types, and its answer may still be on the way when she presses the button."""
    return any(key in marks and marks[key] != value for key, value in before.items()) or not comment.startswith(comment_before)


def _must_be_hers(assignment: Assignment, by: Person) -> None:
    if assignment.juror.person_id != by.id or assignment.recused_at is not None:
        raise Refused(Saying("step_not_yours"))
    if assignment.application.state != "admitted":
        raise Late(Saying("work_not_admitted"))


def _marks_of(review: Review | None) -> dict[str, Decimal]:
    return {mark.criterion: mark.value for mark in review.marks} if review else {}


def _must_be_right(stage: Stage, kept: Mapping[str, Decimal], comment: str, finished: bool) -> None:
    criteria = {criterion.key: criterion for criterion in stage.criteria}
    wrong = {key: Saying("choice_unknown") for key in kept if key not in criteria}
    for key, value in kept.items():
        said = sheets.mark_objection(criteria[key], value) if key in criteria else None
        if said is not None:
            wrong[key] = said
    if finished:
        wrong |= {key: Saying("mark_missing") for key in sheets.missing(stage.criteria, kept)}
    if len(comment) > REVIEW_MOST:
        wrong["comment"] = Saying("answer_too_long", most=REVIEW_MOST, have=len(comment))
    if wrong:
        raise Refused(fields=wrong)


def _write(
    assignment: Assignment, stage: Stage, kept: Mapping[str, Decimal], comment: str, *, finished: bool, by: Person, now: datetime
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
        review.total = totals.written(sheets.sheet_total(stage.criteria, kept))
    db.session.flush()
    if finished:
        note_sheet(assignment.application, key=f"{review.id}:{review.revision}", now=now)
    return review


def _set_marks(review: Review, kept: Mapping[str, Decimal]) -> None:
    known = {mark.criterion: mark for mark in review.marks}
    for key, value in kept.items():
        if key in known:
            known[key].value = value
        else:
            review.marks.append(Mark(criterion=key, value=value))
    for key, mark in known.items():
        if key not in kept:
            review.marks.remove(mark)
