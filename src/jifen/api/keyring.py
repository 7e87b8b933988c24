"""Keys that were sent, checked against the bank, and remembered for a moment."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from jifen.api import problems
from jifen.api.access import ApiKey, find_key, mark_used
from jifen.api.reading import Readers
from jifen.api.wire import Scope, header
from jifen.intake.clock import real_now

SECONDS_REMEMBERED: Final = 5.0
"""How long a revoked key may still open a server that has just seen it."""
MOST_REMEMBERED: Final = 10_000


class Keyring:
    """The keys that one server process has seen lately."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._known: dict[str, tuple[ApiKey, float]] = {}

    async def key_of(self, scope: Scope, needed: str) -> ApiKey:
        """The key of a request, if it allows what is asked. Raises Problem."""
        kind, _, written = (header(scope, b"authorization") or "").partition(" ")
        if kind.lower() != "bearer" or not written:
            raise problems.UNAUTHORISED()
        known = self._known.get(written)
        if known is None or known[1] < time.monotonic():
            key = await asyncio.to_thread(self._look_up, written)
        else:
            key = known[0]
        if key is None or not key.opens_at(real_now()):
            raise problems.UNAUTHORISED()
        if needed not in key.scopes:
            raise problems.FORBIDDEN()
        return key

    def _look_up(self, written: str) -> ApiKey | None:
        with self._readers.connection() as connection:
            key = find_key(connection, written)
            if key is not None:
                mark_used(connection, key.key_id, now=real_now())
        if key is not None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[written] = key, time.monotonic() + SECONDS_REMEMBERED
        return key
