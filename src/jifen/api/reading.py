"""Connections for what only looks: a pool of them, and the programmes as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg_pool import ConnectionPool

from jifen.db.connection import IDLE, arguments
from jifen.db.round_trips import Cursor
from jifen.db.spreading import plan_once
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme

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

    def programme(
        self, sql: Cursor, slug: str, ahead: Callable[[OpenProgramme], None]
    ) -> OpenProgramme:
        """A programme as it stands now, with what `ahead` asks together with it. Raises UnknownProgramme."""
        return self._programmes.seen_by(sql, slug, ahead)
