"""`tables:` of a document, and awards that look into one: `table[miles] points per 1 of distance`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from jifen.programme.condition import AllOf
from jifen.programme.conditions.looking_up import find_table, row_keys
from jifen.programme.conditions.scope import Scope
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.giving import ROUND_IT, Giving, give_from
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import decimal, identifier
from jifen.programme.reading.sections import (
    Section,
    distinct,
    entries,
    more_than,
    noting,
    one_or_many,
    text,
)
from jifen.programme.rules import Give
from jifen.programme.ways import Amount, Cases, Rate, Table
from jifen.wording import Said

MOST_ROWS = 500
_LOOKUP = re.compile(r"table\[([a-z][a-z0-9_-]*)\] (.+)", re.ASCII)


def looks_up(node: Node) -> bool:
    """Whether an award is written with a table."""
    return not isinstance(node, Mapping) and text(node).startswith("table[")


def read_tables(node: Node, problems: Problems) -> tuple[Table, ...]:
    """The tables, by name; what their columns mean is seen where a rule looks into them."""
    found: list[Table] = []
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, identifier, None)
        table = _table(id or "", value, problems)
        if id is not None and table is not None:
            found.append(table)
    return tuple(found)


def _table(id: str, node: Node, problems: Problems) -> Table | None:
    section = Section(node, problems, ("by", "rows", "else"))
    by = section.need("by", lambda node: distinct([text(one) for one in one_or_many(node)]), ())
    rows = section.need("rows", lambda node: tuple(_rows(node, (), len(by))), ())
    if len(rows) > MOST_ROWS:
        problems.add(section.place("rows"), more_than(MOST_ROWS, Said("rows", "行")))
    otherwise = section.read("else", lambda node: str(decimal(text(node))), None)
    return Table(id, by, rows, otherwise) if by and rows else None


def _rows(
    node: Node, before: tuple[str, ...], columns: int
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Keys and value of every row; fewer keys than columns hold whatever the others are."""
    for key, value in entries(node):
        keys = (*before, key.text.strip())
        if not isinstance(value, Mapping):
            yield keys, str(decimal(text(value)))
        elif len(keys) < columns:
            yield from _rows(value, keys, columns)
        else:
            raise Wrong(
                Said(
                    f"'{key.text}' goes deeper than `by` has columns",
                    f"“{key.text}”之下的层数多于 `by` 的列数",
                )
            )


def give_by_table(written: str, giving: Giving, scope: Scope) -> Give:
    """An award whose number stands in a table. Wrong: no such table, column or key, or too fine a number."""
    found = _LOOKUP.fullmatch(" ".join(written.split()))
    if not found:
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said(
                "write `table[miles] points per 1 of distance`",
                "请写成 `table[miles] points per 1 of distance`",
            ),
        )
    table = find_table(found[1], scope)
    one = give_from(f"1 {found[2]}", giving)
    assert isinstance(one.how, Amount | Rate)
    _check_columns(table, scope)
    whens = row_keys(table, scope)
    ways = [_times(value, one) for _, value in table.rows]
    if table.otherwise is not None:
        whens.append(AllOf(()))
        ways.append(_times(table.otherwise, one))
    return Give(one.currency, Cases(table.id, one.how, tuple(whens), tuple(ways)))


def _check_columns(table: Table, scope: Scope) -> None:
    """A rule that gives line by line looks into a table by fields of lines, any other by what the event knows.

    Raises:
        Wrong: a column belongs to the other kind.
    """
    of_lines = {field.name for field in scope.on.line_fields}
    for column in table.by:
        if scope.lines and column not in of_lines and column in replace(scope, lines=False).names():
            raise Wrong(
                Said(
                    f"line by line a table goes by fields of lines, which '{column}' is not",
                    f"逐行给分时，表格只能按商品行的字段查，而“{column}”不是",
                ),
                Said(
                    "leave `per: line` out, or write a rule with `when`",
                    "请去掉 `per: line`，或另写带 `when` 的规则",
                ),
            )
        if not scope.lines and column in of_lines and column not in scope.names():
            raise Wrong(
                Said(
                    f"table '{table.id}' goes by '{column}', a field of lines",
                    f"表格“{table.id}”按商品行的字段“{column}”查",
                ),
                Said("add `per: line`", "请加 `per: line`"),
            )


def _times(value: str, one: Give) -> Amount | Rate:
    """So many times what one gives, exactly: a rate in proportion may be per more instead."""
    assert isinstance(one.how, Amount | Rate)
    points = Fraction(value) * one.how.points
    if isinstance(one.how, Amount) or points == 0:
        way: Amount | Rate = Amount(int(points))
    else:
        way = replace(one.how, points=points.numerator, per=one.how.per * points.denominator)
    if points.denominator > 1 and not (isinstance(way, Rate) and way.proportional):
        raise Wrong(
            Said(
                f"{value} of the table is finer than '{one.currency}' keeps",
                f"表中的 {value} 比“{one.currency}”保留的位数更细",
            ),
            ROUND_IT,
        )
    return way
