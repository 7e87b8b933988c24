"""How values of PostgreSQL arrive: timestamps as instants, JSON as its bytes."""

from __future__ import annotations

import struct
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from jifen.db.copying import MICROSECONDS_TO_2000
from jifen.instants import NEVER

_BIGINT = struct.Struct(">q")


class InstantLoader(Loader):
    """timestamptz as microseconds since 1970 UTC, infinity as NEVER."""

    format = Format.BINARY

    def load(self, data: Buffer) -> int:
        value: int = _BIGINT.unpack(data)[0]
        return value if value == NEVER else value + MICROSECONDS_TO_2000


class JsonBytesLoader(Loader):
    """json as the bytes that were stored."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def cursor(connection: psycopg.Connection[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    """A cursor that answers in binary, with instants and JSON as jifen holds them."""
    made = connection.cursor(binary=True)
    made.adapters.register_loader("timestamptz", InstantLoader)
    made.adapters.register_loader("json", JsonBytesLoader)
    return made
