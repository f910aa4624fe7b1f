"""Structured logs on standard output: one JSON line an event, with ids and never with names."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from app import clock


def _where(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say where an exception came from and of what kind it is, never its words: they may hold a name, an address, a row."""
    if event.pop("exc_info", None):
        fault, lines = sys.exc_info()[1], []
        while fault is not None:
            lines += [*traceback.format_tb(fault.__traceback__), f"{type(fault).__qualname__}\n"]
            fault = fault.__cause__
        event["exception"] = "".join(lines)
    return event


def init(app: Flask) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    log = structlog.get_logger()

    @app.before_request
    def begin() -> None:
        g.seen = clock.now()

    @app.after_request
    def tell(response: Response) -> Response:
        # The route and not the path: a path may hold a code or a name.
        route = str(request.url_rule) if request.url_rule else "-"
        took = round((clock.now() - g.get("seen", clock.now())).total_seconds() * 1000)
        if route not in ("/healthz", "/metrics", "/static/<path:filename>"):
            log.info("request", method=request.method, route=route, status=response.status_code, ms=took)
        return response
