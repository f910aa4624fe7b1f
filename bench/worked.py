"""How long the server's thread worked on an answer, told in a header: what a page costs even where others share the machine."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask

WORKED = "X-Worked"


def timed(app: Flask) -> Flask:
    """Let the application tell the milliseconds of processor time until an answer is ready, SQLite's within, waiting not."""
    answer = app.wsgi_app

    def wsgi(environ: Any, start: Any) -> Any:
        begun = time.thread_time()

        def told(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, (WORKED, f"{(time.thread_time() - begun) * 1000:.3f}")], *more)

        return answer(environ, told)

    app.wsgi_app = wsgi  # type: ignore[method-assign]
    return app
