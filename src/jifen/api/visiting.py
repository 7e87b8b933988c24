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
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.versions.opening import OpenProgramme, now_of

Asked = dict[str, Raw]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request may look at: who asks, and the programme as it stands."""

    caller: Caller
    connection: psycopg.Connection[Any]
    programme: OpenProgramme

    @property
    def now(self) -> int:
        """The programme's present."""
        return now_of(self.programme)


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
    ) -> Result:
        """What `look` finds; also for `members` where it finds them nothing but their own. Raises Problem where the key
        does not allow it."""
        return await self._visited(
            await self._keyring.caller_of(scope, needed, members=members), look
        )

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
        return await self._visited(caller, lambda visit: act(visit, body))

    async def _visited(self, caller: Caller, look: Callable[[Visit], Result]) -> Result:
        def looked() -> Result:
            with self._readers.connection() as connection:
                programme = self._readers.programme(connection, caller.slug)
                return look(Visit(caller, connection, programme))

        return await asyncio.to_thread(looked)
