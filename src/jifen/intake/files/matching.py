"""Finding the sale that a returned line belongs to, where the file does not name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Sold:
    """A line of a sale: how many units were sold and are `left` with the member, and for how much (all units)."""

    event: str
    line: int
    occurred_at: int
    quantity: int
    left: int
    amount: int


@dataclass(frozen=True, slots=True)
class Way:
    """The index and key by which a returned line looks for sales; `whole_line` wants all of a sale, untouched, and of
    the same amount."""

    index: int
    key: str
    whole_line: bool = False


class Sales:
    """All lines sold so far, in indexes by what returns look for. It grows with the file: about 1 kB a line."""

    def __init__(self, indexes: int) -> None:
        self._indexes: tuple[dict[str, list[Sold]], ...] = tuple(
            defaultdict(list) for _ in range(indexes)
        )

    def add(self, index: int, keys: Sequence[str], sold: Sequence[Sold]) -> None:
        """Remember lines under their keys."""
        by_key = self._indexes[index]
        for key, line in zip(keys, sold, strict=True):
            by_key[key].append(line)

    def take(
        self, ways: Sequence[Way], occurred_at: int, quantity: int, amount: int
    ) -> tuple[list[tuple[Sold, int]], int]:
        """The lines that `quantity` units came from with how many of each, and how many came from nowhere.

        Ways are tried in order, the latest sale first; never a later sale, never more than is left of it.
        """
        taken: list[tuple[Sold, int]] = []
        missing = quantity
        for way in ways:
            if way.whole_line and taken:
                continue
            for sold in reversed(self._indexes[way.index].get(way.key, ())):
                if not missing:
                    return taken, 0
                if not sold.left or sold.occurred_at > occurred_at:
                    continue
                if way.whole_line and (sold.left < sold.quantity or sold.amount != amount):
                    continue
                units = sold.left if way.whole_line else min(sold.left, missing)
                sold.left -= units
                taken.append((sold, units))
                missing = 0 if way.whole_line else missing - units
        return taken, missing
