"""The table as a value: which step is open to whom, why not, and what is wrong with a table."""

from datetime import UTC, datetime

import pytest

from workflows.machine import APPLICANT, METHODIST, Facts, Notice, State, Step, StepRefused, Workflow
from workflows.saying import Saying

NOON = datetime(2026, 11, 23, 2, tzinfo=UTC)
FACTS = Facts(now=NOON)


def never(_facts: Facts) -> Saying | None:
    return Saying("never")


def later(_facts: Facts) -> Saying | None:
    return Saying("later")


STATES = (State("new"), State("read"), State("gone", final=True))
STEPS = (
    Step("read", ("new",), "read", (METHODIST,), (), (Notice("was_read", APPLICANT, held=True),)),
    Step("drop", ("new", "read"), "gone", (APPLICANT,), (never, later)),
    Step("drop", ("gone",), "gone", (METHODIST,)),
)
TABLE = Workflow("letters", STATES, STEPS[:2])


def refusal(name: str, state: str, *roles: str) -> str:
    with pytest.raises(StepRefused) as caught:
        TABLE.step(name, state=state, roles=roles, facts=FACTS)
    return caught.value.saying.key


def test_step_is_given_to_whom_it_belongs():
    assert TABLE.step("read", state="new", roles={METHODIST, "juror"}, facts=FACTS) is STEPS[0]


def test_each_refusal_says_its_own_reason():
    assert refusal("burn", "new", METHODIST) == "step_unknown"
    assert refusal("read", "read", METHODIST) == "step_not_from_here"
    assert refusal("read", "new", APPLICANT) == "step_not_yours"
    assert refusal("read", "new") == "step_not_yours"


def test_first_need_that_speaks_is_the_refusal():
    assert refusal("drop", "read", APPLICANT) == "never"


def test_open_steps_stand_in_table_order_with_their_refusals():
    found = TABLE.open_to(state="new", roles={METHODIST, APPLICANT}, facts=FACTS)

    assert [(one.step.name, one.refusal and one.refusal.key) for one in found] == [("read", None), ("drop", "never")]


def test_nothing_is_open_to_a_stranger():
    assert TABLE.open_to(state="new", roles=frozenset(), facts=FACTS) == []


def test_sound_table_has_no_faults():
    assert TABLE.faults() == []


@pytest.mark.parametrize(
    ("states", "steps", "said"),
    [
        (STATES, (*STEPS[:2], Step("lose", ("new",), "lost", (METHODIST,))), Saying("workflow_unknown_state", step="lose", state="lost")),
        ((*STATES, State("island", final=True)), STEPS[:2], Saying("workflow_unreachable_state", state="island")),
        (STATES, STEPS, Saying("workflow_leaves_end", step="drop")),
        (STATES, (*STEPS[:2], Step("hide", ("new",), "read", ())), Saying("workflow_nobodys_step", step="hide")),
        (STATES, (*STEPS[:2], STEPS[0]), Saying("workflow_double_step", step="read", state="new")),
        (
            (State("a"), State("b")),
            (Step("x", ("a",), "b", (METHODIST,)), Step("y", ("b",), "a", (METHODIST,))),
            Saying("workflow_dead_end", state="a"),
        ),
    ],
)
def test_fault_of_a_table_is_named(states, steps, said):
    assert said in Workflow("letters", states, steps).faults()


def test_table_and_diagram_are_printed_from_the_rows():
    assert TABLE.as_table().splitlines()[2:] == [
        "| read | new | read | methodist | — | was_read → applicant (held) |",
        "| drop | new, read | gone | applicant | never, later | — |",
    ]
    assert TABLE.as_diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> new",
        "    new --> read: read",
        "    new --> gone: drop",
        "    read --> gone: drop",
        "    gone --> [*]",
    ]
