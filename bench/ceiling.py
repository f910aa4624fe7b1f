"""A bare Flask page of 50 rows from SQLite: the ceiling that our pages are measured against."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from flask import Flask, render_template_string
from sqlalchemy import create_engine, text

from bench.worked import timed

PAGE = "<!doctype html><title>rows</title><table>{% for row in rows %}<tr><td>{{ row.id }}</td><td>{{ row.title }}</td></tr>{% endfor %}</table>"


def fill(folder: Path) -> None:
    with sqlite3.connect(folder / "rows.db") as connection:
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, title TEXT)")
        connection.executemany("INSERT INTO row (title) VALUES (?)", [(f"Работа {number}",) for number in range(2000)])


def create_app() -> Flask:
    app = Flask(__name__)
    engine = create_engine(f"sqlite:///{Path(os.environ['VAR']) / 'rows.db'}")

    @app.get("/rows")
    def rows() -> str:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT id, title FROM row ORDER BY id DESC LIMIT 50")).all()
        return render_template_string(PAGE, rows=found)

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    return timed(app)
