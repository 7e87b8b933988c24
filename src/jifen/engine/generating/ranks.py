"""Where a version of the ladder puts the tiers of the other versions."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.programme.model import Tier
from jifen.programme.requirement import implies

Ladder = Sequence[Tier]


def ranks_of(tiers: Sequence[str], ladder: Ladder, ladders: Sequence[Ladder]) -> tuple[int, ...]:
    """The rank of every tier in `ladder`. `ladders`: those of all versions, in the order of time.

    A tier that this ladder lacks is as high as the highest one of it that asks for no more, or that
    stood below it in the first version to have it.
    """
    own = {tier.id: rank for rank, tier in enumerate(ladder)}

    def rank(id: str) -> int:
        if id in own or not ladder:
            return own.get(id, 0)
        first = next(known for known in ladders if any(tier.id == id for tier in known))
        place = [tier.id for tier in first].index(id)
        below = (own.get(tier.id, 0) for tier in first[:place])
        asking = (r for r, tier in enumerate(ladder) if implies(first[place].reach, tier.reach))
        return max(0, *below, *asking)

    return tuple(rank(id) for id in tiers)
