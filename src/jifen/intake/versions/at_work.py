"""Programmes at work in one process: opened once, read again where another process has published since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from jifen.db.adapting import cursor
from jifen.db.round_trips import Cursor
from jifen.intake.versions.opening import (
    OpenProgramme,
    ask_for_newest,
    open_programme,
    refreshed,
)


class Programmes:
    """Programmes as they stood when they were last asked for, by name."""

    def __init__(self) -> None:
        self._known: dict[str, OpenProgramme] = {}

    def now(self, connection: psycopg.Connection[Any], slug: str) -> OpenProgramme:
        """A programme as it stands now. Raises UnknownProgramme."""
        with cursor(connection) as sql:
            return self.seen_by(sql, slug)

    def last_known(self, connection: psycopg.Connection[Any], slug: str) -> OpenProgramme:
        """A programme as it stood a while ago, without asking; one whose clock travels as it stands now. Raises
        UnknownProgramme."""
        known = self._known.get(slug)
        return known if known and known.test_now is None else self.now(connection, slug)

    def seen_by(
        self, sql: Cursor, slug: str, ahead: Callable[[OpenProgramme], None] = lambda _: None
    ) -> OpenProgramme:
        """The same, by a cursor on which `ahead` may put what is to be asked with it, of the programme as it was last
        known; behind it, so that no older state is seen under a newer version."""
        known = self.asked_about(sql, slug)
        if known is None:
            known = self._known[slug] = open_programme(sql.connection, slug)
            return known
        ahead(known)
        return self.as_it_stands(sql, known)

    def asked_about(self, sql: Cursor, slug: str) -> OpenProgramme | None:
        """A programme as it was last known, having asked ahead how it stands now; None of one that is not known yet."""
        known = self._known.get(slug)
        if known is not None:
            ask_for_newest(sql, known)
        return known

    def as_it_stands(self, sql: Cursor, known: OpenProgramme) -> OpenProgramme:
        """What a programme that was asked about is now. Raises UnknownProgramme."""
        newest = self._known[known.slug] = refreshed(sql, known)
        return newest
