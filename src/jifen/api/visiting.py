"""One look at the bank for one request: over a connection of the pool, in a thread, with the programme of its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from litestar import Request

from jifen.api.caller import Caller
from jifen.api.keyring import Keyring
from jifen.api.reading import Readers
from jifen.api.wire import Scope, read_json
from jifen.db.adapting import cursor
from jifen.db.round_trips import Cursor
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme

Asked = dict[str, Raw]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request may look at: who asks, and the programme as it stands."""

    caller: Caller
    sql: Cursor
    programme: OpenProgramme
    asked_at: int

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """What it looks over."""
        return self.sql.connection

    @property
    def now(self) -> int:
        """The programme's present: of real time, the moment at which the request came."""
        moved = self.programme.test_now
        return self.asked_at if moved is None else moved


def nothing(visit: Visit) -> None:
    """What is asked ahead by whoever does not know it yet."""


class Visitors:
    """Lets requests look at the bank, as many at once as there are connections."""

    def __init__(self, readers: Readers, keyring: Keyring) -> None:
        self._readers = readers
        self._keyring = keyring

    async def visit(
        self,
        scope: Scope,
        needed: str,
        look: Callable[[Visit], Result],
        *,
        members: bool = False,
        ahead: Callable[[Visit], None] = nothing,
    ) -> Result:
        """What `look` finds; also for `members` where it finds them nothing but their own. What `ahead` asks goes in
        one round trip with how the programme stands. Raises Problem where the key does not allow it."""
        caller = await self._keyring.caller_of(scope, needed, members=members)
        return await self._visited(caller, look, ahead)

    async def ask(
        self,
        request: Request[Any, Any, Any],
        needed: str,
        act: Callable[[Visit, Asked], Result],
        *,
        members: bool = False,
    ) -> Result:
        """What `act` makes of the body, an object or nothing; nobody's body is read before their key is known. Raises
        Problem."""
        caller = await self._keyring.caller_of(request.scope, needed, members=members)
        body = read_json(await request.body() or b"{}")
        if not isinstance(body, dict):
            raise Malformed("", "expected an object", "应为对象")
        return await self._visited(caller, lambda visit: act(visit, body), nothing)

    async def _visited(
        self, caller: Caller, look: Callable[[Visit], Result], ahead: Callable[[Visit], None]
    ) -> Result:
        def looked() -> Result:
            with self._readers.connection() as connection, cursor(connection) as sql:
                now = real_now()

                def ask(known: OpenProgramme) -> None:
                    ahead(Visit(caller, sql, known, now))

                programme = self._readers.programmes.seen_by(sql, caller.slug, ask)
                return look(Visit(caller, sql, programme, now))

        return await asyncio.to_thread(looked)
