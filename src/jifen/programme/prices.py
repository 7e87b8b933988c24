"""What one of a reward costs, in points of one currency: by itself, or by what a redemption says and who redeems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from jifen.programme.condition import Condition

MOST_POINTS = 10**12
"""Smallest units that one may cost, as many as any command may name."""


class PerStarted(msgspec.Struct, frozen=True):
    """`points` for every `per` of a field of the redemption, in its unit; a part of it costs as much as all."""

    points: int
    per: int
    field: str

    def of(self, value: int) -> int:
        """What so much of the field costs."""
        return min(MOST_POINTS, self.points * -(-value // self.per))


class ByTable(msgspec.Struct, frozen=True):
    """The price of the first row of a table that fits; where none does the reward cannot be had. `one`: the price of
    a 1 in it."""

    table: str
    one: int | PerStarted
    whens: tuple[Condition, ...]
    prices: tuple[int | PerStarted, ...]  # same length


Price = int | PerStarted | ByTable


class Step(NamedTuple):
    """What each of so many costs that are redeemed together, or of more."""

    least: int
    points: int


class Listed(NamedTuple):
    """A price in points of a currency, with the money besides that the shop takes; and what each costs of `several`
    that are redeemed together, fewest first, always less."""

    currency: str
    points: Price
    money: int
    several: tuple[Step, ...] = ()

    def step_for(self, quantity: int) -> Step | None:
        """By which step so many are priced; None where each costs what one costs."""
        return next((one for one in reversed(self.several) if quantity >= one.least), None)

    def each_of(self, quantity: int) -> Price:
        """What each of so many costs."""
        step = self.step_for(quantity)
        return self.points if step is None else step.points


class Part(NamedTuple):
    """One reward of a set, and how many points of the set's price are for it."""

    reward: str
    points: int


class Share(NamedTuple):
    """What a part of a set costs: by the list, and less what the tier takes off."""

    listed: int
    points: int


def possible_prices(price: Price, fields: Mapping[str, object]) -> Iterator[int]:
    """The points that one may cost, whoever redeems it, with such fields."""
    for one in price.prices if isinstance(price, ByTable) else (price,):
        yield price_with(one, fields)


def price_with(price: int | PerStarted, fields: Mapping[str, object]) -> int:
    """The points that one costs with such fields: nothing where what it goes by is not said."""
    if isinstance(price, int):
        return price
    value = fields.get(price.field)
    return price.of(value) if isinstance(value, int) else 0


def price_of(listed: int, percent_off: int) -> int:
    """What one costs who has so much off: rounded down, so that no member gets less off than was promised, but never
    nothing."""
    return max(1, listed * (100 - percent_off) // 100)


def shares_of(parts: Sequence[Part], percent_off: int) -> dict[str, Share]:
    """What each part of a set costs who has so much off, by its reward: together just what the set costs as one."""
    shares: dict[str, Share] = {}
    listed = points = 0
    for part in parts:
        listed += part.points
        so_far = price_of(listed, percent_off)
        shares[part.reward] = Share(part.points, so_far - points)
        points = so_far
    return shares
