"""Marks for texts that the catalogue has to hold; they are translated when they are said."""

from __future__ import annotations


def _(text: str) -> str:
    return text


def _n(one: str, many: str) -> tuple[str, str]:
    """Mark a text that counts, so that the catalogue holds every form its language has."""
    return one, many
