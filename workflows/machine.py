"""The table of what may happen to an application: the same rows draw the buttons, guard the acts and print the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from workflows.saying import Saying

APPLICANT, METHODIST, JUROR, CLOCK, AUTHORS = "applicant", "methodist", "juror", "clock", "authors"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true when a step is asked for. Moments are aware UTC; `intake_closes` and `revision_until` are exclusive ends.

    `received_at` is the typed time of receipt of a letter or paper and counts instead of `now`; `over_at` is the end of the
    show or the beginning of the meeting, None for an event that ends with its results.
    """

    now: datetime
    intake_opens: datetime | None = None
    intake_closes: datetime | None = None
    revision_until: datetime | None = None
    received_at: datetime | None = None
    over_at: datetime | None = None
    unanswered: int = 0
    objections: int = 0
    reason: str = ""
    term: datetime | None = None
    jury_began: bool = False
    results_approved: bool = False
    seats_left: int | None = None
    endorsed: bool = False
    substitution_until: datetime | None = None


Need = Callable[[Facts], Saying | None]


@dataclass(frozen=True)
class State:
    name: str
    final: bool = False


@dataclass(frozen=True)
class Notice:
    """A letter to queue with a step. `held`: a decision, it waits until the methodist releases it."""

    name: str
    to: str
    held: bool = False


@dataclass(frozen=True)
class Step:
    name: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    tells: tuple[Notice, ...] = ()
    asks_reason: bool = False
    asks_term: bool = False

    def refusal(self, facts: Facts) -> Saying | None:
        """Return the first need that speaks."""
        return next((said for need in self.needs if (said := need(facts)) is not None), None)


@dataclass(frozen=True)
class OpenStep:
    """A step that this person could take from here; `refusal` says why not right now."""

    step: Step
    refusal: Saying | None


class StepRefused(Exception):
    """The step may not be taken; `saying` tells the person why and what to do."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.key)
        self.saying = saying


@dataclass(frozen=True)
class Workflow:
    """States and steps of one kind of event. The first state is where an application begins."""

    kind: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]

    def step(self, name: str, *, state: str, roles: Collection[str], facts: Facts) -> Step:
        """Return the step that may be taken now. Raises StepRefused: unknown, not from here, not yours, or a need that speaks."""
        named = [step for step in self.steps if step.name == name]
        if not named:
            raise StepRefused(Saying("step_unknown"))
        step = next((step for step in named if state in step.sources), None)
        if step is None:
            raise StepRefused(Saying("step_not_from_here"))
        if not set(step.by).intersection(roles):
            raise StepRefused(Saying("step_not_yours"))
        refusal = step.refusal(facts)
        if refusal is not None:
            raise StepRefused(refusal)
        return step

    def ends_in(self, state: str) -> bool:
        """Say whether no step leads on from a state."""
        return any(one.name == state and one.final for one in self.states)

    def open_to(self, *, state: str, roles: Collection[str], facts: Facts) -> list[OpenStep]:
        """Return the steps from this state that these roles may take, in the order of the table."""
        fitting = [step for step in self.steps if state in step.sources and set(step.by).intersection(roles)]
        return [OpenStep(step, step.refusal(facts)) for step in fitting]

    def faults(self) -> list[Saying]:
        """Return what is wrong with the table itself.

        Unknown and unreachable states, states from which no end is reached, steps out of an end, steps that are nobody's,
        two rows for one act.
        """
        names = {state.name for state in self.states}
        found = [
            Saying("workflow_unknown_state", step=step.name, state=name)
            for step in self.steps
            for name in (*step.sources, step.target)
            if name not in names
        ]
        finals = {state.name for state in self.states if state.final}
        ways = {(source, step.target) for step in self.steps for source in step.sources}
        reached = _spread({state.name for state in self.states[:1]}, ways)
        ending = _spread(finals, {(target, source) for source, target in ways})
        found += [Saying("workflow_unreachable_state", state=state.name) for state in self.states if state.name not in reached]
        found += [Saying("workflow_dead_end", state=state.name) for state in self.states if state.name not in ending]
        found += [Saying("workflow_leaves_end", step=step.name) for step in self.steps if finals.intersection(step.sources)]
        found += [Saying("workflow_nobodys_step", step=step.name) for step in self.steps if not step.by]
        acts = Counter((step.name, source) for step in self.steps for source in step.sources)
        found += [Saying("workflow_double_step", step=name, state=source) for (name, source), count in acts.items() if count > 1]
        return found

    def as_table(self) -> str:
        """Return the steps as a Markdown table."""
        rows = ["| step | from | to | by | needs | tells |", "| --- | --- | --- | --- | --- | --- |"]
        for step in self.steps:
            needs = ", ".join(need.__name__ for need in step.needs) or "—"
            tells = ", ".join(f"{notice.name} → {notice.to}{' (held)' if notice.held else ''}" for notice in step.tells) or "—"
            rows.append(f"| {step.name} | {', '.join(step.sources)} | {step.target} | {', '.join(step.by)} | {needs} | {tells} |")
        return "\n".join(rows)

    def as_diagram(self) -> str:
        """Return a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.states[0].name}"]
        lines += [f"    {source} --> {step.target}: {step.name}" for step in self.steps for source in step.sources]
        lines += [f"    {state.name} --> [*]" for state in self.states if state.final]
        return "\n".join(lines)


def _spread(start: set[str], ways: set[tuple[str, str]]) -> set[str]:
    """Return every state that can be come to from `start` along the ways (from, to)."""
    reached, fresh = set(start), set(start)
    while fresh:
        fresh = {target for source, target in ways if source in fresh} - reached
        reached |= fresh
    return reached
