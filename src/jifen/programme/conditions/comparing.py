"""Comparing two sides: literals take the unit of the other side, numbers are brought to one scale."""

from __future__ import annotations

from decimal import Decimal

import msgspec

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
from jifen.programme.conditions.scope import Kind, Scope, Typed
from jifen.programme.meant import write
from jifen.programme.problems import Wrong, did_you_mean, which_of
from jifen.programme.reading.scalars import GREATEST, date_from, too_fine, too_large
from jifen.wording import Said, quoted

_WEEKDAYS_ZH = "一二三四五六日天"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_KINDS: dict[Kind, Said] = {
    "numeric": Said("a number", "数字"),
    "text": Said("text", "文字"),
    "boolean": Said("true or false", "是非值"),
    "date": Said("a date", "日期"),
    "weekday": Said("a weekday", "星期"),
    "tier": Said("a tier", "等级"),
    "texts": Said("several texts", "多项文字"),
}
OPPOSITE: dict[Operator, Operator] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}
MIRRORED: dict[Operator, Operator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}


class Literal(msgspec.Struct, frozen=True):
    """A number, text or truth as written, before it is known what it is compared with."""

    written: str
    value: Decimal | str | bool


def compared(
    left: Typed | Literal, operator: Operator, right: Typed | Literal, scope: Scope, source: str
) -> Condition:
    """The comparison, with a literal on the right."""
    match left, right:
        case Literal(), Literal():
            raise Wrong(Said(f"`{source}` compares two constants", f"`{source}` 比较的是两个常量"))
        case Literal(), Typed():
            return compared(right, MIRRORED[operator], left, scope, source)
        case Typed(), Literal():
            if left.kind in ("text", "boolean") and operator not in ("==", "!="):
                kind = _kind(left)
                raise Wrong(
                    Said(
                        f"`{source}`: {left.kind} is only compared with == and !=",
                        f"`{source}`：{kind.zh}只能用 == 和 != 比较",
                    )
                )
            return Compare(operator, left.operand, as_number(right, left, scope), source)
        case Typed(), Typed() if left.kind == right.kind and left.kind in (
            "numeric",
            "date",
            "boolean",
        ):
            one, other, _ = aligned(left, right)
            return Compare(operator, one, other, source)
        case _:
            one_kind, other_kind = _kind(left), _kind(right)
            raise Wrong(
                Said(
                    f"`{source}` compares {one_kind.en} with {other_kind.en}",
                    f"`{source}` 拿{one_kind.zh}和{other_kind.zh}比较",
                )
            )


def _weekday_meant(word: str) -> Said | None:
    """The weekday that `周五` or `Fri` means."""
    if word[:-1] in ("周", "星期", "礼拜") and word[-1] in _WEEKDAYS_ZH:
        return write(WEEKDAYS[min(_WEEKDAYS_ZH.index(word[-1]), len(WEEKDAYS) - 1)])
    short = [day for day in WEEKDAYS if day[:3] == word.lower()]
    return write(short[0]) if short else None


def as_number(literal: Literal, other: Typed, scope: Scope) -> Number | Word:
    """The literal in the unit of what it is compared with."""
    match other.kind, literal.value:
        case "numeric", Decimal():
            return Number(
                _within(in_units(literal, other.scale, quoted(other.name)), literal, other)
            )
        case "weekday", Decimal():
            return Number(_within(in_units(literal, 0, Said("a weekday", "星期")), literal, other))
        case "weekday", str(word):
            if word not in WEEKDAYS:
                unknown = Said(f"'{word}' is no weekday", f"“{word}”不是星期几")
                raise Wrong(unknown, _weekday_meant(word) or which_of(word, WEEKDAYS))
            return Number(WEEKDAYS.index(word) + 1)
        case "tier", str(word):
            if word not in scope.tiers:
                unknown = Said(f"unknown tier '{word}'", f"没有等级“{word}”")
                raise Wrong(unknown, which_of(word, scope.tiers))
            return Number(scope.tiers.index(word))
        case "date", str(word):
            return Number(day_of(date_from(word)))
        case "boolean", bool(truth):
            return Number(int(truth))
        case "text", str(word):
            if other.words is not None and word not in other.words:
                unknown = Said(
                    f"'{other.name}' is never '{word}'", f"“{other.name}”不可能是“{word}”"
                )
                raise Wrong(unknown, did_you_mean(word, other.words))
            return Word(word)
        case "texts", _:
            name, asked = other.name, literal.written
            raise Wrong(
                Said(f"'{name}' holds several texts", f"“{name}”可以同时有多项"),
                Said(
                    f"ask for one of them: {asked} in {name}",
                    f"请问其中有没有某一项：{asked} in {name}",
                ),
            )
        case _:
            kind, given = _kind(other), _kind(literal)
            raise Wrong(
                Said(
                    f"'{other.name}' is {kind.en}, {literal.written} is {given.en}",
                    f"“{other.name}”是{kind.zh}，而 {literal.written} 是{given.zh}",
                ),
                _as_the_other(literal, other),
            )


def _as_the_other(literal: Literal, other: Typed) -> Said | None:
    """How to write a number that stands in quotes, or text that does not."""
    match other.kind, literal.value:
        case "numeric", str(word) if word.replace(".", "", 1).isdecimal():
            return write(word)
        case (("text" | "date"), Decimal()):
            return write(f"'{literal.written}'")
        case _:
            return None


def aligned(left: Typed | Literal, right: Typed | Literal) -> tuple[Operand, Operand, int]:
    """Both sides in the finer scale of the two; a literal takes the other's."""
    scale = max(side.scale if isinstance(side, Typed) else 0 for side in (left, right))
    return _in_scale(left, scale), _in_scale(right, scale), scale


def _in_scale(side: Typed | Literal, scale: int) -> Operand:
    if isinstance(side, Literal):
        return Number(in_units(side, scale, Said("what it is added to", "与它相加减的值")))
    if side.scale == scale:
        return side.operand
    return Arithmetic("*", side.operand, Number(10 ** (scale - side.scale)))


def in_units(literal: Literal, scale: int, what: Said) -> int:
    """A numeric literal in the smallest unit; Wrong if it is finer or too large."""
    if not isinstance(literal.value, Decimal):
        raise Wrong(Said(f"{literal.written} is no number", f"{literal.written} 不是数字"))
    try:
        value = to_smallest_unit(literal.value, scale)
    except ValueError:
        raise Wrong(too_fine(literal.written, scale, what)) from None
    if abs(value) > GREATEST:
        raise Wrong(*too_large(literal.written))
    return value


def _within(value: int, literal: Literal, other: Typed) -> int:
    if other.bounds and not other.bounds[0] <= value <= other.bounds[1]:
        least, greatest = other.bounds
        raise Wrong(
            Said(
                f"'{other.name}' is never {literal.written}",
                f"“{other.name}”不可能是 {literal.written}",
            ),
            Said(f"it runs from {least} to {greatest}", f"取值从 {least} 到 {greatest}"),
        )
    return value


def _kind(side: Typed | Literal) -> Said:
    if isinstance(side, Typed):
        return _KINDS[side.kind]
    if isinstance(side.value, bool):
        return _KINDS["boolean"]
    return _KINDS["numeric" if isinstance(side.value, Decimal) else "text"]
