"""From the syntax of a condition to a typed tree over integers in negation normal form.

`not` is pushed inwards as the tree is built; chained comparisons become `and`; every literal is turned
into the unit of what it is compared with and stands on the right.
"""

from __future__ import annotations

import ast
from itertools import pairwise

from jifen.programme.condition import (
    AllOf,
    Among,
    AnyOf,
    Calendar,
    Compare,
    Condition,
    Fact,
    Number,
    OneOf,
    Operator,
    Word,
)
from jifen.programme.conditions.being_missing import asks_what_is_missing, missing_of
from jifen.programme.conditions.comparing import MIRRORED, OPPOSITE, Literal, as_number, compared
from jifen.programme.conditions.expressions import parse, segment
from jifen.programme.conditions.looking_up import looked_up, table_named
from jifen.programme.conditions.operands import operand_of
from jifen.programme.conditions.possible import impossible_core
from jifen.programme.conditions.ranges import range_of, why_never
from jifen.programme.conditions.scope import Scope, Typed
from jifen.programme.problems import Wrong
from jifen.wording import Said

_OPERATORS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_CYCLES = ("hour", "weekday", "day_of_month", "month")


def read_condition(written: str, scope: Scope) -> Condition:
    """The typed tree of a condition as written.

    Raises:
        Wrong: it cannot be read, names something unknown, compares what cannot be compared, or can never hold.
    """
    source = " ".join(written.split("\n")).strip()
    condition = _Reader(source, scope).condition(parse(source), negated=False)
    refuse_impossible(conjuncts(condition), scope)
    return condition


def read_operand(written: str, scope: Scope) -> Typed | Literal:
    """One side of a comparison as written, such as what a milestone is of.

    Raises:
        Wrong: it is none.
    """
    return _Reader(written, scope).operand(parse(written))


def read_conjuncts(written: str, scope: Scope) -> tuple[Condition, ...]:
    """The top-level `and` parts of a condition: all must be true."""
    return conjuncts(read_condition(written, scope))


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must all be true."""
    return condition.parts if isinstance(condition, AllOf) else (condition,)


def refuse_impossible(conditions: tuple[Condition, ...], scope: Scope) -> None:
    """Wrong if the conditions can never hold together."""
    core = impossible_core(conditions, lambda operand: range_of(operand, scope))
    sources = list(dict.fromkeys(f"`{condition.source}`" for condition in core))
    if len(sources) > 1:
        raise Wrong(
            Said(
                f"{', '.join(sources[:-1])} and {sources[-1]} never hold together",
                f"{'、'.join(sources[:-1])} 和 {sources[-1]} 不可能同时成立",
            ),
            Said("write `or` where one of them is enough", "满足其一即可的，请用 `or` 连接"),
        )
    if sources:
        message = Said(f"{sources[0]} never holds", f"{sources[0]} 不可能成立")
        raise Wrong(message, why_never(core[0], scope))


class _Reader:
    def __init__(self, source: str, scope: Scope) -> None:
        self.source = source
        self.scope = scope

    def operand(self, node: ast.expr) -> Typed | Literal:
        return operand_of(node, self.source, self.scope, self.of_lines)

    def of_lines(self, node: ast.expr, scope: Scope) -> Condition:
        condition = _Reader(self.source, scope).condition(node, negated=False)
        refuse_impossible(conjuncts(condition), scope)
        return condition

    def condition(self, node: ast.expr, negated: bool) -> Condition:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.condition(node.operand, not negated)
        source = self.written(node, negated)
        if isinstance(node, ast.BoolOp):
            parts = [self.condition(value, negated) for value in node.values]
            return _joined(isinstance(node.op, ast.And) != negated, parts, source)
        if isinstance(node, ast.Compare):
            return self.comparisons(node, negated)
        if isinstance(node, ast.Call) and asks_what_is_missing(node):
            return missing_of(node, self.source, source, self.scope, negated)
        operand = self.operand(node)
        if isinstance(operand, Typed) and operand.kind == "boolean":
            return Compare("==", operand.operand, Number(0 if negated else 1), source)
        what = segment(self.source, node)
        raise Wrong(
            Said(f"`{what}` alone is no condition", f"单有 `{what}` 不成条件"),
            Said("compare it with something", "请拿它与别的值比较"),
        )

    def comparisons(self, node: ast.Compare, negated: bool) -> Condition:
        operands = [node.left, *node.comparators]
        parts: list[Condition] = []
        for (left, right), operator in zip(pairwise(operands), node.ops, strict=True):
            pair = (
                self.source_between(left, right) if len(node.ops) > 1 else self.written(node, False)
            )
            source = f"not ({pair})" if negated else pair
            parts.append(self.comparison(left, operator, right, negated, source))
        return _joined(_goes_round(parts, negated) == negated, parts, self.written(node, negated))

    def comparison(
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr, negated: bool, source: str
    ) -> Condition:
        if isinstance(operator, ast.In | ast.NotIn):
            return self.membership(left, right, isinstance(operator, ast.NotIn) != negated, source)
        written = _OPERATORS[type(operator)]
        sign = OPPOSITE[written] if negated else written
        if isinstance(left, ast.Subscript) and not isinstance(right, ast.Subscript):
            id, other = table_named(left, self.source), self.operand(right)
            return looked_up(id, sign, other, self.scope, source)
        if isinstance(right, ast.Subscript) and not isinstance(left, ast.Subscript):
            id, other = table_named(right, self.source), self.operand(left)
            return looked_up(id, MIRRORED[sign], other, self.scope, source)
        return compared(
            self.operand(left),
            sign,
            self.operand(right),
            self.scope,
            source,
        )

    def membership(self, left: ast.expr, right: ast.expr, negated: bool, source: str) -> Condition:
        operand = self.operand(left)
        if isinstance(right, ast.Name):
            return self.among(operand, self.scope.find(right.id), negated, source)
        if not isinstance(right, ast.List | ast.Tuple) or not right.elts:
            raise Wrong(
                Said(f"`{source}`: after `in` comes a list", f"`{source}`：`in` 后面须是列表"),
                Said("such as ['app', 'web']", "例如 ['app', 'web']"),
            )
        if not isinstance(operand, Typed):
            raise Wrong(
                Said(f"`{source}`: before `in` comes a name", f"`{source}`：`in` 前面须是名称")
            )
        values: list[Number | Word] = []
        for element in right.elts:
            literal = self.operand(element)
            if not isinstance(literal, Literal):
                raise Wrong(
                    Said(
                        f"`{source}`: a list holds only numbers or quoted text",
                        f"`{source}`：列表中只能有数字或加引号的文字",
                    )
                )
            value = as_number(literal, operand, self.scope)
            if value in values:
                what = segment(self.source, element)
                raise Wrong(
                    Said(f"`{source}`: {what} stands twice", f"`{source}`：{what} 出现了两次")
                )
            values.append(value)
        words = tuple(value for value in values if isinstance(value, Word))
        numbers = tuple(value for value in values if isinstance(value, Number))
        return OneOf(operand.operand, words or numbers, negated, source)

    def among(self, one: Typed | Literal, several: Typed, negated: bool, source: str) -> Condition:
        """`'vip' in tags`: that a fact of several texts holds one."""
        if not isinstance(several.operand, Fact) or several.kind != "texts":
            name = several.name
            raise Wrong(
                Said(
                    f"`{source}`: '{name}' does not hold several texts",
                    f"`{source}`：“{name}”不是多项文字",
                ),
                Said(f"compare it: {name} == 'app'", f"请直接比较：{name} == 'app'"),
            )
        if not isinstance(one, Literal) or not isinstance(one.value, str):
            raise Wrong(
                Said(f"`{source}`: before `in` comes a text", f"`{source}`：`in` 前面须是一项文字"),
                Said(f"such as 'vip' in {several.name}", f"例如 'vip' in {several.name}"),
            )
        held = Among(several.operand.name, one.value)
        return Compare("==", held, Number(0 if negated else 1), source)

    def written(self, node: ast.expr, negated: bool) -> str:
        text = segment(self.source, node)
        return f"not ({text})" if negated else text

    def source_between(self, left: ast.expr, right: ast.expr) -> str:
        encoded = self.source.encode()
        return encoded[left.col_offset : right.end_col_offset].decode()


def _goes_round(parts: list[Condition], negated: bool) -> bool:
    """Whether bounds of something that begins again descend: `22 <= hour < 6`, `5 <= weekday <= 1`."""
    bounds: dict[bool, int] = {}  # by whether it is a lower one
    for part in parts:
        match part:
            case Compare(left=Calendar(part=of), right=Number(value=value)) if of in _CYCLES:
                bounds[(part.operator in (">", ">=")) != negated] = value
            case _:
                return False
    return len(parts) == len(bounds) == 2 and bounds[True] > bounds[False]


def _joined(every: bool, parts: list[Condition], source: str) -> Condition:
    """`and` (or `or`) of the parts, flattened where a part is of the same sort."""
    if len(parts) == 1:
        return parts[0]
    sort = AllOf if every else AnyOf
    flat: list[Condition] = []
    for part in parts:
        joins = isinstance(part, sort) and not (isinstance(part, AnyOf) and part.lookup)
        flat.extend(part.parts if joins and isinstance(part, sort) else (part,))
    return sort(tuple(flat), source)
