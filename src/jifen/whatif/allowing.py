"""Whether a way of using points allows what a life uses of them: its limits, and what `when` asks of somebody.

Who lives it is not said: of tier, facts and an earlier life they have whatever suits, but one of each for all uses of
the day. So every condition asks about that one person, behind what the life did by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from jifen.engine.plan import Plan
from jifen.instants import MISSING
from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Compare,
    Condition,
    Missing,
    Number,
    OneOf,
    Operand,
    Past,
)
from jifen.programme.conditions.possible import impossible_core
from jifen.programme.conditions.ranges import BEYOND, Range
from jifen.programme.ways_out import WayOut


def within_limits(way: WayOut, sizes: Sequence[int]) -> bool:
    """Whether uses of so many at a time, all on one day, stay within the limits of their way."""
    used = {"times": len(sizes), "points": sum(sizes)}
    return all(used[limit.what] <= limit.value for limit in way.limits)


def suits_somebody(conditions: Iterable[Condition]) -> bool:
    """Whether one person can meet all conditions."""
    return not impossible_core(tuple(conditions), _range_of)


def asked_of_the_person(
    conditions: Iterable[Condition], plan: Plan, state: Sequence[int], day: int
) -> tuple[Condition, ...]:
    """The conditions as they ask about who lives a life that has led to a state: of what was done before, less what the
    life did."""
    seen = dict(zip(plan.seen, plan.seen_values(plan.looked_on(state, day)), strict=True))

    def before(operand: Operand) -> Operand:
        match operand:
            case Past(kind="days_since"):
                return operand if seen[operand] == MISSING else Number(seen[operand])
            case Past():
                return Arithmetic("+", operand, Number(seen[operand]))
            case Arithmetic(left=left, right=right):
                return replace(operand, left=before(left), right=before(right))
            case _:
                return operand

    return tuple(_with_operands(condition, before) for condition in conditions)


def _with_operands(condition: Condition, changed: Callable[[Operand], Operand]) -> Condition:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return replace(condition, parts=tuple(_with_operands(part, changed) for part in parts))
        case Compare(left=left, right=right):
            return replace(condition, left=changed(left), right=changed(right))
        case OneOf(operand=operand):
            return replace(condition, operand=changed(operand))
        case Missing():
            return condition


def _range_of(operand: Operand) -> Range:
    return (0, BEYOND) if isinstance(operand, Past) else (-BEYOND, BEYOND)
