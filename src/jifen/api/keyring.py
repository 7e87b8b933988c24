"""Keys that were sent, checked against the bank, and remembered for a moment."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, NamedTuple

import psycopg

from jifen.api import problems
from jifen.api.access import find_key, mark_used
from jifen.api.caller import MEMBER, Caller
from jifen.api.limits import Buckets, tell_limit
from jifen.api.member_access import COMMANDS_PER_MINUTE, MARK, MAY, SKEW, open_token
from jifen.api.reading import SECONDS_OF_PATIENCE, Readers
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
    expires_at: int
    until: float

    def opens_at(self, now: int) -> bool:
        """Whether it opens anything at an instant."""
        return now < self.expires_at and self.caller.key.opens_at(now)


class Keyring:
    """The keys that one server process has seen lately."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._seen: dict[str, _Seen] = {}
        self._under_way: dict[str, asyncio.Future[_Seen | None]] = {}
        self._limits = Buckets()
        self._attempts = Buckets()

    async def caller_of(self, scope: Scope, needed: str, *, members: bool = False) -> Caller:
        """Whose key a request brings, if it allows what is asked; the token of a member only where `members` may ask.
        Raises Problem."""
        kind, _, written = (header(scope, b"authorization") or "").partition(" ")
        if kind.lower() != "bearer" or not written:
            raise problems.UNAUTHORISED()
        seen = self._seen.get(written)
        if seen is None:
            seen = await self._try(scope, written)
        elif seen.until < time.monotonic():
            seen = await self._looked_up(written)
        if seen is None or not seen.opens_at(real_now()):
            raise problems.UNAUTHORISED()
        if needed not in seen.caller.allowed:
            raise problems.lacking(needed)
        if seen.caller.member is not None and not members:
            raise problems.FORBIDDEN()
        self.charge(seen.caller, scope, 1)
        clerk = header(scope, b"jifen-actor")
        return seen.caller if clerk is None else seen.caller.in_the_name_of(clerk)

    def charge(self, caller: Caller, scope: Scope, commands: int) -> None:
        """Count so many commands, where the key has a limit. Raises Problem beyond it."""
        quota, name = caller.key.commands_per_minute, caller.key.key_id
        if caller.member is not None:
            quota, name = COMMANDS_PER_MINUTE, f"{name}/{caller.member}"
        if quota is not None:
            allowance = self._limits.take(name, quota, commands)
            tell_limit(scope, allowance)
            if allowance.wait_seconds:
                raise problems.TOO_MANY(retry_after_seconds=allowance.wait_seconds)

    async def _try(self, scope: Scope, written: str) -> _Seen | None:
        """Look up what nobody has sent yet, so many a minute from one place that are no keys. Raises Problem."""
        if written in self._under_way:  # of which whoever sent it first bears the attempt
            return await self._looked_up(written)
        place = _place_of(scope)
        allowance = self._attempts.take(place, MOST_ATTEMPTS, 1)
        if allowance.wait_seconds:
            raise problems.TOO_MANY(retry_after_seconds=allowance.wait_seconds)
        seen = await self._looked_up(written)
        if seen is not None:
            self._attempts.give_back(place)
        return seen

    async def _looked_up(self, written: str) -> _Seen | None:
        """Look something up once for all who send it meanwhile: a till with many connections sends its key on each.
        Raises Problem where a database that stands still does not say."""
        under_way = self._under_way.get(written)
        if under_way is None:
            under_way = asyncio.ensure_future(asyncio.to_thread(self._look_up, written))
            self._under_way[written] = under_way
            under_way.add_done_callback(lambda _: self._under_way.pop(written))
        try:
            return await asyncio.wait_for(asyncio.shield(under_way), SECONDS_OF_PATIENCE)
        except TimeoutError:
            raise problems.DATABASE_AWAY() from None

    def _look_up(self, written: str) -> _Seen | None:
        with self._readers.connection() as connection:
            found = (_token if written.startswith(MARK) else _key)(connection, written)
        if found is None:
            self._seen.pop(written, None)
            return None
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        caller, expires_at = found
        seen = _Seen(caller, expires_at, time.monotonic() + SECONDS_REMEMBERED)
        self._seen[written] = seen
        return seen


def _key(connection: psycopg.Connection[Any], written: str) -> tuple[Caller, int] | None:
    key = find_key(connection, written)
    if key is None:
        return None
    now = real_now()
    if key.opens_at(now):
        mark_used(connection, key, now=now)
    return Caller(key, allowed_by(key.scopes), key.name), key.expires_at


def _token(connection: psycopg.Connection[Any], written: str) -> tuple[Caller, int] | None:
    """Whose token it is: it allows nothing that its key does not, nor anything once that may sign no more."""
    opened = open_token(connection, written)
    if opened is None:
        return None
    allowed = allowed_by(opened.key.scopes)
    scopes = allowed.intersection(MAY, opened.claims.scopes) if "tokens" in allowed else frozenset()
    actor = f"{opened.key.name}/{MEMBER}"
    return Caller(opened.key, scopes, actor, opened.member), opened.claims.expires_at + SKEW


def _place_of(scope: Scope) -> str:
    """Where a request comes from: an address, or the network of one in IPv6, where each has many."""
    host: str = (scope.get("client") or ("",))[0]
    return ":".join(host.split(":")[:4]) if ":" in host else host
