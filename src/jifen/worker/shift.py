"""What a duty has to work with while it is done once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.clock import real_now
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
_LOG: Final = logging.getLogger("jifen.worker")


@dataclass(frozen=True, slots=True)
class Shift:
    """A connection of the duty's own, the programmes at work, and whether to come to an end soon."""

    connection: psycopg.Connection[Any]
    programmes: Programmes
    stopping: Callable[[], bool]

    def now(self) -> int:
        """This instant, in microseconds since 1970 UTC."""
        return real_now()

    def stay(self) -> None:
        """Let the database know that we are still there, while we wait for something else than it."""
        self.connection.execute("SELECT")

    def in_each_programme(self, name: str, work: Callable[[OpenProgramme], None]) -> None:
        """Do a duty of this name for every programme on real time at which no other worker is, one after the other.

        What fails in one keeps nobody from the next, not even where a node of a cluster is lost; what failed first is
        raised in the end.
        """
        with cursor(self.connection) as sql:
            slugs = [slug for (slug,) in sql.execute(SQL["on_real_time"]).fetchall()]
        failures: list[Exception] = []
        for slug in slugs:
            if self.stopping():
                break
            try:
                with self.alone(f"{name} {slug}") as mine:
                    if mine:
                        work(self.programmes.now(self.connection, slug))
            except Exception as error:
                if self.connection.broken:
                    raise
                _LOG.error("duty %s of programme %s failed", name, slug, exc_info=error)
                failures.append(error)
        if failures:
            raise failures[0]

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """Whether nobody else is at something, in whatever process: if so, nobody else begins it meanwhile.

        The database lets go of it with the connection, so that a killed worker is in nobody's way.
        """
        with cursor(self.connection) as sql:
            (mine,) = sql.execute(SQL["begin_alone"], {"what": what}).fetchone() or (False,)
            try:
                yield mine
            finally:
                if mine and not self.connection.broken:
                    sql.execute(SQL["end_alone"], {"what": what})
