"""The stream of a programme: every message that others are told, in an order that never changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements

SQL = statements(Path(__file__).with_suffix(".sql"))


class Entry(NamedTuple):
    """A message at its position; `points` in the payload are in the smallest unit, `recorded_at` is an instant."""

    position: int
    member_seq: int
    name: str
    payload: dict[str, Any]
    recorded_at: int


def read_stream(
    connection: psycopg.Connection[Any], programme_id: UUID, *, after: int, most: int
) -> list[Entry]:
    """The next entries behind a position, at most so many, without a gap."""
    values = {"programme": programme_id, "after": after, "most": most}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["read_entries"], values).fetchall()
    return [
        Entry(position, seq, name, msgspec.json.decode(payload), recorded_at)
        for position, seq, name, payload, recorded_at in rows
    ]


def last_position(connection: psycopg.Connection[Any], programme_id: UUID) -> int:
    """The position of the last entry; 0 while there is none."""
    with cursor(connection) as sql:
        row = sql.execute(SQL["last_position"], {"programme": programme_id}).fetchone()
    assert row is not None
    return int(row[0])
