"""The pages of this room hang here; `views` and `written` hang them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("events", __name__)
