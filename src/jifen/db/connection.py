"""Connections to whichever PostgreSQL serves this installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jifen.db.embedded import server_url
from jifen.db.problem import DatabaseProblem
from jifen.settings import given_database_url

OLDEST_VERSION = 17

_PROBLEMS = {  # SQLSTATE or its class -> what it means, what to do
    "28": (
        "the database server does not let us in",
        "Check user and password of JIFEN_DATABASE_URL.",
    ),
    "3D000": ("there is no such database", "Create it, or correct JIFEN_DATABASE_URL."),
    "53100": (
        "the disk of the database is full",
        "Make room and try again; nothing was half written.",
    ),
    "53200": ("the database server is out of memory", "Give it more, or lower its work_mem."),
    "53300": ("the database server has no connection left", "Raise its max_connections."),
    "57P": ("the database server is starting or stopping", "Try again in a moment."),
    "08": ("the connection to the database was lost", "Try again; nothing was half written."),
}


def database_url(data_folder: Path) -> str:
    """The address of the database: JIFEN_DATABASE_URL, or the folder's embedded server, started if need be.

    Raises DatabaseProblem.
    """
    return given_database_url() or server_url(data_folder)


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in transactions (no autocommit), in UTC. Raises DatabaseProblem."""
    with plain_problems():
        given = conninfo_to_dict(url)
        options = f"{given.get('options', '')} -c TimeZone=UTC".strip()
        connection = psycopg.connect(url, options=options, application_name="jifen")
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        connection.close()
        raise DatabaseProblem(
            f"the database server is PostgreSQL {version}",
            f"jifen needs PostgreSQL {OLDEST_VERSION} or later.",
        )
    return connection


@contextmanager
def plain_problems() -> Iterator[None]:
    """Turn psycopg's operational errors in the block into DatabaseProblem; others pass."""
    try:
        yield
    except psycopg.ProgrammingError as error:
        if error.sqlstate is not None:  # a mistake in SQL, ours
            raise
        raise DatabaseProblem(
            f"JIFEN_DATABASE_URL is not an address: {_first_line(error)}",
            "Write postgresql://user:password@host:port/database.",
        ) from error
    except psycopg.OperationalError as error:
        raise _problem(error) from error


def _problem(error: psycopg.OperationalError) -> DatabaseProblem:
    state = error.sqlstate or ""
    for key in (state, state[:3], state[:2]):
        if key in _PROBLEMS:
            what, hint = _PROBLEMS[key]
            return DatabaseProblem(f"{what} ({_first_line(error)})", hint)
    return DatabaseProblem(
        f"the database server does not answer: {_first_line(error)}",
        "Is it running, and is JIFEN_DATABASE_URL right?",
    )


def _first_line(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
