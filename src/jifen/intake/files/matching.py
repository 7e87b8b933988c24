"""Finding the sale that a returned line belongs to, where the file does not name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

Key = tuple[Hashable, ...]


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
    """The key by which a returned line looks for sales; `whole_line` wants all of a sale, untouched, and of
    the same amount."""

    key: Key
    whole_line: bool = False


class Sales:
    """All lines sold so far, by each of the keys that returns look for. It grows with the file: about 1 kB a line."""

    def __init__(self, ways: int) -> None:
        self._by_key: tuple[dict[Key, list[Sold]], ...] = tuple(
            defaultdict(list) for _ in range(ways)
        )

    def add(self, keys: Sequence[Key], sold: Sold) -> None:
        """Remember a line under its key for each way."""
        for by_key, key in zip(self._by_key, keys, strict=True):
            by_key[key].append(sold)

    def take(
        self, ways: Sequence[Way | None], occurred_at: int, quantity: int, amount: int
    ) -> tuple[list[tuple[Sold, int]], int]:
        """The lines that `quantity` units came from with how many of each, and how many came from nowhere.

        Ways are tried in order, the latest sale first; never a later sale, never more than is left of it.
        """
        taken: list[tuple[Sold, int]] = []
        missing = quantity
        for by_key, way in zip(self._by_key, ways, strict=True):
            if way is None or (way.whole_line and taken):
                continue
            for sold in reversed(by_key.get(way.key, ())):
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
