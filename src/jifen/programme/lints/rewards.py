"""Rewards that nobody can ever redeem."""

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
