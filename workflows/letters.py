"""The letters of an event: which there are, and what the words of each may be filled with. A letter without its own words has ours."""

from __future__ import annotations

from collections.abc import Mapping

ALWAYS = frozenset({"greeting", "event", "centre", "link"})
WORK = ALWAYS | {"work", "number"}

# Sent with a step of the workflow.
OF_STEPS: Mapping[str, frozenset[str]] = {
    "entry_received": WORK,
    "new_entry": WORK,
    "entry_received_again": WORK,
    "entry_admitted": WORK,
    "revision_asked": WORK | {"reason", "term"},
    "entry_not_admitted": WORK | {"reason"},
    "entry_disqualified": WORK | {"reason"},
    "entry_reinstated": WORK | {"reason"},
    "entry_withdrawn": WORK,
    "author_replaced": WORK | {"replaced", "successor", "reason"},
    "registered": WORK,
}

# Sent at a moment, not with a step.
OF_MOMENTS: Mapping[str, frozenset[str]] = {
    "draft_unsent": ALWAYS | {"work", "term", "below"},
    "entries_below": ALWAYS | {"below", "term"},
    "deadline_moved": ALWAYS | {"work", "what", "term"},
    "juror_appointed": ALWAYS | {"term"},
    "works_assigned": ALWAYS | {"count", "term"},
    "works_allotted": ALWAYS | {"count", "term"},
    "judging_opened": ALWAYS | {"stage", "count", "term"},
    "judging_moved": ALWAYS | {"stage", "count", "term"},
    "jury_reminder": ALWAYS | {"count", "term"},
    "stage_passed": WORK | {"stage"},
    "stage_not_passed": WORK | {"stage"},
    "stage_opened": WORK | {"stage", "term"},
    "results_released": WORK | {"award", "line"},
    "results_revised": WORK | {"award", "line", "act"},
    "paper_ready": ALWAYS | {"paper", "number", "check"},
    "bridge_soon": WORK | {"when"},
    "appeal_filed": WORK,
    "appeal_received": WORK,
    "appeal_answered": WORK | {"outcome", "reason"},
    "went_up": WORK | {"won", "term"},
}

LETTERS: Mapping[str, frozenset[str]] = {**OF_STEPS, **OF_MOMENTS}
LETTER_PLACEHOLDERS = frozenset(name for names in LETTERS.values() for name in names)
