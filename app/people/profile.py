"""One's own data: name and how it is printed, places of work, consents, address, and how one signs in."""

from __future__ import annotations

from datetime import date
from typing import Any

import segno
from flask import abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm

from app import clock, web
from app.database import committing
from app.people import access, codes, dative, entering, forms, letters, operations, queries, security, sessions
from app.people.blueprint import bp
from app.people.entrance import near_words
from app.people.models import Affiliation, Consent, Person, SignIn
from app.web import PERSON, limiter, open_to, visitor

PURPOSES = {
    "processing": lambda: _("обработка персональных данных"),
    "spreading": lambda: _("имя и фотография в открытом доступе"),
    "publication": lambda: _("публикация работы"),
    "bank": lambda: _("запись работы в банк опыта"),
}


def _mine() -> str:
    return f"me:{visitor.user.id if visitor.signed_in else get_remote_address()}"


_few = limiter.limit("20 per 15 minutes", key_func=_mine, methods=["POST"])


def _page(name: str, form: FlaskForm, sure: FlaskForm | None = None, **values: Any) -> ResponseReturnValue:
    page = render_template(f"people/{name}.html", form=form, sure=sure, **values)
    return page, 422 if form.errors or (sure is not None and sure.errors) else 200


def _back(text: str, tone: str = "done") -> ResponseReturnValue:
    web.tell(text, tone)
    return redirect(url_for(".me"))


@bp.get("/me")
@open_to(PERSON)
def me() -> ResponseReturnValue:
    now, person, user = clock.now(), visitor.person, visitor.user
    return render_template(
        "people/me.html",
        person=person,
        login=user,
        proposal=person.dative or _proposal(person),
        works_at=[_place(row) for row in reversed(person.affiliations)],
        consents=[_consent(row) for row in queries.consents_of(person.id)],
        staff=access.has_staff(user.id, now),
        reserve_left=len(user.mf_recovery_codes or ()),
        sessions=[_session(row) for row in sessions.of(user, now)],
        zone=queries.zone(),
        shared=len(queries.persons_of(user.id)) > 1,
    )


def _proposal(person: Person) -> str:
    return dative.propose(person.surname, person.given_name, person.patronymic, person.gender)


def _place(row: Affiliation) -> dict[str, Any]:
    return {"id": row.id, "name": row.organisation.short_name, "post": row.post, "since": row.since, "until": row.until}


def _session(row: SignIn) -> dict[str, Any]:
    return {"id": row.id, "browser": row.browser, "began_at": row.began_at, "here": row.mark == sessions.here()}


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "id": row.id,
        "purpose": PURPOSES.get(row.purpose, lambda: row.purpose)(),
        "text": row.text,
        "given_at": row.given_at,
        "withdrawn_at": row.withdrawn_at,
        "application_id": row.application_id,
        "may_withdraw": row.withdrawn_at is None and row.purpose != "processing",
    }


@web.waiting.fill
def name_waits(visitor: web.Visitor, _now: Any) -> web.Waits | None:
    """Ask once to confirm how the name is printed."""
    person = visitor.person
    if person is None or person.dative_confirmed_at is not None:
        return None
    note = _("В дипломе будет написано: «вручается %(name)s». Проверьте и подтвердите.", name=person.dative or _proposal(person))
    return web.Waits(_("Подтвердите, как напечатать ваше имя"), note, _("Проверить"), url_for("people.my_dative"))


# Name and places of work


@bp.route("/me/name", methods=["GET", "POST"])
@open_to(PERSON)
def my_name() -> ResponseReturnValue:
    form = forms.NameForm(obj=visitor.person)
    if not form.validate_on_submit():
        return _page("my_name", form)
    now = clock.now()
    with committing():
        person = visitor.person
        keep_name(person, form, by=person, now=now)
    if visitor.person.dative_confirmed_at is None:
        web.tell(_("Сохранено. Проверьте, как имя будет напечатано в документах."))
        return redirect(url_for(".my_dative"))
    return _back(_("Сохранено."))


def keep_name(person: Person, form: forms.NameForm, *, by: Person, now: Any) -> None:
    """Write the name and phone of a form."""
    operations.rename(
        person,
        surname=form.surname.data,
        given_name=form.given_name.data,
        patronymic=form.patronymic.data or "",
        gender=form.gender.data or dative.gender_of(form.patronymic.data or ""),
        by=by,
        now=now,
    )
    person.phone = form.phone.data or ""


@bp.route("/me/dative", methods=["GET", "POST"])
@open_to(PERSON)
def my_dative() -> ResponseReturnValue:
    person = visitor.person
    form = forms.DativeForm(dative=person.dative or _proposal(person))
    if not form.validate_on_submit():
        return _page("my_dative", form, person=person, known=bool(person.gender or dative.gender_of(person.patronymic)))
    with committing():
        operations.confirm_dative(visitor.person, form.dative.data, now=clock.now())
    return _back(_("Спасибо. Так имя и будет напечатано в документах."))


@bp.route("/me/place", methods=["GET", "POST"])
@open_to(PERSON)
def my_place() -> ResponseReturnValue:
    form = forms.PlaceForm()
    if not form.validate_on_submit():
        return _page("my_place", form, back=url_for(".me"))
    with committing():
        keep_place(visitor.person, form)
    return _back(_("Место работы сохранено."))


def keep_place(person: Person, form: forms.PlaceForm) -> None:
    """Write where a person works now."""
    now = clock.now()
    organisation = operations.find_or_add_organisation(form.organisation.data, now=now)
    day = form.day.data or _today()
    operations.move_to(person, organisation, form.post.data or "", day=day, beside=form.beside.data == "yes")


@bp.post("/me/places/<int:affiliation_id>/leave")
@open_to(PERSON)
def leave_place(affiliation_id: int) -> ResponseReturnValue:
    with committing():
        row = queries.affiliation_or_404(affiliation_id, visitor.person.id)
        operations.leave(row, day=_today())
    return _back(_("Отмечено, что вы там больше не работаете."))


def _today() -> date:
    return clock.now().astimezone(queries.zone()).date()


@bp.post("/me/language")
@open_to(PERSON)
def my_language() -> ResponseReturnValue:
    form = forms.LanguageForm()
    if form.validate_on_submit():
        with committing():
            visitor.user.language = form.language.data
        return _back(_("Письма будут приходить на этом языке."))
    return redirect(url_for(".me"))


@bp.post("/me/consents/<int:consent_id>/withdraw")
@open_to(PERSON)
def withdraw_consent(consent_id: int) -> ResponseReturnValue:
    """Withdraw a consent to be shown; consent to processing is withdrawn by a letter, because the application ends with it."""
    with committing():
        consent = queries.consent_or_404(consent_id, visitor.person.id)
        if consent.purpose == "processing":
            abort(404)
        operations.withdraw_consent(consent, by=visitor.person, now=clock.now())
    return _back(_("Согласие отозвано. На открытых страницах этого мероприятия имени больше не видно."))


# Address


@bp.route("/me/address", methods=["GET", "POST"])
@open_to(PERSON)
@_few
def my_address() -> ResponseReturnValue:
    form = forms.NewAddressForm()
    staff = access.has_staff(visitor.user.id, clock.now())
    sure = forms.SureForm() if staff else None
    if not form.validate_on_submit() or (sure is not None and not _is_sure(sure)):
        return _page("my_address", form, sure)
    address, now = form.address.data, clock.now()
    with committing():
        sent = codes.make(visitor.user, codes.ADDRESS, now=now, about=address)
        if sent is not None:
            letters.queue("address_change", visitor.user, now=now, address=address, code=sent.code)
    session["new_address"] = address
    return redirect(url_for(".my_address_code"))


def _is_sure(form: forms.SureForm) -> bool:
    """Check the password that is asked for before something that opens the account."""
    if not form.validate_on_submit():
        return False
    if security.password_is(visitor.user, form.current.data):
        return True
    form.current.errors = [_("Пароль не подошёл.")]
    return False


@bp.route("/me/address/code", methods=["GET", "POST"])
@open_to(PERSON)
@_few
def my_address_code() -> ResponseReturnValue:
    address, now = session.get("new_address", ""), clock.now()
    if not address:
        return redirect(url_for(".my_address"))
    form = forms.CodeForm()
    if form.validate_on_submit():
        with committing():
            right = codes.spend_code(visitor.user.id, (codes.ADDRESS,), form.code.data, now=now, about=address)
            if right:
                person = visitor.person
                login = operations.change_address(visitor.user, person, address, now=now)
                sessions.begin(login, person, now=now)
        if right:
            return _back(_("Теперь вы входите по адресу %(address)s.", address=address))
        form.code.errors = [_("Код не подошёл. Проверьте цифры или начните заново: код действует 10 минут.")]
    return _page("my_address_code", form, address=address)


# Password, authenticator, reserve codes, sessions


@bp.route("/me/password", methods=["GET", "POST"])
@open_to(PERSON)
@_few
def my_password() -> ResponseReturnValue:
    if not visitor.user.password:
        abort(404)
    form = forms.ChangePasswordForm(near=near_words(visitor.user))
    if form.validate_on_submit():
        if security.password_is(visitor.user, form.current.data):
            with committing():
                operations.set_password(visitor.user, form.password.data)
                sessions.begin(visitor.user, visitor.person, now=clock.now())
            return _back(_("Пароль изменён. На всех других устройствах нужно будет войти заново."))
        form.current.errors = [_("Пароль не подошёл.")]
    return _page("my_password", form)


@bp.route("/me/authenticator", methods=["GET", "POST"])
@open_to(PERSON)
@_few
def my_authenticator() -> ResponseReturnValue:
    """Set up an application that shows codes; its secret stays encrypted in the session until a code of it fits."""
    user = visitor.user
    if not user.password or user.tf_totp_secret:
        abort(404)
    secret = session.setdefault("authenticator", entering.propose_authenticator())
    form, sure = forms.SecondForm(), forms.SureForm()
    both = [form.validate_on_submit(), sure.validate_on_submit()]
    if all(both) and _is_sure(sure):
        with committing():
            right = entering.confirm_authenticator(visitor.user, secret, form.code.data)
            reserve = entering.new_reserve(visitor.user) if right else []
        if right:
            session.pop("authenticator")
            return render_template("people/reserve.html", codes=reserve, fresh=True)
        form.code.errors = [_("Код не подошёл. Проверьте время на телефоне и попробуйте следующий код.")]
    factory = security.authenticators()
    picture = segno.make(factory.get_totp_uri(user.email or "", secret), error="m").svg_data_uri(scale=5, border=2, light="white")
    return _page("my_authenticator", form, sure, picture=picture, key=factory.get_totp_pretty_key(secret))


@bp.route("/me/authenticator/drop", methods=["GET", "POST"])
@open_to(PERSON)
@_few
def drop_authenticator() -> ResponseReturnValue:
    if not visitor.user.tf_totp_secret:
        abort(404)
    form = forms.SureForm()
    if not _is_sure(form):
        return _page("sure", form, what="drop")
    with committing():
        entering.drop_authenticator(visitor.user)
    return _back(_("Приложение отключено. Вместо него при входе придёт код на почту."))


@bp.route("/me/reserve", methods=["GET", "POST"])
@open_to(PERSON)
@_few
def my_reserve() -> ResponseReturnValue:
    """Print fresh reserve codes; the former ones are worth nothing."""
    if not visitor.user.tf_totp_secret:
        abort(404)
    form = forms.SureForm()
    if not _is_sure(form):
        return _page("sure", form, what="reserve")
    with committing():
        fresh = entering.new_reserve(visitor.user)
    return render_template("people/reserve.html", codes=fresh, fresh=False)


@bp.post("/me/sessions/end")
@open_to(PERSON)
def end_sessions() -> ResponseReturnValue:
    """End all sessions everywhere, and begin this one anew."""
    with committing():
        sessions.end_all(visitor.user)
        sessions.begin(visitor.user, visitor.person, now=clock.now())
    return _back(_("Готово: на всех других устройствах нужно будет войти заново."))


@bp.post("/me/sessions/<int:session_id>/end")
@open_to(PERSON)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one session of hers; ending the one she sits in is signing out."""
    with committing():
        if not sessions.end(visitor.user, session_id):
            abort(404)
    return _back(_("Готово: в том браузере нужно будет войти заново."))
