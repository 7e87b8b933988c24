"""The two sides of a comparison: names, literals, sums, and questions about the past."""

from __future__ import annotations

import ast
from decimal import Decimal

from jifen.programme.condition import Arithmetic, Number
from jifen.programme.conditions.asking_the_past import ReadLines, past_of
from jifen.programme.conditions.being_missing import asks_what_is_missing, not_compared
from jifen.programme.conditions.comparing import Literal, aligned, in_units
from jifen.programme.conditions.expressions import segment
from jifen.programme.conditions.scope import Scope, Typed
from jifen.programme.problems import Wrong
from jifen.programme.reading.scalars import decimal
from jifen.wording import Said

_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


def operand_of(node: ast.expr, source: str, scope: Scope, lines: ReadLines) -> Typed | Literal:
    """What one side of a comparison is; `lines` reads the condition on lines of a question about the past.

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
            return _negative(operand_of(inner, source, scope, lines), source)
        case ast.BinOp():
            return _arithmetic(node, source, scope, lines)
        case ast.Call() if asks_what_is_missing(node):
            raise not_compared(node, source)
        case ast.Call():
            return past_of(node, source, scope, lines)
        case _:
            written = segment(source, node)
            raise Wrong(Said(f"`{written}` cannot be compared", f"`{written}` 不能用来比较"))


def _negative(operand: Typed | Literal, source: str) -> Literal:
    if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
        return Literal(f"-{operand.written}", -operand.value)
    raise Wrong(
        Said(f"`{source}`: only numbers can be negative", f"`{source}`：只有数字可以是负的")
    )


def _arithmetic(node: ast.BinOp, source: str, scope: Scope, lines: ReadLines) -> Typed | Literal:
    written = segment(source, node)
    left = operand_of(node.left, source, scope, lines)
    right = operand_of(node.right, source, scope, lines)
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
