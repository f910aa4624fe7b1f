"""Who may enter and how often, the nominations and the groups."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.entering import Authors, Entering, EntryCondition, Limit
from workflows.explaining.chapters import Chapter, chapter, listed, paragraph, quoted
from workflows.explaining.names import Names
from workflows.parts import Nomination
from workflows.regulation import Regulation
from workflows.saying import Saying


def chapters(regulation: Regulation, names: Names) -> Iterator[Chapter]:
    yield chapter("entering", _entering(regulation.entering, names))
    yield chapter("nominations", _nominations(regulation, names))


def _entering(entering: Entering, names: Names) -> Iterator[Saying]:
    yield Saying("applicant", who=listed((Saying(f"applicant_{one}") for one in entering.applicant), "or"))
    yield paragraph(*_authors(entering.authors, names))
    if not any(one.of == "person" and one.most is not None for one in entering.limits):
        yield Saying("any_entries")
    yield from (_condition(one, names) for one in entering.conditions)
    yield from (_limit(one, names) for one in entering.limits)
    yield Saying(f"endorsement_{entering.endorsement}")


def _authors(authors: Authors, names: Names) -> Iterator[Saying]:
    yield from _count(authors)
    yield Saying("author_kinds", kinds=listed(Saying(f"author_{one}") for one in authors.kinds))
    if authors.most != 1:
        yield Saying("authors_one_organisation" if authors.one_organisation else "authors_any_organisation")
    if authors.substitution is not None:
        yield Saying("authors_substitution", until=names.from_date(authors.substitution))


def _count(authors: Authors) -> Iterator[Saying]:
    if authors.most is None:
        yield Saying("authors_from", count=authors.least) if authors.least else Saying("authors_any")
    elif authors.least == authors.most:
        yield Saying("authors_exactly", count=authors.most)
    else:
        yield Saying("authors_least", count=authors.least) if authors.least else Saying("authors_none_needed")
        yield Saying("authors_most", count=authors.most)


def _condition(one: EntryCondition, names: Names) -> Saying:
    return paragraph(
        Saying("entry_holds", condition=names.clause(one.holds)) if one.holds is not None else None,
        Saying("entry_manual" if one.holds is not None else "entry_manual_only") if one.manual else None,
        Saying("entry_when", condition=names.clause(one.when)) if one.when is not None else None,
        Saying(f"unmet_{one.unmet}", message=one.message),
        Saying("entry_proof", question=names.question(one.proof)) if one.proof is not None else None,
    )


def _limit(limit: Limit, names: Names) -> Saying:
    return paragraph(
        Saying(f"limit_{limit.of}_least", count=limit.least) if limit.least is not None else None,
        Saying(f"limit_{limit.of}_most", count=limit.most) if limit.most is not None else None,
        Saying("limit_within", keys=names.by(limit.within)) if limit.within else None,
        Saying("only_if", condition=names.clause(limit.when)) if limit.when is not None else None,
        Saying("limit_message", message=limit.message) if limit.message else None,
    )


def _nominations(regulation: Regulation, names: Names) -> Iterator[Saying]:
    chosen = [one.title for one in regulation.nominations if one.when is None]
    if chosen:
        yield Saying("nominations_chosen", titles=quoted(chosen, "or"))
    if not regulation.nominations:
        yield Saying("nominations_none")
    for one in regulation.nominations:
        yield from _nomination(one, names)
    for group in regulation.groups:
        yield Saying("group", title=group.title, condition=names.clause(group.when))


def _nomination(one: Nomination, names: Names) -> Iterator[Saying]:
    if one.when is not None:
        yield Saying("nomination_derived", title=one.title, condition=names.clause(one.when))
    if one.note:
        yield Saying("nomination_note", title=one.title, note=one.note)
    if one.organiser:
        yield Saying("nomination_organiser", title=one.title, name=one.organiser)
    if one.window is not None:
        opens, closes = names.from_date(one.window.opens), names.on_date(one.window.closes)
        yield Saying("nomination_window", title=one.title, opens=opens, closes=closes)
