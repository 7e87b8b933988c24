"""Positions for what lies in the outbox: an order that never changes, and in which nothing turns up behind a reader.

Numbers of transactions are given when these begin, and they end in any order: who reads by them alone misses what ends
late. So a message gets its position when every transaction that began before its own has ended.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements

SQL = statements(Path(__file__).with_suffix(".sql"))
MOST_AT_ONCE: Final = 5_000
"""Messages that get positions in one transaction."""
_FIRST, _LAST = "0", str(2**64 - 1)  # transactions


def give_positions(connection: psycopg.Connection[Any], programme_id: UUID) -> int:
    """Give a slice of the outbox its positions, in a transaction of its own; how many were given.

    None are given while another process does so. The first time, and on another server than before (whose
    transactions have other numbers), everything that is there gets one at once.
    """
    values: dict[str, Any] = {"programme": programme_id}
    with connection.transaction(), cursor(connection) as sql:
        if sql.execute(SQL["claim_stream"], values).fetchone() != (True,):
            return 0
        now = sql.execute(SQL["server_now"]).fetchone()
        assert now is not None
        ended_before, server = now
        stands = sql.execute(SQL["how_far"], values).fetchone()
        position, since, counted_by = stands or (0, _FIRST, None)
        goes_on = counted_by == server
        values |= {"position": position, "server": server}
        if goes_on:
            values |= {"since": since, "before": ended_before, "most": MOST_AT_ONCE}
        else:
            values |= {"since": _FIRST, "before": _LAST, "most": None}
        counted = sql.execute(SQL["give_positions"], values).fetchone()
        assert counted is not None
        given, chosen, last = counted
        if given or not goes_on:
            values["position"] += given
            values["since"] = last if chosen == values["most"] else ended_before
            sql.execute(SQL["keep_how_far"], values)
    return int(given)


def give_all_positions(connection: psycopg.Connection[Any], programme_id: UUID) -> int:
    """Give positions until nothing is left that can have one; how many were given."""
    total = 0
    while given := give_positions(connection, programme_id):
        total += given
    return total
