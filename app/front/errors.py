"""Pages for what went wrong: each says what to do next and none tells what exists."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app import storage
from app.database import db

log = structlog.get_logger()
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def init(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _stale)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(storage.Damaged, _damaged)
    app.register_error_handler(Exception, _unforeseen)


def _answer(code: int, **words: Any) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=code, message=words.get("what", "")), code
    name = code if code in PAGES else (400 if code < 500 else 500)
    return render_template(f"errors/{name}.html", **words), code


def _http(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None:
        return fault.get_response()
    if fault.code is not None and 300 <= fault.code < 400:
        return fault
    return _answer(fault.code or 500)


def _csrf(_fault: CSRFError) -> ResponseReturnValue:
    return _answer(400, what=_("Страница устарела: войдите снова и повторите. Текст черновика сохранён в этом браузере."))


def _stale(_fault: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return _answer(409, what=_("Пока страница была открыта, здесь что-то изменилось. Откройте её снова и повторите."))


def _database(fault: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("database.unavailable", error=type(fault).__name__)
    return _answer(503)


def _damaged(fault: storage.Damaged) -> ResponseReturnValue:
    log.error("storage.damaged", reason=str(fault))
    return _answer(500, what=_("Файл повреждён или отсутствует. Сообщите методисту: документ можно выпустить заново."))


def _unforeseen(fault: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.exception("request.failed", error=type(fault).__name__)
    return _answer(500)
