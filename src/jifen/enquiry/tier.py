"""Where a member stands on the ladder, and what is missing to the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from jifen.engine.layout import TIER
from jifen.instants import NEVER, date_of
from jifen.intake.opening import OpenProgramme


class TierView(msgspec.Struct, frozen=True, kw_only=True):
    """A member's tier on a local day.

    `measured` is what counts in the ladder's window so far, in the smallest unit of `measure` (a currency,
    `amount` or `purchases`); `missing` is what the next tier needs beyond it, and `missing_to_keep` what the
    present one needs to be kept at the end of its period. `until` is its last day, None if it stays.
    """

    id: str
    until: dt.date | None
    measure: str
    measured: int
    next: str | None
    missing: int | None
    missing_to_keep: int | None


def tier_view(
    programme: OpenProgramme, state: Sequence[int], day: int, now: int
) -> TierView | None:
    """The tier of a state on a day by the version in force; None if it has no ladder."""
    plan = programme.engine.plan_at(now)
    tiers = plan.programme.tiers
    if tiers is None:
        return None
    row = list(state)
    plan.step(row, plan.encoder.look(day), [[] for _ in plan.line_columns], 0, 0, plan.new_out())
    id = programme.engine.tiers[row[plan.layout.place(TIER)]]
    rank = [tier.id for tier in tiers.ladder].index(id)
    measured, until = plan.measure(row, day), plan.tier_until(row)
    above = tiers.ladder[rank + 1] if rank + 1 < len(tiers.ladder) else None
    return TierView(
        id=id,
        until=None if until == NEVER else date_of(until),
        measure=tiers.measure,
        measured=measured,
        next=above.id if above else None,
        missing=max(0, above.reach - measured) if above else None,
        missing_to_keep=None if until == NEVER else max(0, tiers.ladder[rank].keep - measured),
    )
