"""Flask-Security set up for this house: sessions, passwords and authenticators are its; pages and letters are ours."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, current_app
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.totp import Totp
from flask_security.utils import hash_password, verify_password
from passlib.totp import TOTP, TotpMatch

from app import clock
from app.database import db
from app.people.models import Role, User

ISSUER = "Laureat"
RESERVE_CODES = 10
LEAST_PASSWORD, MOST_PASSWORD = 12, 128
WINDOW = 30  # seconds an authenticator's clock may be off


class NoLetters(MailUtil):
    """Our letters are rows queued by `letters.queue`: none may leave past them."""

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("letters about signing in go through app.people.letters")


class Authenticators(Totp):
    """Codes of an authenticator follow our clock and are spent once: the last time step is kept with the login."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp = TOTP.using(issuer=issuer, secrets=secrets, now=lambda: clock.now().timestamp())

    def get_last_counter(self, user: User) -> int | None:
        return user.last_totp_at

    def set_last_counter(self, user: User, tmatch: TotpMatch) -> None:
        user.last_totp_at = tmatch.counter


def init(app: Flask) -> None:
    settings: dict[str, Any] = {
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "DEPRECATED_PASSWORD_SCHEMES": [],
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "TOTP_SECRETS": {"1": app.config["TOTP_SECRET"]},
        "TOTP_ISSUER": ISSUER,
        "RETURN_GENERIC_RESPONSES": True,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "DEFAULT_REMEMBER_ME": False,
        "USE_REGISTER_V2": True,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    }
    for name, value in settings.items():
        app.config.setdefault(f"SECURITY_{name}", value)
    security = Security(mail_util_cls=NoLetters, totp_cls=Authenticators)
    security.init_app(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=False)


def new_mark() -> str:
    """Return what every cookie of a login names; a new one ends them all."""
    return secrets.token_hex(16)


def password_is(user: User | None, given: str) -> bool:
    """Check a password; for no user, or one without a password, the same work is done and the answer is no."""
    given = given[:MOST_PASSWORD]
    if user is None or not user.password:
        hash_password(given)
        return False
    return bool(verify_password(given, user.password))


def authenticators() -> Authenticators:
    return current_app.extensions["security"].totp_factory  # type: ignore[no-any-return]
