"""Rows put behind those of a table: a few with whatever else is written, many by a COPY of their own.

COPY cannot go with other statements. So a few rows go as one array of records of the table's type, which costs the
server the same as copying them: a record in binary is the row's packed fields, each behind the number of its type.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any, Final, LiteralString, NamedTuple, cast

from jifen.db.arrays import array_of
from jifen.db.copying import FIXED_WIDTHS, Table, copy_rows
from jifen.db.round_trips import Cursor

MANY: Final = 1_000
"""From so many rows on COPY wins: it takes them as they are packed."""
_ROW_TYPE: Final = """
SELECT c.reltype::bigint, array_agg(a.atttypid::bigint ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = %s::regclass GROUP BY c.reltype
"""
_number = struct.Struct(">I").pack
_NULL: Final = b"\xff\xff\xff\xff"


def append_rows(sql: Cursor, table: Table, packed_rows: Sequence[bytes]) -> None:
    """Append packed rows to a table, with what is sent next: all or, on any error, none."""
    if len(packed_rows) >= MANY:
        copy_rows(sql, table, packed_rows)
        return
    row_type = _row_type(sql, table)
    records = list(map(row_type.record, packed_rows))
    sql.later(_insertion(table), {"rows": array_of(row_type.number, records)})


@cache
def _insertion(table: Table) -> LiteralString:
    columns: LiteralString = ", ".join(f'packed."{column}"' for column, _ in table.columns)
    return (
        f"INSERT INTO {table.name} ({table.column_list})"
        f" SELECT {columns} FROM unnest(%(rows)b::{table.name}[]) AS packed"
    )


class _RowType(NamedTuple):
    """The type of a table's rows: its number in the database, and what makes a record of a packed row."""

    number: int
    record: Callable[[bytes], bytes]


def _row_type(sql: Cursor, table: Table) -> _RowType:
    row_type: _RowType | None = sql.learnt.get(table.name)
    if row_type is None:
        found = sql.execute(_ROW_TYPE, (table.name,)).fetchone()
        assert found is not None
        number, of_columns = found
        row_type = _RowType(number, _record_maker(table, tuple(of_columns)))
        sql.learnt[table.name] = row_type
    return row_type


@cache
def _record_maker(table: Table, types: tuple[int, ...]) -> Callable[[bytes], bytes]:
    """What makes a record of a packed row; columns that no row has, as their values come by default, are NULL."""
    written = types[: len(table.columns)]
    names = {f"type{place}": _number(number) for place, number in enumerate(written)}
    names["type0"] = _number(len(types)) + names["type0"]
    names["rest"] = b"".join(_number(number) + _NULL for number in types[len(written) :])
    source = _record_source(table)
    made: dict[str, Any] = {"Struct": struct.Struct, **names}
    exec(source, made)
    return cast(Callable[[bytes], bytes], made["record"])


def _record_source(table: Table) -> str:
    """As `unpack` of a table, but every field stays bytes, with its length in front."""
    structs: list[str] = []
    body: list[str] = []
    form, targets, place = ">2x", list[str](), "0"

    def close_run() -> None:
        body.append(f"    {', '.join(targets)}, = run{len(structs)}(packed, {place})")
        structs.append(f"run{len(structs)} = Struct('{form}').unpack_from")

    for number, (_, kind) in enumerate(table.columns):
        if kind in FIXED_WIDTHS:
            form += f"{4 + FIXED_WIDTHS[kind]}s"
            targets.append(f"field{number}")
            continue
        form += "i"
        targets.append("length")
        width = struct.calcsize(form)
        close_run()
        body.append(f"    start = {place} + {width - 4}")
        body.append("    end = start + 4 + length")
        body.append(f"    field{number} = packed[start:end]")
        form, targets, place = ">", [], "end"
    if targets:
        close_run()
    pieces = chain.from_iterable((f"type{n}", f"field{n}") for n in range(len(table.columns)))
    made = f"    return b''.join(({', '.join(pieces)}, rest))"
    return "\n".join([*structs, "def record(packed):", *body, made])
