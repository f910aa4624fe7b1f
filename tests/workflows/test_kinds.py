"""The three base tables, step by step, and the needs that guard them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import kinds
from workflows.machine import APPLICANT, CLOCK, JUROR, METHODIST, Facts, StepRefused

NOON = datetime(2026, 11, 23, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = {"intake_opens": NOON - HOUR, "intake_closes": NOON + HOUR}
TABLES = [table() for table in kinds.BY_KIND.values()]
MORE = [kinds.substitutable(table) for table in TABLES[:3]] + [kinds.endorsed(kinds.substitutable(kinds.judged()), required=True)]


@pytest.mark.parametrize("workflow", MORE, ids=lambda one: one.kind)
def test_tables_that_a_regulation_adds_steps_to_are_sound_and_send_nobody_elsewhere(workflow):
    assert workflow.faults() == []
    assert all(step.sources == (step.target,) for step in workflow.steps if step.name in ("substitute", "endorse"))


def facts(**given_facts) -> Facts:
    return Facts(**{"now": NOON, **OPEN, **given_facts})


def take(workflow, name, state, role, **given_facts):
    """Return the new state, or the key of the refusal."""
    try:
        return workflow.step(name, state=state, roles={role}, facts=facts(**given_facts)).target
    except StepRefused as refused:
        return refused.saying.key


@pytest.mark.parametrize("workflow", TABLES, ids=lambda one: one.kind)
def test_base_table_is_sound(workflow):
    assert workflow.faults() == []


def test_contest_runs_from_draft_to_close():
    table = kinds.judged()

    assert take(table, "submit", "draft", APPLICANT) == "submitted"
    assert take(table, "send_back", "submitted", METHODIST, reason="нет файла", term=NOON + HOUR) == "revision"
    assert take(table, "resubmit", "revision", APPLICANT, revision_until=NOON + HOUR) == "submitted"
    assert take(table, "admit", "submitted", METHODIST) == "admitted"
    assert take(table, "close", "admitted", CLOCK, results_approved=True) == "closed"


def test_exhibition_closes_when_the_show_is_over():
    assert take(kinds.shown(), "close", "admitted", CLOCK, over_at=NOON + HOUR) == "event_not_over"
    assert take(kinds.shown(), "close", "admitted", CLOCK, over_at=NOON) == "closed"


def test_bridge_needs_no_check_but_a_seat():
    assert take(kinds.attended(), "submit", "draft", APPLICANT, seats_left=1) == "admitted"
    assert take(kinds.attended(), "submit", "draft", APPLICANT, seats_left=None) == "admitted"
    assert take(kinds.attended(), "submit", "draft", APPLICANT, seats_left=0) == "no_seats_left"


@pytest.mark.parametrize("workflow", TABLES, ids=lambda one: one.kind)
@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (OPEN["intake_opens"] - timedelta(microseconds=1), "intake_not_open"),
        (OPEN["intake_opens"], None),
        (OPEN["intake_closes"] - timedelta(microseconds=1), None),
        (OPEN["intake_closes"], "intake_closed"),
    ],
)
def test_intake_opens_inclusively_and_closes_exclusively(workflow, now, answer):
    assert (take(workflow, "submit", "draft", APPLICANT, now=now) == answer) is (answer is not None)


def test_paper_counts_by_the_time_it_was_received():
    late = OPEN["intake_closes"] + 24 * HOUR

    assert take(kinds.judged(), "submit", "draft", APPLICANT, now=late, received_at=NOON) == "submitted"
    assert take(kinds.judged(), "submit", "draft", APPLICANT, now=NOON, received_at=late) == "intake_closed"


def test_incomplete_form_is_refused_with_the_count():
    with pytest.raises(StepRefused) as caught:
        kinds.judged().step("submit", state="draft", roles={APPLICANT}, facts=facts(unanswered=3, objections=1))

    assert (caught.value.saying.key, caught.value.saying.values) == ("answers_missing", {"count": 3})
    assert take(kinds.judged(), "submit", "draft", APPLICANT, objections=1) == "answers_wrong"


def test_sending_back_needs_a_reason_and_a_term_ahead():
    table = kinds.judged()

    assert take(table, "send_back", "submitted", METHODIST, reason=" ", term=NOON + HOUR) == "reason_missing"
    assert take(table, "send_back", "submitted", METHODIST, reason="нет файла") == "term_missing"
    assert take(table, "send_back", "submitted", METHODIST, reason="нет файла", term=NOON) == "term_past"


def test_revision_ends_with_its_term_and_not_with_the_intake():
    after = OPEN["intake_closes"] + HOUR

    assert take(kinds.judged(), "resubmit", "revision", APPLICANT, now=after, revision_until=after + HOUR) == "submitted"
    assert take(kinds.judged(), "resubmit", "revision", APPLICANT, now=after, revision_until=after) == "revision_term_over"


def test_admission_is_reconsidered_only_before_the_jury_begins():
    table = kinds.judged()

    assert take(table, "reconsider", "admitted", METHODIST, reason="ошибка") == "submitted"
    assert take(table, "reconsider", "not_admitted", METHODIST, reason="ошибка", jury_began=True) == "jury_began"
    assert take(table, "reconsider", "admitted", METHODIST) == "reason_missing"


def test_nobody_withdraws_after_the_results_are_approved():
    assert take(kinds.judged(), "withdraw", "admitted", APPLICANT) == "withdrawn"
    assert take(kinds.judged(), "withdraw", "admitted", APPLICANT, results_approved=True) == "results_already_approved"


def test_contest_is_not_closed_before_its_results():
    assert take(kinds.judged(), "close", "admitted", CLOCK) == "results_not_approved"


def test_decisions_are_held_and_receipts_go_at_once():
    held = {notice.name: notice.held for table in TABLES for step in table.steps for notice in step.tells}

    assert held == {
        "entry_received": False,
        "new_entry": False,
        "entry_received_again": False,
        "revision_asked": False,
        "entry_admitted": True,
        "entry_not_admitted": True,
        "entry_disqualified": True,
        "entry_reinstated": True,
        "entry_withdrawn": False,
        "registered": False,
    }


RIGHTS = {
    "submit": {APPLICANT},
    "resubmit": {APPLICANT},
    "send_back": {METHODIST},
    "admit": {METHODIST},
    "not_admit": {METHODIST},
    "reconsider": {METHODIST},
    "disqualify": {METHODIST},
    "reinstate": {METHODIST},
    "withdraw": {APPLICANT},
    "close": {CLOCK, METHODIST},
}


@pytest.mark.parametrize("workflow", TABLES, ids=lambda one: one.kind)
@pytest.mark.parametrize("role", [APPLICANT, METHODIST, JUROR, CLOCK, "visitor"])
def test_each_step_belongs_to_its_roles_and_to_nobody_else(workflow, role):
    for step in workflow.steps:
        answer = take(workflow, step.name, step.sources[0], role)
        assert (answer == "step_not_yours") is (role not in RIGHTS[step.name])


@pytest.mark.parametrize("workflow", TABLES, ids=lambda one: one.kind)
def test_step_that_asks_for_a_reason_needs_it(workflow):
    for step in workflow.steps:
        assert step.asks_reason is (kinds.reason_given in step.needs)
        assert step.asks_term is (kinds.term_given in step.needs)


NAMES = sorted(RIGHTS)


@given(
    st.sampled_from(TABLES),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([APPLICANT, METHODIST, CLOCK]), st.booleans(), st.booleans()), max_size=25),
)
def test_no_sequence_of_steps_leaves_the_table(workflow, acts):
    state, known = workflow.states[0].name, {one.name: one for one in workflow.states}
    for name, role, approved, began in acts:
        said = facts(reason="x", term=NOON + HOUR, results_approved=approved, jury_began=began)
        offered = {one.step.name for one in workflow.open_to(state=state, roles={role}, facts=said) if one.refusal is None}
        try:
            state = workflow.step(name, state=state, roles={role}, facts=said).target
        except StepRefused:
            assert name not in offered
        else:
            assert name in offered
        assert state in known


def test_document_is_printed_from_the_tables():
    printed = Path(__file__).parents[2] / "docs" / "workflows.md"

    assert printed.read_text(encoding="utf-8") == kinds.as_document()
