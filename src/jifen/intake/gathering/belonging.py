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


class Change(NamedTuple):
    """What a command made of it, from an instant on: None is nothing any more."""

    member_id: bytes
    member_seq: int
    at: int
    belonging: Belonging | None


class Ownership(NamedTuple):
    """That a household of a member had another as its owner, from an instant on and until another."""

    owner: str
    since: int
    until: int


@dataclass(slots=True)
class Belongings:
    """Who belongs where, as far as a batch changes it; `changed` is to be written, in order. `owners` of the households
    of members, who has been owner for longest first: as far as rules give to households."""

    of: dict[bytes, Belonging] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    changed: list[Change] = field(default_factory=list)
    owners: dict[bytes, list[Ownership]] = field(default_factory=dict)

    def owner_at(self, member_id: bytes, instant: int) -> str | None:
        """Who else was the owner of a member's household at an instant, longest of several; None for nobody."""
        there = (
            one.owner for one in self.owners.get(member_id, ()) if one.since <= instant < one.until
        )
        return next(there, None)

    def put(self, change: Change) -> None:
        """Let a member belong there from now on, or nowhere."""
        member_id, _, _, belonging = change
        before = self.of.pop(member_id, None)
        if before:
            self.sizes[before.household] -= 1
        if belonging:
            self.of[member_id] = belonging
            self.sizes[belonging.household] += 1
        self.changed.append(change)
