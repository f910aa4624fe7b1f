"""The web server's worker: it notes when each request came to the door, for while all threads are busy requests wait there."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from app import clock


class Worker(ThreadWorker):  # type: ignore[misc]
    """One pool of threads. Terms are kept by the moment a form came, not by the one in which a thread was free for it."""

    def enqueue_req(self, conn: Any) -> None:
        conn.came = clock.now()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        # A connection that was opened ahead, with nothing sent yet, has brought no request so far.
        with clock.request_came(conn.came if conn.wait_for_data(0) else None):
            return super().handle(conn)
