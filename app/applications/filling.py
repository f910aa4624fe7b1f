"""The filling of the form: its pages, what is missing, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import wording
from app.applications import answers, entering, facts, forms, operations, rows
from app.applications.answers import Answer
from app.applications.models import Application
from workflows import questions
from workflows.regulation import Question, Section
from workflows.saying import Saying

CONSENTS, CHECK = "consents", "check"


@dataclass(frozen=True)
class SectionLink:
    key: str
    title: str
    section: Section | None
    state: str = "todo"  # done, todo, fault
    url: str = ""


def sections(application: Application) -> list[SectionLink]:
    """Return the pages of the form in order: its sections, the consents, the last look."""
    rules = application.version.rules
    links = [SectionLink(one.key, wording.say(one.title), one) for one in rules.form]
    if rules.consents:
        links.append(SectionLink(CONSENTS, _("Согласия"), None))
    return [*links, SectionLink(CHECK, _("Проверить и подать"), None)]


def section_or_404(application: Application, key: str) -> SectionLink:
    found = next((one for one in sections(application) if one.key == key), None)
    if found is None:
        abort(404)
    return found


def following(application: Application, key: str) -> str:
    """Return the key of the next page of the form."""
    keys = [one.key for one in sections(application)]
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


@dataclass(frozen=True)
class Missing:
    label: str
    url: str
    words: str


@dataclass(frozen=True)
class Filling:
    head: rows.Row
    section: SectionLink
    links: list[SectionLink]
    missing: list[Missing]
    saved_at: str
    term: str
    files: dict[str, list[tuple[int, str, str, str]]]  # question -> (id, name, size, url)
    file_rules: dict[str, str]
    asked: dict[str, Question]
    notes: dict[str, dict[str, str]]  # field -> option -> sentence beside it
    rows: dict[str, list[forms.FormRow]]  # question -> rows of a group or table to fill in
    locked: dict[str, str]  # question -> the answer that stays as it is
    notes_on_entering: list[str]  # what the conditions of entering say to these answers
    authors: list[tuple[int, str, bool]]  # id, line, may be taken off
    consents: list[tuple[str, str, str, bool]]  # key, title, text, required
    answers: list[Answer]
    submit_url: str
    verb: str
    revision: str
    zone: str


def filling(application: Application, section: SectionLink, *, now: datetime) -> Filling:
    """Return a page of the form with the state of all its sections."""
    rules, event = application.version.rules, application.event
    missing = set(facts.unanswered(application))
    wrong = questions.objections(rules, application.answers)
    step = "resubmit" if application.state == "revision" else "submit"
    closes = application.revision_until if application.state == "revision" else event.intake(application.nomination)[1]
    verb = rows.step_words(application, step)
    last = application.moves[-1] if application.moves else None
    return Filling(
        head=rows.row(application),
        section=section,
        links=[_with_state(application, one, missing, set(wrong)) for one in sections(application)],
        missing=_missing(application, missing, wrong),
        saved_at=wording.saved(application.saved_at, event.zone, now),
        term=wording.term(closes, event.zone) if closes else "",
        files=_files_by_question(application),
        file_rules={one.key: _rule_words(one) for one in rules.questions() if one.files},
        asked={f"q_{one.key}": one for one in rules.questions()},
        notes={f"q_{one.key}": forms.notes_of(one, event) for one in section.section.questions} if section.section else {},
        rows={one.key: forms.rows_of(one, application.answers.get(one.key)) for one in _asked(section) if one.repeat is not None},
        locked={
            one.key: _locked_words(application, one) for one in _asked(section) if one.key in operations.locked_answers(application, now)
        },
        notes_on_entering=entering.notes(application),
        authors=[(one.id, answers.author_line(one), one.person_id != application.applicant_id) for one in application.authors],
        consents=[(one.key, wording.say(one.title), wording.say(one.text), one.required) for one in rules.consents],
        answers=answers.of(application),
        submit_url=url_for("applications.take_step", application_id=application.id, step=step),
        verb=str(verb[0]),
        revision=last.reason if last and application.state == "revision" else "",
        zone=wording.zone_name(event.zone),
    )


def _asked(section: SectionLink) -> list[Question]:
    return forms.asked_in(section.section) if section.section else []


def _files_by_question(application: Application) -> dict[str, list[tuple[int, str, str, str]]]:
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for file in application.attachments:
        found.setdefault(file.question, []).append((file.id, *answers.as_file(file)))
    return found


def _locked_words(application: Application, question: Question) -> str:
    if question.kind == "files":
        return ", ".join(file.name for file in application.attachments if file.question == question.key)
    return answers.in_words(question, application.answers.get(question.key), application.event, application.version.rules)


def _rule_words(question: Question) -> str:
    rule = question.files
    if rule is None:
        return ""
    kinds = ", ".join(kind.upper() for kind in rule.kinds)
    most = ngettext("%(num)d файл", "до %(num)d файлов", rule.most)
    return _("%(kinds)s, не больше %(size)s МБ каждый, %(most)s", kinds=kinds, size=rule.max_mb, most=most)


def progress(application: Application, agreed: frozenset[str]) -> tuple[int, int]:
    """Return how many sections of the form are complete, and of how many; the last look is none of them. `agreed`: the consents given."""
    missing, wrong = set(facts.unanswered(application, agreed)), set(questions.objections(application.version.rules, application.answers))
    links = [_with_state(application, one, missing, wrong) for one in sections(application) if one.key != CHECK]
    return sum(one.state == "done" for one in links), len(links)


def _with_state(application: Application, link: SectionLink, missing: set[str], wrong: set[str]) -> SectionLink:
    url = url_for("applications.form", application_id=application.id, section=link.key)
    keys = {one.key for one in link.section.questions} if link.section else set()
    if link.key == CONSENTS:
        keys = {one.key for one in application.version.rules.consents}
    if link.key == CHECK:
        state = "todo"
    elif keys & wrong:
        state = "fault"
    else:
        state = "todo" if keys & missing else "done"
    return SectionLink(link.key, link.title, link.section, state, url)


def _missing(application: Application, missing: set[str], wrong: Mapping[str, Saying]) -> list[Missing]:
    """Return what stands between the draft and submitting, each with the page where it is mended."""
    found = []
    for link in sections(application):
        url = url_for("applications.form", application_id=application.id, section=link.key, check=1)
        for question in link.section.questions if link.section else ():
            label = wording.say(question.label)
            if question.key in wrong:
                found.append(Missing(label, f"{url}#q_{question.key}", wording.put(wrong[question.key])))
            elif question.key in missing:
                found.append(Missing(label, f"{url}#q_{question.key}", wording.put(Saying("question_unanswered"))))
        if link.key == CONSENTS:
            needed = [one for one in application.version.rules.consents if one.key in missing]
            found += [Missing(wording.say(one.title), url, wording.put(Saying("consent_missing"))) for one in needed]
    return found
