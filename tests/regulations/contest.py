"""A contest of a real regulation in the service: jury, sheets, decisions, approval, as the tables of the case tell."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.applications.models import Application
from app.database import committing, db
from app.judging import operations as judging
from app.judging import stages, standings
from app.judging.models import Standing
from app.people.models import Appointment
from tests.regulations.service import DAY, Case
from tests.world import NOON, World
from workflows.judging.given import ADVANCE, AWARD, TIE, VOTE, Decision
from workflows.regulation import Stage

GROUND = "Открытое голосование жюри, протокол № 2"


class Contest(Case):
    """A case with a jury, run from the first sheet to the release."""

    def __init__(self, number: str, world: World) -> None:
        super().__init__(number, world)
        self.jurors: dict[str, int] = {}

    def appoint_jury(self) -> None:
        told = {one.key: one for one in self.tables.jurors}
        keys = dict.fromkeys(mark.juror for mark in self.tables.marks if mark.juror)
        with committing():
            for place, key in enumerate(keys):
                person = self._person(f"juror_{place}", f"Дом учителя {place}")
                chair = key in told and told[key].chair
                juror = judging.appoint_juror(self.event, person, chair=chair, by=self.world.nina, now=NOON)
                juror.weight = Decimal(str(told[key].weight)) if key in told else Decimal(1)
                self.jurors[key] = juror.id

    def judge_all(self) -> None:
        """Stage by stage: the sheets, then what people decide about its lists."""
        for stage in self.rules.stages:
            if stage.kind == "marks":
                self._judge(stage)
            with committing():
                standings.refresh(self.event)
            self._decide(stage)

    def _judge(self, stage: Stage) -> None:
        sheets: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for mark in self.tables.marks:
            if mark.stage == stage.key:
                sheets[mark.entry, mark.juror][mark.criterion] = mark.value
        now = self._moment(stage)
        with committing():
            for (entry, key), marks in sheets.items():
                application, juror = db.session.get_one(Application, self.works[entry]), db.session.get_one(Appointment, self.jurors[key])
                given = marks if "" not in marks else _spread(stage, marks[""])
                assignment = judging.add_work(self.event, application, juror, by=self.world.nina, now=now, stage_key=stage.key)
                judging.save_review(assignment, given, "", final=True, by=juror.person, now=now)

    def _moment(self, stage: Stage) -> datetime:
        ends = stages.closes(self.event, stage)
        assert ends is not None
        return ends - timedelta(hours=1)

    def _decide(self, stage: Stage) -> None:
        taken: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for one in self.tables.decisions:
            if one.list.partition("/")[0] == stage.key:
                taken[one.kind, one.list].append(one)
        for (kind, name), decided in taken.items():
            with committing():
                self._record(kind, name, decided)

    def _record(self, kind: str, name: str, decided: list[Decision]) -> None:
        values = {self.works[one.entry]: int(one.value or 0) for one in decided}
        more: dict[str, Any] = {"by": self.world.nina, "now": NOON + 10 * DAY}
        ground = decided[0].ground
        if kind == TIE:
            judging.decide_tie(self.event, name, values, ground, **more)
        elif kind == VOTE:
            judging.decide_votes(self.event, name, values, ground, **more)
        elif kind == ADVANCE:
            judging.decide_advance(self.event, name, {work: bool(value) for work, value in values.items()}, ground, **more)
        elif kind == AWARD:
            judging.settle_award(self.event, decided[0].award, name, list(values), ground, **more)

    def settle_the_rest(self) -> None:
        """What the tables leave open is decided in the order of the applications."""
        while waiting := standings.compute(self.event).waiting:
            item = waiting[0]
            order = {int(key): place for place, key in enumerate(sorted(item.entries, key=int), 1)}
            with committing():
                judging.decide_tie(self.event, item.list, order, GROUND, by=self.world.nina, now=NOON + 10 * DAY)

    def approve_and_release(self, now: datetime) -> None:
        for number in range(len(stages.chain(self.event))):
            with committing():
                judging.approve(
                    self.event, number=str(47 + number), day=now.date(), by=self.world.nina, now=now, despite_missing="Самоотвод"
                )
        with committing():
            assert judging.release(self.event, by=self.world.nina, now=now)

    def places(self) -> dict[str, dict[str, list[Any]]]:
        """Return list -> entry -> [place, place to, exact total], as kept."""
        names = {work: key for key, work in self.works.items()}
        found: dict[str, dict[str, list[Any]]] = defaultdict(dict)
        for row in db.session.query(Standing).filter_by(event_id=self.id):
            found[row.list][names[row.application_id]] = [row.place, row.place_to, row.exact]
        return found


def _spread(stage: Stage, total: str) -> dict[str, str]:
    """A bare total of a table, laid out over the criteria: in the service a sheet has them all."""
    left, marks = Decimal(total), {}
    for criterion in stage.criteria:
        marks[criterion.key] = str(min(left, criterion.highest))
        left -= min(left, criterion.highest)
    return marks
