"""The centre's register: people and organisations, for methodists and administrators."""

from __future__ import annotations

from typing import Any

import structlog
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from app import clock, web, wording
from app.database import committing, trace
from app.people import access, dative, forms, operations, paste, queries, spreadsheet
from app.people.blueprint import bp, person_page
from app.people.models import Appointment, Person
from app.people.profile import keep_name, keep_place
from app.web import ADMINISTRATOR, METHODIST, open_to, visitor
from workflows.saying import Saying

log = structlog.get_logger()
MOST_SHOWN = 300


def _page(name: str, form: FlaskForm, **values: Any) -> ResponseReturnValue:
    return render_template(f"people/{name}.html", form=form, **values), 422 if form.errors else 200


def _search() -> str:
    return str(forms.plain(request.args.get("q", "")))[:100]


# People


@bp.get("/people")
@open_to(METHODIST, ADMINISTRATOR)
def index() -> ResponseReturnValue:
    at = request.args.get("organisation", type=int)
    page = queries.people(search=_search(), organisation_id=at, after=request.args.get("after", type=int))
    lines = [_line(person) for person in page.rows]
    here = queries.organisation_or_404(at).short_name if at else ""
    return render_template("people/index.html", lines=lines, after=page.after, q=_search(), here=here, at=at)


def _line(person: Person) -> dict[str, Any]:
    place = access.place_of(person)
    return {
        "id": person.id,
        "name": person.full_name,
        "place": place.organisation.short_name if place else "",
        "post": place.post if place else "",
        "email": person.email,
    }


@bp.get("/people/<int:person_id>")
@open_to(METHODIST, ADMINISTRATOR)
def show(person_id: int) -> ResponseReturnValue:
    person, now = queries.person_or_404(person_id), clock.now()
    # Who looked at whose data is kept in the log: ids, no names.
    log.info("person.viewed", person=person.id, by=visitor.person.id)
    appointments = queries.staff_appointments(person.id, now)
    return render_template(
        "people/show.html",
        person=person,
        gender=forms.GENDERS.get(person.gender or "", ""),
        works_at=list(reversed(person.affiliations)),
        roles=[_role(row) for row in appointments],
        may_appoint=bool(visitor.governed),
        may_invite=not any(row.role in access.STAFF for row in appointments) or bool(visitor.governed),
        parts=person_page.collect(person, visitor, now),
    )


def _role(row: Appointment) -> dict[str, Any]:
    return {"id": row.id, "name": forms.ROLES.get(row.role, row.role), "ground": row.ground, "mine": row.centre_id in visitor.governed}


def _at(person_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", person_id=person_id))


@bp.route("/people/new", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def new_person() -> ResponseReturnValue:
    form = forms.NewPersonForm(surname=request.args.get("surname", ""))
    if not form.validate_on_submit():
        return _page("person_form", form, person=None)
    now = clock.now()
    with committing():
        place = operations.find_or_add_organisation(form.organisation.data, now=now) if form.organisation.data else None
        person = operations.add_person(
            surname=form.surname.data, given_name=form.given_name.data, patronymic=form.patronymic.data or "", organisation=place,
            email=form.email.data or "", post=form.post.data or "", now=now,
        )  # fmt: skip
        keep_name(person, form, by=visitor.person, now=now)
        trace("person.added", f"person:{person.id}", by=visitor.person.id, now=now)
        person_id = person.id
    web.tell(_("Человек добавлен."))
    return _at(person_id)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def edit_person(person_id: int) -> ResponseReturnValue:
    person = queries.person_or_404(person_id)
    form = forms.PersonForm(obj=person)
    if not form.validate_on_submit():
        return _page("person_form", form, person=person)
    now = clock.now()
    with committing():
        keep_name(person, form, by=visitor.person, now=now)
        person.email = form.email.data or ""
        trace("person.changed", f"person:{person.id}", by=visitor.person.id, now=now)
    web.tell(_("Сохранено."))
    return _at(person_id)


@bp.route("/people/<int:person_id>/dative", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def edit_dative(person_id: int) -> ResponseReturnValue:
    """The methodist may settle how a name is printed for who will not sign in."""
    person = queries.person_or_404(person_id)
    form = forms.DativeForm(dative=person.dative or _proposal(person))
    if not form.validate_on_submit():
        return _page("person_dative", form, person=person)
    now = clock.now()
    with committing():
        operations.confirm_dative(person, form.dative.data, now=now)
        trace("person.dative", f"person:{person.id}", by=visitor.person.id, now=now)
    web.tell(_("Сохранено."))
    return _at(person_id)


def _proposal(person: Person) -> str:
    return dative.propose(person.surname, person.given_name, person.patronymic, person.gender)


@bp.route("/people/<int:person_id>/place", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def person_place(person_id: int) -> ResponseReturnValue:
    person = queries.person_or_404(person_id)
    form = forms.PlaceForm()
    if not form.validate_on_submit():
        return _page("my_place", form, back=url_for(".show", person_id=person_id))
    with committing():
        keep_place(person, form)
        trace("person.place", f"person:{person.id}", by=visitor.person.id, now=clock.now())
    web.tell(_("Место работы сохранено."))
    return _at(person_id)


# How a person signs in


@bp.route("/people/<int:person_id>/invite", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def invite(person_id: int) -> ResponseReturnValue:
    person = queries.person_or_404(person_id)
    login = person.user.email if person.user is not None else ""
    form = forms.InviteForm(address=login or person.email)
    if not form.validate_on_submit():
        return _page("invite", form, person=person, login=login)
    try:
        with committing():
            operations.invite(person, form.address.data, by=visitor.person, now=clock.now())
    except operations.Refused as refused:
        return _refuse(refused, person_id, "person.invite_refused")
    web.tell(_("Приглашение отправлено. Ссылка в письме действует две недели."))
    return _at(person_id)


@bp.post("/people/<int:person_id>/entry-code")
@open_to(METHODIST, ADMINISTRATOR)
def entry_code(person_id: int) -> ResponseReturnValue:
    """A code on paper for who has no mailbox: shown once, on a page to print."""
    person = queries.person_or_404(person_id)
    try:
        with committing():
            code = operations.print_entry_code(person, by=visitor.person, now=clock.now())
    except operations.Refused as refused:
        return _refuse(refused, person_id, "entry_code.refused")
    return render_template("people/entry_code.html", person=person, code=code)


def _refuse(refused: operations.Refused, person_id: int, act: str) -> ResponseReturnValue:
    """Say why it was refused, and keep that it was tried; who only opened the page has tried nothing, and a GET writes nothing."""
    if request.method == "POST":
        with committing():
            trace(act, f"person:{person_id}", by=visitor.person.id, now=clock.now(), why=refused.saying.key)
    web.tell(wording.put(refused.saying), "red")
    return _at(person_id)


# Appointments to a centre


@bp.route("/people/<int:person_id>/appoint", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def appoint(person_id: int) -> ResponseReturnValue:
    """Make a person a methodist or administrator: only an administrator may."""
    person = queries.person_or_404(person_id)
    if not visitor.governed:
        return _refuse(operations.Refused(Saying("only_administrator")), person_id, "appointment.refused")
    form = forms.AppointForm()
    centres = queries.centres(visitor.governed)
    chosen = request.form.get("centre", type=int) or centres[0].id
    if not form.validate_on_submit():
        return _page("appoint", form, person=person, centres=[(one.id, one.organisation.short_name) for one in centres])
    if chosen not in visitor.governed:
        abort(404)
    try:
        with committing():
            operations.appoint(person, form.role.data, chosen, by=visitor.person, now=clock.now(), ground=form.ground.data)
    except operations.Refused as refused:
        return _refuse(refused, person_id, "appointment.refused")
    web.tell(_("Назначение записано. Если человек был в системе, ему нужно войти заново: теперь с паролем."))
    return _at(person_id)


@bp.post("/appointments/<int:appointment_id>/end")
@open_to(METHODIST, ADMINISTRATOR)
def dismiss(appointment_id: int) -> ResponseReturnValue:
    row = queries.appointment_or_404(appointment_id)
    person_id, centre_id = row.person_id, row.centre_id
    if centre_id not in visitor.governed:
        return _refuse(operations.Refused(Saying("only_administrator")), person_id, "appointment.refused")
    try:
        with committing():
            operations.dismiss(row, by=visitor.person, now=clock.now())
    except operations.Refused as refused:
        return _refuse(refused, person_id, "appointment.refused")
    web.tell(_("Назначение закончено."))
    return _at(person_id)


# Organisations


@bp.get("/organisations")
@open_to(METHODIST, ADMINISTRATOR)
def organisations() -> ResponseReturnValue:
    page = queries.organisations(search=_search(), after=request.args.get("after", type=int))
    counts = queries.people_at([row.id for row in page.rows])
    lines = [
        {
            "id": row.id,
            "name": row.short_name,
            "full": row.full_name if row.full_name != row.short_name else "",
            "kind": forms.KINDS.get(row.kind, ""),
            "city": row.city,
            "people": counts.get(row.id, 0),
        }
        for row in page.rows
    ]
    return render_template("people/organisations.html", lines=lines, after=page.after, q=_search())


@bp.route("/organisations/new", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def new_organisation() -> ResponseReturnValue:
    form = forms.OrganisationForm()
    if not form.validate_on_submit():
        return _page("organisation_form", form, organisation=None)
    now = clock.now()
    with committing():
        known = operations.find_organisation(form.short_name.data)
        made = known or operations.find_or_add_organisation(
            form.short_name.data, full_name=form.full_name.data or "", city=form.city.data or "", kind=form.kind.data, now=now
        )
        if known is None:
            trace("organisation.added", f"organisation:{made.id}", by=visitor.person.id, now=now)
    web.tell(_("Организация добавлена.") if known is None else _("Такая организация уже есть."), "done" if known is None else "information")
    return redirect(url_for(".organisations", q=form.short_name.data))


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@open_to(METHODIST, ADMINISTRATOR)
def edit_organisation(organisation_id: int) -> ResponseReturnValue:
    organisation = queries.organisation_or_404(organisation_id)
    form = forms.OrganisationForm(obj=organisation)
    if not form.validate_on_submit():
        return _page("organisation_form", form, organisation=organisation)
    fields = {name: form[name].data or "" for name in ("short_name", "full_name", "kind", "city")}
    try:
        with committing():
            operations.rename_organisation(organisation, **fields, by=visitor.person, now=clock.now())
    except operations.Refused as refused:
        form.short_name.errors = [wording.put(refused.saying)]
        return _page("organisation_form", form, organisation=organisation)
    web.tell(_("Сохранено."))
    return redirect(url_for(".organisations", q=fields["short_name"]))


# A table pasted from a spreadsheet


@bp.route("/people/paste", methods=["GET", "POST"], endpoint="paste")
@open_to(METHODIST, ADMINISTRATOR)
def paste_people() -> ResponseReturnValue:
    """Show what a table would add, with its faults; add it when it has none and she agrees."""
    form = forms.PasteForm()
    if not form.validate_on_submit():
        return _page("paste", form, sheet=None)
    try:
        if form.file.data is not None and form.file.data.filename:
            form.table.data = spreadsheet.text_of(form.file.data.stream, form.file.data.filename)
        shown = request.form.get("checked") == paste.mark_of(form.table.data or "")
        if request.form.get("action") != "add" or not shown:  # what was changed after the check is shown first
            return _preview(form, paste.check(form.table.data or ""))
        with committing():
            sheet = paste.add(form.table.data or "", invite=form.invite.data, by=visitor.person, now=clock.now())
    except operations.Refused as refused:  # an address with too many letters on their way: nobody is added
        form.invite.errors = [wording.put(refused.saying)]
        return _preview(form, paste.check(form.table.data or ""))
    except spreadsheet.NotATable as fault:
        form.table.errors = [wording.put(fault.saying)]
        return _page("paste", form, sheet=None)
    if sheet.faulty:
        return _preview(form, sheet)
    web.tell(ngettext("Добавлен %(num)d человек.", "Добавлено %(num)d человек.", len(sheet.fresh)))
    return redirect(url_for(".index"))


def _preview(form: forms.PasteForm, sheet: paste.Sheet) -> ResponseReturnValue:
    lines = [
        {
            "number": row.number,
            "cells": [row.values[key] for key in paste.TITLES],
            "faults": [wording.put(one) for one in row.faults],
            "notes": [wording.put(one) for one in row.notes],
            "skipped": row.skipped,
        }
        for row in sheet.rows
    ]
    # Faulty lines first: with two thousand rows nobody should have to look for them.
    lines.sort(key=lambda line: (not line["faults"], line["number"]))
    values = {"lines": lines[:MOST_SHOWN], "more": max(0, len(lines) - MOST_SHOWN), "checked": paste.mark_of(form.table.data or "")}
    return render_template("people/paste.html", form=form, sheet=sheet, **values), 422 if sheet.faulty else 200
