"""Who may enter: conditions that can be checked, proofs that are asked for, limits that can be kept."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.checker import conditions
from workflows.checker.form import above
from workflows.checker.problem import Known, Path, Problem, reference
from workflows.entering import EntryCondition, Limit
from workflows.saying import Saying

PROOF_KINDS = ("files", "link")


def faults(known: Known) -> Iterator[Problem]:
    entering, path = known.rules.entering, ("entering",)
    if not entering.applicant:
        yield Problem((*path, "applicant"), Saying("regulation_nobody_enters"))
    if not entering.authors.kinds:
        yield Problem((*path, "authors", "kinds"), Saying("regulation_nobody_enters"))
    yield from above((*path, "authors"), entering.authors, "least", "most")
    yield from reference((*path, "authors", "substitution"), "date", entering.authors.substitution, known.dates)
    for number, one in enumerate(entering.conditions):
        yield from _condition_faults((*path, "conditions", number), one, known)
    for number, limit in enumerate(entering.limits):
        yield from _limit_faults((*path, "limits", number), limit, known)


def _condition_faults(path: Path, one: EntryCondition, known: Known) -> Iterator[Problem]:
    yield from conditions.faults((*path, "when"), one.when, known)
    yield from conditions.faults((*path, "holds"), one.holds, known, and_=one.when)
    if one.manual == (one.holds is not None):
        yield Problem(
            (*path, "manual" if one.manual else "holds"),
            Saying("regulation_checked_by_nobody" if not one.manual else "regulation_checked_twice"),
        )
    files = [question.key for _path, question in known.asked if question.kind in PROOF_KINDS]
    if one.proof is not None and one.proof in known.questions and one.proof not in files:
        yield Problem((*path, "proof"), Saying("regulation_proof_kind", name=one.proof))
    elif one.proof is not None:
        yield from reference((*path, "proof"), "question", one.proof, files)
    elif one.unmet == "proof":
        yield Problem((*path, "proof"), Saying("shape_missing", name="proof"))


def _limit_faults(path: Path, limit: Limit, known: Known) -> Iterator[Problem]:
    yield from above(path, limit, "least", "most")
    yield from conditions.faults((*path, "when"), limit.when, known)
    if limit.least is None and limit.most is None:
        yield Problem(path, Saying("regulation_limit_empty"))
    if not known.nominations and (limit.of == "nomination" or "nomination" in limit.within):
        yield Problem((*path, "of" if limit.of == "nomination" else "within"), Saying("regulation_no_nominations"))
    for place, key in enumerate(limit.within):
        yield from reference((*path, "within", place), "list_key", key, known.answers)
