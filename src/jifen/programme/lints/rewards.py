"""Rewards that nobody can ever redeem, and numbers of them that nobody can redeem together."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.conditions.possible import impossible_core
from jifen.programme.conditions.ranges import BEYOND
from jifen.programme.lints.finding import Finding
from jifen.programme.model import Currency, Programme
from jifen.programme.rules import Give
from jifen.wording import Said

_NEVER_SHOWN = Said(
    "is redeemed by nobody: `shown` and `when` can never hold together",
    "没有人能兑换：shown 与 when 不可能同时成立",
)
_NOTHING_GIVES = Said(
    "is redeemed by nobody: no rule gives any of the points that it costs, and no exchange brings them",
    "没有人能兑换：没有规则给出它所需的积分，也不能由别的积分转换而来",
)


def rewards_for_nobody(programme: Programme) -> Iterator[Finding]:
    """Each reward with a price that nobody can pay, or may."""
    had = {exchange.to for currency in programme.currencies for exchange in currency.exchanges}
    had |= {
        rule.action.currency
        for rule in programme.rules
        if isinstance(rule.action, Give) and not rule.takes
    }
    for currency in programme.rewards:
        reward = currency.reward
        if reward is None or not reward.cost.prices:
            continue
        if impossible_core(reward.cost.bounds.when, lambda _: (-BEYOND, BEYOND)):
            yield _for_nobody(currency, _NEVER_SHOWN)
        elif not had & {price.currency for price in reward.cost.prices}:
            yield _for_nobody(currency, _NOTHING_GIVES)


def _for_nobody(reward: Currency, why: Said) -> Finding:
    return Finding("reward-for-nobody", f"rewards.{reward.id}", 0, why)


def several_for_nobody(programme: Programme) -> Iterator[Finding]:
    """Each number of a reward that costs less together, and that its steps and limits never let anybody redeem."""
    for currency in programme.rewards:
        if currency.reward is None:
            continue
        cost, step = currency.reward.cost, currency.reward.cost.bounds.step
        limits = [*cost.bounds.limits, *cost.limits_for_all]
        most = min((one.value for one in limits if one.what == "points"), default=BEYOND)
        most = min(most, cost.bounds.most or BEYOND)
        for least in sorted({one.least for price in cost.prices for one in price.several}):
            fewest = -(-least // step) * step
            if fewest > most:
                said = Said(
                    f"nobody redeems {least} together: at most {most // step * step} are had at a time",
                    f"没有人能一次兑换 {least} 份：一次最多 {most // step * step} 份",
                )
                yield Finding("several-for-nobody", f"rewards.{currency.id}", 0, said)
