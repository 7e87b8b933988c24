"""How values come and go: timestamps arrive as instants, JSON as its bytes; packed arrays go as they are."""

from __future__ import annotations

import struct
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper, Loader
from psycopg.pq import Format
from psycopg.types.string import ByteaBinaryLoader

from jifen.db.arrays import Array
from jifen.db.copying import MICROSECONDS_TO_2000
from jifen.db.round_trips import Cursor
from jifen.instants import NEVER

_BIGINT = struct.Struct(">q")


class InstantLoader(Loader):
    """timestamptz as microseconds since 1970 UTC, infinity as NEVER."""

    format = Format.BINARY

    def load(self, data: Buffer) -> int:
        value: int = _BIGINT.unpack(data)[0]
        return value if value == NEVER else value + MICROSECONDS_TO_2000


class ArrayDumper(Dumper):
    """A packed array, of the type that the statement names."""

    format = Format.BINARY

    def dump(self, obj: Array) -> Array:
        return obj


_ADAPTERS = AdaptersMap(psycopg.adapters)
_ADAPTERS.register_loader("timestamptz", InstantLoader)
_ADAPTERS.register_loader("json", ByteaBinaryLoader)
_ADAPTERS.register_dumper(Array, ArrayDumper)


def cursor(connection: psycopg.Connection[Any]) -> Cursor:
    """A cursor that answers in binary, with instants and JSON as jifen holds them."""
    return Cursor(connection, _ADAPTERS)
