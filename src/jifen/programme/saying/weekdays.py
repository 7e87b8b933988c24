"""Conditions on the weekday as the set of days they mean, however they are written."""

from __future__ import annotations

import operator

from jifen.programme.condition import Calendar, Compare, Condition, Number, OneOf, Operator

_MEANINGS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def weekdays_meant(condition: Condition) -> tuple[int, ...]:
    """The days (Monday 1 … Sunday 7) for which it holds; empty if it is not about weekdays."""
    match condition:
        case Compare(left=Calendar(part="weekday"), operator=sign, right=Number(value=value)):
            return tuple(day for day in range(1, 8) if _holds(day, sign, value))
        case OneOf(operand=Calendar(part="weekday"), values=values, negated=negated):
            named = {value.value for value in values}
            return tuple(day for day in range(1, 8) if (day in named) != negated)
        case _:
            return ()


def _holds(day: int, sign: Operator, value: int) -> bool:
    return bool(_MEANINGS[sign](day, value))
