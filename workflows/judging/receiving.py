"""What was given for a computation, checked: entries with their nominations, decisions with their grounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from workflows import conditions
from workflows.judging.given import ADMITTED, DECISIONS, STATUSES, Decision, Entry, Fault, Juror, Remark, facts_of
from workflows.regulation import Regulation
from workflows.saying import Saying


def checked(entries: Sequence[Entry], faults: list[Fault]) -> list[Entry]:
    """Return the entries that have a key of their own and a known status; note the others."""
    kept: dict[str, Entry] = {}
    for entry in entries:
        if entry.key in kept:
            faults.append(Fault("entries", entry.line, "double", Saying("entry_twice", name=entry.key)))
        elif entry.status not in STATUSES:
            faults.append(Fault("entries", entry.line, "status", Saying("entry_status_unknown", name=entry.status)))
        else:
            kept[entry.key] = entry
    return list(kept.values())


def with_nominations(rules: Regulation, entries: Sequence[Entry], faults: list[Fault]) -> list[Entry]:
    """Give every entry its nomination: the single one, the one its answers lead to, or the one it names."""
    known = [one.key for one in rules.nominations]
    derived = [one for one in rules.nominations if one.when is not None]
    found = []
    for entry in entries:
        nomination = entry.nomination
        if derived:
            follows = next((one.key for one in derived if one.when is not None and conditions.holds(one.when, facts_of(entry))), "")
            if nomination and follows and nomination != follows:
                faults.append(_entry_fault(entry, "nomination", Saying("entry_nomination_differs", have=nomination, follows=follows)))
            nomination = follows or nomination
        elif not nomination and len(known) == 1:
            nomination = known[0]
        if known and nomination not in known and entry.status == ADMITTED:
            key = "entry_nomination_unknown" if nomination else "entry_nomination_missing"
            faults.append(_entry_fault(entry, "nomination", Saying(key, entry=entry.key, name=nomination)))
        found.append(replace(entry, nomination=nomination))
    return found


def _entry_fault(entry: Entry, code: str, saying: Saying) -> Fault:
    return Fault("entries", entry.line, code, saying)


def decision_faults(rules: Regulation, entries: Mapping[str, Entry], decisions: Sequence[Decision]) -> list[Fault]:
    """Return what is wrong with recorded decisions."""
    faults = []
    stages, awards = {one.key for one in rules.stages}, {one.key for one in rules.awards}
    for one in decisions:
        said = [
            ("kind", Saying("decision_kind_unknown", name=one.kind), one.kind in DECISIONS),
            ("ground", Saying("decision_without_ground"), bool(one.ground.strip())),
            ("entry", Saying("mark_entry_unknown", name=one.entry), not one.entry or one.entry in entries),
            ("entry", Saying("decision_entry_missing"), bool(one.entry) or one.kind == "withhold"),
            ("entry", Saying("decision_entry_not_admitted", name=one.entry), one.kind != "award" or _is_admitted(entries, one.entry)),
            ("stage", Saying("mark_stage_unknown", name=one.stage), not one.stage or one.stage in stages),
            ("award", Saying("decision_award_unknown", name=one.award), one.award in awards if one.kind in ("award", "withhold") else True),
            ("value", Saying("decision_value_wrong", value=one.value), _value_fits(one)),
        ]
        faults += [Fault("decisions", one.line, code, saying) for code, saying, fine in said if not fine]
    return faults


def _is_admitted(entries: Mapping[str, Entry], key: str) -> bool:
    return key not in entries or entries[key].status == ADMITTED


def _value_fits(one: Decision) -> bool:
    if one.kind in ("tie", "vote"):
        return one.value.isdigit() and len(one.value) < 10
    return one.value in ("0", "1") if one.kind == "advance" else True


def weights_not_used(rules: Regulation, jurors: Sequence[Juror]) -> Iterator[Remark]:
    """Yield a remark for every juror whose weight no source reads: her sheets count like anybody's, and that should be known."""
    weighted = [source for stage in rules.stages for source in stage.all_sources if source.weighted]
    for one in jurors:
        if one.weight != 1 and not any(source.jury in (None, one.jury) for source in weighted):
            yield Remark("weights_not_used", "jurors", one.line, Saying("weight_not_used", name=one.key))
