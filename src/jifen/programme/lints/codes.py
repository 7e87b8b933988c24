"""Pools whose codes come with no reward."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.lints.finding import Finding
from jifen.programme.model import Programme
from jifen.wording import Said

_NO_REWARD_TAKES = Said(
    "no reward takes codes from this pool: write `codes` at a reward",
    "没有礼品使用这个池里的券码：请在礼品下写 `codes`",
)


def unused_codes(programme: Programme) -> Iterator[Finding]:
    """Each pool that no reward names."""
    named = {one.reward.handed_out.codes for one in programme.rewards if one.reward is not None}
    for pool in programme.code_pools:
        if pool.id not in named:
            yield Finding("unused-codes", f"codes.{pool.id}", 0, _NO_REWARD_TAKES)
