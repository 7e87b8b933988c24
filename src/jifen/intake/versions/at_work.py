"""Programmes at work in one process: opened once, read again where another process has published since."""

from __future__ import annotations

from typing import Any

import psycopg

from jifen.db.adapting import cursor
from jifen.intake.versions.opening import OpenProgramme, open_programme, refreshed


class Programmes:
    """Programmes as they stood when they were last asked for, by name."""

    def __init__(self) -> None:
        self._known: dict[str, OpenProgramme] = {}

    def now(self, connection: psycopg.Connection[Any], slug: str) -> OpenProgramme:
        """A programme as it stands now. Raises UnknownProgramme."""
        known = self._known.get(slug)
        if known is None:
            known = open_programme(connection, slug)
        else:
            with cursor(connection) as sql:
                known = refreshed(sql, known)
        self._known[slug] = known
        return known
