"""What a rule may give all members together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """`points` in the smallest unit of `currency`. When they are given, the campaign closes for ever."""

    points: int
    currency: str


def budget_fact(rule_id: str) -> str:
    """The fact of an event that says how much a rule's budget still had for it. No document can name it."""
    return f"budget:{rule_id}"
