"""Who acts: a person with the roles she has towards one application, or the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.applications.models import Application, Receipt
from app.people.access import Visitor
from app.people.models import Person
from workflows.machine import APPLICANT, CLOCK, METHODIST


@dataclass(frozen=True)
class Actor:
    person: Person | None
    centres: frozenset[int] = frozenset()
    receipt: Receipt | None = None  # what came from the applicant, when a methodist acts for her

    @classmethod
    def of(cls, visitor: Visitor) -> Actor:
        return cls(visitor.person, visitor.centres)

    @classmethod
    def clock(cls) -> Actor:
        return cls(None)

    def on(self, receipt: Receipt | None) -> Actor:
        """Return the same person acting on what came from an applicant."""
        return replace(self, receipt=receipt)

    @property
    def person_id(self) -> int | None:
        return self.person.id if self.person else None

    def roles_in(self, application: Application) -> frozenset[str]:
        """Return the roles towards this application. Nobody is a methodist of her own work.

        A methodist is in the applicant's place only on a receipt of hers.
        """
        if self.person is None:
            return frozenset({CLOCK})
        if application.applicant_id == self.person.id:
            return frozenset({APPLICANT})
        own = any(author.person_id == self.person.id for author in application.authors)
        if application.event.centre_id in self.centres and not own:
            stands_in = self.receipt is not None and self.receipt.application_id == application.id
            return frozenset({METHODIST, APPLICANT}) if stands_in else frozenset({METHODIST})
        return frozenset()
