"""The least and greatest value that an operand of a condition can have, in its unit."""

from __future__ import annotations

from jifen.programme.condition import (
    PREVIOUS,
    Among,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Number,
    Operand,
    Past,
    TierRank,
)
from jifen.programme.conditions.scope import CALENDAR, Scope
from jifen.wording import Said

BEYOND = 10**40
"""Further from zero than anything that conditions calculate: no bound."""

Range = tuple[int, int]

_DAYS_IN = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366, "membership_year": 366}


def range_of(operand: Operand, scope: Scope) -> Range:
    """Where the values of a leaf lie, both ends included; those of text are not looked at."""
    match operand:
        case EventField(name=name) | LineField(name=name) | Fact(name=name):
            return _of_kind(scope.names()[name].kind)
        case Among():
            return 0, 1
        case TierRank():
            return 0, len(scope.tiers) - 1
        case Calendar(part=part):
            _, least, greatest = CALENDAR[part]
            return least, greatest or BEYOND
        case Past():
            return _of_past(operand, scope.on.id)
        case _:
            return -BEYOND, BEYOND


def why_never(condition: Condition, scope: Scope) -> Said | None:
    """What a person may have overlooked who wrote a comparison that never holds."""
    match condition:
        case Compare(left=Past(kind="first", of=of)) if of != scope.on.id:
            return Said(
                f"only a '{of}' can be the first one, this rule is about '{scope.on.id}'",
                f"只有“{of}”才谈得上首次，本条规则针对“{scope.on.id}”",
            )
        case Compare(left=Past(kind="count" | "days" | "streak"), operator="<" | "<=" | "==") if (
            range_of(condition.left, scope)[0] == 1
        ):
            return Said("the event itself is counted too", "当前事件本身也计算在内")
        case Compare(left=TierRank()):
            first, last = scope.tiers[0], scope.tiers[-1]
            return Said(f"the tiers run from {first} to {last}", f"等级从 {first} 到 {last}")
        case Compare(left=left, right=Number(value=value)) if (
            value <= range_of(left, scope)[0] == 0
        ):
            return Said("it is never below 0", "它不会小于 0")
        case _:
            return None


def _of_kind(kind: str) -> Range:
    if kind == "boolean":
        return 0, 1
    return (0, BEYOND) if kind == "numeric" else (-BEYOND, BEYOND)


def _of_past(past: Past, on: str) -> Range:
    """What windows include of the present event counts at least once, unless only some events do."""
    may_count = past.of == on and not past.window.startswith(PREVIOUS)
    present = may_count and past.where is None
    match past.kind:
        case "first":
            return 0, int(may_count)
        case "count" | "streak":
            return int(present), BEYOND
        case "days":
            return int(present), _days_in(past)
        case _:
            return 0, BEYOND


def _days_in(past: Past) -> int:
    if past.window == "lifetime":
        return BEYOND
    sizes = {"days": past.size, "months": 31 * past.size}
    return sizes.get(past.window) or _DAYS_IN[past.window.removeprefix(PREVIOUS)]
