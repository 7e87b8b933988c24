"""The steps of a ladder that time brings, without an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jifen.engine.carried import tier_after
from jifen.engine.compile import Engine
from jifen.engine.plan import Plan
from jifen.instants import local_day_of, start_of_day


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


def steps_over_versions(
    engine: Engine, zone: ZoneInfo, state: Sequence[int], since: int, until: int
) -> Iterator[tuple[Plan, TierStep]]:
    """The same, each day by the version in force when it begins; that a version begins is no step."""
    row = list(state)
    for plan, first, last in stretches(engine, zone, since + 1, until):
        if plan.programme.tiers is None:
            continue
        before, day = plan.tier_on(row, first - 1), first - 1
        while (end := plan.tier_end(row, day)) < last:
            day = end + 1
            after = tier_after(plan, row, day)
            if after != before:
                yield plan, TierStep(day, before, after)
            before = after


def stretches(
    engine: Engine, zone: ZoneInfo, first: int, last: int
) -> Iterator[tuple[Plan, int, int]]:
    """Which version is in force from which day up to which."""
    begins = {_first_whole_day(since, zone) for since, _ in engine.timeline[1:]}
    starts = sorted({first, *(day for day in begins if first < day <= last)})
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        if start < following:
            yield engine.plan_at(start_of_day(start, zone)), start, following - 1


def _first_whole_day(instant: int, zone: ZoneInfo) -> int:
    day = local_day_of(instant, zone)
    return day if start_of_day(day, zone) == instant else day + 1
