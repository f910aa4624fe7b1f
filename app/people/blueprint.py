"""The pages of this room hang here; `views` gathers them."""

from __future__ import annotations

from flask import Blueprint

from app.web import Slot

bp = Blueprint("people", __name__)
person_page = Slot()  # (person, visitor, now) -> Markup | None: below a person's data, for staff; upper rooms fill it
