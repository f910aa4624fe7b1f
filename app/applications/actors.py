"""Who acts: a person with the roles she has towards one application, or the clock."""

from __future__ import annotations

from dataclasses import dataclass

from app.applications.models import Application
from app.people.access import Visitor
from app.people.models import Person
from workflows.machine import APPLICANT, CLOCK, METHODIST


@dataclass(frozen=True)
class Actor:
    person: Person | None
    centres: frozenset[int] = frozenset()

    @classmethod
    def of(cls, visitor: Visitor) -> Actor:
        return cls(visitor.person, visitor.centres)

    @classmethod
    def clock(cls) -> Actor:
        return cls(None)

    @property
    def person_id(self) -> int | None:
        return self.person.id if self.person else None

    def roles_in(self, application: Application) -> frozenset[str]:
        """Return the roles towards this application. Nobody is a methodist of her own work."""
        if self.person is None:
            return frozenset({CLOCK})
        if application.applicant_id == self.person.id:
            return frozenset({APPLICANT})
        own = any(author.person_id == self.person.id for author in application.authors)
        if application.event.centre_id in self.centres and not own:
            return frozenset({METHODIST})
        return frozenset()
