"""Money that a reward takes off an order on which it is used: how much, of what, and what each line bears of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from jifen.programme.condition import LineCondition

RewardReturned = Literal["only_in_full", "never"]
"""When a reward that was used on an order comes back: with the last of the order, or never."""


class MoneyOff(msgspec.Struct, frozen=True):
    """An `amount` of money, or so many `percent` (where there is no amount), of the whole bill, or (`of_lines`) of
    those lines that meet `lines` (None: of all); at most `most`, and only where these cost `least`. Money in its
    smallest unit."""

    amount: int | None = None
    percent: int = 0
    of_lines: bool = False
    lines: LineCondition | None = None
    least: int = 0
    most: int | None = None
    returned: RewardReturned = "only_in_full"

    def of(self, cost: int) -> int:
        """What comes off something of this cost: never more than it. What is left of a share is rounded down, so that
        nobody gets less off than was promised."""
        off = -(-cost * self.percent // 100) if self.amount is None else self.amount
        return min(off, cost, cost if self.most is None else self.most)


class Order(NamedTuple):
    """What an order still costs: its bill, and its lines (below zero: a discount; None: unknown)."""

    bill: int
    lines: tuple[int | None, ...] = ()

    def cost_of(self, lines: Sequence[int] | None) -> int:
        """What these lines cost, by their indexes; of the whole order for None. Never more than the bill."""
        if lines is None:
            return self.bill
        return max(0, min(self.bill, sum(self.lines[line] or 0 for line in lines)))

    def less(self, off: int, lines: Sequence[int] | None) -> Order:
        """The order less so much of these lines, in proportion to what they cost: each bears whole coins of it, and
        none falls below zero. What is taken off the whole bill is borne by all lines, as far as they reach."""
        priced = [
            (line, price)
            for line in (range(len(self.lines)) if lines is None else lines)
            if (price := self.lines[line] or 0) > 0
        ]
        in_all = sum(price for _, price in priced)
        shared, left, so_far = min(off, in_all), list(self.lines), 0
        for line, price in priced:
            borne = shared * (so_far + price) // in_all - shared * so_far // in_all
            left[line], so_far = price - borne, so_far + price
        return Order(self.bill - off, tuple(left))
