"""Whether postings, lots, takings, holds, balances and accounts agree with each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from psycopg import Cursor

from jifen.db.statements import statements

_SQL = statements(Path(__file__).with_suffix(".sql"))


class Disagreement(NamedTuple):
    """A row that a check of `ledger_proving.sql` gave; `check` is the statement's name."""

    check: str
    row: tuple[Any, ...]


def disagreements(cursor: Cursor[Any], programme_id: bytes) -> list[Disagreement]:
    """Everything in a programme's bank that does not agree; [] is the proof.

    Reads tables whole, in the cursor's transaction: for one moment of a bank at work give a snapshot's cursor.
    """
    parameters = {"programme": programme_id.hex()}
    with cursor.connection.transaction():
        # Of tables that nobody has analysed yet the planner believes that a programme has one row in each, and
        # joins what it read row by row with all the rest.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        found = [
            Disagreement(check, row)
            for check, statement in _SQL.items()
            for row in cursor.execute(statement, parameters).fetchall()
        ]
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
    return found
