"""What the form asks, who sees the answers, and the consents."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.explaining.chapters import Chapter, chapter, listed, paragraph, plain, quoted
from workflows.explaining.names import Names
from workflows.form import IMPLIED_DATA, Cell, FileRule, Question, Repeat
from workflows.parts import ConsentText
from workflows.regulation import Regulation
from workflows.saying import Saying

DATA = ("name", "workplace", "post", "phone", "email", "birth", "service", "education", "address", "photo")
LOCKING_STEPS = ("submit", "admit")


def chapters(regulation: Regulation, names: Names) -> Iterator[Chapter]:
    yield chapter("form", _form(regulation, names))
    yield chapter("consents", (_consent(one) for one in regulation.consents))


def _form(regulation: Regulation, names: Names) -> Iterator[Saying]:
    dates = {one.key for one in regulation.dates}
    for section in regulation.form:
        yield Saying("section", title=section.title)
        yield from (paragraph(*_question(one, names, dates)) for one in section.questions)


def _question(one: Question, names: Names, dates: set[str]) -> Iterator[Saying]:
    yield Saying("question", title=one.label, how=Saying(f"how_{one.kind}"))
    if one.options:
        yield Saying("options", titles=quoted(option.title for option in one.options))
    yield from _bounds(one)
    if one.files is not None:
        yield from _files(one.files)
    if one.repeat is not None:
        yield from _repeat(one.repeat, "table" if one.kind == "table" else "repeat")
    if one.when is not None:
        yield Saying("asked_if", condition=names.clause(one.when))
    yield _required(one, names)
    yield from _course(one, names, dates)


def _required(one: Question, names: Names) -> Saying:
    if isinstance(one.required, bool):
        return Saying("required_yes" if one.required else "required_no")
    return Saying("required_if", condition=names.clause(one.required))


def _bounds(one: Question) -> Iterator[Saying]:
    if one.unit is not None:
        yield Saying(f"unit_{one.unit}")
    for key, count in (("length_least", one.least_length), ("length_most", one.max_length)):
        if count is not None:
            yield Saying(key, count=count)
    yield from _numbers(one)
    for key, count in (("chosen_least", one.least_chosen), ("chosen_most", one.most_chosen)):
        if count is not None:
            yield Saying(key, count=count)


def _numbers(one: Question | Cell) -> Iterator[Saying]:
    if one.least is not None:
        yield Saying("number_least", value=plain(one.least))
    if one.most is not None:
        yield Saying("number_most", value=plain(one.most))


def _files(rule: FileRule) -> Iterator[Saying]:
    yield Saying("file_kinds", kinds=listed((one.upper() for one in rule.kinds), "or"), max_mb=rule.max_mb)
    if rule.least == rule.most:
        yield Saying("files_exactly", count=rule.most)
    else:
        yield Saying("files_least", count=rule.least)
        yield Saying("files_most", count=rule.most)


def _repeat(repeat: Repeat, word: str) -> Iterator[Saying]:
    if repeat.rows:
        yield Saying("repeat_rows", titles=quoted(one.title for one in repeat.rows))
    else:
        if repeat.least:
            yield Saying(f"{word}_least", count=repeat.least)
        yield Saying(f"{word}_most", count=repeat.most)
    for cell in repeat.cells:
        yield from _cell(cell)


def _cell(cell: Cell) -> Iterator[Saying]:
    yield Saying("cell", title=cell.label, how=Saying(f"how_{cell.kind}"))
    if cell.options:
        yield Saying("options", titles=quoted(one.title for one in cell.options))
    if cell.max_length is not None:
        yield Saying("length_most", count=cell.max_length)
    yield from _numbers(cell)
    if cell.required:
        yield Saying("required_yes")


def _course(one: Question, names: Names, dates: set[str]) -> Iterator[Saying]:
    """Say who answers, until when, who sees it and what the answer is for."""
    if one.filled_by == "staff":
        yield Saying("filled_by_staff")
    if one.locks_at is not None:
        yield _locks(one.locks_at, names, dates)
    if one.meaning:
        yield Saying(f"meaning_{one.meaning}")
    if one.called:
        yield Saying("called", title=one.called)
    kind = one.personal or IMPLIED_DATA.get(one.kind)
    if kind:
        yield Saying("personal", data=_data(kind))
    yield Saying(f"seen_{one.shown_to}")


def _locks(key: str, names: Names, dates: set[str]) -> Saying:
    if key in dates:
        return Saying("locks_at_date", date=names.from_date(key))
    return Saying(f"locks_at_{key}") if key in LOCKING_STEPS else Saying("locks_at_step", step=key)


def _data(kind: str) -> Saying:
    return Saying(f"data_{kind}") if kind in DATA else Saying("data_other", title=kind)


def _consent(one: ConsentText) -> Saying:
    forced = "_required" if one.required else ""
    return paragraph(
        Saying(f"consent_{one.purpose}{forced}", title=one.title),
        Saying("consent_covers", data=quoted(_data(kind) for kind in one.covers)) if one.covers else None,
        Saying("consent_covers_form") if one.covers is None and one.purpose == "processing" else None,
        Saying("consent_version", number=one.version) if one.version > 1 else None,
    )
