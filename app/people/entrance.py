"""The pages of signing in. What they answer, and how long it takes, does not tell who is known here."""

from __future__ import annotations

from typing import Any

import structlog
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm

from app import clock, web
from app.database import committing
from app.people import access, codes, entering, forms, operations, queries, sessions
from app.people.blueprint import bp
from app.people.models import Person, User
from app.web import ANYONE, USER, limiter, open_to, visitor

log = structlog.get_logger()

LETTERS = "6 per 15 minutes"  # letters to one address
TRIES = "30 per 15 minutes"  # tries on one address from one place
ALL_TRIES = "100 per 15 minutes"  # tries on one address from everywhere
FROM_PLACE = "200 per 15 minutes"  # a school's librarians share one address on the net


def _typed() -> str:
    """Return the address the limits of this page count: the one it acts on, never another field of the form."""
    given = entering.asked() if request.endpoint in ("people.code", "people.code_again") else request.form.get("address", "")
    return "address:" + given.strip().lower()[:254]


def _typed_here() -> str:
    return f"{_typed()}:{get_remote_address()}"


def _login_here() -> str:
    return f"login:{(session.get('entering') or {}).get('login', 0)}"


def _letters(view: Any) -> Any:
    return limiter.limit(LETTERS, key_func=_typed, methods=["POST"])(limiter.limit(FROM_PLACE, methods=["POST"])(view))


def _tries(view: Any) -> Any:
    here = limiter.limit(TRIES, key_func=_typed_here, methods=["POST"])
    everywhere = limiter.limit(ALL_TRIES, key_func=_typed, methods=["POST"])
    return here(everywhere(limiter.limit(FROM_PLACE, methods=["POST"])(view)))


def _go_on() -> str:
    """Return where the person wanted to go, carried from page to page; empty when nowhere."""
    return web.safe_next("")


def _step(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, next=_go_on() or None, **values)


def _home() -> str:
    return web.safe_next(url_for("front.home"))


def _page(name: str, form: FlaskForm, **values: Any) -> ResponseReturnValue:
    page = render_template(f"people/{name}.html", form=form, step=_step, **values)
    return page, 422 if form.errors else 200


def _next_step(user: User, what: str) -> str:
    """Note a proof and return the page that follows: the next proof, or inside. Call it in `committing`."""
    now = clock.now()
    wanted, inside = _go_on(), _home()
    entered = entering.prove(user, what, now=now)
    missing = entering.missing(entered, now)
    if missing is None:
        entering.enter(entered.user, now=now)
        alone = len(entered.user.persons) == 1
        return inside if alone else url_for("people.who", next=wanted or None)
    if missing == entering.MAIL:
        entering.ask(entered.user.email or "", codes.SIGN_IN, now=now)
    pages = {entering.MAIL: "people.code", entering.PASSWORD: "people.password", entering.SECOND: "people.second"}
    return _step(pages.get(missing, "people.new_password"))


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to(ANYONE)
@_letters
def sign_in() -> ResponseReturnValue:
    if visitor.signed_in:
        return redirect(_home())
    form = forms.AddressForm(address=entering.asked()) if request.method == "GET" else forms.AddressForm()
    if not form.validate_on_submit():
        return _page("sign_in", form)
    with committing():
        entering.ask(form.address.data, codes.SIGN_IN, now=clock.now())
    return redirect(_step(".code"))


@bp.route("/sign-in/code", methods=["GET", "POST"])
@open_to(ANYONE)
@_tries
def code() -> ResponseReturnValue:
    if not entering.asked():
        return redirect(_step(".sign_in"))
    form = forms.CodeForm()
    if form.validate_on_submit():
        with committing():
            user = entering.by_code(entering.asked(), form.code.data, now=clock.now())
            target = _next_step(user, entering.MAIL) if user else None
        if target:
            return redirect(target)
        log.info("sign_in.refused", how="code")
        form.code.errors = [_("Код не подошёл. Проверьте цифры или попросите новое письмо: код действует 10 минут.")]
    return _page("code", form, address=entering.asked())


@bp.post("/sign-in/code/again", endpoint="code_again")
@open_to(ANYONE)
@_letters
def code_again() -> ResponseReturnValue:
    if entering.asked():
        with committing():
            entering.ask(entering.asked(), codes.SIGN_IN, now=clock.now())
        web.tell(_("Если адрес нам известен, новое письмо уже в пути."), "information")
    return redirect(_step(".code"))


@bp.route("/sign-in/link/<token>", methods=["GET", "POST"])
@open_to(ANYONE)
@limiter.limit(FROM_PLACE, methods=["POST"])
def link(token: str) -> ResponseReturnValue:
    """A link from a letter: mail scanners open links, so it is the button that spends it."""
    if request.method == "GET":
        row = codes.find_link(token, now=clock.now())
        return render_template("people/link.html", address=row.user.email if row else "", purpose=row.purpose if row else "")
    with committing():
        found = entering.by_link(token, now=clock.now())
        target = _after_link(*found) if found else None
    if target:
        return redirect(target)
    return render_template("people/link.html", address="", purpose=""), 422


def _after_link(user: User, purpose: str) -> str:
    if visitor.signed_in and visitor.user.id == user.id and purpose != codes.RESET:
        return _home()
    if visitor.signed_in:
        sessions.end_here()  # the link may be somebody else's: nothing of the former session goes over
    target = _next_step(user, entering.MAIL)
    return url_for(".new_password") if purpose == codes.RESET and entering.current(clock.now()) else target


@bp.route("/sign-in/password", methods=["GET", "POST"])
@open_to(ANYONE)
@_tries
def password() -> ResponseReturnValue:
    form = forms.PasswordForm(address=entering.asked()) if request.method == "GET" else forms.PasswordForm()
    if form.validate_on_submit():
        with committing():
            user = entering.by_password(form.address.data, form.password.data)
            target = _next_step(user, entering.PASSWORD) if user else None
        if target:
            return redirect(target)
        log.info("sign_in.refused", how="password")
        form.password.errors = [_("Адрес или пароль не подошли.")]
    return _page("password", form, proved=_proved())


def _proved() -> frozenset[str]:
    entered = entering.current(clock.now())
    return entered.proved if entered else frozenset()


@bp.route("/sign-in/second", methods=["GET", "POST"])
@open_to(ANYONE)
@limiter.limit(TRIES, key_func=_login_here, methods=["POST"])
def second() -> ResponseReturnValue:
    """The code of an authenticator, or a reserve code from the sheet."""
    entered = entering.current(clock.now())
    if entered is None or entering.PASSWORD not in entered.proved:
        return redirect(_step(".sign_in"))
    form = forms.SecondForm()
    if form.validate_on_submit():
        with committing():
            user = entered.user
            target = _next_step(user, entering.SECOND) if entering.by_authenticator(user, form.code.data) else None
        if target:
            return redirect(target)
        log.info("sign_in.refused", how="second")
        form.code.errors = [_("Код не подошёл. Дождитесь следующего кода в приложении или возьмите запасной: каждый действует один раз.")]
    return _page("second", form)


@bp.route("/sign-in/paper", methods=["GET", "POST"])
@open_to(ANYONE)
@limiter.limit("20 per 15 minutes", methods=["POST"])
def paper() -> ResponseReturnValue:
    """A printed entry code, for who has no mailbox."""
    form = forms.PaperForm()
    if form.validate_on_submit():
        with committing():
            user = entering.by_paper(form.code.data)
            target = _next_step(user, entering.PAPER) if user else None
        if target:
            return redirect(target)
        log.info("sign_in.refused", how="paper")
        form.code.errors = [_("Такого кода нет. Проверьте знаки или попросите у методиста новый лист.")]
    return _page("paper", form)


@bp.route("/sign-in/forgotten", methods=["GET", "POST"])
@open_to(ANYONE)
@_letters
def forgotten() -> ResponseReturnValue:
    form = forms.AddressForm(address=entering.asked()) if request.method == "GET" else forms.AddressForm()
    if not form.validate_on_submit():
        return _page("forgotten", form, sent=False)
    with committing():
        entering.ask(form.address.data, codes.RESET, now=clock.now())
    return _page("forgotten", form, sent=True)


@bp.route("/sign-in/new-password", methods=["GET", "POST"])
@open_to(ANYONE)
@limiter.limit(TRIES, methods=["POST"])
def new_password() -> ResponseReturnValue:
    """Set a password after the mailbox was proved; every session of the login ends."""
    entered = entering.current(clock.now())
    if entered is None or entering.MAIL not in entered.proved:
        return redirect(_step(".sign_in"))
    form = forms.NewPasswordForm(near=near_words(entered.user))
    if not form.validate_on_submit():
        return _page("new_password", form, address=entered.user.email)
    with committing():
        operations.set_password(entered.user, form.password.data)
        entering.prove(entered.user, entering.MAIL, now=clock.now())
        target = _next_step(entered.user, entering.PASSWORD)
    flash(_("Пароль сохранён. На всех других устройствах нужно будет войти заново."), "done")
    return redirect(target)


def near_words(user: User) -> tuple[str, ...]:
    """Return what a password of this login must not be."""
    words = [part for person in user.persons for part in (person.surname, person.given_name, person.patronymic)]
    return (*words, *(user.email or "").split("@"), user.email or "", "лауреат", "laureat", "password", "пароль")


@bp.route("/who", methods=["GET", "POST"])
@open_to(USER)
def who() -> ResponseReturnValue:
    """Several people behind one mailbox: who is it today?"""
    mine = queries.persons_of(visitor.user.id)
    chosen = request.form.get("person", type=int)
    if request.method == "POST" and any(person.id == chosen for person in mine):
        session["person_id"] = chosen
        return redirect(_home())
    lines = [
        {
            "id": person.id,
            "name": person.full_name,
            "place": _place(person),
            "here": visitor.person is not None and visitor.person.id == person.id,
        }
        for person in mine
    ]
    return render_template("people/who.html", lines=lines, step=_step)


def _place(person: Person) -> str:
    place = access.place_of(person)
    return place.organisation.short_name if place else ""


@bp.post("/sign-out")
@open_to(ANYONE)
def sign_out() -> ResponseReturnValue:
    with committing():
        sessions.end_here()
    return redirect(url_for("front.home"))
