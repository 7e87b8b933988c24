"""What goes with a ladder that looks at the balance: it is looked at where a calendar period ends, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.model import Tiers
from jifen.programme.requirement import leaves
from jifen.wording import Said


def against_balances(tiers: Tiers) -> Iterator[tuple[str, Said]]:
    """Keys of the ladder that contradict a measure by the balance, and why."""
    if not tiers.balances:
        return
    if len(tiers.balances) > 1:
        yield (
            "ladder",
            Said("a ladder looks at the balance of one currency", "一套等级只能看一种积分的余额"),
        )
    period = tiers.period
    if tiers.window.kind != "period" or period is None or period.start != "calendar":
        yield (
            "window",
            Said(
                "the balance is looked at when a calendar period ends: write such as `window: calendar month`",
                "余额在自然周期结束时看：请写 `window: calendar month` 之类",
            ),
        )
    asked = (leaf for tier in tiers.ladder for leaf in leaves(tier.reach))
    if tiers.up == "once" and any(leaf.measure.kind == "balance" for leaf in asked):
        yield (
            "ladder",
            Said(
                "a tier cannot follow the balance from moment to moment: write `up: {at: period_end}`",
                "等级不能随余额时时变动：请写 `up: {at: period_end}`",
            ),
        )
    if tiers.consume:
        yield (
            "consume",
            Said(
                "a balance is not used up by a step: the points stay as they are",
                "余额不能被升级或保级扣除：积分原样不动",
            ),
        )
