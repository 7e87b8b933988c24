"""The stream of a programme: every message that others are told, in an order that never changes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.asking.metadata import attached

SQL = statements(Path(__file__).with_suffix(".sql"))


class Entry(NamedTuple):
    """A message at its position; `points` in the payload are in the smallest unit, `recorded_at` is an instant,
    `metadata` what was attached to the command of which it tells."""

    position: int
    member_seq: int
    name: str
    payload: dict[str, Any]
    recorded_at: int
    metadata: dict[str, str]


def read_stream(
    connection: psycopg.Connection[Any], programme_id: UUID, *, after: int, most: int
) -> list[Entry]:
    """The next entries behind a position, at most so many, without a gap."""
    values = {"programme": programme_id, "after": after, "most": most}
    with cursor(connection) as sql:
        return [_entry(row) for row in sql.execute(SQL["read_entries"], values)]


def entries_at(
    connection: psycopg.Connection[Any], programme_id: UUID, positions: Collection[int]
) -> list[Entry]:
    """The entries at some positions, in order."""
    values = {"programme": programme_id, "positions": list(positions)}
    with cursor(connection) as sql:
        return [_entry(row) for row in sql.execute(SQL["entries_at"], values)]


def last_position(connection: psycopg.Connection[Any], programme_id: UUID) -> int:
    """The position of the last entry; 0 while there is none."""
    with cursor(connection) as sql:
        row = sql.execute(SQL["last_position"], {"programme": programme_id}).fetchone()
    assert row is not None
    return int(row[0])


def _entry(row: tuple[Any, ...]) -> Entry:
    position, member_seq, name, payload, recorded_at, metadata = row
    told = msgspec.json.decode(payload)
    return Entry(position, member_seq, name, told, recorded_at, attached(metadata))
