"""The pages of this room hang here; `views` and `desk` hang them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("applications", __name__)
