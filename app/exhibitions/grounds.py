"""The papers of an exhibition: one for each author of what is on show."""

from __future__ import annotations

from app.certificates import grounds
from app.certificates.grounds import Ground
from app.events.models import Event
from app.exhibitions import queries


@grounds.gives
def of_exhibitors(event: Event) -> list[Ground]:
    """A paper for every author of an exhibit that was not taken off, by the award of the regulation."""
    papers = [award.paper for award in event.rules.awards if award.by == "exhibitor"]
    if not papers:
        return []
    exhibits = queries.exhibited(event.id)
    return [ground for paper in papers for one in exhibits for ground in grounds.for_authors(one.application, paper, f"exhibit:{one.id}")]
