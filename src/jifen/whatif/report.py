"""What a replay found, as records: integers in smallest units, names as the documents have them."""

from __future__ import annotations

import datetime as dt

import msgspec

from jifen.programme.model import Name
from jifen.wording import Said


class Both(msgspec.Struct, frozen=True, array_like=True):
    """A figure as it was, and as it would have been."""

    published: int
    draft: int

    @property
    def difference(self) -> int:
        return self.draft - self.published


class CurrencyTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Points of a currency awarded in the period. `scale`: decimals of the points."""

    id: str
    name: Name
    scale: int
    points: Both


class MonthTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A local month (its first day), with points of the main currency and cost in smallest units of money."""

    month: dt.date
    points: Both
    cost: Both


class RuleTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a component gave. `said` is its sentence in the draft, else in the published programme."""

    id: str
    currency: str
    points: Both
    said: Said


class TierTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A tier as of the end: members on it, and points of the main currency of those who have it published."""

    id: str
    name: Name
    members: Both
    points: Both


class GroupTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Members with the same value of a fact. `value` is None where it is not known."""

    value: str | None
    members: int
    points: Both
    better: int
    worse: int


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """How much a component gave one member more or less."""

    id: str
    points: Both
    said: Said


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """A member whom the draft moves far, and by what. Tiers are ids, None without a ladder."""

    member: str
    points: Both
    tier_published: str | None
    tier_draft: str | None
    by: list[Moved]


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """How many members gain from `least` up to, not with, `below` points; negative where they lose."""

    least: int
    below: int
    members: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A draft replayed against the published timeline. Points are of the main currency where none is named.

    `cost` is points at each version's unit price, in smallest units of money. `moved_between` counts members
    by their tier published and under the draft.
    """

    programme: str
    name: Name
    against: int
    since: dt.date
    until: dt.date
    events: int
    members: int
    money: str
    money_scale: int
    main: str
    currencies: list[CurrencyTotal]
    cost: Both
    better: int
    worse: int
    same: int
    spread: list[Bar]
    months: list[MonthTotal]
    rules: list[RuleTotal]
    tiers: list[TierTotal]
    moved_between: list[tuple[str, str, int]]
    by: str | None
    groups: list[GroupTotal]
    gaining: list[Mover]
    losing: list[Mover]
    seconds: float

    def total(self, currency: str) -> CurrencyTotal:
        """The totals of one currency."""
        return next(total for total in self.currencies if total.id == currency)
