"""What a batch needs to see of a member's lots, beside those that open holds reserve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Need(NamedTuple):
    """`points`: by currency, how many usable points of the first lots in spending order; `all`: every open lot."""

    points: Mapping[int, int]
    all: bool = False

    def to_settle(self, currencies: Mapping[int, object]) -> Need:
        """This, and of each currency whatever has ended, with the first lot behind it: the next that will end."""
        return Need({number: max(1, self.points.get(number, 0)) for number in currencies}, self.all)


ONLY_HELD = Need({})
ALL_LOTS = Need({}, all=True)
