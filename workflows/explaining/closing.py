"""What follows the decision: approval, minutes, appeals, papers, letters, storage."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.explaining.chapters import Chapter, chapter, listed, paragraph, plain, quoted
from workflows.explaining.names import Names
from workflows.letters import LETTERS
from workflows.parts import Appeals, Approval, Column, Letter, Minutes, Paper, Storage
from workflows.regulation import Regulation
from workflows.saying import Saying


def chapters(regulation: Regulation, names: Names) -> Iterator[Chapter]:
    yield chapter("approval", _approval(regulation, names))
    yield chapter("papers", (*(_paper(one, names) for one in regulation.papers), *(_letter(one) for one in regulation.letters)))
    yield chapter("storage", (_storage(one) for one in regulation.storage))


def _approval(regulation: Regulation, names: Names) -> Iterator[Saying]:
    for number, one in enumerate(regulation.approval):
        yield _link(one, "approval_next" if number else "approval_only" if len(regulation.approval) == 1 else "approval_first")
    yield from (_minutes(one, names) for one in regulation.minutes)
    if regulation.kind == "contest":
        yield _appeals(regulation.appeals)


def _link(one: Approval, key: str) -> Saying:
    departs = Saying("may_depart" if one.may_depart else "may_not_depart")
    return paragraph(Saying(key, body=one.body, act=Saying(f"act_{one.act}")), departs)


def _minutes(one: Minutes, names: Names) -> Saying:
    return paragraph(
        Saying("minutes", stage=names.of("stages", one.stage), title=one.title),
        Saying("minutes_columns", columns=listed(_column(column, names) for column in one.columns)),
        Saying("minutes_line", line=one.line) if one.line else None,
    )


def _column(one: Column, names: Names) -> Saying:
    shows = Saying("column_answer", question=names.question(one.question)) if one.shows == "answer" else Saying(f"column_{one.shows}")
    return Saying("column", title=one.title, shows=shows)


def _appeals(appeals: Appeals) -> Saying:
    if not appeals.allowed:
        return Saying("appeals_none")
    term = Saying("appeals_days", count=appeals.days) if appeals.days is not None else Saying("appeals_any_time")
    return paragraph(term, Saying(f"appeals_{appeals.effect}"))


def _paper(one: Paper, names: Names) -> Saying:
    return paragraph(
        Saying("paper", title=names.of("papers", one.key), kind=Saying(f"paper_{one.kind}")),
        Saying(f"paper_{one.name_case}", verb=one.verb),
        Saying("paper_lines", lines=quoted(one.lines)) if one.lines else None,
        Saying("paper_hours", hours=plain(one.hours)) if one.hours is not None else None,
        Saying(f"paper_{one.recipient}"),
    )


def _letter(one: Letter) -> Saying:
    notice = Saying(f"notice_{one.notice}") if one.notice in LETTERS else Saying("notice_other", title=one.notice)
    return Saying("letter_off" if one.off else "letter_own", notice=notice)


def _storage(one: Storage) -> Saying:
    return paragraph(Saying(f"storage_{one.records}", count=one.years), Saying("storage_ground", ground=one.ground) if one.ground else None)
