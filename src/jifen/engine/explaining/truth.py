"""Whether a condition is true of what its operands are; unknown is not."""

from __future__ import annotations

from collections.abc import Callable

from jifen.engine.events import Value
from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Compare,
    Condition,
    Missing,
    OneOf,
    Operand,
)

Values = Callable[[Operand], Value | None]
"""What an operand is; None if it is missing."""


def holds(condition: Condition, value: Values) -> bool:
    """Whether it is true."""
    match condition:
        case AllOf(parts=parts):
            return all(holds(part, value) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, value) for part in parts)
        case OneOf(operand=operand, values=values, negated=negated):
            found = value(operand)
            return found is not None and (found in [x.value for x in values]) != negated
        case Missing(operand=operand, negated=negated):
            return (value(operand) is None) != negated
        case Compare():
            return _compares(condition, value)


def arithmetic(operand: Arithmetic, value: Values) -> int | None:
    """The sum, difference or product; None where a part is missing."""
    left, right = value(operand.left), value(operand.right)
    if not isinstance(left, int) or not isinstance(right, int):
        return None
    if operand.operator == "*":
        return left * right
    return left + right if operand.operator == "+" else left - right


def _compares(compare: Compare, value: Values) -> bool:
    left, right = value(compare.left), value(compare.right)
    if left is None or right is None:
        return False
    if compare.operator in ("==", "!="):
        return (left == right) == (compare.operator == "==")
    if isinstance(left, str) or isinstance(right, str):
        return False
    below, equal = left < right, left == right
    return {"<": below, "<=": below or equal, ">": not below and not equal, ">=": not below}[
        compare.operator
    ]
