"""A librarian as a program: her cookie, her forms with their tokens, and a journal of what she was told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from flask import Flask

from app import clock
from app.database import committing
from app.people import sessions
from tests.world import World


@dataclass
class Caller:
    port: int
    cookie: str

    @classmethod
    def of(cls, app: Flask, world: World, who: str, port: int) -> Caller:
        """Return one of the cast with a session like the one signing in gives."""
        client = app.test_client()
        person = getattr(world, who)
        with client.session_transaction() as session, committing():
            sessions.fill(session, person.user, person, now=clock.now())
        return cls(port, "; ".join(f"{one.key}={one.value}" for one in client._cookies.values()))

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str]:
        """Return status and body of one answer; 0 when there was none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace")
            for value in answer.msg.get_all("Set-Cookie") or []:
                self._keep(value)
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()
        return answer.status, body

    def _keep(self, value: str) -> None:
        name, _equals, rest = value.partition("=")
        others = [one for one in self.cookie.split("; ") if not one.startswith(f"{name}=")]
        self.cookie = "; ".join([*others, f"{name}={rest.split(';', 1)[0]}"])

    def token(self, path: str) -> str:
        status, body = self.ask("GET", path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', body) or re.search(r'value="([^"]+)"[^>]*name="csrf_token"', body)
        assert found, f"{path} answered {status} and has no form"
        return found[1]

    def submit(self, application: int, token: str) -> int:
        """Press «Подать заявку» and return the status of the answer."""
        return self.ask("POST", f"/applications/{application}/steps/submit", csrf_token=token)[0]
