"""Pages where a regulation is written as a document: a new event from it, a new version of it, its versions to take away."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app import clock, web, wording
from app.database import committing, db
from app.events import document, drawing, forms, operations, pages, queries, reading
from app.events.blueprint import bp
from app.events.models import Event
from app.people.models import Centre
from app.web import METHODIST, open_to, visitor
from app.wording.explained import ChapterText, explain_in
from workflows.regulation import Regulation

KEEP = "keep"  # the press that keeps what was written; any other only checks it


@dataclass(frozen=True)
class FaultShown:
    """A fault as the page shows it: where, the text of that line, what is wrong, the repair (empty where there is not one)."""

    line: int
    path: str
    text: str
    words: str
    remedy: str


@dataclass(frozen=True)
class Understood:
    """What the service understood: the rules in sentences, the way of the event as a picture for `src`."""

    title: str
    chapters: list[ChapterText]
    picture: str


@bp.route("/events/new/document", methods=["GET", "POST"])
@open_to(METHODIST)
def new_from_document() -> ResponseReturnValue:
    """Begin an event from one's own regulation. `?preset=` fills the field with a preset to change."""
    form = forms.DocumentForm()
    del form.ground
    if not form.is_submitted():
        form.text.data = operations.preset_text(request.args.get("preset", ""))
        return _page(None, form)
    read, faults = _read(form)
    if read is None or request.form.get("act") != KEEP:
        return _page(None, form, read, faults)
    with committing():
        centre = db.session.scalars(select(Centre).where(Centre.id.in_(visitor.centres))).first()
        event = operations.begin(centre, "", by=visitor.person, now=clock.now(), body=document.load(form.text.data).data)
    web.tell(_("Мероприятие готово к подготовке: проверьте сроки и объявите его."))
    return redirect(url_for(".dates", event_id=event.id))


@bp.route("/events/<int:event_id>/document", methods=["GET", "POST"])
@open_to(METHODIST)
def rewrite(event_id: int) -> ResponseReturnValue:
    """Read the regulation in force as a document and replace it by a new version."""
    event = queries.managed_or_404(event_id, visitor)
    form = forms.DocumentForm()
    if not form.is_submitted():
        form.text.data = document.dump(event.version.body)
        return _page(event, form)
    read, faults = _read(form)
    if read is None or request.form.get("act") != KEEP:
        return _page(event, form, read, faults)
    try:
        with committing():
            body = document.load(form.text.data).data
            operations.rewrite(event, body, by=visitor.person, now=clock.now(), ground=form.ground.data or "")
    except operations.Refused as refusal:
        for name, saying in refusal.faults.items():
            field = form.ground if name == "ground" else form.text
            field.errors = [*field.errors, wording.put(saying)]
        return _page(queries.managed_or_404(event_id, visitor), form, read)
    web.tell(_("Новая редакция сохранена. Уже поданные заявки остаются при прежней."))
    event = queries.managed_or_404(event_id, visitor)
    dated = all(event.date(one.key) is not None for one in event.rules.dates if one.needed)
    return redirect(url_for(".desk" if dated else ".dates", event_id=event_id))


@bp.get("/events/<int:event_id>/document/<int:number>")
@open_to(METHODIST)
def version(event_id: int, number: int) -> ResponseReturnValue:
    """Hand out a version of the regulation as the file it can be begun from again."""
    event = queries.managed_or_404(event_id, visitor)
    found = next((one for one in queries.versions(event) if one.number == number), None)
    if found is None:
        abort(404)
    content = document.dump(found.body).encode()
    name = f"{found.rules.key}-{number}.yaml"
    return web.send_file_of_people(io.BytesIO(content), name, size=len(content), media_type="application/yaml")


def _read(form: forms.DocumentForm) -> tuple[Regulation | None, Sequence[reading.Fault]]:
    """Return the regulation that was sent, or None with its faults; what cannot even be read is said at its field."""
    if not form.validate_on_submit() or not form.take_file():
        return None, ()
    try:
        return reading.read(form.text.data or ""), ()
    except reading.Faulty as faulty:
        return None, faulty.faults


def _page(
    event: Event | None, form: forms.DocumentForm, read: Regulation | None = None, faults: Sequence[reading.Fault] = ()
) -> ResponseReturnValue:
    lines = (form.text.data or "").splitlines()
    shown = [_shown(one, lines) for one in faults]
    understood = _understood(read) if read is not None else None
    card = pages.card(event, clock.now()) if event is not None else None
    presets = [] if event is not None else [(key, wording.say(data["title"])) for key, data in operations.presets().items()]
    told = {"faults": shown, "understood": understood, "presets": presets}
    return render_template("events/document.html", card=card, form=form, **told), 422 if shown or form.errors else 200


def _shown(fault: reading.Fault, lines: Sequence[str]) -> FaultShown:
    text = lines[fault.line - 1].strip() if 0 < fault.line <= len(lines) else ""
    remedy = wording.put(fault.remedy) if fault.remedy is not None else ""
    return FaultShown(fault.line, ".".join(map(str, fault.path)), text[:120], wording.put(fault.saying), remedy)


def _understood(rules: Regulation) -> Understood:
    picture = base64.b64encode(drawing.draw(rules).encode()).decode()
    return Understood(wording.say(rules.title), explain_in(rules), f"data:image/svg+xml;base64,{picture}")
