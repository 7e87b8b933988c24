"""The two sides of a comparison: names, literals, sums, and questions about the past."""

from __future__ import annotations

import ast
import re
from decimal import Decimal

from jifen.programme.condition import PREVIOUS, Arithmetic, Number, Past, PastKind, Window
from jifen.programme.conditions.comparing import Literal, aligned, in_units
from jifen.programme.conditions.expressions import segment
from jifen.programme.conditions.scope import (
    Scope,
    Typed,
    costs_nothing,
    planned_event,
    unknown_event,
)
from jifen.programme.events import PLANNED_TRIGGERS
from jifen.programme.problems import Wrong, did_you_mean, one_of
from jifen.programme.reading.scalars import decimal
from jifen.wording import Said

LONGEST_DAYS = 366
LONGEST_MONTHS = 36

_WINDOWED: tuple[PastKind, ...] = ("count", "days", "total", "earned")
_FUNCTIONS: tuple[PastKind, ...] = (*_WINDOWED, "streak", "first", "days_since")
_WINDOWS: tuple[Window, ...] = (
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "membership_year",
    "previous_day",
    "previous_week",
    "previous_month",
    "previous_quarter",
    "previous_year",
    "lifetime",
)
_KNOWN_WINDOWS = [window for window in _WINDOWS if not window.startswith(PREVIOUS)]
_KNOWN_WINDOWS.append("previous_month")  # one of its kind, so that a message stays readable
_SPAN = re.compile(r"(\d{1,4}) (day|month)s?", re.ASCII)
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


def operand_of(node: ast.expr, source: str, scope: Scope) -> Typed | Literal:
    """What one side of a comparison is.

    Raises:
        Wrong: unknown name or function, or something that is no operand.
    """
    match node:
        case ast.Name(id="true" | "True" | "false" | "False" as word):
            return Literal(word, word.lower() == "true")
        case ast.Name(id=name):
            return scope.find(name)
        case ast.Constant(value=bool(truth)):
            return Literal(segment(source, node), truth)
        case ast.Constant(value=str(word)):
            return Literal(f"'{word}'", word)
        case ast.Constant(value=int() | float()):
            written = segment(source, node)
            return Literal(written, decimal(written))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _negative(operand_of(inner, source, scope), source)
        case ast.BinOp():
            return _arithmetic(node, source, scope)
        case ast.Call():
            return _past(node, source, scope)
        case _:
            written = segment(source, node)
            raise Wrong(Said(f"`{written}` cannot be compared", f"`{written}` 不能用来比较"))


def _negative(operand: Typed | Literal, source: str) -> Literal:
    if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
        return Literal(f"-{operand.written}", -operand.value)
    raise Wrong(
        Said(f"`{source}`: only numbers can be negative", f"`{source}`：只有数字可以是负的")
    )


def _arithmetic(node: ast.BinOp, source: str, scope: Scope) -> Typed | Literal:
    written = segment(source, node)
    left, right = operand_of(node.left, source, scope), operand_of(node.right, source, scope)
    for side in (left, right):
        numeric = (
            side.kind == "numeric" if isinstance(side, Typed) else isinstance(side.value, Decimal)
        )
        if not numeric:
            raise Wrong(
                Said(
                    f"`{written}` calculates with what is no number",
                    f"`{written}` 用了不是数字的内容来计算",
                )
            )
    match left, _SIGNS[type(node.op)], right:
        case Literal(value=Decimal() as a), sign, Literal(value=Decimal() as b):
            return Literal(written, a + b if sign == "+" else a - b if sign == "-" else a * b)
        case Typed(), "*", Typed():
            raise Wrong(
                Said(f"`{written}` multiplies two values", f"`{written}` 把两个变量相乘"),
                Said("one side must be a whole number", "其中一个须是整数"),
            )
        case (Typed() as typed, "*", Literal() as literal) | (
            Literal() as literal,
            "*",
            Typed() as typed,
        ):
            factor = Number(in_units(literal, 0, Said("a factor", "乘数")))
            return Typed(Arithmetic("*", typed.operand, factor), written, "numeric", typed.scale)
        case _, ("+" | "-") as sign, _:
            one, other, scale = aligned(left, right)
            return Typed(
                Arithmetic("+" if sign == "+" else "-", one, other), written, "numeric", scale
            )
        case _:
            raise Wrong(Said(f"`{written}` cannot be calculated", f"`{written}` 无法计算"))


def _past(node: ast.Call, source: str, scope: Scope) -> Typed:
    written = segment(source, node)
    name = node.func.id if isinstance(node.func, ast.Name) else written
    if scope.lines:
        raise Wrong(
            Said(
                f"`{written}`: a line condition looks at fields of lines only",
                f"`{written}`：商品行的条件只能使用商品行的字段",
            )
        )
    kind = next((known for known in _FUNCTIONS if known == name), None)
    if kind is None:
        unknown = Said(f"unknown function '{name}'", f"没有函数“{name}”")
        raise Wrong(unknown, did_you_mean(name, _FUNCTIONS))
    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    most = 2 if kind in _WINDOWED else 1
    if node.keywords or len(words) != len(node.args) or not 1 <= len(words) <= most:
        sample = "'purchase', 'week'" if most == 2 else "'purchase'"
        raise Wrong(
            Said(f"`{written}`: write {kind}({sample})", f"`{written}`：请写成 {kind}({sample})")
        )
    of = str(words[0])
    window, size = _window(str(words[1])) if len(words) == 2 else ("lifetime", 0)
    scale = _check_subject(kind, of, scope)
    past = Past(kind, of, window, size)
    return Typed(past, written, "boolean" if kind == "first" else "numeric", scale)


def _check_subject(kind: PastKind, of: str, scope: Scope) -> int:
    """The decimals of what is asked about."""
    if kind == "earned":
        return scope.currency(of).scale
    if of in PLANNED_TRIGGERS:
        raise Wrong(planned_event(of))
    if of not in scope.events:
        raise Wrong(unknown_event(of), did_you_mean(of, scope.events))
    if kind != "total":
        return 0
    if not scope.events[of].costs_money:
        raise Wrong(costs_nothing(of).of(f"total('{of}')"))
    return scope.money_scale


def _window(word: str) -> tuple[Window, int]:
    for window in _WINDOWS:
        if word == window:
            return window, 0
    found = _SPAN.fullmatch(word)
    if not found:
        known = one_of((*_KNOWN_WINDOWS, "'30 days'", "'6 months'"))
        unknown = Said(
            f"unknown window '{word}': {known.en}", f"没有“{word}”这种窗口期，可用 {known.zh}"
        )
        raise Wrong(unknown, did_you_mean(word, _WINDOWS))
    size, months = int(found[1]), found[2] == "month"
    longest = LONGEST_MONTHS if months else LONGEST_DAYS
    if not 1 <= size <= longest:
        unit = "个月" if months else "天"
        raise Wrong(
            Said(
                f"window '{word}' is not between 1 and {longest} {found[2]}s",
                f"窗口期“{word}”须在 1 至 {longest} {unit}之间",
            )
        )
    return ("months" if months else "days"), size
