"""Looking at one moment of the bank while it goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus

from jifen.db.adapting import cursor
from jifen.db.round_trips import Cursor

_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@contextmanager
def snapshot(connection: psycopg.Connection[Any]) -> Iterator[Cursor]:
    """A cursor of `db.adapting` all of whose statements see the same moment, and which writes nothing.

    Inside a transaction of the caller it sees what that transaction sees.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        with cursor(connection) as sql:
            yield sql
        return
    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with connection.transaction(), cursor(connection) as sql:
            yield sql
    finally:
        if not connection.closed:
            connection.isolation_level = connection.read_only = None


@contextmanager
def snapshot_by_one_cursor(connection: psycopg.Connection[Any]) -> Iterator[Cursor]:
    """The same where nothing but the cursor goes by the connection: it begins with the first that is waited for."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        with cursor(connection) as sql:
            yield sql
        return
    with cursor(connection) as sql:
        sql.later(_BEGIN, {})
        try:
            yield sql
        finally:
            if not connection.closed:
                connection.commit()
