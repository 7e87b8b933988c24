"""Connections to whichever PostgreSQL serves this installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jifen.db.embedded import server_url
from jifen.db.problem import DatabaseProblem
from jifen.settings import given_database_url

OLDEST_VERSION = 17

_NO_ADDRESS = "JIFEN_DATABASE_URL is not an address"
_ADDRESS = "Write postgresql://user:password@host:port/database."


class _Known(NamedTuple):
    states: tuple[str, ...]  # SQLSTATEs or how they begin
    words: str  # of the server or of libpq, which gives no SQLSTATE when it cannot connect
    what: str
    hint: str


_KNOWN = (
    _Known(
        ("28",),
        r"authentication failed|no password supplied|pg_hba\.conf|role .* does not exist",
        "the database server does not let us in",
        "Check user and password of JIFEN_DATABASE_URL.",
    ),
    _Known(
        ("3D000",),
        r"database .* does not exist",
        "there is no such database",
        "Create it, or correct JIFEN_DATABASE_URL.",
    ),
    _Known(
        ("53100",),
        "No space left on device",
        "the disk of the database is full",
        "Make room and try again; nothing was half written.",
    ),
    _Known(
        ("53300",),
        "too many clients|too many connections|remaining connection slots",
        "the database server has no connection left",
        "Raise its max_connections.",
    ),
    _Known(
        ("57P",),
        "is starting up|is shutting down|in recovery mode",
        "the database server is starting or stopping",
        "Try again in a moment.",
    ),
    _Known(
        ("08",),
        "server closed the connection|the connection is (lost|closed)",
        "the connection to the database was lost",
        "Try again; nothing was half written.",
    ),
    _Known((), "invalid (integer|port)|Servname not supported", _NO_ADDRESS, _ADDRESS),
    _Known(
        (),
        "",
        "the database server does not answer",
        "Is it running, and is JIFEN_DATABASE_URL right?",
    ),
)


def database_url(data_folder: Path) -> str:
    """The address of the database: JIFEN_DATABASE_URL, or the folder's embedded server, started if need be.

    Raises DatabaseProblem.
    """
    return given_database_url() or server_url(data_folder)


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in UTC; transactions are what `connection.transaction()` spans. Raises DatabaseProblem."""
    with plain_problems():
        given = conninfo_to_dict(url)
        options = f"{given.get('options', '')} -c TimeZone=UTC".strip()
        connection = psycopg.connect(
            url, autocommit=True, options=options, application_name="jifen"
        )
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
        raise DatabaseProblem(f"{_NO_ADDRESS}: {_first_line(error)}", _ADDRESS) from error
    except psycopg.OperationalError as error:
        raise _problem(error) from error


def _problem(error: psycopg.OperationalError) -> DatabaseProblem:
    known = next(
        known
        for known in _KNOWN
        if (error.sqlstate or "none").startswith(known.states) or re.search(known.words, str(error))
    )
    return DatabaseProblem(f"{known.what}: {_first_line(error)}", known.hint)


def _first_line(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
