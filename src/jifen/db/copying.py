"""Rows as the bytes of PostgreSQL's binary COPY: packed once, sent, hashed and read back as they are.

A packed row is a 16-bit count of fields, then each field as a 32-bit length and that many bytes, all big
endian (PostgreSQL manual, "COPY", "Binary Format"). The bytes after the count are what a member's hash chain
is made of. Values in Python, by column type:

| type | value |
|---|---|
| uuid | 16 bytes |
| bigint, integer, smallint | int |
| timestamptz | instant: microseconds since 1970 UTC, NEVER for infinity |
| date | day: days since 1970-01-01 |
| boolean | bool |
| text | str |
| json | bytes, the UTF-8 text exactly as stored |
| bytea | bytes |

No field is NULL.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, LiteralString, cast

import psycopg
from psycopg import Cursor
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGconn

from jifen.instants import NEVER

ColumnType = Literal[
    "uuid",
    "bigint",
    "integer",
    "smallint",
    "timestamptz",
    "date",
    "boolean",
    "text",
    "json",
    "bytea",
]

_Columns = tuple[tuple[LiteralString, ColumnType], ...]

MICROSECONDS_TO_2000 = 946_684_800_000_000
DAYS_TO_2000 = 10_957

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # then no flags and no header extension
_TRAILER = b"\xff\xff"
_ROWS_PER_BLOCK = 512

_FIXED: Mapping[ColumnType, tuple[str, int]] = {  # struct code, bytes
    "uuid": ("16s", 16),
    "bigint": ("q", 8),
    "integer": ("i", 4),
    "smallint": ("h", 2),
    "timestamptz": ("q", 8),
    "date": ("i", 4),
    "boolean": ("?", 1),
}
FIXED_WIDTHS: Mapping[ColumnType, int] = {kind: width for kind, (_, width) in _FIXED.items()}
_SENT: Mapping[ColumnType, str] = {
    "timestamptz": f"({{0}} if {{0}} == NEVER else {{0}} - {MICROSECONDS_TO_2000})",
    "date": f"{{0}} - {DAYS_TO_2000}",
    "text": "{0}.encode()",
}
_READ: Mapping[ColumnType, str] = {
    "timestamptz": f"({{0}} if {{0}} == NEVER else {{0}} + {MICROSECONDS_TO_2000})",
    "date": f"{{0}} + {DAYS_TO_2000}",
    "text": "{0}.decode()",
}


class Table:
    """A table as COPY sees it: its columns in the order written in the migrations.

    `pack(*values) -> bytes` and `unpack(packed) -> tuple` take and give the values in that order, `unpack_all` those
    of many rows; `pack` raises `struct.error` for an integer that its column cannot hold. `mutable` columns are the
    ones that change after a row was written; they stand last and have a fixed width, or ValueError is raised.
    """

    __slots__ = (
        "chained_part",
        "column_list",
        "columns",
        "mutable",
        "name",
        "pack",
        "unpack",
        "unpack_all",
    )
    pack: Callable[..., bytes]
    unpack: Callable[[bytes], tuple[Any, ...]]
    unpack_all: Callable[[Sequence[bytes]], list[tuple[Any, ...]]]

    def __init__(
        self,
        name: LiteralString,
        columns: _Columns,
        mutable: frozenset[str] = frozenset(),
    ) -> None:
        self.name = name
        self.columns = columns
        self.mutable = mutable
        self.column_list = ", ".join(f'"{column}"' for column, _ in columns)
        self.chained_part = slice(2, _end_of_immutable(name, columns, mutable))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """`pack`, `unpack` and `unpack_all` are made when they are first wanted: few commands want those of every
        table."""
        if name not in _SOURCES:
            raise AttributeError(name)
        setattr(self, name, _made(name, _SOURCES[name](self.columns)))
        return cast(Callable[..., Any], getattr(self, name))

    def chained(self, packed: bytes) -> bytes:
        """The part of a packed row that enters the hash chain: its immutable fields, without their count."""
        return packed[self.chained_part]

    def __repr__(self) -> str:
        return f"Table({self.name!r})"


def copy_rows(cursor: Cursor[Any], table: Table, packed_rows: Iterable[bytes]) -> None:
    """Append packed rows to a table, all or, on any error, none."""
    rows = iter(packed_rows)
    with cursor.copy(f"COPY {table.name} ({table.column_list}) FROM STDIN (FORMAT binary)") as copy:
        copy.write(_SIGNATURE)
        while block := b"".join(islice(rows, _ROWS_PER_BLOCK)):
            copy.write(block)
        copy.write(_TRAILER)


def read_rows(
    cursor: Cursor[Any],
    table: Table,
    where_and_order: LiteralString,
    parameters: Mapping[str, object] | None = None,
) -> Generator[bytes, None, None]:
    """Stream packed rows. `where_and_order` is what follows the table's name: joins, WHERE, ORDER BY.

    The connection is busy until the iterator is exhausted or closed.
    """
    columns = ", ".join(f'{table.name}."{column}"' for column, _ in table.columns)
    query = f"COPY (SELECT {columns} FROM {table.name} {where_and_order}) TO STDOUT (FORMAT binary)"
    connection = cursor.connection.pgconn
    taken = connection.get_copy_data
    with cursor.copy(query, parameters) as copy:
        row = bytes(copy.read()).removeprefix(_SIGNATURE)  # the header comes with the first row
        while row != _TRAILER:
            yield row
            # Rows that have already arrived are taken from libpq itself, at half of what Copy.read costs.
            size, arrived = taken(1)
            if size > 0:
                row = bytes(arrived)
            elif size < 0:
                raise _verdict(connection)
            else:
                row = bytes(copy.read())
        for _ in copy:  # to the end, so that the server's verdict is read
            pass


def _verdict(connection: PGconn) -> psycopg.Error:
    """Why the server stopped in the middle of a COPY; the connection is ready again."""
    result = connection.get_result()
    assert result is not None
    while connection.get_result() is not None:
        pass
    return error_from_result(result)


def _end_of_immutable(
    name: str, columns: tuple[tuple[str, ColumnType], ...], mutable: frozenset[str]
) -> int | None:
    immutable = [column for column, _ in columns if column not in mutable]
    last = columns[len(immutable) :]
    if {column for column, _ in last} != mutable or any(kind not in _FIXED for _, kind in last):
        raise ValueError(f"{name}: the mutable columns must be its last ones, of fixed width")
    return -sum(4 + _FIXED[kind][1] for _, kind in last) or None


# Packing is the innermost loop of writing, so each table gets its own function: one struct for every run of
# fixed-width fields, lengths as constants, the length of a variable field closing the run before it.


def _made(function: str, source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"NEVER": NEVER, "Struct": struct.Struct}
    exec(source, names)
    made: Callable[..., Any] = names[function]
    return made


def _pack_source(columns: _Columns) -> str:
    structs: list[str] = []
    encoded: list[str] = []
    pieces: list[str] = []
    form, arguments = ">h", [str(len(columns))]

    def close_run() -> None:
        pieces.append(f"run{len(structs)}({', '.join(arguments)})")
        structs.append(f"run{len(structs)} = Struct('{form}').pack")

    for column, kind in columns:
        value = _SENT.get(kind, "{0}").format(column)
        if kind in _FIXED:
            code, width = _FIXED[kind]
            form += f"i{code}"
            arguments += [str(width), value]
            continue
        encoded.append(f"    {column} = {value}")
        form += "i"
        arguments.append(f"len({column})")
        close_run()
        pieces.append(column)
        form, arguments = ">", []
    if arguments:
        close_run()
    result = pieces[0] if len(pieces) == 1 else f"b''.join(({', '.join(pieces)}))"
    head = f"def pack({', '.join(column for column, _ in columns)}):"
    return "\n".join([*structs, head, *encoded, f"    return {result}"])


def _unpack_source(columns: _Columns) -> str:
    structs, body = _reading(columns)
    body = [*body, f"return {_values(columns)}"]
    return "\n".join([*structs, "def unpack(packed):", *(f"    {line}" for line in body)])


def _unpack_all_source(columns: _Columns) -> str:
    """One function for all rows, and where every column has its width one struct that goes through them together."""
    head = "def unpack_all(packed_rows):"
    if all(kind in _FIXED for _, kind in columns):
        form = "".join(f"4x{_FIXED[kind][0]}" for _, kind in columns)
        names = ", ".join(name for name, _ in columns)
        rows = f"[{_values(columns)} for {names}, in each(b''.join(packed_rows))]"
        return "\n".join([f"each = Struct('>2x{form}').iter_unpack", head, f"    return {rows}"])
    structs, body = _reading(columns)
    body = [*body, f"add({_values(columns)})"]
    before = ["    rows = []", "    add = rows.append", "    for packed in packed_rows:"]
    each = [f"        {line}" for line in body]
    return "\n".join([*structs, head, *before, *each, "    return rows"])


def _values(columns: _Columns) -> str:
    """The row as a tuple, once its fields have been read."""
    return f"({', '.join(_READ.get(kind, '{0}').format(column) for column, kind in columns)},)"


def _reading(columns: _Columns) -> tuple[list[str], list[str]]:
    """The structs, and the lines that read the fields of one `packed` row."""
    structs: list[str] = []
    body: list[str] = []
    form, targets = ">2x", list[str]()

    def close_run(place: str) -> None:
        body.append(f"{', '.join(targets)}, = run{len(structs)}(packed, {place})")
        structs.append(f"run{len(structs)} = Struct('{form}').unpack_from")

    place = "0"
    for column, kind in columns:
        if kind in _FIXED:
            form += f"4x{_FIXED[kind][0]}"
            targets.append(column)
            continue
        form += "i"
        targets.append("length")
        width = struct.calcsize(form)
        close_run(place)
        body.append(f"start = {place} + {width}")
        body.append("end = start + length")
        body.append(f"{column} = packed[start:end]")
        form, targets, place = ">", [], "end"
    if targets:
        close_run(place)
    return structs, body


_SOURCES: Mapping[str, Callable[[_Columns], str]] = {
    "pack": _pack_source,
    "unpack": _unpack_source,
    "unpack_all": _unpack_all_source,
}
