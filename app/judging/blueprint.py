"""The pages of this room hang here; `views` gathers them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("judging", __name__)
