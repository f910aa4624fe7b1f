"""Laureat as it is served, with two headers more: how many SQL statements the answer took; and how long it was worked on."""

from __future__ import annotations

from flask import Flask, Response, g, has_app_context
from sqlalchemy import event

import app as laureat
from app import web
from app.database import db
from bench.worked import timed

HEADER = "X-Statements"


def create_app() -> Flask:
    app = laureat.create_app()
    web.limiter.enabled = False  # one visitor opens a page more often here than any person does

    def one_more(*_args: object) -> None:
        if has_app_context():
            g.statements = g.get("statements", 0) + 1

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = str(g.get("statements", 0))
        return response

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", one_more)
    return timed(app)
