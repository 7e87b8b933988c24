"""Conditions as Python expressions over integers.

MISSING is the smallest integer, so `field >= 5`, `field > 5` and `field == 5` are false of a missing
field by themselves; the other comparisons ask first.
"""

from __future__ import annotations

from typing import Protocol

from jifen.engine.errors import EngineError
from jifen.engine.generating.bounds import prove_operands
from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Missing,
    Number,
    OneOf,
    Operand,
    Operator,
    Past,
    Word,
    leaves,
)
from jifen.wording import Said

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Scope(Protocol):
    """Where operands get their names."""

    def name(self, operand: Operand) -> str:
        """The local name of a leaf that is no literal."""

    def word(self, operand: Operand, text: str) -> int:
        """The code of a text that the operand is compared with."""


def holds(condition: Condition, scope: Scope) -> str:
    """An expression that is true where the condition is true, false where it is false or unknown."""
    match condition:
        case AllOf(parts=parts):
            return " and ".join(beside(part, scope) for part in parts)
        case AnyOf(parts=parts):
            return " or ".join(beside(part, scope) for part in parts)
        case OneOf():
            return _one_of(condition, scope)
        case Missing():
            return _missing(condition, scope, condition.negated)
        case Compare():
            guards, comparison = _compare(condition, condition.operator, scope)
            return " and ".join([*guards, comparison])


def fails(condition: Condition, scope: Scope) -> str:
    """The opposite of `holds`."""
    if isinstance(condition, Compare):
        guards, _ = _compare(condition, condition.operator, scope)
        if not guards:
            return _compare(condition, _opposite(condition.operator), scope)[1]
    if isinstance(condition, Missing):
        return _missing(condition, scope, not condition.negated)
    if isinstance(condition, OneOf) and not condition.negated:
        return _one_of(condition, scope, asked="not in")
    return f"not ({holds(condition, scope)})"


def beside(condition: Condition, scope: Scope) -> str:
    """As `holds`, to stand beside others."""
    text = holds(condition, scope)
    return f"({text})" if " and " in text or " or " in text else text


def _missing(condition: Missing, scope: Scope, negated: bool) -> str:
    return f"{scope.name(condition.operand)} {'!=' if negated else '=='} MISSING"


def _opposite(operator: Operator) -> Operator:
    return _OPPOSITE[operator]  # type: ignore[return-value]


def _compare(compare: Compare, operator: Operator, scope: Scope) -> tuple[list[str], str]:
    """What must not be missing, and the comparison with the given operator."""
    left, right = compare.left, compare.right
    if isinstance(left, Word):
        left, right, operator = right, left, _MIRRORED[operator]  # type: ignore[assignment]
    if isinstance(right, Word):
        name = scope.name(left)
        guards = [f"{name} != MISSING"] if compare.operator == "!=" else []
        return guards, f"{name} {operator} {scope.word(left, right.value)}"
    prove_operands(left, right)
    guards = [
        f"{scope.name(leaf)} != MISSING"
        for leaf in dict.fromkeys((*leaves(left), *leaves(right)))
        if _may_be_missing(leaf) and not _speaks_for_itself(leaf, compare)
    ]
    return guards, f"{_text(left, scope)} {operator} {_text(right, scope)}"


def _may_be_missing(leaf: Operand) -> bool:
    if isinstance(leaf, Past):
        return leaf.kind == "days_since"
    if isinstance(leaf, Calendar):
        return leaf.part == "days_since_joining"
    return isinstance(leaf, EventField | LineField | Fact)


def _speaks_for_itself(leaf: Operand, compare: Compare) -> bool:
    """Whether the comparison is false of itself when the leaf is the smallest integer."""
    if leaf == compare.left and isinstance(compare.right, Number):
        return compare.operator in (">=", ">", "==")
    if leaf == compare.right and isinstance(compare.left, Number):
        return compare.operator in ("<=", "<", "==")
    return False


def _one_of(condition: OneOf, scope: Scope, asked: str = "") -> str:
    name = _text(condition.operand, scope)
    codes = [
        scope.word(condition.operand, value.value) if isinstance(value, Word) else value.value
        for value in condition.values
    ]
    listed = ", ".join(str(code) for code in sorted(set(codes)))
    values = f"({listed},)" if len(set(codes)) == 1 else f"({listed})"
    guarded = [
        f"{scope.name(leaf)} != MISSING"
        for leaf in dict.fromkeys(leaves(condition.operand))
        if _may_be_missing(leaf) and (condition.negated or leaf != condition.operand)
    ]
    operator = asked or ("not in" if condition.negated else "in")
    if asked and guarded:
        inner = " and ".join([*guarded, f"{name} in {values}"])
        return f"not ({inner})"
    return " and ".join([*guarded, f"{name} {operator} {values}"])


def _text(operand: Operand, scope: Scope) -> str:
    match operand:
        case Number(value=value):
            return str(int(value))
        case Word():
            raise EngineError(
                Said(
                    "Text can only be compared with text of one field.",
                    "文字只能与单个字段的文字比较。",
                )
            )
        case Arithmetic(operator=operator, left=left, right=right):
            return f"({_text(left, scope)} {operator} {_text(right, scope)})"
        case _:
            return scope.name(operand)
