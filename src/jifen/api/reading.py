"""Connections for what only looks: a pool of them, and the programmes as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg_pool import ConnectionPool

from jifen.db.connection import arguments
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme

MOST_CONNECTIONS: Final = 4
SECONDS_OF_PATIENCE: Final = 5.0
"""How long a request waits for a connection before it is told to ask again: well within the time of an orderly stop."""


class Readers:
    """A few connections that requests share, and the programmes that were opened over them."""

    def __init__(self, url: str) -> None:
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            url,
            kwargs=arguments(url),
            min_size=1,
            max_size=MOST_CONNECTIONS,
            open=False,
            timeout=SECONDS_OF_PATIENCE,
            reconnect_timeout=SECONDS_OF_PATIENCE,  # then anew, instead of waiting ever longer
        )
        self._programmes = Programmes()

    def open(self) -> None:
        """Begin to connect."""
        self._pool.open()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def connection(
        self, patience_seconds: float | None = None
    ) -> Iterator[psycopg.Connection[Any]]:
        """One of the connections, for a moment. Raises PoolTimeout where none comes."""
        with self._pool.connection(patience_seconds) as connection:
            yield connection

    def programme(self, connection: psycopg.Connection[Any], slug: str) -> OpenProgramme:
        """A programme as it stands now. Raises UnknownProgramme."""
        return self._programmes.now(connection, slug)
