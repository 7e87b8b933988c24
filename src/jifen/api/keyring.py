"""Keys that were sent, checked against the bank, and remembered for a moment."""

from __future__ import annotations

import asyncio
import time
from typing import Final, NamedTuple

from jifen.api import problems
from jifen.api.access import find_key, mark_used
from jifen.api.caller import Caller
from jifen.api.limits import Buckets, tell_limit
from jifen.api.reading import Readers
from jifen.api.scopes import allowed_by
from jifen.api.wire import Scope, header
from jifen.intake.clock import real_now

SECONDS_REMEMBERED: Final = 5.0
"""How long a revoked key may still open a server that has just seen it."""
MOST_REMEMBERED: Final = 10_000
MOST_ATTEMPTS: Final = 60
"""How many a minute one address may send that are no keys."""


class _Seen(NamedTuple):
    caller: Caller
    until: float


class Keyring:
    """The keys that one server process has seen lately."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._seen: dict[str, _Seen] = {}
        self._limits = Buckets()
        self._attempts = Buckets()

    async def caller_of(self, scope: Scope, needed: str) -> Caller:
        """Whose key a request brings, if it allows what is asked. Raises Problem."""
        kind, _, written = (header(scope, b"authorization") or "").partition(" ")
        if kind.lower() != "bearer" or not written:
            raise problems.UNAUTHORISED()
        seen = self._seen.get(written)
        if seen is None:
            seen = await self._try(scope, written)
        elif seen.until < time.monotonic():
            seen = await asyncio.to_thread(self._look_up, written)
        if seen is None or not seen.caller.key.opens_at(real_now()):
            raise problems.UNAUTHORISED()
        if needed not in seen.caller.allowed:
            raise problems.lacking(needed)
        self.charge(seen.caller, scope, 1)
        clerk = header(scope, b"jifen-actor")
        return seen.caller if clerk is None else seen.caller.in_the_name_of(clerk)

    def charge(self, caller: Caller, scope: Scope, commands: int) -> None:
        """Count so many commands, where the key has a limit. Raises Problem beyond it."""
        quota = caller.key.commands_per_minute
        if quota is not None:
            allowance = self._limits.take(caller.key.key_id, quota, commands)
            tell_limit(scope, allowance)
            if allowance.wait_seconds:
                raise problems.TOO_MANY(retry_after_seconds=allowance.wait_seconds)

    async def _try(self, scope: Scope, written: str) -> _Seen | None:
        """Look up what nobody has sent yet, so many a minute from one place that are no keys. Raises Problem."""
        place = _place_of(scope)
        allowance = self._attempts.take(place, MOST_ATTEMPTS, 1)
        if allowance.wait_seconds:
            raise problems.TOO_MANY(retry_after_seconds=allowance.wait_seconds)
        seen = await asyncio.to_thread(self._look_up, written)
        if seen is not None:
            self._attempts.give_back(place)
        return seen

    def _look_up(self, written: str) -> _Seen | None:
        with self._readers.connection() as connection:
            key = find_key(connection, written)
            if key is None:
                self._seen.pop(written, None)
                return None
            now = real_now()
            if key.opens_at(now):
                mark_used(connection, key, now=now)
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        caller = Caller(key, allowed_by(key.scopes), key.name)
        seen = _Seen(caller, time.monotonic() + SECONDS_REMEMBERED)
        self._seen[written] = seen
        return seen


def _place_of(scope: Scope) -> str:
    """Where a request comes from: an address, or the network of one in IPv6, where each has many."""
    host: str = (scope.get("client") or ("",))[0]
    return ":".join(host.split(":")[:4]) if ":" in host else host
