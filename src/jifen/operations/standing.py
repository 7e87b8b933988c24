"""How a bank stands, as a look from outside wants to know: what is overdue, what waits, how the last proof came out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.adapting import cursor
from jifen.db.connection import connect, plain_problems
from jifen.db.statements import statements

SQL = statements(Path(__file__).with_name("standing.sql"))


class Proved(NamedTuple):
    """How the last proof of a programme came out."""

    at: int
    seconds: float
    differences: int


class Standing(NamedTuple):
    """How one programme stands."""

    slug: str
    overdue_seconds: float  # how long the first of what time brings has been waiting for the sweep
    inbox: int  # deeds of members that wait for others
    waiting_returns: int
    proved: Proved | None


class Told(NamedTuple):
    """How one webhook stands."""

    slug: str
    webhook: str
    behind: int  # messages that stand in the stream and were not tried yet
    waiting: int  # to be tried again
    failing_seconds: float


class Duty(NamedTuple):
    """When a duty of the worker was last done, or begun where it has not ended."""

    name: str
    at: int
    failed: bool


class Write(NamedTuple):
    """A transaction that writes and has not ended: whose, and for how long. The stream waits for it."""

    pid: int
    application: str
    database: str
    state: str  # as pg_stat_activity has it
    seconds: float


class Bank(NamedTuple):
    """Everything that a look tells."""

    programmes: list[Standing]
    webhooks: list[Told]
    duties: list[Duty]
    oldest_write: Write | None


def standing(connection: psycopg.Connection[Any], now: int) -> list[Standing]:
    """How each programme stands, by name; those of stories left out."""
    found = []
    with cursor(connection) as sql:
        for programme_id, slug, test_now in sql.execute(SQL["programmes"]).fetchall():
            row = sql.execute(SQL["standing"], {"programme": programme_id}).fetchone()
            assert row is not None
            due, inbox, waiting, proved_at, seconds, differences = row
            present = now if test_now is None else test_now
            overdue = 0.0 if due is None else max(0, present - due) / 1_000_000
            proved = None if proved_at is None else Proved(proved_at, seconds, differences)
            found.append(Standing(slug, overdue, inbox, waiting, proved))
    return found


def oldest_write(connection: psycopg.Connection[Any]) -> Write | None:
    """What the stream has waited for longest: a transaction anywhere on the database server; None where none writes."""
    with cursor(connection) as sql:
        row = sql.execute(SQL["oldest_write"]).fetchone()
    return None if row is None else Write(*row)


def look(url: str, now: int) -> Bank:
    """How everything stands, over a connection of its own, five seconds at most. Raises DatabaseProblem."""
    with connect(url) as connection, plain_problems(), connection.transaction():
        # Of this transaction: behind a pooler the connection is somebody else's afterwards.
        connection.execute("SET LOCAL statement_timeout = '5s'")
        with cursor(connection) as sql:
            webhooks = [
                Told(slug, name, behind, waiting, 0.0 if since is None else (now - since) / 1e6)
                for slug, name, behind, waiting, since in sql.execute(SQL["webhooks"])
            ]
            duties = [Duty(*told) for told in sql.execute(SQL["duties"])]
        return Bank(standing(connection, now), webhooks, duties, oldest_write(connection))


def note_proof(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    *,
    now: int,
    seconds: float,
    members: int,
    differences: int,
) -> None:
    """Keep how a proof came out."""
    values = {
        "programme": programme_id,
        "now": now,
        "seconds": seconds,
        "members": members,
        "differences": differences,
    }
    with cursor(connection) as sql:
        sql.execute(SQL["note_proof"], values)
