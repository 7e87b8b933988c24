"""A duty done once, with a note of it: when it began, when it ended, what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.connection import connect, give_up_when_standing
from jifen.db.statements import statements
from jifen.intake.clock import real_now
from jifen.intake.versions.at_work import Programmes
from jifen.worker.shift import Shift
from jifen.worker.timetable import Duty

SQL = statements(Path(__file__).with_suffix(".sql"))


class LastDone(msgspec.Struct, frozen=True, kw_only=True):
    """How a duty went the last time: instants, and what went wrong. `ended_at` is None where it did not end."""

    began_at: int
    ended_at: int | None
    failure: str | None


def do(duty: Duty, url: str, programmes: Programmes, stopping: Callable[[], bool]) -> None:
    """Do a duty over a connection of its own. Raises what went wrong, DatabaseProblem where there is no database."""
    with connect(url) as connection:
        give_up_when_standing(connection)
        _note(connection, "duty_begins", duty)
        try:
            duty.work(Shift(connection, programmes, stopping))
        except Exception as error:
            if not connection.broken:
                _note(connection, "duty_ends", duty, f"{type(error).__name__}: {error}")
            raise
        _note(connection, "duty_ends", duty)


def last_done(connection: psycopg.Connection[Any]) -> dict[str, LastDone]:
    """How each duty that was ever done went the last time, by name."""
    with cursor(connection) as sql:
        rows = sql.execute(SQL["duties"])
        return {
            name: LastDone(began_at=began_at, ended_at=ended_at, failure=failure)
            for name, began_at, ended_at, failure in rows
        }


def _note(
    connection: psycopg.Connection[Any], statement: str, duty: Duty, failure: str | None = None
) -> None:
    values = {"name": duty.name, "now": real_now(), "failure": failure}
    with cursor(connection) as sql:
        sql.execute(SQL[statement], values)
