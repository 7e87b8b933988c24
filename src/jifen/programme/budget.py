"""What a rule may give all members together."""

from __future__ import annotations

import msgspec


class Budget(msgspec.Struct, frozen=True):
    """`points` in the smallest unit of `currency`. When they are given, the campaign closes for ever.

    `money`: in its smallest unit, where the budget is written in money; the points are what it buys.
    """

    points: int
    currency: str
    money: int | None = None


def points_for(money: int, money_scale: int, unit_price_micros: int, scale: int) -> int:
    """The most points that money pays for, all in smallest units; the price is of a whole point."""
    return money * int(10 ** (6 + scale)) // (unit_price_micros * int(10**money_scale))


_FACT = "budget:"


def budget_fact(rule_id: str) -> str:
    """The fact of an event that says how much a rule's budget still had for it. No document can name it."""
    return f"{_FACT}{rule_id}"


def is_budget_fact(name: str) -> bool:
    """Whether a fact says how much some budget still had."""
    return name.startswith(_FACT)
