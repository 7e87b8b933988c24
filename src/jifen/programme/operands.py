"""The two sides of a comparison: names, literals, sums, and questions about the past."""

from __future__ import annotations

import ast
import re
from decimal import Decimal

from jifen.programme.comparing import Literal, aligned, in_units
from jifen.programme.condition import Arithmetic, Number, Past, PastKind, Window
from jifen.programme.events import PLANNED_TRIGGERS
from jifen.programme.expressions import segment
from jifen.programme.problems import Wrong, did_you_mean, one_of
from jifen.programme.scalars import decimal
from jifen.programme.scope import Scope, Typed

LONGEST_DAYS = 366
LONGEST_MONTHS = 36

_WINDOWED: tuple[PastKind, ...] = ("count", "days", "total", "earned")
_FUNCTIONS: tuple[PastKind, ...] = (*_WINDOWED, "streak", "first", "days_since")
_WINDOWS: tuple[Window, ...] = ("day", "week", "month", "quarter", "year", "lifetime")
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
            raise Wrong(f"`{segment(source, node)}` cannot be compared")


def _negative(operand: Typed | Literal, source: str) -> Literal:
    if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
        return Literal(f"-{operand.written}", -operand.value)
    raise Wrong(f"`{source}`: only numbers can be negative")


def _arithmetic(node: ast.BinOp, source: str, scope: Scope) -> Typed | Literal:
    written = segment(source, node)
    left, right = operand_of(node.left, source, scope), operand_of(node.right, source, scope)
    for side in (left, right):
        numeric = (
            side.kind == "numeric" if isinstance(side, Typed) else isinstance(side.value, Decimal)
        )
        if not numeric:
            raise Wrong(f"`{written}` calculates with what is no number")
    match left, _SIGNS[type(node.op)], right:
        case Literal(value=Decimal() as a), sign, Literal(value=Decimal() as b):
            return Literal(written, a + b if sign == "+" else a - b if sign == "-" else a * b)
        case Typed(), "*", Typed():
            raise Wrong(f"`{written}` multiplies two values", "one side must be a whole number")
        case (Typed() as typed, "*", Literal() as literal) | (
            Literal() as literal,
            "*",
            Typed() as typed,
        ):
            factor = Number(in_units(literal, 0, "a factor"))
            return Typed(Arithmetic("*", typed.operand, factor), written, "numeric", typed.scale)
        case _, ("+" | "-") as sign, _:
            one, other, scale = aligned(left, right)
            return Typed(
                Arithmetic("+" if sign == "+" else "-", one, other), written, "numeric", scale
            )
        case _:
            raise Wrong(f"`{written}` cannot be calculated")


def _past(node: ast.Call, source: str, scope: Scope) -> Typed:
    written = segment(source, node)
    name = node.func.id if isinstance(node.func, ast.Name) else written
    if scope.lines:
        raise Wrong(f"`{written}`: a line condition looks at fields of lines only")
    kind = next((known for known in _FUNCTIONS if known == name), None)
    if kind is None:
        raise Wrong(f"unknown function '{name}'", did_you_mean(name, _FUNCTIONS))
    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    most = 2 if kind in _WINDOWED else 1
    if node.keywords or len(words) != len(node.args) or not 1 <= len(words) <= most:
        sample = "'purchase', 'week'" if most == 2 else "'purchase'"
        raise Wrong(f"`{written}`: write {kind}({sample})")
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
        raise Wrong(f"event type '{of}' is not supported yet")
    if of not in scope.events:
        raise Wrong(f"unknown event type '{of}'", did_you_mean(of, scope.events))
    if kind != "total":
        return 0
    if not scope.events[of].costs_money:
        raise Wrong(f"total('{of}'): '{of}' costs no money")
    return scope.money_scale


def _window(word: str) -> tuple[Window, int]:
    for window in _WINDOWS:
        if word == window:
            return window, 0
    found = _SPAN.fullmatch(word)
    if not found:
        if word == "previous_month":
            raise Wrong(f"window '{word}' is not supported yet")
        known = one_of((*_WINDOWS, "'30 days'", "'6 months'"))
        raise Wrong(f"unknown window '{word}': {known}", did_you_mean(word, _WINDOWS))
    size, months = int(found[1]), found[2] == "month"
    longest = LONGEST_MONTHS if months else LONGEST_DAYS
    if not 1 <= size <= longest:
        raise Wrong(f"window '{word}' is not between 1 and {longest} {found[2]}s")
    return ("months" if months else "days"), size
