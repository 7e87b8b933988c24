"""Connections for what only looks: a pool of them, and the programmes as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg_pool import ConnectionPool

from jifen.db.connection import IDLE, arguments
from jifen.db.spreading import plan_once
from jifen.intake.versions.at_work import Programmes

MOST_CONNECTIONS: Final = 6
SECONDS_OF_PATIENCE: Final = 5.0
"""How long a request waits for a connection before it is told to ask again: well within the time of an orderly stop."""


class Readers:
    """A few connections that requests share, and the programmes that were opened over them."""

    def __init__(self, url: str) -> None:
        asked = arguments(url)
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            url,
            kwargs={**asked, "options": f"{asked['options']} -c {IDLE}"},
            configure=plan_once,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            open=False,
            timeout=SECONDS_OF_PATIENCE,
            reconnect_timeout=SECONDS_OF_PATIENCE,  # then anew, instead of waiting ever longer
        )
        self.programmes = Programmes()

    def open(self) -> None:
        """Begin to connect."""
        self._pool.open()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @property
    def idle(self) -> bool:
        """Whether a connection is there to be taken at once."""
        return self._pool.get_stats()["pool_available"] > 0

    @contextmanager
    def connection(
        self, patience_seconds: float | None = None
    ) -> Iterator[psycopg.Connection[Any]]:
        """One of the connections, for a moment. Raises PoolTimeout where none comes."""
        with self._pool.connection(patience_seconds) as connection:
            yield connection
