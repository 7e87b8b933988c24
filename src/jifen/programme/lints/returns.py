"""Ways in which returns let points stay."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.lints.finding import Finding
from jifen.programme.model import Programme
from jifen.programme.return_policy import NOT_ACCEPTED
from jifen.wording import Said

_LEAVES = {
    "keep": Said(
        "who buys and returns everything keeps all points", "购买后全部退货的会员，积分分文不少"
    ),
    "mirror": Said(
        "a bonus for the size of a basket or the third purchase, a limit used up and a tier reached stay when things "
        "come back part by part",
        "分次退货后，满额奖励、第几单的奖励、已占用的上限和已升的等级都不会撤销",
    ),
    "carry": Said(
        "what comes back after the end of the period leaves bonuses, limits used up and tiers as they were",
        "周期结束后退货，奖励、已占用的上限和已升的等级都不会撤销",
    ),
}
_FORGIVES = Said(
    "who buys, spends the points and returns the goods keeps what they spent, up to the ceiling",
    "购买、用掉积分再退货的会员，可在限额内白得所用积分",
)


def forgiving_returns(programme: Programme) -> Iterator[Finding]:
    """Currencies of which what was spent is forgiven, up to a ceiling."""
    for currency in programme.currencies:
        if currency.overdraft.kind == "clip" and currency.spendable:
            yield Finding("returns-leave-points", f"currencies.{currency.id}", 0, _FORGIVES)


def returns_that_leave(programme: Programme) -> Iterator[Finding]:
    """A policy that leaves points by what it is."""
    said = _LEAVES.get(programme.returns.policy)
    if said is not None and programme.returns.within_days != NOT_ACCEPTED:
        yield Finding("returns-leave-points", "returns", 0, said)
