"""Who may enter, as remarks for people: conditions not met, limits passed, least numbers not reached. Nobody is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflows import conditions
from workflows.entering import Limit, unmet
from workflows.judging.given import ADMITTED, Entry, Remark, facts_of
from workflows.regulation import Regulation
from workflows.saying import Saying


def remarks(rules: Regulation, entries: Sequence[Entry], dates: conditions.Dates) -> list[Remark]:
    """Return what a methodist should know about the entries that are admitted."""
    admitted = [one for one in entries if one.status == ADMITTED]
    found = [*_dates_missing(rules, dates)]
    found += [remark for entry in admitted for remark in _conditions(rules, entry, dates)]
    found += [remark for entry in admitted for remark in _authors(rules, entry)]
    for limit in rules.entering.limits:
        found += _limit(limit, admitted)
    return found


def _dates_missing(rules: Regulation, dates: conditions.Dates) -> Iterator[Remark]:
    titles = {one.key: one.title for one in rules.dates}
    for one in rules.entering.conditions:
        for key in sorted(conditions.event_dates(one.holds) - set(dates)) if one.holds is not None else ():
            said = Saying("condition_waits_for_date", date=titles.get(key, {"ru": key}), message=one.message)
            yield Remark("condition", "entries", 1, said)


def _conditions(rules: Regulation, entry: Entry, dates: conditions.Dates) -> Iterator[Remark]:
    for one in unmet(rules.entering, facts_of(entry), dates, found=entry.found):
        yield Remark("condition", "entries", entry.line, Saying("entry_condition_unmet", entry=entry.key, message=one.message))


def _authors(rules: Regulation, entry: Entry) -> Iterator[Remark]:
    authors = rules.entering.authors
    count = len(entry.authors)
    if count and count < authors.least:
        yield Remark("least", "entries", entry.line, Saying("entry_authors_few", entry=entry.key, least=authors.least))
    if authors.most is not None and count > authors.most:
        yield Remark("limit", "entries", entry.line, Saying("entry_authors_many", entry=entry.key, most=authors.most))
    if authors.one_organisation and len(entry.organisations) > 1:
        yield Remark("condition", "entries", entry.line, Saying("entry_organisations_many", entry=entry.key))


def _limit(limit: Limit, entries: Sequence[Entry]) -> Iterable[Remark]:
    for (name, *_inside), mine in counted(limit, entries).items():
        if limit.most is not None:
            for entry in mine[limit.most :]:
                yield Remark("limit", "entries", entry.line, Saying(f"entry_over_{limit.of}", name=name, entry=entry.key, most=limit.most))
        if limit.least is not None and len(mine) < limit.least:
            yield Remark("least", "entries", mine[0].line, Saying(f"entry_below_{limit.of}", name=name, have=len(mine), least=limit.least))


def counted(limit: Limit, entries: Iterable[Entry]) -> dict[tuple[str, ...], list[Entry]]:
    """Return (whose, *values of the keys within which a limit counts) -> the entries that count together. Whose: a person, an
    organisation or a nomination as the entries name them, nobody's where the limit is of the event."""
    found: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        facts = facts_of(entry)
        if limit.when is not None and not conditions.holds(limit.when, facts):
            continue
        inside = tuple(str(facts.get(key) or "") for key in limit.within)
        for name in _names(limit, entry):
            found.setdefault((name, *inside), []).append(entry)
    return found


def _names(limit: Limit, entry: Entry) -> Sequence[str]:
    names = {"person": entry.authors, "organisation": entry.organisations, "nomination": (entry.nomination,), "event": ("",)}[limit.of]
    return list(dict.fromkeys(names))
