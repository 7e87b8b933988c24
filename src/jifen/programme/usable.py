"""What has ways of being used, points or a reward, and the bounds of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from jifen.programme.rewards import Reward
from jifen.programme.ways_out import Exchange, Paying, Transfers, WayOut


class Usable(Protocol):
    """What has ways of being used: a currency, or its terms."""

    @property
    def spending(self) -> WayOut: ...
    @property
    def transfers(self) -> Transfers | None: ...
    @property
    def paying(self) -> Paying | None: ...
    @property
    def exchanges(self) -> tuple[Exchange, ...]: ...
    @property
    def reward(self) -> Reward | None: ...


def bounds_of_ways(usable: Usable) -> Iterator[WayOut]:
    """The bounds of every way in which points, or a reward, are used."""
    yield usable.spending
    cost = usable.reward.cost if usable.reward else None
    for way in (usable.transfers, usable.paying, *usable.exchanges, cost):
        if way is not None:
            yield way.bounds
