"""The steps of a ladder that time brings, without an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jifen.engine.plan import Plan


class TierStep(NamedTuple):
    """From one tier (its code) to another, on a local day."""

    day: int
    before: int
    after: int


def steps_by_time(plan: Plan, state: Sequence[int], since: int, until: int) -> Iterator[TierStep]:
    """What happens to a member's tier on the days after `since` up to `until`; the state stays as it is."""
    if plan.programme.tiers is None:
        return
    before, day = plan.tier_on(state, since), since
    while (end := plan.tier_end(state, day)) < until:
        day = end + 1
        after = plan.tier_on(state, day)
        if after != before:
            yield TierStep(day, before, after)
        before = after
