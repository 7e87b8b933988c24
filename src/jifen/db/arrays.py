"""Arrays as parameters, in PostgreSQL's binary format: packed in one go, a fifth of dumping each element.

A statement names their type: `%(points)b::bigint[]`; the cursor is one of `db.adapting`.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from itertools import chain, repeat

# dimensions, no NULL, type of elements, how many, the number of the first
_HEADER = struct.Struct(">iiIii")
_length = struct.Struct(">i").pack


class Array(bytes):
    """A packed array."""


def booleans(values: Collection[bool]) -> Array:
    """boolean[]"""
    return _fixed(16, "?", 1, values)


def smallints(values: Collection[int]) -> Array:
    """smallint[]"""
    return _fixed(21, "h", 2, values)


def integers(values: Collection[int]) -> Array:
    """integer[]"""
    return _fixed(23, "i", 4, values)


def bigints(values: Collection[int]) -> Array:
    """bigint[]"""
    return _fixed(20, "q", 8, values)


def uuids(values: Sequence[bytes]) -> Array:
    """uuid[], each of 16 bytes."""
    return _variable(2950, values)


def byteas(values: Sequence[bytes]) -> Array:
    """bytea[]"""
    return _variable(17, values)


def jsons(values: Sequence[bytes]) -> Array:
    """json[], each as its text in UTF-8."""
    return _variable(114, values)


def texts(values: Collection[str]) -> Array:
    """text[]"""
    return _variable(25, [value.encode() for value in values])


def array_of(element: int, values: Sequence[bytes]) -> Array:
    """Of elements of a type that only the database knows by its number, each in its own binary format."""
    return _variable(element, values)


def _fixed(element: int, code: str, width: int, values: Collection[int]) -> Array:
    packed = struct.pack(
        ">" + f"i{code}" * len(values), *chain.from_iterable(zip(repeat(width), values))
    )
    return Array(_header(element, len(values)) + packed)


def _variable(element: int, values: Sequence[bytes]) -> Array:
    lengths = map(_length, map(len, values))
    parts = chain.from_iterable(zip(lengths, values, strict=True))
    return Array(_header(element, len(values)) + b"".join(parts))


def _header(element: int, count: int) -> bytes:
    return _HEADER.pack(1 if count else 0, 0, element, count, 1)[: 20 if count else 12]
