"""Settings, read once from the environment. Everything has a default that needs no server."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LEAST_SIGNS = 10  # different ones in a secret: a known word written several times has fewer
UNSAFE_SECRETS = {"", "secret", "dev", "change-me", "changeme", "default"}

LANGUAGE = {"BABEL_DEFAULT_LOCALE": "ru", "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "app" / "translations")}


class UnsafeSettings(Exception):
    """The settings must not serve real people; the message says which one and what to do."""


def _secret(var: Path, name: str, environ: Mapping[str, str]) -> str:
    """Return the secret from the environment or from VAR/secrets, making it there the first time."""
    given = environ.get(name)
    if given is not None:
        if given.strip().lower() in UNSAFE_SECRETS or len(given) < 32 or len(set(given)) < LEAST_SIGNS:
            raise UnsafeSettings(f"{name} is too short or well known: use at least 32 random characters, or leave it unset")
        return given
    folder = var / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name.lower()
    if not file.exists():
        # Linked when whole: of two processes that start at once one wins, and the other never reads half a secret.
        handle, whole = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(whole, file)
        Path(whole).unlink()
    return file.read_text().strip()


def place(environ: Mapping[str, str]) -> Path:
    """Return where this installation keeps its data; nothing is made there yet."""
    var = Path(environ.get("VAR", "var"))
    return (var if var.is_absolute() else ROOT / var).resolve()


def from_environ(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return Flask settings for this environment. Raises UnsafeSettings for secrets that everybody knows."""
    environ = os.environ if environ is None else environ
    var = place(environ)
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = environ.get("PORT", "8000")
    base = environ.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    secure = base.startswith("https://")
    return {
        "VAR": var,
        "DEMO": environ.get("LAUREAT_DEMO", "") == "1",
        "BASE_URL": base,
        "CHECK_URL": environ.get("CHECK_URL", base).rstrip("/"),
        "TRUSTED_HOSTS": _hosts(base, environ.get("TRUSTED_HOSTS", "")),
        "PROXIES": int(environ.get("PROXIES", "0")),
        "SECRET_KEY": _secret(var, "SECRET_KEY", environ),
        "SECURITY_PASSWORD_SALT": _secret(var, "PASSWORD_SALT", environ),
        "TOTP_SECRET": _secret(var, "TOTP_SECRET", environ),
        "SQLALCHEMY_DATABASE_URI": environ.get("DATABASE_URL", f"sqlite:///{var / 'laureat.db'}"),
        "BROKER_URL": environ.get("BROKER_URL", "filesystem://localhost"),
        "STORAGE_URL": environ.get("STORAGE_URL", f"file://{var / 'files'}"),
        "SMTP_URL": environ.get("SMTP_URL", ""),
        "MAIL_FROM": environ.get("MAIL_FROM", "Лауреат <laureat@localhost>"),
        "MAIL_REPLY_TO": environ.get("MAIL_REPLY_TO", ""),
        "LEASE_SECONDS": float(environ.get("LEASE_SECONDS", "60")),
        "RATELIMIT_STORAGE_URI": environ.get("RATELIMIT_URL", "memory://"),
        "MAX_CONTENT_LENGTH": 210 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": "__Host-laureat" if secure else "laureat",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        **LANGUAGE,
    }


def _hosts(base: str, more: str) -> list[str]:
    """Hosts we answer for: the configured address, loopback, and what TRUSTED_HOSTS adds (comma-separated)."""
    own = base.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
    return sorted({own, "127.0.0.1", "localhost", *(host.strip() for host in more.split(",") if host.strip())})
