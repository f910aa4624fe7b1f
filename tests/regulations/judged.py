"""The marks and decisions of a real case as rows of the service: sheets of jurors, values that staff enter, acts of deciding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.database import committing, db
from app.judging import figures, operations
from app.judging.models import Assignment, Award, Decision, Entered, Mark, Review, Standing
from app.people import operations as people
from app.web import JUROR
from tests.regulations.service import Case
from tests.world import NOON
from workflows.judging.given import Decision as Rule
from workflows.judging.given import Juror
from workflows.judging.given import Mark as Given

Place = tuple[int | None, int | None, str]


class Judged(Case):
    """A case that has been entered, marked and decided about."""

    def judge_all(self) -> None:
        self.enter_all()
        with committing():
            jurors = self._jurors()
            sheets = {key: self._sheet(key, jurors) for key in dict.fromkeys(self._sheets())}
            for mark in self.tables.marks:
                if self._by(mark) == "jury":
                    sheets[mark.stage, mark.entry, mark.juror].marks.append(Mark(criterion=mark.criterion, value=mark.value))
                else:
                    self._enter_mark(mark)
            for one in self.tables.decisions:
                self._decide(one)
            db.session.flush()
            figures.count_loads(self.id)
            operations.refresh(self.event)

    def _by(self, mark: Given) -> str:
        stage = self.rules.stage(mark.stage)
        return mark.by or (stage.all_sources[0].by if len(stage.all_sources) == 1 else "jury")

    def _sheets(self) -> Iterable[tuple[str, str, str]]:
        return ((mark.stage, mark.entry, mark.juror) for mark in self.tables.marks if self._by(mark) == "jury")

    def _jurors(self) -> dict[str, int]:
        known = {one.key: one for one in self.tables.jurors}
        found = {}
        for number, key in enumerate(sorted({key for _stage, _entry, key in self._sheets()})):
            rule = known.get(key, Juror(key))
            person = people.add_person(
                surname=f"Судьин{number}", given_name="Анна", patronymic="Ивановна", email="", post="эксперт", now=NOON
            )
            seat = people.appoint(person, JUROR, self.world.ids["centre"], event_id=self.id, by=self.world.nina, now=NOON)
            seat.chair, seat.jury, seat.weight = rule.chair, rule.jury, rule.weight  # type: ignore[assignment]
            db.session.flush()
            found[key] = seat.id
        return found

    def _sheet(self, key: tuple[str, str, str], jurors: dict[str, int]) -> Review:
        stage, entry, juror = key
        work = Assignment(application_id=self.works[entry], juror_id=jurors[juror], stage=stage, assigned_at=NOON, done_at=NOON)
        work.review = Review(saved_at=NOON, final_at=NOON, marks=[])
        db.session.add(work)
        return work.review

    def _enter_mark(self, mark: Given) -> None:
        source = next((one.key for one in self.rules.stage(mark.stage).all_sources if one.by == self._by(mark)), "imported")
        names = {"source": source, "who": mark.juror, "criterion": mark.criterion, "value": mark.value}
        work, nina = self.works[mark.entry], self.world.nina
        db.session.add(Entered(event_id=self.id, application_id=work, stage=mark.stage, by_id=nina.id, at=NOON, **names))

    def _decide(self, one: Any) -> None:
        words = {"list": one.list, "stage": one.stage, "award": one.award, "value": one.value, "act": f"{one.kind}:{one.list}"}
        work = self.works.get(one.entry)
        row = Decision(event_id=self.id, kind=one.kind, application_id=work, ground=one.ground, by_id=self.world.nina.id, at=NOON, **words)
        db.session.add(row)

    def settle(self) -> list[Rule]:
        """Decide what is open: equal entries in the order of their keys, free awards are not given. Return the same decisions."""
        names = {str(work): key for key, work in self.works.items()}
        decided: list[Rule] = []
        while waiting := operations.compute(self.event).waiting:
            item, ground = waiting[0], "Открытое голосование, протокол № 2"
            by, order = self.world.nina, {int(key): place for place, key in enumerate(sorted(item.entries, key=names.__getitem__), 1)}
            with committing():
                if item.kind == "tie":
                    operations.decide_tie(self.event, item.list, order, ground, by=by, now=NOON)
                    decided += [
                        Rule("tie", item.list, "", names[str(key)], "", str(value), ground, item.id) for key, value in order.items()
                    ]
                else:
                    operations.settle_award(self.event, item.award, item.list, [], ground, by=by, now=NOON)
                    decided.append(Rule("withhold", item.list, award=item.award, ground=ground))
        return decided

    # What came of it

    def places(self) -> dict[str, dict[str, Place]]:
        """Return list -> entry -> (place, place to, exact total), as kept."""
        names = {work: key for key, work in self.works.items()}
        found: dict[str, dict[str, Place]] = {}
        for row in db.session.query(Standing).filter_by(event_id=self.id):
            found.setdefault(row.list, {})[names[row.application_id]] = (row.place, row.place_to, row.exact)
        return found

    def awards(self) -> list[tuple[str, str]]:
        names = {work: key for key, work in self.works.items()}
        return sorted((names[one.application_id], one.award) for one in db.session.query(Award).filter_by(event_id=self.id))
