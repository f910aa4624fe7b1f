"""The base tables: judged, shown, attended. They share their parts; the needs are plain functions."""

from __future__ import annotations

from dataclasses import replace

from workflows.machine import APPLICANT, AUTHORS, CLOCK, METHODIST, Facts, Need, Notice, State, Step, Workflow
from workflows.saying import Saying

STATES = (
    State("draft"),
    State("submitted"),
    State("revision"),
    State("admitted"),
    State("not_admitted"),
    State("withdrawn", final=True),
    State("closed", final=True),
)


# Needs: what must be true before a step


def within_dates(facts: Facts) -> Saying | None:
    """What came by letter or on paper counts by the time it was received, a form by the time it is sent."""
    moment = facts.received_at or facts.now
    if facts.intake_opens is not None and moment < facts.intake_opens:
        return Saying("intake_not_open", opens=facts.intake_opens)
    if facts.intake_closes is not None and moment >= facts.intake_closes:
        return Saying("intake_closed", closed=facts.intake_closes)
    return None


def within_term(facts: Facts) -> Saying | None:
    if facts.revision_until is not None and (facts.received_at or facts.now) >= facts.revision_until:
        return Saying("revision_term_over", until=facts.revision_until)
    return None


def form_complete(facts: Facts) -> Saying | None:
    """All that is required is answered, and nothing that is answered is wrong."""
    if facts.unanswered:
        return Saying("answers_missing", count=facts.unanswered)
    if facts.objections:
        return Saying("answers_wrong", count=facts.objections)
    return None


def reason_given(facts: Facts) -> Saying | None:
    return None if facts.reason.strip() else Saying("reason_missing")


def term_given(facts: Facts) -> Saying | None:
    if facts.term is None:
        return Saying("term_missing")
    return Saying("term_past") if facts.term <= facts.now else None


def jury_not_begun(facts: Facts) -> Saying | None:
    return Saying("jury_began") if facts.jury_began else None


def results_open(facts: Facts) -> Saying | None:
    return Saying("results_already_approved") if facts.results_approved else None


def results_approved(facts: Facts) -> Saying | None:
    return None if facts.results_approved else Saying("results_not_approved")


def event_over(facts: Facts) -> Saying | None:
    return Saying("event_not_over", ends=facts.over_at) if facts.over_at is not None and facts.now < facts.over_at else None


def endorsement_given(facts: Facts) -> Saying | None:
    return None if facts.endorsed else Saying("endorsement_missing")


def substitution_open(facts: Facts) -> Saying | None:
    """A person may be replaced until a date; what came by letter counts by the time it was received."""
    if facts.substitution_until is None:
        return Saying("substitution_undated")
    over = (facts.received_at or facts.now) >= facts.substitution_until
    return Saying("substitution_over", until=facts.substitution_until) if over else None


def seat_free(facts: Facts) -> Saying | None:
    return Saying("no_seats_left") if facts.seats_left is not None and facts.seats_left <= 0 else None


# Parts that the tables share


def _intake() -> tuple[Step, ...]:
    return (
        Step(
            "submit", ("draft",), "submitted", (APPLICANT,), (results_open, within_dates, form_complete),
            (Notice("entry_received", APPLICANT), Notice("new_entry", METHODIST)),
        ),
        Step(
            "resubmit", ("revision",), "submitted", (APPLICANT,), (results_open, within_term, form_complete),
            (Notice("entry_received_again", APPLICANT),),
        ),
    )  # fmt: skip


def _check(*, guard: tuple[Need, ...]) -> tuple[Step, ...]:
    return (
        Step("admit", ("submitted",), "admitted", (METHODIST,), (), (Notice("entry_admitted", AUTHORS, held=True),)),
        Step(
            "send_back", ("submitted",), "revision", (METHODIST,), (reason_given, term_given), (Notice("revision_asked", APPLICANT),),
            asks_reason=True, asks_term=True,
        ),
        Step(
            "not_admit", ("submitted", "revision"), "not_admitted", (METHODIST,), (reason_given,),
            (Notice("entry_not_admitted", APPLICANT, held=True),), asks_reason=True,
        ),
        Step("reconsider", ("admitted", "not_admitted"), "submitted", (METHODIST,), (reason_given, *guard), asks_reason=True),
    )  # fmt: skip


def _leaving(*sources: str) -> tuple[Step, ...]:
    return (Step("withdraw", sources, "withdrawn", (APPLICANT,), (results_open,), (Notice("entry_withdrawn", APPLICANT),)),)


def _disqualifying() -> tuple[Step, ...]:
    """An admitted application leaves the ranking but stays in the lists; until the results are approved it can come back."""
    return (
        Step(
            "disqualify", ("admitted",), "disqualified", (METHODIST,), (results_open, reason_given),
            (Notice("entry_disqualified", AUTHORS, held=True),), asks_reason=True,
        ),
        Step(
            "reinstate", ("disqualified",), "admitted", (METHODIST,), (results_open, reason_given),
            (Notice("entry_reinstated", AUTHORS, held=True),), asks_reason=True,
        ),
    )  # fmt: skip


def judged() -> Workflow:
    """A contest: intake, check, jury; closed when the results are released."""
    states = (*STATES[:-2], State("disqualified"), *STATES[-2:])
    leaving = _leaving("draft", "submitted", "revision", "admitted")
    closing = (Step("close", ("admitted",), "closed", (CLOCK, METHODIST), (results_approved,)),)
    steps = (*_intake(), *_check(guard=(jury_not_begun,)), *_disqualifying(), *leaving, *closing)
    return Workflow("judged", states, steps)


def shown() -> Workflow:
    """An exhibition: intake, check, on show; closed with the exhibition."""
    closing = (Step("close", ("admitted",), "closed", (CLOCK, METHODIST), (event_over,)),)
    steps = (*_intake(), *_check(guard=()), *_leaving("draft", "submitted", "revision", "admitted"), *closing)
    return Workflow("shown", STATES, steps)


def attended() -> Workflow:
    """A bridge and its kin: registering is enough, a seat permitting; closed after the meeting."""
    states = tuple(state for state in STATES if state.name in ("draft", "admitted", "withdrawn", "closed"))
    steps = (
        Step(
            "submit", ("draft",), "admitted", (APPLICANT,), (within_dates, form_complete, seat_free),
            (Notice("registered", APPLICANT),),
        ),
        *_leaving("draft", "admitted"),
        Step("close", ("admitted",), "closed", (CLOCK, METHODIST), (event_over,)),
    )  # fmt: skip
    return Workflow("attended", states, steps)


ATTENDED = ("bridge", "conference")  # kinds one comes to: sites, programme, presence
BY_KIND = {"contest": judged, "exhibition": shown, "bridge": attended, "conference": attended}
STATE_NAMES = tuple(dict.fromkeys(state.name for table in (judged(), shown(), attended()) for state in table.states))


def endorsed(workflow: Workflow, *, required: bool) -> Workflow:
    """Return a table in which the head of the organisation endorses an application before it is admitted: may, or must.

    Heads have no login: the methodist records who endorsed it and how.
    """
    step = Step("endorse", ("submitted",), "submitted", (METHODIST,), (reason_given,), asks_reason=True)
    steps = [replace(one, needs=(*one.needs, endorsement_given)) if required and one.name == "admit" else one for one in workflow.steps]
    return replace(workflow, steps=(*steps, step))


def substitutable(workflow: Workflow) -> Workflow:
    """Return a table in which a methodist replaces one person of an application by another, on a ground; its number stays."""
    told = (Notice("author_replaced", AUTHORS),)
    states = [state.name for state in workflow.states if state.name in ("submitted", "admitted")]
    needs = (results_open, substitution_open, reason_given)
    steps = [Step("substitute", (state,), state, (METHODIST,), needs, told, asks_reason=True) for state in states]
    return replace(workflow, steps=(*workflow.steps, *steps))


def as_document() -> str:
    """Return docs/workflows.md: every table with its diagram, printed from the code that runs."""
    parts = [
        "# What may happen to an application\n",
        "Printed from `workflows/kinds.py` by `flask --app app workflows-document --write`; a test compares.\n",
        "A methodist takes an applicant's step for her only on a receipt: a letter or paper that came, with its ground and time.\n",
    ]
    for kind, table in BY_KIND.items():
        workflow = table()
        parts.append(f"## {kind}: {workflow.kind}\n\n{workflow.as_table()}\n\n```mermaid\n{workflow.as_diagram()}\n```\n")
    workflow = endorsed(judged(), required=True)
    parts.append(f"## contest where the head of the organisation endorses\n\n{workflow.as_table()}\n")
    workflow = substitutable(judged())
    parts.append(f"## contest where a person may be replaced\n\n{workflow.as_table()}\n")
    return "\n".join(parts)
