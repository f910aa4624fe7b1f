"""The acts of bodies that approve results: their kinds, and how they are named."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.judging.models import Order

ACTS = {"minutes": "протокол", "order": "приказ", "directive": "распоряжение", "resolution": "постановление"}  # as papers name them
KINDS = {"order": _l("Приказ"), "minutes": _l("Протокол"), "directive": _l("Распоряжение"), "resolution": _l("Постановление")}


def order_words(order: Order | None) -> str:
    if order is None:
        return ""
    kind = next((str(words) for act, words in KINDS.items() if ACTS[act] == order.kind), order.kind)
    return _("%(kind)s № %(number)s от %(day)s", kind=kind, number=order.number, day=wording.day(order.day, year=True))
