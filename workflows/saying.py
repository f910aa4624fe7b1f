"""What the core says to people, without words of any language: a key and the values that fill the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, init=False, eq=True)
class Saying:
    """One thing to tell a person. `app.wording` puts it into her language; with `count` it has plural forms."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __init__(self, key: str, /, **values: object) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", values)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Saying({', '.join([repr(self.key), *(f'{name}={value!r}' for name, value in self.values.items())])})"
