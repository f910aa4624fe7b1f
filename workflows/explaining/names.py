"""What the parts of a regulation are called in its sentences, and conditions as clauses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from workflows import conditions
from workflows.conditions import All, Any_, Compare, Condition, EventDate, Not
from workflows.entering import FACTS
from workflows.explaining.chapters import counted, listed, plain, quoted
from workflows.form import OPTION_KINDS, Question
from workflows.parts import Paper
from workflows.regulation import Regulation
from workflows.saying import Saying

Title = Any  # the words of a part, or its key where there is no such part
USUAL_DATES = ("intake_opens", "intake_closes", "judging_closes", "results_on")
ATTRIBUTES = (*FACTS, "group")
OPPOSITES = {"is": "is_not", "one_of": "none_of", "answered": "not_answered"}
OPPOSITES |= {other: one for one, other in OPPOSITES.items()}
COMPARED = ("at_least", "at_most", "more_than", "less_than")


class Names:
    """Finds what a key is called. A key that leads nowhere is called by itself."""

    def __init__(self, regulation: Regulation) -> None:
        self._questions = {one.key: one for one in regulation.questions()}
        self._titles: dict[tuple[str, str], Title] = {}
        for room in ("dates", "nominations", "groups", "stages", "awards"):
            self._titles |= {(room, one.key): one.title for one in getattr(regulation, room)}
        self._titles |= {("papers", one.key): _paper(one) for one in regulation.papers}
        for stage in regulation.stages:
            self._titles |= {("criteria", one.key): one.title for one in reversed(stage.criteria)}
            self._titles |= {("sources", one.key): one.title or one.key for one in reversed(stage.all_sources)}

    def of(self, room: str, key: str | None) -> Title:
        """Return the title of a nomination, stage, award … by its key."""
        return self._titles.get((room, key or ""), key or "—")

    def question(self, key: str | None) -> Title:
        found = self._questions.get(key or "")
        return found.label if found else key or "—"

    def from_date(self, key: str) -> Saying:
        """Return «дня окончания приёма», «даты «…»»."""
        return Saying(f"from_{key}") if key in USUAL_DATES else Saying("from_other", title=self.of("dates", key))

    def on_date(self, key: str) -> Saying:
        """Return «день окончания приёма», «дату «…»»."""
        return Saying(f"on_{key}") if key in USUAL_DATES else Saying("on_other", title=self.of("dates", key))

    def by(self, keys: Iterable[str]) -> Saying:
        """Return what parts the lists: «номинациям и зонам»."""
        return listed(self._by(key) for key in keys)

    def _by(self, key: str) -> Saying:
        if key in (*ATTRIBUTES, "organisation"):
            return Saying(f"by_{key}")
        return Saying("by_answer", question=self.question(key)) if key in self._questions else Saying("by_other", key=key)

    # Conditions

    def clause(self, condition: Condition) -> Saying:
        """Return a condition as a clause that follows «если»."""
        if isinstance(condition, Not):
            return self._not(condition.not_)
        if isinstance(condition, All):
            return listed((self._inner(one) for one in condition.all), "also" if _nested(condition.all) else "and")
        if isinstance(condition, Any_):
            return listed((self.clause(one) for one in condition.any), "either" if _nested(condition.any) else "or")
        return self._compare(condition)

    def _not(self, condition: Condition) -> Saying:
        if isinstance(condition, Compare) and condition.op in OPPOSITES:
            return self._compare(condition.model_copy(update={"op": OPPOSITES[condition.op]}))
        return Saying("clause_not", part=self.clause(condition))

    def _inner(self, condition: Condition) -> Saying:
        said = self.clause(condition)
        return Saying("clause_one_at_least", part=said) if isinstance(condition, Any_) and len(condition.any) > 1 else said

    def _compare(self, compare: Compare) -> Saying:
        question = self._questions.get(compare.field)
        if compare.op in conditions.YEAR_OPERATORS:
            return self._years(compare, question)
        if compare.op in conditions.DATE_OPERATORS:
            return Saying(f"clause_{compare.op}", subject=self._subject(compare.field, question), value=self._from(compare.value))
        if compare.op in COMPARED:
            return Saying(f"clause_{compare.op}", subject=self._subject(compare.field, question), value=_amount(compare.value, question))
        if compare.op in conditions.BARE_OPERATORS:
            return Saying(f"clause_{compare.op}", title=self.question(compare.field))
        return self._choice(compare, question)

    def _choice(self, compare: Compare, question: Question | None) -> Saying:
        if question is not None and question.kind == "yes_no" and compare.op in ("is", "is_not"):
            yes = str(compare.value).lower() in ("1", "true", "yes")
            return Saying("clause_yes" if yes == (compare.op == "is") else "clause_no", title=question.label)
        subject = self._subject(compare.field, question)
        if isinstance(compare.value, tuple):
            titles = [self._value(question, compare.field, one) for one in compare.value]
            said = quoted(titles, "or") if compare.op == "one_of" else listed(Saying("neither", title=one) for one in titles)
            return Saying(f"clause_{compare.op}", subject=subject, value=said)
        return Saying(f"clause_{compare.op}", subject=subject, value=self._value(question, compare.field, compare.value))

    def _years(self, compare: Compare, question: Question | None) -> Saying:
        years = conditions.number(compare.value) or Decimal(0)
        on = self._on(compare.on)
        if question is not None and question.called is not None:
            called = Saying("subject_called", title=question.called)
            return Saying(f"clause_{compare.op}", subject=called, years=counted("years_gen", years, "years"), on=on)
        full = counted("full_years_gen", years, "years")
        return Saying(f"clause_full_{compare.op}", title=self._dated(compare.field), years=full, on=on)

    def _dated(self, key: str) -> Title:
        return Saying(f"subject_{key}") if key in FACTS and key not in self._questions else self.question(key)

    def _subject(self, key: str, question: Question | None) -> Saying:
        if question is not None and question.called is not None:
            return Saying("subject_called", title=question.called)
        if key in ATTRIBUTES or (question is not None and question.kind == "nomination"):
            return Saying(f"subject_{key if key in ATTRIBUTES else 'nomination'}")
        return Saying("subject_question", title=question.label) if question is not None else Saying("subject_other", title=key)

    def _value(self, question: Question | None, field: str, value: object) -> Title:
        if field in ("nomination", "group") or (question is not None and question.kind == "nomination"):
            return self.of("groups" if field == "group" else "nominations", str(value))
        if question is not None and question.kind in OPTION_KINDS:
            return next((one.title for one in question.options if one.key == str(value)), str(value))
        return plain(value) if isinstance(value, Decimal) else str(value)

    def _on(self, value: EventDate | str | None) -> Saying:
        return self.on_date(value.date) if isinstance(value, EventDate) else Saying("on_day", day=_day(value))

    def _from(self, value: object) -> Saying:
        return self.from_date(value.date) if isinstance(value, EventDate) else Saying("from_day", day=_day(value))


def _paper(paper: Paper) -> Title:
    """Two diplomas may differ by their degree only: «Диплом I степени»."""
    return Saying("paper_titled", title=paper.title, degree=paper.degree) if paper.degree else paper.title


def _nested(parts: tuple[Condition, ...]) -> bool:
    return len(parts) > 1 and any(isinstance(one, (All, Any_)) for one in parts)


def _day(value: object) -> date | str:
    return conditions.day(value) or str(value)


def _amount(value: object, question: Question | None) -> object:
    number = conditions.number(value)
    if number is None:
        return str(value)
    unit = question.unit if question is not None else None
    if unit is None:
        return plain(number)
    return Saying("percent", value=plain(number)) if unit == "percent" else counted(f"{unit}_gen", number, unit)
