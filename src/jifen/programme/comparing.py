"""Comparing two sides: literals take the unit of the other side, numbers are brought to one scale."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jifen.instants import day_of
from jifen.money import to_smallest_unit
from jifen.programme.condition import (
    Arithmetic,
    Compare,
    Condition,
    Number,
    Operand,
    Operator,
    Word,
)
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.scalars import GREATEST, date_from
from jifen.programme.scope import Scope, Typed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MIRRORED: dict[Operator, Operator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text or truth as written, before it is known what it is compared with."""

    written: str
    value: Decimal | str | bool


def compared(
    left: Typed | Literal, operator: Operator, right: Typed | Literal, scope: Scope, source: str
) -> Condition:
    """The comparison, with a literal on the right."""
    match left, right:
        case Literal(), Literal():
            raise Wrong(f"`{source}` compares two constants")
        case Literal(), Typed():
            return compared(right, _MIRRORED[operator], left, scope, source)
        case Typed(), Literal():
            if left.kind in ("text", "boolean") and operator not in ("==", "!="):
                raise Wrong(f"`{source}`: {left.kind} is only compared with == and !=")
            return Compare(operator, left.operand, as_number(right, left, scope), source)
        case Typed(), Typed() if left.kind == right.kind and left.kind in (
            "numeric",
            "date",
            "boolean",
        ):
            one, other, _ = aligned(left, right)
            return Compare(operator, one, other, source)
        case _:
            raise Wrong(f"`{source}` compares {_kind(left)} with {_kind(right)}")


def as_number(literal: Literal, other: Typed, scope: Scope) -> Number | Word:
    """The literal in the unit of what it is compared with."""
    match other.kind, literal.value:
        case "numeric", Decimal():
            return Number(
                _within(in_units(literal, other.scale, f"'{other.name}'"), literal, other)
            )
        case "weekday", Decimal():
            return Number(_within(in_units(literal, 0, "a weekday"), literal, other))
        case "weekday", str(word):
            if word not in WEEKDAYS:
                raise Wrong(f"'{word}' is no weekday", did_you_mean(word, WEEKDAYS))
            return Number(WEEKDAYS.index(word) + 1)
        case "tier", str(word):
            if word not in scope.tiers:
                raise Wrong(f"unknown tier '{word}'", did_you_mean(word, scope.tiers))
            return Number(scope.tiers.index(word))
        case "date", str(word):
            return Number(day_of(date_from(word)))
        case "boolean", bool(truth):
            return Number(int(truth))
        case "text", str(word):
            return Word(word)
        case _:
            raise Wrong(f"'{other.name}' is {_kind(other)}, {literal.written} is {_kind(literal)}")


def aligned(left: Typed | Literal, right: Typed | Literal) -> tuple[Operand, Operand, int]:
    """Both sides in the finer scale of the two; a literal takes the other's."""
    scale = max(side.scale if isinstance(side, Typed) else 0 for side in (left, right))
    return _in_scale(left, scale), _in_scale(right, scale), scale


def _in_scale(side: Typed | Literal, scale: int) -> Operand:
    if isinstance(side, Literal):
        return Number(in_units(side, scale, "what it is added to"))
    if side.scale == scale:
        return side.operand
    return Arithmetic("*", side.operand, Number(10 ** (scale - side.scale)))


def in_units(literal: Literal, scale: int, what: str) -> int:
    """A numeric literal in the smallest unit; Wrong if it is finer or too large."""
    if not isinstance(literal.value, Decimal):
        raise Wrong(f"{literal.written} is no number")
    try:
        value = to_smallest_unit(literal.value, scale)
    except ValueError:
        kept = f"{scale} decimals" if scale > 1 else "1 decimal" if scale else "no decimals"
        raise Wrong(f"{literal.written} is finer than {what}, which keeps {kept}") from None
    if abs(value) > GREATEST:
        raise Wrong(f"{literal.written} is too large", f"at most {GREATEST} in the smallest unit")
    return value


def _within(value: int, literal: Literal, other: Typed) -> int:
    if other.bounds and not other.bounds[0] <= value <= other.bounds[1]:
        least, greatest = other.bounds
        raise Wrong(
            f"'{other.name}' is never {literal.written}", f"it runs from {least} to {greatest}"
        )
    return value


def _kind(side: Typed | Literal) -> str:
    if isinstance(side, Typed):
        names = {
            "numeric": "a number",
            "text": "text",
            "boolean": "true or false",
            "date": "a date",
        }
        return names.get(side.kind, f"a {side.kind}")
    if isinstance(side.value, bool):
        return "true or false"
    return "a number" if isinstance(side.value, Decimal) else "text"
