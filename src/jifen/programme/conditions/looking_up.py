"""Comparisons with the number that a table holds: `table[share] >= 1`, `amount >= table[threshold]`.

Such a comparison is written out over the rows, of which at most one fits an event. Where a column is missing
it is unknown whether a row fits, so that it is unknown what the table holds.
"""

from __future__ import annotations

import ast
import operator as operators
from collections.abc import Callable
from decimal import Decimal

from jifen.programme.condition import AllOf, AnyOf, Compare, Condition, Lookup, Operator
from jifen.programme.conditions.comparing import OPPOSITE, Literal, as_number, compared
from jifen.programme.conditions.expressions import segment
from jifen.programme.conditions.scope import Scope, Typed
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.scalars import decimal
from jifen.programme.reading.sections import stands_twice
from jifen.programme.ways import Table
from jifen.wording import Said

_TESTS: dict[Operator, Callable[[Decimal, Decimal], bool]] = {
    "==": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def looked_up(
    id: str, sign: Operator, other: Typed | Literal, scope: Scope, source: str
) -> Condition:
    """That what a table holds compares so with `other`.

    Raises:
        Wrong: no such table or column, or the table is compared with what is no number.
    """
    table = find_table(id, scope)
    numeric = (
        isinstance(other.value, Decimal) if isinstance(other, Literal) else other.kind == "numeric"
    )
    if not numeric:
        raise Wrong(
            Said(
                f"`{source}`: a table is compared with a number",
                f"`{source}`：表格只能与数字比较",
            )
        )

    def verdict(value: str) -> Condition | bool:
        if isinstance(other, Literal):
            assert isinstance(other.value, Decimal)
            return _TESTS[sign](decimal(value), other.value)
        return compared(Literal(value, decimal(value)), sign, other, scope, source)

    ways: list[Condition] = []
    keys = row_keys(table, scope)
    for key, (_, value) in zip(keys, table.rows, strict=True):
        ways += _where(key, verdict(value))
    if table.otherwise is not None:
        none = AllOf(tuple(_fails(key) for key in keys), source)
        ways += _where(none, verdict(table.otherwise))
    if not ways:
        message = Said(f"`{source}` never holds", f"`{source}` 不可能成立")
        raise Wrong(message, Said(f"see table '{table.id}'", f"请核对表格“{table.id}”"))
    beside = None if isinstance(other, Literal) else other.operand
    number = other.written if isinstance(other, Literal) else None
    return AnyOf(tuple(ways), source, Lookup(table.id, sign, number, beside))


def row_keys(table: Table, scope: Scope) -> list[Condition]:
    """For each row, that the columns of the table have the values it names.

    Raises:
        Wrong: no such column, no such value of it, or a row that says the same as one before, as `1` and `1.0` do.
    """
    keys = [_row_key(table, written, scope) for written, _ in table.rows]
    known: set[object] = set()
    for (written, _), key in zip(table.rows, keys, strict=True):
        parts = key.parts if isinstance(key, AllOf) else (key,)
        meant = tuple(part.right for part in parts if isinstance(part, Compare))
        if meant in known:
            raise Wrong(stands_twice(" · ".join(written)).of(table.id))
        known.add(meant)
    return keys


def _row_key(table: Table, keys: tuple[str, ...], scope: Scope) -> Condition:
    parts: list[Condition] = []
    for name, key in zip(table.by, keys, strict=False):
        column = scope.find(name)
        literal = Literal(f"'{key}'", key)
        if column.kind == "numeric":
            literal = Literal(key, decimal(key))
        elif column.kind == "boolean" and key in ("true", "false"):
            literal = Literal(key, key == "true")
        value = as_number(literal, column, scope)
        parts.append(Compare("==", column.operand, value, f"{name} == {literal.written}"))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def find_table(id: str, scope: Scope) -> Table:
    """A table by its id; Wrong, with what was probably meant, if there is none."""
    tables = {table.id: table for table in scope.tables}
    if id not in tables:
        hint = did_you_mean(id, tables)
        if "," in id:
            hint = Said(
                "name the table; its columns stand under `by`", "请写表格名；列写在表格的 `by` 里"
            )
        raise Wrong(Said(f"unknown table '{id}'", f"没有表格“{id}”"), hint)
    return tables[id]


def table_named(node: ast.Subscript, source: str) -> str:
    """The name of the table that is looked into; Wrong if it is something else."""
    written = segment(source, node)
    if not isinstance(node.value, ast.Name) or node.value.id != "table":
        raise Wrong(
            Said(f"`{written}` cannot be compared", f"`{written}` 不能用来比较"),
            Said("only tables are looked into: table[miles]", "只有表格可以查：table[miles]"),
        )
    return segment(source, node.slice).strip()


def _where(fits: Condition, verdict: Condition | bool) -> list[Condition]:
    if isinstance(verdict, bool):
        return [fits] if verdict else []
    return [AllOf((fits, verdict), verdict.source)]


def _fails(key: Condition) -> Condition:
    """That a row does not fit, known of one column at least."""
    parts = key.parts if isinstance(key, AllOf) else (key,)
    others = tuple(
        Compare(OPPOSITE[part.operator], part.left, part.right, f"not ({part.source})")
        for part in parts
        if isinstance(part, Compare)
    )
    return others[0] if len(others) == 1 else AnyOf(others)
