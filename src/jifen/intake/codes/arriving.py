"""Codes that came for rewards which had waited for them: noted until others were told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import bigints
from jifen.db.statements import statements
from jifen.intake.versions.opening import OpenProgramme

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
_CODES_AT_ONCE: Final = 250


class Arrived(NamedTuple):
    """The number of a code that came: who has it today, for which reward, by its number, and the key of the command
    that brought it."""

    code: int
    member: str
    reward: int
    brought_by: str


def arrived(connection: psycopg.Connection[Any], programme: OpenProgramme) -> list[Arrived]:
    """The next codes of which others are to be told."""
    values = {"programme_id": programme.programme_id, "most": _CODES_AT_ONCE}
    with cursor(connection) as sql:
        return [Arrived(*row) for row in sql.execute(SQL["arrived"], values).fetchall()]


def forget_arrived(
    connection: psycopg.Connection[Any], programme: OpenProgramme, told: list[Arrived]
) -> None:
    """Others have been told of these."""
    values = {
        "programme_id": programme.programme_id,
        "numbers": bigints([one.code for one in told]),
    }
    with cursor(connection) as sql:
        sql.execute(SQL["forget_arrived"], values)
