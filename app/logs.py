"""Structured logs on standard output: one JSON line an event, with ids and never with names."""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask, Response, g, request

from app import clock


def init(app: Flask) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    log = structlog.get_logger()

    @app.before_request
    def begin() -> None:
        g.begun = clock.now()

    @app.after_request
    def tell(response: Response) -> Response:
        # The route and not the path: a path may hold a code or a name.
        route = str(request.url_rule) if request.url_rule else "-"
        took = round((clock.now() - g.get("begun", clock.now())).total_seconds() * 1000)
        if route not in ("/healthz", "/metrics", "/static/<path:filename>"):
            log.info("request", method=request.method, route=route, status=response.status_code, ms=took)
        return response
