"""To which household members belong, as far as a batch looks at it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Role = Literal["owner", "member"]


class Belonging(NamedTuple):
    """To which household a member belongs, and as what."""

    household: str
    role: Role


@dataclass(slots=True)
class Belongings:
    """Who belongs where, as far as a batch changes it; `changed` is to be written, None for who left."""

    of: dict[bytes, Belonging] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    changed: dict[bytes, Belonging | None] = field(default_factory=dict)

    def put(self, member_id: bytes, belonging: Belonging | None) -> None:
        """Let a member belong there from now on, or nowhere."""
        before = self.of.pop(member_id, None)
        if before:
            self.sizes[before.household] -= 1
        if belonging:
            self.of[member_id] = belonging
            self.sizes[belonging.household] += 1
        self.changed[member_id] = belonging
