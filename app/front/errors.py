"""Pages for what went wrong: each says what to do next and none tells what exists."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app import storage, web
from app.database import db

log = structlog.get_logger()
PLAIN = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
)
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def init(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _stale)
    for lost in (OperationalError, InterfaceError, InternalError, PendingRollbackError):
        app.register_error_handler(lost, _database)
    app.register_error_handler(storage.Damaged, _damaged)
    app.register_error_handler(OverflowError, _no_such_number)
    app.register_error_handler(DataError, _no_such_number)
    app.register_error_handler(Exception, _unforeseen)


def _answer(code: int, **words: Any) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=code, message=words.get("what", "")), code
    name = code if code in PAGES else (400 if code < 500 else 500)
    try:
        return render_template(f"errors/{name}.html", **words), code
    except SQLAlchemyError:
        # The page around the sentence asks the database who is here; without one the sentence stands alone.
        _forget()
        text = words.get("what") or _("База данных не отвечает. Подождите минуту и обновите страницу: ничего из сохранённого не потеряно.")
        return PLAIN.format(lang=web.current_language(), title=_("Лауреат"), text=escape(text)), 503


def _http(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None:
        return fault.get_response()
    if fault.code is not None and 300 <= fault.code < 400:
        return fault
    return _answer(fault.code or 500)


def _csrf(_fault: CSRFError) -> ResponseReturnValue:
    return _answer(
        400, what=_("Страница устарела: войдите снова и повторите. Текст черновика сохранён в этом браузере."), back=web.came_from()
    )


def _forget() -> None:
    """End what the request has begun, also over a connection that is gone."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
        return
    with suppress(SQLAlchemyError):
        db.session.remove()


def _stale(_fault: Exception) -> ResponseReturnValue:
    _forget()
    return _answer(409, what=_("Пока страница была открыта, здесь что-то изменилось. Откройте её снова и повторите."))


def _database(fault: Exception) -> ResponseReturnValue:
    _forget()
    log.error("database.unavailable", error=type(fault).__name__)
    return _answer(503)


def _no_such_number(fault: OverflowError | DataError) -> ResponseReturnValue:
    """A number larger than any row has: there is no such page. SQLite and PostgreSQL say it each in its own way."""
    too_large = isinstance(fault, OverflowError) or type(fault.orig).__name__ == "NumericValueOutOfRange"
    if not too_large:
        return _unforeseen(fault)
    _forget()
    return _answer(404)


def _damaged(fault: storage.Damaged) -> ResponseReturnValue:
    log.error("storage.damaged", reason=str(fault))
    return _answer(500, what=_("Файл повреждён или отсутствует. Сообщите методисту: документ можно выпустить заново."))


def _unforeseen(fault: Exception) -> ResponseReturnValue:
    _forget()
    log.exception("request.failed", error=type(fault).__name__)
    return _answer(500)
