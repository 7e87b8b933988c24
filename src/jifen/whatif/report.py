"""What a replay found, as records: integers in smallest units, names as the documents have them."""

from __future__ import annotations

import datetime as dt

import msgspec

from jifen.programme.saying.naming import Name
from jifen.wording import Said


class Both(msgspec.Struct, frozen=True, array_like=True):
    """A figure as it was, and as it would have been."""

    published: int
    draft: int

    @property
    def sides(self) -> tuple[int, int]:
        return self.published, self.draft

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


class LifeMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A local month (its first day): points that lapsed in it, and outstanding at its end.

    `ahead`: it has not ended; what lapses then if nothing more happens.
    """

    month: dt.date
    lapsed: Both
    outstanding: Both
    ahead: bool


class LifeTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of all points of a currency that can be spent, whatever period is looked at.

    `granted` counts openings, transfers and points by hand as well. `used` is what members really used, gave away
    or had taken by hand, as far as the points of the side reach; `uncovered` what they do not reach for.
    """

    id: str
    name: Name
    scale: int
    granted: Both
    used: Both
    uncovered: Both
    lapsed: Both
    outstanding: Both
    months: list[LifeMonth]


class BudgetTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule with a budget gave of it on either side (0 without one), and the day on which it was used up."""

    id: str
    name: Said
    currency: str
    budget: Both
    given: Both
    closed_published: dt.date | None
    closed_draft: dt.date | None


class RuleTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a component gave, and its sentence in either document, None where it is not in it."""

    id: str
    name: Said
    currency: str
    points: Both
    published: Said | None
    draft: Said | None


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
    """How much a component gave one member more or less; its sentences as in `RuleTotal`."""

    id: str
    name: Said
    points: Both
    published: Said | None
    draft: Said | None


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

    `cost` is points at each version's unit price and rewards at what they are worth, in smallest units of money;
    who is better off goes by what those `compared` are worth, or by the main one alone. `moved_between` counts members
    by their tier published and under the draft. `aside`: what is not worked out here. `alone`: one document on both
    sides, which compares with nothing.
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
    compared: list[str]
    spread: list[Bar]
    months: list[MonthTotal]
    rules: list[RuleTotal]
    budgets: list[BudgetTotal]
    lives: list[LifeTotal]
    tiers: list[TierTotal]
    moved_between: list[tuple[str, str, int]]
    by: str | None
    groups: list[GroupTotal]
    gaining: list[Mover]
    losing: list[Mover]
    aside: list[Said]
    seconds: float
    alone: bool = False

    @property
    def life(self) -> LifeTotal | None:
        """What has become of the points of the main currency; None where it cannot be spent."""
        return next((life for life in self.lives if life.id == self.main), None)

    @property
    def others(self) -> list[CurrencyTotal]:
        """Further currencies and rewards of which the sides give otherwise; of one document alone, which it gives."""
        return [
            total
            for total in self.currencies
            if total.id != self.main
            and (total.points.draft if self.alone else total.points.difference)
        ]

    def total(self, currency: str) -> CurrencyTotal:
        """The totals of one currency."""
        return next(total for total in self.currencies if total.id == currency)
